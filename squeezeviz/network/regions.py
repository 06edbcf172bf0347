"""How a graph of layers forks and joins: where all paths meet, and what runs side by side in between.

Layers come in execution order, so a layer lies on every path exactly if nothing read behind it was computed before it.
One look at every edge finds these layers; nothing here depends on names.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from squeezeviz.network.ops.rearrangement import Concatenation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from squeezeviz.network.layer import Layer

__all__ = ["Names", "Wiring"]

#: Names of layers, in execution order.
Names = tuple[str, ...]


class Wiring:
    """Which layer reads which.

    A concatenation that lists all that an earlier one joins, and one more, is taken to read that one: so dense blocks
    are the same whether a program joins two at a time or lists everything anew.

    Args:
        layers: In execution order.

    Attributes:
        layers: Name → layer.
        inputs: Name → the layers it reads, and the network's input.
        readers: Name → the layers that read it.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers: dict[str, Layer] = {layer.name: layer for layer in layers}
        self.inputs: dict[str, Names] = {}
        self.readers: dict[str, list[str]] = defaultdict(list)
        joined: dict[Names, str] = {}  # what is joined → where first
        for layer in layers:
            reads = layer.inputs
            if isinstance(layer.op, Concatenation):
                if len(reads) > 1 and reads[:-1] in joined:
                    reads = (joined[reads[:-1]], reads[-1])
                joined.setdefault(layer.inputs, layer.name)
            self.inputs[layer.name] = tuple(dict.fromkeys(reads))
            for name in self.inputs[layer.name]:
                self.readers[name].append(layer.name)

    def chain(self, part: Names) -> list[Names]:
        """Cut a part of the network behind each layer that all of its paths go through.

        Returns:
            Layers that follow one another stand alone; what forks and joins in between stands together, the join last.
        """
        at = {name: place for place, name in enumerate(part)}
        items, start = [], 0
        reach = max((at[name] for name in part if not at.keys() >= set(self.inputs[name])), default=0)
        for place, name in enumerate(part):
            if reach <= place:
                items.append(part[start : place + 1])
                start = place + 1
            reach = max([reach, *(at.get(reader, len(part)) for reader in self.readers[name])])
        if start < len(part):
            items.append(part[start:])
        return items

    def branches(self, item: Names) -> list[Names]:
        """Return what runs side by side before a join: parts that do not read each other, and () for a shortcut."""
        inner, join = item[:-1], item[-1]
        root = {name: name for name in inner}

        def find(name: str) -> str:
            while root[name] != name:
                root[name] = name = root[root[name]]
            return name

        for name in inner:
            for read in self.inputs[name]:
                if read in root:
                    root[find(name)] = find(read)
        parts: Mapping[str, list[str]] = defaultdict(list)
        for name in inner:
            parts[find(name)].append(name)
        shortcut = [()] if any(read not in root for read in self.inputs[join]) else []
        return [*shortcut, *map(tuple, parts.values())]

    def clusters(self, item: Names) -> list[Names]:
        """Return the parts before a join that only one layer of each is read outside of.

        A layer belongs to the part that all of its readers belong to; where they belong to several, or it is joined, a
        part ends with it.
        """
        inner = item[:-1]
        end: dict[str, str] = {}
        for name in reversed(inner):
            ends = {end.get(reader, "") for reader in self.readers[name]}
            end[name] = ends.pop() if len(ends) == 1 and "" not in ends else name
        parts: Mapping[str, list[str]] = defaultdict(list)
        for name in inner:
            parts[end[name]].append(name)
        return [tuple(part) for part in parts.values()]
