"""An attribution over the photo, and alone: its cells; or of pixels, signed in colour and by size in grey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.arguments import expect
from squeezeviz.errors import FigureError
from squeezeviz.evidence.attribution.attribution import Attribution
from squeezeviz.figures.keys import DIFFERENCE_MM, KEY_MM, activation_key, difference_key, size_key
from squeezeviz.figures.look import QUIET, SMALL
from squeezeviz.figures.over_photo import (
    SCALE_MM,
    beside,
    difference_scale,
    halves,
    over_photo,
    signed_pixels,
    unsigned_pixels,
)
from squeezeviz.figures.sheet import Box, drawing
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.image import read_image
from squeezeviz.report.attribution_words import attribution_facts, full_colour, value_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.image import ImageSource
    from squeezeviz.render.palettes import Theme

__all__ = ["attribution"]

_PALETTE = "ember"
_GAP_MM = 4.0


def attribution(
    made: Attribution, image: ImageSource, *, theme: Theme = "light", width_mm: float = 178, caption: bool = True
) -> Sheet:
    """Draw an attribution over the photo that it was made of, and alone.

    Args:
        made: ``squeezeviz.attribute(model, image, method)``.
        image: The photo that it was made of.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        FigureError: The theme or the width is none.
        ImageError: The image cannot be read.
    """
    expect(made, Attribution, "what squeezeviz.attribute returns", FigureError)
    most, is_cut = full_colour(made)
    read, how = read_image(image), made.prediction.preprocessing
    photo = how.photo(read) if how else read
    with drawing(width_mm, theme) as sheet:
        left, right = halves(sheet.room)
        pixels = _coloured(made, most, theme)
        title = f"{made.method}: {value_text(made)}"
        bottom = over_photo(
            sheet, left, photo, made.geometry, pixels, made.on_photo, title=title, name="attribution"
        )  # fmt: skip
        _scale(sheet, left.below(bottom), made, most, is_cut=is_cut)
        right = beside(right, left, bottom)
        below = _by_pixels(sheet, right, made) if made.is_of_pixels else _by_cells(sheet, right, made, pixels)
        below = _facts(sheet, right.below(below + 1.5), made)
        sign = "±" if made.is_signed else ""
        beyond = ", the 99.5th percentile of sizes; what lies beyond has full colour, too" if is_cut else ""
        facts = "; ".join(f"{name} {text}" for name, text in attribution_facts(made)[1:])
        text = caption_of(
            f"Attribution of the {value_text(made)} by {made.method}: {facts}. Unit: {made.unit}",
            made.prediction.provenance, image=photo.name,
            also=[*([made.caution] if made.caution else []),
                  f"Scale: linear, full colour is {sign}{most:.4g}{beyond}; zero shows the photo"],
        )  # fmt: skip
        sheet.finish(max(bottom + SCALE_MM, below), text, is_written=caption)
    return sheet


def _coloured(made: Attribution, most: float, theme: Theme) -> NDArray[np.uint8]:
    """Return one pixel a number, uint8 (H, W, 4): the fainter, the nearer to zero."""
    shares = np.clip(made.cells / (most or 1.0), -1, 1)
    return signed_pixels(shares, theme) if made.is_signed else unsigned_pixels(shares, _PALETTE, theme)


def _scale(sheet: Sheet, box: Box, made: Attribution, most: float, *, is_cut: bool) -> None:
    adds = made.unit == made.target.unit  # what has the number's own unit can be summed: a part each
    says = f"{made.unit} a {'pixel' if made.is_of_pixels else 'cell'}" if adds else made.unit
    if made.is_signed:
        difference_scale(sheet, box, most, says, is_cut=is_cut)
        return
    activation_key(sheet, box.left + KEY_MM, box.top + 1.2, _PALETTE, "layer", most, is_cut=is_cut)
    sheet.write(box.left + KEY_MM + 2, box.top + 3, says, SMALL, colour=sheet.ink.quiet)


def _by_cells(sheet: Sheet, box: Box, made: Attribution, pixels: NDArray[np.uint8]) -> float:
    """Draw the cells without the photo; return where they end."""
    top = sheet.heading(box, "The cells alone", size=QUIET + 1)
    height, width = made.values.shape
    across = min(box.width, 52.0)
    tall = float(across * height / width)
    sheet.picture(pixels[..., :3], box.left, top, across, tall, "cells")
    return top + tall


def _by_pixels(sheet: Sheet, box: Box, made: Attribution) -> float:
    """Draw the values' signs in colour, and their sizes in grey; return where they end."""
    height, width = made.input_px
    across = (box.width - _GAP_MM) / 2
    second = Box(box.left + across + _GAP_MM, box.top, across)
    top = sheet.heading(Box(box.left, box.top, across), "Signed, RGB", size=QUIET + 1)
    sheet.heading(second, "Size, largest of RGB", size=QUIET + 1)
    tall = across * height / width
    most, is_cut = full_colour(made, made.values)
    signed = np.rint(127.5 + 127.5 * np.clip(made.values / (most or 1.0), -1, 1)).astype(np.uint8)
    sheet.picture(_as_rgb(signed), box.left, top, across, tall, "signed")
    sizes = np.abs(made.values).max(axis=0)
    largest, is_largest_cut = full_colour(made, sizes)
    grey = np.rint(255 * np.clip(sizes / (largest or 1.0), 0, 1)).astype(np.uint8)
    sheet.picture(_as_rgb(grey[None]), second.left, top, across, tall, "size")
    difference_key(
        sheet, box.left + min(across, DIFFERENCE_MM), top + tall + 1.2, most, is_grey=True, is_cut=is_cut
    )  # fmt: skip
    size_key(sheet, second.left, top + tall + 1.2, across, largest, is_cut=is_largest_cut)
    return top + tall + SCALE_MM


def _as_rgb(planes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return (C, H, W), of one channel or three, as (H, W, 3)."""
    return np.ascontiguousarray(np.broadcast_to(planes, (3, *planes.shape[1:])).transpose(1, 2, 0))


def _facts(sheet: Sheet, box: Box, made: Attribution) -> float:
    """Write what there is to say, and what to be careful about; return where it ends."""
    below = box.top
    for name, text in attribution_facts(made):
        below = sheet.paragraph(box.below(below), f"{name}: {text}", QUIET)
    return sheet.paragraph(box.below(below), made.caution, QUIET) if made.caution else below
