"""What a network loses in a lower precision: along the network, the error made there and all errors so far."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from squeezeviz.arguments import expect
from squeezeviz.errors import FigureError
from squeezeviz.figures.look import QUIET, SMALL
from squeezeviz.figures.sheet import Box, cut_to, drawing, text_mm
from squeezeviz.figures.words import amount
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.results.precision import Precision

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.render.palettes import Theme
    from squeezeviz.results.precision import ErrorSize

__all__ = ["precision"]

_AXIS_MM, _TALL_MM, _WIDE_MM = 9.0, 52.0, 110.0


def precision(
    found: Precision,
    *,
    theme: Theme = "light",
    width_mm: float = 178,
    caption: bool = True,
) -> Sheet:
    """Draw the relative error of each layer, ‖e‖ / ‖x‖: made there, as bars; of all errors so far, as a line.

    A ring marks the layer that makes the largest error. One scale for both, linear from 0.

    Args:
        found: From `squeezeviz.precision`.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        FigureError: The theme or the width is none.
    """
    expect(found, Precision, "what squeezeviz.precision returns", FigureError)
    with drawing(width_mm, theme) as sheet:
        bottom = _draw(sheet, sheet.room, found)
        text = caption_of(
            f"{found.other} beside {found.model}, on {found.photos_text}. {found.verdict}",
            found.provenance,
            image=found.folder,
            also=[f"Low precision: {found.arithmetic}", "Scale: relative L2, linear from 0, one for bars and line"],
        )
        sheet.finish(bottom, text, is_written=caption)
    return sheet


def _draw(sheet: Sheet, box: Box, found: Precision) -> float:
    right = f"{len(found)} layers, {found.photos_text}"
    top = sheet.heading(box, "What each layer loses", "‖e‖ / ‖x‖" if box.width > _WIDE_MM else "", right) + 1
    inner = Box(box.left + _AXIS_MM, top + 1.5, box.width - _AXIS_MM)
    axes = sheet.axes_at(inner.left, inner.top, inner.width, _TALL_MM, "errors")
    made, total = _sizes(found, "made"), _sizes(found, "total")
    most = max([1e-6, *(size for _, size in (*made, *total))]) * 1.06
    axes.set(xlim=(-0.5, len(found) - 0.5), ylim=(0, most))
    for share in (0.0, 0.5, 1.0):
        value = share * most / 1.06
        axes.axhline(value, color=sheet.ink.rule, linewidth=0.5, zorder=0.5)
        y = inner.top + _TALL_MM * (1 - value / most) + SMALL * 0.127
        sheet.write(inner.left - 1, y, amount(value), SMALL, colour=sheet.ink.quiet, ha="right")
    of_made, of_total = sheet.ink.lines[0], sheet.ink.lines[1]
    axes.bar([at for at, _ in made], [size for _, size in made], width=0.8, color=of_made, gid="made")
    axes.plot(
        [at for at, _ in total], [size for _, size in total], color=of_total, linewidth=1.0, marker="o", markersize=1.8,
        gid="total", clip_on=False,
    )  # fmt: skip
    _ring(axes, sheet, found, made)
    _names(sheet, inner, found)
    return _key(sheet, Box(inner.left, inner.top + _TALL_MM + 5.2, inner.width), of_made, of_total)


def _sizes(found: Precision, which: str) -> list[tuple[int, float]]:
    errors: list[ErrorSize] = [getattr(layer, which) for layer in found]
    return [
        (at, size)
        for at, error in enumerate(errors)
        if (size := error.relative_l2) is not None and math.isfinite(size)
    ]  # fmt: skip


def _ring(axes: Axes, sheet: Sheet, found: Precision, made: list[tuple[int, float]]) -> None:
    for at, size in made:
        if found.layers[at] is found.worst and size:
            axes.plot(
                [at], [size], marker="o", markersize=4.4, markerfacecolor=sheet.ink.ground,
                markeredgecolor=sheet.ink.lines[0], markeredgewidth=1.1, gid="largest error made", clip_on=False,
                zorder=3,
            )  # fmt: skip


def _names(sheet: Sheet, inner: Box, found: Precision) -> None:
    """Name the layer that makes the largest error, and the first and the last where they have room beside it."""
    count, taken = len(found), list[tuple[float, float]]()
    for at in dict.fromkeys([found.layers.index(found.worst), 0, count - 1]):
        name = cut_to(found.layers[at].name, inner.width / 3, SMALL)
        half = text_mm(name, SMALL) / 2
        across = min(
            max(inner.left + (at + 0.5) * inner.width / count, inner.left + half), inner.right - half
        )  # fmt: skip
        if all(across + half < low or across - half > high for low, high in taken):
            sheet.write(across, inner.top + _TALL_MM + 2.8, name, SMALL, colour=sheet.ink.quiet, ha="center")
            taken.append((across - half - 2, across + half + 2))


def _key(sheet: Sheet, box: Box, made: str, total: str) -> float:
    base, left = box.top + 2.5, box.left
    for name, colour in (("made there", made), ("all errors so far", total)):
        sheet.write(left, base, name, QUIET, colour=colour)
        left += text_mm(name, QUIET) + 5
    return base + 1
