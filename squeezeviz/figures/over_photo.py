"""Something laid over a photo, with its scale; and where there is room, beside it, for what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from squeezeviz.figures.keys import DIFFERENCE_MM, difference_key
from squeezeviz.figures.look import QUIET, SMALL
from squeezeviz.figures.photo import at_print_size
from squeezeviz.figures.sheet import Box, cut_to
from squeezeviz.render.palettes import difference_palette
from squeezeviz.render.palettes import palette as colours_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Geometry
    from squeezeviz.render.palettes import Theme

__all__ = [
    "SCALE_MM", "beside", "difference_scale", "halves", "opacity", "over_photo", "signed_pixels", "unsigned_pixels",
]  # fmt: skip

#: How tall the scale under a photo is.
SCALE_MM = 6.5
_GAP_MM, _WIDE_MM, _TALLEST_MM = 5.0, 120.0, 96.0
_MOST_OPAQUE = 210


def halves(room: Box) -> tuple[Box, Box]:
    """Return the photo's room, and that of what is said of it: the same one where they stand one under the other."""
    if room.width < _WIDE_MM:
        return room, room
    wide = (room.width - _GAP_MM) * 0.56
    return Box(room.left, room.top, wide), Box(room.left + wide + _GAP_MM, room.top, room.width - wide - _GAP_MM)


def beside(right: Box, left: Box, bottom: float) -> Box:
    """Return where what is said begins, once the photo has been drawn: of both `halves`, and where the photo ends."""
    return right if right.left > left.left else right.below(bottom + SCALE_MM + 1.5)


def opacity(shares: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return the opacity of shares, 0–1: the larger, the less of the photo shows through."""
    opaque: NDArray[np.uint8] = np.round(np.clip(shares * 1.1, 0, 1) * _MOST_OPAQUE).astype(np.uint8)
    return opaque


def signed_pixels(shares: NDArray[np.floating], theme: Theme) -> NDArray[np.uint8]:
    """Return shares, -1 to 1, as pixels with opacity: what adds in one colour, what takes away in another."""
    colours = difference_palette(theme)[(127 + np.round(shares * 127)).astype(np.uint8)]
    return np.dstack([colours, opacity(np.abs(shares))])


def unsigned_pixels(shares: NDArray[np.floating], palette: str, theme: Theme) -> NDArray[np.uint8]:
    """Return shares, 0 to 1, as pixels with opacity; nothing at zero."""
    indices = np.where(shares > 0, 1 + np.minimum(254, np.maximum(0, shares) * 254.999), 0).astype(np.uint8)
    return np.dstack([colours_of(palette, theme)[indices], opacity(shares)])


def over_photo(
    sheet: Sheet,
    box: Box,
    photo: Image,
    geometry: Geometry,
    pixels: NDArray[np.uint8],
    place: tuple[float, float, float, float],
    *,
    title: str,
    name: str,
) -> float:
    """Draw a photo with something over what the network sees of it, framed with a dashed line.

    Args:
        sheet: Where to.
        box: Its room.
        photo: The photo.
        geometry: Which part of it the network sees.
        pixels: What lies over it, uint8 (H, W, 4), as the network has it; it is mirrored where the photo was.
        place: Where, (left, top, right, bottom) in the photo's pixels.
        title: Over the photo.
        name: What is laid over it is called, in the file.

    Returns:
        Where it ends.
    """
    tall = min(box.width * photo.height / photo.width, _TALLEST_MM)
    across = tall * photo.width / photo.height
    top = sheet.heading(box, title, "", photo.name, size=QUIET + 1)
    axes = sheet.picture(at_print_size(photo, across), box.left, top, across, tall, "photo")
    axes.images[0].set_extent((0, photo.width, photo.height, 0))
    left, upper, right, lower = geometry.visible
    x0, y0, x1, y1 = place
    laid = axes.imshow(
        pixels[:, ::-1] if geometry.is_flipped else pixels, interpolation="none", aspect="auto",
        extent=(x0, x1, y1, y0), gid=name,
    )  # fmt: skip
    laid.set_clip_path(Rectangle((left, upper), right - left, lower - upper, transform=axes.transData))
    seen = Rectangle((left, upper), right - left, lower - upper, fill=False, edgecolor="white", linewidth=0.6)
    seen.set(linestyle=(0, (3, 3)), alpha=0.9, gid="crop")
    axes.add_patch(seen)
    axes.set(xlim=(0, photo.width), ylim=(photo.height, 0))
    return top + tall


def difference_scale(sheet: Sheet, box: Box, most: float, says: str, *, is_cut: bool = False) -> None:
    """Draw the scale of differences under a photo, and say of what.

    Args:
        sheet: Where to.
        box: Its room: that under the photo.
        most: What full colour stands for.
        says: What a pixel's colour means.
        is_cut: Whether some values lie beyond it.
    """
    difference_key(sheet, box.left + DIFFERENCE_MM, box.top + 1.2, most, is_cut=is_cut)
    text = cut_to(says, box.width - DIFFERENCE_MM - 2, SMALL)
    sheet.write(box.left + DIFFERENCE_MM + 2, box.top + 3, text, SMALL, colour=sheet.ink.quiet)
