"""Where a number hung on a picture as it grew: what of it is opaque, as MACO shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as Pillow

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Opacity"]

_WHOLE = 0.8  # the quantile, of pixels that anything hung on, from which on they are opaque
_CELLS = 48  # along the shorter side, smoothly joined: single pixels say nothing


class Opacity:
    """The sum over steps of |derivative by each pixel|, after Fel and others (MACO, 2023).

    Two departures, since ours grow through sizes: each size counts by its steps, and what views rarely show for more.

    Args:
        count: Pictures.
        size: (H, W) of the whole picture.
    """

    def __init__(self, count: int, size: tuple[int, int]) -> None:
        self._before = np.zeros((count, *size), np.float32)
        self._here: NDArray[np.float32] = self._before
        self._rarity: NDArray[np.float32] = self._before[0]
        self._steps = 0

    def begin(self, rarity: NDArray[np.float32]) -> None:
        """Go on at another size, (h, w), of which `rarity` is what `Motion.rarity` says."""
        self._before, self._rarity, self._steps = self._sum(), rarity, 0
        self._here = np.zeros((len(self._before), *rarity.shape), np.float32)

    def add(self, hung: NDArray[np.floating]) -> None:
        """Add a step's |derivative by each pixel|, (B, h, w)."""
        self._here += hung
        self._steps += 1

    def __call__(self) -> NDArray[np.float32]:
        """Return the opacity by now: float32 (B, H, W), 0 to 1; 1 everywhere where there is nothing to tell."""
        found = self._sum()
        for plane in found:
            some = plane[plane > 0]
            plane[:] = np.minimum(plane / np.quantile(some, _WHOLE), 1) if some.size else 1
        return found

    def _sum(self) -> NDArray[np.float32]:
        found = self._before.copy()
        height, width = found.shape[1:]
        cells = max(1, width * _CELLS // min(height, width)), max(1, height * _CELLS // min(height, width))
        for row, plane in enumerate(self._here * self._rarity):
            if self._steps and (mean := float(plane.mean())) > 0:
                small = Pillow.fromarray(plane * np.float32(self._steps / mean)).resize(cells, Pillow.Resampling.BOX)
                found[row] += np.asarray(small.resize((width, height), Pillow.Resampling.BICUBIC)).clip(0)
        return found
