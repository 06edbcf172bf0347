"""Pooling: over windows, and over the whole map."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.network.ops.base import Op
from squeezeviz.network.ops.sliding import Sliding
from squeezeviz.network.ops.table import register
from squeezeviz.network.ops.window import POINT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from squeezeviz.network.gradient_nodes import GradientNodes
    from squeezeviz.network.ops.base import Read, Terms
    from squeezeviz.network.ops.window import Windows

__all__ = ["AveragePooling", "GlobalPooling", "LpPooling", "MaxPooling", "Reduction"]


class _Pooling(Sliding):
    def read(self) -> None:
        super().read()
        for axis, window in enumerate(self.window or ()):
            last, size = (self.shape[2 + axis] - 1) * window.stride - window.pad, self.node.inputs[0].shape[2 + axis]
            if self.attribute("ceil_mode", 0) and last >= size:
                raise self.refuse(
                    f"ceil_mode rounds up to a window that lies beyond the map, of {size} cells, which ONNX Runtime "
                    "leaves out; set ceil_mode to 0"
                )

    def work(self) -> tuple[int, int]:
        return 0, math.prod(self.shape[1:]) * math.prod(self.kernel())

    def over_windows(self, at: GradientNodes, gradient: str) -> str:
        """Carry a gradient back to every number of its window alike."""
        self.needs_two_axes()
        channels, down, right = self.shape[1], *(self.window or POINT)
        ones = at.numbers(np.ones((channels, 1, down.kernel, right.kernel)))
        carry = self.gathered if self.is_plain_backward() else self.spread
        return carry(at, gradient, ones, channels)

    def window_of(self, place: int, read: Read) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return where a number's window lies, as indices into the input's numbers, and what stands there."""
        channel, rows, columns = self.under(place)
        height, width = self.node.inputs[0].shape[2:]
        places = np.array([(channel * height + y) * width + x for _, y in rows for _, x in columns], np.intp)
        return places, np.asarray(read(0)).ravel()[places].astype(np.float64)


@register
class MaxPooling(_Pooling):
    """``MaxPool``: the largest number under the window; padding never is."""

    types = ("MaxPool",)
    label = "max pooling"

    def read(self) -> None:
        if self.output:
            raise self.refuse("the places of the largest numbers are asked for; only the numbers are read")
        super().read()

    def terms(self, place: int, read: Read) -> Terms:
        places, found = self.window_of(place, read)
        weights = np.zeros(len(found))
        weights[int(found.argmax())] = 1.0
        return self.made("max", 0, places, weights, found)

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        """Of equal largest numbers the first has the derivative, row by row; the others have 0."""
        self.needs_two_axes()
        source = self.node.inputs[0]
        down, right = self.window or POINT
        _, places = at.outputs(
            2,
            "MaxPool",
            source.name,
            kernel_shape=[down.kernel, right.kernel],
            strides=[down.stride, right.stride],
            dilations=[down.dilation, right.dilation],
            pads=self.pads,
            ceil_mode=int(self.attribute("ceil_mode", 0)),
        )
        # The places are counted through the whole batch.
        flat, each = at.ints([-1]), at.node("Reshape", places, at.ints([-1]))
        nothing = at.zeros_like(at.node("Reshape", source.name, flat))
        moved = at.node("ScatterElements", nothing, each, at.node("Reshape", gradient, flat), axis=0, reduction="add")
        return {0: at.shaped(moved, source.shape)}

    def spec(self) -> dict[str, Any] | None:
        return {"op": "MaxPool", **self.moves()} if self.window else None


