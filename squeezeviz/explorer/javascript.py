"""Writes the page's types, ``frontend/src/protocol.js``, from the messages: ``make protocol``.

Types stand in JSDoc, which TypeScript checks. Of a message's buffers the page has an object: name → bytes.
"""

from __future__ import annotations

import re
import sys
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from squeezeviz.explorer.protocol import MESSAGES, REQUESTS, WORKS, Message, Request
from squeezeviz.explorer.protocol.fields import buffer_fields, hints
from squeezeviz.explorer.selection import Selection
from squeezeviz.resources import PACKAGE

__all__ = ["PATH", "javascript"]

#: Where it is kept; in a checkout only.
PATH = PACKAGE / "frontend" / "src" / "protocol.js"

_HEAD = """/**
 * Generated from squeezeviz/explorer/protocol and explorer/selection.py: make protocol
 *
 * Every message between the page and the kernel, and the traits that both hold.
 *
"""
_PLAIN = {
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    NoneType: "null",
    Any: "any",
    bytes: "DataView",
}


def javascript() -> str:
    """Return the text of the file."""
    messages, requests = [*MESSAGES.values()], [*REQUESTS.values(), *WORKS.values()]
    shapes: dict[str, type] = {}
    for each in (*messages, *requests):
        _gather(each, shapes)
    told = {each.__name__: each for each in (*messages, *requests)}
    lines = [line for each in (shapes | told).values() for line in (*_typedef(each), "")]
    lines += [
        f"@typedef {{{' | '.join(each.__name__ for each in messages)}}} Message What the kernel tells the page.",
        f"@typedef {{{' | '.join(each.__name__ for each in requests)}}} Request What the page asks of the kernel.",
        f"@typedef {{{_literals(Selection.SETTABLE)}}} Trait What is chosen, by whoever sets it.",
    ]
    text = _HEAD + "".join(f" * {line}".rstrip() + "\n" for line in lines) + " */\n"
    kept = "".join(f"  {_quoted(name)},\n" for name in Selection.PERSISTENT)
    says = "/** What a page that is made anew goes on with. @type {Trait[]} */"
    return f"{text}\n{says}\nexport const PERSISTENT = [\n{kept}];\n"


def _gather(of: type, shapes: dict[str, type]) -> None:
    """Add the dataclasses that a message's fields are made of."""
    for hint in hints(of).values():
        for part in _parts(hint):
            if isinstance(part, type) and is_dataclass(part) and part.__name__ not in shapes:
                _gather(part, shapes)
                shapes[part.__name__] = part


def _parts(hint: Any) -> list[Any]:  # noqa: ANN401 - any annotation
    return [hint, *(part for arg in get_args(hint) for part in _parts(arg))]


def _typedef(of: type) -> list[str]:
    says = _said(of)
    lines = [f"@typedef {{object}} {of.__name__} {says['']}"]
    if issubclass(of, (Message, Request)):
        constants = [constant for constant in ("kind", "work") if hasattr(of, constant)]
        lines += [f"@property {{{_quoted(getattr(of, constant))}}} {constant}" for constant in constants]
    buffers = buffer_fields(of)
    for each in fields(of):
        if each.name in buffers:
            continue
        hint = hints(of)[each.name]
        is_optional = issubclass(of, Request) and each.name != "id" and each.default is not MISSING
        name = f"[{each.name}]" if is_optional else each.name
        lines.append(f"@property {{{_type(hint)}}} {name} {says[each.name]}")
    if buffers:
        view = "ArrayBuffer" if issubclass(of, Request) else "DataView"
        named = [f"{name}{_mark(hints(of)[name])}: {_buffer(hints(of)[name], view)}" for name in buffers]
        words = " ".join(f"`{name}`: {says[name]}" for name in buffers)
        lines.append(f"@property {{{{{', '.join(named)}}}}} buffers {words}")
    return lines


def _mark(hint: Any) -> str:  # noqa: ANN401 - as above
    return "" if hint is bytes else "?"


def _buffer(hint: Any, view: str) -> str:  # noqa: ANN401 - as above
    return f"Record<string, {view}>" if get_origin(hint) is dict else view


def _type(hint: Any) -> str:  # noqa: ANN401, PLR0911 - as above; a line for each kind of them
    """An annotation as TypeScript writes it."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _type(args[0])
    if origin is Literal:
        return _literals(args)
    if origin in (Union, UnionType):
        return " | ".join(_type(arg) for arg in args)
    if origin is tuple and args[-1] is Ellipsis:
        inner = _type(args[0])
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    if origin is tuple:
        return f"[{', '.join(_type(arg) for arg in args)}]"
    if origin is dict:
        return f"Record<string, {_type(args[1])}>"
    return _PLAIN[hint] if hint in _PLAIN else str(hint.__name__)


def _literals(values: Any) -> str:  # noqa: ANN401 - of strings
    return " | ".join(_quoted(value) for value in values)


def _quoted(text: str) -> str:
    return f'"{text}"'


def _said(of: type) -> dict[str, str]:
    """What docstrings say of a dataclass, under the empty name, and of its fields, those of its bases included."""
    said: dict[str, str] = {}
    for each in reversed(of.__mro__):
        summary, _, attributes = (each.__doc__ or "").partition("Attributes:")
        said[""] = " ".join(summary.split())
        for name, words in re.findall(r"^ {8}(\w+): (.*(?:\n {12}.*)*)", attributes, flags=re.MULTILINE):
            said[name] = " ".join(words.replace("``", "").split())
    return said


if __name__ == "__main__":
    PATH.write_text(javascript(), encoding="utf-8")
    sys.stdout.write(f"{PATH}\n")
