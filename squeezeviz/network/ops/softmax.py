"""Softmax, and its logarithm."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.network.ops.base import Op
from squeezeviz.network.ops.table import register
from squeezeviz.network.ops.window import POINT, Windows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from squeezeviz.network.gradient_nodes import GradientNodes
    from squeezeviz.network.ops.base import Read, Terms

__all__ = ["Softmax"]

_BY_AXIS = 13  # from this operator set on along one axis; before, along it and all that follow


@register
class Softmax(Op):
    """``Softmax``: an exponential's share of all along an axis; ``LogSoftmax``: its logarithm."""

    types = ("Softmax", "LogSoftmax")
    label = "softmax"

    def read(self) -> None:
        rank = len(self.shape)
        #: Whether it is the shares' logarithm.
        self.is_log = self.node.op_type == "LogSoftmax"
        self.label = "log softmax" if self.is_log else "softmax"
        axis = self.axis(int(self.attribute("axis", -1 if self.node.version >= _BY_AXIS else 1)), rank)
        #: The axes whose numbers are shares of one whole.
        self.axes = (axis,) if self.node.version >= _BY_AXIS else tuple(range(axis, rank))
        if 0 in self.axes:
            raise self.refuse("shares along the batch: the answer to one image would hang on others")

    @property
    def is_over_classes(self) -> bool:
        """Whether the numbers of one image, all of them, are shares of one whole."""
        return math.prod(self.shape[axis] for axis in self.axes) == math.prod(self.shape[1:])

    def windows(self, operand: int) -> Windows | None:
        return POINT if self.axes == (1,) or self.map_shape[1:] == (1, 1) else None

    def terms(self, place: int, read: Read) -> Terms:
        order = np.arange(math.prod(self.shape)).reshape(self.shape)
        kept = [axis for axis in range(len(self.shape)) if axis not in self.axes]
        rows = order.transpose(*kept, *self.axes).reshape(-1, math.prod(self.shape[axis] for axis in self.axes))
        places = rows[int(np.nonzero((rows == place).any(axis=1))[0][0])]
        found = np.asarray(read(0)).ravel()[places].astype(np.float64)
        own = float(found[int(np.nonzero(places == place)[0][0])])
        largest = float(found.max())
        whole = float(np.exp(found - largest).sum())
        if self.is_log:
            weights, formula, total = places == place, "x − log Σ e^x", own - largest - math.log(whole)
            return self.made("function", 0, places, weights, found, total=total, formula=formula)
        return self.made("softmax", 0, places, 1.0, found, total=math.exp(own - largest) / whole)

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        value = self.node.outputs[0]
        if self.is_log:
            shares = at.node("Exp", value)
            return {0: at.node("Sub", gradient, at.node("Mul", shares, at.summed(gradient, self.axes)))}
        met = at.node("Mul", gradient, value)
        return {0: at.node("Sub", met, at.node("Mul", value, at.summed(met, self.axes)))}

    def spec(self) -> dict[str, Any] | None:
        return {"op": self.node.op_type, "shape": list(self.shape), "axes": list(self.axes)}
