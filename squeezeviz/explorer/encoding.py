"""Numbers and pictures as the bytes that travel to a page."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as Pillow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.image import Image

__all__ = ["as_float32", "as_halves", "as_steps", "display_jpeg", "png", "square_jpeg"]

_DISPLAY_PX, _SQUARE_PX = 680, 192
_NEXT_TO_NOTHING = 1e-30  # so that 255 divided by a channel's maximum is a number


def as_float32(values: NDArray[np.floating]) -> bytes:
    """Return values as little-endian float32, row by row."""
    return values.astype("<f4").tobytes()


def as_steps(values: NDArray[np.float32], maxima: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return values from 0 up, (C, N), in steps of 1/255 of their channel's maximum, (C,).

    Zero, and nothing else, is 0; the maximum is 255. Rounded up, and so at most a step too large.
    """
    # A hair less than 255, lest the largest be rounded up to 256.
    factors = np.divide(254.9999, maxima, out=np.zeros_like(maxima), where=maxima > _NEXT_TO_NOTHING)
    steps = values * factors[:, None]
    return np.ceil(steps, out=steps).astype(np.uint8)


def as_halves(values: NDArray[np.float32]) -> tuple[NDArray[np.float16], float]:
    """Return values in half precision, and the power of two to multiply them by.

    The relative error is at most 2⁻¹¹; the largest value never overflows, and what is above zero stays above it. What
    is infinite or no number stays so.

    By bits, which takes less than half of NumPy's own conversion: 2⁻¹¹² times a number has, as float32, the exponent
    that it has in half precision, subnormal ones included (F. Giesen, "Float → half conversions", 2012). What is left
    is to round 13 bits away, half to even.
    """
    least = float(values.min(initial=0))
    largest = max(float(values.max(initial=0)), -least)
    if not math.isfinite(least + largest):
        return _halves_that_overflow(values)
    exponent = math.ceil(math.log2(largest)) - 15 if largest > 0 else 0
    bits = np.ldexp(values, -exponent - 112).astype("<f4", copy=False).view("<u4")
    signs = ((bits >> 16) & 0x8000).astype("<u2") if least < 0 else None
    if signs is not None:
        bits &= 0x7FFFFFFF
    odd = bits >> 13
    odd &= 1
    odd += 0xFFF
    bits += odd
    bits >>= 13
    halves = bits.astype("<u2")
    lost = (halves == 0) & (values != 0)
    if lost.any():
        halves[lost] = 1
    if signs is not None:
        halves |= signs
    return halves.view("<f2"), 2.0**exponent


def _halves_that_overflow(values: NDArray[np.float32]) -> tuple[NDArray[np.float16], float]:
    """`as_halves` where a network's numbers have grown beyond single precision."""
    is_number = np.isfinite(values)
    halves, scale = as_halves(np.where(is_number, values, 0))
    halves[~is_number] = values[~is_number]
    return halves, scale


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Return pixels, uint8 (H, W, 3), as a PNG file."""
    buffer = io.BytesIO()
    Pillow.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def display_jpeg(image: Image) -> bytes:
    """Return the photo scaled down for display, as a JPEG file."""
    picture = image.picture.copy()
    picture.thumbnail((_DISPLAY_PX, _DISPLAY_PX), reducing_gap=2.0)
    return _jpeg(picture)


def square_jpeg(picture: Pillow.Image) -> bytes:
    """Return the middle of a picture, small and square, as a JPEG file."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    small = picture.resize((_SQUARE_PX, _SQUARE_PX), box=(left, top, left + side, top + side), reducing_gap=2.0)
    return _jpeg(small)


def _jpeg(picture: Pillow.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
