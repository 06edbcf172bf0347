"""How far a change reaches: which cells of a layer a patch of an earlier one can touch, and what they are made of.

An interval is ``(first, end)``, half open, in cells of one layer along one axis; the network treats both axes alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from squeezeviz.architecture import Architecture, Layer
    from squeezeviz.parts import Parts

__all__ = ["Interval", "Stretch", "narrows"]

Interval = tuple[int, int]

# Layers whose cells each hang on a square window of cells, the same everywhere.
_LOCAL = frozenset({"convolution", "max pooling", "average pooling", "concatenation", "Add", "Relu"})


@dataclass(frozen=True)
class _Window:
    """One layer's window on its input, in the input's cells."""

    layer: str
    source: str
    size: int
    step: int
    pad: int


class Stretch:
    """The layers between two of a network's narrows: every change passes through both.

    Args:
        architecture: The layer table of the input's very size.
        start: A layer, or the network's input.
        end: A later layer.
    """

    def __init__(self, architecture: Architecture, start: str, end: str) -> None:
        self.start, self.end = start, end
        names = [architecture.input_name, *(layer.name for layer in architecture)]
        between = names[names.index(start) + 1 : names.index(end) + 1]
        self._windows = [
            _window(architecture, architecture[name], source)
            for name in between
            for source in architecture[name].inputs
        ]
        self._layers = [architecture[name] for name in between]
        before = 1 if start == architecture.input_name else architecture[start].stride
        self.step = self._layers[-1].stride // before
        self.macs = sum(layer.macs for layer in self._layers)

    def touched(self, cells: Interval, sizes: dict[str, int]) -> Interval:
        """Return which cells of the end a change of these cells of the start can touch.

        Args:
            cells: Of the start.
            sizes: Layer → its cells along this axis.
        """
        reached = {self.start: cells}
        for window in self._windows:
            first, end = reached[window.source]
            top = sizes[window.layer]
            low = max(0, -((window.size - 1 - window.pad - first) // window.step))
            high = min(top, (end - 1 + window.pad) // window.step + 1)
            reached[window.layer] = _joined(reached.get(window.layer), (min(low, top), max(high, 0)))
        return reached[self.end]

    def made_of(self, cells: Interval, sizes: dict[str, int]) -> Interval:
        """Return the cells of the start that these cells of the end are computed from.

        Args:
            cells: Of the end.
            sizes: Layer → its cells along this axis.
        """
        needed = {self.end: cells}
        for window in reversed(self._windows):
            if window.layer not in needed:
                continue
            first, end = needed[window.layer]
            low = max(0, first * window.step - window.pad)
            high = min(sizes[window.source], (end - 1) * window.step - window.pad + window.size)
            needed[window.source] = _joined(needed.get(window.source), (low, high))
        return needed[self.start]


def narrows(architecture: Architecture, parts: Parts) -> list[str]:
    """Return the input and the layers through which everything passes, as far as layers look at windows only."""
    found = [architecture.input_name]
    for layer in architecture:
        if layer.kind not in _LOCAL or (layer.kernel and layer.kernel[0] != layer.kernel[1]):
            break
        if layer.name != architecture.logits_name and not parts.beside([layer.name], [architecture.logits_name]):
            found.append(layer.name)
    return found


def _window(architecture: Architecture, layer: Layer, source: str) -> _Window:
    is_input = source == architecture.input_name
    before, offset, sees = (
        (1, 0.0, 1)
        if is_input
        else (architecture[source].stride, architecture[source].offset, architecture[source].receptive_field)
    )
    if layer.kernel is None:
        return _Window(layer.name, source, 1, 1, 0)
    # From the receptive fields, which know of dilation; the kernel's own size does not.
    size = (layer.receptive_field - sees) // before + 1
    pad = round((size - 1) / 2 - (layer.offset - offset) / before)
    return _Window(layer.name, source, size, layer.stride // before, pad)


def _joined(one: Interval | None, other: Interval) -> Interval:
    return other if one is None else (min(one[0], other[0]), max(one[1], other[1]))
