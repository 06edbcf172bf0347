"""A number opened into its terms, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.html.layout import bold, display, quiet, table

if TYPE_CHECKING:
    from squeezeviz.evidence import Calculation
    from squeezeviz.report.html.elements import Markup

__all__ = ["calculation_html"]


def calculation_html(made: Calculation, n: int = 8) -> Markup:
    """Return one row a term, the largest first, the others together, and what they come to."""
    terms, remainder = made.top(n)
    is_class = made.kind == "softmax"
    y, x = made.cell
    rows: list[list[object]] = [["bias", "", "", f"{made.bias:.4f}"]] if made.bias else []
    for term in terms:
        place = f"{term.layer} [{term.channel}, {term.cell[0]}, {term.cell[1]}]"
        rows.append([place, f"{term.weight:.4g}", f"{term.value:.4f}", "" if is_class else f"{term.product:.4f}"])
    if len(made.terms) > n:
        rows.append([f"{len(made.terms) - n} more", "", "", "" if is_class else f"{remainder:.4f}"])
    after = {"softmax": "its exponential's share", "sum": "sum, before ReLU" if made.has_relu else "sum"}
    rows.append([bold(after.get(made.kind, made.kind)), "", "", bold(f"{made.total:.4f}")])
    rows.append([quiet("rounding"), "", "", quiet(f"{made.residual:.1e}")])
    says = f"= {made.layer} [{made.channel}, {y}, {x}], {made.kind} of {len(made.terms):,} terms"
    listed = table(["from", "weight", "value", "adds"], rows, ["left", *["right"] * 3])
    return display(bold(f"{made.value:.6g}"), " ", quiet(says), listed)
