"""Sums of floats that are the same to the last bit whatever the order: kept in whole numbers, wide enough for all.

A float64 is a whole number of 53 bits times a power of two. It is added into words of 32 bits, each in the low half of
an int64, so that a word takes 2²⁹ additions before what it carries has to go on to the next: Neal's small
superaccumulator (Neal 2015, Fast exact summation using small and large superaccumulators, arXiv:1505.05571), for many
sums at once, and for what is not negative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["WORDS", "ExactSums", "as_float"]

_LEAST = -128  # of 2: what lies below is rounded to a multiple of it, each number for itself
_WORD = 32
#: Words of a sum: 2⁻¹²⁸ to 2³²⁰.
WORDS = 14
_MASK = (1 << _WORD) - 1
_LARGEST = 2.0**300


class ExactSums:
    """Many sums of numbers of at least 0.

    Args:
        words: int64 (n, `WORDS`), the lowest first, as another has them; all 0 by default.
        count: How many sums, where there are no words.
    """

    def __init__(self, count: int = 0, words: NDArray[np.int64] | None = None) -> None:
        self._words = np.zeros((count, WORDS), np.int64) if words is None else words

    def __len__(self) -> int:
        return len(self._words)

    @property
    def words(self) -> NDArray[np.int64]:
        """The sums, int64 (n, `WORDS`), the lowest word first, each below 2³²."""
        for at in range(WORDS - 1):
            self._words[:, at + 1] += self._words[:, at] >> _WORD
            self._words[:, at] &= _MASK
        return self._words

    def add(self, values: NDArray[np.float64]) -> None:
        """Add one number to each sum.

        Args:
            values: float64 (n,), 0 to 2³⁰⁰. Bits below 2⁻¹²⁸ are rounded off.

        Raises:
            ValueError: A number is negative, too large, or none.
        """
        if not ((values >= 0) & (values <= _LARGEST)).all():
            raise ValueError("expected numbers from 0 to 2^300")
        fractions, exponents = np.frexp(values)
        whole = np.rint(np.ldexp(fractions, np.minimum(53, exponents - _LEAST))).astype(np.int64)
        at = np.maximum(exponents - 53 - _LEAST, 0)
        word, shift = np.divmod(at, _WORD)
        low, high = (whole & _MASK) << shift, (whole >> _WORD) << shift  # below 2⁶³ and 2⁵³
        rows = np.arange(len(values))
        self._words[rows, word] += low & _MASK
        self._words[rows, word + 1] += (low >> _WORD) + (high & _MASK)
        self._words[rows, word + 2] += high >> _WORD

    def merge(self, other: ExactSums) -> None:
        """Add the sums of another, which has as many."""
        self._words += other.words

    def whole(self) -> list[int]:
        """Return each sum as a whole number of 2⁻¹²⁸."""
        content = self.words.astype("<u4").tobytes()  # a word has 32 bits, but for the last, which is never full
        size = WORDS * _WORD // 8
        return [int.from_bytes(content[at : at + size], "little") for at in range(0, len(content), size)]


def as_float(whole: int) -> float:
    """Return a whole number of 2⁻¹²⁸ as the nearest float64."""
    return whole / (1 << -_LEAST)
