"""Decompositions as HTML: numbers that add up, and small maps of where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.preprocessing.sizes import size_text
from squeezeviz.render.palettes import difference_palette, palette
from squeezeviz.report.html.elements import Markup, el
from squeezeviz.report.html.layout import QUIET, bold, display, png, quiet, table
from squeezeviz.report.words import nearly_text, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from squeezeviz.evidence import (
        ClassContrast,
        LocationPredictions,
        LogitDecomposition,
        ReceptiveFieldContributions,
        SoftmaxAnalysis,
    )
    from squeezeviz.evidence.arithmetic import Arithmetic

__all__ = [
    "class_contrast_html",
    "location_predictions_html",
    "logit_decomposition_html",
    "receptive_field_contributions_html",
    "softmax_analysis_html",
]

_MAP_PX = 196
_LISTED = 8
_RIGHT = ["left", "right"]


def logit_decomposition_html(made: LogitDecomposition) -> Markup:
    """Return the map, what each branch and channel says, and the sum."""
    rows: list[list[object]] = [*_channels(made), ["bias", f"{made.bias:+.4f}"]]
    rows += [[bold("logit"), bold(f"{made.logit:.4f}")], _rounding(made.channel_residual)]
    peak = float(np.abs(made.cells).max())
    shares = made.cells / peak if peak > 0 else made.cells
    if made.is_signed:
        pixels = difference_palette()[(127 + np.round(shares * 127)).astype(np.uint8)]
        said = f"orange adds, blue takes away; full colour is ±{peak:.3f}"
    else:
        pixels = palette("ember")[np.where(shares > 0, 1 + np.minimum(254, shares * 254.999), 0).astype(np.uint8)]
        said = f"full colour is {peak:.3f}"
    scale = f"{made.active} of {made.cells.size} cells add; {said}"
    title = [bold(f"{made.label.label}: logit {made.logit:.4f}"), " ", quiet(_of(made.source))]
    listed = table(["channel", "adds"], rows, _RIGHT)
    return _beside(title, pixels, scale=scale, listed=listed, split=_split(made.branches))


def class_contrast_html(made: ClassContrast) -> Markup:
    """Return the map of differences, what each branch and channel decides, and the sum."""
    first, second = made.first.label.label, made.second.label.label
    rows: list[list[object]] = [*_channels(made), ["biases", f"{made.bias:+.4f}"]]
    rows += [[bold("difference"), bold(f"{made.logit_difference:+.4f}")], _rounding(made.channel_residual)]
    most = float(np.abs(made.cells).max())
    shares = made.cells / most if most > 0 else made.cells
    pixels = difference_palette()[(127 + np.round(shares * 127)).astype(np.uint8)]
    scale = f"orange for {first}, blue for {second}; full colour is ±{most:.3f}"
    logits = bold(f"{first} {made.first.logit:.2f}, {second} {made.second.logit:.2f}")
    title = [logits, f": odds {made.odds:.3g} to 1 ", quiet(_of(made.first.source))]
    listed = table(["channel", "adds"], rows, _RIGHT)
    return _beside(title, pixels, scale=scale, listed=listed, split=_split(made.branches))


def receptive_field_contributions_html(made: ReceptiveFieldContributions) -> Markup:
    """Return one bar a receptive field, and the sum."""
    most = max(1e-12, abs(made.bias), *map(float, np.abs(made.evidence)))
    rows: list[list[object]] = [
        [f"{size_text(size)} px", _signed_bar(value / most), f"{value:+.3f}"]
        for size, value in zip(made.sizes, made.evidence, strict=True)
    ]
    rows += [
        ["all biases", _signed_bar(made.bias / most), f"{made.bias:+.3f}"],
        [bold("sum"), "", bold(f"{made.logit:.3f}")],
    ]
    name, value = _rounding(made.residual)
    of = made.label.label + (f" less {made.contrast_class.label}" if made.contrast_class else "")
    listed = table(["paths that see", "", "add"], [*rows, [name, "", value]], ["right", "left", "right"])
    return display(bold(f"{of}: {made.logit:.4f}"), " ", quiet(_of(made.source)), listed)


def location_predictions_html(made: LocationPredictions) -> Markup:
    """Return which classes lead where, with the surest cell of each."""
    rows = []
    for label, count in made.winners()[:10]:
        ((y, x),) = made.strongest(label.class_index)
        best = made.top(y, x, 1)[0]
        rows.append([label.label, f"{count}", f"{y}, {x}", f"{best.logit:.1f}", percent(best.probability)])
    height, width = made.label_map.shape
    said = f"{height} × {width} cells" + (
        f", {int(made.is_silent.sum())} of them silent" if made.is_silent.any() else ""
    )
    listed = table(["leads", "cells", "strongest at", "value", "p there"], rows, ["left", *["right"] * 4])
    note = quiet("p there: what the network would answer if every cell said what this one does.")
    return display(bold(said), " ", quiet(_of(made.source)), listed, note)


def softmax_analysis_html(made: SoftmaxAnalysis) -> Markup:
    """Return who takes which share, and what a half would take."""
    rows: list[list[object]] = [[bold(made.label.label), f"{made.logit:.3f}", bold(percent(made.probability))]]
    rows += [[label.label, f"{logit:.3f}", percent(share)] for label, logit, share in made.nonzero_others(4)]
    others, share = made.beside(4)
    if others:
        rows.append([f"{others} others not at 0", "", percent(share)])
    rows.append([f"{made.zeros} at exactly 0", "0", percent(made.floor)])
    least, ceiling = made.least(), made.ceiling
    said = f"p ≥ 50 % takes a logit of {made.needed():.3f} here"
    if least is not None and ceiling is not None:
        said += f", {max(0.0, least):.3f} at least on any photo; were all others silent, this logit would be worth "
        said += nearly_text(ceiling)
    return display(table(["class", "logit", "p"], rows, ["left", "right", "right"]), quiet(said + "."))


def _channels(made: LogitDecomposition | ClassContrast) -> list[list[object]]:
    top: list[list[object]] = [
        [[each.branch, " ", quiet(f"channel {each.channel} of the layer")], f"{each.evidence:+.4f}"]
        for each in made.top_channels(_LISTED)
    ]
    rest: list[list[object]] = [
        [f"all others of {name}", f"{value:+.4f}"] for name, value in made.other_channels(_LISTED).items()
    ]
    return [*top, *rest]


def _rounding(residual: float) -> list[object]:
    return [quiet("rounding"), quiet(f"{residual:.1e}")]


def _split(branches: dict[str, float]) -> str:
    return " · ".join(f"{name} {value:+.2f}" for name, value in branches.items())


def _of(source: Arithmetic) -> str:
    return f"{source.image.name} as {source.model.name} sees it, {source.preprocessing.name}"


def _signed_bar(share: float) -> Markup:
    """A bar to the right of the middle for what adds, to its left for what takes away."""
    width = abs(share) * 50
    left = 50 if share >= 0 else 50 - width
    colour = "#c4651d" if share >= 0 else "#2f6fc4"
    bar = el("div", style=f"position:absolute;left:{left:.1f}%;width:{width:.1f}%;height:8px;background:{colour}")
    return el("div", bar, style="position:relative;width:180px;height:8px;background:var(--jp-border-color3,#edf0f3)")


def _beside(title: Sequence[object], pixels: NDArray[np.uint8], *, scale: str, listed: Markup, split: str) -> Markup:
    shown = png(pixels, width=_MAP_PX, height=_MAP_PX, alt="", style="image-rendering:pixelated")
    drawn = el("div", shown, el("div", scale, style=f"font-size:11px;{QUIET}"), style=f"max-width:{_MAP_PX}px")
    row = "display:flex;gap:18px;align-items:flex-start;flex-wrap:wrap;margin-top:4px"
    return display(title, el("div", split, style=QUIET), el("div", drawn, el("div", listed), style=row))
