"""Resizing and cropping: the photo's pixels → the tensor's, still 8-bit RGB."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as Pillow

from squeezeviz.preprocessing.resample import bilinear_crop

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.image import Image
    from squeezeviz.preprocessing.geometry import Geometry

__all__ = ["cropped"]

_MOST_RESIZED = 16_000_000
_FILTERS = {
    "nearest": Pillow.Resampling.NEAREST,
    "box": Pillow.Resampling.BOX,
    "bilinear": Pillow.Resampling.BILINEAR,
    "hamming": Pillow.Resampling.HAMMING,
    "bicubic": Pillow.Resampling.BICUBIC,
    "lanczos": Pillow.Resampling.LANCZOS,
}


def cropped(
    image: Image, geometry: Geometry, *, interpolation: str, antialias: bool, padding: tuple[int, int, int]
) -> NDArray[np.uint8]:
    """Resize a photo and take one crop out of it.

    Args:
        image: The photo.
        geometry: Which part goes where.
        interpolation: How values between pixels come about.
        antialias: Whether a smaller pixel averages all that it covers.
        padding: RGB of what lies beyond the photo.

    Returns:
        uint8 (crop height, crop width, 3), RGB, 0–255.
    """
    left, top, width, height = geometry.crop
    if geometry.resized == geometry.original:
        taken = _beyond_edges(image.pixels, left, top, width, height)
    elif antialias:
        taken = _antialiased(image, geometry, _FILTERS[interpolation])
    elif interpolation == "bilinear":
        taken = bilinear_crop(image.pixels, geometry)
    else:
        columns, rows = _nearest(width, geometry, 0), _nearest(height, geometry, 1)
        taken = image.pixels[rows[:, None], columns[None, :]]
    x0, y0, x1, y1 = geometry.filled
    if (x0, y0, x1, y1) != (0, 0, width, height):
        padded = np.empty_like(taken)
        padded[...] = padding
        padded[y0:y1, x0:x1] = taken[y0:y1, x0:x1]
        taken = padded
    return taken[:, ::-1] if geometry.is_flipped else taken


def _antialiased(image: Image, geometry: Geometry, resampling: Pillow.Resampling) -> NDArray[np.uint8]:
    left, top, width, height = geometry.crop
    across, down = geometry.resized
    if across * down <= _MOST_RESIZED:
        # The whole photo: cropping first would let the filter see nothing beyond the crop's border.
        return _beyond_edges(np.asarray(image.picture.resize(geometry.resized, resampling)), left, top, width, height)
    # One pixel by many thousand would be resized to gigabytes: of so long a photo take the part round the crop, with
    # more than any filter reaches beyond it.
    reach = 8 + 4 * math.ceil(max(1, *(1 / scale for scale in geometry.scale)))
    x0, y0 = max(0, left - reach), max(0, top - reach)
    x1, y1 = min(across, left + width + reach), min(down, top + height + reach)
    (scale_x, scale_y) = geometry.scale
    box = (x0 * scale_x, y0 * scale_y, min(image.width, x1 * scale_x), min(image.height, y1 * scale_y))
    part = image.picture.resize((x1 - x0, y1 - y0), resampling, box=box)
    return _beyond_edges(np.asarray(part), left - x0, top - y0, width, height)


def _beyond_edges(pixels: NDArray[np.uint8], left: int, top: int, width: int, height: int) -> NDArray[np.uint8]:
    """Return a crop that may reach beyond the picture, where the edge repeats."""
    inside = left >= 0 <= top and left + width <= pixels.shape[1] and top + height <= pixels.shape[0]
    if inside:
        return pixels[top : top + height, left : left + width]
    rows = np.clip(np.arange(top, top + height), 0, pixels.shape[0] - 1)
    columns = np.clip(np.arange(left, left + width), 0, pixels.shape[1] - 1)
    return pixels[rows[:, None], columns[None, :]]


def _nearest(count: int, geometry: Geometry, axis: int) -> NDArray[np.intp]:
    """Return the photo's column (axis 0) or row (axis 1) under the centre of each input pixel."""
    centre = (np.arange(count) + 0.5 + geometry.crop[axis]) * geometry.scale[axis]
    under: NDArray[np.intp] = np.clip(np.floor(centre).astype(np.intp), 0, geometry.original[axis] - 1)
    return under
