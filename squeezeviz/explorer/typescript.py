"""Writes the page's types, ``frontend/src/protocol.ts``, from the messages and traits: ``make protocol``.

Each dataclass becomes an interface; all messages are one union, told apart by ``kind``, as are all requests. Of a
message's buffers the page has an object: name → bytes.
"""

from __future__ import annotations

import re
import sys
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

import traitlets

from squeezeviz.explorer.protocol import MESSAGES, REQUESTS, WORKS, Message, Request
from squeezeviz.explorer.protocol.fields import buffer_fields, hints
from squeezeviz.explorer.selection import Selection
from squeezeviz.resources import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PATH", "typescript"]

#: Where it is kept; in a checkout only.
PATH = PACKAGE / "frontend" / "src" / "protocol.ts"

_HEAD = """/**
 * Generated from squeezeviz/explorer/protocol and explorer/selection.py: make protocol
 *
 * Every message between the page and the kernel, and the traits that both hold.
 */
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
_OF_TRAIT = {traitlets.Unicode: "string", traitlets.Bool: "boolean", traitlets.Int: "number"}
#: What traits hold that are dictionaries, or lists of them: selection.py validates it so.
_HELD = {
    "held": "{ photo: string; layer: string; channel: number; class_index: number } | Record<string, never>",
    "tuned": "Record<string, any>",
    "opened": "{ layer: string; channel: number; cell: [number, number] }[]",
    "ablated": "Record<string, number[]>",
}


def typescript() -> str:
    """Return the text of the file."""
    messages, requests = [*MESSAGES.values()], [*REQUESTS.values(), *WORKS.values()]
    shapes: dict[str, type] = {}
    for each in (*messages, *requests):
        _gather(each, shapes)
    told = {each.__name__: each for each in (*messages, *requests)}
    parts = [
        _HEAD,
        *(_interface(each) for each in (shapes | told).values()),
        _union("Message", "What the kernel tells the page.", (each.__name__ for each in messages)),
        _union("Request", "What the page asks of the kernel.", (each.__name__ for each in requests)),
        _traits(),
        _list("SETTABLE", "What is chosen, by whoever sets it.", Selection.SETTABLE),
        "export type Trait = (typeof SETTABLE)[number];\n",
        _list("PERSISTENT", "What a page that is made anew goes on with.", Selection.PERSISTENT),
    ]
    return "\n".join(parts)


def _gather(of: type, shapes: dict[str, type]) -> None:
    """Add the dataclasses that a message's fields are made of."""
    for hint in hints(of).values():
        for part in _parts(hint):
            if isinstance(part, type) and is_dataclass(part) and part.__name__ not in shapes:
                _gather(part, shapes)
                shapes[part.__name__] = part


def _parts(hint: Any) -> list[Any]:  # noqa: ANN401 - any annotation
    return [hint, *(part for arg in get_args(hint) for part in _parts(arg))]


def _interface(of: type) -> str:
    says = _said(of)
    lines = [f"/** {says['']} */", f"export interface {of.__name__} {{"]
    if issubclass(of, (Message, Request)):
        constants = [constant for constant in ("kind", "work") if hasattr(of, constant)]
        lines += [f"  {constant}: {_quoted(getattr(of, constant))};" for constant in constants]
    buffers = buffer_fields(of)
    for each in fields(of):
        if each.name in buffers:
            continue
        is_optional = issubclass(of, Request) and each.name != "id" and each.default is not MISSING
        name = f"{each.name}?" if is_optional else each.name
        lines += [f"  /** {says[each.name]} */", f"  {name}: {_type(hints(of)[each.name])};"]
    if buffers:
        view = "ArrayBuffer" if issubclass(of, Request) else "DataView"
        lines.append("  buffers: {")
        for name in buffers:
            hint = hints(of)[name]
            lines += [f"    /** {says[name]} */", f"    {name}{'' if hint is bytes else '?'}: {_buffer(hint, view)};"]
        lines.append("  };")
    return "\n".join([*lines, "}\n"])


def _traits() -> str:
    lines = ["/** What page and kernel hold in common. */", "export interface Traits {"]
    for name, trait in Selection.class_own_traits(sync=True).items():
        if not name.startswith("_"):
            lines += [f"  /** {' '.join(trait.help.split())} */", f"  {name}: {_HELD.get(name) or _trait_type(trait)};"]
    return "\n".join([*lines, "}\n"])


def _trait_type(trait: Any) -> str:  # noqa: ANN401 - traitlets' own
    """A trait as TypeScript writes it."""
    if isinstance(trait, traitlets.Enum):
        made = _literals(trait.values)
    elif isinstance(trait, traitlets.List):
        made = f"{_trait_type(trait._trait)}[]"  # noqa: SLF001 - traitlets offers no other way
    elif isinstance(trait, traitlets.Tuple):
        made = f"[{', '.join(map(_trait_type, trait._traits))}]"  # noqa: SLF001 - as above
    else:
        made = _OF_TRAIT[type(trait)]
    return f"{made} | null" if trait.allow_none else made


def _union(name: str, says: str, members: Iterable[str]) -> str:
    return "\n".join([f"/** {says} */", f"export type {name} =", *(f"  | {member}" for member in members)]) + ";\n"


def _list(name: str, says: str, traits: Iterable[str]) -> str:
    kept = "".join(f"  {_quoted(trait)},\n" for trait in traits)
    return f"/** {says} */\nexport const {name} = [\n{kept}] as const satisfies readonly (keyof Traits)[];\n"


def _buffer(hint: Any, view: str) -> str:  # noqa: ANN401 - any annotation
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
    PATH.write_text(typescript(), encoding="utf-8")
    sys.stdout.write(f"{PATH}\n")
