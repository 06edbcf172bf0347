"""Every map of a layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.arguments import check_whole, expect
from squeezeviz.errors import FigureError
from squeezeviz.figures.cells import as_maps, branches, checked
from squeezeviz.figures.keys import KEY_MM, activation_key
from squeezeviz.figures.look import DPI, QUIET, SMALL
from squeezeviz.figures.sheet import MM_PER_INCH, Box, drawing, snap
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.figures.words import colours_text, shape_text, short_name
from squeezeviz.render.grid import grid
from squeezeviz.results.activations import Activations

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.render.grid import Scale
    from squeezeviz.render.palettes import Theme

__all__ = ["draw_maps", "maps", "maps_shown"]

_LABEL_MM, _GUTTER_MM, _HEAD_MM = 4.8, 3.0, 5.2


@dataclass(frozen=True)
class _Plan:
    """How maps are laid out.

    Attributes:
        columns: Maps a row.
        cell_mm: Size of a cell; a whole number of a PNG's dots, where that is possible.
        is_beside: Whether a concatenation's branches stand side by side.
    """

    columns: int
    cell_mm: float
    is_beside: bool


def maps(
    activations: Activations,
    layer: str,
    *,
    channel: int | None = None,
    cell: tuple[int, int] | None = None,
    scale: Scale = "channel",
    palette: str = "ember",
    columns: int | None = None,
    theme: Theme = "light",
    width_mm: float = 178,
    caption: bool = True,
) -> Sheet:
    """Draw every map of a layer; a concatenation's branches stand apart, where they are held too.

    Args:
        activations: What the layers saw.
        layer: Which of them.
        channel: A map to frame.
        cell: (y, x), a cell of it to frame.
        scale: Full colour stands for each ``"channel"``'s own maximum, or for the ``"layer"``'s.
        palette: ``"ember"``, ``"viridis"`` or ``"magma"``.
        columns: Maps a row; by default as many as make them largest.
        theme: ``"light"`` for paper, ``"dark"`` for slides.
        width_mm: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure; ``figure.caption`` has it in any case.

    Raises:
        LayerError: The layer was not asked for, or there is no such channel or cell.
        FigureError: The theme or the width is none.
        ValueError: The palette is unknown.
    """
    if columns is not None:
        check_whole("columns", columns, error=FigureError)
    expect(activations, Activations, "what Model.activations returns", FigureError)
    values = as_maps(activations[layer])
    checked(layer, values.shape, channel, cell)
    with drawing(width_mm, theme) as sheet:
        bottom = draw_maps(
            sheet, sheet.room, activations, layer, channel=channel, cell=cell, scale=scale, palette=palette,
            columns=columns,
        )  # fmt: skip
        text = caption_of(
            maps_shown(activations, layer),
            activations.provenance,
            image=activations.image,
            also=[colours_text(scale, palette, float(values.max()))],
        )
        sheet.finish(bottom, text, is_written=caption)
    return sheet


def maps_shown(activations: Activations, layer: str) -> str:
    """Return what the maps of a layer are, for a caption."""
    parts = branches(layer, activations)
    joined = f"; {', '.join(f'{name}: channels {a} to {b - 1}' for name, a, b in parts)}" if len(parts) > 1 else ""
    below = "; what is below zero is drawn as zero" if activations[layer].min() < 0 else ""
    return f"Feature maps of {layer} ({shape_text(activations[layer].shape)}){joined}{below}"


def draw_maps(
    sheet: Sheet,
    box: Box,
    activations: Activations,
    layer: str,
    *,
    channel: int | None,
    cell: tuple[int, int] | None,
    scale: Scale,
    palette: str,
    columns: int | None = None,
) -> float:
    """Draw them into a box; return where they end."""
    values = as_maps(activations[layer])
    parts = branches(layer, activations)
    plan = _plan([stop - start for _, start, stop in parts], values.shape[1:], box.width, columns)
    panel_mm = _LABEL_MM + (plan.columns * (values.shape[2] + 1) - 1) * plan.cell_mm
    across = len(parts) * (panel_mm + _GUTTER_MM) - _GUTTER_MM if plan.is_beside else panel_mm
    key_right = box.left + max(across, KEY_MM + box.width / 2)
    beside = Box(box.left, box.top, key_right - KEY_MM - 2 - box.left)
    top = sheet.heading(beside, layer, shape_text(activations[layer].shape)) + 3.2
    activation_key(sheet, key_right, box.top + 0.3, palette, scale, float(values.max()))
    # On one scale for the layer, its maximum counts, not that of a branch.
    whole = grid(values, columns=plan.columns, scale=scale, colours=palette, theme=sheet.theme)
    cells, ground = (values.shape[1], values.shape[2]), int(sheet.ink.ground[1:3], 16)
    bottom, left = top, box.left
    for name, start, stop in parts:
        picture = _of_branch(whole, start, stop, plan.columns, cells, ground)
        mine = channel - start if channel is not None and start <= channel < stop else None
        title = short_name(name) if len(parts) > 1 else ""
        panel = Box(left, top if plan.is_beside else bottom, panel_mm)
        ends = _panel(sheet, panel, title, values[start:stop], picture, start, plan, mine, cell)
        bottom = max(bottom, ends)
        left += panel_mm + _GUTTER_MM if plan.is_beside else 0
        bottom += 0 if plan.is_beside else 1.5
    return bottom


def _of_branch(
    whole: NDArray[np.uint8], start: int, stop: int, columns: int, cells: tuple[int, int], ground: int
) -> NDArray[np.uint8]:
    """Take a branch's maps out of the picture of all, and lay them side by side anew."""
    height, width = cells
    count = stop - start
    across = min(columns, count)
    shape = (math.ceil(count / across) * (height + 1) - 1, across * (width + 1) - 1, 3)
    picture = np.full(shape, ground, np.uint8)
    for index in range(count):
        (y, x), (top, left) = divmod(start + index, columns), divmod(index, across)
        tile = whole[y * (height + 1) :, x * (width + 1) :][:height, :width]
        picture[top * (height + 1) :, left * (width + 1) :][:height, :width] = tile
    return picture


