"""One channel: its map, its values, and what the photo shows where it answers most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.figures.cells import as_maps, branch_of, chosen, strongest_cells
from squeezeviz.figures.keys import KEY_MM, activation_key
from squeezeviz.figures.look import BODY, QUIET, SMALL
from squeezeviz.figures.sheet import Box, drawing, snap
from squeezeviz.figures.words import amount, colours_text, shape_text
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.image import read_image
from squeezeviz.preprocessing.sizes import size_text
from squeezeviz.render.palettes import palette as colours_of
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.image import ImageSource
    from squeezeviz.network.architecture import Layer
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.render.grid import Scale
    from squeezeviz.render.palettes import Theme
    from squeezeviz.runtime.loading import ModelSource

__all__ = ["channel", "draw_crops", "draw_large", "draw_values"]

_BINS, _CROPS = 40, 5
_LEAST_CROP_PX = 24  # a few pixels alone would show nothing: some of what is round them too
_LABEL_MM, _FACTS_MM = 5.0, 22.0


def channel(
    model: ModelSource,
    image: ImageSource,
    layer: str,
    channel: int | None = None,
    preprocessing: str | Preprocessing | None = None,
    *,
    cell: tuple[int, int] | None = None,
    scale: Scale = "channel",
    palette: str = "ember",
    theme: Theme = "light",
    width_mm: float = 178,
    caption: bool = True,
) -> Sheet:
    """Draw one channel: its map with axes, the distribution of its values, what its strongest cells see.

    Args:
        model: A loaded model, or the name or path of one.
        image: Anything `squeezeviz.read_image` takes.
        layer: Its layer.
        channel: Its number; the one with the largest mean by default.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default.
        cell: (y, x), a cell to frame; the strongest by default.
        scale: Full colour stands for each ``"channel"``'s own maximum, or for the ``"layer"``'s.
        palette: ``"ember"``, ``"viridis"`` or ``"magma"``.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        ImageError: The photo cannot be read.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or does not suit the model or the photo.
        LayerError: There is no such layer, channel or cell.
        FigureError: The theme or the width is none.
        ValueError: The palette is unknown.
    """
    model = loaded(model)
    read, how = read_image(image), model.resolve(preprocessing)
    arch = model.architecture_at(*how.input_px)
    layer = arch[layer].name
    activations = model.activations(read, layer, preprocessing=how)
    maps = as_maps(activations[layer])
    number, at = chosen(layer, maps, channel, cell)
    source = branch_of(arch, arch[layer], number)
    with drawing(width_mm, theme) as sheet:
        bottom = _draw(sheet, sheet.room, maps, number, at, source, model.seen(read, how), scale=scale, palette=palette)
        of = "" if source.name == layer else f", of {source.name}"
        names = f" ({model.labels[number].label})" if len(maps) == len(model.labels) else ""
        text = caption_of(
            f"Channel {number}{names} of {layer} ({shape_text(activations[layer].shape)}){of}; framed: cell {at[0]}, "
            f"{at[1]}, {amount(float(maps[number][at]))}; strongest cells with their receptive fields in the input",
            activations.provenance,
            image=read.name,
            also=[colours_text(scale, palette, float(maps.max()))],
        )
        sheet.finish(bottom, text, is_written=caption)
    return sheet


def _draw(
    sheet: Sheet,
    box: Box,
    maps: NDArray[np.float32],
    number: int,
    cell: tuple[int, int],
    source: Layer,
    seen: NDArray[np.uint8],
    *,
    scale: Scale,
    palette: str,
) -> float:
    """Draw it into a box; return where it ends."""
    is_wide = box.width > 110
    has_key = box.width > 70
    beside = Box(box.left, box.top, box.width - KEY_MM - 3) if has_key else box
    top = sheet.heading(beside, f"Channel {number}", source.name)
    if has_key:
        activation_key(sheet, box.right, box.top + 0.3, palette, scale, float(maps.max()))
    top += 3.2 if has_key else 0.4
    side = min(64.0, box.width * 0.4) if is_wide else box.width - _FACTS_MM - _LABEL_MM
    large = Box(box.left, top, side + _LABEL_MM)
    ends = draw_large(sheet, large, maps, number, cell, scale=scale, palette=palette)
    _facts(sheet, Box(large.right + 3, top, _FACTS_MM - 3), maps, number)
    if is_wide:
        rest = Box(large.right + _FACTS_MM + 6, top, box.right - large.right - _FACTS_MM - 6)
    else:
        rest = box.below(ends + 2)
    below = draw_values(sheet, rest, maps, number, scale=scale, palette=palette)
    below = draw_crops(sheet, rest.below(below + 2), maps[number], source, seen)
    return max(ends, below)


def draw_large(
    sheet: Sheet,
    box: Box,
    maps: NDArray[np.float32],
    number: int,
    cell: tuple[int, int],
    *,
    scale: Scale,
    palette: str,
) -> float:
    """Draw one map with axes, and a cell of it framed; return where it ends."""
    values = maps[number]
    height, width = values.shape
    top = float(values.max() if scale == "channel" else maps.max())
    pixels = colours_of(palette, sheet.theme)[_indices(values, top)]
    side = box.width - _LABEL_MM
    across, down = snap(side), snap(side * min(1.6, height / width))
    axes = sheet.picture(pixels, box.left + _LABEL_MM, box.top, across, down, f"channel:{number}")
    _frame_cell(axes, sheet, cell)
    quiet = sheet.ink.quiet
    for tick in sorted({0, height // 2, height - 1}):
        y = box.top + (tick + 0.5) * down / height + SMALL * 0.127
        sheet.write(box.left + _LABEL_MM - 0.8, y, f"{tick}", SMALL, colour=quiet, ha="right")
    for tick in sorted({0, width // 2, width - 1}):
        x = box.left + _LABEL_MM + (tick + 0.5) * across / width
        sheet.write(x, box.top + down + 2.8, f"{tick}", SMALL, colour=quiet, ha="center")
    return box.top + down + 3


def _indices(values: NDArray[np.float32], top: float) -> NDArray[np.intp]:
    """Return colours' numbers: 0 is for zero alone."""
    shares = values / np.float32(top) if top > 0 else np.zeros_like(values)
    return np.where(values > 0, 1 + np.minimum(254, (shares * 254.999).astype(np.intp)), 0)


