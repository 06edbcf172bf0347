"""An evaluation over a data set as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.html.elements import Markup, el
from squeezeviz.report.html.layout import bold, display, quiet, table

if TYPE_CHECKING:
    from squeezeviz.dataset.evaluation import Evaluation

__all__ = ["evaluation_html"]


def evaluation_html(evaluation: Evaluation) -> Markup:
    """Return one row a preprocessing: accuracy with its interval, and what changed against the first."""
    rows = []
    for result, difference in evaluation.compared:
        low, high = result.top1_interval
        rows.append(
            [
                bold(result.preprocessing.name),
                bold(f"{result.top1:.1%}"),
                f"{low:.1%} – {high:.1%}",
                f"{result.top5:.1%}",
                f"+{difference.gained} −{difference.lost}" if difference else "",
                f"{difference.p_value:.2g}" if difference else "",
            ]
        )
    others: list[object] = [f", {len(evaluation.unreadable)} unreadable"] if evaluation.unreadable else []
    if evaluation.left_out:
        said = "; ".join(each.message for each in evaluation.left_out[:20])
        others += [", ", el("span", f"{len(evaluation.left_out):,} left out", title=said)]
    heads = ["preprocessing", "top-1", "95 %", "top-5", "right, wrong", "p (McNemar)"]
    counts = quiet(f"on {len(evaluation.read):,} photos", *others)
    return display(bold(evaluation.model_id), " ", counts, table(heads, rows, ["left", *["right"] * 5]))
