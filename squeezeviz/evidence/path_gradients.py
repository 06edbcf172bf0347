"""Gradients of a number carried backward along every path, apart for each receptive field that windows have gathered.

What that means, and why it adds up, stands at the head of `squeezeviz.evidence.receptive_field`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.errors import LayerError
from squeezeviz.network.ops import POINT, Windows
from squeezeviz.network.ops.convolution import Convolution
from squeezeviz.network.ops.elementwise import Sum
from squeezeviz.network.ops.pooling import AveragePooling, MaxPooling
from squeezeviz.network.ops.rearrangement import Rearrangement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.arithmetic import Arithmetic
    from squeezeviz.network.architecture import Layer

__all__ = ["BranchSplit", "PathGradients"]

_MOST_BYTES = 1 << 31  # of one layer's gradients, one a receptive field: their number may double with every block

Size = tuple[int, int]  # (height, width) in input pixels
Flow = dict[Size, "NDArray[np.float64]"]  # what windows have added so far, in input pixels → gradient (C, H, W)


@dataclass(frozen=True)
class BranchSplit:
    """A number, cut where a block's branches join.

    Attributes:
        layer: The concatenation, through which all paths go.
        parts: Branch → what came through it, in logit units: Σ gradient × activation over its channels.
        biases: What the biases of later layers add.
    """

    layer: str
    parts: dict[str, float]
    biases: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"layer": self.layer, "parts": self.parts, "biases": self.biases}


class PathGradients:
    """One walk from the logits to the input.

    Attributes:
        evidence: Receptive field, (height, width) → what its paths add.
        biases: Layer → what its biases add.
        splits: The branches of each concatenation on the way.
    """

    def __init__(self, source: Arithmetic) -> None:
        self.source = source
        self.arch = source.architecture
        self.evidence: dict[Size, float] = defaultdict(float)
        self.biases: dict[str, float] = {}
        self.splits: list[BranchSplit] = []
        self._flows: dict[str, Flow] = defaultdict(dict)

    def run(self, start: NDArray[np.float64]) -> None:
        """Walk, once.

        Args:
            start: The gradient at the logits, float64 (N, 1, 1).

        Raises:
            LayerError: A layer is not linear in pieces, or there are paths of too many receptive fields.
        """
        self._flows[self.arch.logits_name] = {(0, 0): start}
        for layer in reversed(self.arch.layers):
            flow = self._flows.pop(layer.name, None)
            if flow:
                self._back(layer, flow)
        for size, gradient in self._flows.pop(self.arch.input_name, {}).items():
            self.evidence[_wider(size, (1, 1))] += float((gradient * self.source.values(self.arch.input_name)).sum())

    def _back(self, layer: Layer, flow: Flow) -> None:
        if layer.pre_relu:
            is_open = self.source.values(layer.name) > 0
            flow = {size: gradient * is_open for size, gradient in flow.items()}
        op = layer.op
        if isinstance(op, Convolution) and op.window:
            self._convolution(layer, op, flow)
        elif op.joins_channels:
            self._concatenation(layer, flow)
        elif isinstance(op, MaxPooling) and op.window:
            self._max_pooling(layer, op, flow)
        elif op.is_global_mean:
            self._global_mean(layer, flow)
        elif isinstance(op, AveragePooling) and op.window:
            self._average_pooling(layer, op, flow)
        elif isinstance(op, Sum):
            self._sum(layer, op, flow)
        elif isinstance(op, Rearrangement):
            self._moved(layer, op, flow)
        elif (linear := op.cell_map()) is not None:
            self._linear(layer, *linear, flow)
        else:
            self._function(layer, flow)

    def _global_mean(self, layer: Layer, flow: Flow) -> None:
        name = layer.inputs[0]
        below = self.source.values(name).shape
        cells = math.prod(below) // layer.channels  # of what it reads, which may be the layer's numbers in another form
        for size, gradient in flow.items():
            self._add(name, size, np.repeat(gradient.ravel() / cells, cells).reshape(below))

    def _average_pooling(self, layer: Layer, op: AveragePooling, flow: Flow) -> None:
        name, windows = layer.inputs[0], op.window
        assert windows is not None  # noqa: S101 - of _back
        below, more = self.source.values(name).shape, self._added(layer, windows)
        ones = np.ones((below[0], 1, windows[0].kernel, windows[1].kernel))
        for size, gradient in flow.items():
            self._add(name, _wider(size, more), _transposed(gradient / op.counts(), ones, below, windows, below[0]))

    def _sum(self, layer: Layer, op: Sum, flow: Flow) -> None:
        shape = self.source.values(layer.name).shape
        if any(op.node.inputs[at].shape != op.shape for at in op.moving):
            raise _not_linear(layer)
        held = np.zeros(op.shape)
        for at, sign in enumerate(op.signs):
            if at not in op.moving:
                held += sign * op.constant(at)
        signs = [op.signs[at] for at in op.moving]
        for size, gradient in flow.items():
            for name, sign in zip(layer.inputs, signs, strict=True):
                self._add(name, size, sign * gradient)
        self._from_biases(layer, held.reshape(shape), flow)

    def _moved(self, layer: Layer, op: Rearrangement, flow: Flow) -> None:
        name, order = layer.inputs[0], op.order().ravel()
        below, is_real = self.source.values(name).shape, order >= 0
        for size, gradient in flow.items():
            back = np.zeros(below).ravel()
            back += np.bincount(order[is_real], gradient.ravel()[is_real], minlength=back.size)
            self._add(name, size, back.reshape(below))
        filled = np.where(is_real, 0.0, op.filling()).reshape(self.source.values(layer.name).shape)
        self._from_biases(layer, filled, flow)

    def _linear(self, layer: Layer, weights: NDArray[np.float64], bias: NDArray[np.float64], flow: Flow) -> None:
        name = layer.inputs[0]
        below = self.source.values(name).shape
        for size, gradient in flow.items():
            rows = gradient.reshape(len(gradient), -1)
            back = weights.T @ rows if weights.ndim == 2 else weights[:, None] * rows
            self._add(name, size, back.reshape(below))
        self._from_biases(layer, bias[:, None, None], flow)

    def _function(self, layer: Layer, flow: Flow) -> None:
        """A function of one number: at each, slope × number + what is left, which is held as a bias is."""
        name = layer.inputs[0]
        below, values = (self.source.values(each).astype(np.float64) for each in (name, layer.name))
        slopes = layer.op.slopes(below)
        if slopes is None:
            raise _not_linear(layer)
        for size, gradient in flow.items():
            self._add(name, size, gradient * slopes)
        self._from_biases(layer, values - slopes * below, flow)

    def _from_biases(self, layer: Layer, added: NDArray[np.float64], flow: Flow) -> None:
        """Note what a layer adds that no path brings."""
        if added.any():
            self.biases[layer.name] = float(sum((gradient * added).sum() for gradient in flow.values()))

    def _add(self, name: str, size: Size, gradient: NDArray[np.float64]) -> None:
        held = self._flows[name]
        if size not in held and (len(held) + 1) * gradient.nbytes > _MOST_BYTES:
            raise LayerError(
                f"{name}: its paths have more than {len(held):,} receptive fields, too many to be held apart; "
                "take a smaller input"
            )
        held[size] = held[size] + gradient if size in held else gradient

    def _added(self, layer: Layer, windows: Windows) -> Size:
        """How much a window adds to the receptive field, in input pixels."""
        name = layer.inputs[0]
        down, right = (1, 1) if name == self.arch.input_name else self.arch[name].located()[0]
        return (windows[0].span - 1) * down, (windows[1].span - 1) * right

    def _convolution(self, layer: Layer, op: Convolution, flow: Flow) -> None:
        name, windows = layer.inputs[0], op.window
        assert windows is not None  # noqa: S101 - of _back
        more = self._added(layer, windows)
        kernels, bias = op.kernels().astype(np.float64), op.bias().astype(np.float64)
        values, below = self.source.values(layer.name), self.source.values(name)
        added = 0.0
        for size, gradient in flow.items():
            from_bias = float(gradient.sum(axis=(1, 2)) @ bias)
            added += from_bias
            if name == self.arch.input_name:
                # What the input adds is the layer's own value less its bias: no need for a gradient of its size.
                self.evidence[_wider(_wider(size, more), (1, 1))] += float((gradient * values).sum()) - from_bias
            else:
                back = _transposed(gradient, kernels, below.shape, windows, op.groups)
                self._add(name, _wider(size, more), back)
        self.biases[layer.name] = added

    def _concatenation(self, layer: Layer, flow: Flow) -> None:
        is_cut = not any(self._flows.values()) and not self.evidence  # no path goes past it, or has gone
        values, start = self.source.values(layer.name), 0
        parts: dict[str, float] = defaultdict(float)  # a branch may be joined twice
        for name, operand in zip(layer.inputs, layer.op.node.inputs, strict=True):
            stop = start + operand.shape[1]  # of a map that is joined as one cell, more than it has channels
            below = self.source.values(name).shape
            parts[name] += float(sum((gradient[start:stop] * values[start:stop]).sum() for gradient in flow.values()))
            for size, gradient in flow.items():
                self._add(name, size, gradient[start:stop].reshape(below))
            start = stop
        if is_cut:
            self.splits.append(BranchSplit(layer.name, dict(parts), sum(self.biases.values())))

    def _max_pooling(self, layer: Layer, op: MaxPooling, flow: Flow) -> None:
        name, windows = layer.inputs[0], op.window
        assert windows is not None  # noqa: S101 - of _back
        more = self._added(layer, windows)
        below = self.source.values(name)
        route = _routes(below, self.source.values(layer.name).shape, windows)
        for size, gradient in flow.items():
            back = np.zeros(below.size)
            back += np.bincount(route.ravel(), weights=gradient.ravel(), minlength=below.size)
            self._add(name, _wider(size, more), back.reshape(below.shape))


def _not_linear(layer: Layer) -> LayerError:
    return LayerError(
        f"{layer.name}: a layer of the kind {layer.kind!r} is not divided into paths: it is not linear in pieces"
    )


def _wider(size: Size, more: Size) -> Size:
    return size[0] + more[0], size[1] + more[1]


def _transposed(
    through: NDArray[np.float64],
    kernels: NDArray[np.float64],
    shape: tuple[int, ...],
    windows: Windows,
    groups: int,
) -> NDArray[np.float64]:
    """Return a convolution's gradient with regard to its input, (in, H, W) of that shape."""
    count, rows, columns = through.shape
    height, width = kernels.shape[2:]
    split = through.reshape(groups, count // groups, rows * columns)
    products = kernels.reshape(groups, count // groups, -1).transpose(0, 2, 1) @ split
    if windows == POINT and (rows, columns) == shape[1:]:  # else padded at its end
        return products.reshape(shape)
    taps = products.reshape(shape[0], height, width, rows, columns)
    down, right = windows
    # Room for all that a window may reach beyond the edges; what falls there is lost, as padding is zero.
    tall = max(shape[1] + down.pad, (rows - 1) * down.stride + down.span)
    wide = max(shape[2] + right.pad, (columns - 1) * right.stride + right.span)
    whole = np.zeros((shape[0], tall, wide))
    for dy in range(height):
        for dx in range(width):
            above, before = dy * down.dilation, dx * right.dilation
            across = slice(before, before + right.stride * (columns - 1) + 1, right.stride)
            along = slice(above, above + down.stride * (rows - 1) + 1, down.stride)
            whole[:, along, across] += taps[:, dy, dx]
    return whole[:, down.pad : down.pad + shape[1], right.pad : right.pad + shape[2]]


def _routes(below: NDArray[np.float32], shape: tuple[int, ...], windows: Windows) -> NDArray[np.intp]:
    """Return which cell of its input each cell of a max pool took: flat indices, (C, H, W); the first of equals."""
    channels, rows, columns = below.shape
    best = np.full(shape, -np.inf)
    route = np.zeros(shape, np.intp)
    down, right = windows
    first = (np.arange(channels) * rows * columns)[:, None, None]
    for dy in range(down.kernel):
        for dx in range(right.kernel):
            y = np.arange(shape[1]) * down.stride - down.pad + dy * down.dilation
            x = np.arange(shape[2]) * right.stride - right.pad + dx * right.dilation
            is_inside = ((y >= 0) & (y < rows))[:, None] & ((x >= 0) & (x < columns))
            y, x = np.clip(y, 0, rows - 1), np.clip(x, 0, columns - 1)
            found = np.where(is_inside, below[:, y[:, None], x], -np.inf)
            is_better = found > best
            best[is_better] = found[is_better]
            route = np.where(is_better, first + (y[:, None] * columns + x), route)
    return route
