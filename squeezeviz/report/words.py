"""Numbers as people write them, in any medium."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from squeezeviz.network.blocks import Block

__all__ = [
    "blocks_text", "bytes_text", "difference_text", "logit_text", "nearly_text", "percent", "rectangle_text",
    "shape_text", "time_text",
]  # fmt: skip

_LARGE = 1e6


def shape_text(shape: Iterable[int]) -> str:
    """Return a shape as people write it: ``256 × 28 × 28``."""
    return " × ".join(f"{size}" for size in shape)


def blocks_text(blocks: Iterable[Block]) -> str:
    """Return how many blocks there are of each kind, in the order in which the kinds come: ``4 × plain, 8 × fire``."""
    return ", ".join(f"{count} × {kind}" for kind, count in Counter(block.kind for block in blocks).items())


def percent(probability: float) -> str:
    """Return a probability in words, with more digits where it is small."""
    return f"{probability:.1%}" if probability >= 0.01 else f"{probability:.2%}"


def difference_text(relative: float | None) -> str:
    """Return a relative difference, with the digits that tell rounding from more; nothing where there is none."""
    if relative is None:
        return ""
    return f"{relative:.2f}" if relative >= 0.1 or relative == 0 else f"{relative:.2g}"


def rectangle_text(place: tuple[float, float, float, float]) -> str:
    """Return where a rectangle (left, top, right, bottom) lies, in whole pixels: ``x 10–42, y 0–32``."""
    left, top, right, bottom = place
    return f"x {left:.0f}–{right:.0f}, y {top:.0f}–{bottom:.0f}"


def nearly_text(probability: float) -> str:
    """Return a probability; next to one, with what is missing: rounded, it would look certain."""
    if probability > 0.9999:
        return f"100 % less {100 * (1 - probability):.1g} %" if probability < 1 else "100 %"
    return f"{100 * probability:.2f} %"


def bytes_text(size_bytes: int) -> str:
    """Return a size in words: ``"93.9 MB"``."""
    size = float(size_bytes)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:,.3g} TB"


def logit_text(logit: float) -> str:
    """Return a logit with two decimals; with four digits where it is far beyond what a softmax can tell apart."""
    return f"{logit:.2f}" if abs(logit) < _LARGE else f"{logit:.3e}"


def time_text(seconds: float) -> str:
    """Return how long something takes, in seconds, minutes or hours."""
    if seconds < 90:
        return f"{max(1, round(seconds)):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