@register
class AveragePooling(_Pooling):
    """``AveragePool``: the mean of the numbers under the window; padding counts where ``count_include_pad`` says so."""

    types = ("AveragePool",)
    label = "average pooling"

    def read(self) -> None:
        super().read()
        #: Whether padding counts as zeros.
        self.counts_padding = bool(self.attribute("count_include_pad", 0))

    @property
    def is_global_mean(self) -> bool:
        kernel, map_ = self.kernel(), self.node.inputs[0].shape[2:]
        return self.window is not None and tuple(kernel) == map_ and not any(self.pads) and self.map_shape[1:] == (1, 1)

    def terms(self, place: int, read: Read) -> Terms:
        places, found = self.window_of(place, read)
        count = self._count(place) if self.counts_padding else len(found)
        return self.made("mean", 0, places, 1 / count, found)

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        self.needs_two_axes()
        return {0: self.over_windows(at, at.node("Mul", gradient, at.numbers(1 / self.counts())))}

    def counts(self) -> NDArray[np.float64]:
        """Return how many numbers each cell is the mean of, float64 (H, W)."""
        _, height, width = self.map_shape
        if self.counts_padding:
            return np.array([self._count(place) for place in range(height * width)], float).reshape(height, width)
        down, right = self.window or (POINT[0], POINT[1])
        rows, columns = self.node.inputs[0].shape[2:]
        tall = [len(down.cells(y, rows)) for y in range(height)]
        return np.outer(tall, [len(right.cells(x, columns)) for x in range(width)]).astype(float)

    def _count(self, place: int) -> int:
        """How many places of a window lie on the map or its padding: one that was rounded up to may jut out further."""
        _, height, width = self.map_shape
        y, x = divmod(place % (height * width), width)
        counts = []
        for axis, cell in enumerate((y, x)):
            window, end = (self.window or ())[axis], self.node.inputs[0].shape[2 + axis] + self.pads[2 + axis]
            first = cell * window.stride - window.pad
            counts.append(sum(first + at * window.dilation < end for at in range(window.kernel)))
        return math.prod(counts)

    def spec(self) -> dict[str, Any] | None:
        return {"op": "AveragePool", "include_pad": self.counts_padding, **self.moves()} if self.window else None


@register
class LpPooling(_Pooling):
    """``LpPool``: the p-norm of the numbers under the window."""

    types = ("LpPool",)
    label = "norm pooling"

    def terms(self, place: int, read: Read) -> Terms:
        places, found = self.window_of(place, read)
        return _norm(self, places, found)

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        """Where all numbers of a window are 0, the derivative is 0."""
        return _norm_backward(self, at, gradient, lambda shares: self.over_windows(at, shares))

    def spec(self) -> dict[str, Any] | None:
        return {"op": "LpPool", "p": int(self.attribute("p", 2)), **self.moves()} if self.window else None


def _norm(op: Op, places: NDArray[np.intp], found: NDArray[np.float64]) -> Terms:
    power = int(op.attribute("p", 2))
    total = float((np.abs(found) ** power).sum() ** (1 / power))
    return op.made("function", 0, places, 1.0, found, total=total, formula=f"(Σ |x|^{power})^(1/{power})")


def _norm_backward(op: Op, at: GradientNodes, gradient: str, spread: Callable[[str], str]) -> Mapping[int, str]:
    """Carry a gradient through a p-norm: sign(x) · |x|^(p−1) · norm^(1−p), and 0 where the norm is 0."""
    power, norm, source = int(op.attribute("p", 2)), op.node.outputs[0], op.node.inputs[0].name
    at.is_steep = True
    is_some = at.node("Greater", norm, at.numbers(0))
    if power == 1:
        return {0: at.node("Mul", at.node("Sign", source), spread(at.where(is_some, gradient)))}
    whole = norm if power == 2 else at.node("Pow", norm, at.numbers(power - 1))
    shares = spread(at.where(is_some, at.node("Div", gradient, whole)))
    if power == 2:
        return {0: at.node("Mul", source, shares)}
    size = at.node("Pow", at.node("Abs", source), at.numbers(power - 2))
    return {0: at.node("Mul", at.node("Mul", source, size), shares)}


@register
class GlobalPooling(Op):
    """``GlobalAveragePool``, ``GlobalMaxPool``, ``GlobalLpPool``: one number for a channel's whole map."""

    types = ("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool")

    def read(self) -> None:
        self.label = {
            "GlobalAveragePool": "global average pooling",
            "GlobalMaxPool": "global max pooling",
            "GlobalLpPool": "global norm pooling",
        }[self.node.op_type]

    def reads_all(self, operand: int) -> bool:
        return True

    @property
    def is_global_mean(self) -> bool:
        return self.node.op_type == "GlobalAveragePool" and len(self.node.inputs[0].shape) == 4

    def work(self) -> tuple[int, int]:
        return 0, math.prod(self.node.inputs[0].shape[1:])

    def terms(self, place: int, read: Read) -> Terms:
        cells = math.prod(self.node.inputs[0].shape[2:])
        places = np.arange(place * cells, (place + 1) * cells)
        found = np.asarray(read(0)).ravel()[places].astype(np.float64)
        if self.node.op_type == "GlobalAveragePool":
            return self.made("mean", 0, places, 1 / cells, found)
        if self.node.op_type == "GlobalLpPool":
            return _norm(self, places, found)
        weights = np.zeros(cells)
        weights[int(found.argmax())] = 1.0
        return self.made("max", 0, places, weights, found)

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        """Of equal largest numbers the first has the derivative, row by row; of a norm of 0, it is 0."""
        source = self.node.inputs[0]
        cells = math.prod(source.shape[2:])
        if self.node.op_type == "GlobalAveragePool":
            return {0: at.spread_to(at.scaled(gradient, 1 / cells), source.shape)}
        if self.node.op_type == "GlobalLpPool":
            return _norm_backward(self, at, gradient, lambda shares: shares)
        rows = at.node("Reshape", source.name, at.ints([-1, source.shape[1], cells]))
        first = at.node("ArgMax", rows, axis=2, keepdims=1, select_last_index=0)
        is_first = at.shaped(at.node("Equal", first, at.ints(range(cells))), source.shape)
        return {0: at.where(is_first, gradient)}

    def spec(self) -> dict[str, Any] | None:
        return {"op": self.node.op_type, "p": int(self.attribute("p", 2))}


