"""Adam (Kingma & Ba, 2015), uphill and in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.evidence.visualization.few import few

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Adam"]

_MEAN, _SQUARE, _LEAST = 0.9, 0.999, 1e-8


class Adam:
    """Gradient ascent with steps of much the same size for every number.

    Args:
        numbers: What is moved, in place.
    """

    def __init__(self, numbers: NDArray[np.floating]) -> None:
        self._numbers = numbers
        self._mean, self._square = np.zeros_like(numbers), np.zeros_like(numbers)
        self._steps = 0

    def step(self, gradient: NDArray[np.floating], rate: float) -> None:
        """Move the numbers uphill.

        Args:
            gradient: The derivative by each of them.
            rate: How far, at first.
        """
        self._steps += 1
        for rows in few(len(gradient)):
            mean, square, here = self._mean[rows], self._square[rows], gradient[rows]
            spare = here * (1 - _MEAN)
            mean *= _MEAN
            mean += spare
            np.multiply(here, here, out=spare)
            spare *= 1 - _SQUARE
            square *= _SQUARE
            square += spare
            np.divide(square, 1 - _SQUARE**self._steps, out=spare)
            np.sqrt(spare, out=spare)
            spare += _LEAST
            np.divide(mean, spare, out=spare)
            spare *= rate / (1 - _MEAN**self._steps)
            self._numbers[rows] += spare
