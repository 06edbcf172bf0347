"""Arithmetic of two values or more, cell by cell, broadcast."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.errors import LayerError
from squeezeviz.network.ops.base import Pointwise
from squeezeviz.network.ops.table import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from squeezeviz.network.gradient_nodes import GradientNodes
    from squeezeviz.network.ops.base import CellMap, Read, Terms

__all__ = ["Product", "Quotient", "Sum"]


class _Elementwise(Pointwise):
    learned = None

    def read(self) -> None:
        if self.node.version < 7 and self.attribute("broadcast", 0):
            raise self.refuse("broadcasts by an axis, as before operator set 7; convert the file to a newer one")

    def work(self) -> tuple[int, int]:
        return 0, math.prod(self.shape[1:]) * max(1, len(self.node.inputs) - 1)

    def held(self) -> NDArray[np.float64] | None:
        """Return the constant that meets each channel of the image's numbers, (C,); None where there is none."""
        if len(self.moving) != 1 or len(self.node.inputs) != 2 or self.node.inputs[self.moving[0]].shape != self.shape:
            return None
        channels, *cells = self.shape[1:]
        try:
            return np.broadcast_to(self.constant(1 - self.moving[0]), (1, channels, *[1] * len(cells))).reshape(-1)
        except ValueError:  # it differs from cell to cell
            return None

    def own(self, at: GradientNodes, gradient: str, operand: int) -> str:
        """Add a gradient of the output's shape up to the shape of one input, which may have been broadcast."""
        shape = self.node.inputs[operand].shape
        if len(shape) != len(self.shape):
            raise LayerError(f"{self.describe()} has no gradient here: its values have different numbers of axes")
        return at.summed_to(gradient, self.shape, shape)

    def met(self, place: int, read: Read) -> tuple[list[int], list[float]]:
        """Return which number of each input meets in one of the output, and what it is."""
        at = np.unravel_index(place, self.shape)
        places, found = [], []
        for operand, each in enumerate(self.node.inputs):
            own = at[len(at) - len(each.shape) :]
            inside = tuple(0 if size == 1 else index for size, index in zip(each.shape, own, strict=True))
            places.append(int(np.ravel_multi_index(inside, each.shape)) if each.shape else 0)
            found.append(float(read(operand).ravel()[places[-1]]))
        return places, found


@register
class Sum(_Elementwise):
    """``Add``, ``Sub``, ``Sum``: constants are the bias, the image's numbers the terms."""

    types = ("Add", "Sub", "Sum")
    label = "addition"

    def read(self) -> None:
        super().read()
        self.label = "subtraction" if self.node.op_type == "Sub" else self.label
        #: What each input is multiplied with.
        self.signs = [1.0, -1.0] if self.node.op_type == "Sub" else [1.0] * len(self.node.inputs)

    def terms(self, place: int, read: Read) -> Terms:
        places, found = self.met(place, read)
        own = list(self.moving)
        bias = sum(self.signs[at] * found[at] for at in range(len(found)) if at not in own)
        return self.made(
            "sum",
            own,
            [places[at] for at in own],
            [self.signs[at] for at in own],
            [found[at] for at in own],
            bias=bias,
        )

    def cell_map(self) -> CellMap | None:
        held = self.held()
        if held is None:
            return None
        own = self.moving[0]
        return np.full(len(held), self.signs[own]), self.signs[1 - own] * held.astype(np.float64)

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        return {own: at.scaled(self.own(at, gradient, own), self.signs[own]) for own in self.moving}

    def spec(self) -> dict[str, Any] | None:
        return {"op": "Sum", "signs": self.signs, **self.operands()}


@register
class Product(_Elementwise):
    """``Mul``: the image's number times a constant, or two numbers of the image multiplied."""

    types = ("Mul",)
    label = "multiplication"

    def terms(self, place: int, read: Read) -> Terms:
        places, found = self.met(place, read)
        if len(self.moving) == 1:
            (own,) = self.moving
            return self.made("sum", [own], [places[own]], [found[1 - own]], [found[own]])
        return self.made("product", [0, 1], places, 1.0, found, total=found[0] * found[1], formula="a · b")

    def cell_map(self) -> CellMap | None:
        held = self.held()
        return None if held is None else (held.astype(np.float64), np.zeros(len(held)))

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        names = [each.name for each in self.node.inputs]
        return {own: self.own(at, at.node("Mul", gradient, names[1 - own]), own) for own in self.moving}

    def spec(self) -> dict[str, Any] | None:
        return {"op": "Mul", **self.operands()}


@register
class Quotient(_Elementwise):
    """``Div``: the image's number divided by a constant; else a quotient."""

    types = ("Div",)
    label = "division"

    def terms(self, place: int, read: Read) -> Terms:
        places, found = self.met(place, read)
        if self.moving == (0,):
            return self.made("sum", [0], [places[0]], [1 / found[1]], [found[0]])
        own = list(self.moving)
        formula = "a / b" if len(own) == 2 else f"{found[0]:g} / x"
        met = [found[at] for at in own]
        total = found[0] / found[1]
        return self.made("function", own, [places[at] for at in own], 1.0, met, total=total, formula=formula)

    def cell_map(self) -> CellMap | None:
        held = self.held() if self.moving == (0,) else None
        return None if held is None else (1 / held.astype(np.float64), np.zeros(len(held)))

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        at.is_steep |= 1 in self.moving
        divided = at.node("Div", gradient, self.node.inputs[1].name)
        found = {0: self.own(at, divided, 0)} if 0 in self.moving else {}
        if 1 in self.moving:
            by = at.node("Neg", at.node("Mul", divided, self.node.outputs[0]))
            found[1] = self.own(at, by, 1)
        return found

    def spec(self) -> dict[str, Any] | None:
        return {"op": "Div", **self.operands()}
