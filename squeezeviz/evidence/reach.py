"""How far a change reaches: which cells of a layer a patch of an earlier one can touch, and what they are made of.

An interval is ``(first, end)``, half open, in cells of one layer along one axis. How a layer's window moves along it is
what the layer's operator says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.errors import LayerError

if TYPE_CHECKING:
    from squeezeviz.network.architecture import Architecture, Layer
    from squeezeviz.network.ops import Interval, Windows
    from squeezeviz.runtime.parts import Parts

__all__ = ["Stretch", "bottlenecks"]


class Stretch:
    """The layers between two of a network's bottlenecks: every change passes through both.

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
            (name, source, _windows(architecture[name], operand))
            for name in between
            for operand, source in zip(architecture[name].op.moving, architecture[name].inputs, strict=True)
        ]
        before = (1, 1) if start == architecture.input_name else architecture[start].located()[0]
        after = architecture[end].located()[0]
        #: Cells of the start between neighbouring cells of the end, along (y, x).
        self.steps = after[0] // before[0], after[1] // before[1]
        self.macs = sum(architecture[name].macs for name in between)

    def touched(self, cells: Interval, sizes: dict[str, int], axis: int) -> Interval:
        """Return which cells of the end a change of these cells of the start can touch.

        Args:
            cells: Of the start.
            sizes: Layer → its cells along this axis.
            axis: 0 along the height, 1 along the width.
        """
        reached = {self.start: cells}
        for name, source, windows in self._windows:
            reached[name] = _joined(reached.get(name), windows[axis].touched(reached[source], sizes[name]))
        return reached[self.end]

    def made_of(self, cells: Interval, sizes: dict[str, int], axis: int) -> Interval:
        """Return the cells of the start that these cells of the end are computed from.

        Args:
            cells: Of the end.
            sizes: Layer → its cells along this axis.
            axis: 0 along the height, 1 along the width.
        """
        needed = {self.end: cells}
        for name, source, windows in reversed(self._windows):
            if name in needed:
                needed[source] = _joined(needed.get(source), windows[axis].made_of(needed[name], sizes[source]))
        return needed[self.start]


def bottlenecks(architecture: Architecture, parts: Parts) -> list[str]:
    """Return the input and the layers through which everything passes, as far as layers look at windows only."""
    found = [architecture.input_name]
    for layer in architecture:
        if not _is_local(layer) or (layer.pre_relu or layer.name) not in parts.croppable:
            break
        if layer.name != architecture.logits_name and not parts.beside([layer.name], [architecture.logits_name]):
            found.append(layer.name)
    return found


def _is_local(layer: Layer) -> bool:
    """Whether a layer's cells each hang on a window of cells, the same everywhere."""
    windowed = (
        layer.op.windows(operand) is not None and not layer.op.reads_all(operand) for operand in layer.op.moving
    )
    return all(windowed) and layer.stride is not None and len(layer.shape) == 3


def _windows(layer: Layer, operand: int) -> Windows:
    windows = layer.op.windows(operand)
    if windows is None:
        raise LayerError(f"{layer.name}: a layer of the kind {layer.kind!r} has no windows of fixed size")
    return windows


def _joined(one: Interval | None, other: Interval) -> Interval:
    return other if one is None else (min(one[0], other[0]), max(one[1], other[1]))
