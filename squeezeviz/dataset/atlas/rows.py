"""The layers of an atlas, one row a channel: which are asked, and which are found in another's rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from squeezeviz.arguments import names_of
from squeezeviz.errors import LayerError
from squeezeviz.network.ops.softmax import Softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from squeezeviz.network.architecture import Architecture, Layer

__all__ = ["Group", "Rows", "origin_of", "rows_of"]


@dataclass(frozen=True)
class Group:
    """One layer's channels among the rows.

    Attributes:
        layer: Its name.
        start: Row of its channel 0.
        channels: How many.
        unit: What its values are multiplied by before they are made whole numbers: probabilities are small.
    """

    layer: str
    start: int
    channels: int
    unit: int = 1

    @property
    def related(self) -> int:
        """How many of its channels are held against each other: all, or none of probabilities, which add up to 1."""
        return self.channels if self.unit == 1 else 0

    @property
    def rows(self) -> slice:
        """Its rows."""
        return slice(self.start, self.start + self.channels)


@dataclass(frozen=True)
class Rows:
    """The layers of an atlas.

    A concatenation holds its branches' channels, one after the other: counted once, they serve for both.

    Attributes:
        asked: Those whose activations are counted; their rows follow each other.
        shown: Those the atlas is of, in the network's order, each with its rows.
    """

    asked: tuple[Group, ...]
    shown: tuple[Group, ...]

    @property
    def count(self) -> int:
        """Number of rows."""
        return sum(group.channels for group in self.asked)


def rows_of(architecture: Architecture, layers: Sequence[str] | None = None) -> Rows:
    """Return the rows of some layers, or of all.

    Raises:
        LayerError: A layer is unknown, or none is named.
    """
    wanted = None if layers is None else names_of(layers)
    if wanted == []:
        raise LayerError("an empty list of layers was asked for; leave it out to get every layer")
    names = {layer.name for layer in architecture} if wanted is None else {architecture[name].name for name in wanted}
    chosen = [layer for layer in architecture if layer.name in names]
    inside = {
        part: (layer.name, offset)
        for layer in chosen
        if layer.op.joins_channels
        for part, offset in _parts(architecture, layer)
        if part in names
    }
    asked: dict[str, Group] = {}
    start = 0
    for layer in chosen:
        if layer.name not in inside:
            unit = 4096 if isinstance(layer.op, Softmax) else 1
            asked[layer.name] = Group(layer.name, start, layer.channels, unit)
            start += layer.channels

    def found(layer: Layer) -> Group:
        if layer.name in asked:
            return asked[layer.name]
        whole, offset = inside[layer.name]
        group = found(architecture[whole])
        return Group(layer.name, group.start + offset, layer.channels, group.unit)

    return Rows(tuple(asked.values()), tuple(found(layer) for layer in chosen))


def _parts(architecture: Architecture, layer: Layer) -> list[tuple[str, int]]:
    """The layers that a concatenation is made of, each with its first channel."""
    parts, offset = [], 0
    for name in layer.inputs:
        parts.append((name, offset))
        offset += architecture[name].channels
    return parts


def origin_of(architecture: Architecture, layer: Layer, channel: int) -> Layer:
    """Return the layer that a channel comes from: within a concatenation, one of its branches, which sees less."""
    if not layer.op.joins_channels:
        return layer
    name, offset = next(part for part in reversed(_parts(architecture, layer)) if part[1] <= channel)
    return origin_of(architecture, architecture[name], channel - offset)
