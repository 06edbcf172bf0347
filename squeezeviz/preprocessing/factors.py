"""Factors and offsets in words, as people write them: ÷ 255 and not × 0.00392157."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["divided", "less", "times"]

_SHORT = 4  # digits, of what people divide by: 255, 127.5
_LEAST = 10  # of halves and tenths people say the factor


def times(factor: float) -> str:
    """Return a factor in words: ``"÷ 255"`` where it is one part of a short number that it is not itself."""
    plain = f"{factor:.6g}"
    below = float(f"{1 / factor:.{_SHORT}g}") if factor and math.isfinite(1 / factor) else 0.0
    is_part = below >= _LEAST and math.isclose(factor * below, 1, rel_tol=1e-9) and len(f"{below:g}") < len(plain)
    return f"÷ {below:g}" if is_part else f"× {plain}"


def less(values: Sequence[float]) -> str:
    """Return the means that are subtracted, one a channel, in words; empty where there is nothing to subtract."""
    if not any(values):
        return ""
    if len(values) == 1 and values[0] > 0:
        return f"minus the mean {values[0]:g}"
    if len(set(values)) == 1:
        return f"minus {values[0]:g}" if values[0] > 0 else f"plus {-values[0]:g}"
    return f"minus the means {_listed(values)}"


def divided(values: Sequence[float]) -> str:
    """Return what is divided by, one number a channel, in words; empty where it is 1."""
    if all(value == 1 for value in values):
        return ""
    return f"divided by {values[0]:g}" if len(set(values)) == 1 else f"divided by {_listed(values)}"


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)
