"""Names of blocks for people: of the module that their layers' names tell, else of kind and number."""

from __future__ import annotations

import re
from collections import Counter
from os.path import commonprefix
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from squeezeviz.network.block_forms import Kind
    from squeezeviz.network.regions import Names

__all__ = ["block_names", "dense_names"]

_PARTS = re.compile(r"[./_]*[^./_]+")  # a name's parts, each with the sign before it
_SIGNS = "./_"


def block_names(blocks: Sequence[tuple[Kind, Names]], taken: Collection[str] = ()) -> list[str]:
    """Return a name for each block, all different.

    Args:
        blocks: Kind, and the layers whose names may tell the module.
        taken: Names that no block may be given.
    """
    told = _modules([layers for _, layers in blocks])
    used = Counter(taken)
    numbers: Counter[str] = Counter()
    names = []
    for (kind, layers), module in zip(blocks, told, strict=True):
        numbers[kind] += 1
        told_or_made = name = module or (_range(layers) if kind == "plain" else f"{kind} {numbers[kind]}")
        while used[name]:  # a layer may be called as another block is
            used[told_or_made] += 1
            name = f"{told_or_made} ({used[told_or_made]})"
        used[name] += 1
        names.append(name)
    return names


def dense_names(kinds: Sequence[Kind], names: Sequence[str]) -> list[str | None]:
    """Return, for each block, the dense block that it is a layer of: layers in a row; None for others."""
    rows: list[list[int]] = []
    for at, kind in enumerate(kinds):
        if kind == "dense layer":
            if not rows or rows[-1][-1] != at - 1:
                rows.append([])
            rows[-1].append(at)
    told = _modules([tuple(names[at] for at in row) for row in rows])
    groups: list[str | None] = [None] * len(kinds)
    for number, (row, module) in enumerate(zip(rows, told, strict=True), start=1):
        for at in row:
            groups[at] = module or f"dense block {number}"
    return groups


def _modules(blocks: Sequence[Names]) -> list[str]:
    """Return the module that each block's layers are of; empty where their names tell none, or that of others too."""
    found = [_common(names) for names in blocks]
    counts = Counter(found)
    # What other blocks lie in, too, is no name for one of them.
    wider = {name[:at] for name in found for at, sign in enumerate(name) if sign in _SIGNS and name[:at] in counts}
    return [name if counts[name] == 1 and name not in wider else "" for name in found]


def _common(names: Names) -> str:
    """Return the parts that all names begin with; a lone layer is its own block's name."""
    first, last = min(names), max(names)  # what these two share, all share
    shared = []
    for one, other in zip(_PARTS.findall(first), _PARTS.findall(last), strict=False):
        if one != other:
            break
        shared.append(one)
    return "".join(shared).rstrip(_SIGNS) if len(names) > 1 else first


def _range(layers: Names) -> str:
    """Return the first and the last of some layers, the module of both said once."""
    if len(layers) == 1:
        return layers[0]
    first, last = layers[0], layers[-1]
    shared = commonprefix([first, last])  # noqa: RUF071 - of letters
    return f"{first}–{last[max(shared.rfind('.'), shared.rfind('/')) + 1 :]}"
