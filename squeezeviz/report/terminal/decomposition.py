"""Decompositions on a terminal: small maps, and sums that come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich import box
from rich.table import Table

from squeezeviz.preprocessing.sizes import size_text
from squeezeviz.report.terminal.console import out
from squeezeviz.report.terminal.maps import ADDS, BELOW, MOST_COLUMNS, SHADES, TAKES, print_map, signed_bar
from squeezeviz.report.words import nearly_text

if TYPE_CHECKING:
    from squeezeviz.evidence import (
        Arithmetic,
        ClassContrast,
        LocationPredictions,
        LogitDecomposition,
        ReceptiveFieldContributions,
        SoftmaxAnalysis,
    )

__all__ = [
    "print_class_contrast",
    "print_location_predictions",
    "print_logit_decomposition",
    "print_receptive_field_contributions",
    "print_softmax_analysis",
]

_BAR_CELLS = 24
_LISTED = 8
_MARKS = "ABCDEFGH"


def print_logit_decomposition(made: LogitDecomposition) -> None:
    """Print the map as shades, the channels that say most, and the sum."""
    _head(f"{out.name(made.label.label)}: logit {made.logit:.4f}", made.source)
    print_map(made.cells, np.abs(made.cells).max())
    best = f"; the strongest, {_named(made.top_cells(1))}, {made.cells.max():.4f}" if made.active else ""
    _note(f"{made.active} of {made.cells.size} cells add{best}")
    _channels(made, bias=("bias", made.bias), total=("logit", made.logit))
    cut = float(made.cut.sum())
    if cut:
        _note(f"Cells below zero would have taken {-cut:.4f} away; ReLU cut them off.")
    _note(f"Rounding: {made.residual:.1e} over cells, {made.channel_residual:.1e} over channels.")


def print_class_contrast(made: ClassContrast) -> None:
    """Print where each class leads, the channels that decide, and the sum."""
    first, second = made.first, made.second
    orange, blue = out.name(first.label.label), out.name(second.label.label)
    _head(f"{orange} {first.logit:.2f} against {blue} {second.logit:.2f}: odds {made.odds:.3g} to 1", first.source)
    print_map(made.cells, np.abs(made.cells).max())
    out.say(
        (f"{SHADES[1:]} ", "dim"), ("orange", ADDS), (f" for {orange}, {BELOW[1:]} ", "dim"), ("blue", TAKES),
        (f" for {blue}; full shade is ±{np.abs(made.cells).max():.4f}", "dim"), soft_wrap=False,
    )  # fmt: skip
    total = ("difference", made.logit_difference)
    _channels(made, bias=("biases", made.bias), total=total)
    _note(f"Rounding: {made.residual:.1e} over cells, {made.channel_residual:.1e} over channels.")


def print_receptive_field_contributions(made: ReceptiveFieldContributions) -> None:
    """Print one bar a receptive field, and the sum."""
    of = out.name(made.label.label) + (f" less {out.name(made.contrast_class.label)}" if made.contrast_class else "")
    _head(f"{of}: {made.logit:.4f}", made.source)
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("paths that see", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("add", justify="right", no_wrap=True)
    table.add_column("so far", justify="right", no_wrap=True, style="dim")
    most = float(np.abs(made.evidence).max()) or 1.0
    for size, value in zip(made.sizes, made.evidence, strict=True):
        table.add_row(f"{size_text(size)} px", signed_bar(value / most), f"{value:+.3f}", f"{made.up_to(size):.3f}")
    table.add_row("all biases", "", f"{made.bias:+.3f}", f"{made.evidence.sum() + made.bias:.3f}", end_section=True)
    out.print(table)
    splits = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    splits.add_column("cut at", no_wrap=True)
    for name in ("1 × 1", "3 × 3", "later biases"):
        splits.add_column(name, justify="right", no_wrap=True)
    for split in made.splits:
        values = list(split.parts.values())
        if len(values) == 2:
            splits.add_row(out.name(split.layer), f"{values[0]:+.3f}", f"{values[1]:+.3f}", f"{split.biases:+.3f}")
    if splits.row_count:
        out.print(splits)
    _note(
        "Exact with this photo's ReLUs and pools held as they are; the input is counted from the mean colour. "
        f"Each line of the second table adds up to the same number. Rounding: {made.residual:.1e}."
    )


def print_location_predictions(made: LocationPredictions) -> None:
    """Print a map of letters, and which class each stands for."""
    height, width = made.label_map.shape
    _head(f"{height} × {width} cells, each read alone", made.source)
    winners = made.winners()
    marks = {label.class_index: mark for (label, _), mark in zip(winners, _MARKS, strict=False)}
    if width <= MOST_COLUMNS:
        for labels, silent in zip(made.label_map, made.is_silent, strict=True):
            row = zip(labels, silent, strict=True)
            out.say(" ".join(" " if hush else marks.get(int(at), "·") for at, hush in row))
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("")
    table.add_column("leads", no_wrap=True)
    for name in ("cells", "strongest at", "value", "p there"):
        table.add_column(name, justify="right", no_wrap=True)
    for label, count in winners[: len(_MARKS)]:
        (cell,) = made.strongest(label.class_index)
        best = made.top(*cell, 1)[0]
        table.add_row(
            marks[label.class_index], out.name(label.label), f"{count}", f"{cell[0]}, {cell[1]}", f"{best.logit:.1f}",
            f"{best.probability:.1%}",
        )  # fmt: skip
    out.print(table)
    rest = len(winners) - len(_MARKS)
    others = f"· {rest} other classes. " if rest > 0 else ""
    _note(f"{others}p there: what the network would answer if every cell said what this one does.")


def print_softmax_analysis(made: SoftmaxAnalysis, *, probability: float, source: Arithmetic) -> None:
    """Print who takes which share, and what the probability asked for takes.

    Args:
        made: A class's share.
        probability: The one asked for, 0–1.
        source: What it was made of.
    """
    _head(f"{out.name(made.label.label)}: logit {made.logit:.4f}, p {made.probability:.2%}", source)
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right")
    table.add_column(justify="right", style="dim")
    rows = [(made.label.label, made.probability, f"logit {made.logit:.2f}")]
    rows += [(label.label, share, f"logit {logit:.2f}") for label, logit, share in made.nonzero_others(4)]
    others, their_share = made.beside(4)
    if others:
        rows.append((f"{others} others not at 0", their_share, ""))
    rows.append((f"{made.zeros} at exactly 0", made.floor, "logit 0"))
    for name, share, note in rows:
        filled = round(share * _BAR_CELLS)
        bar = out.words("█" * filled, ("·" * (_BAR_CELLS - filled), "dim"))
        table.add_row(out.name(name), bar, f"{share:.2%}", note)
    out.print(table)
    out.say(f"p ≥ {probability:.4g} takes a logit of {made.needed(probability):.4f} here: ln(p / (1 − p)) + ln Σ exp "
            f"of the others, {made.log_rest:.4f}", soft_wrap=False)  # fmt: skip
    least, ceiling = made.least(probability), made.ceiling
    if least is not None and ceiling is not None:
        _note(
            f"and {max(0.0, least):.4f} at least on any photo, all others at 0: ln(p / (1 − p)) + "
            f"ln {len(made.logits) - 1}. Were they, this logit would be worth {nearly_text(ceiling)}."
        )


def _head(title: str, source: Arithmetic) -> None:
    out.say((title, "bold"), soft_wrap=False)
    image, model = out.name(source.image.name), out.name(source.model.name)
    out.say((f"{image} as {model} sees it, {out.name(source.preprocessing.name)}", "dim"))
    entry = source.model.entry
    caution = entry.caution_for(source.image) if entry else ""
    if caution:
        out.say((caution, "yellow"))


def _note(text: str) -> None:
    out.say((text, "dim"), soft_wrap=False)


def _named(cells: tuple[tuple[int, int], ...]) -> str:
    return ", ".join(f"row {y} column {x}" for y, x in cells) or "none"


def _channels(
    made: LogitDecomposition | ClassContrast, *, bias: tuple[str, float], total: tuple[str, float]
) -> None:  # fmt: skip
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right")
    top = made.top_channels(_LISTED)
    most = max([abs(each.evidence) for each in top] + [1e-12])
    for each in top:
        where = out.words(f"channel {each.channel} ", (out.name(each.branch), "dim"))
        table.add_row(where, signed_bar(each.evidence / most), f"{each.evidence:+.4f}")
    for branch, value in made.other_channels(_LISTED).items():
        table.add_row(f"all others of {out.name(branch)}", "", f"{value:+.4f}")
    table.add_row(bias[0], "", f"{bias[1]:+.4f}")
    table.add_row(out.words((total[0], "bold")), "", out.words((f"{total[1]:.4f}", "bold")))
    out.print(table)
    _note(" · ".join(f"through {out.name(key)} {value:+.4f}" for key, value in made.branches.items()))