def _frame_cell(axes: Axes, sheet: Sheet, cell: tuple[int, int]) -> None:
    y, x = cell
    x0, x1, y0, y1 = x - 0.5, x + 0.5, y - 0.5, y + 0.5
    for colour, line in ((sheet.ink.ground, 2.4), (sheet.ink.accent, 1.2)):
        axes.plot(
            [x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0], color=colour, linewidth=line, clip_on=False,
            solid_joinstyle="miter", scalex=False, scaley=False,
        )  # fmt: skip


def _facts(sheet: Sheet, box: Box, maps: NDArray[np.float32], number: int) -> None:
    values = maps[number]
    means = maps.reshape(len(maps), -1).mean(axis=1, dtype=np.float64)
    y, x = np.unravel_index(int(values.argmax()), values.shape)
    lines = (
        ("max", amount(float(values.max()))),
        ("at", f"{y}, {x}"),
        ("mean", amount(float(means[number]))),
        ("rank", f"#{int((means > means[number]).sum()) + 1}"),
        ("zero", f"{100 * float((values == 0).mean()):.1f} %"),
    )
    for row, (name, text) in enumerate(lines):
        base = box.top + 2.6 + 4.2 * row
        sheet.write(box.left, base, name, QUIET, colour=sheet.ink.quiet)
        sheet.write(box.right, base, text, QUIET, ha="right")


