"""Fully connected layers: products of matrices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from squeezeviz.errors import LayerError
from squeezeviz.network.ops.base import Op
from squeezeviz.network.ops.table import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from squeezeviz.network.gradient_nodes import GradientNodes
    from squeezeviz.network.ops.base import CellMap, Read, Terms

__all__ = ["FullyConnected", "MatrixProduct"]


class _Product(Op):
    """A product of matrices: a row of the one times a column of the other."""

    label = "fully connected"

    def reads_all(self, operand: int) -> bool:
        return len(self.shape) == 2  # a row of all the numbers that there are of an image

    def row_and_column(self, place: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return which numbers of the two inputs meet in one number of the output."""
        raise NotImplementedError

    def scale(self) -> float:
        """What each product is multiplied with."""
        return 1.0

    def addend(self, place: int, read: Read) -> float:
        """What is added to one number."""
        return 0.0

    def terms(self, place: int, read: Read) -> Terms:
        both = self.row_and_column(place)
        # The image's numbers are the terms, and what they meet their weights; of two of the image, the left ones.
        own = self.moving[0] if self.moving else 0
        found, met = (np.asarray(read(at)).ravel()[both[at]].astype(np.float64) for at in (own, 1 - own))
        return self.made("sum", own, both[own], self.scale() * met, found, bias=self.addend(place, read))

    def spec(self) -> dict[str, Any] | None:
        return {"op": "Gemm"} if self.cell_map() else None

    def stored(self) -> tuple[NDArray[Any], NDArray[Any]] | None:
        found = self.cell_map()
        if found is None:
            return super().stored()
        weights, bias = found
        return weights[:, :, None, None].astype(np.float32), bias.astype(np.float32)

    def inner(self) -> int:
        """How many products one number is the sum of."""
        raise NotImplementedError

    def work(self) -> tuple[int, int]:
        macs = math.prod(self.shape[1:]) * self.inner()
        return macs, 2 * macs + (math.prod(self.shape[1:]) if self.has(2) else 0)

    def matrix(self) -> NDArray[np.float64]:
        """Return what the image's numbers, a row, are multiplied with: float64 (in, out)."""
        return self.constant(1).astype(np.float64)

    def cell_map(self) -> CellMap | None:
        is_row = len(self.shape) == 2 and self.shape[0] == 1 and self.moving == (0,)
        if not is_row or len(self.node.inputs[0].shape) != 2 or len(self.node.inputs[1].shape) != 2:
            return None
        return self.scale() * self.matrix().T, self.added()

    def added(self) -> NDArray[np.float64]:
        """Return what is added to each number of a row, float64 (out,)."""
        return np.zeros(self.shape[1])


@register
class FullyConnected(_Product):
    """``Gemm``: alpha · A · B + beta · C, each of A and B transposed or not."""

    types = ("Gemm",)
    learned: ClassVar = (0, 1, 2)

    def read(self) -> None:
        self._turned = tuple(bool(self.attribute(name, 0)) for name in ("transA", "transB"))
        if self.has(2) and self.node.inputs[2].constant is None:
            raise self.refuse("what it adds is computed; expected a stored bias")

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        if self.moving != (0,) or self._turned[0]:
            raise LayerError(f"{self.describe()} has a gradient here only by rows of the image times stored columns")
        alpha, turned = self.scale(), int(not self._turned[1])
        return {0: at.node("Gemm", gradient, self.node.inputs[1].name, alpha=alpha, transB=turned)}

    def _order(self, operand: int) -> NDArray[np.intp]:
        order = np.arange(self.node.inputs[operand].size).reshape(self.node.inputs[operand].shape)
        return order.T if self._turned[operand] else order

    def row_and_column(self, place: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        row, column = divmod(place, self.shape[1])
        return self._order(0)[row], self._order(1)[:, column]

    def scale(self) -> float:
        return float(self.attribute("alpha", 1.0))

    def matrix(self) -> NDArray[np.float64]:
        return super().matrix().T if self._turned[1] else super().matrix()

    def cell_map(self) -> CellMap | None:
        return None if self._turned[0] else super().cell_map()

    def added(self) -> NDArray[np.float64]:
        bias = self.constant(2).astype(np.float64) if self.has(2) else np.zeros(1)
        added: NDArray[np.float64] = float(self.attribute("beta", 1.0)) * np.broadcast_to(bias, self.shape)[0]
        return added

    def addend(self, place: int, read: Read) -> float:
        if not self.has(2):
            return 0.0
        added = np.broadcast_to(self.constant(2), self.shape).ravel()[place]
        return float(self.attribute("beta", 1.0)) * float(added)

    def inner(self) -> int:
        shape = self.node.inputs[0].shape
        return shape[0] if self._turned[0] else shape[1]


@register
class MatrixProduct(_Product):
    """``MatMul``: the product of matrices, broadcast over the axes before."""

    types = ("MatMul",)
    learned: ClassVar = (0, 1)

    def row_and_column(self, place: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        left, right = (np.arange(each.size).reshape(each.shape) for each in self.node.inputs[:2])
        left = left[None, :] if left.ndim == 1 else left
        right = right[:, None] if right.ndim == 1 else right
        before = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
        rows, columns = left.shape[-2], right.shape[-1]
        at, cell = divmod(place, rows * columns)
        row, column = divmod(cell, columns)
        where: tuple[Any, ...] = tuple(int(each) for each in np.unravel_index(at, before)) if before else ()
        lefts = np.broadcast_to(left, before + left.shape[-2:])
        rights = np.broadcast_to(right, before + right.shape[-2:])
        return lefts[(*where, row)], rights[(*where, slice(None), column)]

    def inner(self) -> int:
        return self.node.inputs[0].shape[-1]

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        left, right = self.node.inputs[:2]
        if min(len(self.node.inputs[own].shape) for own in self.moving) < 2:
            raise LayerError(f"{self.describe()} has no gradient here by a vector")
        # A vector is a matrix of one row, or of one column, whose axis the product has lost.
        lefts = left.shape if len(left.shape) > 1 else (1, *left.shape)
        rights = right.shape if len(right.shape) > 1 else (*right.shape, 1)
        whole = (*np.broadcast_shapes(lefts[:-2], rights[:-2]), lefts[-2], rights[-1])
        gradient = gradient if len(whole) == len(self.shape) else at.shaped(gradient, whole)
        found = {}
        if 0 in self.moving:
            product = at.node("MatMul", gradient, self._turned_matrix(at, 1, rights))
            found[0] = at.summed_to(product, (*whole[:-1], lefts[-1]), self._same_rank(lefts, whole))
        if 1 in self.moving:
            product = at.node("MatMul", self._turned_matrix(at, 0, lefts), gradient)
            found[1] = at.summed_to(product, (*whole[:-2], *rights[-2:]), self._same_rank(rights, whole))
        return found

    def _same_rank(self, shape: tuple[int, ...], whole: tuple[int, ...]) -> tuple[int, ...]:
        if len(shape) != len(whole):
            raise LayerError(
                f"{self.describe()} has no gradient here: it multiplies values of different numbers of axes"
            )
        return shape

    def _turned_matrix(self, at: GradientNodes, operand: int, shape: tuple[int, ...]) -> str:
        """Return the name of an input with its last two axes exchanged."""
        if operand in self.moving:
            return at.turned(self.node.inputs[operand].name, len(shape))
        return at.numbers(self.constant(operand).reshape(shape).swapaxes(-1, -2))

    def spec(self) -> dict[str, Any] | None:
        return super().spec() or {"op": "MatMul", **self.operands()}
