"""One step uphill: numbers → coefficients → pixels → a view of them → the input tensor; and the derivative back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.evidence.visualization.few import few
from squeezeviz.evidence.visualization.penalties import high_frequencies, total_variation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.visualization.colour import Bounds
    from squeezeviz.evidence.visualization.parametrisation import Parametrisation, Planes
    from squeezeviz.evidence.visualization.transformations import View
    from squeezeviz.preprocessing import Preprocessing

__all__ = ["Climb", "Stage", "ToTensor"]

#: Input tensors → the number for each, float64 (B,), and the derivative of what is climbed, of the tensors' shape.
Climb = Callable[["NDArray[np.floating]"], tuple["NDArray[np.float64]", "NDArray[np.floating]"]]

_LUMA = (0.299, 0.587, 0.114)


class ToTensor:
    """Pixels, 0 to 1 in red, green, blue → what the network is given: linear, and so is the way back.

    Args:
        how: The preprocessing, whose channels' order, scale, mean and deviation these are.
        dtype: float32, or float64.
    """

    def __init__(self, how: Preprocessing, dtype: type[np.floating] = np.float32) -> None:
        slope, offset = how.affine
        chosen = np.array([_LUMA]) if how.channels == 1 else np.eye(3)[list(how.rgb_index)]
        self._matrix = (255 * slope.astype(np.float64)[:, None] * chosen).astype(dtype)
        self._offset = offset.astype(dtype)[:, None]

    def __call__(self, pixels: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the input tensor, (B, C, h, w), of pixels (B, 3, h, w)."""
        made = self._matrix @ pixels.reshape(len(pixels), 3, -1) + self._offset
        shaped: NDArray[np.floating] = made.reshape(len(pixels), -1, *pixels.shape[2:])
        return shaped

    def backward(self, gradient: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the derivative by the pixels from that by the tensor."""
        handed = self._matrix.T @ gradient.reshape(*gradient.shape[:2], -1)
        shaped: NDArray[np.floating] = handed.reshape(len(gradient), 3, *gradient.shape[2:])
        return shaped


@dataclass
class Stage:
    """A picture at one size, as it is climbed with.

    Attributes:
        parametrisation: The numbers that are moved.
        planes: From coefficients to z at this size.
        bounds: What each pixel may be.
        tensor: From pixels to what the network is given.
        climb: The number that is climbed.
        variation: How much total variation costs.
        frequencies: How much high frequencies cost.
        slopes: What coefficients are multiplied by for that, (h, w).
        sign: Of the number in what is climbed; −1 to descend.
        scale: What the number is multiplied by, so that a penalty of 1 weighs about as much: found at the first step.
        hung: How much the number hung on each pixel at the last step: |derivative|, summed over colours, (B, h, w).
    """

    parametrisation: Parametrisation
    planes: Planes
    bounds: Bounds
    tensor: ToTensor
    climb: Climb
    variation: float = 0.0
    frequencies: float = 0.0
    slopes: NDArray[np.floating] | None = None
    sign: int = 1
    scale: float = 0.0
    hung: NDArray[np.floating] = field(default_factory=lambda: np.zeros(1, np.float32))

    def pixels(self, rows: slice = slice(None)) -> NDArray[np.floating]:
        """Return the pictures as they are, (B, 3, H, W), 0 to 1; all, or some of them."""
        return self.bounds.pixels(self.planes.z(self.parametrisation.coefficients(self._part(rows))))

    def gradient(
        self, view: View, weights: NDArray[np.floating] | None = None
    ) -> tuple[NDArray[np.float64], float, NDArray[np.floating]]:
        """Return the number for each picture, what is climbed all in all, and its derivative by the part's numbers.

        All but the number itself is found a few pictures at a time: many take no more memory on the way than a few.

        Args:
            view: What the network sees of the picture.
            weights: What each pixel's derivative is multiplied by, (h, w).
        """
        taken = list(few(len(self.parametrisation.numbers)))
        pixels = np.concatenate([self.pixels(rows) for rows in taken])
        values, by_tensor = self.climb(np.concatenate([self.tensor(view(pixels[rows])) for rows in taken]))
        by_pixels = np.concatenate([view.backward(self.tensor.backward(by_tensor[rows])) for rows in taken])
        if not self.scale:
            size = float(np.sqrt(np.mean(by_pixels.astype(np.float64) ** 2)))
            self.scale = 1 / (size * pixels[0].size) if size > 0 and np.isfinite(size) else 0.0
        total = self.sign * self.scale * float(values.sum())
        by_pixels *= by_pixels.dtype.type(self.scale)
        self.hung = np.abs(by_pixels).sum(axis=1)
        if weights is not None:
            by_pixels *= weights
        if self.variation:
            cost, slope = total_variation(pixels)
            total -= self.variation * cost
            by_pixels -= by_pixels.dtype.type(self.variation) * slope
        handed = [self._by_numbers(rows, by_pixels[rows], pixels[rows]) for rows in taken]
        return values, total - sum(cost for cost, _ in handed), np.concatenate([found for _, found in handed])

    def _by_numbers(
        self, rows: slice, by_pixels: NDArray[np.floating], pixels: NDArray[np.floating]
    ) -> tuple[float, NDArray[np.floating]]:
        """Return what high frequencies cost, and the derivative by some pictures' numbers from that by their pixels."""
        cost, part = 0.0, self._part(rows)
        by_coefficients = self.planes.backward(self.bounds.backward(by_pixels, pixels))
        if self.frequencies and self.slopes is not None:
            energy, slope = high_frequencies(self.parametrisation.coefficients(part), self.slopes)
            cost = self.frequencies * energy
            by_coefficients -= by_coefficients.dtype.type(self.frequencies) * slope
        return cost, self.parametrisation.backward(by_coefficients, part)

    def _part(self, rows: slice) -> tuple[slice, ...]:
        return (rows, *self.planes.part[1:])
