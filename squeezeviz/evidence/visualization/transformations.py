"""How a picture is moved, turned and sized anew at each step, so that nothing is found that hangs on a pixel.

Jitter, rotation and scale are one affine map from the input's pixels to the picture's, sampled bilinearly once. Beyond
the picture its outermost pixels go on (padding). The adjoint hands gradients back to exactly the pixels that were read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Motion", "View"]

_VIEWS = 32  # tell how often each pixel is shown
_RAREST = 4.0


@dataclass(frozen=True)
class Motion:
    """How far a picture is moved, at random.

    Attributes:
        jitter: Shift along each axis, as a share of the input's side.
        scale: By which share larger or smaller.
        degrees: Rotation either way.
    """

    jitter: float = 0.06
    scale: float = 0.12
    degrees: float = 9.0

    def times(self, strength: float) -> Motion:
        """Return the same, so many times as strong."""
        return Motion(self.jitter * strength, self.scale * strength, self.degrees * strength)

    def view(
        self,
        rng: np.random.Generator,
        picture: tuple[int, int],
        window: tuple[float, float, int, int],
        dtype: type[np.floating] = np.float32,
    ) -> View:
        """Return one view of the picture, drawn at random.

        Args:
            rng: Where chance comes from; four numbers are drawn.
            picture: (H, W) of the picture.
            window: What the input shows of it where nothing is moved: (top, left, height, width).
            dtype: Of what is sampled.
        """
        down, across, larger, turned = rng.uniform(-1, 1, 4)
        top, left, height, width = window
        angle = np.deg2rad(self.degrees * turned)
        scale = np.exp(-np.log1p(self.scale) * larger)
        rows = np.arange(height)[:, None] - (height - 1) / 2
        columns = np.arange(width)[None] - (width - 1) / 2
        y = scale * (np.cos(angle) * rows - np.sin(angle) * columns)
        x = scale * (np.sin(angle) * rows + np.cos(angle) * columns)
        y += top + (height - 1) / 2 + self.jitter * height * down
        x += left + (width - 1) / 2 + self.jitter * width * across
        return View(y, x, picture, dtype)

    def rarity(self, picture: tuple[int, int], window: tuple[float, float, int, int]) -> NDArray[np.float32]:
        """Return how much more rarely each pixel is shown than those in the middle, up to 4 times: float32 (H, W).

        Args:
            picture: (H, W) of the picture.
            window: What the input shows of it where nothing is moved: (top, left, height, width).
        """
        return _rarity(self, picture, window)


@lru_cache(maxsize=8)
def _rarity(motion: Motion, picture: tuple[int, int], window: tuple[float, float, int, int]) -> NDArray[np.float32]:
    rng, shown = np.random.default_rng(0), np.zeros(picture)
    whole = np.ones((1, 1, *window[2:]), np.float32)
    for _ in range(_VIEWS):
        shown += motion.view(rng, picture, window).backward(whole)[0, 0]
    top, left, height, width = window
    usual = np.median(shown[int(top) : int(top) + height, int(left) : int(left) + width])
    found: NDArray[np.float32] = np.clip(usual / np.maximum(shown, 1e-9), 0, _RAREST).astype(np.float32)
    found.flags.writeable = False
    return found


class View:
    """A picture sampled bilinearly.

    Args:
        y: Where in the picture each pixel of the input lies, in pixels from the first one's middle; float (h, w).
        x: The same, from the left.
        picture: (H, W) of the picture.
        dtype: Of what is sampled.
    """

    def __init__(
        self,
        y: NDArray[np.floating],
        x: NDArray[np.floating],
        picture: tuple[int, int],
        dtype: type[np.floating] = np.float32,
    ) -> None:
        height, width = self._picture = picture
        self._shape = y.shape
        (row, below), (column, right) = _between(y.ravel(), height), _between(x.ravel(), width)
        next_row, next_column = min(height - 1, 1) * width, min(width - 1, 1)
        first = row * width + column
        self._indices = (first, first + next_column, first + next_row, first + next_row + next_column)
        shares = ((1 - below) * (1 - right), (1 - below) * right, below * (1 - right), below * right)
        self._shares = tuple(share.astype(dtype) for share in shares)

    def __call__(self, pictures: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return what is seen of pictures, (B, C, H, W): (B, C, h, w)."""
        flat = pictures.reshape(*pictures.shape[:2], -1)
        taken = [np.take(flat, index, axis=2) * share for index, share in zip(self._indices, self._shares, strict=True)]
        return sum(taken[1:], taken[0]).reshape(*pictures.shape[:2], *self._shape)

    def backward(self, gradient: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the derivative by the pictures' pixels, (B, C, H, W), from that by what is seen, (B, C, h, w)."""
        flat = gradient.reshape(-1, gradient.shape[2] * gradient.shape[3])
        height, width = self._picture
        handed = np.zeros((len(flat), height * width), gradient.dtype)
        for row, plane in enumerate(flat):
            for index, share in zip(self._indices, self._shares, strict=True):
                handed[row] += np.bincount(index, plane * share, height * width)
        return handed.reshape(*gradient.shape[:2], height, width)


def _between(at: NDArray[np.floating], size: int) -> tuple[NDArray[np.intp], NDArray[np.floating]]:
    """Return the pixel before each place along an axis, and how far on to the next one it lies, 0 to 1."""
    inside = np.clip(at, 0, size - 1)
    before = np.minimum(inside.astype(np.intp), max(size - 2, 0))
    return before, inside - before
