"""Bins for activations, evenly spaced on a logarithmic scale: two an octave, the same for every layer and model.

Bin 0 holds what is zero or below. Bin 1 begins at 2⁻¹² and takes in whatever is smaller, the last one ends at 2¹² and
takes in whatever is larger. An octave is cut at one and a half times its beginning, which is where a bit of the number
changes: a bin is found without a logarithm, and no rounding decides which one it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BINS", "EDGES", "bin_of", "count"]

_OCTAVES = (-12, 12)
#: Bins above zero, and the one for zero.
BINS = 1 + 2 * (_OCTAVES[1] - _OCTAVES[0])
#: Where bins 1, 2, … begin, and the last ends: float64 (BINS,).
EDGES: NDArray[np.float64] = np.array(
    [2.0**octave * part for octave in range(*_OCTAVES) for part in (1, 1.5)] + [2.0 ** _OCTAVES[1]]
)
_BEFORE = 2 * (127 + _OCTAVES[0]) - 1  # exponent and first bit of the fraction, of the number before bin 1


def bin_of(values: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return the bin of each value, int32 of the same shape."""
    bits = np.ascontiguousarray(values, np.float32).view(np.int32)  # of numbers above zero, ordered as they are
    found = bits >> 22
    found -= _BEFORE
    np.clip(found, 1, BINS - 1, out=found)
    found *= bits > 0
    return found


def count(values: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return how many values of each row fall into each bin.

    Args:
        values: float32 (rows, n).

    Returns:
        int64 (rows, BINS).
    """
    rows = len(values)
    places = bin_of(values) + np.arange(0, rows * BINS, BINS)[:, None]
    return np.bincount(places.ravel(), minlength=rows * BINS).reshape(rows, BINS)
