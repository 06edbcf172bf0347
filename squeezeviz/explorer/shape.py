"""The shape of what is chosen: plain values of the expected kind and size, or a line that says what was expected."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import traitlets

from squeezeviz.explorer.limits import MOST_ID, MOST_LISTED, MOST_TEXT

__all__ = ["cell", "channels", "description", "identity", "index", "listed", "record", "text"]

T = TypeVar("T")
Read = Callable[[str, Any], T]

_LARGEST = 2**31 - 1
_MOST_FIELDS, _MOST_IN_FIELD = 32, 16


def text(what: str, value: object, most: int = MOST_TEXT) -> str:
    """Return a text of up to so many characters.

    Raises:
        TraitError: It is none, or longer.
    """
    if not isinstance(value, str) or len(value) > most:
        raise _unexpected(what, f"a text of up to {most} characters", value)
    return value


def identity(what: str, value: object) -> str:
    """Return a photo's id.

    Raises:
        TraitError: It is no text, or longer than any.
    """
    return text(what, value, MOST_ID)


def index(what: str, value: object) -> int:
    """Return a whole number from 0 up, NumPy's included.

    Raises:
        TraitError: It is none.
    """
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = -1
    if isinstance(value, bool) or not 0 <= number <= _LARGEST:
        raise _unexpected(what, f"a whole number from 0 to {_LARGEST}", value)
    return number


def cell(what: str, value: object) -> tuple[int, int]:
    """Return (y, x).

    Raises:
        TraitError: It is no pair of whole numbers.
    """
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise _unexpected(what, "two whole numbers: y, x", value)
    return index(what, value[0]), index(what, value[1])


def listed(what: str, values: object, read: Read[T]) -> list[T]:
    """Return a list, each of its entries read.

    Raises:
        TraitError: It is none, is longer than there can be, or has an entry of another kind.
    """
    if not isinstance(values, (list, tuple)) or len(values) > MOST_LISTED:
        raise _unexpected(what, f"a list of up to {MOST_LISTED}", values)
    return [read(what, value) for value in values]


def record(**fields: Read[Any]) -> Read[dict[str, Any]]:
    """Return what reads an object with exactly these fields."""

    def read(what: str, value: object) -> dict[str, Any]:
        if not isinstance(value, Mapping) or set(value) != set(fields):
            raise _unexpected(what, f"an object with {', '.join(fields)}", value)
        return {name: _plain(one(f"{what}: {name}", value[name])) for name, one in fields.items()}

    return read


def channels(what: str, value: object) -> dict[str, list[int]]:
    """Return layer → channels, in their order; those below 0 are left out, as those beyond the last are later.

    Raises:
        TraitError: It is no such object.
    """
    if not isinstance(value, Mapping) or len(value) > MOST_LISTED:
        raise _unexpected(what, "an object: layer → list of its channels", value)
    found = {text(what, layer): listed(what, numbers, _any_index) for layer, numbers in value.items()}
    return {layer: sorted({number for number in numbers if number >= 0}) for layer, numbers in found.items() if numbers}


def description(what: str, value: object) -> dict[str, Any]:
    """Return a description of a preprocessing as plain data; what its fields mean is checked where it is used.

    Raises:
        TraitError: It has more or larger fields than any.
    """
    if not isinstance(value, Mapping) or len(value) > _MOST_FIELDS or not all(map(_is_field, value.items())):
        raise _unexpected(what, "the fields of a Preprocessing", value)
    return {name: list(each) if isinstance(each, tuple) else each for name, each in value.items()}


def _is_field(item: tuple[object, object]) -> bool:
    name, value = item
    parts = value if isinstance(value, (list, tuple)) else [value]
    return _is_short(name) and isinstance(name, str) and len(parts) <= _MOST_IN_FIELD and all(map(_is_short, parts))


def _is_short(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= MOST_TEXT
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) <= _LARGEST)


def _any_index(what: str, value: object) -> int:
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise _unexpected(what, "whole numbers", value) from None


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _unexpected(what: str, expected: str, value: object) -> traitlets.TraitError:
    return traitlets.TraitError(f"{what}: expected {expected}, got a {type(value).__name__}")
