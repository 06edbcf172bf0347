"""How far preprocessings of one photo take each layer, and where the layers part."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from squeezeviz.arguments import expect
from squeezeviz.errors import FigureError
from squeezeviz.evidence.comparison import Comparison
from squeezeviz.figures.look import QUIET, SMALL
from squeezeviz.figures.sheet import Box, cut_to, drawing, text_mm
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.figures.words import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from squeezeviz.evidence.comparison import Variant
    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.render.palettes import Theme

__all__ = ["drift"]

_AXIS_MM, _NAMES_MM = 8.0, 5.2
Dashes: TypeAlias = str | tuple[int, tuple[float, ...]]
_STYLES: tuple[Dashes, ...] = ("solid", (0, (4, 1.4)), (0, (1.2, 1.2)))
_SIZE = QUIET


def drift(
    comparison: Comparison,
    *,
    theme: Theme = "light",
    width_mm: float = 178,
    caption: bool = True,
) -> Sheet:
    """Draw how far each layer is from where it is under the reference: one line a preprocessing, along the network.

    Distance is relative L2, ‖a − r‖ / ‖r‖. A ring marks the first layer whose strongest channel is another one. Beside
    each line, what the network then says.

    Args:
        comparison: At least two preprocessings.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        FigureError: There is only one preprocessing; or the theme or the width is none.
    """
    expect(comparison, Comparison, "what squeezeviz.compare_preprocessing returns", FigureError)
    if len(comparison) < 2:
        raise FigureError("one preprocessing alone does not drift: compare at least two")
    with drawing(width_mm, theme) as sheet:
        bottom = _draw(sheet, sheet.room, comparison)
        apart = [variant.name for variant in comparison.variants[1:] if not _known(variant)]
        sizes = f"; {', '.join(apart)}: input, and so maps, of another size" if apart else ""
        others = [f"{v.name}: {v.preprocessing.describe()}" for v in comparison.variants[1:]]
        text = caption_of(
            f"Relative L2 distance of each layer's activation from that under {comparison.reference.name}; "
            f"rings: the first layer whose strongest channel is another one{sizes}",
            comparison.reference.prediction.provenance,
            image=comparison.image.name,
            also=["Compared: " + "; ".join(others), "Scale: linear from 0, one for all lines"],
        )
        sheet.finish(bottom, text, is_written=caption)
    return sheet


def _known(variant: Variant) -> list[tuple[int, float]]:
    return [(at, step.relative_l2) for at, step in enumerate(variant.drift) if step.relative_l2 is not None]


def _draw(sheet: Sheet, box: Box, comparison: Comparison) -> float:
    reference, others = comparison.reference, comparison.variants[1:]
    said = reference.prediction.top(1)[0]
    right = f"{reference.name}: {said.label} {percent(said.probability)}"
    top = sheet.heading(box, "How far each layer moves", "relative L2" if box.width > 110 else "", right) + 1
    is_wide = box.width > 110
    names = min(58.0, 3 + max(text_mm(_answer(variant), _SIZE) for variant in others)) if is_wide else 0.0
    inner = Box(box.left + _AXIS_MM, top + 1.5, box.width - _AXIS_MM - (names + 2 if is_wide else 0))
    tall = min(70.0, max(38.0, inner.width * 0.46))
    axes = sheet.axes_at(inner.left, inner.top, inner.width, tall, "drift")
    most = max([0.1, *(value for variant in others for _, value in _known(variant))]) * 1.03
    axes.set(xlim=(-0.5, len(reference.drift) - 0.5), ylim=(0, most))
    _grid(sheet, axes, inner, tall, comparison)
    ends = []
    for index, variant in enumerate(others):
        colour = sheet.ink.lines[index % len(sheet.ink.lines)]
        dashes = _STYLES[index // len(sheet.ink.lines) % len(_STYLES)]
        _line(axes, sheet, variant, colour, dashes)
        known = _known(variant)
        ends.append((inner.top + tall * (1 - (known[-1][1] if known else 0.0) / most), variant, colour, dashes))
    bottom = inner.top + tall + _NAMES_MM
    if is_wide:
        return max(bottom, _beside(sheet, Box(inner.right, inner.top, names + 2), ends))
    return _below(sheet, box.below(bottom + 1), ends)


def _grid(sheet: Sheet, axes: Axes, inner: Box, tall: float, comparison: Comparison) -> None:
    ink, most = sheet.ink, axes.get_ylim()[1]
    for share in (0.0, 0.5, 1.0):
        value = share * most / 1.03
        axes.axhline(value, color=ink.rule, linewidth=0.5, zorder=0.5)
        y = inner.top + tall * (1 - value / most) + SMALL * 0.127
        sheet.write(inner.left - 1, y, f"{value:.2f}" if value else "0", SMALL, colour=ink.quiet, ha="right")
    layers = [step.layer for step in comparison.reference.drift]
    arch = comparison.model.architecture
    step, start = inner.width / len(layers), 0
    room = inner.left - 2
    while start < len(layers):
        module = arch[layers[start]].module
        stop = start + 1
        while stop < len(layers) and module is not None and arch[layers[stop]].module == module:
            stop += 1
        if start and module is not None:
            axes.axvline(start - 0.5, color=ink.rule, linewidth=0.4, zorder=0.4)
        name = module or layers[start]
        if module is not None and text_mm(name, SMALL) > step * (stop - start) - 0.6:
            name = name.removeprefix("fire")
        name = cut_to(name, inner.width / 3, SMALL)
        middle = inner.left + (start + stop) / 2 * step
        half = text_mm(name, SMALL) / 2
        is_end = start == 0 or stop == len(layers)
        if (module is not None or is_end) and (is_end or middle - half > room):
            across = min(max(middle, inner.left + half), inner.right - half) if is_end else middle
            low = 5.2 if is_end and half > step / 2 else 2.8
            sheet.write(across, inner.top + tall + low, name, SMALL, colour=ink.quiet, ha="center")
            room = middle + half if low < 5 else room
        start = stop


def _line(axes: Axes, sheet: Sheet, variant: Variant, colour: str, dashes: Dashes) -> None:
    known = _known(variant)
    axes.plot(
        [at for at, _ in known], [value for _, value in known], color=colour, linewidth=1.0, linestyle=dashes,
        gid=f"drift:{variant.name}", clip_on=False, marker="o" if len(known) == 1 else "", markersize=3,
    )  # fmt: skip
    if variant.first_divergent_layer is None:
        return
    for at, value in known:
        if variant.drift[at].layer == variant.first_divergent_layer.layer:
            axes.plot(
                [at], [value], marker="o", markersize=4.4, markerfacecolor=sheet.ink.ground, markeredgecolor=colour,
                markeredgewidth=1.1, gid=f"first divergent layer:{variant.name}", clip_on=False, zorder=3,
            )  # fmt: skip


def _answer(variant: Variant) -> str:
    best = variant.prediction.top(1)[0]
    return f"{variant.name}  {best.label} {percent(best.probability)}"


def _beside(sheet: Sheet, box: Box, ends: list[tuple[float, Variant, str, Dashes]]) -> float:
    """Name lines where they end; names that would overlap move apart."""
    step = 3.9
    base = box.top - step
    rows = []
    for y, variant, colour, _ in sorted(ends, key=lambda end: end[0]):
        base = max(y, base + step)
        rows.append((y, base, variant, colour))
    over = max(0.0, rows[-1][1] - max(y for y, *_ in rows))
    lift = min(over / 2, max(0.0, rows[0][1] - box.top))  # half up, half down
    for y, place, variant, colour in rows:
        line = sheet.axes_at(box.left, box.top, 3.4, 1, f"lead:{variant.name}")
        line.set(xlim=(0, 1), ylim=(1, 0))
        line.plot([-0.1, 0.85], [y - box.top, place - lift - box.top], color=colour, linewidth=0.4, clip_on=False)
        _named(sheet, Box(box.left + 3.8, place - lift + _SIZE * 0.127, box.width - 3.8), variant, colour)
    return rows[-1][1] - lift + 1.5


def _below(sheet: Sheet, box: Box, ends: list[tuple[float, Variant, str, Dashes]]) -> float:
    """Name lines under the chart, each with a piece of itself."""
    base = box.top
    for _, variant, colour, dashes in ends:
        base += 3.9
        axes = sheet.axes_at(box.left, base - 2, 6, 2, f"key:{variant.name}")
        axes.plot([0, 1], [0.5, 0.5], color=colour, linewidth=1.2, linestyle=dashes)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        _named(sheet, Box(box.left + 8, base, box.width - 8), variant, colour)
    return base + 1


def _named(sheet: Sheet, box: Box, variant: Variant, colour: str) -> None:
    best = variant.prediction.top(1)[0]
    name = cut_to(variant.name, box.width * 0.55, _SIZE)
    sheet.write(box.left, box.top, name, _SIZE, colour=colour)
    taken = text_mm(name, _SIZE) + 1.6
    said = cut_to(f"{best.label} {percent(best.probability)}", box.width - taken, _SIZE)
    sheet.write(box.left + taken, box.top, said, _SIZE, colour=sheet.ink.quiet)
