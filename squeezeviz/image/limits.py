"""How much of a picture is read, and how what may be called anything is named in a message."""

from __future__ import annotations

from squeezeviz.errors import ImageError, spoken

__all__ = ["MOST_BYTES", "MOST_PIXELS", "check_size", "named"]

#: No more pixels are decoded. It is Pillow's own line between photos and decompression bombs.
MOST_PIXELS = 89_478_485
#: No larger file is read. It holds `MOST_PIXELS` of 16 bits a channel, uncompressed.
MOST_BYTES = 512 << 20

_LONGEST_NAME = 120


def check_size(size: tuple[int, int], name: str) -> None:
    """Refuse a picture without pixels, or with more than `MOST_PIXELS`.

    Raises:
        ImageError: It is one.
    """
    width, height = size
    if width < 1 or height < 1:
        raise ImageError(f"{name}: is {width} × {height} pixels; expected at least 1 × 1")
    if width * height > MOST_PIXELS:
        raise ImageError(
            f"{name}: is {width} × {height} pixels ({width * height / 1e6:.0f} megapixels); "
            f"up to {MOST_PIXELS / 1e6:.0f} megapixels are read. Scale it down first"
        )


def named(text: str, most: int = _LONGEST_NAME) -> str:
    """Return a name as it may stand in a message or a note: of bounded length, in quotes where it is not printable."""
    return spoken(text if text.isprintable() else ascii(text), most)
