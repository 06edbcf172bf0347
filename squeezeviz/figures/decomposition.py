"""Why a class has the logit it has: decomposition, contrast, receptive fields, locations and softmax, for print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from squeezeviz.figures.keys import DIFFERENCE_MM, KEY_MM, activation_key, difference_key
from squeezeviz.figures.look import QUIET, SMALL
from squeezeviz.figures.photo import at_print_size
from squeezeviz.figures.sheet import Box, cut_to, drawing, text_mm
from squeezeviz.figures.words import amount, percent
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.preprocessing.sizes import size_text
from squeezeviz.render.palettes import difference_palette
from squeezeviz.render.palettes import palette as colours_of
from squeezeviz.report.words import nearly_text
from squeezeviz.results.provenance import Provenance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence import (
        Arithmetic,
        ChannelEvidence,
        ClassContrast,
        LocationPredictions,
        LogitDecomposition,
        ReceptiveFieldContributions,
        SoftmaxAnalysis,
    )
    from squeezeviz.evidence.places import Places
    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.render.palettes import Theme

__all__ = [
    "class_contrast",
    "location_predictions",
    "logit_decomposition",
    "receptive_field_contributions",
    "softmax_analysis",
]

_ROW_MM, _GAP_MM, _KEY_TALL_MM = 4.1, 5.0, 6.5
_TALLEST_MM = 96.0
_CHANNELS = 10


@dataclass(frozen=True)
class _Row:
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


def logit_decomposition(
    made: LogitDecomposition,
    *,
    palette: str = "ember",
    theme: Theme = "light",
    width_mm: float = 178,
    caption: bool = True,
) -> Sheet:
    """Draw where on the photo a logit comes from, and which channels say so.

    Args:
        made: ``squeezeviz.decompose_logit(source, class_index)``.
        palette: Of the map.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        FigureError: The theme or the width is none.
        ValueError: The palette is unknown.
    """
    most, label = float(made.cells.max()), made.label.label
    shares = made.cells / most if most > 0 else np.zeros_like(made.cells)
    with drawing(width_mm, theme) as sheet:
        indices = np.where(made.cells > 0, 1 + np.minimum(254, np.maximum(0, shares) * 254.999), 0).astype(np.uint8)
        pixels = np.dstack([colours_of(palette, theme)[indices], _opacity(shares)])
        title = f"{label}: logit {amount(made.logit)}"
        left, right = _halves(sheet.room)
        bottom = _over_photo(sheet, left, made.source, made.places, pixels, title)
        activation_key(sheet, left.left + KEY_MM, bottom + 1.2, palette, "layer", most)
        sheet.write(left.left + KEY_MM + 2, bottom + 3, "logit units a cell", SMALL, colour=sheet.ink.quiet)
        rows = [*_channel_rows(made.top_channels(_CHANNELS), made.branches), _adds("bias", made.bias)]
        rows.append(_Row("logit", amount(made.logit), made.logit, sheet.ink.accent, is_bold=True))
        right = _beside(right, left, bottom)
        below = _bars(sheet, right, "Channels that say so", rows, outsized=True)
        text = caption_of(
            f"Where the logit of {label}, {made.logit:.4f}, comes from: each cell of {made.places.layer.name} adds its "
            f"value divided by {made.cells.size}, each channel its terms over all active cells. Both add up to the "
            f"logit (rounding: {amount(made.residual)} and {amount(made.channel_residual)})",
            _made_by(made.source), image=made.source.image.name,
            also=[f"Scale: full colour is {most:.4g} logit units; zero shows the photo. Palette: {palette}",
                  f"Through {_split(made.branches)}"],
        )  # fmt: skip
        sheet.finish(max(bottom + _KEY_TALL_MM, below), text, is_written=caption)
    return sheet


def class_contrast(
    made: ClassContrast, *, theme: Theme = "light", width_mm: float = 178, caption: bool = True
) -> Sheet:
    """Draw where on the photo one class gets ahead of another, and which channels decide.

    Args:
        made: ``squeezeviz.contrast(source, first, second)``.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        FigureError: The theme or the width is none.
    """
    most = float(np.abs(made.cells).max())
    shares = made.cells / most if most > 0 else np.zeros_like(made.cells)
    first, second = made.first.label.label, made.second.label.label
    with drawing(width_mm, theme) as sheet:
        colours = difference_palette(theme)[(127 + np.round(shares * 127)).astype(np.uint8)]
        left, right = _halves(sheet.room)
        title = f"{first} against {second}"
        bottom = _over_photo(
            sheet, left, made.first.source, made.places, np.dstack([colours, _opacity(np.abs(shares))]), title
        )
        difference_key(sheet, left.left + DIFFERENCE_MM, bottom + 1.2, most)
        text = cut_to(f"logit units a cell; + for {first}", left.width - DIFFERENCE_MM - 2, SMALL)
        sheet.write(left.left + DIFFERENCE_MM + 2, bottom + 3, text, SMALL, colour=sheet.ink.quiet)
        rows = [*_channel_rows(made.top_channels(_CHANNELS), made.branches), _adds("biases", made.bias)]
        difference = made.logit_difference
        rows.append(_Row("difference", _signed(difference), difference, is_bold=True))
        below = _bars(sheet, _beside(right, left, bottom), "Channels that decide", rows, outsized=True)
        text = caption_of(
            f"What decides between {first} (logit {made.first.logit:.4f}) and {second} ({made.second.logit:.4f}): "
            f"above zero speaks for {first}, below for {second}. Cells add up to the difference, and so do channels "
            f"and biases (rounding: {amount(made.residual)} and {amount(made.channel_residual)})",
            _made_by(made.first.source), image=made.first.source.image.name,
            also=[f"Scale: linear, full colour is ±{most:.4g} logit units", f"Through {_split(made.branches)}"],
        )  # fmt: skip
        sheet.finish(max(bottom + _KEY_TALL_MM, below), text, is_written=caption)
    return sheet


def location_predictions(
    made: LocationPredictions, *, theme: Theme = "light", width_mm: float = 178, caption: bool = True
) -> Sheet:
    """Draw which class leads in each cell.

    Args:
        made: ``squeezeviz.predictions_per_location(source)``.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        FigureError: The theme or the width is none.
    """
    height, width = made.label_map.shape
    winners = made.winners()
    with drawing(width_mm, theme) as sheet:
        lines = (*sheet.ink.lines[:4], *sheet.ink.lines[5:])  # without the grey one: grey is for all others
        pixels = np.zeros((height, width, 4), np.uint8)
        pixels[..., :3] = _bytes(sheet.ink.bar)
        for (label, _), colour in zip(winners, lines, strict=False):
            pixels[made.label_map == label.class_index, :3] = _bytes(colour)
        pixels[..., 3] = np.where(made.is_silent, 0, 60 + 150 * made.probability_map)
        left, right = _halves(sheet.room)
        title = f"{height} × {width} cells, each read alone"
        bottom = _over_photo(sheet, left, made.source, made.places, pixels, title)
        named = winners[: len(lines)]
        rows = [
            _Row(label.label, f"{count}", count, colour) for (label, count), colour in zip(named, lines, strict=False)
        ]
        others = winners[len(lines) :]
        if others:
            count = sum(cells for _, cells in others)
            rows.append(_Row(f"{len(others)} other classes", f"{count}", count, sheet.ink.bar))
        if made.is_silent.any():
            silent = int(made.is_silent.sum())
            rows.append(_Row("none", f"{silent}", silent, sheet.ink.track))
        below = _bars(sheet, _beside(right, left, bottom), "Leads in so many cells", rows)
        text = caption_of(
            f"The class with the largest value in each cell of {made.places.layer.name}: what the network would answer "
            "if every cell said what this one does. A cell sees more than its square, up to "
            f"{size_text(made.places.layer.receptive_field)} input pixels. The fainter, the less probable, by softmax "
            "over the cell's values",
            _made_by(made.source), image=made.source.image.name,
        )  # fmt: skip
        sheet.finish(max(bottom, below), text, is_written=caption)
    return sheet


def receptive_field_contributions(
    made: ReceptiveFieldContributions, *, theme: Theme = "light", width_mm: float = 178, caption: bool = True
) -> Sheet:
    """Draw how much of a logit came through paths of each receptive field.

    Args:
        made: ``squeezeviz.contributions_by_receptive_field(source, class_index)``.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        FigureError: The theme or the width is none.
    """
    of = made.label.label + (f" less {made.contrast_class.label}" if made.contrast_class else "")
    with drawing(width_mm, theme) as sheet:
        ink = sheet.ink
        right = f"paths {_signed(float(made.evidence.sum()))}, biases {_signed(made.bias)}"
        top = sheet.heading(sheet.room, f"{of}: {amount(made.logit)}", "by what its paths see", right) + 1.5
        values = [*made.evidence, made.bias]
        names = [*(size_text(size) for size in made.sizes), "biases"]
        places = [*range(len(made.sizes)), len(made.sizes) + 0.9]
        high, low = max(0.0, *values), min(0.0, *values)
        pad = 0.12 * ((high - low) or 1.0)
        inner = Box(sheet.room.left, top, sheet.room.width)
        tall = 46.0
        axes = sheet.axes_at(inner.left, top, inner.width, tall, "receptive fields")
        axes.set(xlim=(-0.6, places[-1] + 0.8), ylim=(low - pad, high + pad))
        axes.plot([-0.6, places[-1] + 0.8], [0, 0], color=ink.rule, linewidth=0.6, zorder=0.5)
        step = inner.width / (places[-1] + 1.4)
        every = 1 if step > text_mm("207", SMALL) + 0.8 else 2 if 2 * step > text_mm("207", SMALL) + 0.8 else 4
        for index, (at, value, name) in enumerate(zip(places, values, names, strict=True)):
            is_bias = index == len(made.sizes)
            colour = ink.bar if is_bias else ink.more if value >= 0 else ink.less
            axes.bar(at, value, 0.72, color=colour, linewidth=0, gid=f"size:{name}")
            middle = inner.left + (at + 0.6) * step
            if is_bias or (index % every == 0 and middle + 5 < inner.right - text_mm("biases", SMALL)):
                ha = "right" if is_bias else "center"
                sheet.write(inner.right if is_bias else middle, top + tall + 2.6, name, SMALL, colour=ink.quiet, ha=ha)
            if every == 1 or is_bias:
                share = (high + pad - value) / (high - low + 2 * pad)
                y = top + tall * share + (-0.7 if value >= 0 else 2.6)
                sheet.write(middle, y, _signed(value), SMALL - 1, colour=ink.quiet, ha="center")
        sheet.write(
            inner.left, top + tall + 5.6, "receptive field of the path, in input pixels", SMALL, colour=ink.quiet
        )
        text = caption_of(
            f"How much of {of}, {made.logit:.4f} logits, came through paths of each receptive field, with this photo's "
            "ReLUs and pools held as they are; the input is counted from the mean colour. All bars together are the "
            f"logit (rounding: {amount(made.residual)})",
            _made_by(made.source), image=made.source.image.name, also=["Scale: linear, one for all bars"],
        )  # fmt: skip
        sheet.finish(top + tall + 6.4, text, is_written=caption)
    return sheet


def softmax_analysis(
    made: SoftmaxAnalysis,
    source: Arithmetic,
    *,
    probability: float = 0.5,
    theme: Theme = "light",
    width_mm: float = 178,
    caption: bool = True,
) -> Sheet:
    """Draw who takes which share of all probability, and say what a probability takes.

    Args:
        made: ``squeezeviz.softmax_analysis(source, class_index)``.
        source: The same: what made it.
        probability: The one whose price is told, 0–1.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        FigureError: The theme or the width is none.
        ValueError: The probability is not between 0 and 1.
    """
    needed, least = made.needed(probability), made.least(probability)
    named = [other for other in made.top_others(6) if other[1]]
    others = len(made.logits) - 1 - made.zeros - len(named)
    with drawing(width_mm, theme) as sheet:
        ink = sheet.ink
        rows = [_Row(made.label.label, percent(made.probability), made.probability, ink.accent, is_bold=True)]
        rows += [
            _Row(f"{label.label}, logit {amount(logit)}", percent(share), share, ink.bar)
            for label, logit, share in named
        ]
        if others:
            left = max(0.0, made.nonzero_share - sum(share for *_, share in named))
            rows.append(_Row(f"{others} others not at 0", percent(left), left, ink.bar))
        rows.append(_Row(f"{made.zeros} at exactly 0", percent(made.floor), made.floor, ink.bar))
        below = _bars(sheet, sheet.room, f"{made.label.label}: logit {amount(made.logit)}", rows)
        said = f"p of {percent(probability)} takes a logit of {needed:.3f} here"
        if least is not None and made.ceiling is not None:
            said += f", and {max(0.0, least):.3f} at least on any photo, all other classes at 0"
            said += f"; were they, this logit would be worth {nearly_text(made.ceiling)}"
        text = caption_of(
            f"Who takes which share of all probability. {said}", _made_by(source), image=source.image.name,
            also=["Scale: linear, one for all bars"],
        )  # fmt: skip
        sheet.finish(below, text, is_written=caption)
    return sheet


def _made_by(source: Arithmetic) -> Provenance:
    return Provenance(source.model.name, source.model.sha256, source.preprocessing)


def _halves(room: Box) -> tuple[Box, Box]:
    """Photo and bars: side by side where there is room, else one under the other."""
    if room.width < 120:
        return room, room
    wide = (room.width - _GAP_MM) * 0.56
    return Box(room.left, room.top, wide), Box(room.left + wide + _GAP_MM, room.top, room.width - wide - _GAP_MM)


def _beside(right: Box, left: Box, bottom: float) -> Box:
    return right if right.left > left.left else right.below(bottom + _KEY_TALL_MM + 1.5)


def _opacity(shares: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The more, the less of the photo shows through."""
    opacity: NDArray[np.uint8] = np.round(np.clip(shares * 1.1, 0, 1) * 210).astype(np.uint8)
    return opacity


