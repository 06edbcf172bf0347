"""What colours stand for, beside every picture of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import FigureError
from squeezeviz.figures.look import SMALL
from squeezeviz.figures.words import amount
from squeezeviz.render.grid import SCALES
from squeezeviz.render.palettes import difference_palette, palette

if TYPE_CHECKING:
    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.render.grid import Scale

__all__ = ["DIFFERENCE_MM", "KEY_MM", "activation_key", "difference_key", "size_key"]

KEY_MM, DIFFERENCE_MM = 34.0, 34.0
_TALL, _SWATCH, _GAP = 2.2, 2.6, 1.4


def activation_key(
    sheet: Sheet, right: float, top: float, colours: str, scale: Scale, largest: float, *, is_cut: bool = False
) -> None:
    """Draw "0 | > 0 … own max": zero stands apart, since no value above it ever wears its colour.

    Where values lie beyond it, its end says so.
    """
    if scale not in SCALES:
        raise FigureError(f"no scale is called {scale!r}; there are {', '.join(SCALES)}")
    left, table = right - KEY_MM, palette(colours, sheet.theme)
    zero = "#" + table[0].tobytes().hex()
    sheet.block(left, top, _SWATCH, _TALL, zero, edge=sheet.ink.rule, line=0.4, name="key:zero")
    start = left + _SWATCH + _GAP
    sheet.picture(table[None, 1:], start, top, right - start, _TALL, "key")
    under = top + _TALL + SMALL * 0.36 + 0.3
    quiet = sheet.ink.quiet
    sheet.write(left + _SWATCH / 2, under, "0", SMALL, colour=quiet, ha="center")
    sheet.write(start, under, "> 0", SMALL, colour=quiet)
    most = "own max" if scale == "channel" else ("≥ " if is_cut else "") + amount(largest)
    sheet.write(right, under, most, SMALL, colour=quiet, ha="right")


def difference_key(
    sheet: Sheet, right: float, top: float, most: float, *, is_grey: bool = False, is_cut: bool = False
) -> None:
    """Draw the scale of what is below and above zero; as colour patches have it, from black over grey to white.

    Where values lie beyond it, its ends say so.
    """
    table = difference_palette(sheet.theme)
    if is_grey:
        table = np.repeat(np.linspace(1, 255, 255).astype(np.uint8)[:, None], 3, axis=1)
    left = right - DIFFERENCE_MM
    sheet.picture(table[None], left, top, DIFFERENCE_MM, _TALL, "key")
    under = top + _TALL + SMALL * 0.36 + 0.3
    quiet = sheet.ink.quiet
    below, above = ("≤ ", "≥ ") if is_cut else ("", "")
    sheet.write(left, under, f"{below}{amount(-most)}", SMALL, colour=quiet)
    sheet.write((left + right) / 2, under, "0", SMALL, colour=quiet, ha="center")
    sheet.write(right, under, f"{above}+{amount(most)}", SMALL, colour=quiet, ha="right")


def size_key(sheet: Sheet, left: float, top: float, width: float, most: float, *, is_cut: bool = False) -> None:
    """Draw the scale of sizes, from black, which is zero, to white; where values lie beyond it, its end says so."""
    greys = np.repeat(np.linspace(0, 255, 256).astype(np.uint8)[:, None], 3, axis=1)
    sheet.picture(greys[None], left, top, width, _TALL, "key")
    under = top + _TALL + SMALL * 0.36 + 0.3
    sheet.write(left, under, "0", SMALL, colour=sheet.ink.quiet)
    most_text = ("≥ " if is_cut else "") + amount(most)
    sheet.write(left + width, under, most_text, SMALL, colour=sheet.ink.quiet, ha="right")
