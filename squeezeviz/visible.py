r"""Text from outside, made fit to be shown: what would act on a screen rather than stand on it is written out.

A file's name, a label, a layer's name, the words of somebody else's error can hold anything. An escape character would
drive a terminal, a line break would end a line that is ours, a bidirectional override would turn words round, and a
lone surrogate (a file name that is not UTF-8) cannot be encoded at all.
"""

from __future__ import annotations

import re

__all__ = ["visible"]

_UNSHOWN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u2028\u2029"  # line and paragraph separators
    "\u202a-\u202e\u2066-\u2069"  # bidirectional embeddings, overrides, isolates
    "\ud800-\udfff\ufffe\uffff"  # surrogates and noncharacters, which XML does not take
    "]"
)


def visible(text: str) -> str:
    r"""Return text in which every control character is written out, as Python would write it.

    Args:
        text: Of any origin.

    Returns:
        One line: ``"a\x1b[2Jb"`` becomes ``r"a\x1b[2Jb"``, a line break ``r"\n"``, a byte of a file's name that is not
        UTF-8 ``r"\udcff"``. Everything else stays as it is, whatever its script.
    """
    return _UNSHOWN.sub(lambda found: repr(found[0])[1:-1], text)
