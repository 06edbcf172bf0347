"""One number of the network as the sum it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from squeezeviz.arguments import check_whole
from squeezeviz.errors import FigureError
from squeezeviz.evidence.arithmetic import check_source
from squeezeviz.figures.look import QUIET, SMALL
from squeezeviz.figures.sheet import Box, cut_to, drawing
from squeezeviz.figures.words import amount, percent
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.results.provenance import Provenance

if TYPE_CHECKING:
    from squeezeviz.evidence import Arithmetic, Calculation, Term
    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.render.palettes import Theme

__all__ = ["arithmetic"]

_COLOURS = ("red", "green", "blue")
_ROW_MM = 4.1
_SIGNS = "; orange adds, blue takes away"
_MEANINGS = {"max": "; blue is the largest", "softmax": "; blue is the class"}


@dataclass(frozen=True)
class _Row:
    """One line: what it is, how it comes about, from where to where its bar goes.

    Attributes:
        name: At the left.
        how: Beside it, quietly.
        text: At the right.
        start: Where its bar begins.
        stop: Where it ends.
        kind: ``"term"``, ``"total"`` or ``"quiet"``.
    """

    name: str
    how: str
    text: str
    start: float
    stop: float
    kind: str = "term"


def arithmetic(
    source: Arithmetic,
    layer: str,
    channel: int,
    cell: tuple[int, int] = (0, 0),
    *,
    n: int = 12,
    theme: Theme = "light",
    width_mm: float = 178,
    caption: bool = True,
) -> Sheet:
    """Draw how one number comes about: bias, the n largest terms, all others together, ReLU, the value.

    Each bar begins where the one above ends. Of a maximum and of a softmax, which are no sums, bars begin at zero: the
    values it is the largest of; the classes' shares.

    Args:
        source: `squeezeviz.Arithmetic(model, image)`.
        layer: As for its method ``of``.
        channel: The same.
        cell: (y, x); leave it out where a channel has one value.
        n: How many terms stand alone.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        LayerError: There is no such layer, channel or cell, or its arithmetic is not known.
        FigureError: n is less than 1; or the theme or the width is none.
    """
    check_source(source)
    check_whole("n", n, error=FigureError)
    calculation = source.of(layer, channel, cell)
    rows = _rows(source, calculation, n)
    with drawing(width_mm, theme) as sheet:
        bottom = _draw(sheet, sheet.room, source, calculation, rows)
        text = caption_of(
            _shown(calculation, n),
            Provenance(source.model.name, source.model.sha256, source.preprocessing), image=source.image.name,
            also=[f"Scale: linear, one for all bars{_MEANINGS.get(calculation.kind, _SIGNS)}"],
        )  # fmt: skip
        sheet.finish(bottom, text, is_written=caption)
    return sheet


def _shown(made: Calculation, n: int) -> str:
    y, x = made.cell
    what = {
        "sum": "a sum of weight × value", "max": "the largest of its window", "mean": "the mean of its window",
        "copy": "one value, handed on", "softmax": "its exponential's share of all", "scaling": "a pixel value, scaled",
        "blend": "a blend of pixels",
    }[made.kind]  # fmt: skip
    some = f"; the {n} largest of {len(made.terms):,} terms stand alone" if len(made.terms) > n else ""
    rounding = f"; what rounding leaves is {amount(made.residual)}" if made.kind in ("sum", "mean") else ""
    return f"{made.layer}, channel {made.channel}, cell {y}, {x} = {made.value:.6g}: {what}{some}{rounding}"


def _rows(source: Arithmetic, made: Calculation, n: int) -> list[_Row]:
    if made.kind == "softmax":
        return _shares(source, made, n)
    if made.kind == "max":
        best = sorted(made.terms, key=lambda term: -term.value)[:n]
        return [
            _Row(_place(source, term), "the largest" if term.weight else "", amount(term.value), 0.0, term.value,
                 "total" if term.weight else "quiet")
            for term in best
        ]  # fmt: skip
    rows, at = [], 0.0
    if made.bias or made.kind in ("sum", "scaling"):
        rows.append(_Row("bias" if made.kind == "sum" else "offset", "", _signed(made.bias), 0.0, made.bias))
        at = made.bias
    alone, remainder = made.top(n)
    for term in alone:
        how = f"{amount(term.weight)} × {amount(term.value)}"
        rows.append(_Row(_place(source, term), how, _signed(term.product), at, at + term.product))
        at += term.product
    others = len(made.terms) - len(alone)
    if others:
        rows.append(_Row(f"{others:,} other terms", "", _signed(remainder), at, at + remainder))
        at += remainder
    if made.has_relu:
        rows.append(_Row("total", "", amount(made.total), 0.0, made.total, "quiet"))
    name = "after ReLU" if made.has_relu else "value"
    return [*rows, _Row(name, "", amount(made.value), 0.0, made.value, "total")]


def _shares(source: Arithmetic, made: Calculation, n: int) -> list[_Row]:
    logits = sorted(made.terms, key=lambda term: -term.value)
    top = logits[0].value
    whole = math.fsum(math.exp(term.value - top) for term in logits)
    shown = logits[:n]
    if all(term.channel != made.channel for term in shown):
        shown = [*shown[:-1], next(term for term in logits if term.channel == made.channel)]
    rows = []
    for term in shown:
        share = math.exp(term.value - top) / whole
        own = term.channel == made.channel
        label = source.model.labels[term.channel].label
        kind = "total" if own else "quiet"
        rows.append(_Row(label, f"exp {term.value:.2f}", percent(share), 0.0, share, kind))
    left = 1 - math.fsum(row.stop for row in rows)
    return [*rows, _Row(f"{len(logits) - len(rows):,} other classes", "", percent(left), 0.0, left, "quiet")]


def _place(source: Arithmetic, term: Term) -> str:
    y, x = term.cell
    if term.layer == "photo":
        return f"photo, {_colour(source, term.channel)} at {y}, {x}"
    if term.layer == source.architecture.input_name:
        colour = _colour(source, source.preprocessing.rgb_index[term.channel])
        return f"{term.layer}, {colour} at {y}, {x}"
    return f"{term.layer} {term.channel} at {y}, {x}"


def _colour(source: Arithmetic, channel: int) -> str:
    return "grey" if source.preprocessing.channels == 1 else _COLOURS[channel]


def _signed(value: float) -> str:
    return amount(value) if value <= 0 else f"+{amount(value)}"


def _draw(sheet: Sheet, box: Box, source: Arithmetic, made: Calculation, rows: list[_Row]) -> float:
    ink, is_wide = sheet.ink, box.width > 110
    y, x = made.cell
    labels = source.model.labels
    is_class = made.kind == "softmax" or source.architecture.logits_name == made.layer
    what = f"{made.layer}, {made.channel}" + (f" at {y}, {x}" if not is_class else "")
    quiet = labels[made.channel].label if is_class else made.kind
    top = sheet.heading(box, f"{what} = {amount(made.value)}", quiet) + 1.4
    name_mm, how_mm, text_mm_ = (44.0, 24.0, 15.0) if is_wide else (33.0, 0.0, 11.0)
    start = box.left + name_mm + how_mm + 2
    across = box.right - text_mm_ - start
    axes = sheet.axes_at(start, top, across, _ROW_MM * len(rows), "terms")
    low = min(0.0, *(min(row.start, row.stop) for row in rows))
    high = max(0.0, *(max(row.start, row.stop) for row in rows))
    pad = 0.01 * ((high - low) or 1.0)
    axes.set(xlim=(low - pad, high + pad), ylim=(len(rows), 0))
    axes.plot([0, 0], [0, len(rows)], color=ink.rule, linewidth=0.6, zorder=0.5)
    for index, row in enumerate(rows):
        colour = {"total": ink.accent, "quiet": ink.bar}.get(row.kind, ink.more if row.stop >= row.start else ink.less)
        axes.barh(
            index + 0.5, row.stop - row.start, 0.62, left=row.start, color=colour, gid=f"term:{index}", linewidth=0
        )
        if row.kind == "term" and index + 1 < len(rows) and rows[index + 1].kind != "total":
            axes.plot([row.stop, row.stop], [index + 0.5, index + 1.5], color=ink.quiet, linewidth=0.4, zorder=0.6)
        base = top + _ROW_MM * (index + 0.5) + QUIET * 0.127
        weight = "bold" if row.kind == "total" else "normal"
        name = row.name if is_wide else row.name.rpartition("/")[2]
        sheet.write(box.left, base, cut_to(name, name_mm, QUIET, weight), QUIET, weight=weight)
        if how_mm:
            sheet.write(start - 3, base, row.how, SMALL, colour=ink.quiet, ha="right")
        sheet.write(box.right, base, row.text, QUIET, weight=weight, ha="right")
    return top + _ROW_MM * len(rows)
