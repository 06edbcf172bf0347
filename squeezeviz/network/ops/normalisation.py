"""Normalisation: by running statistics, by neighbouring channels, and by all numbers along some axes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from squeezeviz.network.ops.base import Op, Pointwise
from squeezeviz.network.ops.table import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from squeezeviz.network.gradient_nodes import GradientNodes
    from squeezeviz.network.ops.base import CellMap, Read, Terms

__all__ = ["BatchNormalisation", "LayerNormalisation", "LocalResponse"]


@register
class BatchNormalisation(Pointwise):
    """``BatchNormalization`` as it is after training: one factor and one offset a channel.

    Scale and shift are learned; mean and variance are statistics, and count as no parameters.
    """

    types = ("BatchNormalization",)
    label = "batch normalisation"
    learned: ClassVar = (1, 2)

    def read(self) -> None:
        if self.output:
            raise self.refuse("its statistics are asked for; only its values are read")
        if self.attribute("training_mode", 0) or (self.node.version < 7 and not self.attribute("is_test", 0)):
            raise self.refuse("normalises by the batch (training mode); export the network for inference")
        if not self.attribute("spatial", 1):
            raise self.refuse("normalises each cell for itself (spatial = 0), which is not read")

    def cell_map(self) -> CellMap | None:
        found = self.affine()
        return found if len(found[0]) == self.map_shape[0] else None  # else its channels lie in a larger shape

    def spec(self) -> dict[str, Any] | None:
        return {"op": "BatchNormalization"}

    def stored(self) -> tuple[NDArray[Any], NDArray[Any]] | None:
        factor, offset = self.affine()
        return factor.astype(np.float32), offset.astype(np.float32)

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        factor, _ = self.affine()
        each = factor.reshape(-1, *[1] * (len(self.shape) - 2))
        return {0: at.node("Mul", gradient, at.numbers(each))}

    def affine(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return factor and offset of each channel, float64 (C,) each."""
        scale, shift, mean, variance = (self.constant(at).astype(np.float64) for at in (1, 2, 3, 4))
        factor = scale / np.sqrt(variance + float(self.attribute("epsilon", 1e-5)))
        return factor, shift - mean * factor

    def work(self) -> tuple[int, int]:
        return 0, 2 * math.prod(self.shape[1:])

    def terms(self, place: int, read: Read) -> Terms:
        channel = place // math.prod(self.shape[2:])
        factor, offset = (float(each[channel]) for each in self.affine())
        value = float(np.asarray(read(0)).ravel()[place])
        return self.made("sum", [0], [place], [factor], [value], bias=offset)


