"""Where a point of the network's input lies in the original photo, and back."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Geometry"]


@dataclass(frozen=True)
class Geometry:
    """The mapping that one preprocessing applies to one picture: resize, then crop. It is affine and has no rotation.

    Coordinates are continuous, in pixels: pixel ``i`` covers ``[i, i + 1)`` and has its centre at ``i + 0.5``.

    Attributes:
        original: (width, height) of the photo.
        resized: (width, height) the photo is brought to.
        crop: (left, top, width, height) of the input tensor within the resized photo.
    """

    original: tuple[int, int]
    resized: tuple[int, int]
    crop: tuple[int, int, int, int]

    @property
    def scale(self) -> tuple[float, float]:
        """Original pixels per input pixel, along x and y."""
        return self.original[0] / self.resized[0], self.original[1] / self.resized[1]

    def to_original(self, x: float, y: float) -> tuple[float, float]:
        """Map a point of the input tensor to the photo."""
        return (
            (x + self.crop[0]) * self.original[0] / self.resized[0],
            (y + self.crop[1]) * self.original[1] / self.resized[1],
        )

    def to_input(self, x: float, y: float) -> tuple[float, float]:
        """Map a point of the photo to the input tensor; outside the crop the result lies outside the tensor."""
        return (
            x * self.resized[0] / self.original[0] - self.crop[0],
            y * self.resized[1] / self.original[1] - self.crop[1],
        )

    @property
    def visible(self) -> tuple[float, float, float, float]:
        """The part of the photo that the network sees: (left, top, right, bottom) in original pixels."""
        return (*self.to_original(0, 0), *self.to_original(self.crop[2], self.crop[3]))
