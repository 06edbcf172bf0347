"""What a value can be in low precision, and which of that is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.network.ops.quantisation import Dequantisation
from squeezeviz.runtime.half import LARGEST_HALF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.network.layer import Layer

__all__ = ["MOST_CODES", "HalfCodes", "WholeCodes", "codes_of"]

#: Types with more codes are not counted code by code.
MOST_CODES = 256


@dataclass(frozen=True)
class HalfCodes:
    """Half precision."""

    dtype = "float16"
    scale: tuple[float, ...] = ()
    zero_point: tuple[int, ...] = ()
    count = 0

    def used(self, values: NDArray[np.float32]) -> tuple[NDArray[np.int64], None]:
        """Return each channel's number of values at the ends of the range; which codes are used is not counted."""
        return (np.abs(values) >= LARGEST_HALF).sum(axis=1), None


@dataclass(frozen=True)
class WholeCodes:
    """Whole numbers, each standing for (code − zero point) · scale.

    Attributes:
        dtype: Of the codes.
        scale: One, or one a channel.
        zero_point: One, or one a channel.
        low: The least code.
        high: The largest.
    """

    dtype: str
    scale: tuple[float, ...]
    zero_point: tuple[int, ...]
    low: int
    high: int

    @property
    def count(self) -> int:
        """How many codes there are."""
        return self.high - self.low + 1

    def used(self, values: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.bool_] | None]:
        """Return each channel's number of values at the ends of the range, and which codes it uses.

        A value is a product of code and scale in float32, so that dividing and rounding gives the code back.

        Args:
            values: Dequantised, float32 (C, cells).

        Returns:
            int64 (C,), without those of the code that stands for zero; bool (C, codes), None of more than 256 codes.
        """
        scale, zero = (np.asarray(each, np.float32)[:, np.newaxis] for each in (self.scale, self.zero_point))
        codes = (np.rint(values / scale) + (zero - self.low)).astype(np.intp)
        if self.count > MOST_CODES:
            at_ends = ((codes == 0) | (codes == self.count - 1)) & (codes != zero - self.low)
            return at_ends.sum(axis=1), None
        channels = len(codes)
        codes += self.count * np.arange(channels)[:, np.newaxis]
        counts = np.bincount(codes.reshape(-1), minlength=channels * self.count).reshape(channels, self.count)
        ends = counts[:, [0, -1]].copy()
        ends[np.broadcast_to(zero == np.array([self.low, self.high]), ends.shape)] = 0
        return ends.sum(axis=1), counts > 0


def codes_of(layer: Layer) -> WholeCodes | None:
    """Return the codes of a layer's values; None where they are float32."""
    op = layer.op
    if not isinstance(op, Dequantisation):
        return None
    spec = op.spec() or {}
    scales, zeros = spec["scales"], spec["zeros"]
    channels = layer.shape[0]
    if len(scales) not in (1, channels) or (len(scales) > 1 and spec["axis"] != 1):
        return None  # steps along another axis than channels: nobody quantises activations so
    ends = op.ends()
    return WholeCodes(str(ends.dtype), tuple(scales), tuple(map(int, zeros)), int(ends.min), int(ends.max))
