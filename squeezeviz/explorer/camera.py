"""Frames of the page's camera: raw pixels → an image, exactly those that the page shows.

A frame comes as raw RGB, not as a file: a small JPEG takes the browser longer to write than the larger pixels take to
travel, and what the network is asked about is then, to the last bit, what stands on the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from PIL import Image as Pillow

from squeezeviz.errors import ImageError
from squeezeviz.explorer import incoming
from squeezeviz.image import Image

if TYPE_CHECKING:
    from squeezeviz.explorer.protocol import RawPixels

__all__ = ["MOST_SIDE_PX", "read_frame"]

#: Larger frames are refused: one message has to stay far below Jupyter's limit of about 10 MiB.
MOST_SIDE_PX = 1280


def read_frame(asked: RawPixels, *, again: str = "Stop the camera and start it again") -> Image:
    """Return a frame as an image.

    Args:
        asked: The frame, as the page sent it.
        again: What a person is told to do about a frame that is none.

    Raises:
        ImageError: Size and pixels do not belong together.
    """
    name, width, height = asked.name or "camera", asked.width, asked.height
    if not (_is_side(width) and _is_side(height)):
        raise ImageError(
            f"{name}: expected a frame of up to {MOST_SIDE_PX} × {MOST_SIDE_PX} pixels, the page sent one of "
            f"{incoming.shortly(width)} × {incoming.shortly(height)}. {again}"
        )
    expected, found = width * height * 3, len(asked.pixels)
    if found != expected:
        raise ImageError(
            f"{name}: expected {expected:,} bytes for a frame of {width} × {height}, the page sent {found:,}. {again}"
        )
    return Image(name, Pillow.frombytes("RGB", (width, height), asked.pixels), asked.source)


def _is_side(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 < value <= MOST_SIDE_PX
