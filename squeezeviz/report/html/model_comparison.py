"""Two models side by side as HTML: on one photo, or on many."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from squeezeviz.report.html.elements import Markup, el
from squeezeviz.report.html.layout import QUIET, RULE, bold, display, png, quiet, table
from squeezeviz.report.words import difference_text, percent, shape_text

if TYPE_CHECKING:
    from squeezeviz.dataset.paired_evaluation import PairedEvaluation
    from squeezeviz.results.model_comparison import ComparedModel, LayerPair, ModelComparison

__all__ = ["model_comparison_html", "paired_evaluation_html"]

_WARM = "#b7540f"
_MOST_PARTED = 20


def model_comparison_html(comparison: ModelComparison) -> Markup:
    """Return what both see and say, how far they agree, and each pair of layers with a bar of its difference."""
    answers = table(
        ["", "sees", "model", "says", "p"],
        [_answer(side, model) for side, model in (("a", comparison.a), ("b", comparison.b))],
        ["left", "left", "left", "left", "right"],
        wrap=2,
    )
    lone = [
        el("div", f"only in {side}, {len(model.unmatched)} of {model.layers} layers: ", ", ".join(model.unmatched))
        for side, model in (("a", comparison.a), ("b", comparison.b))
        if model.unmatched
    ]
    classes = comparison.agreement.classes
    return display(
        bold(comparison.image),
        el("div", comparison.verdict),
        answers,
        None if classes.rule == "same labels" else el("div", f"{classes.words}.", style=QUIET),
        _pairs(comparison) if comparison.pairs else None,
        el("div", lone, style=f"{QUIET};max-width:60em"),
    )


def _answer(side: str, model: ComparedModel) -> list[object]:
    best = model.prediction.top(1)[0]
    how = quiet(f"{model.preprocessing.name}: {model.preprocessing.describe()}")
    sees = png(model.seen, width=72, height=72, alt="", style="image-rendering:auto")
    return [side, sees, [bold(model.name), el("br"), how], bold(best.label), percent(best.probability)]


def _pairs(comparison: ModelComparison) -> Markup:
    parting = comparison.first_divergent_layer
    known = [pair.relative_l2 for pair in comparison.pairs if pair.relative_l2 is not None]
    largest = max(filter(math.isfinite, known), default=0.0)
    rows = [
        [
            _name(pair.a, is_parting=pair is parting),
            _name(pair.b, is_parting=pair is parting),
            pair.matched_by,
            _shapes(pair),
            _bar(pair, largest),
            difference_text(pair.relative_l2),
            "" if pair.correlation is None else f"{pair.correlation:.3f}",
            "the first to differ" if pair is parting else "",
        ]
        for pair in comparison.pairs
    ]
    heads = ["layer of a", "layer of b", "by", "shape", f"0 – {largest:.2g}", "difference", "correlation", ""]
    note = (
        f"difference: ‖b − a‖ / ‖a‖ of the maps; to differ is to do so by more than {comparison.tolerance:g}, or in "
        "shape. by form: the same operator and shape, in the same order."
    )
    sides = ["left", "left", "left", "left", "left", "right", "right", "left"]
    return el("div", table(heads, rows, sides), el("div", note, style=QUIET))


def _name(layer: str, *, is_parting: bool) -> Markup:
    return el("span", layer, style=f"font-weight:600;color:{_WARM}" if is_parting else "")


def _shapes(pair: LayerPair) -> str:
    first, second = shape_text(pair.shape_a), shape_text(pair.shape_b)
    return first if first == second else f"{first}; {second}"


def _bar(pair: LayerPair, largest: float) -> Markup | None:
    if pair.relative_l2 is None or not math.isfinite(pair.relative_l2):
        return None
    round_bar = "height:6px;border-radius:3px"
    share = 100 * pair.relative_l2 / largest if largest else 0.0
    filled = el("div", style=f"{round_bar};width:{share:.2f}%;background:var(--jp-brand-color1,#1666d0)")
    return el("div", filled, style=f"width:120px;{round_bar};background:{RULE}")


def paired_evaluation_html(evaluation: PairedEvaluation) -> Markup:
    """Return how both did, who is right where the other is wrong, and the photos on which they part."""
    shares, intervals = evaluation.top1, evaluation.top1_intervals
    alone = (evaluation.only_a, evaluation.only_b)
    rows = []
    for at, (side, model) in enumerate((("a", evaluation.a), ("b", evaluation.b))):
        measured: list[object] = ["", "", ""]
        if shares and intervals:
            low, high = intervals[at]
            measured = [bold(f"{shares[at]:.1%}"), f"{low:.1%} – {high:.1%}", alone[at]]
        rows.append([side, bold(model.name), model.preprocessing.name, *measured])
    heads = ["", "model", "preprocessing", "top-1", "95 %", "alone right"]
    counts: list[object] = [f"on {len(evaluation.read):,} photos"]
    missing = [*(photo.error for photo in evaluation.unreadable), *evaluation.left_out]
    if missing:
        counts += [", ", el("span", f"{len(missing):,} left out", title="; ".join(missing[:20]))]
    others = f"both right: {evaluation.both_right}; neither: {evaluation.neither}" if evaluation.is_labelled else None
    classes = evaluation.classes
    return display(
        bold(evaluation.folder), " ", quiet(*counts),
        el("div", evaluation.verdict),
        table(heads, rows, ["left", "left", "left", "right", "right", "right"]),
        el("div", others),
        None if classes.rule == "same labels" else el("div", f"{classes.words}.", style=QUIET),
        _parted(evaluation) if evaluation.parted else None,
    )  # fmt: skip


def _parted(evaluation: PairedEvaluation) -> Markup:
    rows = []
    for photo in evaluation.parted[:_MOST_PARTED]:
        cells: list[object] = [photo.name, ""]
        if photo.class_index is not None:
            cells[1] = evaluation.a.labels[photo.class_index].label
        for model, answer in zip((evaluation.a, evaluation.b), photo.answers, strict=True):
            said = model.labels[answer.class_index].label
            cells.append(bold(said) if answer.rank == 1 else said)
        rows.append(cells)
    more = len(evaluation.parted) - len(rows)
    heads = ["they part on", "it shows", "a says", "b says"]
    note = "bold: right." + (f" … and {more:,} more photos" if more else "")
    return el("div", table(heads, rows, ["left"] * 4), el("div", note, style=QUIET))
