"""How large the picture is, and what of it the network is shown: at its own size, and at smaller ones before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as Pillow

from squeezeviz.errors import LayerError, PreprocessingError, SqueezeVizError
from squeezeviz.preprocessing.sizes import sides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["Shown", "growth", "photo_at", "whole"]

# Shares of the picture's size, and of the steps taken at each: what is large comes first, and costs a quarter. The
# last is at the picture's own size.
_GROWTH = ((0.5, 0.4), (0.71, 0.3), (1.0, 0.3))
_LEAST_PX = 64  # below this, layers are left with next to nothing


@dataclass(frozen=True)
class Shown:
    """A picture, and what the network is shown of it.

    Attributes:
        picture: (H, W) of the picture.
        window: (top, left, height, width) of what is shown where nothing is moved: the input's size.
    """

    picture: tuple[int, int]
    window: tuple[float, float, int, int]

    @property
    def input_px(self) -> tuple[int, int]:
        """(height, width) of the input."""
        return self.window[2], self.window[3]


def whole(model: Model, how: Preprocessing, size: int | None) -> Shown:
    """Return the picture's size: the one that preprocessing only crops, so that no resampling comes between.

    Args:
        model: The model.
        how: The preprocessing.
        size: The picture's shorter side, if another is wanted.

    Raises:
        PreprocessingError: The model takes no input of that size.
    """
    picture = how.input_px if how.resize == "none" else sides(how.resize_px)
    place = how.windows[0]
    shown = _scaled(picture, how.input_px, (place.y, place.x), 1 if size is None else size / min(picture))
    try:
        model.architecture_at(*shown.input_px)
    except PreprocessingError as exc:
        raise PreprocessingError(f"size is {size}: {exc}; leave size out") from exc
    return shown


def growth(model: Model, how: Preprocessing, full: Shown, steps: int) -> list[tuple[Shown, int]]:
    """Return the sizes that a picture grows through, and the steps taken at each; only those that the model takes."""
    place = how.windows[0]
    taken: list[tuple[Shown, float]] = []
    for share, of_steps in _GROWTH[:-1]:
        shown = _scaled(full.picture, full.input_px, (place.y, place.x), share)
        if min(shown.input_px) >= _LEAST_PX and _takes(model, shown):
            taken.append((shown, of_steps))
    planned = [(shown, int(steps * share)) for shown, share in taken]
    rest = steps - sum(count for _, count in planned)
    return [(shown, count) for shown, count in [*planned, (full, rest)] if count]


def photo_at(photo: Image, how: Preprocessing, shown: Shown, size: tuple[int, int]) -> NDArray[np.float64]:
    """Return a photo as the picture begins: float64 (1, 3, H, W), 0 to 1.

    Args:
        photo: The photo.
        how: The preprocessing, by whose first steps it is brought to the picture's size.
        shown: The picture at its own size.
        size: (H, W) that is wanted.

    Raises:
        PreprocessingError: The photo is smaller than the picture.
    """
    changes = {"crop_px": shown.picture if shown.picture[0] != shown.picture[1] else shown.picture[0]}
    if how.resize != "none":
        changes["resize_px"] = changes["crop_px"]
    pixels = how.replace(**changes, name=how.name).cropped(photo)
    if size != shown.picture:
        pixels = np.asarray(Pillow.fromarray(pixels).resize(size[::-1], Pillow.Resampling.BOX))
    planes: NDArray[np.float64] = pixels.transpose(2, 0, 1)[None] / 255
    return planes


def _takes(model: Model, shown: Shown) -> bool:
    try:
        model.architecture_at(*shown.input_px)
    except SqueezeVizError:
        return False
    return True


def _scaled(picture: Sequence[int], given: Sequence[int], place: tuple[float, float], share: float) -> Shown:
    height, width = (round(share * side) for side in given)
    tall, wide = (
        max(round(share * side), side_given) for side, side_given in zip(picture, (height, width), strict=True)
    )
    if min(height, width) < 1:
        raise LayerError(f"a picture of {picture} px has no {share:g} of it")
    top, left = (
        float(int((full - part) * at)) for full, part, at in zip((tall, wide), (height, width), place, strict=True)
    )
    return Shown((tall, wide), (top, left, height, width))
