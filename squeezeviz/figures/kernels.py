"""The weights of a convolution: the first layer's as colours, a 3×3's as small squares, a 1×1's as a matrix."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.arguments import check_number
from squeezeviz.errors import FigureError, PreprocessingError
from squeezeviz.figures.keys import DIFFERENCE_MM, difference_key
from squeezeviz.figures.look import DPI, QUIET, SMALL
from squeezeviz.figures.sheet import MM_PER_INCH, Box, drawing, snap
from squeezeviz.figures.words import amount, shape_text
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.preprocessing.folding import fold
from squeezeviz.render.palettes import difference_palette
from squeezeviz.results.provenance import Provenance
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.render.palettes import Theme
    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = ["colour_patches", "kernels", "weight_matrix"]

_LABEL_MM, _GAP_MM = 6.1, 2.0
_MOST_DOTS = 14  # of a PNG, a weight


def kernels(
    model: ModelSource,
    layer: str = "",
    *,
    preprocessing: str | Preprocessing | None = None,
    limit: float | None = None,
    theme: Theme = "light",
    width_mm: float = 178,
    caption: bool = True,
) -> Sheet:
    """Draw a convolution's weights, all on one scale: zero is grey, or the colour between the two arms.

    The first layer's are colour patches, as the photo's own red, green and blue: 128 where the weight is 0.
    Others have outputs across and inputs down, or where there are more inputs, these across; a 3×3 is nine cells.

    Args:
        model: A loaded model, or the name or path of one.
        layer: A convolution; the first by default.
        preprocessing: Folded into the first layer's kernels: what they are for a photo's own pixel values, 0–255.
        limit: What full colour stands for; the largest weight by size by default. Where it is less, the figure says so.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        LayerError: There is no such layer, or it is no convolution.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or was given for another layer than the first.
        FigureError: The limit is not above 0; or the theme or the width is none.
    """
    model = loaded(model)
    name = layer or model.architecture.first_convolution.name
    how = model.resolve(preprocessing) if preprocessing is not None else None
    weights, is_first = _weights(model, name, how)
    largest = float(np.abs(weights).max())
    if limit is not None:
        check_number("limit", limit, "a weight above 0", FigureError, least=sys.float_info.min)
    most = largest if limit is None else float(limit)
    with drawing(width_mm, theme) as sheet:
        beside = Box(sheet.room.left, sheet.room.top, sheet.room.width - DIFFERENCE_MM - 3)
        top = sheet.heading(beside, name, f"{len(weights)} kernels of {shape_text(weights.shape[1:])}")
        is_colour = is_first and weights.shape[1] == 3
        difference_key(sheet, sheet.room.right, sheet.room.top + 0.3, most, is_grey=is_colour, is_cut=most < largest)
        draw = _draw_patches if is_colour else _draw_matrix
        bottom = draw(sheet, sheet.room.below(top + 3.6), weights, most)
        turned = "inputs across, outputs down" if _is_turned(weights) else "outputs across, inputs down"
        order = "as red, green and blue; grey is zero" if is_colour else f"{turned}; the middle of the scale is zero"
        beyond = int((np.abs(weights) > most).sum())
        text = caption_of(
            f"The {len(weights)} kernels of {name} ({shape_text(weights.shape)}), {order}",
            Provenance(model.name, model.sha256, how),
            also=[
                f"Scale: one for all, full colour is ±{amount(most)}"
                + (f"; {beyond:,} of {weights.size:,} are beyond, up to {amount(largest)}" if beyond else ""),
                f"Palette: {'the colours themselves' if is_colour else 'blue below zero, orange above'}",
            ],
        )  # fmt: skip
        sheet.finish(bottom, text, is_written=caption)
    return sheet


def _weights(model: Model, name: str, how: Preprocessing | None) -> tuple[NDArray[np.float32], bool]:
    """Return a convolution's kernels, the first layer's as red, green and blue; and whether it is the first layer."""
    arch = model.architecture
    weights, bias = model.kernels(name)
    is_first = arch[name].inputs == (arch.input_name,)
    if how is not None:
        if not is_first:
            raise PreprocessingError(f"a preprocessing folds into the first layer, {arch.layers[0].name}, not {name}")
        weights = fold(weights, bias, how)[0].astype(np.float32)
    if is_first and (how or model.preprocessing).channel_order == "BGR":
        weights = weights[:, ::-1]
    return weights, is_first


def colour_patches(weights: NDArray[np.float32], columns: int, most: float, ground: int) -> NDArray[np.uint8]:
    """Lay kernels (N, 3, H, W) side by side as colours; 128 is zero, a cell apart."""
    count, _, height, width = weights.shape
    rows = math.ceil(count / columns)
    sheet = np.full((rows * (height + 1) - 1, columns * (width + 1) - 1, 3), ground, np.uint8)
    patches = np.clip(np.rint(128 + 127 * weights / (most or 1)), 0, 255).astype(np.uint8).transpose(0, 2, 3, 1)
    for index, patch in enumerate(patches):
        y, x = index // columns * (height + 1), index % columns * (width + 1)
        sheet[y : y + height, x : x + width] = patch
    return sheet


def weight_matrix(
    weights: NDArray[np.float32], most: float, theme: Theme, ground: int
) -> NDArray[np.uint8]:  # fmt: skip
    """Lay weights (out, in, H, W) out, outputs across and inputs down; kernels larger than 1×1 a cell apart."""
    outputs, inputs, height, width = weights.shape
    gap = 1 if height * width > 1 else 0
    sheet = np.full((inputs, height + gap, outputs, width + gap, 3), ground, np.uint8)
    places = np.clip(np.rint(127 + 127 * weights / (most or 1)), 0, 254).astype(np.intp)
    sheet[:, :height, :, :width] = difference_palette(theme)[places].transpose(1, 2, 0, 3, 4)
    flat = sheet.reshape(inputs * (height + gap), outputs * (width + gap), 3)
    return flat[: len(flat) - gap, : flat.shape[1] - gap]


def _ground(sheet: Sheet) -> int:
    return int(sheet.ink.ground[1:3], 16)


def _draw_patches(sheet: Sheet, box: Box, weights: NDArray[np.float32], most: float) -> float:
    count, _, height, width = weights.shape
    columns = min(count, 16)
    dots = math.floor(box.width / MM_PER_INCH * DPI / (columns * (width + 1) - 1))
    cell = max(1, dots) * MM_PER_INCH / DPI
    picture = colour_patches(weights, columns, most, _ground(sheet))
    step = (height + 1) * cell + 2.6  # room for the numbers
    bottom = box.top
    for row in range(math.ceil(count / columns)):
        strip = picture[row * (height + 1) : (row + 1) * (height + 1) - 1]
        top = box.top + row * step
        sheet.picture(strip, box.left, top, strip.shape[1] * cell, strip.shape[0] * cell, f"kernels:{row * columns}")
        for column in range(min(columns, count - row * columns)):
            x = snap(box.left) + (column * (width + 1) + width / 2) * cell
            below = snap(top) + strip.shape[0] * cell + 2.1
            sheet.write(x, below, f"{row * columns + column}", 5, colour=sheet.ink.quiet, ha="center")
        bottom = top + strip.shape[0] * cell + 2.4
    return bottom


def _is_turned(weights: NDArray[np.float32]) -> bool:
    """Whether inputs stand across, since there are more of them than outputs."""
    outputs, inputs = weights.shape[:2]
    return bool(inputs > outputs)


def _draw_matrix(sheet: Sheet, box: Box, weights: NDArray[np.float32], most: float) -> float:
    names = ("output", "in")
    if _is_turned(weights):
        weights, names = weights.swapaxes(0, 1), ("input", "out")
    across, down, height, width = weights.shape
    gap = 1 if height * width > 1 else 0
    each, dots = _bands(across, down, width + gap, height + gap, box.width)
    cell, quiet = dots * MM_PER_INCH / DPI, sheet.ink.quiet
    top, left = box.top, snap(box.left + _LABEL_MM)
    for first in range(0, across, each):
        part = weights[first : first + each]
        picture = weight_matrix(part, most, sheet.theme, _ground(sheet))
        tall, wide = picture.shape[0] * cell, picture.shape[1] * cell
        sheet.write(left, top + 2.2, f"{names[0]} {first}", SMALL, colour=quiet)
        if wide > 24:
            sheet.write(left + wide, top + 2.2, f"{first + len(part) - 1}", SMALL, colour=quiet, ha="right")
        top = snap(top + 3)
        sheet.picture(picture, left, top, wide, tall, f"weights:{first}")
        sheet.write(left - 0.8, top + 2, "0", SMALL, colour=quiet, ha="right")
        if tall > 5:
            sheet.write(left - 0.8, top + tall, f"{down - 1}", SMALL, colour=quiet, ha="right")
        if tall > 12:
            sheet.write(left - 0.8, top + tall / 2 + QUIET * 0.127, names[1], SMALL, colour=quiet, ha="right")
        top += tall + _GAP_MM
    return top - _GAP_MM


def _bands(across: int, down: int, width: int, height: int, width_mm: float) -> tuple[int, int]:
    """Return kernels across a band and dots a weight: the largest that leave the figure on a page."""
    dot = MM_PER_INCH / DPI
    room, tallest = (width_mm - _LABEL_MM) / dot, width_mm * (0.9 if width_mm > 110 else 1.6) / dot
    best = max(1, math.floor(room / width)), 1  # however tall, if nothing else will do
    for bands in range(min(across, 64), 0, -1):
        each = math.ceil(across / bands)
        high = (tallest / bands - 5 / dot) / (down * height)
        dots = min(_MOST_DOTS, math.floor(room / (each * width)), math.floor(high))
        if dots >= best[1]:
            best = each, dots
    return best