def _panel(
    sheet: Sheet,
    box: Box,
    title: str,
    values: NDArray[np.float32],
    picture: NDArray[np.uint8],
    first: int,
    plan: _Plan,
    channel: int | None,
    cell: tuple[int, int] | None,
) -> float:
    """Draw maps as one picture, with the number of each row's first."""
    count, height, width = values.shape
    left, top = snap(box.left + _LABEL_MM), box.top
    zero, dead = float((values == 0).mean()), int((values.max(axis=(1, 2)) <= 0).sum())
    said = f"{zero:.0%} zero".replace("%", " %") + (f", {dead} dead" if dead else "")
    inner = Box(left, top, box.right - left)
    top = snap(sheet.heading(inner, title or f"{count} maps", f"{count} maps" if title else "", said, size=QUIET))
    tall, wide = (float(size) * plan.cell_mm for size in picture.shape[:2])
    axes = sheet.picture(picture, left, top, wide, tall, f"maps:{first}")
    step = (height + 1) * plan.cell_mm
    every = max(1, math.ceil(2.6 / step))
    for row in range(0, math.ceil(count / plan.columns), every):
        middle = top + row * step + height * plan.cell_mm / 2 + SMALL * 0.127
        sheet.write(left - 0.6, middle, f"{first + row * plan.columns}", SMALL, colour=sheet.ink.quiet, ha="right")
    _strike_dead(axes, sheet, values, plan)
    if channel is not None:
        _frame(axes, sheet, _corner(channel, plan, height, width), width, height, 1.0)
        if cell is not None:
            x, y = _corner(channel, plan, height, width)
            _frame(axes, sheet, (x + cell[1], y + cell[0]), 1, 1, 0.7)
    return top + tall


def _corner(channel: int, plan: _Plan, height: int, width: int) -> tuple[float, float]:
    """Where a map begins in the picture, in its cells; centres of cells are whole numbers."""
    row, column = divmod(channel, plan.columns)
    return column * (width + 1) - 0.5, row * (height + 1) - 0.5


def _strike_dead(axes: Axes, sheet: Sheet, values: NDArray[np.float32], plan: _Plan) -> None:
    """Strike maps out that are zero throughout: they are not merely faint."""
    _, height, width = values.shape
    if height * width == 1:
        return
    for channel in np.flatnonzero(values.max(axis=(1, 2)) <= 0):
        x, y = _corner(int(channel), plan, height, width)
        axes.plot([x, x + width], [y, y + height], color=sheet.ink.bar, linewidth=0.35, solid_capstyle="butt")


def _frame(
    axes: Axes, sheet: Sheet, corner: tuple[float, float], width: float, height: float, line: float
) -> None:  # fmt: skip
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - with the axes only

    for colour, thick in ((sheet.ink.ground, line * 2.4), (sheet.ink.accent, line)):
        axes.add_patch(
            Rectangle(corner, width, height, fill=False, edgecolor=colour, linewidth=thick, clip_on=False, zorder=3)
        )


def _plan(counts: list[int], cells: tuple[int, ...], room_mm: float, columns: int | None) -> _Plan:
    """Choose the layout that makes cells largest without becoming taller than it is wide, or not by much.

    A cell is a whole number of a PNG's dots: otherwise some would be wider than others.
    """
    height, width = cells
    dot = MM_PER_INCH / DPI
    tallest = room_mm * (1.02 if room_mm > 110 else 1.5)
    # Rows that are all full are easier to count in, and no map of a branch begins in the middle of one.
    even = [many for many in range(1, 65) if all(count % many == 0 for count in counts)]
    fitting: list[tuple[float, int, float, _Plan]] = []
    for is_beside in (True, False) if len(counts) > 1 else (False,):
        across = len(counts) if is_beside else 1
        inner = (room_mm - (across - 1) * _GUTTER_MM) / across - _LABEL_MM
        for many in [columns] if columns else even if len(even) > 2 else range(1, 33):
            cell = inner / (many * (width + 1) - 1)
            cell = math.floor(cell / dot + 1e-6) * dot if cell >= dot else cell
            rows = [math.ceil(count / many) * (height + 1) * cell + _HEAD_MM for count in counts]
            tall = max(rows) if is_beside else sum(rows)
            fitting.append((cell, many, tall, _Plan(many, cell, is_beside)))
    low = [plan for plan in fitting if plan[2] <= tallest]
    if low:
        return max(low, key=lambda plan: (round(plan[0], 6), plan[3].is_beside, plan[1]))[3]
    return min(fitting, key=lambda plan: plan[2])[3]
