"""The command line as a page, from what Typer knows of it."""

from __future__ import annotations

import re
from typing import Any

import typer

from squeezeviz.cli import app

_MARKUP = re.compile(r"\[/?[a-z ]*\]")


def markdown() -> str:
    """Return the page: a table of the subcommands, and a section for each."""
    command: Any = typer.main.get_command(app)
    sections = list(_commands("squeezeviz", command))
    rows = [f"| [`{name}`](#{_anchor(name)}) | {_inline(_first(each.help))} |" for name, each in sections]
    table = "\n".join(["| subcommand | what it does |", "| --- | --- |", *rows])
    return "\n\n".join([table, *(_section(name, each) for name, each in sections)]) + "\n"


def _commands(name: str, command: Any) -> Any:  # noqa: ANN401 - Typer's own classes differ between its versions
    for sub, each in command.commands.items():
        if getattr(each, "hidden", False):
            continue
        if hasattr(each, "commands"):
            yield from _commands(f"{name} {sub}", each)
        else:
            yield f"{name} {sub}", each


def _section(name: str, command: Any) -> str:  # noqa: ANN401
    words, _, examples = (command.help or "").partition("[dim]Examples:[/]")
    parts = [f"## {name} {{ #{_anchor(name)} }}", _inline(words.strip())]
    if examples.strip():
        lines = [line.strip() for line in examples.splitlines() if line.strip()]
        parts.append("```\n" + "\n".join(lines) + "\n```")
    arguments = [each for each in command.params if each.param_type_name == "argument" and not each.hidden]
    options = [each for each in command.params if each.param_type_name == "option" and not each.hidden]
    if arguments:
        parts.append(_table("argument", [(f"`{_shown(each)}`", _inline(each.help or "")) for each in arguments]))
    if options:
        parts.append(_table("option", [(_names(each), _said(each)) for each in options]))
    return "\n\n".join(part for part in parts if part)


def _table(what: str, rows: list[tuple[str, str]]) -> str:
    lines = [f"| {left} | {right} |" for left, right in rows]
    return "\n".join([f"| {what} | |", "| --- | --- |", *lines])


def _shown(argument: Any) -> str:  # noqa: ANN401
    name = (argument.metavar or argument.name.upper()).replace("|", "\\|")
    return name if argument.required else f"[{name}]"


def _names(option: Any) -> str:  # noqa: ANN401
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    metavar = "" if getattr(option, "is_flag", False) else (option.metavar or _kind(option))
    return f"{names} {f'*{_inline(metavar)}*' if metavar else ''}".replace("|", "\\|").strip()


def _kind(option: Any) -> str:  # noqa: ANN401
    annotation = getattr(getattr(option, "type_descriptor", None), "annotation", None)
    text = getattr(annotation, "__name__", "") or str(annotation or "")
    return {"int": "NUMBER", "float": "NUMBER", "str": "TEXT", "Path": "PATH"}.get(text, "VALUE")


def _said(option: Any) -> str:  # noqa: ANN401
    default = option.default
    is_told = option.show_default and not getattr(option, "is_flag", False) and default not in (None, [], ())
    least, most = getattr(option, "min", None), getattr(option, "max", None)
    notes = [f"default: `{default}`"] if is_told and not callable(default) else []
    notes += [f"{least} to {most}"] if least is not None and most is not None else []
    words = _inline(option.help or "").replace("|", "\\|")
    return f"{words} *({'; '.join(notes)})*" if notes else words


def _inline(text: str) -> str:
    """Words without Rich's markup, a paragraph a paragraph; what Markdown would take for its own is escaped."""
    plain = _MARKUP.sub("", text)
    joined = [" ".join(part.split()) for part in re.split(r"\n\s*\n", plain)]
    return "\n\n".join(re.sub(r"(?<![`\w])([*_<])", r"\\\1", part) for part in joined)


def _first(text: str | None) -> str:
    return re.split(r"(?<=[.!?])\s|\n\n", (text or "").strip(), maxsplit=1)[0]


def _anchor(name: str) -> str:
    return name.removeprefix("squeezeviz ").replace(" ", "-")
