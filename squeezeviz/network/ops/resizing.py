"""Resizing of maps: to the nearest cell, or between two along each axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.network.ops.base import Op
from squeezeviz.network.ops.table import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from squeezeviz.network.gradient_nodes import GradientNodes
    from squeezeviz.network.ops.base import Read, Terms

__all__ = ["Resizing"]


@register
class Resizing(Op):
    """``Resize`` and ``Upsample`` by ``nearest`` or ``linear``; other modes are run, and not taken apart."""

    types = ("Resize", "Upsample")
    label = "resizing"

    def read(self) -> None:
        self._mode = str(self.attribute("mode", "nearest"))
        self._from = str(self.attribute("coordinate_transformation_mode", "half_pixel"))
        self._nearest = str(self.attribute("nearest_mode", "round_prefer_floor"))
        if self.node.op_type == "Upsample" or self.node.version < 11:
            self._from, self._nearest = "asymmetric", "floor"
        self._scales = self._read_scales()

    def _read_scales(self) -> list[float]:
        """Return the scale of each axis: as given, or from the sizes."""
        at = 1 if self.node.op_type == "Upsample" or self.node.version < 11 else 2
        given = self.parameter("scales", at)
        sizes = self.node.inputs[0].shape
        if given:
            axes = self.attribute("axes") or range(len(sizes))
            scales = [1.0] * len(sizes)
            for axis, scale in zip(axes, given, strict=True):
                scales[self.axis(int(axis), len(sizes))] = float(scale)
            return scales
        return [after / before for after, before in zip(self.shape, sizes, strict=True)]

    @property
    def _problem(self) -> str:
        known = ("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric")
        if self._mode not in ("nearest", "linear"):
            return f"mode {self._mode!r}"
        if self._from not in known:
            return f"coordinate_transformation_mode {self._from!r}"
        if self.attribute("antialias", 0):
            return "antialias"
        if str(self.attribute("keep_aspect_ratio_policy", "stretch")) != "stretch":
            return "keep_aspect_ratio_policy"
        return ""

    def describe(self) -> str:
        return f"{super().describe()} ({self._problem})" if self._problem else super().describe()

    def _cells(self, axis: int, cell: int) -> list[tuple[int, float]]:
        """Return which cells of the input a cell is made of along an axis, and what each counts."""
        before = self.node.inputs[0].shape[axis]
        at = float(self._place(axis, np.float32(cell)))
        if self._mode == "linear":
            at = min(max(at, 0.0), before - 1.0)
            first = min(int(at), before - 1)
            share = at - first
            return [(first, 1.0)] if not share else [(first, 1 - share), (first + 1, share)]
        nearest = {
            "round_prefer_floor": math.ceil(at - 0.5),
            "round_prefer_ceil": math.floor(at + 0.5),
            "floor": math.floor(at),
            "ceil": math.ceil(at),
        }[self._nearest]
        return [(min(max(nearest, 0), before - 1), 1.0)]

    def _place(self, axis: int, cell: np.float32) -> np.float32:
        """Return where a cell lies on the input, in single precision at each step: ties are decided by rounding."""
        before, after, scale = self.node.inputs[0].shape[axis], self.shape[axis], np.float32(self._scales[axis])
        half = np.float32(0.5)
        if self._from == "align_corners":
            return cell * np.float32(before - 1) / np.float32(after - 1) if after > 1 else np.float32(0)
        if self._from == "asymmetric":
            return cell / scale
        if self._from == "pytorch_half_pixel" and after == 1:
            return np.float32(0)
        return (cell + half) / scale - half

    def terms(self, place: int, read: Read) -> Terms:
        if self._problem:
            return super().terms(place, read)
        found: list[tuple[int, float]] = [(0, 1.0)]
        for axis, cell in enumerate(np.unravel_index(place, self.shape)):
            size = self.node.inputs[0].shape[axis]
            found = [(at * size + own, w * share) for at, w in found for own, share in self._cells(axis, int(cell))]
        places = [at for at, _ in found]
        numbers = np.asarray(read(0)).ravel()[places]
        return self.made("copy" if len(found) == 1 else "sum", 0, places, [w for _, w in found], numbers)

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        if self._problem:
            return super().backward(at, gradient)
        shape, own = list(self.shape), self.node.inputs[0].shape
        for axis, size in enumerate(own):
            shares = np.zeros((size, shape[axis]))
            for cell in range(shape[axis]):
                for source, share in self._cells(axis, cell):
                    shares[source, cell] += share
            if not np.array_equal(shares, np.eye(*shares.shape)):
                gradient, shape[axis] = at.mixed(gradient, axis, shape, shares), size
        return {0: gradient}

    def spec(self) -> dict[str, Any] | None:
        if self._problem:
            return None
        cells = [[self._cells(axis, cell) for cell in range(size)] for axis, size in enumerate(self.shape)]
        return {"op": "Resize", "from": list(self.node.inputs[0].shape), "shares": cells}
