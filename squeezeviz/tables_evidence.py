"""Notebook displays of evidence: numbers that add up, and small maps of where they come from."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.render.palettes import difference_palette, palette
from squeezeviz.tables import _INK, _QUIET, _percent, _png, _table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence import Budget, ChannelEvidence, Duel, Ledger, LocalAnswers, Spectrum
    from squeezeviz.evidence.arithmetic import Arithmetic

__all__ = ["budget_html", "duel_html", "ledger_html", "local_html", "nearly_text", "spectrum_html"]

_MAP_PX = 196
_RIGHT = ["left", "right"]


def ledger_html(made: Ledger) -> str:
    """Return the map, what each branch and channel says, and the sum."""
    top = made.top_channels(8)
    rows = [*_channels(top), *_rest(made.branches, top), ["bias", f"{made.bias:+.4f}"]]
    rows += [["<b>logit</b>", f"<b>{made.logit:.4f}</b>"], _rounding(made.channel_residual)]
    peak = float(made.cells.max())
    shares = made.cells / peak if peak > 0 else made.cells
    table = palette("ember")
    pixels = table[np.where(made.cells > 0, 1 + np.minimum(254, shares * 254.999), 0).astype(np.uint8)]
    split = " · ".join(f"{escape(name)} {value:+.2f}" for name, value in made.branches.items())
    active = int((made.cells > 0).sum())
    scale = f"{active} of {made.cells.size} cells add; full colour is {peak:.3f}"
    title = f"<b>{escape(made.label.label)}: logit {made.logit:.4f}</b> {_quiet(_of(made.source))}"
    return _beside(title, pixels, scale=scale, table=_table(["channel", "adds"], rows, _RIGHT), split=split)


def duel_html(made: Duel) -> str:
    """Return the map of differences, what each branch and channel decides, and the sum."""
    first, second = escape(made.first.label.label), escape(made.second.label.label)
    top = made.top_channels(8)
    rows = [*_channels(top), *_rest(made.branches, top), ["biases", f"{made.bias:+.4f}"]]
    rows += [["<b>difference</b>", f"<b>{made.logit_difference:+.4f}</b>"], _rounding(made.channel_residual)]
    most = float(np.abs(made.cells).max())
    shares = made.cells / most if most > 0 else made.cells
    pixels = difference_palette()[(127 + np.round(shares * 127)).astype(np.uint8)]
    split = " · ".join(f"{escape(name)} {value:+.2f}" for name, value in made.branches.items())
    scale = f"orange for {first}, blue for {second}; full colour is ±{most:.3f}"
    title = f"<b>{first} {made.first.logit:.2f}, {second} {made.second.logit:.2f}</b>: odds {made.odds:.3g} to 1"
    title += f" {_quiet(_of(made.first.source))}"
    return _beside(title, pixels, scale=scale, table=_table(["channel", "adds"], rows, _RIGHT), split=split)


def spectrum_html(made: Spectrum) -> str:
    """Return one bar a receptive field, and the sum."""
    most = max(1e-12, abs(made.bias), *map(float, np.abs(made.evidence)))
    rows = [
        [f"{size} px", _signed_bar(value / most), f"{value:+.3f}"]
        for size, value in zip(made.sizes, made.evidence, strict=True)
    ]
    rows += [
        ["all biases", _signed_bar(made.bias / most), f"{made.bias:+.3f}"],
        ["<b>sum</b>", "", f"<b>{made.logit:.3f}</b>"],
    ]
    name, value = _rounding(made.residual)
    of = escape(made.label.label) + (f" less {escape(made.against.label)}" if made.against else "")
    table = _table(["paths that see", "", "add"], [*rows, [name, "", value]], ["right", "left", "right"])
    return f"{_open()}<b>{of}: {made.logit:.4f}</b> {_quiet(_of(made.source))}{table}</div>"


def local_html(made: LocalAnswers) -> str:
    """Return which classes lead where, with the surest cell of each."""
    rows = []
    for label, count in made.winners()[:10]:
        ((y, x),) = made.strongest(label.class_index)
        best = made.top(y, x, 1)[0]
        rows.append([escape(label.label), f"{count}", f"{y}, {x}", f"{best.logit:.1f}", _percent(best.probability)])
    height, width = made.label_map.shape
    said = f"{height} × {width} cells" + (
        f", {int(made.is_silent.sum())} of them silent" if made.is_silent.any() else ""
    )
    heads = ["leads", "cells", "strongest at", "value", "p there"]
    table = _table(heads, rows, ["left", *["right"] * 4])
    note = _quiet("p there: what the network would answer if every cell said what this one does.")
    return f"{_open()}<b>{said}</b> {_quiet(_of(made.source))}{table}{note}</div>"


def budget_html(made: Budget) -> str:
    """Return who takes which share, and what a half would take."""
    rows = [[f"<b>{escape(made.label.label)}</b>", f"{made.logit:.3f}", f"<b>{_percent(made.probability)}</b>"]]
    top = made.top_rivals(4)
    rows += [[escape(label.label), f"{logit:.3f}", _percent(share)] for label, logit, share in top if logit]
    named = sum(1 for _, logit, _ in top if logit)
    others = len(made.logits) - 1 - made.zeros - named
    left = made.rivals - sum(share for _, logit, share in top if logit)
    if others:
        rows.append([f"{others} others not at 0", "", _percent(max(0.0, left))])
    rows.append([f"{made.zeros} at exactly 0", "0", _percent(made.floor)])
    least, ceiling = made.least(), made.ceiling
    said = f"p ≥ 50 % takes a logit of {made.needed():.3f} here"
    if least is not None and ceiling is not None:
        said += f", {max(0.0, least):.3f} at least on any photo; were all others silent, this logit would be worth "
        said += nearly_text(ceiling)
    return f"{_open()}{_table(['class', 'logit', 'p'], rows, ['left', 'right', 'right'])}{_quiet(said + '.')}</div>"


def nearly_text(probability: float) -> str:
    """Return a probability; next to one, with what is missing: rounded, it would look certain."""
    if probability > 0.9999:
        return f"100 % less {100 * (1 - probability):.1g} %" if probability < 1 else "100 %"
    return f"{100 * probability:.2f} %"


def _channels(top: tuple[ChannelEvidence, ...]) -> list[list[str]]:
    return [
        [f"{escape(each.branch)} {_quiet(f'channel {each.channel} of the layer')}", f"{each.evidence:+.4f}"]
        for each in top
    ]


def _rest(branches: dict[str, float], top: tuple[ChannelEvidence, ...]) -> list[list[str]]:
    rows = []
    for name, total in branches.items():
        shown = sum(each.evidence for each in top if each.branch == name)
        rows.append([f"all others of {escape(name)}", f"{total - shown:+.4f}"])
    return rows


def _rounding(residual: float) -> list[str]:
    return [_quiet("rounding"), _quiet(f"{residual:.1e}")]


def _of(source: Arithmetic) -> str:
    return f"{escape(source.image.name)} as {escape(source.model.name)} sees it, {escape(source.preprocessing.name)}"


def _quiet(text: str) -> str:
    return f"<span style='{_QUIET}'>{text}</span>"


def _open() -> str:
    return f"<div style='font-size:12px;{_INK};font-variant-numeric:tabular-nums'>"


def _signed_bar(share: float) -> str:
    """A bar to the right of the middle for what adds, to its left for what takes away."""
    width = abs(share) * 50
    left = 50 if share >= 0 else 50 - width
    colour = "#c4651d" if share >= 0 else "#2f6fc4"
    return (
        "<div style='position:relative;width:180px;height:8px;background:var(--jp-border-color3,#edf0f3)'>"
        f"<div style='position:absolute;left:{left:.1f}%;width:{width:.1f}%;height:8px;background:{colour}'></div>"
        "</div>"
    )


def _beside(title: str, pixels: NDArray[np.uint8], *, scale: str, table: str, split: str) -> str:
    picture = (
        f"<img src='{_png(pixels)}' width='{_MAP_PX}' height='{_MAP_PX}' alt='' style='image-rendering:pixelated'>"
    )
    return (
        f"{_open()}{title}<div style='{_QUIET}'>{split}</div>"
        "<div style='display:flex;gap:18px;align-items:flex-start;flex-wrap:wrap;margin-top:4px'>"
        f"<div style='max-width:{_MAP_PX}px'>{picture}<div style='font-size:11px;{_QUIET}'>{scale}</div></div>"
        f"<div>{table}</div></div></div>"
    )
