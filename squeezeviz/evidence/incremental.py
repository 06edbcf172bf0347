"""The network's answers to one image with patches of it replaced: only what a patch can reach is computed again.

The network is run in stages. Of each stage but the last only a crop is computed, around the cells that the patch can
touch, and put in the place of what the whole image gave there; the last stage takes whole maps. The results are those
of whole runs. What makes them so:

- A crop holds every cell that the touched cells are made of, or it ends where the image ends. So paddings that a crop
  meets at its edges are paddings that the image has there; what they spoil elsewhere is not used.
- A crop begins at a multiple of the stage's stride, and its size leaves the same remainder as the whole. So its cells
  are the image's cells, and pooling that rounds up at the image's end (Caffe's) does the same at the crop's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.evidence.reach import Stretch, bottlenecks
from squeezeviz.network.ops.window import Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from squeezeviz.network.architecture import Architecture
    from squeezeviz.runtime.model import Model

__all__ = ["Box", "PatchedRuns", "Stage", "plan", "stages"]

#: (rows, columns) of input pixels, or of cells.
Box = tuple[Interval, Interval]

# What planning counts besides multiply-accumulates, in the time of one: writing a number of a crop or a map, and
# starting a stage. So set, it chooses what measuring seven sets of stages for patches of 16, 32 and 64 px found best.
_MACS_A_NUMBER = 60
_MACS_A_STAGE = 8_000_000


@dataclass(frozen=True)
class Stage:
    """One stage that is computed in crops.

    Attributes:
        stretch: From where to where.
        crop: (height, width) of the crops, in cells of its start.
    """

    stretch: Stretch = field(repr=False)
    crop: tuple[int, int]

    @property
    def start(self) -> str:
        """The layer that crops are taken from."""
        return self.stretch.start

    @property
    def end(self) -> str:
        """The layer that they are put back into."""
        return self.stretch.end


class _Axis:
    """One axis of an input: how many cells each layer has along it."""

    def __init__(self, architecture: Architecture, axis: int) -> None:
        self._axis = axis - 1
        self.sizes = {layer.name: layer.shape[axis] for layer in architecture if len(layer.shape) == 3}
        self.sizes[architecture.input_name] = architecture.input_shape[axis]

    def touched(self, stretch: Stretch, cells: Interval) -> Interval:
        return stretch.touched(cells, self.sizes, self._axis)

    def place(self, stretch: Stretch, touched: Interval, size: int | None = None) -> tuple[int, int]:
        """Return where a crop begins that the touched cells of the end can be computed from, and its size.

        Args:
            stretch: The stage's layers.
            touched: Cells of the end.
            size: Of the crop; the smallest by default.
        """
        whole, step = self.sizes[stretch.start], stretch.steps[self._axis]
        # The last pixels of some sizes reach no cell at all: a crop of one cell then, since a network runs on no less.
        low = max(0, min(touched[0], self.sizes[stretch.end] - 1))
        first, end = stretch.made_of((low, max(touched[1], low + 1)), self.sizes, self._axis)
        first -= first % step
        if size is None:
            size = end - first
            size += (whole - size) % step
        size = min(size, whole)
        return min(first, whole - size), size


def plan(model: Model, architecture: Architecture, boxes: Sequence[Box]) -> tuple[Stage, ...]:
    """Choose the stages that take the least time for patches such as these: none where whole runs do.

    Args:
        model: Whose network.
        architecture: Its layers at the input's size.
        boxes: The patches, in input pixels.
    """
    axes = _Axis(architecture, 1), _Axis(architecture, 2)
    cuts = bottlenecks(architecture, model.parts)
    reached = _reached(axes, architecture, cuts, boxes)
    total = architecture.macs
    # The cheapest way to have the maps of each bottleneck with the patch in them; from each the rest is run whole.
    best: dict[str, tuple[float, tuple[Stage, ...]]] = {cuts[0]: (0.0, ())}
    for later, end in enumerate(cuts[1:], start=1):
        for start in cuts[:later]:
            stage = _stage(axes, Stretch(architecture, start, end), reached)
            cost = best[start][0] + _cost(architecture, axes, stage)
            if end not in best or cost < best[end][0]:
                best[end] = cost, (*best[start][1], stage)
    done = 0
    ends: list[tuple[float, tuple[Stage, ...]]] = []
    layers = {layer.name: layer for layer in architecture}
    for name in cuts:
        done = sum(layer.macs for layer in architecture.layers[: _position(architecture, name)])
        shape = layers[name].shape if name in layers else architecture.input_shape
        ends.append((best[name][0] + total - done + _MACS_A_NUMBER * float(np.prod(shape)), best[name][1]))
    return min(ends, key=lambda end: end[0])[1]


def stages(model: Model, architecture: Architecture, boxes: Sequence[Box], ends: Sequence[str]) -> tuple[Stage, ...]:
    """Return the stages that end at these layers, in the network's order: to be compared with what `plan` chooses.

    Args:
        model: Whose network.
        architecture: Its layers at the input's size.
        boxes: The patches, in input pixels.
        ends: Names of layers through which everything passes.
    """
    axes = _Axis(architecture, 1), _Axis(architecture, 2)
    reached = _reached(axes, architecture, bottlenecks(architecture, model.parts), boxes)
    starts = [architecture.input_name, *ends]
    return tuple(_stage(axes, Stretch(architecture, *pair), reached) for pair in zip(starts, ends, strict=False))


def _position(architecture: Architecture, name: str) -> int:
    names = [layer.name for layer in architecture]
    return names.index(name) + 1 if name in names else 0


_Reached = dict[str, tuple[set[Interval], set[Interval]]]


def _reached(axes: tuple[_Axis, _Axis], architecture: Architecture, cuts: list[str], boxes: Sequence[Box]) -> _Reached:
    """Return what the patches touch in every bottleneck, along each axis."""
    found: _Reached = {cuts[0]: ({box[0] for box in boxes}, {box[1] for box in boxes})}
    for start, end in pairwise(cuts):
        stretch = Stretch(architecture, start, end)
        rows, columns = (
            {axis.touched(stretch, cells) for cells in before} for axis, before in zip(axes, found[start], strict=True)
        )
        found[end] = rows, columns
    return found


def _stage(axes: tuple[_Axis, _Axis], stretch: Stretch, reached: _Reached) -> Stage:
    height, width = (
        max(axis.place(stretch, cells)[1] for cells in touched)
        for axis, touched in zip(axes, reached[stretch.end], strict=True)
    )
    return Stage(stretch, (height, width))


def _cost(architecture: Architecture, axes: tuple[_Axis, _Axis], stage: Stage) -> float:
    """Return what a stage takes for one patch, in multiply-accumulates."""
    whole = axes[0].sizes[stage.start] * axes[1].sizes[stage.start]
    share = stage.crop[0] * stage.crop[1] / whole
    channels = (
        architecture.input_shape[0] if stage.start == architecture.input_name else architecture[stage.start].channels
    )
    return share * (stage.stretch.macs + _MACS_A_NUMBER * channels * whole) + _MACS_A_STAGE


class PatchedRuns:
    """Answers to one preprocessed image with patches of it replaced.

    Args:
        model: The model to run, from `squeezeviz.load_model`.
        tensor: The image, float32 (1, 3, H, W).
        filling: What patches show instead, of the same shape.
        chosen: The stages computed in crops, as `plan` chooses them.
    """

    def __init__(
        self, model: Model, tensor: NDArray[np.float32], filling: NDArray[np.float32], chosen: Sequence[Stage]
    ) -> None:
        self._parts = model.parts
        self._filling = filling[0]
        self._stages = tuple(chosen)
        arch = model.architecture_at(*tensor.shape[2:])
        self._axes = _Axis(arch, 1), _Axis(arch, 2)
        self._logits = arch.logits_name
        ends = [stage.end for stage in self._stages]
        whole = self._parts.run({arch.input_name: tensor}, [*ends, self._logits])
        #: The image's own logits, float32 (N,).
        self.baseline: NDArray[np.float32] = whole[self._logits].reshape(-1)
        self._maps = {arch.input_name: tensor[0], **{name: whole[name][0] for name in ends}}
        self._last = ends[-1] if ends else arch.input_name

    def __call__(self, boxes: Sequence[Box]) -> NDArray[np.float32]:
        """Return the logits with each of these patches replaced in turn, float32 (patches, N)."""
        blocks = [self._filling[:, slice(*rows), slice(*columns)] for rows, columns in boxes]
        places = list(boxes)
        for stage in self._stages:
            places, blocks = self._stage(stage, places, blocks)
        maps = np.repeat(self._maps[self._last][None], len(boxes), axis=0)
        for row, ((rows, columns), block) in enumerate(zip(places, blocks, strict=True)):
            maps[row, :, slice(*rows), slice(*columns)] = block
        logits: NDArray[np.float32] = self._parts.run({self._last: maps}, [self._logits], threads=1)[self._logits]
        return logits.reshape(len(boxes), -1)

    def _stage(
        self, stage: Stage, places: list[Box], blocks: list[NDArray[np.float32]]
    ) -> tuple[list[Box], list[NDArray[np.float32]]]:
        """Carry changed cells of a stage's start on to its end."""
        touched = [(self._touched(stage, 0, rows), self._touched(stage, 1, columns)) for rows, columns in places]
        corners = [tuple(self._corner(stage, axis, box[axis]) for axis in (0, 1)) for box in touched]
        base = self._maps[stage.start]
        height, width = stage.crop
        crops = np.empty((len(places), len(base), height, width), np.float32)
        for row, ((top, left), place, block) in enumerate(zip(corners, places, blocks, strict=True)):
            crops[row] = base[:, top : top + height, left : left + width]
            rows, within_rows = _overlap(place[0], top, height)
            columns, within_columns = _overlap(place[1], left, width)
            crops[row, :, rows, columns] = block[:, within_rows, within_columns]
        made = self._parts.run({stage.start: crops}, [stage.end], threads=1)[stage.end]
        down, right = stage.stretch.steps
        results = [
            maps[:, slice(*(cell - top // down for cell in box[0])), slice(*(cell - left // right for cell in box[1]))]
            for maps, (top, left), box in zip(made, corners, touched, strict=True)
        ]
        return touched, results

    def _touched(self, stage: Stage, axis: int, cells: Interval) -> Interval:
        return self._axes[axis].touched(stage.stretch, cells)

    def _corner(self, stage: Stage, axis: int, touched: Interval) -> int:
        return self._axes[axis].place(stage.stretch, touched, stage.crop[axis])[0]


def _overlap(cells: Interval, first: int, size: int) -> tuple[slice, slice]:
    """Return what a crop shares with some cells: as a slice of the crop, and as one of the cells."""
    low, high = max(cells[0], first), min(cells[1], first + size)
    high = max(low, high)
    return slice(low - first, high - first), slice(low - cells[0], high - cells[0])