def draw_values(
    sheet: Sheet, box: Box, maps: NDArray[np.float32], number: int, *, scale: Scale, palette: str
) -> float:  # fmt: skip
    """Draw the values above zero as a histogram; how many are zero is said, since they would dwarf it."""
    values = maps[number]
    own = float(values.max())
    zeros = int((values <= 0).sum())
    top = sheet.heading(box, "Values", "", f"{zeros} cells at 0, {values.size - zeros} above", size=BODY)
    tall = 12.0
    axes = sheet.axes_at(box.left, top, box.width, tall, "values")
    counts, edges = np.histogram(values[values > 0], bins=_BINS, range=(0, own if own > 0 else 1))
    middles = (edges[:-1] + edges[1:]) / 2
    full = own if scale == "channel" else float(maps.max())
    table = colours_of(palette, sheet.theme)[_indices(middles.astype(np.float32), full)] / 255
    axes.bar(middles, counts, width=(edges[1] - edges[0]) * 0.86, color=table, gid="histogram")
    axes.set(xlim=(0, edges[-1]), ylim=(0, max(1, counts.max()) * 1.02))
    axes.plot([0, edges[-1]], [0, 0], color=sheet.ink.rule, linewidth=0.8, clip_on=False)
    base, quiet = top + tall + 2.8, sheet.ink.quiet
    sheet.write(box.left, base, "0", SMALL, colour=quiet)
    if own > 0:
        sheet.write(box.left + box.width / 2, base, amount(own / 2), SMALL, colour=quiet, ha="center")
        sheet.write(box.right, base, amount(own), SMALL, colour=quiet, ha="right")
    return base


def draw_crops(
    sheet: Sheet, box: Box, values: NDArray[np.float32], source: Layer, seen: NDArray[np.uint8]
) -> float:  # fmt: skip
    """Show what the strongest cells see."""
    if values.size == 1:
        return box.top - 2
    field, limit = source.receptive_field, max(seen.shape[:2])
    size = min(max(*field, _LEAST_CROP_PX), limit)
    is_field = size == max(field)
    cut = size_text((min(field[0], limit), min(field[1], limit)))
    said = f"{field[0]} × {field[1]} px each" if is_field else f"{cut} px in {size}"
    top = sheet.heading(box, "Strongest cells", "", said, size=BODY)
    gap = 2.0
    side = snap((box.width - gap * (_CROPS - 1)) / _CROPS)
    cells = strongest_cells(values, _CROPS)
    for place, (y, x) in enumerate(cells):
        left = snap(box.left + place * (side + gap))
        crop = _cut(seen, _first(source, 0, y, size), _first(source, 1, x, size), size, sheet)
        axes = sheet.picture(crop, left, top, side, side, f"crop:{place}")
        tall, wide = source.receptive_fields[0] if is_field else field
        if max(tall, wide) < size - 2:
            from matplotlib.patches import Rectangle  # noqa: PLC0415 - here only

            corner = (size - wide) / 2 - 0.5, (size - tall) / 2 - 0.5
            axes.add_patch(Rectangle(corner, wide, tall, fill=False, edgecolor="white", linewidth=0.5, alpha=0.9))
        sheet.write(left, top + side + 2.7, amount(float(values[y, x])), SMALL)
        sheet.write(left, top + side + 5.3, f"{y}, {x}", SMALL, colour=sheet.ink.quiet)
    if not cells:
        sheet.write(box.left, top + 3, "It answers nowhere in this photo.", QUIET, colour=sheet.ink.quiet)
        return top + 4
    return top + side + 5.6


def _first(source: Layer, axis: int, index: int, size: int) -> int:
    stride, offset = source.located()
    return int(np.floor(offset[axis] + stride[axis] * index - (size - 1) / 2 + 0.5))


def _cut(seen: NDArray[np.uint8], top: int, left: int, size: int, sheet: Sheet) -> NDArray[np.uint8]:
    """Cut a square out of the input; beyond its edge there is nothing, which wears zero's colour."""
    crop = np.empty((size, size, 3), np.uint8)
    crop[:] = colours_of("ember", sheet.theme)[0]
    height, width = seen.shape[:2]
    y0, y1, x0, x1 = max(0, top), min(height, top + size), max(0, left), min(width, left + size)
    if y1 > y0 and x1 > x0:
        crop[y0 - top : y1 - top, x0 - left : x1 - left] = seen[y0:y1, x0:x1]
    return crop
