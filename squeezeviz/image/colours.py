"""Any mode and depth → 8-bit RGB, with a note of every step that changed the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image as Pillow

from squeezeviz.errors import ImageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["to_rgb"]

#: What transparent parts are laid on.
BACKGROUND = ("white", (255, 255, 255))
_MODES = {"L": "grey", "1": "black and white", "P": "palette"}
_DEEPEST = 65535
_DEEP = ("RGB;16", "RGBA;16", "RGBa;16", "RGBX;16", "LA;16")  # but "BGR;16" is a pixel of 16 bits, as BMP has them
_ON_BACKGROUND = f"transparency laid on {BACKGROUND[0]}"
# A picture that spreads over no more than a quarter of its 16 bits keeps a quarter of the 256 grey levels, or fewer.
_LITTLE = _DEEPEST // 4
_STRIP = 1 << 20


def to_rgb(picture: Pillow.Image, stored_as: str, name: str) -> tuple[Pillow.Image, list[str]]:
    """Bring a picture to 8-bit RGB.

    Args:
        picture: In any of Pillow's modes.
        stored_as: How its file held the pixels, as Pillow's raw mode, such as ``"RGB;16B"``; "" if it was none.
        name: What to call it in errors.

    Returns:
        The picture, mode RGB; and what was done, in words.

    Raises:
        ImageError: It holds NaN or infinite pixels.
    """
    is_sixteen = stored_as.startswith("I;16") and not stored_as.endswith("S")
    if picture.mode.startswith("I;16") or (picture.mode == "I" and is_sixteen):
        return _from_deep_grey(picture)
    if picture.mode in ("I", "F"):
        return _stretched(np.asarray(picture), name), ["32-bit grey stretched from its own range to 8-bit RGB"]
    notes = []
    if stored_as.startswith(_DEEP):
        notes += ["16-bit channels brought to 8-bit RGB", *_range_of_colour(picture)]
    if picture.has_transparency_data:
        return _on_background(picture, stored_as), [*notes, _ON_BACKGROUND]
    if picture.mode != "RGB":
        notes.append(f"{_MODES.get(picture.mode, picture.mode)} brought to RGB")
        picture = picture.convert("RGB")
    return picture, notes


def _from_deep_grey(picture: Pillow.Image) -> tuple[Pillow.Image, list[str]]:
    deep = np.asarray(picture)
    if deep.dtype.kind == "i":
        deep = np.clip(deep, 0, _DEEPEST).astype(np.uint16)
    table = np.rint(np.arange(_DEEPEST + 1) / 257).astype(np.uint8)
    grey = table[deep]
    notes = ["16-bit grey brought to 8-bit RGB", *_range_of_grey(int(deep.min()), int(deep.max()))]
    transparent = picture.info.get("transparency")
    if isinstance(transparent, int):  # compared at 16 bits: at 8 it would be a whole band of greys
        grey[deep == transparent] = BACKGROUND[1][0]
        notes.append(_ON_BACKGROUND)
    return Pillow.fromarray(grey).convert("RGB"), notes


def _range_of_grey(low: int, high: int) -> list[str]:
    if not 0 < high - low <= _LITTLE:
        return []
    return [
        f"little of its 16 bits is used ({low} to {high} of 0 to {_DEEPEST}), so that it has little contrast; to "
        "stretch it: a = numpy.asarray(PIL.Image.open(path)), "
        f"squeezeviz.read_image(((a - {low}.0) * (255 / {high - low})).round().astype('uint8'))"
    ]


def _range_of_colour(picture: Pillow.Image) -> list[str]:
    if picture.mode not in ("RGB", "RGBA"):
        return []
    extremes = np.array([picture.getchannel(channel).getextrema() for channel in "RGB"])
    low, high = int(extremes.min()), int(extremes.max())
    if not 0 < high - low <= _LITTLE >> 8:
        return []
    return [
        f"little of its 16 bits is used ({low} to {high} of 0 to 255), so that it has little contrast; to stretch it, "
        "spread its values over the whole range in the program that made it"
    ]


def _on_background(picture: Pillow.Image, stored_as: str) -> Pillow.Image:
    _transparency_in_eight_bits(picture, stored_as)
    rgba = picture.convert("RGBA")
    laid = Pillow.new("RGB", picture.size, BACKGROUND[1])
    laid.paste(rgba, mask=rgba.getchannel("A"))
    return laid


def _transparency_in_eight_bits(picture: Pillow.Image, stored_as: str) -> None:
    """Bring a PNG's one transparent colour from its file's depth to that of the pixels, as Pillow does not."""
    colour = picture.info.get("transparency")
    if isinstance(colour, int) and picture.mode == "L" and stored_as in ("L;2", "L;4"):
        picture.info["transparency"] = colour * 255 // (2 ** int(stored_as[2:]) - 1)
    elif isinstance(colour, tuple) and stored_as.startswith(_DEEP):
        picture.info["transparency"] = tuple(level >> 8 for level in colour)  # Pillow keeps the upper bytes


def _stretched(values: NDArray[Any], name: str) -> Pillow.Image:
    if not np.isfinite(values).all():
        raise ImageError(f"{name}: holds NaN or infinite pixels; expected finite numbers")
    low, high = float(values.min()), float(values.max())
    if high == low:
        return Pillow.new("RGB", (values.shape[1], values.shape[0]))
    grey = np.empty(values.shape, np.uint8)
    rows = max(1, _STRIP // values.shape[1])  # in strips: whole, its float64 would be the largest thing in memory
    for first in range(0, len(values), rows):
        unit = (values[first : first + rows].astype(np.float64) - low) / (high - low)
        grey[first : first + rows] = np.rint(unit * 255)
    return Pillow.fromarray(grey).convert("RGB")
