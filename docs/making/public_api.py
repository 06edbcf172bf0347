"""Lists of public names, as pages of the reference ask for them: ``!names a b c``."""

from __future__ import annotations

import re

_NAMES = re.compile(r"^!names (.+)$", re.MULTILINE)


def with_names(markdown: str) -> str:
    """Replace each line ``!names a b c`` by what mkdocstrings takes: each name as it is public."""

    def blocks(found: re.Match[str]) -> str:
        return "\n\n".join(f"::: squeezeviz.{name}" for name in found[1].split())

    return _NAMES.sub(blocks, markdown)
