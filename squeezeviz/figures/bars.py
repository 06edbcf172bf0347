"""Bars from one zero, with a name at the left and a number at the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from squeezeviz.figures.look import QUIET
from squeezeviz.figures.sheet import cut_to, text_mm
from squeezeviz.figures.words import amount

if TYPE_CHECKING:
    from squeezeviz.figures.sheet import Box, Sheet

__all__ = ["Row", "adds", "bars", "signed"]

_ROW_MM = 4.1


@dataclass(frozen=True)
class Row:
    """One bar, from zero.

    Attributes:
        name: At the left.
        text: At the right.
        value: How long.
        colour: Its own; empty for what adds and what takes away.
        is_bold: Whether it is a sum.
    """

    name: str
    text: str
    value: float
    colour: str = ""
    is_bold: bool = False


def adds(name: str, value: float) -> Row:
    """Return the bar of a term of a sum."""
    return Row(name, signed(value), value)


def signed(value: float) -> str:
    """Return a number with its sign."""
    return amount(value) if value <= 0 else f"+{amount(value)}"


def bars(sheet: Sheet, box: Box, title: str, rows: list[Row], *, outsized: bool = False, most: float = 0.0) -> float:
    """Draw bars from one zero; return where they end. ``outsized`` leaves out the sum's: it would dwarf its parts.

    The scale reaches to the longest, or to `most` where that is more.
    """
    ink = sheet.ink
    top = sheet.heading(box, title, size=QUIET + 1) + 0.6
    drawn = [0.0 if outsized and row.is_bold else row.value for row in rows]
    texts = max(text_mm(row.text, QUIET, "bold") for row in rows) + 1.5
    names = min(box.width * 0.5, max(text_mm(row.name, QUIET, "bold" if row.is_bold else "normal") for row in rows) + 2)
    start, across = box.left + names, box.width - names - texts
    low, high = min(0.0, *drawn), max(most, *drawn)
    pad = 0.01 * ((high - low) or 1.0)
    axes = sheet.axes_at(start, top, across, _ROW_MM * len(rows), "bars")
    axes.set(xlim=(low - pad, high + pad), ylim=(len(rows), 0))
    axes.plot([0, 0], [0, len(rows)], color=ink.rule, linewidth=0.6, zorder=0.5)
    for index, (row, value) in enumerate(zip(rows, drawn, strict=True)):
        colour = row.colour or (ink.more if value >= 0 else ink.less)
        axes.barh(index + 0.5, value, 0.62, color=colour, linewidth=0, gid=f"bar:{index}")
        base = top + _ROW_MM * (index + 0.5) + QUIET * 0.127
        weight = "bold" if row.is_bold else "normal"
        sheet.write(box.left, base, cut_to(row.name, names - 1, QUIET, weight), QUIET, weight=weight)
        sheet.write(box.right, base, row.text, QUIET, weight=weight, ha="right")
    return top + _ROW_MM * len(rows)
