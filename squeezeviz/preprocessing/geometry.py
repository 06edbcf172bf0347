"""Where a point of the network's input lies in the original photo, and back."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Geometry"]


@dataclass(frozen=True)
class Geometry:
    """The mapping that one preprocessing applies to one picture: resize, crop, perhaps mirror. It is affine.

    Coordinates are continuous, in pixels: pixel ``i`` covers ``[i, i + 1)`` and has its centre at ``i + 0.5``.

    Attributes:
        original: (width, height) of the photo, as the preprocessing takes it: upright, or as it is stored.
        resized: (width, height) the photo is brought to.
        crop: (left, top, width, height) of the input tensor within the resized photo; where the photo has been padded,
            it begins before 0 or ends beyond the photo.
        is_flipped: Whether the crop is mirrored, left to right.
    """

    original: tuple[int, int]
    resized: tuple[int, int]
    crop: tuple[int, int, int, int]
    is_flipped: bool = False

    @property
    def scale(self) -> tuple[float, float]:
        """Original pixels per input pixel, along x and y."""
        return self.original[0] / self.resized[0], self.original[1] / self.resized[1]

    def to_original(self, x: float, y: float) -> tuple[float, float]:
        """Map a point of the input tensor to the photo."""
        if self.is_flipped:
            x = self.crop[2] - x
        return (
            (x + self.crop[0]) * self.original[0] / self.resized[0],
            (y + self.crop[1]) * self.original[1] / self.resized[1],
        )

    def to_input(self, x: float, y: float) -> tuple[float, float]:
        """Map a point of the photo to the input tensor; outside the crop the result lies outside the tensor."""
        across = x * self.resized[0] / self.original[0] - self.crop[0]
        down = y * self.resized[1] / self.original[1] - self.crop[1]
        return self.crop[2] - across if self.is_flipped else across, down

    @property
    def visible(self) -> tuple[float, float, float, float]:
        """What the tensor covers: (left, top, right, bottom) in original pixels; beyond the photo lies padding."""
        (x0, y0), (x1, y1) = self.to_original(0, 0), self.to_original(self.crop[2], self.crop[3])
        return min(x0, x1), y0, max(x0, x1), y1

    @property
    def filled(self) -> tuple[int, int, int, int]:
        """The part of the tensor that shows the photo: (left, top, right, bottom) in input pixels, before mirroring."""
        left, top, width, height = self.crop
        return (
            min(width, max(0, -left)),
            min(height, max(0, -top)),
            max(0, min(width, self.resized[0] - left)),
            max(0, min(height, self.resized[1] - top)),
        )
