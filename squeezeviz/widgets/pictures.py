"""Pictures for the page, as PNG and JPEG files."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

from PIL import Image as Pillow

from squeezeviz.widgets.kept import kept_sample

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.gallery import Sample
    from squeezeviz.image import Image

__all__ = ["display_jpeg", "png", "sample_jpeg"]

_DISPLAY_PX, _SAMPLE_PX = 680, 192


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


@cache
def sample_jpeg(sample: Sample) -> bytes:
    """Return the middle of a sample, small, as a JPEG file."""
    return _square_jpeg(kept_sample(sample).read().picture)


def _square_jpeg(picture: Pillow.Image) -> bytes:
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    small = picture.resize((_SAMPLE_PX, _SAMPLE_PX), box=(left, top, left + side, top + side), reducing_gap=2.0)
    return _jpeg(small)


def _jpeg(picture: Pillow.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
