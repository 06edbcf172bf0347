"""Standard output and error in any encoding: what it lacks is written in a plain form, and nothing fails or is lost."""

from __future__ import annotations

import codecs
import io
import json
import re
import sys
import textwrap
from typing import Any

__all__ = ["JsonList", "json_text", "plain", "ready_streams", "shown_in", "write_json"]

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
# What JSON allows in a string as it is, and a terminal would obey.
_UNESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


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


def json_text(value: Any, encoding: str | None, *, indent: int | None = None) -> str:  # noqa: ANN401 - plain data
    """Return plain data as JSON that a stream of that encoding takes, and that drives no terminal.

    Args:
        value: Plain data.
        encoding: Of the stream. Letters are written as they are where it is UTF-8 and they can be encoded, as escapes
            otherwise: programs read JSON as UTF-8.
        indent: Spaces a level; all in one line by default.
    """
    if (encoding or "utf-8").lower().replace("_", "-").startswith("utf"):
        text = json.dumps(value, ensure_ascii=False, indent=indent)
        if not any("\ud800" <= character <= "\udfff" for character in text):
            return _UNESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return json.dumps(value, indent=indent).replace("\x7f", "\\u007f")


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
