"""The real Fourier basis along one axis, and how natural images spread over frequencies.

A picture's plane is ``down @ coefficients @ across.T``. Products of matrices take any size alike, where a fast Fourier
transform stumbles over a prime one (227); and the same coefficients make the same picture, smooth, at any smaller size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["basis", "frequencies", "spread"]


def frequencies(count: int) -> NDArray[np.int_]:
    """Return the cycles a side of each function of `basis`: 0, 1, 1, 2, 2, … int (count,)."""
    return (np.arange(count) + 1) // 2


def basis(size: int, count: int) -> NDArray[np.float64]:
    """Return the functions 1, √2 cos, √2 sin, √2 cos of twice the frequency, …, at the middles of a side's pixels.

    Args:
        size: Pixels of the side.
        count: Functions, the slowest first; no more than pixels. As many as pixels, they make any picture.

    Returns:
        float64 (size, count). Columns are orthogonal, and each has a mean square of 1.
    """
    at = (np.arange(size) + 0.5) / size
    cycles = frequencies(count)
    angles = 2 * np.pi * at[:, None] * cycles
    functions: NDArray[np.float64] = np.sqrt(2) * np.where(np.arange(count) % 2 == 1, np.cos(angles), np.sin(angles))
    functions[:, 0] = 1
    if size % 2 == 0 and count == size:  # the fastest alternates from pixel to pixel: its cosine is 0 in their middles
        functions[:, -1] = np.sin(angles[:, -1])
    return functions


def spread(size: tuple[int, int], decay: float = 1.0) -> NDArray[np.float64]:
    """Return the amplitude of each product of two functions in natural images: 1 / frequency, by and large.

    Args:
        size: (H, W), in pixels.
        decay: The power of the frequency that amplitudes fall with.

    Returns:
        float64 (H, W), of root sum of squares 1: coefficients of variance 1 make a plane of variance 1.
    """
    height, width = size
    cycles_per_px = np.hypot(frequencies(height)[:, None] / height, frequencies(width) / width)
    amplitudes = np.maximum(cycles_per_px, 1 / max(size)) ** -decay
    scaled: NDArray[np.float64] = amplitudes / np.linalg.norm(amplitudes)
    return scaled
