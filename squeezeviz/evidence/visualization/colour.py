"""Colours as they vary together in natural images, and pixel values within bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["COLOURS", "Bounds"]

# A root of the covariance of red, green and blue over ImageNet, from Lucid (Olah, Mordvintsev, Schubert, 2017): its
# first column is light and dark, the second red against blue, the third green against purple.
_ROOT = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]])

#: Decorrelated planes → red, green, blue: float64 (3, 3), its longest column of length 1.
COLOURS: NDArray[np.float64] = _ROOT / np.linalg.norm(_ROOT, axis=0).max()

_MARGIN = 1 / 255  # where a pixel of a photo lies on its bound, nothing could move it


@dataclass(frozen=True, eq=False)
class Bounds:
    """What each pixel may be: low + (high − low) · σ(z + start).

    Attributes:
        low: 0 to 1; a number, or float (1, 3, H, W).
        high: The same.
        start: The logistic function's argument where z is 0; the same.
    """

    low: NDArray[np.floating]
    high: NDArray[np.floating]
    start: NDArray[np.floating]

    @classmethod
    def free(cls) -> Bounds:
        """Return all that a pixel can be, from grey on."""
        return cls(np.float32(0), np.float32(1), np.float32(0))  # type: ignore[arg-type]

    @classmethod
    def around(cls, photo: NDArray[np.floating], stray: float) -> Bounds:
        """Return what lies near a photo.

        Args:
            photo: 0 to 1, (1, 3, H, W).
            stray: How far a pixel may go from it, 0 to 1.
        """
        low, high = np.maximum(photo - stray, 0), np.minimum(photo + stray, 1)
        bounds = cls(low, high, np.zeros_like(photo))
        return cls(low, high, bounds.undone(photo))

    def pixels(self, z: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return pixels, 0 to 1, of z's shape, (B, 3, H, W)."""
        made: NDArray[np.floating] = self.low + (self.high - self.low) / (1 + np.exp(-np.clip(z + self.start, -30, 30)))
        return made

    def undone(self, pixels: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return z + start of pixels, (B, 3, H, W), 0 to 1; of those on a bound, or beyond it, as near as can be."""
        share = np.clip((pixels - self.low) / (self.high - self.low), _MARGIN, 1 - _MARGIN)
        made: NDArray[np.floating] = np.log(share / (1 - share))
        return made

    def backward(self, gradient: NDArray[np.floating], pixels: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the derivative by z, from that by the pixels and the pixels themselves."""
        return gradient * (pixels - self.low) * (self.high - pixels) / (self.high - self.low)
