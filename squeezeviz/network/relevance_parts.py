"""What the outputs of linear operators are made of: the image's numbers times stored ones, by sign, and a bias."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.network.ops.base import Operand
from squeezeviz.network.ops.convolution import Convolution
from squeezeviz.network.ops.elementwise import Product, Quotient, Sum
from squeezeviz.network.ops.linear import FullyConnected, MatrixProduct
from squeezeviz.network.ops.normalisation import BatchNormalisation
from squeezeviz.network.ops.pooling import AveragePooling, GlobalPooling, MaxPooling, Reduction
from squeezeviz.network.ops.rearrangement import Concatenation, Rearrangement
from squeezeviz.network.ops.resizing import Resizing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from squeezeviz.network.ops.base import Op
    from squeezeviz.network.relevance_nodes import RelevanceNodes

__all__ = ["added", "is_linear", "is_route", "parts_of"]

_WEIGHTED = (Convolution, FullyConnected, MatrixProduct)
_ELEMENTWISE = (Sum, Product, Quotient, BatchNormalisation)


class _Elementwise:
    """Operators each of whose outputs is made of one number of each input: sums, and products with stored numbers."""

    def __init__(self, at: RelevanceNodes, op: Op) -> None:
        self._at, self._op = at, op
        self._parts = {own: at.halves(self._part(own)) for own in op.moving}

    def _part(self, own: int) -> str:
        op, at = self._op, self._at
        if isinstance(op, Sum):
            return at.scaled(op.node.inputs[own].name, op.signs[own])
        bias, value = added(op), op.node.outputs[op.output]
        return value if bias is None else at.node("Sub", value, at.numbers(bias))

    def above(self) -> str:
        """Add up the parts above 0."""
        return self._whole([high for high, _ in self._parts.values()])

    def below(self) -> str:
        """Add up the parts below 0."""
        return self._whole([low for _, low in self._parts.values() if low is not None])

    def _whole(self, parts: list[str]) -> str:
        """Return their sum, of the output's shape, whatever theirs."""
        return self._at.added([self._at.zeros_like(self._op.node.outputs[self._op.output]), *parts])

    def back(self, upper: str, lower: str) -> Mapping[int, str]:
        """Give each part its relevance, from what a unit has of it."""
        op, at, found = self._op, self._at, {}
        for own, (high, low) in self._parts.items():
            each = at.node("Mul", upper, high)
            each = each if low is None else at.node("Add", each, at.node("Mul", lower, low))
            found[own] = op.own(at, each, own) if isinstance(op, (Sum, Product, Quotient)) else each
        return found


class _Summed:
    """Operators whose outputs are sums of many numbers times weights, stored or, of means, above 0 and known."""

    def __init__(self, at: RelevanceNodes, op: Op) -> None:
        self._at, self._op, self._own = at, op, op.moving[0]
        self._high, self._low = at.halves(op.node.inputs[self._own].name)
        self._more: Op = op
        self._less: Op | None = None
        if isinstance(op, _WEIGHTED):
            self._more, self._less = _by_sign(at, op)

    def above(self) -> str:
        """Add up numbers above 0 times weights above 0, and below times below."""
        return self._both(self._more, self._high, self._less, self._low)

    def below(self) -> str:
        """Add up numbers below 0 times weights above 0, and the reverse."""
        return self._both(self._more, self._low, self._less, self._high)

    def _both(self, one: Op, its: str | None, other: Op | None, others: str | None) -> str:
        pairs = [(op, name) for op, name in ((one, its), (other, others)) if op is not None and name is not None]
        if not pairs:
            return self._at.zeros_like(self._op.node.outputs[self._op.output])
        return self._at.added([self._run(op, name) for op, name in pairs])

    def _run(self, op: Op, name: str) -> str:
        names = {at: each.name for at, each in enumerate(op.node.inputs) if op is not self._op}
        return self._at.again(self._op, names | {self._own: name}, count=2 if op is not self._op else None)

    def back(self, upper: str, lower: str) -> Mapping[int, str]:
        """Give each number its relevance, from what a unit of the parts has of it."""
        at = self._at
        found = at.node("Mul", self._high, self._through(upper, lower))
        if self._low is not None:
            found = at.node("Add", found, at.node("Mul", self._low, self._through(lower, upper)))
        return {self._own: found}

    def _through(self, same: str, other: str) -> str:
        """Carry back what numbers of one sign have by weights above 0, and by those below."""
        carried = [self._more.backward(self._at, same)[self._own]]
        if self._less is not None:
            carried.append(self._less.backward(self._at, other)[self._own])
        return self._at.added(carried)


def parts_of(at: RelevanceNodes, op: Op) -> _Elementwise | _Summed:
    """Return the parts that a linear operator's outputs are made of, above 0 and below, and the way back from them."""
    return _Elementwise(at, op) if isinstance(op, _ELEMENTWISE) else _Summed(at, op)


def _by_sign(at: RelevanceNodes, op: Op) -> tuple[Op, Op]:
    """Return an operator with its weights above 0 alone, and with those below, without its bias."""
    held = 1 - op.moving[0]
    weights = op.constant(held)
    made = [_with_weights(at, op, held, cut(weights, 0)) for cut in (np.maximum, np.minimum)]
    is_turned = isinstance(op, FullyConnected) and op.scale() < 0
    return (made[1], made[0]) if is_turned else (made[0], made[1])


def _with_weights(at: RelevanceNodes, op: Op, held: int, weights: NDArray[Any]) -> Op:
    inputs = list(op.node.inputs[:2])
    inputs[held] = Operand(at.numbers(weights), op.node.inputs[held].shape, lambda: weights)
    other = copy(op)
    other.node = replace(op.node, inputs=tuple(inputs))
    return other


# What is known of operators -------------------------------------------------------------------------------------------


def is_route(op: Op) -> bool:
    """Whether each number of the output is one of the inputs', picked or moved: it takes its relevance with it."""
    is_largest = op.node.op_type in ("GlobalMaxPool", "ReduceMax") and isinstance(op, (GlobalPooling, Reduction))
    return is_largest or isinstance(op, (MaxPooling, Rearrangement, Concatenation))


def is_linear(op: Op) -> bool:
    """Whether each number of the output is a sum of the image's numbers times stored ones, and a bias."""
    if isinstance(op, (GlobalPooling, Reduction)):
        return op.node.op_type in ("GlobalAveragePool", "ReduceMean", "ReduceSum")
    if isinstance(op, (FullyConnected, MatrixProduct, Product)):
        return len(op.moving) == 1
    if isinstance(op, Quotient):
        return op.moving == (0,)
    return isinstance(op, (Convolution, AveragePooling, Resizing, Sum, BatchNormalisation))


def added(op: Op) -> NDArray[np.float64] | None:
    """Return what a linear operator adds whatever the image, broadcast to its output; None where nothing."""
    found: Any = None
    if isinstance(op, Convolution) and op.has(2):
        found = op.constant(2).astype(np.float64).reshape(-1, *[1] * (len(op.shape) - 2))
    elif isinstance(op, FullyConnected) and op.has(2):
        found = float(op.attribute("beta", 1.0)) * op.constant(2).astype(np.float64)
    elif isinstance(op, BatchNormalisation):
        found = op.affine()[1].reshape(-1, *[1] * (len(op.shape) - 2))
    elif isinstance(op, Sum):
        stored = [at for at in range(len(op.node.inputs)) if at not in op.moving]
        found = sum(op.signs[at] * op.constant(at).astype(np.float64) for at in stored) if stored else None
    return None if found is None else np.asarray(found, np.float64)
