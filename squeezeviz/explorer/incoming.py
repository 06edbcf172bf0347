"""What comes from a page, read field by field: of the kind and size that the protocol declares, or refused in a line.

A page is whoever has opened it. So nothing here turns what was sent into text or numbers that it is not, and nothing is
repeated in a message that could be long.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

import traitlets

from squeezeviz.errors import SqueezeVizError
from squeezeviz.explorer import shape
from squeezeviz.explorer.limits import MOST_ID, MOST_LISTED, MOST_TEXT
from squeezeviz.explorer.protocol import REQUESTS, WORKS
from squeezeviz.explorer.protocol.fields import AsSent, Between, Text, hints

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from squeezeviz.explorer.protocol import Request

__all__ = ["below", "called", "identity", "request", "shortly"]

_LARGEST = 2**31 - 1
_SHORT = 40


def request(content: Mapping[str, Any], buffers: Sequence[bytes | memoryview]) -> Request | None:
    """Return what a page asks; None where there is nothing of that kind.

    Raises:
        SqueezeVizError: A field is missing, or is not what it has to be.
    """
    kind = content.get("kind")
    of: type[Request]
    if kind == "begin":
        of = WORKS[_choice("work", content.get("work"), list(WORKS))]
    elif isinstance(kind, str) and kind in REQUESTS:
        of = REQUESTS[kind]
    else:
        return None
    values: dict[str, Any] = {}
    for each in fields(of):
        hint, value = hints(of)[each.name], content.get(each.name)
        if hint is bytes:
            values[each.name] = _buffer(each.name, content, buffers)
        elif value is not None or each.default is MISSING:
            values[each.name] = _read(each.name, hint, value)
        elif each.default is not None and each.name in content:
            values[each.name] = _read(each.name, hint, value)  # nothing, in place of what has a default
    return of(**values)


def identity(content: Mapping[str, Any]) -> str:
    """Return a request's id; empty where the page names none.

    Raises:
        SqueezeVizError: It is no text, or longer than any.
    """
    return _text("id", content.get("id", ""), MOST_ID)


def called(content: Mapping[str, Any], default: str) -> str:
    """Return what a page calls what it sends, cut off where that is too long; a default where it is no name."""
    return _called(content.get("name")) or default


def below(what: str, value: int, count: int) -> int:
    """Return the index of one of so many.

    Raises:
        SqueezeVizError: There are not so many.
    """
    return _number(what, value, 0, count - 1)


def shortly(value: object) -> str:
    """Say what a value is, in a few characters however large it may be."""
    if type(value) is int and abs(value) > _LARGEST:
        return "a number too large"
    if type(value) in (int, float, bool, type(None)):
        return str(value)
    if isinstance(value, str):
        return value if len(value) <= _SHORT else f"{value[:_SHORT]}…"
    return f"a {type(value).__name__}"


# Fields ---------------------------------------------------------------------------------------------------------------


def _read(what: str, hint: Any, value: Any) -> Any:  # noqa: ANN401, PLR0911 - any field; a line for each kind of it
    """Read a field as its type says; see protocol/fields.py."""
    if get_origin(hint) in (Union, UnionType):
        return _read(what, get_args(hint)[0], value)
    if get_origin(hint) is Annotated:
        _, bound = get_args(hint)
        if isinstance(bound, AsSent):
            return value
        if isinstance(bound, Between):
            return _number(what, value, bound.least, bound.most)
        return _called(value) if bound.is_cut else _text(what, value, bound.characters)
    if get_origin(hint) is Literal:
        return _choice(what, value, get_args(hint))
    if get_origin(hint) is dict:
        return _description(what, value)
    return _listed(what, get_args(hint)[0], value) if get_args(hint)[-1] is Ellipsis else _cell(what, value)


def _text(what: str, value: object, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise _unexpected(what, f"a text of up to {most} characters", value)
    return value


def _called(name: object) -> str:
    return name[:MOST_TEXT] if isinstance(name, str) else ""


def _number(what: str, value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise _unexpected(what, f"a whole number from {least} to {most}", value)
    return value


def _cell(what: str, value: object) -> tuple[int, int]:
    try:
        return shape.cell(what, value)
    except traitlets.TraitError:
        raise _unexpected(what, "two whole numbers from 0 up: y, x", value) from None


def _listed(what: str, each: Any, value: Any) -> tuple[Any, ...]:  # noqa: ANN401 - as above
    if each == Text:
        return _names(what, value)
    if not isinstance(value, (list, tuple)) or len(value) > MOST_LISTED:
        raise _unexpected(what, f"a list of up to {MOST_LISTED}", value)
    return tuple(_read(what, each, one) for one in value)


def _names(what: str, value: object) -> tuple[str, ...]:
    """Return names, each once, in their order."""
    names = value if isinstance(value, (list, tuple)) and len(value) <= MOST_LISTED else [None]
    if not all(isinstance(each, str) and len(each) <= MOST_TEXT for each in names):
        raise _unexpected(what, f"a list of up to {MOST_LISTED} names", value)
    return tuple(dict.fromkeys(names))


def _choice(what: str, value: object, known: Sequence[str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise _unexpected(what, f"one of {', '.join(known)}", value)
    return value


def _description(what: str, value: object) -> dict[str, Any]:
    try:
        return shape.description(what, value)
    except traitlets.TraitError:
        raise _unexpected(what, "the fields of a preprocessing", value) from None


def _buffer(what: str, content: Mapping[str, Any], buffers: Sequence[bytes | memoryview]) -> bytes:
    """Return the block of bytes of that name; a page's message has one at most."""
    if len(buffers) != 1:
        raise SqueezeVizError(f"the page sent {len(buffers)} blocks of bytes, expected one; try it again")
    named = content.get("buffers")
    if named != [what]:
        raise _unexpected("buffers", f"the list of the one name {what}", named)
    return bytes(buffers[0])


def _unexpected(what: str, expected: str, value: object) -> SqueezeVizError:
    found = "nothing" if value is None else repr(shortly(value)) if isinstance(value, str) else shortly(value)
    return SqueezeVizError(f"{what}: expected {expected}, the page sent {found}; reload the page and try it again")
