"""A preprocessing for an input of another size than it was written for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.preprocessing.presets import PRESETS
from squeezeviz.preprocessing.sizes import MOST_PX, sides

if TYPE_CHECKING:
    from squeezeviz.preprocessing.description import Preprocessing

__all__ = ["at_size", "fitted", "suited"]

# What Caffe's networks crop to, and what most others do: both from photos brought to 256.
_CAFFE_PX, _CUSTOMARY_PX, _RESIZED_PX = 227, 224, 256


def fitted(how: Preprocessing, size: tuple[int, int]) -> Preprocessing:
    """Return a habit, such as a preset, as people have it for inputs of another size.

    Args:
        how: The habit.
        size: Height and width.
    """
    if how.input_px != size and (how.resize_px, how.crop_px) == (_RESIZED_PX, _CAFFE_PX):
        how = how.replace(crop_px=_CUSTOMARY_PX)
    return at_size(how, size)


def suited(how: Preprocessing, size: tuple[int, int]) -> Preprocessing:
    """Return what stands for a preset where a network takes inputs of another size; any other preprocessing as it is.

    Presets are written for the published model's size, and for a network of that size stay as they are written.

    Args:
        how: The preset.
        size: Height and width of the network's input.
    """
    is_habit = PRESETS.get(how.name) == how and size != PRESETS["caffe2"].input_px
    return fitted(how, size) if is_habit else how


def at_size(how: Preprocessing, size: tuple[int, int]) -> Preprocessing:
    """Return a preprocessing for an input of another size: as much of the photo is cut off.

    Args:
        how: The preprocessing.
        size: Height and width.
    """
    if how.input_px == size:
        return how
    brought = zip(size, sides(how.resize_px), how.input_px, strict=True)
    resize_px = tuple(max(now, min(MOST_PX, round(now * resized / before))) for now, resized, before in brought)
    return how.replace(crop_px=size, resize_px=resize_px)
