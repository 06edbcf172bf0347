"""How messages are declared: what their fields may be, and how a message becomes content and buffers.

A field of type ``bytes`` is a buffer: it travels as raw bytes behind the content, which lists the buffers by name. A
field of type ``dict[str, bytes]`` is a buffer for each key, named ``field/key``; one of type ``bytes | None`` may be
missing. Every other field is content, and becomes plain data. JSON has neither infinity nor what is not a number:
such a float becomes an object, ``{"$number": "NaN"}``, which the page's ``host/decode.ts`` reads.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any, ClassVar, get_type_hints

from squeezeviz.explorer.limits import MOST_ID, MOST_PATH, MOST_TERMS, MOST_TEXT

__all__ = [
    "AsSent", "Between", "Called", "Cell", "Description", "Id", "Index", "Message", "Most", "NamedRequest", "Path",
    "PhotoRequest", "Positive", "Request", "Side", "Terms", "Text", "buffer_fields", "hints", "plain",
]  # fmt: skip


@dataclass(frozen=True)
class Most:
    """Of a text: the most characters it may have; whether it is cut off there, rather than refused."""

    characters: int
    is_cut: bool = False


@dataclass(frozen=True)
class Between:
    """Of a whole number: the least and the most it may be."""

    least: int
    most: int


@dataclass(frozen=True)
class AsSent:
    """Of what is handed on as it was sent, since whoever needs it says better what is wrong with it."""


_LARGEST = 2**31 - 1

Text = Annotated[str, Most(MOST_TEXT)]
Id = Annotated[str, Most(MOST_ID)]
Path = Annotated[str, Most(MOST_PATH)]
#: What a page calls something; only shown, and never refused.
Called = Annotated[str, Most(MOST_TEXT, is_cut=True)]
Index = Annotated[int, Between(0, _LARGEST)]
Positive = Annotated[int, Between(1, _LARGEST)]
Terms = Annotated[int, Between(0, MOST_TERMS)]
#: Of a frame, in pixels.
Side = Annotated[int, AsSent()]
#: y, x.
Cell = tuple[int, int]
#: A `squeezeviz.Preprocessing` as plain data.
Description = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Message:
    """What the kernel tells a page.

    Attributes:
        id: Of the request that it answers; empty where nobody has asked.
    """

    kind: ClassVar[str]

    id: str

    @property
    def content(self) -> dict[str, Any]:
        """What it says, as JSON has it; of its buffers the names."""
        names = buffer_fields(type(self))
        said = {each.name: plain(getattr(self, each.name)) for each in fields(self) if each.name not in names}
        return {"kind": self.kind, **said, **({"buffers": list(self.named_buffers)} if names else {})}

    @property
    def buffers(self) -> list[bytes]:
        """What travels behind the content, in the order of the names there."""
        return list(self.named_buffers.values())

    @property
    def named_buffers(self) -> dict[str, bytes]:
        """Name → bytes."""
        named: dict[str, bytes] = {}
        for name in buffer_fields(type(self)):
            value = getattr(self, name)
            if isinstance(value, dict):
                named |= {f"{name}/{key}": each for key, each in value.items()}
            elif value is not None:
                named[name] = value
        return named


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a page asks of the kernel.

    Attributes:
        id: Its own; what answers it has the same.
    """

    kind: ClassVar[str]

    id: Id = ""


@dataclass(frozen=True, kw_only=True)
class NamedRequest(Request):
    """What is called something, should it fail.

    Attributes:
        name: What the page calls it.
    """

    name: Called = ""


@dataclass(frozen=True, kw_only=True)
class PhotoRequest(NamedRequest):
    """About a photo.

    Attributes:
        photo: Its id.
    """

    photo: Id = ""


_known: dict[type, dict[str, Any]] = {}


def hints(of: type) -> dict[str, Any]:
    """Return the fields of a dataclass and their types, `Annotated` where they have bounds."""
    if of not in _known:
        found = get_type_hints(of, include_extras=True)
        _known[of] = {each.name: found[each.name] for each in fields(of)}
    return _known[of]


def buffer_fields(of: type) -> tuple[str, ...]:
    """Return the names of a message's fields that are buffers."""
    return tuple(name for name, kind in hints(of).items() if kind in (bytes, bytes | None, dict[str, bytes]))


_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def plain(value: Any) -> Any:  # noqa: ANN401 - plain data
    """Return what a field holds as JSON has it: dataclasses as objects, tuples as lists."""
    if type(value) in _AS_THEY_ARE:  # most are, in lists of thousands
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else _not_finite(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value


def _not_finite(value: float) -> dict[str, str]:
    return {"$number": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