@register
class Reduction(Op):
    """``ReduceMean``, ``ReduceSum``, ``ReduceMax``: one number for all that lie along some axes."""

    types = ("ReduceMean", "ReduceSum", "ReduceMax")

    def read(self) -> None:
        kind = {"ReduceMean": "mean", "ReduceSum": "sum", "ReduceMax": "maximum"}[self.node.op_type]
        rank = len(self.node.inputs[0].shape)
        asked = self.parameter("axes", 1) or []
        if not asked and self.attribute("noop_with_empty_axes", 0):
            raise self.refuse("reduces along no axis (noop_with_empty_axes); take it out of the graph")
        #: The axes, counted from the first.
        self.axes = tuple(sorted({self.axis(int(each), rank) for each in asked} or set(range(rank))))
        if 0 in self.axes:
            raise self.refuse("reduces along the batch: the answer to one image would hang on others")
        self.label = f"global {kind}" if self.is_global else kind
        self.label = "global average pooling" if self.label == "global mean" else self.label

    @property
    def is_global_mean(self) -> bool:
        return self.is_global and self.node.op_type == "ReduceMean"

    @property
    def is_global(self) -> bool:
        """Whether it is one number for a channel's whole map."""
        return len(self.node.inputs[0].shape) == 4 and self.axes == (2, 3)

    def windows(self, operand: int) -> Windows | None:
        is_cellwise = len(self.node.inputs[0].shape) == 4 and self.axes == (1,) and len(self.shape) == 4
        return POINT if is_cellwise else None

    def reads_all(self, operand: int) -> bool:
        return self.windows(operand) is None and self.map_shape[1:] == (1, 1)

    def work(self) -> tuple[int, int]:
        return 0, math.prod(self.node.inputs[0].shape[1:])

    def terms(self, place: int, read: Read) -> Terms:
        shape = self.node.inputs[0].shape
        order = np.arange(math.prod(shape)).reshape(shape)
        along = tuple(self.axes)
        kept = [axis for axis in range(len(shape)) if axis not in along]
        rows = order.transpose(*kept, *along).reshape(-1, math.prod(shape[axis] for axis in along))
        places = rows[place]
        found = np.asarray(read(0)).ravel()[places].astype(np.float64)
        if self.node.op_type == "ReduceMean":
            return self.made("mean", 0, places, 1 / len(places), found)
        if self.node.op_type == "ReduceSum":
            return self.made("sum", 0, places, 1.0, found)
        weights = np.zeros(len(places))
        weights[int(found.argmax())] = 1.0
        return self.made("max", 0, places, weights, found)

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        """Equal largest numbers share the derivative evenly, as ``torch.amax`` has it."""
        source = self.node.inputs[0]
        kept = [1 if axis in self.axes else size for axis, size in enumerate(source.shape)]
        whole = at.shaped(gradient, kept)
        if self.node.op_type == "ReduceMax":
            largest = at.shaped(self.node.outputs[0], kept)
            is_one = at.node("Equal", source.name, largest)
            equal = at.summed(at.node("Where", is_one, at.numbers(1), at.numbers(0)), self.axes)
            return {0: at.where(is_one, at.node("Div", whole, equal))}
        count = math.prod(source.shape[axis] for axis in self.axes)
        is_mean = self.node.op_type == "ReduceMean"
        return {0: at.spread_to(at.scaled(whole, 1 / count if is_mean else 1), source.shape)}

    def spec(self) -> dict[str, Any] | None:
        return {"op": self.node.op_type, "from": list(self.node.inputs[0].shape), "axes": list(self.axes)}
