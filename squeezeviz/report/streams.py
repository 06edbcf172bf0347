"""Standard output and error in any encoding: what it lacks is written in a plain form, and nothing fails or is lost."""

from __future__ import annotations

import codecs
import io
import sys
import textwrap
from typing import Any

from squeezeviz.visible import json_text

__all__ = ["JsonList", "plain", "ready_streams", "shown_in", "write_json"]

_HANDLER = "squeezeviz.plain"

# The characters that squeezeviz, Rich and Typer draw and write with. One for one where columns hang on it.
_PLAIN = {
    **dict.fromkeys("─━═╌╸╺", "-"),
    **dict.fromkeys("│┃║╎", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛┡┩╇╈╞╡╪", "+"),
    **dict.fromkeys("–−—\u2010\u2011", "-"),
    "█": "#",
    "▓": "%",
    "▒": "*",
    "░": "+",
    "·": ".",
    "•": "*",
    "●": "*",
    "×": "x",
    "→": "->",
    "←": "<-",
    "≤": "<=",
    "≥": ">=",
    "±": "+-",
    "…": "...",
    "‖": "||",
    "Δ": "delta",
    "Σ": "sum",
    "’": "'",
    "\u2018": "'",
    "“": '"',
    "”": '"',
    "\xa0": " ",
    "\u202f": " ",
}


def ready_streams() -> None:
    r"""Have standard output and error write in a plain form what their encoding lacks; the command line begins so.

    Python's own way is an error in the middle of a table. What has a plain form gets it (``→`` becomes ``->``); any
    other character becomes an escape such as ``\u0416``.
    """
    codecs.register_error(_HANDLER, _replaced)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)


def plain(text: str, encoding: str) -> str:
    """Return text of our own as a stream of that encoding will show it."""
    codecs.register_error(_HANDLER, _replaced)
    return text.encode(encoding, _HANDLER).decode(encoding)


def shown_in(text: str, encoding: str) -> str:
    r"""Return text from outside as a stream of that encoding can show it: what it lacks as ``\u0416``."""
    return text.encode(encoding, "backslashreplace").decode(encoding)


def write_json(value: Any, *, indent: int | None = None) -> None:  # noqa: ANN401 - plain data
    """Write plain data to standard output as JSON, and a line break; a program that reads it gets it at once."""
    sys.stdout.write(json_text(value, sys.stdout.encoding, indent=indent) + "\n")
    sys.stdout.flush()


class JsonList:
    """A JSON array on standard output whose members come one by one: whole whenever it ends, none of them is kept."""

    def __init__(self) -> None:
        self._is_empty = True

    def __enter__(self) -> JsonList:
        return self

    def __exit__(self, *_: object) -> None:
        sys.stdout.write("[]\n" if self._is_empty else "\n]\n")
        sys.stdout.flush()

    def add(self, value: Any) -> None:  # noqa: ANN401 - plain data
        """Write one member."""
        text = textwrap.indent(json_text(value, sys.stdout.encoding, indent=2), "  ")
        sys.stdout.write(("[\n" if self._is_empty else ",\n") + text)
        sys.stdout.flush()
        self._is_empty = False


def _replaced(problem: UnicodeError) -> tuple[str, int]:
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    lacking = problem.object[problem.start : problem.end]
    return "".join(_PLAIN.get(character) or _escaped(character) for character in lacking), problem.end


def _escaped(character: str) -> str:
    return character.encode("ascii", "backslashreplace").decode("ascii")
