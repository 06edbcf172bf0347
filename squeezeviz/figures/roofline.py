"""A network's layers under the roof of a machine: what each reaches, and what would be possible."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from squeezeviz.arguments import expect
from squeezeviz.errors import FigureError
from squeezeviz.figures.look import QUIET, SMALL
from squeezeviz.figures.sheet import Box, cut_to, drawing, text_mm
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.profiling.profiled import Profile
from squeezeviz.report.profile_words import machine_words, run_words, threads_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.profiling.profiled import LayerCost
    from squeezeviz.render.palettes import Theme

__all__ = ["roofline"]

_AXIS_MM, _TALL_MM = 10.0, 74.0
_MOST_NAMED = 8
_INTEGERS = ("uint8", "int8")
_MM = 25.4 / 72  # of a point
_LARGEST, _SMALLEST = 11.0, 1.6  # diameters of marks, in points: their areas are as times


def roofline(
    profile: Profile,
    *,
    theme: Theme = "light",
    width_mm: float = 178,
    caption: bool = True,
) -> Sheet:
    """Draw each layer's operations a second over its operations a byte, under what this machine can do.

    The roof is what memory lets through, intensity × bandwidth, up to the peak (Williams, Waterman and Patterson,
    "Roofline: an insightful visual performance model for multicore architectures", Communications of the ACM, 2009).
    Both scales are logarithmic; a mark's area is as the time it takes. What computes nothing has no place here.

    Args:
        profile: From `squeezeviz.profile`.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        FigureError: Nothing in it computes anything; or the theme or the width is none.
    """
    expect(profile, Profile, "what squeezeviz.profile returns", FigureError)
    rows = [row for row in profile.rows if row.operations and row.intensity and row.gops]
    if not rows:
        raise FigureError("no layer of this profile computes anything that could be measured; a roofline shows those")
    with drawing(width_mm, theme) as sheet:
        bottom = _draw(sheet, sheet.room, profile, rows)
        text = caption_of(
            f"Operations a second over operations a byte moved, of what ONNX Runtime computes together; "
            f"{run_words(profile)}",
            profile.provenance,
            also=[
                f"On {machine_words(profile)}",
                "Roof: intensity × bandwidth up to the peak. Scales logarithmic; areas of marks as times, medians",
                f"{len(rows)} of {len(profile.rows)} rows: the others compute nothing",
            ],
        )
        sheet.finish(bottom, text, is_written=caption)
    return sheet


def _draw(sheet: Sheet, box: Box, profile: Profile, rows: list[LayerCost]) -> float:
    top = sheet.heading(box, "Roofline", "Gop/s over operations a byte", threads_text(profile.threads)) + 1.5
    inner = Box(box.left + _AXIS_MM, top, box.width - _AXIS_MM - 2)
    axes = sheet.axes_at(inner.left, inner.top, inner.width, _TALL_MM, "roofline")
    peak = max(profile.machine.peak(row.arithmetic) for row in rows)
    across = [row.intensity or 1.0 for row in rows]
    ridge = peak / profile.machine.bandwidth_gbps
    low, high = _decades([*across, ridge / 3, ridge * 3])
    least, most = _decades([*(row.gops or 1.0 for row in rows), peak * 1.2])
    axes.set(xlim=(low, high), ylim=(least, most))
    _grid(sheet, axes, inner)
    _roofs(sheet, axes, inner, profile, rows)
    longest = max(row.time.median for row in rows)
    for row in sorted(rows, key=lambda row: -row.time.median):
        size = _size(row, longest)
        axes.plot(
            [math.log10(row.intensity or 1.0)], [math.log10(row.gops or 1.0)], marker="o", markersize=size,
            markerfacecolor=_colour(sheet, row), markeredgecolor=sheet.ink.ground, markeredgewidth=0.4, clip_on=False,
            gid=f"layer:{row.name}", zorder=3,
        )  # fmt: skip
    _names(sheet, axes, inner, rows)
    return inner.top + _TALL_MM + 4.4


def _size(row: LayerCost, longest: float) -> float:
    return max(_SMALLEST, _LARGEST * math.sqrt(row.time.median / longest))


def _colour(sheet: Sheet, row: LayerCost) -> str:
    return sheet.ink.lines[2 if row.arithmetic in _INTEGERS else 1]


def _decades(values: list[float]) -> tuple[float, float]:
    """Return the powers of ten around some values, as exponents: not less than a decade."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return float(low), float(max(high, low + 1))


