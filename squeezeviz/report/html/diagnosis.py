"""What the preprocessing doctor found, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.preprocessing.candidates import choices
from squeezeviz.report.html.elements import Markup, el
from squeezeviz.report.html.layout import QUIET, bold, display, quiet, table
from squeezeviz.report.words import percent

if TYPE_CHECKING:
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.diagnosis import Diagnosis, UnlabelledDiagnosis

__all__ = ["diagnosis_html", "unlabelled_diagnosis_html"]

_CHOICES = ["", "order", "values", "resize and crop", "interpolation"]


def diagnosis_html(diagnosis: Diagnosis) -> Markup:
    """Return the verdict, the ranking with intervals and tests, and which choices the photos confirm."""
    rows = []
    for each in diagnosis.ranking:
        is_best = each is diagnosis.ranking[0]
        low, high = each.top1_interval
        rows.append(
            [
                *_cells(diagnosis, each.preprocessing),
                bold(f"{each.top1:.1%}"),
                f"{low:.1%} – {high:.1%}",
                "" if is_best else f"+{each.gained} −{each.lost}",
                "" if is_best else f"{each.p_value:.2g}",
            ]
        )
    heads = [*_CHOICES, "top-1", "95 %", "won, lost", "p (McNemar)"]
    told = [el("div", bold(each.choice), ": ", each.words) for each in diagnosis.by_choice]
    ranking = table(heads, rows, ["left"] * len(_CHOICES) + ["right"] * 4)
    return _whole(diagnosis, ranking, el("div", told))


def unlabelled_diagnosis_html(diagnosis: UnlabelledDiagnosis) -> Markup:
    """Return the verdict, and how steady answers are in each preprocessing."""
    rows = [
        [
            *_cells(diagnosis, each.preprocessing),
            bold(f"{each.agreement:.2f}"),
            percent(each.confidence),
            f"{each.entropy:.2f}",
        ]
        for each in diagnosis.ranking
    ]
    heads = [*_CHOICES, "agreement", "confidence", "entropy, bits"]
    return _whole(diagnosis, table(heads, rows, ["left"] * len(_CHOICES) + ["right"] * 3))


def _cells(diagnosis: Diagnosis | UnlabelledDiagnosis, how: Preprocessing) -> list[object]:
    known = "*" * (how == diagnosis.in_use.preprocessing) + "+" * (how == diagnosis.habit.preprocessing)
    return [known, *choices(how).values()]


def _whole(diagnosis: Diagnosis | UnlabelledDiagnosis, *parts: object) -> Markup:
    others = "; ".join(diagnosis.left_out[:20])
    counts: list[object] = [f"on {diagnosis.photos:,} photos; {diagnosis.tried} tried"]
    if diagnosis.left_out:
        counts += [", ", el("span", f"{len(diagnosis.left_out):,} left out", title=others)]
    whose, note = quiet(*counts), "* what it is fed now, + the usual habit"
    told = el("div", diagnosis.verdict)
    return display(bold(diagnosis.model_id), " ", whose, told, *parts, el("div", note, style=QUIET))
