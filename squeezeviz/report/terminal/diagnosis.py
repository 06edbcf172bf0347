"""What the preprocessing doctor found, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from squeezeviz.preprocessing.candidates import in_words
from squeezeviz.report.terminal.console import out

if TYPE_CHECKING:
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.diagnosis import Diagnosis, UnlabelledDiagnosis

__all__ = ["print_diagnosis", "print_unlabelled_diagnosis"]

_MOST_LEFT_OUT = 10


def print_diagnosis(diagnosis: Diagnosis) -> None:
    """Print the verdict, the ranking with intervals and tests, and which choices the photos confirm.

    Args:
        diagnosis: What was found on labelled photos.
    """
    _print_verdict(diagnosis)
    table = _table({"top-1 %": 6, "95 %": 9, "won, lost": 8, "p": 6})
    for each in diagnosis.ranking:
        low, high = each.top1_interval
        is_best = each is diagnosis.ranking[0]
        table.add_row(
            *_cells(diagnosis, each.preprocessing),
            out.words((f"{100 * each.top1:.1f}", "bold")),
            f"{100 * low:.1f}–{100 * high:.1f}",
            "" if is_best else f"+{each.gained} −{each.lost}",
            "" if is_best else f"{each.p_value:.2g}",
        )
    out.print(table)
    for test in diagnosis.by_choice:
        out.say((f"{test.choice}: ", "bold"), test.words)
    notes = (
        f"{diagnosis.tried} were tried, {len(diagnosis.dropped)} of them on few photos. * what it is fed now, + the "
        "usual habit. 95 %: Wilson's interval. won, lost: photos against the best. p: McNemar's exact test; better: "
        "below 5 % after Holm's correction. The best of many is judged by the photos that chose it."
    )
    out.say((notes, "dim"), soft_wrap=False)
    _print_left_out(diagnosis)


def print_unlabelled_diagnosis(diagnosis: UnlabelledDiagnosis) -> None:
    """Print the verdict, and how steady answers are in each preprocessing.

    Args:
        diagnosis: What was found on photos without labels.
    """
    _print_verdict(diagnosis)
    table = _table({"agreement": 9, "confidence": 10, "entropy": 7})
    for each in diagnosis.ranking:
        table.add_row(
            *_cells(diagnosis, each.preprocessing),
            out.words((f"{each.agreement:.2f}", "bold")),
            f"{each.confidence:.2f}",
            f"{each.entropy:.2f}",
        )
    out.print(table)
    notes = (
        f"{diagnosis.tried} were tried, {len(diagnosis.dropped)} of them on few photos. * what it is fed now, + the "
        "usual habit. agreement: of two crops of a photo, beyond that of two photos (Cohen's kappa). confidence: mean "
        "largest probability. entropy: in bits."
    )
    out.say((notes, "dim"), soft_wrap=False)
    _print_left_out(diagnosis)


def _print_verdict(diagnosis: Diagnosis | UnlabelledDiagnosis) -> None:
    out.say(out.name(diagnosis.verdict), soft_wrap=False)
    counts = f"  {diagnosis.photos:,} photos in {diagnosis.seconds:.1f} s"
    out.say((out.name(diagnosis.model_id), "bold"), (counts, "dim"), soft_wrap=False)


def _table(numbers: dict[str, int]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("")
    table.add_column("preprocessing")
    for heading, width in numbers.items():
        table.add_column(heading, justify="right", no_wrap=True, min_width=width)
    return table


def _cells(diagnosis: Diagnosis | UnlabelledDiagnosis, how: Preprocessing) -> list[str]:
    known = "*" * (how == diagnosis.in_use.preprocessing) + "+" * (how == diagnosis.habit.preprocessing)
    return [known, out.name(in_words(how))]


def _print_left_out(diagnosis: Diagnosis | UnlabelledDiagnosis) -> None:
    if diagnosis.left_out:
        out.say((f"left out: {len(diagnosis.left_out):,}", "yellow"))
    for message in diagnosis.left_out[:_MOST_LEFT_OUT]:
        out.say("  ", out.name(message))
    if len(diagnosis.left_out) > _MOST_LEFT_OUT:
        out.say(f"  … and {len(diagnosis.left_out) - _MOST_LEFT_OUT:,} more")
