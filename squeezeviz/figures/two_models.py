"""Two models on one photo: what each says, and how far their layers are apart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from squeezeviz.arguments import expect
from squeezeviz.dataset.paired_evaluation import PairedEvaluation
from squeezeviz.errors import FigureError
from squeezeviz.figures.bars import Row, bars
from squeezeviz.figures.look import SMALL
from squeezeviz.figures.sheet import Box, cut_to, drawing, text_mm
from squeezeviz.figures.words import amount, percent
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.results.model_comparison import ModelComparison

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.render.palettes import Theme
    from squeezeviz.results.model_comparison import ComparedModel

__all__ = ["model_comparison"]

_AXIS_MM, _GAP_MM, _WIDE_MM, _TALL_MM = 8.0, 6.0, 110.0, 38.0
_TOP = 5


def model_comparison(
    comparison: ModelComparison,
    *,
    theme: Theme = "light",
    width_mm: float = 178,
    caption: bool = True,
) -> Sheet:
    """Draw two models on one photo: the classes that each finds most probable, and how far their layers are apart.

    Distance is relative, ‖b − a‖ / ‖a‖, of each pair of layers of one shape, in the first model's order; a ring marks
    the first pair that differs by more than the comparison's tolerance, a dashed line.

    Args:
        comparison: From `squeezeviz.compare_models`, on one photo.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        FigureError: The theme or the width is none; or the comparison is of many photos.
    """
    if isinstance(comparison, PairedEvaluation):
        raise FigureError(
            "a figure shows two models on one photo; of many photos there is a table: print the comparison"
        )
    expect(comparison, ModelComparison, "what squeezeviz.compare_models returns of one photo", FigureError)
    a, b = comparison.a, comparison.b
    with drawing(width_mm, theme) as sheet:
        room = sheet.room
        bottom = _answers(sheet, room, comparison)
        bottom = _layers(sheet, room.below(bottom + 3), comparison)
        text = caption_of(
            f"{a.name} (a) and {b.name} (b) on one photo. {comparison.verdict}",
            a.prediction.provenance,
            image=comparison.image,
            also=[
                f"Probabilities: bars from 0 to 1. Distance of layers: relative, linear from 0; "
                f"{len(comparison.pairs)} pairs, {len(a.unmatched)} of {a.layers} layers of a and "
                f"{len(b.unmatched)} of {b.layers} of b in none",
                f"Of b: preprocessing {b.preprocessing.name}, {b.preprocessing.describe()}; SHA-256 "
                f"{b.prediction.provenance.model_sha256[:12]}",
            ],
        )
        sheet.finish(bottom, text, is_written=caption)
    return sheet


def _answers(sheet: Sheet, room: Box, comparison: ModelComparison) -> float:
    """Draw what each says: beside each other where there is room."""
    if room.width < _WIDE_MM:
        first = _answer(sheet, room, "a", comparison.a)
        return _answer(sheet, room.below(first + 2), "b", comparison.b)
    half = (room.width - _GAP_MM) / 2
    places = Box(room.left, room.top, half), Box(room.left + half + _GAP_MM, room.top, half)
    sides = zip("ab", places, (comparison.a, comparison.b), strict=True)
    return max(_answer(sheet, place, side, model) for side, place, model in sides)


def _answer(sheet: Sheet, box: Box, side: str, model: ComparedModel) -> float:
    colour = sheet.ink.lines["ab".index(side)]
    rows = [
        Row(score.label, percent(score.probability), score.probability, colour, is_bold=rank == 0)
        for rank, score in enumerate(model.prediction.top(min(_TOP, len(model.prediction.logits))))
    ]
    return bars(
        sheet, box, cut_to(f"{side}: {model.name}, {model.preprocessing.name}", box.width, SMALL), rows, most=1.0
    )


def _layers(sheet: Sheet, box: Box, comparison: ModelComparison) -> float:
    """Draw the distance of each pair; a pair of two shapes has none, and leaves its place empty."""
    known = _known(comparison)
    right = f"{len(comparison.pairs)} pairs of layers" if comparison.pairs else "no pair of layers"
    top = (
        sheet.heading(box, "How far their layers are apart", "‖b − a‖ / ‖a‖" if box.width > _WIDE_MM else "", right) + 1
    )
    if not known:
        return top
    ink = sheet.ink
    inner = Box(box.left + _AXIS_MM, top + 1.5, box.width - _AXIS_MM)
    axes = sheet.axes_at(inner.left, inner.top, inner.width, _TALL_MM, "distances")
    most = max([comparison.tolerance, *(value for _, value in known)]) * 1.06
    axes.set(xlim=(-0.5, len(comparison.pairs) - 0.5), ylim=(0, most))
    for share in (0.0, 0.5, 1.0):
        value = share * most / 1.06
        axes.axhline(value, color=ink.rule, linewidth=0.5, zorder=0.5)
        y = inner.top + _TALL_MM * (1 - value / most) + SMALL * 0.127
        sheet.write(inner.left - 1, y, amount(value), SMALL, colour=ink.quiet, ha="right")
    axes.axhline(comparison.tolerance, color=ink.quiet, linewidth=0.6, linestyle=(0, (3, 2)), gid="tolerance")
    colour = ink.lines[1]
    places, values = [at for at, _ in known], [value for _, value in known]
    axes.plot(places, values, color=colour, linewidth=1.0, marker="o", markersize=1.8, gid="distance", clip_on=False)
    _ring(sheet, axes, comparison, known)
    _names(sheet, inner, comparison)
    return inner.top + _TALL_MM + 5.2


def _ring(sheet: Sheet, axes: Axes, comparison: ModelComparison, known: list[tuple[int, float]]) -> None:
    parting = comparison.first_divergent_layer
    for at, value in known:
        if comparison.pairs[at] is parting:
            axes.plot(
                [at], [value], marker="o", markersize=4.4, markerfacecolor=sheet.ink.ground,
                markeredgecolor=sheet.ink.lines[1], markeredgewidth=1.1, gid="first divergent layer", clip_on=False,
                zorder=3,
            )  # fmt: skip


def _names(sheet: Sheet, inner: Box, comparison: ModelComparison) -> None:
    """Name the first pair and the last, and the one at which they part where it has room between."""
    count, parting = len(comparison.pairs), comparison.first_divergent_layer
    step, taken = inner.width / count, list[tuple[float, float]]()
    asked = [0, count - 1, *([comparison.pairs.index(parting)] if parting else [])]
    for at in dict.fromkeys(asked):
        name = cut_to(comparison.pairs[at].a, inner.width / 3, SMALL)
        half = text_mm(name, SMALL) / 2
        across = min(max(inner.left + (at + 0.5) * step, inner.left + half), inner.right - half)
        if all(across + half < low or across - half > high for low, high in taken):
            sheet.write(across, inner.top + _TALL_MM + 2.8, name, SMALL, colour=sheet.ink.quiet, ha="center")
            taken.append((across - half - 2, across + half + 2))


def _known(comparison: ModelComparison) -> list[tuple[int, float]]:
    """The pairs that have a distance: their places, and it."""
    distances = ((at, pair.relative_l2) for at, pair in enumerate(comparison.pairs))
    return [(at, value) for at, value in distances if value is not None and math.isfinite(value)]
