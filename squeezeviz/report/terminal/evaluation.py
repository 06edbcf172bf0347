"""An evaluation over a data set on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from squeezeviz.report.terminal.console import out

if TYPE_CHECKING:
    from squeezeviz.dataset import Evaluation

__all__ = ["print_evaluation"]


def print_evaluation(evaluation: Evaluation, *, published: tuple[float, float] | None = None) -> None:
    """Print accuracy with its interval, one line a preprocessing, and how it differs from the first.

    Args:
        evaluation: What was found.
        published: The accuracy that the model's authors name: top-1 and top-5, 0–1.
    """
    count = len(evaluation.read)
    rate = f"{count / evaluation.seconds:.0f} photos/s" if evaluation.seconds else ""
    counts = f"  {count:,} photos in {evaluation.seconds:.1f} s, {rate}"
    out.say((out.name(evaluation.model_id), "bold"), (counts, "dim"), soft_wrap=False)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("preprocessing", no_wrap=True)
    for heading, width in (("top-1 %", 6), ("95 %", 9), ("top-5 %", 6), ("95 %", 9), ("right, wrong", 8), ("p", 6)):
        table.add_column(heading, justify="right", no_wrap=True, min_width=width)
    for result, difference in evaluation.compared:
        table.add_row(
            out.name(result.preprocessing.name),
            out.words((f"{100 * result.top1:.2f}", "bold")),
            _interval(result.top1_interval),
            f"{100 * result.top5:.2f}",
            _interval(result.top5_interval),
            f"+{difference.gained} −{difference.lost}" if difference else "",
            f"{difference.p_value:.2g}" if difference else "",
        )
    out.print(table)
    if evaluation.differences:
        first = out.name(evaluation.preprocessings[0].name)
        note = f"right, wrong: photos that changed against {first}; p: McNemar's exact test."
        out.say((note, "dim"), soft_wrap=False)
    if published:
        used = evaluation.results[0]
        inside = used.top1_interval[0] <= published[0] <= used.top1_interval[1]
        verdict = "lies within" if inside else "lies outside"
        out.say(
            f"published, on ImageNet's 50,000 validation images: {published[0]:.3%} / {published[1]:.3%}; top-1 "
            f"{verdict} the interval measured here with {out.name(used.preprocessing.name)}: "
            f"{used.preprocessing.describe()}"
        )
    for row in evaluation.unreadable[:10]:
        out.say(("left out: ", "yellow"), out.name(row.error))
    if len(evaluation.unreadable) > 10:
        out.say((f"… and {len(evaluation.unreadable) - 10:,} more that cannot be read", "yellow"))
    if evaluation.left_out:
        out.say((f"left out of the folder: {len(evaluation.left_out):,}", "yellow"))
    for other in evaluation.left_out[:10]:
        out.say("  ", out.name(other.message))
    if len(evaluation.left_out) > 10:
        out.say(f"  … and {len(evaluation.left_out) - 10:,} more; --json lists them")
    for names in evaluation.duplicates[:5]:
        out.say((f"the same photo, counted {len(names)} times: ", "yellow"), ", ".join(map(out.name, names)))
    if len(evaluation.duplicates) > 5:
        out.say((f"… and {len(evaluation.duplicates) - 5:,} more that are there several times", "yellow"))


def _interval(ends: tuple[float, float]) -> str:
    return f"{100 * ends[0]:.1f}–{100 * ends[1]:.1f}"
