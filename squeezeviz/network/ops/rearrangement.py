"""Operators that only move numbers: each number of the output is one of the input's, or a constant."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.network.ops.base import Op, map_shape
from squeezeviz.network.ops.table import register
from squeezeviz.network.ops.window import POINT, Window, Windows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from squeezeviz.network.gradient_nodes import GradientNodes
    from squeezeviz.network.ops.base import Read, Terms

__all__ = ["Concatenation", "HandOn", "Padding", "Rearrangement", "Slicing", "Splitting", "Transposition"]

_FILLED = -1  # in an order: what stands there is no number of the input


class Rearrangement(Op):
    """An operator that moves numbers. Where they come from is found by moving their places as the operator does."""

    def order(self) -> NDArray[np.intp]:
        """Return which number of the input each of the output is, in the output's shape; -1 for a constant."""
        shape = self.node.inputs[0].shape
        return self.moved(np.arange(math.prod(shape)).reshape(shape))

    def moved(self, order: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return an array with its cells moved as the operator moves them."""
        raise NotImplementedError

    def along(self) -> list[tuple[int, list[int]]] | None:
        """Return, for each axis of the output, the axis of the input that it is, and where along it each cell is from.

        None where the cells do not move axis by axis.
        """
        return None

    def spec(self) -> dict[str, Any] | None:
        found = self.along()
        if found is None:
            return None
        return {
            "op": "Rearrange",
            "from": list(self.node.inputs[0].shape),
            "axes": [axis for axis, _ in found],
            "cells": [cells for _, cells in found],
            "fill": self.filling(),
        }

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        """Every number of the input has what all its copies have, added up."""
        shape, own = list(self.shape), self.node.inputs[0].shape
        cut, filled = [], {}
        for axis, (_, cells) in enumerate(self.along() or ()):
            run = _run_of(cells)
            if run is None:  # in steps, backwards, or one cell at several places
                matrix = np.arange(own[axis])[:, None] == np.array(cells)
                gradient, shape[axis] = at.mixed(gradient, axis, shape, matrix), own[axis]
                continue
            start, end = run
            if (start, end) != (0, len(cells)):
                cut.append((axis, start, end))
            filled[axis] = cells[start], own[axis] - cells[end - 1] - 1
        gradient = at.cut(gradient, *(list(each) for each in zip(*cut, strict=True))) if cut else gradient
        sides = [[filled.get(axis, (0, 0))[side] for axis in range(len(own))] for side in (0, 1)]
        return {0: at.padded(gradient, *sides)}

    def filling(self) -> float:
        """The constant that stands where no number of the input does."""
        return 0.0

    def windows(self, operand: int) -> Windows | None:
        return self._windows if operand == 0 else None

    @cached_property
    def _windows(self) -> Windows | None:
        # A plan of what patches reach asks for them thousands of times, and each place is looked at to find them.
        return _windows_of(self.order(), map_shape(self.node.inputs[0].shape), self.map_shape)

    def reads_all(self, operand: int) -> bool:
        return operand == 0 and self.map_shape[1:] == (1, 1) != map_shape(self.node.inputs[0].shape)[1:]

    def terms(self, place: int, read: Read) -> Terms:
        source = int(self.order().ravel()[place])
        if source == _FILLED:
            return self.made("copy", [], [], [], [], bias=self.filling())
        return self.one("copy", 0, source, 1.0, read)


def _run_of(cells: Sequence[int]) -> tuple[int, int] | None:
    """Return from where to where cells are neighbours in their order, with constants around them; None where not."""
    real = [at for at, cell in enumerate(cells) if cell != _FILLED]
    if not real:
        return None
    start, end = real[0], real[-1] + 1
    is_run = list(cells[start:end]) == list(range(cells[start], cells[start] + end - start))
    return (start, end) if is_run else None


def _windows_of(
    order: NDArray[np.intp], before: tuple[int, int, int], after: tuple[int, int, int]
) -> Windows | None:  # fmt: skip
    """Return the windows of a rearrangement: where each cell is a cell of the input, at a fixed stride."""
    places = order.reshape(after)
    is_real = places != _FILLED
    found = []
    for axis, cells in ((1, (places // before[2]) % before[1]), (2, places % before[2])):
        size = after[axis]
        own = np.arange(size).reshape([size if at == axis else 1 for at in range(3)])
        least = [cells[place][is_real[place]] for place in _slices(axis, size)]
        known = [(at, int(row[0])) for at, row in enumerate(least) if len(row)]
        if not known:
            return None
        (first, start), (last, end) = known[0], known[-1]
        stride = (end - start) // (last - first) if last > first else 1
        pad = first * stride - start
        if stride < 1 or not np.array_equal((own * stride - pad + np.zeros_like(cells))[is_real], cells[is_real]):
            return None
        found.append(Window(1, stride, pad))
    return found[0], found[1]


def _slices(axis: int, size: int) -> list[Any]:
    return [(slice(None),) * axis + (at,) for at in range(size)]


@register
class HandOn(Rearrangement):
    """Operators that hand on every number in its order: another shape at most."""

    types = ("Identity", "Dropout", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Cast")
    label = "reshaping"

    def read(self) -> None:
        if self.output or (self.node.op_type == "Dropout" and self._is_training()):
            raise self.refuse("drops numbers at random (training mode); export the network for inference")
        if math.prod(self.shape) != self.node.inputs[0].size:
            raise self.refuse(f"turns {self.node.inputs[0].shape} into {self.shape}, another number of values")
        if self.node.op_type == "Cast" and int(self.attribute("to", 1)) not in _FLOATS:
            raise self.refuse("turns the image's numbers into whole numbers or bits, which is not read")

    def _is_training(self) -> bool:
        return self.has(2) and bool(np.ravel(self.constant(2))[0])

    def moved(self, order: NDArray[np.intp]) -> NDArray[np.intp]:
        return order.reshape(self.shape)

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        shape = self.node.inputs[0].shape
        if self.node.op_type == "Cast":
            return {0: at.node("CastLike", gradient, self.node.inputs[0].name)}
        return {0: gradient if shape == self.shape else at.shaped(gradient, shape)}

    def windows(self, operand: int) -> Windows | None:
        return POINT if map_shape(self.node.inputs[0].shape) == self.map_shape else super().windows(operand)

    def spec(self) -> dict[str, Any] | None:
        return {"op": "Reshape"}


_FLOATS = {1, 10, 11, 16}  # float32, float16, float64, bfloat16 of TensorProto


@register
class Transposition(Rearrangement):
    """``Transpose``: axes in another order."""

    types = ("Transpose",)
    label = "transposition"

    def moved(self, order: NDArray[np.intp]) -> NDArray[np.intp]:
        axes = self.attribute("perm")
        if axes is not None and axes[0] != 0:
            raise self.refuse("moves the batch axis")
        return order.transpose(axes)

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        axes = [axis for axis, _ in self.along() or ()]
        return {0: at.node("Transpose", gradient, perm=[axes.index(axis) for axis in range(len(axes))])}

    def read(self) -> None:
        self.moved(np.empty(self.node.inputs[0].shape, np.bool_))

    def along(self) -> list[tuple[int, list[int]]] | None:
        shape = self.node.inputs[0].shape
        axes = self.attribute("perm") or range(len(shape))[::-1]
        return [(int(axis), list(range(shape[axis]))) for axis in axes]


@register
class Slicing(Rearrangement):
    """``Slice``: from start to end along some axes, in steps."""

    types = ("Slice",)
    label = "slice"

    def read(self) -> None:
        shape = self.node.inputs[0].shape
        starts, ends = self.parameter("starts", 1), self.parameter("ends", 2)
        axes = self.parameter("axes", 3) or range(len(starts))
        steps = self.parameter("steps", 4) or [1] * len(starts)
        self._cut = [slice(None)] * len(shape)
        for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
            at = self.axis(int(axis), len(shape))
            if at == 0 and (int(start), int(step)) != (0, 1):
                raise self.refuse("cuts along the batch axis")
            is_back = step < 0 and end < -shape[at]  # a step below 0 as far as the first cell
            self._cut[at] = slice(int(start), None if is_back else int(end), int(step))

    def moved(self, order: NDArray[np.intp]) -> NDArray[np.intp]:
        return order[tuple(self._cut)]

    def along(self) -> list[tuple[int, list[int]]] | None:
        shape = self.node.inputs[0].shape
        return [(axis, list(range(shape[axis])[cut])) for axis, cut in enumerate(self._cut)]


@register
class Splitting(Rearrangement):
    """``Split``: one of the parts along an axis."""

    types = ("Split",)
    label = "split"

    def read(self) -> None:
        shape = self.node.inputs[0].shape
        self._axis = self.axis(int(self.attribute("axis", 0)), len(shape))
        sizes = [each[self._axis] for each in self.node.shapes]
        self._first = sum(sizes[: self.output])
        self._size = sizes[self.output]

    def moved(self, order: NDArray[np.intp]) -> NDArray[np.intp]:
        return order.take(range(self._first, self._first + self._size), axis=self._axis)

    def along(self) -> list[tuple[int, list[int]]] | None:
        part = list(range(self._first, self._first + self._size))
        return [
            (axis, part if axis == self._axis else list(range(size)))
            for axis, size in enumerate(self.node.inputs[0].shape)
        ]


@register
class Padding(Rearrangement):
    """``Pad``: cells around the map: a constant, or the map's own edge or mirror image."""

    types = ("Pad",)
    label = "padding"

    def read(self) -> None:
        rank = len(self.node.inputs[0].shape)
        pads = self.parameter("pads", 1)
        axes = [self.axis(int(each), rank) for each in (self.parameter("axes", 3) or range(rank))]
        self._mode = str(self.attribute("mode", "constant"))
        modes = {"constant": "constant", "edge": "edge", "reflect": "reflect", "wrap": "wrap"}
        if self._mode not in modes or pads is None or len(pads) != 2 * len(axes):
            raise self.refuse(f"pads {pads} of the mode {self._mode!r}; expected two numbers an axis, and a known mode")
        self._pads = [(0, 0)] * rank
        for at, axis in enumerate(axes):
            self._pads[axis] = int(pads[at]), int(pads[len(axes) + at])
        if self._pads[0] != (0, 0):
            raise self.refuse("pads the batch axis")

    @property
    def only_adds(self) -> bool:
        """Whether it cuts nothing off."""
        return all(min(pair) >= 0 for pair in self._pads)

    def moved(self, order: NDArray[np.intp]) -> NDArray[np.intp]:
        # What is below 0 cuts off.
        sides = zip(self._pads, order.shape, strict=True)
        cut = tuple(slice(max(0, -low), size - max(0, -high)) for (low, high), size in sides)
        more = [(max(0, low), max(0, high)) for low, high in self._pads]
        if self._mode == "constant":
            return np.pad(order[cut], more, constant_values=_FILLED)
        return np.pad(order[cut], more, mode=self._mode)  # type: ignore[call-overload,no-any-return]  # of read()

    def along(self) -> list[tuple[int, list[int]]] | None:
        found = []
        for axis, (size, (low, high)) in enumerate(zip(self.node.inputs[0].shape, self._pads, strict=True)):
            cells = np.arange(size)[max(0, -low) : size - max(0, -high)]
            more = max(0, low), max(0, high)
            how = {"constant_values": _FILLED} if self._mode == "constant" else {}
            found.append((axis, np.pad(cells, more, mode=self._mode, **how).tolist()))  # type: ignore[call-overload]  # of read()
        return found

    def filling(self) -> float:
        if self.node.version < 11:
            return float(self.attribute("value", 0.0))
        return float(np.ravel(self.constant(2))[0]) if self.has(2) else 0.0


@register
class Concatenation(Op):
    """``Concat``: inputs one behind the other along an axis."""

    types = ("Concat",)
    label = "concatenation"

    def read(self) -> None:
        self._axis = self.axis(int(self.attribute("axis", 1)), len(self.shape))
        if self._axis == 0:
            raise self.refuse("joins along the batch axis")

    @property
    def joins_channels(self) -> bool:
        return self._axis == 1 and len(self.shape) == 4 and len(self.moving) == len(self.node.inputs)

    def windows(self, operand: int) -> Windows | None:
        return POINT if self._axis == 1 and len(self.shape) == 4 else None

    def reads_all(self, operand: int) -> bool:
        return len(self.shape) == 2

    def terms(self, place: int, read: Read) -> Terms:
        at = list(np.unravel_index(place, self.shape))
        operand = 0
        while at[self._axis] >= self.node.inputs[operand].shape[self._axis]:
            at[self._axis] -= self.node.inputs[operand].shape[self._axis]
            operand += 1
        source = int(np.ravel_multi_index(tuple(at), self.node.inputs[operand].shape))
        if operand in self.moving:
            return self.one("copy", operand, source, 1.0, read)
        return self.made("copy", [], [], [], [], bias=float(np.asarray(read(operand)).ravel()[source]))

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        sizes = [each.shape[self._axis] for each in self.node.inputs]
        return {own: at.cut(gradient, [self._axis], [sum(sizes[:own])], [sum(sizes[: own + 1])]) for own in self.moving}

    def spec(self) -> dict[str, Any] | None:
        return {"op": "Concat", "axis": self._axis, **self.operands()}
