"""Feature maps → one picture."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from squeezeviz.arguments import check_whole
from squeezeviz.render.palettes import Theme, palette

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SCALES", "Scale", "grid"]

Scale = Literal["channel", "layer"]
SCALES: tuple[Scale, ...] = get_args(Scale)


def grid(
    maps: NDArray[np.float32],
    *,
    columns: int | None = None,
    scale: Scale = "channel",
    colours: str = "ember",
    theme: Theme = "light",
    gap: int = 1,
) -> NDArray[np.uint8]:
    """Lay feature maps side by side, one pixel a cell.

    Args:
        maps: float32 (C, H, W), an activation; what is below zero is drawn as zero.
        columns: How many a row; by default about as many as rows.
        scale: Full colour stands for each channel's own maximum, or for the layer's.
        colours: A palette.
        theme: Of the page it is for.
        gap: Pixels between maps, in the ground's colour.

    Returns:
        uint8 (rows · (H + gap) − gap, columns · (W + gap) − gap, 3), RGB.

    Raises:
        ValueError: The array has another shape, or the scale, the palette or the theme is unknown.
    """
    if scale not in SCALES:
        raise ValueError(f"no scale is called {scale!r}; there are {', '.join(SCALES)}")
    if maps.ndim != 3 or not maps.size:
        raise ValueError(f"expected maps of shape (C, H, W), got {maps.shape}")
    if columns is not None:
        check_whole("columns", columns, error=ValueError)
    if theme not in ("light", "dark"):
        raise ValueError(f"no theme is called {theme!r}; there are light, dark")
    count, height, width = maps.shape
    columns = min(count, columns or math.ceil(math.sqrt(count)))
    rows = math.ceil(count / columns)
    top = maps.max(axis=(1, 2), keepdims=True) if scale == "channel" else maps.max()
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(top > 0, maps / top, 0)
    # 0 is for exactly zero alone: the smallest value above it wears colour 1.
    indices = np.where(maps > 0, 1 + np.minimum(254, (shares * 254.999).astype(np.int16)), 0).astype(np.uint8)
    ground = 255 if theme == "light" else 17
    sheet = np.full((rows * (height + gap), columns * (width + gap), 3), ground, np.uint8)
    tiles = sheet.reshape(rows, height + gap, columns, width + gap, 3).swapaxes(1, 2)
    filled = np.full((rows * columns, height, width, 3), ground, np.uint8)
    filled[:count] = palette(colours, theme)[indices]
    tiles[:, :, :height, :width] = filled.reshape(rows, columns, height, width, 3)
    return sheet[: rows * (height + gap) - gap, : columns * (width + gap) - gap]
