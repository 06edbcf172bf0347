"""Sizes in pixels: one number for a square, or height and width; and how a photo is brought to one."""

from __future__ import annotations

from typing import Literal, TypeAlias

__all__ = ["MOST_PX", "Px", "Resize", "is_px", "one_or_both", "resized", "sides", "size_text"]

Resize = Literal["squash", "shorter-side", "longer-side", "none"]
#: Height and width of a square as one number, or (height, width).
Px: TypeAlias = int | tuple[int, int]

MOST_PX = 4096


def sides(px: Px) -> tuple[int, int]:
    """Return (height, width)."""
    return px if isinstance(px, tuple) else (px, px)


def is_px(px: object) -> bool:
    """Whether something is a size, of 1 to `MOST_PX` pixels a side."""
    both = px if isinstance(px, tuple) and len(px) == 2 else (px,)
    return all(type(side) is int and 1 <= side <= MOST_PX for side in both)


def one_or_both(px: Px) -> Px:
    """Return a size as it is written: one number where both sides are the same."""
    height, width = sides(px)
    return height if height == width else (height, width)


def resized(width: int, height: int, way: Resize, px: Px) -> tuple[int, int]:
    """Return the (width, height) that a photo is brought to.

    Args:
        width: Of the photo.
        height: Of the photo.
        way: ``"squash"`` brings it to the size whatever its aspect ratio; ``"shorter-side"`` makes it just cover the
            size, ``"longer-side"`` just fit into it, both in its own aspect ratio; ``"none"`` leaves it.
        px: The size.
    """
    down, across = sides(px)
    if way == "none":
        return width, height
    if way == "squash":
        return across, down
    # The side that is not exact is rounded half up, in whole numbers: a factor would be rounded itself.
    is_narrower = height * across >= width * down  # than the size is
    if is_narrower == (way == "shorter-side"):
        return across, max(1, (2 * height * across + width) // (2 * width))
    return max(1, (2 * width * down + height) // (2 * height)), down


def size_text(size: tuple[int, int], times: str = " × ") -> str:
    """Return a size, (height, width), as people write it: one number where both are the same."""
    height, width = size
    return str(height) if height == width else f"{height}{times}{width}"
