"""Options of methods, checked the same everywhere."""

from __future__ import annotations

import math
from numbers import Integral, Real

from squeezeviz.errors import SqueezeVizError

__all__ = ["share", "whole_number"]


def whole_number(what: str, value: int, *, least: int = 1, most: int) -> int:
    """Return a whole number within bounds; NumPy's as Python's.

    Raises:
        SqueezeVizError: It is none.
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or not least <= value <= most:
        raise SqueezeVizError(f"{what} is {value!r}, expected a whole number from {least} to {most}")
    return int(value)


def share(what: str, value: float) -> float:
    """Return a share above 0, at most 1; NumPy's numbers as Python's.

    Raises:
        SqueezeVizError: It is none.
    """
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0 < value <= 1:
        raise SqueezeVizError(f"{what} is {value!r}, expected a number above 0, at most 1")
    return float(value)
