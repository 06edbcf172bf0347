"""The two formats that others may read: messages between page and kernel, and a network as plain data."""

from __future__ import annotations

import json
import re
from dataclasses import is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import squeezeviz as sv
from squeezeviz.explorer.protocol import MESSAGES, REQUESTS, WORKS
from squeezeviz.explorer.protocol.fields import Between, Most, hints
from squeezeviz.network.ops import TABLE
from squeezeviz.resources import PACKAGE
from squeezeviz.standalone.graph_spec import graph_spec as spec_of

_BUNDLED = "squeezenet1.1-shapes"
_PLAIN = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    bytes: "buffer",
    NoneType: "null",
}


def protocol() -> str:
    """Return the page of the protocol."""
    parts = ["## What a page asks", "Of the kernel, by `kind`."]
    parts += [_message(each, f"`{kind}`", f"asks-{kind}") for kind, each in sorted(REQUESTS.items())]
    parts += ["## Long work", "Begun by a request of the kind `begin`, told apart by `work`; stopped by `stop`."]
    parts += [_message(each, f"`begin` `{work}`", f"begins-{work}") for work, each in sorted(WORKS.items())]
    parts += ["## What the kernel tells", "The page, by `kind`."]
    parts += [_message(each, f"`{kind}`", f"tells-{kind}") for kind, each in sorted(MESSAGES.items())]
    shapes: dict[str, type] = {}
    for each in (*REQUESTS.values(), *WORKS.values(), *MESSAGES.values()):
        _gather(each, shapes)
    parts += ["## What messages are made of"]
    parts += [_message(each, f"`{name}`", f"of-{name}") for name, each in sorted(shapes.items())]
    return "\n\n".join(parts) + "\n"


def graph_spec() -> str:
    """Return the page of the graph spec: fields, operators, and one whole network."""
    types = (PACKAGE / "frontend" / "src" / "engine" / "types.ts").read_text(encoding="utf-8")
    step = re.search(r"export interface Step \{(.+?)\n\}", types, re.DOTALL)
    rows, words = [], ""
    for line in (step[1] if step else "").splitlines():
        if said := re.fullmatch(r"\s*/\*\* (.+) \*/", line):
            words = said[1]
        elif field := re.fullmatch(r"\s*(\w+)(\??): (.+);", line):
            rows.append(f"| `{field[1]}` | `{field[3].replace('|', chr(92) + '|')}` | {_words(words)} |")
    operators = [
        f"| `{name}` | {row.label or 'function or reduction'} | {_words(_first(row.__doc__))} |"
        for name, row in sorted(TABLE.items())
    ]
    model = sv.load_model(_BUNDLED)
    lines = [f"  {json.dumps(name)}: {json.dumps(each)}" for name, each in spec_of(model.architecture).items()]
    return "\n\n".join(
        [
            "## Fields of a layer",
            "\n".join(["| field | type | |", "| --- | --- | --- |", *rows]),
            "## Operators",
            f"{len(TABLE)} of ONNX's operators are in the table. One that is not is still run and shown by ONNX "
            "Runtime; what is not possible for it says so by name.",
            "\n".join(["| ONNX | people call it | |", "| --- | --- | --- |", *operators]),
            f"## One whole network\n\nThe graph spec of `{_BUNDLED}`, {len(lines)} layers:",
            "```json\n{\n" + ",\n".join(lines) + "\n}\n```\n",
        ]
    )


def _message(of: type, title: str, anchor: str) -> str:
    words, fields = _documented(of)
    rows = [f"| `{name}` | {_type(hint)} | {_words(fields.get(name, ''))} |" for name, hint in hints(of).items()]
    head = f"### {title} {{ #{anchor} }}\n\n{_words(words)}"
    return f"{head}\n\n| field | type | |\n| --- | --- | --- |\n" + "\n".join(rows) if rows else head


def _documented(of: type) -> tuple[str, dict[str, str]]:
    """What a class says of itself, and of its fields, those that it has from others included."""
    fields: dict[str, str] = {}
    for each in reversed(of.__mro__):
        text = each.__dict__.get("__doc__") or ""
        about = text.partition("Attributes:")[2]
        for name, said in re.findall(r"^\s{8}(\w+): (.+(?:\n\s{9,}.+)*)", about, re.MULTILINE):
            fields[name] = " ".join(said.split())
    words = (of.__doc__ or "").partition("Attributes:")[0]
    return " ".join(words.split()), fields


def _type(hint: Any) -> str:  # noqa: ANN401 - a type, or what stands for several
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        said = _type(inner[0]) + "".join(f" ({each})" for each in map(_bounds, inner[1:]) if each)
    elif origin is Literal:
        said = " or ".join(f"`{json.dumps(each)}`" for each in inner)
    elif origin in (Union, UnionType):
        said = " or ".join(_type(each) for each in inner)
    elif origin is dict:
        said = f"object of {_type(inner[1])}"
    elif inner:
        said = "list of " + ", ".join(_type(each) for each in inner if each is not Ellipsis)
    elif isinstance(hint, type) and is_dataclass(hint):
        said = f"[`{hint.__name__}`](#of-{hint.__name__})"
    else:
        said = _PLAIN.get(hint, "any JSON")
    return said


def _bounds(bound: Any) -> str:  # noqa: ANN401
    if isinstance(bound, Between):
        return f"{bound.least} to {bound.most}"
    return f"at most {bound.characters} characters" if isinstance(bound, Most) else ""


def _gather(of: Any, shapes: dict[str, type]) -> None:  # noqa: ANN401
    for hint in hints(of).values():
        for part in _parts(hint):
            if isinstance(part, type) and is_dataclass(part) and part.__name__ not in shapes:
                shapes[part.__name__] = part
                _gather(part, shapes)


def _parts(hint: Any) -> list[Any]:  # noqa: ANN401
    found = [hint]
    for inner in get_args(hint):
        found += _parts(inner)
    return found


def _first(text: str | None) -> str:
    return (text or "").strip().split("\n\n")[0].split("\n")[0]


def _words(text: str) -> str:
    """A docstring's words as Markdown: literals in single backticks."""
    return text.replace("``", "`").replace("|", "\\|")