def _over_photo(
    sheet: Sheet, box: Box, source: Arithmetic, places: Places, pixels: NDArray[np.uint8], title: str
) -> float:  # fmt: skip
    """Draw the photo with one square a cell over it, uint8 (H, W, 4); return where it ends."""
    photo = source.preprocessing.photo(source.image)
    geometry = places.geometry
    tall = min(box.width * photo.height / photo.width, _TALLEST_MM)
    across = tall * photo.width / photo.height
    top = sheet.heading(box, title, "", source.image.name, size=QUIET + 1)
    axes = sheet.picture(at_print_size(photo, across), box.left, top, across, tall, "photo")
    axes.images[0].set_extent((0, photo.width, photo.height, 0))
    left, upper, right, lower = geometry.visible
    seen = Rectangle((left, upper), right - left, lower - upper, fill=False, edgecolor="white", linewidth=0.6)
    x0, y0, x1, y1 = places.all
    laid = axes.imshow(
        pixels[:, ::-1] if geometry.is_flipped else pixels, interpolation="none", aspect="auto",
        extent=(x0, x1, y1, y0), gid="evidence",
    )  # fmt: skip
    laid.set_clip_path(Rectangle((left, upper), right - left, lower - upper, transform=axes.transData))
    seen.set(linestyle=(0, (3, 3)), alpha=0.9, gid="crop")
    axes.add_patch(seen)
    axes.set(xlim=(0, photo.width), ylim=(photo.height, 0))
    return top + tall