def _place(axes: Axes, inner: Box, x: float, y: float) -> tuple[float, float]:
    """Return where exponents stand on the sheet, in millimetres."""
    (low, high), (least, most) = axes.get_xlim(), axes.get_ylim()
    return inner.left + inner.width * (x - low) / (high - low), inner.top + _TALL_MM * (
        1 - (y - least) / (most - least)
    )


def _grid(sheet: Sheet, axes: Axes, inner: Box) -> None:
    ink = sheet.ink
    (low, high), (least, most) = axes.get_xlim(), axes.get_ylim()
    for exponent in range(round(low), round(high) + 1):
        axes.axvline(exponent, color=ink.rule, linewidth=0.4, zorder=0.4)
        x, _ = _place(axes, inner, exponent, least)
        sheet.write(x, inner.top + _TALL_MM + 3, f"{10.0**exponent:g}", SMALL, colour=ink.quiet, ha="center")
    for exponent in range(round(least), round(most) + 1):
        axes.axhline(exponent, color=ink.rule, linewidth=0.4, zorder=0.4)
        _, y = _place(axes, inner, low, exponent)
        sheet.write(inner.left - 1, y + SMALL * 0.127, f"{10.0**exponent:g}", SMALL, colour=ink.quiet, ha="right")


def _roofs(sheet: Sheet, axes: Axes, inner: Box, profile: Profile, rows: list[LayerCost]) -> None:
    machine, ink = profile.machine, sheet.ink
    low, high = axes.get_xlim()
    peaks = {row.arithmetic in _INTEGERS: machine.peak(row.arithmetic) for row in rows}
    slope = math.log10(machine.bandwidth_gbps)
    for is_integer, peak in peaks.items():
        level = math.log10(peak)
        dashes = (0, (4, 1.4)) if is_integer else "solid"
        corners = [low, level - slope, high], [low + slope, level, level]
        axes.plot(*corners, color=ink.ink, linewidth=1.0, linestyle=dashes, gid="roof")
        said = f"{peak:.0f} Gop/s, 8-bit integers" if is_integer else f"{peak:.0f} GFLOP/s, float32"
        _, y = _place(axes, inner, high, level)
        sheet.write(inner.right, y - 0.9, said, SMALL, colour=ink.quiet, ha="right")
    start = max(low, axes.get_ylim()[0] - slope)
    x, y = _place(axes, inner, start, start + slope)
    said = f"{machine.bandwidth_gbps:.1f} GB/s through memory"
    sheet.write(x + 7, y - 2 if y < inner.top + _TALL_MM - 4 else y - 1, said, SMALL, colour=ink.quiet)


def _names(sheet: Sheet, axes: Axes, inner: Box, rows: list[LayerCost]) -> None:
    """Name what takes longest, where no other name stands."""
    taken: list[tuple[float, float]] = []
    longest = max(row.time.median for row in rows)
    for row in sorted(rows, key=lambda row: -row.time.median)[:_MOST_NAMED]:
        x, y = _place(axes, inner, math.log10(row.intensity or 1.0), math.log10(row.gops or 1.0))
        name = cut_to(row.words, inner.width / 3, QUIET)
        wide = text_mm(name, QUIET)
        beside_mm = 1.2 + _size(row, longest) / 2 * _MM
        is_left = x + beside_mm + wide > inner.right
        if all(abs(y - other) > 2.6 or abs(x - beside) > wide + 3 for beside, other in taken):
            sheet.write(
                x - 2.2 if is_left else x + 2.2, y + QUIET * 0.127, name, QUIET, ha="right" if is_left else "left"
            )
            taken.append((x, y))
