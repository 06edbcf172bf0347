"""Lists of names, as pages of the reference ask for them: ``!names a b c``, and ``!methods`` of attribution."""

from __future__ import annotations

import re

from squeezeviz.evidence.attribution.methods import METHODS

_NAMES = re.compile(r"^!names (.+)$", re.MULTILINE)
_METHODS = re.compile(r"^!methods$", re.MULTILINE)


def with_names(markdown: str) -> str:
    """Replace each line ``!names a b c`` by what mkdocstrings takes: each name as it is public.

    A line ``!methods`` becomes the function of each method of attribution, where it is.
    """

    def blocks(found: re.Match[str]) -> str:
        return "\n\n".join(f"::: squeezeviz.{name}" for name in found[1].split())

    methods = "\n\n".join(f"::: {each.run.__module__}.{each.run.__name__}" for each in METHODS.values())
    return _METHODS.sub(methods, _NAMES.sub(blocks, markdown))
