"""What a picture may be fined for: each its value, and its derivative."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["high_frequencies", "total_variation"]

_SMOOTH = 1e-4  # in pixel values of 0 to 1: below it a difference counts squared, so that there is a derivative at 0


def total_variation(pixels: NDArray[np.floating]) -> tuple[float, NDArray[np.floating]]:
    """Return how much neighbouring pixels differ, on average, Σ |difference| / pixels, and the derivative.

    Args:
        pixels: (B, C, H, W), 0 to 1.
    """
    value, gradient = 0.0, np.zeros_like(pixels)
    for axis in (2, 3):
        apart = np.diff(pixels, axis=axis)
        size = np.sqrt(apart * apart + _SMOOTH**2)
        value += float(size.sum(dtype=np.float64))
        slope = apart / size
        first = (slice(None),) * axis
        gradient[(*first, slice(1, None))] += slope
        gradient[(*first, slice(None, -1))] -= slope
    return value / pixels.size, gradient / pixels.size


def high_frequencies(
    coefficients: NDArray[np.floating], amplitudes: NDArray[np.floating]
) -> tuple[float, NDArray[np.floating]]:
    """Return the energy of a picture's slope, Σ (coefficient · amplitude · frequency)², and the derivative.

    Args:
        coefficients: (B, 3, h, w).
        amplitudes: What each is multiplied by, its frequency included, (h, w).
    """
    slopes = coefficients * amplitudes
    return float((slopes.astype(np.float64) ** 2).sum()), 2 * slopes * amplitudes
