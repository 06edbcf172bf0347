"""What comes from a page, read field by field: of the kind and size that is expected, or refused in a line.

A page is whoever has opened it. So nothing here turns what was sent into text or numbers that it is not, and nothing is
repeated in a message that could be long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from squeezeviz.errors import SqueezeVizError
from squeezeviz.widgets import shape
from squeezeviz.widgets.limits import MOST_ID, MOST_LISTED, MOST_TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["buffer", "called", "cell", "choice", "identity", "names", "number", "plain", "shortly", "text"]

_LARGEST = 2**31 - 1
_SHORT = 40


def text(content: Mapping[str, Any], key: str, default: str | None = None, *, most: int = MOST_TEXT) -> str:
    """Return a text.

    Args:
        content: What the page says.
        key: Its name there.
        default: What it is where the page does not say; by default the page must.
        most: How many characters it may have.

    Raises:
        SqueezeVizError: It is none, or longer.
    """
    value = content.get(key, default)
    if not isinstance(value, str) or len(value) > most:
        raise _unexpected(key, f"a text of up to {most} characters", value)
    return value


def identity(content: Mapping[str, Any], key: str = "id") -> str:
    """Return an id, a photo's or a request's; empty where the page names none.

    Raises:
        SqueezeVizError: It is no text, or longer than any.
    """
    return text(content, key, "", most=MOST_ID)


def called(content: Mapping[str, Any], default: str) -> str:
    """Return what a page calls what it sends, cut off where that is too long; a default where it is no name."""
    name = content.get("name")
    return name[:MOST_TEXT] if isinstance(name, str) and name else default


def number(content: Mapping[str, Any], key: str, *, least: int = 0, most: int = _LARGEST) -> int:
    """Return a whole number.

    Raises:
        SqueezeVizError: It is none, or below or above what is possible.
    """
    value = content.get(key)
    if type(value) is not int or not least <= value <= most:
        raise _unexpected(key, f"a whole number from {least} to {most}", value)
    return value


def cell(content: Mapping[str, Any], key: str = "cell") -> tuple[int, int]:
    """Return (y, x).

    Raises:
        SqueezeVizError: It is no pair of whole numbers from 0 up.
    """
    value = content.get(key)
    try:
        return shape.cell(key, value)
    except traitlets.TraitError:
        raise _unexpected(key, "two whole numbers from 0 up: y, x", value) from None


def names(content: Mapping[str, Any], key: str, default: Sequence[str] = ()) -> list[str]:
    """Return names, each once, in their order.

    Raises:
        SqueezeVizError: It is no list of texts, or a longer one than there can be.
    """
    value = content.get(key, default)
    is_list = isinstance(value, (list, tuple)) and len(value) <= MOST_LISTED
    if not is_list or not all(isinstance(each, str) and len(each) <= MOST_TEXT for each in value):
        raise _unexpected(key, f"a list of up to {MOST_LISTED} names", value)
    return list(dict.fromkeys(value))


def choice(content: Mapping[str, Any], key: str, known: Sequence[str]) -> str:
    """Return one of several names.

    Raises:
        SqueezeVizError: It is none of them.
    """
    value = content.get(key)
    if not isinstance(value, str) or value not in known:
        raise _unexpected(key, f"one of {', '.join(known)}", value)
    return value


def plain(content: Mapping[str, Any], key: str) -> dict[str, Any] | None:
    """Return a preparation described as plain data, or None where the page describes none.

    Raises:
        SqueezeVizError: It is no such description.
    """
    value = content.get(key)
    try:
        return None if value is None else shape.description(key, value)
    except traitlets.TraitError:
        raise _unexpected(key, "the fields of a preparation", value) from None


def buffer(buffers: Sequence[bytes | memoryview]) -> bytes:
    """Return the one block of bytes that came with a message.

    Raises:
        SqueezeVizError: There is none, or there are several.
    """
    if len(buffers) != 1:
        raise SqueezeVizError(f"the page sent {len(buffers)} blocks of bytes, expected one; try it again")
    return bytes(buffers[0])


def shortly(value: object) -> str:
    """Say what a value is, in a few characters however large it may be."""
    if type(value) is int and abs(value) > _LARGEST:
        return "a number too large"
    if type(value) in (int, float, bool, type(None)):
        return str(value)
    if isinstance(value, str):
        return value if len(value) <= _SHORT else f"{value[:_SHORT]}…"
    return f"a {type(value).__name__}"


def _unexpected(key: str, expected: str, value: object) -> SqueezeVizError:
    found = "nothing" if value is None else repr(shortly(value)) if isinstance(value, str) else shortly(value)
    return SqueezeVizError(f"{key}: expected {expected}, the page sent {found}; reload the page and try it again")
