"""Two models side by side on a terminal: on one photo, or on many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from squeezeviz.report.terminal.console import out
from squeezeviz.report.terminal.left_out import print_left_out
from squeezeviz.report.words import difference_text, shape_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from squeezeviz.dataset.paired_evaluation import PairedEvaluation, PairedPhoto
    from squeezeviz.results.model_comparison import LayerPair, ModelComparison

__all__ = ["print_model_comparison", "print_paired_evaluation"]

_MOST_NAMES = 12
_MOST_PARTED = 20


def print_model_comparison(comparison: ModelComparison) -> None:
    """Print both answers, how far they agree, and each pair of layers with its difference.

    Args:
        comparison: What two models make of one photo.
    """
    a, b = comparison.a, comparison.b
    out.say((out.name(comparison.image), "bold"))
    out.say(out.name(comparison.verdict), soft_wrap=False)
    _print_answers(comparison)
    if comparison.agreement.classes.rule != "same labels":
        out.say((out.name(f"{comparison.agreement.classes.words}."), "dim"), soft_wrap=False)
    if comparison.pairs:
        _print_pairs(comparison)
    for side, model in (("a", a), ("b", b)):
        if model.unmatched:
            said = f"without a counterpart in {side}, {len(model.unmatched)} of {model.layers} layers: "
            out.say((said, "dim"), out.name(_listed(model.unmatched)), soft_wrap=False)


def _print_answers(comparison: ModelComparison) -> None:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading, width in (("", 1), ("model", 12), ("preprocessing", 8), ("says", 12), ("then", 8)):
        table.add_column(heading, min_width=width)
    for side, model in (("a", comparison.a), ("b", comparison.b)):
        best, *others = model.prediction.top(3)
        table.add_row(
            side,
            out.words((out.name(model.name), "bold")),
            out.name(model.preprocessing.name),
            f"{out.name(best.label)} {best.probability:.1%}",
            ", ".join(f"{out.name(score.label)} {score.probability:.1%}" for score in others),
        )
    out.print(table)


def _print_pairs(comparison: ModelComparison) -> None:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    has_one_name = all(pair.a == pair.b for pair in comparison.pairs)  # most often: no second column of the same
    for heading in ("", "layer") if has_one_name else ("", "layer of a", "layer of b"):
        table.add_column(heading, no_wrap=True)
    table.add_column("by", no_wrap=True, min_width=4)
    table.add_column("shape", no_wrap=True)
    for heading in ("difference", "correlation"):
        table.add_column(heading, justify="right", no_wrap=True, min_width=len(heading))
    parting = comparison.first_divergent_layer
    for pair in comparison.pairs:
        style = "yellow" if pair is parting else ""
        table.add_row(
            ">" if pair is parting else "",
            *(out.words((out.name(name), style)) for name in ((pair.a,) if has_one_name else (pair.a, pair.b))),
            pair.matched_by,
            _shapes(pair),
            difference_text(pair.relative_l2),
            "" if pair.correlation is None else f"{pair.correlation:.3f}",
        )
    out.print(table)
    note = (
        f"difference: ‖b − a‖ / ‖a‖ of the maps. > the first that differs by more than {comparison.tolerance:g}. "
        "by form: the same operator and shape, in the same order."
    )
    out.say((note, "dim"), soft_wrap=False)


def _shapes(pair: LayerPair) -> str:
    first, second = shape_text(pair.shape_a), shape_text(pair.shape_b)
    return first if first == second else f"{first}; {second}"


def _listed(names: Sequence[str]) -> str:
    more = f", … and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def print_paired_evaluation(evaluation: PairedEvaluation) -> None:
    """Print who is right where the other is wrong, and the photos on which two models part.

    Args:
        evaluation: What two models make of many photos.
    """
    out.say(out.name(evaluation.verdict), soft_wrap=False)
    counts = f"  {len(evaluation.read):,} photos in {evaluation.seconds:.1f} s"
    out.say((out.name(evaluation.folder), "bold"), (counts, "dim"), soft_wrap=False)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("", "model", "preprocessing"):
        table.add_column(heading)
    for heading in ("top-1 %", "95 %", "alone right"):
        table.add_column(heading, justify="right", no_wrap=True)
    shares, intervals = evaluation.top1, evaluation.top1_intervals
    alone = (evaluation.only_a, evaluation.only_b)
    for at, (side, model) in enumerate((("a", evaluation.a), ("b", evaluation.b))):
        measured = ["", "", ""]
        if shares and intervals:
            low, high = intervals[at]
            measured = [f"{100 * shares[at]:.2f}", f"{100 * low:.1f}–{100 * high:.1f}", f"{alone[at]}"]
        name, how = out.words((out.name(model.name), "bold")), out.name(model.preprocessing.name)
        table.add_row(side, name, how, *measured)
    out.print(table)
    if evaluation.is_labelled:
        out.say(f"both right: {evaluation.both_right}; neither: {evaluation.neither}")
    if evaluation.classes.rule != "same labels":
        out.say((out.name(f"{evaluation.classes.words}."), "dim"), soft_wrap=False)
    _print_parted(evaluation)
    _print_left_out(evaluation)


def _print_parted(evaluation: PairedEvaluation) -> None:
    if not evaluation.parted:
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("photo", "shows", "a says", "b says", "right"):
        table.add_column(heading)
    for photo in evaluation.parted[:_MOST_PARTED]:
        first, second = photo.answers
        table.add_row(
            out.name(photo.name),
            out.name(evaluation.a.labels[photo.class_index].label) if photo.class_index is not None else "",
            out.name(evaluation.a.labels[first.class_index].label),
            out.name(evaluation.b.labels[second.class_index].label),
            _right(photo),
        )
    out.print(table)
    more = len(evaluation.parted) - _MOST_PARTED
    if more > 0:
        out.say(f"… and {more:,} more photos on which they part; --json lists them")


def _right(photo: PairedPhoto) -> str:
    if photo.class_index is None:
        return ""
    return {(True, False): "a", (False, True): "b", (False, False): "neither", (True, True): "both"}[photo.hits]


def _print_left_out(evaluation: PairedEvaluation) -> None:
    left_out = [*(photo.error for photo in evaluation.unreadable), *evaluation.left_out]
    same = [f"{len(names)} times: {', '.join(names)}" for names in evaluation.duplicates]
    print_left_out(left_out)
    print_left_out(same, "the same photo, counted ")
