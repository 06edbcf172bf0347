"""Why a class has the logit it has: decomposition, contrast, receptive fields, locations and softmax, for print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_rgb

from squeezeviz.arguments import expect
from squeezeviz.errors import FigureError
from squeezeviz.evidence import (
    ClassContrast,
    LocationPredictions,
    LogitDecomposition,
    ReceptiveFieldContributions,
    SoftmaxAnalysis,
)
from squeezeviz.evidence.arithmetic import check_source
from squeezeviz.figures.bars import Row, adds, bars, signed
from squeezeviz.figures.keys import KEY_MM, activation_key
from squeezeviz.figures.look import SMALL
from squeezeviz.figures.over_photo import (
    SCALE_MM,
    beside,
    difference_scale,
    halves,
    over_photo,
    signed_pixels,
    unsigned_pixels,
)
from squeezeviz.figures.sheet import Box, drawing, text_mm
from squeezeviz.figures.words import amount, percent
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.preprocessing.sizes import size_text
from squeezeviz.report.words import nearly_text
from squeezeviz.results.provenance import Provenance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence import (
        Arithmetic,
        ChannelEvidence,
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

_CHANNELS = 10


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
    expect(made, LogitDecomposition, "what squeezeviz.decompose_logit returns", FigureError)
    most, label = float(np.abs(made.cells).max()), made.label.label
    shares = made.cells / most if most > 0 else np.zeros_like(made.cells)
    with drawing(width_mm, theme) as sheet:
        title = f"{label}: logit {amount(made.logit)}"
        left, right = halves(sheet.room)
        pixels = signed_pixels(shares, theme) if made.is_signed else unsigned_pixels(shares, palette, theme)
        bottom = _over_photo(sheet, left, made.source, made.places, pixels, title)
        if made.is_signed:
            difference_scale(sheet, left.below(bottom), most, "logit units a cell; + adds, − takes away")
        else:
            activation_key(sheet, left.left + KEY_MM, bottom + 1.2, palette, "layer", most)
            sheet.write(left.left + KEY_MM + 2, bottom + 3, "logit units a cell", SMALL, colour=sheet.ink.quiet)
        rows = [*_channel_rows(made.top_channels(_CHANNELS), made.branches), adds("bias", made.bias)]
        rows.append(Row("logit", amount(made.logit), made.logit, sheet.ink.accent, is_bold=True))
        right = beside(right, left, bottom)
        below = bars(sheet, right, "Channels that say so", rows, outsized=True)
        text = caption_of(
            f"Where the logit of {label}, {made.logit:.4f}, comes from: each cell of {made.maps_name} adds its "
            f"value divided by {made.cells.size}, each channel of {made.features} its terms over all active cells. "
            f"Both add up to the logit (rounding: {amount(made.residual)} and {amount(made.channel_residual)})",
            _made_by(made.source), image=made.source.image.name,
            also=[f"Scale: full colour is {'±' if made.is_signed else ''}{most:.4g} logit units; zero shows the photo. "
                  f"Palette: {'difference' if made.is_signed else palette}",
                  f"Through {_split(made.branches)}"],
        )  # fmt: skip
        sheet.finish(max(bottom + SCALE_MM, below), text, is_written=caption)
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
    expect(made, ClassContrast, "what squeezeviz.contrast returns", FigureError)
    most = float(np.abs(made.cells).max())
    shares = made.cells / most if most > 0 else np.zeros_like(made.cells)
    first, second = made.first.label.label, made.second.label.label
    with drawing(width_mm, theme) as sheet:
        left, right = halves(sheet.room)
        title = f"{first} against {second}"
        bottom = _over_photo(sheet, left, made.first.source, made.places, signed_pixels(shares, theme), title)
        difference_scale(sheet, left.below(bottom), most, f"logit units a cell; + for {first}")
        rows = [*_channel_rows(made.top_channels(_CHANNELS), made.branches), adds("biases", made.bias)]
        difference = made.logit_difference
        rows.append(Row("difference", signed(difference), difference, is_bold=True))
        below = bars(sheet, beside(right, left, bottom), "Channels that decide", rows, outsized=True)
        text = caption_of(
            f"What decides between {first} (logit {made.first.logit:.4f}) and {second} ({made.second.logit:.4f}): "
            f"above zero speaks for {first}, below for {second}. Cells add up to the difference, and so do channels "
            f"and biases (rounding: {amount(made.residual)} and {amount(made.channel_residual)})",
            _made_by(made.first.source), image=made.first.source.image.name,
            also=[f"Scale: linear, full colour is ±{most:.4g} logit units", f"Through {_split(made.branches)}"],
        )  # fmt: skip
        sheet.finish(max(bottom + SCALE_MM, below), text, is_written=caption)
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
    expect(made, LocationPredictions, "what squeezeviz.predictions_per_location returns", FigureError)
    height, width = made.label_map.shape
    winners = made.winners()
    with drawing(width_mm, theme) as sheet:
        lines = (*sheet.ink.lines[:4], *sheet.ink.lines[5:])  # without the grey one: grey is for all others
        pixels = np.zeros((height, width, 4), np.uint8)
        pixels[..., :3] = _bytes(sheet.ink.bar)
        for (label, _), colour in zip(winners, lines, strict=False):
            pixels[made.label_map == label.class_index, :3] = _bytes(colour)
        pixels[..., 3] = np.where(made.is_silent, 0, 60 + 150 * made.probability_map)
        left, right = halves(sheet.room)
        title = f"{height} × {width} cells, each read alone"
        bottom = _over_photo(sheet, left, made.source, made.places, pixels, title)
        named = winners[: len(lines)]
        rows = [
            Row(label.label, f"{count}", count, colour) for (label, count), colour in zip(named, lines, strict=False)
        ]
        others = winners[len(lines) :]
        if others:
            count = sum(cells for _, cells in others)
            rows.append(Row(f"{len(others)} other classes", f"{count}", count, sheet.ink.bar))
        if made.is_silent.any():
            silent = int(made.is_silent.sum())
            rows.append(Row("none", f"{silent}", silent, sheet.ink.track))
        below = bars(sheet, beside(right, left, bottom), "Leads in so many cells", rows)
        text = caption_of(
            f"The class with the largest value in each cell of {made.name}: what the network would answer "
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
    expect(made, ReceptiveFieldContributions, "what squeezeviz.contributions_by_receptive_field returns", FigureError)
    of = made.label.label + (f" less {made.contrast_class.label}" if made.contrast_class else "")
    with drawing(width_mm, theme) as sheet:
        ink = sheet.ink
        right = f"paths {signed(float(made.evidence.sum()))}, biases {signed(made.bias)}"
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
                sheet.write(middle, y, signed(value), SMALL - 1, colour=ink.quiet, ha="center")
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
    check_source(source)
    expect(made, SoftmaxAnalysis, "what squeezeviz.softmax_analysis returns", FigureError)
    needed, least = made.needed(probability), made.least(probability)
    named = [other for other in made.top_others(6) if other[1]]
    others = len(made.logits) - 1 - made.zeros - len(named)
    with drawing(width_mm, theme) as sheet:
        ink = sheet.ink
        rows = [Row(made.label.label, percent(made.probability), made.probability, ink.accent, is_bold=True)]
        rows += [
            Row(f"{label.label}, logit {amount(logit)}", percent(share), share, ink.bar)
            for label, logit, share in named
        ]
        if others:
            left = max(0.0, made.nonzero_share - sum(share for *_, share in named))
            rows.append(Row(f"{others} others not at 0", percent(left), left, ink.bar))
        rows.append(Row(f"{made.zeros} at exactly 0", percent(made.floor), made.floor, ink.bar))
        below = bars(sheet, sheet.room, f"{made.label.label}: logit {amount(made.logit)}", rows)
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


def _over_photo(
    sheet: Sheet, box: Box, source: Arithmetic, places: Places, pixels: NDArray[np.uint8], title: str
) -> float:  # fmt: skip
    """Draw the photo with one square a cell over it, uint8 (H, W, 4); return where it ends."""
    photo = source.preprocessing.photo(source.image)
    return over_photo(sheet, box, photo, places.geometry, pixels, places.all, title=title, name="evidence")


def _channel_rows(top: tuple[ChannelEvidence, ...], branches: dict[str, float]) -> list[Row]:
    rows = [adds(f"{each.channel}, {each.branch.rpartition('/')[2]}", each.evidence) for each in top]
    for name, total in branches.items():
        left = total - sum(each.evidence for each in top if each.branch == name)
        rows.append(adds(f"others of {name.rpartition('/')[2]}", left))
    return rows


def _split(branches: dict[str, float]) -> str:
    return ", ".join(f"{name}: {signed(value)}" for name, value in branches.items())


def _bytes(colour: str) -> NDArray[np.uint8]:
    return np.round(np.array(to_rgb(colour)) * 255).astype(np.uint8)
