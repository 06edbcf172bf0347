"""Pictures that excite a number of a network, each with how much, and how it grew from step to step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.arguments import expect
from squeezeviz.errors import FigureError
from squeezeviz.evidence.visualization.visualization import Visualization
from squeezeviz.figures.look import QUIET, SMALL
from squeezeviz.figures.sheet import Box, cut_to, drawing
from squeezeviz.figures.words import amount
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.results.provenance import Provenance

if TYPE_CHECKING:
    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.render.palettes import Theme

__all__ = ["visualization"]

_GAP_MM, _LEAST_MM, _MOST_MM = 3.0, 26.0, 60.0
_TALL_MM, _AXIS_MM = 22.0, 11.0


def visualization(made: Visualization, *, theme: Theme = "light", width_mm: float = 178, caption: bool = True) -> Sheet:
    """Draw pictures grown to excite a number, and the number at each step.

    Args:
        made: From `squeezeviz.visualize`.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        FigureError: The theme or the width is none.
    """
    expect(made, Visualization, "what squeezeviz.visualize returns", FigureError)
    with drawing(width_mm, theme) as sheet:
        bottom = _curve(sheet, sheet.room.below(_pictures(sheet, sheet.room, made) + 2), made)
        sheet.finish(bottom, _caption(made), is_written=caption)
    return sheet


def _pictures(sheet: Sheet, box: Box, made: Visualization) -> float:
    """Draw the pictures row by row, each as large as there is room for; return where they end."""
    aim = "small" if made.minimised else "large"
    top = sheet.heading(box, made.words, f"made {aim}", right=f"seed {made.seed}, {made.step:,} steps")
    count, height, width, _ = made.pictures.shape
    columns = max(1, min(count, int((box.width + _GAP_MM) / (_LEAST_MM + _GAP_MM))))
    across = min(_MOST_MM, (box.width - (columns - 1) * _GAP_MM) / columns)
    tall = across * height / width
    for at, (picture, value) in enumerate(zip(made.pictures, made.values, strict=True)):
        row, column = divmod(at, columns)
        left, upper = box.left + column * (across + _GAP_MM), top + row * (tall + 5)
        sheet.picture(picture, left, upper, across, tall, f"picture {at}")
        is_best = count > 1 and at == made.best
        text = cut_to(f"{amount(float(value))} {made.unit}", across, QUIET)
        sheet.write(left, upper + tall + 3, text, QUIET, weight="bold" if is_best else "normal")
    rows = -(-count // columns)
    return float(top + rows * (tall + 5) - 1)


def _curve(sheet: Sheet, box: Box, made: Visualization) -> float:
    """Draw the number at each step, a line a picture; return where it ends."""
    history = np.where(np.isfinite(made.history), made.history, np.nan)
    if len(history) < 2 or not np.isfinite(history).any():
        return box.top
    top = sheet.heading(box, "At each step", "on the moved picture", size=QUIET + 1) + 1
    inner = Box(box.left + _AXIS_MM, top, box.width - _AXIS_MM)
    axes = sheet.axes_at(inner.left, inner.top, inner.width, _TALL_MM, "steps")
    marked = [] if made.value_at_start is None else [made.value_at_start]
    low, high = min(0.0, float(np.nanmin(history)), *marked), max(0.0, float(np.nanmax(history)), *marked)
    high = high if high > low else low + 1
    axes.set(xlim=(1, len(history)), ylim=(low, high))
    for value in dict.fromkeys([low, 0.0, high]):
        axes.axhline(value, color=sheet.ink.rule, linewidth=0.5, zorder=0.5)
        y = inner.top + _TALL_MM * (high - value) / (high - low) + SMALL * 0.127
        sheet.write(inner.left - 1, y, amount(value), SMALL, colour=sheet.ink.quiet, ha="right")
    for value in marked:
        axes.axhline(value, color=sheet.ink.quiet, linewidth=0.7, linestyle=(0, (3, 2)), gid="photo")
    steps = np.arange(1, len(history) + 1)
    for at, line in enumerate(history.T):
        colour = sheet.ink.lines[at % len(sheet.ink.lines)]
        axes.plot(steps, line, color=colour, linewidth=0.8, gid=f"steps {at}", clip_on=False)
    base = inner.top + _TALL_MM + 3
    sheet.write(inner.left, base, "step 1", SMALL, colour=sheet.ink.quiet)
    sheet.write(inner.right, base, f"{len(history):,}", SMALL, colour=sheet.ink.quiet, ha="right")
    return base + 0.6


def _caption(made: Visualization) -> str:
    shown = "Pictures" if len(made.pictures) > 1 else "A picture"
    aim = "small" if made.minimised else "large"
    unit = f"shown as any photo is, in {made.unit}"
    also = [f"Numbers: {unit}; scale of the curve: linear"]
    if made.start:
        began = "" if made.value_at_start is None else f", where it is {amount(made.value_at_start)} (dashed)"
        also.append(f"Begun from {made.start}{began}, no pixel farther from it than {made.settings['stray']:g} of 255")
    provenance = Provenance(made.model_id, made.model_sha256, made.preprocessing)
    return caption_of(
        f"{shown} grown to make this number {aim}: {made.words}; by {made.settings['parametrisation']}, "
        f"seed {made.seed}, {made.step:,} of {made.steps:,} steps",
        provenance,
        also=also,
    )