def _channel_rows(top: tuple[ChannelEvidence, ...], branches: dict[str, float]) -> list[_Row]:
    rows = [_adds(f"{each.channel}, {each.branch.rpartition('/')[2]}", each.evidence) for each in top]
    for name, total in branches.items():
        left = total - sum(each.evidence for each in top if each.branch == name)
        rows.append(_adds(f"others of {name.rpartition('/')[2]}", left))
    return rows


def _adds(name: str, value: float) -> _Row:
    return _Row(name, _signed(value), value)


def _bars(sheet: Sheet, box: Box, title: str, rows: list[_Row], *, outsized: bool = False) -> float:
    """Draw bars from one zero; return where they end. ``outsized`` leaves out the sum's: it would dwarf its parts."""
    ink = sheet.ink
    top = sheet.heading(box, title, size=QUIET + 1) + 0.6
    drawn = [0.0 if outsized and row.is_bold else row.value for row in rows]
    texts = max(text_mm(row.text, QUIET, "bold") for row in rows) + 1.5
    names = min(box.width * 0.5, max(text_mm(row.name, QUIET, "bold" if row.is_bold else "normal") for row in rows) + 2)
    start, across = box.left + names, box.width - names - texts
    low, high = min(0.0, *drawn), max(0.0, *drawn)
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


def _split(branches: dict[str, float]) -> str:
    return ", ".join(f"{name}: {_signed(value)}" for name, value in branches.items())


def _signed(value: float) -> str:
    return amount(value) if value <= 0 else f"+{amount(value)}"


def _bytes(colour: str) -> NDArray[np.uint8]:
    return np.round(np.array(to_rgb(colour)) * 255).astype(np.uint8)
