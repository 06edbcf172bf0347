"""A comparison of preprocessings on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from squeezeviz.report.terminal.console import out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from squeezeviz.evidence.comparison import Comparison

__all__ = ["print_comparison"]


def print_comparison(comparison: Comparison, *, differences: Mapping[str, Mapping[str, float]]) -> None:
    """Print one line a preprocessing: what it makes the network say, and where that parts from the first.

    Args:
        comparison: What was compared.
        differences: Columns to add, by the class that heads each: preprocessing → logit less that under the reference.
    """
    model, reference = out.name(comparison.model.name), out.name(comparison.reference.name)
    whose = f"  as {model} sees it; compared with {reference}"
    out.say((out.name(comparison.image.name), "bold"), (whose, "dim"), soft_wrap=False)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("preprocessing", no_wrap=True, min_width=14)
    table.add_column("says", no_wrap=True)
    for heading, width in (("p", 6), ("was", 3), ("moved", 5)):
        table.add_column(heading, justify="right", no_wrap=True, min_width=width)
    table.add_column("diverges at", no_wrap=True)
    for key in differences:
        table.add_column(f"Δ {out.name(key)}", justify="right", min_width=6)
    for variant in comparison:
        (score, rank), last = comparison.moved(variant.name, 1)[0], variant.drift[-1]
        is_reference = variant is comparison.reference
        table.add_row(
            out.words((out.name(variant.name), "bold" if is_reference else "")),
            out.words((out.name(score.label), "" if rank == 1 else "yellow")),
            f"{score.probability:.1%}",
            "" if is_reference else f"{rank}",
            "" if is_reference or last.relative_l2 is None else f"{last.relative_l2:.2f}",
            out.name(variant.first_divergent_layer.layer) if variant.first_divergent_layer else "",
            *(f"{by_name[variant.name]:+.2f}" for by_name in differences.values()),
        )
    out.print(table)
    note = (
        "was: its rank before. moved: the logits, ‖a − r‖ / ‖r‖. diverges at: the first layer whose strongest "
        "channel is another one."
    )
    out.say((note, "dim"), soft_wrap=False)
