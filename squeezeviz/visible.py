r"""Text from outside, made fit to be shown: what would act on a screen rather than stand on it is written out.

A file's name, a label, a layer's name, the words of somebody else's error can hold anything. An escape character would
drive a terminal, a line break would end a line that is ours, a bidirectional override would turn words round, and a
lone surrogate (a file name that is not UTF-8) cannot be encoded at all.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

__all__ = ["json_text", "visible"]

_UNSHOWN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u2028\u2029"  # line and paragraph separators
    "\u202a-\u202e\u2066-\u2069"  # bidirectional embeddings, overrides, isolates
    "\ud800-\udfff\ufffe\uffff"  # surrogates and noncharacters, which XML does not take
    "]"
)
# What JSON allows in a string as it is, and a terminal would obey.
_UNESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    r"""Return text in which every control character is written out, as Python would write it.

    Args:
        text: Of any origin.

    Returns:
        One line: ``"a\x1b[2Jb"`` becomes ``r"a\x1b[2Jb"``, a line break ``r"\n"``, a byte of a file's name that is not
        UTF-8 ``r"\udcff"``. Everything else stays as it is, whatever its script.
    """
    return _UNSHOWN.sub(lambda found: repr(found[0])[1:-1], text)


def json_text(value: Any, encoding: str | None, *, indent: int | None = None) -> str:  # noqa: ANN401 - plain data
    """Return plain data as JSON that a stream of that encoding takes, and that drives no terminal.

    Args:
        value: Plain data.
        encoding: Of the stream. Letters are written as they are where it is UTF-8 and they can be encoded, as escapes
            otherwise: programs read JSON as UTF-8.
        indent: Spaces a level; all in one line by default.

    Returns:
        JSON as its standard has it (RFC 8259), which knows neither infinity nor what is not a number: these are
        ``null``, as JavaScript and pandas write them.
    """
    value = _numbers_or_null(value)
    if (encoding or "utf-8").lower().replace("_", "-").startswith("utf"):
        text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
        if not any("\ud800" <= character <= "\udfff" for character in text):
            return _UNESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return json.dumps(value, indent=indent, allow_nan=False).replace("\x7f", "\\u007f")


def _numbers_or_null(value: Any) -> Any:  # noqa: ANN401 - plain data
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _numbers_or_null(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_numbers_or_null(each) for each in value]
    return value