@register
class LocalResponse(Pointwise):
    """``LRN``: a number divided by what the channels beside it hold at its cell (Krizhevsky et al., 2012)."""

    types = ("LRN",)
    label = "local response normalisation"

    def _numbers(self) -> tuple[float, float, float]:
        """Return alpha, beta and bias."""
        alpha, beta, bias = (
            float(self.attribute(name, default)) for name, default in (("alpha", 1e-4), ("beta", 0.75), ("bias", 1.0))
        )
        return alpha, beta, bias

    def spec(self) -> dict[str, Any] | None:
        alpha, beta, bias = self._numbers()
        size = int(self.attribute("size", 1))
        formula = f"x / ({bias:g} + {alpha:g}/{size} · Σ x²)^{beta:g}"
        return {"op": "LRN", "size": size, "alpha": alpha, "beta": beta, "bias": bias, "formula": formula}

    def work(self) -> tuple[int, int]:
        return 0, math.prod(self.shape[1:]) * (2 * int(self.attribute("size", 1)) + 2)

    def terms(self, place: int, read: Read) -> Terms:
        size, cells = int(self.attribute("size", 1)), math.prod(self.shape[2:])
        alpha, beta, bias = self._numbers()
        channel, cell = divmod(place, cells)
        first, end = max(0, channel - (size - 1) // 2), min(self.shape[1], channel + size // 2 + 1)
        places = np.arange(first, end) * cells + cell
        found = np.asarray(read(0)).ravel()[places].astype(np.float64)
        total = found[channel - first] / (bias + alpha / size * float((found**2).sum())) ** beta
        formula = f"x / ({bias:g} + {alpha:g}/{size} · Σ x²)^{beta:g}"
        weights = np.arange(first, end) == channel
        return self.made("function", 0, places, weights, found, total=float(total), formula=formula)

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        size, (alpha, beta, bias), channels = int(self.attribute("size", 1)), self._numbers(), self.shape[1]
        source = self.node.inputs[0].name
        # Which channels stand in the sum of each: (of the sum, in it).
        apart = np.arange(channels) - np.arange(channels)[:, None]
        beside = (apart >= -((size - 1) // 2)) & (apart <= size // 2)
        squares = at.mixed(at.node("Mul", source, source), 1, self.shape, beside * (alpha / size))
        under = at.node("Add", squares, at.numbers(bias))
        direct = at.node("Div", gradient, at.node("Pow", under, at.numbers(beta)))
        # Each number also stands in the sums beside it.
        through = at.node("Div", at.node("Mul", direct, source), under)
        shared = at.mixed(through, 1, self.shape, beside.T * (2 * alpha / size * beta))
        return {0: at.node("Sub", direct, at.node("Mul", source, shared))}


@register
class LayerNormalisation(Op):
    """``LayerNormalization``: a number as it stands among all along some axes, times a factor, plus an offset."""

    types = ("LayerNormalization",)
    label = "layer normalisation"
    learned: ClassVar = (1, 2)

    def read(self) -> None:
        if self.output:
            raise self.refuse("its statistics are asked for; only its values are read")
        rank = len(self.shape)
        #: The axes whose numbers are taken together: the last ones.
        self.axes = tuple(range(self.axis(int(self.attribute("axis", -1)), rank), rank))
        if 0 in self.axes:
            raise self.refuse("normalises along the batch: the answer to one image would hang on others")
        self._epsilon = float(self.attribute("epsilon", 1e-5))

    def reads_all(self, operand: int) -> bool:
        return operand == 0 and len(self.axes) == len(self.shape) - 1

    def work(self) -> tuple[int, int]:
        return 0, 8 * math.prod(self.shape[1:])

    @property
    def _formula(self) -> str:
        return f"scale · (x − mean) / √(variance + {self._epsilon:g}) + shift"

    def stored(self) -> tuple[NDArray[Any], NDArray[Any]] | None:
        whole = self.shape[self.axes[0] :]
        scale = np.broadcast_to(self.constant(1), whole).astype(np.float32)
        shift = np.broadcast_to(self.constant(2) if self.has(2) else np.float32(0), whole).astype(np.float32)
        return scale.reshape(-1), shift.reshape(-1)

    def spec(self) -> dict[str, Any] | None:
        about = {"shape": list(self.shape), "axes": list(self.axes), "epsilon": self._epsilon}
        return {"op": "LayerNormalization", "formula": self._formula, **about}

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        source, share = self.node.inputs[0].name, 1 / math.prod(self.shape[self.axes[0] :])

        def mean(name: str) -> str:
            return at.scaled(at.summed(name, self.axes), share)

        apart = at.node("Sub", source, mean(source))
        variance = at.node("Add", mean(at.node("Mul", apart, apart)), at.numbers(self._epsilon))
        deviation = at.node("Sqrt", variance)
        standing = at.node("Div", apart, deviation)
        scaled = at.node("Mul", gradient, at.numbers(self.constant(1)))
        along = at.node("Mul", standing, mean(at.node("Mul", scaled, standing)))
        centred = at.node("Sub", at.node("Sub", scaled, mean(scaled)), along)
        return {0: at.node("Div", centred, deviation)}

    def terms(self, place: int, read: Read) -> Terms:
        size = math.prod(self.shape[self.axes[0] :])
        own = place % size
        places = place - own + np.arange(size)
        found = np.asarray(read(0)).ravel()[places].astype(np.float64)
        scale, shift = (float(np.broadcast_to(each, size)[own]) for each in self.stored() or ())
        total = scale * (found[own] - found.mean()) / math.sqrt(found.var() + self._epsilon) + shift
        weights = np.arange(size) == own
        return self.made("function", 0, places, weights, found, total=float(total), formula=self._formula)
