"""What is moved to make a picture: Fourier coefficients, or only their phases; in decorrelated colours.

``"fourier"`` after Olah, Mordvintsev and Schubert, "Feature Visualization" (Distill, 2017): every frequency moves as
far as it reaches in natural images, so that none drowns the others. ``"phases"`` after Fel and others, "Unlocking
Feature Visualization for Deeper Networks with MAgnitude Constrained Optimization" (MACO, 2023): magnitudes stay those
of natural images, or of a photo, and only phases move; nothing can grow into noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from squeezeviz.evidence.visualization.colour import COLOURS
from squeezeviz.evidence.visualization.fourier import basis, spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Fourier", "Parametrisation", "Phases", "Planes", "coefficients_of"]

_AT_FIRST = 0.1  # standard deviation of the first noise, of what natural images have
# Magnitudes of natural images, in z. Over 93 photos they fall with the frequency to the power of 1.20 to 1.31, and come
# to a standard deviation of 2.5 to 2.8, of which black and white pixels, as far as z goes, are a part.
_CONTRAST, _DECAY = 2.2, 1.25
_Array = Any  # NDArray of float32, or of float64 where exactness is tested


class Planes:
    """Coefficients → the argument of the logistic function, z, at one size.

    Args:
        size: (h, w) of z.
        whole: (H, W) that the coefficients are made for; smaller sizes take the slower ones.
        dtype: float32, or float64.
    """

    def __init__(self, size: tuple[int, int], whole: tuple[int, int], dtype: type[np.floating] = np.float32) -> None:
        counts = [full if side >= full else side - (1 - side % 2) for side, full in zip(size, whole, strict=True)]
        self._down, self._across = (basis(side, count).astype(dtype) for side, count in zip(size, counts, strict=True))
        self._colours = COLOURS.astype(dtype)
        #: The coefficients that count at this size.
        self.part: tuple[slice, ...] = (slice(None), slice(None), slice(counts[0]), slice(counts[1]))

    def z(self, coefficients: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return z, (B, 3, h, w) in red, green, blue, of coefficients (B, 3, k, l)."""
        planes = self._down @ coefficients @ self._across.T
        return self._mixed(self._colours, planes)

    def backward(self, gradient: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the derivative by the coefficients, (B, 3, k, l), from that by z, (B, 3, h, w)."""
        handed: NDArray[np.floating] = self._down.T @ self._mixed(self._colours.T, gradient) @ self._across
        return handed

    @staticmethod
    def _mixed(colours: NDArray[np.floating], planes: NDArray[np.floating]) -> NDArray[np.floating]:
        flat = colours @ planes.reshape(len(planes), 3, -1)
        return flat.reshape(planes.shape)


def coefficients_of(z: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the coefficients that make z, float64 (B, 3, H, W): what `Planes.z` undoes at the size itself."""
    height, width = z.shape[2:]
    planes = np.linalg.inv(COLOURS) @ z.astype(np.float64).reshape(len(z), 3, -1)
    down, across = basis(height, height), basis(width, width)
    made: NDArray[np.float64] = down.T @ planes.reshape(z.shape) @ across / (height * width)
    return made


class Parametrisation(Protocol):
    """Numbers that are moved, and the coefficients that they make.

    Attributes:
        numbers: What is moved, (B, 3, H, W).
        rate: The learning rate that suits them.
    """

    numbers: _Array
    rate: float

    def coefficients(self, part: tuple[slice, ...]) -> NDArray[np.floating]:
        """Return the coefficients of a part of the numbers, (B, 3, k, l)."""

    def backward(self, gradient: NDArray[np.floating], part: tuple[slice, ...]) -> NDArray[np.floating]:
        """Return the derivative by a part of the numbers, from that by its coefficients."""


class Fourier:
    """Coefficients themselves, in units of what they come to in natural images.

    Args:
        count: Pictures.
        size: (H, W).
        rng: Where the first noise comes from; None begins without any.
        dtype: float32, or float64.
    """

    rate = 0.05

    def __init__(
        self,
        count: int,
        size: tuple[int, int],
        rng: np.random.Generator | None,
        dtype: type[np.floating] = np.float32,
    ) -> None:
        self._amplitudes = spread(size).astype(dtype)
        shape = (count, 3, *size)
        noise = np.zeros(shape) if rng is None else rng.normal(0, _AT_FIRST, shape)
        self.numbers: _Array = noise.astype(dtype)

    @classmethod
    def of(cls, coefficients: NDArray[np.float64], dtype: type[np.floating] = np.float32) -> Fourier:
        """Return the numbers that make these coefficients, float64 (B, 3, H, W)."""
        count, _, *size = coefficients.shape
        made = cls(count, (size[0], size[1]), None, dtype)
        made.numbers[:] = coefficients / spread((size[0], size[1]))
        return made

    def coefficients(self, part: tuple[slice, ...]) -> NDArray[np.floating]:
        """Return the coefficients of a part of the numbers, (B, 3, k, l)."""
        made: NDArray[np.floating] = self.numbers[part] * self._amplitudes[part[2:]]
        return made

    def backward(self, gradient: NDArray[np.floating], part: tuple[slice, ...]) -> NDArray[np.floating]:
        """Return the derivative by a part of the numbers, from that by its coefficients."""
        handed: NDArray[np.floating] = gradient * self._amplitudes[part[2:]]
        return handed


@dataclass(frozen=True)
class _Slots:
    """Where the products of cosines and sines of the same two frequencies stand among coefficients."""

    cosines_down: slice
    sines_down: slice
    cosines_across: slice
    sines_across: slice

    @classmethod
    def among(cls, shape: tuple[int, ...]) -> _Slots:
        down, across = (2 * ((side - 1) // 2) + 1 for side in shape[-2:])
        return cls(slice(1, down, 2), slice(2, down, 2), slice(1, across, 2), slice(2, across, 2))

    def products(self, of: NDArray[np.floating]) -> tuple[NDArray[np.floating], ...]:
        """Return views: cosine · cosine, cosine · sine, sine · cosine, sine · sine; down first."""
        return tuple(
            of[..., down, across]
            for down in (self.cosines_down, self.sines_down)
            for across in (self.cosines_across, self.sines_across)
        )

    def edges(self, of: NDArray[np.floating]) -> tuple[tuple[NDArray[np.floating], NDArray[np.floating]], ...]:
        """Return views of cosines and sines along one axis alone."""
        return (
            (of[..., 0, self.cosines_across], of[..., 0, self.sines_across]),
            (of[..., self.cosines_down, 0], of[..., self.sines_down, 0]),
        )


class Phases:
    """Phases of complex Fourier coefficients whose magnitudes stay.

    A frequency down and one across make two complex coefficients, of waves that run either way along the diagonal;
    these are a rotation of four real ones. A phase stands where the first of its real coefficients does.

    Args:
        coefficients: Whose magnitudes, and phases at first, these are: float64 (B, 3, H, W).
        dtype: float32, or float64.
    """

    rate = 0.3

    def __init__(self, coefficients: NDArray[np.float64], dtype: type[np.floating] = np.float32) -> None:
        slots = _Slots.among(coefficients.shape)
        self._kept: _Array = coefficients.astype(dtype)  # of the mean, and of what alternates from pixel to pixel
        magnitudes, phases = np.zeros_like(coefficients), np.zeros_like(coefficients)
        both, minus, plus, sines = slots.products(coefficients)
        one = (both - sines) + 1j * -(minus + plus)
        other = (both + sines) + 1j * (minus - plus)
        for waves, at in ((one / np.sqrt(2), 0), (other / np.sqrt(2), 3)):
            slots.products(magnitudes)[at][:] = np.abs(waves)
            slots.products(phases)[at][:] = np.angle(waves)
        for (cosines, sine), (size, _), (turn, _) in zip(
            slots.edges(coefficients), slots.edges(magnitudes), slots.edges(phases), strict=True
        ):
            size[:], turn[:] = np.hypot(cosines, sine), np.arctan2(sine, cosines)
        self._magnitudes: _Array = magnitudes.astype(dtype)
        self.numbers: _Array = phases.astype(dtype)

    @classmethod
    def natural(
        cls, count: int, size: tuple[int, int], rng: np.random.Generator, dtype: type[np.floating] = np.float32
    ) -> Phases:
        """Return random phases, with magnitudes as natural images have them.

        Args:
            count: Pictures.
            size: (H, W).
            rng: Where chance comes from.
            dtype: float32, or float64.
        """
        amplitudes = spread(size, _DECAY) * _CONTRAST
        amplitudes[0, 0] = 0  # the mean stays grey
        made = cls(np.zeros((count, 3, *size)), dtype)
        slots = _Slots.among(made.numbers.shape)
        for views in (slots.products(made._magnitudes), *slots.edges(made._magnitudes)):
            views[0][:] = 1
            views[-1][:] = len(views) == 4  # along one axis alone a cosine and its sine have one phase
        made._magnitudes *= (np.sqrt(2) * amplitudes).astype(dtype)
        made.numbers[:] = rng.uniform(-np.pi, np.pi, made.numbers.shape)
        return made

    def coefficients(self, part: tuple[slice, ...]) -> NDArray[np.floating]:
        """Return the coefficients of a part of the numbers, (B, 3, k, l)."""
        magnitudes, phases = self._magnitudes[part], self.numbers[part]
        real, imaginary = magnitudes * np.cos(phases), magnitudes * np.sin(phases)
        made: NDArray[np.floating] = self._kept[part].copy()
        slots = _Slots.among(made.shape)
        (one, *_, other), (one_turned, *_, other_turned) = slots.products(real), slots.products(imaginary)
        both, minus, plus, sines = slots.products(made)
        half = made.dtype.type(np.sqrt(0.5))
        both[:], sines[:] = half * (one + other), half * (other - one)
        minus[:], plus[:] = half * (other_turned - one_turned), -half * (one_turned + other_turned)
        for (cosines, sine), (along, _), (turned, _) in zip(
            slots.edges(made), slots.edges(real), slots.edges(imaginary), strict=True
        ):
            cosines[:], sine[:] = along, turned
        return made

    def backward(self, gradient: NDArray[np.floating], part: tuple[slice, ...]) -> NDArray[np.floating]:
        """Return the derivative by a part of the numbers, from that by its coefficients."""
        magnitudes, phases = self._magnitudes[part], self.numbers[part]
        real, imaginary = magnitudes * np.cos(phases), magnitudes * np.sin(phases)
        handed = np.zeros_like(gradient)
        slots = _Slots.among(gradient.shape)
        both, minus, plus, sines = slots.products(gradient)
        half = gradient.dtype.type(np.sqrt(0.5))
        for at, by_real, by_imaginary in (
            (0, half * (both - sines), -half * (minus + plus)),
            (3, half * (both + sines), half * (minus - plus)),
        ):
            slots.products(handed)[at][:] = (
                by_imaginary * slots.products(real)[at] - by_real * slots.products(imaginary)[at]
            )
        for (cosines, sine), (along, _), (turned, _), (into, _) in zip(
            slots.edges(gradient), slots.edges(real), slots.edges(imaginary), slots.edges(handed), strict=True
        ):
            into[:] = sine * along - cosines * turned
        return handed
