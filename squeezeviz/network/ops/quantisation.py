"""Quantisation: to whole numbers, and back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.network.ops.base import Pointwise
from squeezeviz.network.ops.table import register

if TYPE_CHECKING:
    from squeezeviz.network.ops.base import Read, Terms

__all__ = ["Dequantisation", "Quantisation"]


class _Scaled(Pointwise):
    def read(self) -> None:
        if self.attribute("block_size", 0):
            raise self.refuse("scales block by block, which is not read")

    def work(self) -> tuple[int, int]:
        return 0, 2 * math.prod(self.shape[1:])

    def steps(self) -> dict[str, Any]:
        """Return scales and zero points along an axis, for a spec."""
        scales = self.constant(1).ravel()
        zeros = self.constant(2).ravel() if self.has(2) else np.zeros_like(scales)
        axis = self.axis(int(self.attribute("axis", 1)), len(self.shape))
        shape = {"shape": list(self.shape), "axis": axis}
        return {"scales": scales.tolist(), "zeros": np.broadcast_to(zeros, scales.shape).tolist(), **shape}

    def scale(self, place: int) -> tuple[float, float]:
        """Return one number's scale and zero point."""
        scales = self.constant(1)
        zeros = self.constant(2) if self.has(2) else np.zeros_like(scales)
        if scales.size == 1:
            return float(scales.ravel()[0]), float(zeros.ravel()[0])
        axis = self.axis(int(self.attribute("axis", 1)), len(self.shape))
        at = np.unravel_index(place, self.shape)[axis]
        return float(scales.ravel()[at]), float(zeros.ravel()[at])

    def ends(self) -> np.iinfo[Any]:
        """Return what numbers are cut off at.

        Raises:
            ModelError: They are no whole numbers.
        """
        kind = self.constant(2).dtype if self.has(2) else np.dtype(np.uint8)
        if kind.kind not in "iu":
            raise self.refuse(f"is quantised as {kind}; expected whole numbers")
        return np.iinfo(kind)


@register
class Quantisation(_Scaled):
    """``QuantizeLinear``: divided by the scale, rounded to even, cut off at the type's ends."""

    types = ("QuantizeLinear",)
    label = "quantisation"

    def spec(self) -> dict[str, Any] | None:
        ends = self.ends()
        return {"op": "QuantizeLinear", "low": int(ends.min), "high": int(ends.max), **self.steps()}

    def terms(self, place: int, read: Read) -> Terms:
        (scale, zero), ends = self.scale(place), self.ends()
        value = float(np.asarray(read(0)).ravel()[place])
        total = min(max(float(np.rint(np.float32(value) / np.float32(scale))) + zero, ends.min), ends.max)
        formula = f"round(x / {scale:g}) + {zero:g}, from {ends.min} to {ends.max}"
        return self.made("function", [0], [place], [1.0], [value], total=total, formula=formula)


@register
class Dequantisation(_Scaled):
    """``DequantizeLinear``: the zero point taken away, times the scale."""

    types = ("DequantizeLinear",)
    label = "dequantisation"

    def terms(self, place: int, read: Read) -> Terms:
        scale, zero = self.scale(place)
        value = float(np.asarray(read(0)).ravel()[place])
        return self.made("sum", [0], [place], [scale], [value], bias=-zero * scale)

    def spec(self) -> dict[str, Any] | None:
        return {"op": "DequantizeLinear", **self.steps()}
