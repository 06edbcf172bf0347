"""Arithmetic of two values or more, cell by cell, broadcast."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.network.ops.base import Pointwise
from squeezeviz.network.ops.table import register

if TYPE_CHECKING:
    from squeezeviz.network.ops.base import Read, Terms

__all__ = ["Product", "Quotient", "Sum"]


class _Elementwise(Pointwise):
    learned = None

    def read(self) -> None:
        if self.node.version < 7 and self.attribute("broadcast", 0):
            raise self.refuse("broadcasts by an axis, as before operator set 7; convert the file to a newer one")

    def work(self) -> tuple[int, int]:
        return 0, math.prod(self.shape[1:]) * max(1, len(self.node.inputs) - 1)

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

    def spec(self) -> dict[str, Any] | None:
        is_plain = all(each.shape == self.shape for each in self.node.inputs)
        return {"op": "Add"} if is_plain and len(self.moving) == 2 and self.signs == [1.0, 1.0] else None


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
