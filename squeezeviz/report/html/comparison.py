"""A comparison of preprocessings as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.html.elements import Markup, el
from squeezeviz.report.html.layout import QUIET, bold, display, png, quiet, table
from squeezeviz.report.words import percent

if TYPE_CHECKING:
    from squeezeviz.evidence.comparison import Comparison

__all__ = ["comparison_html"]


_WARM = "#b7540f"


def comparison_html(comparison: Comparison) -> Markup:
    """Return one row a preprocessing: what the network sees, what it says, and how far it has moved."""
    rows = []
    for variant in comparison:
        score, rank = comparison.moved(variant.name, 1)[0]
        last = variant.drift[-1]
        moved = variant is not comparison.reference and rank != 1
        rows.append(
            [
                png(variant.seen, width=72, height=72, alt="", style="image-rendering:auto"),
                [bold(variant.name), el("br"), quiet(variant.preprocessing.describe())],
                el("span", score.label, style=f"font-weight:600;color:{_WARM}" if moved else ""),
                percent(score.probability),
                "" if variant is comparison.reference else rank,
                "" if last.relative_l2 is None else f"{last.relative_l2:.2f}",
                variant.first_divergent_layer.layer if variant.first_divergent_layer else "",
            ]
        )
    heads = ["sees", "preprocessing", "says", "p", "rank before", "logits moved", "diverges at"]
    sides = ["left", "left", "left", "right", "right", "right", "left"]
    whose = f"as {comparison.model.name} sees it; compared with {comparison.reference.name}"
    note = "logits moved: ‖a − r‖ / ‖r‖. diverges at: the first layer whose strongest channel is another one."
    return display(
        bold(comparison.image.name), " ", quiet(whose), table(heads, rows, sides, wrap=1), el("div", note, style=QUIET)
    )
