"""Attributions as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.attribution_words import attribution_facts, full_colour
from squeezeviz.report.html.elements import Markup, el
from squeezeviz.report.html.layout import QUIET, bold, display, diverging, png, quiet, table

if TYPE_CHECKING:
    from squeezeviz.evidence.attribution.attribution import Attribution

__all__ = ["attribution_html"]

_SHOWN_PX = 224


def attribution_html(made: Attribution) -> Markup:
    """Return an attribution's map as a picture, its scale named, and what there is to say of it."""
    most, is_cut = full_colour(made)
    beyond = " (the 99.5th percentile of sizes; beyond it colours are full, too)" if is_cut else ""
    below = "; blue: below it" if made.is_signed else ""
    scale = f"red: above 0, up to {most:+.3g}{beyond}{below}; white: 0. Unit: {made.unit}"
    drawn = png(diverging(made.cells, most, _SHOWN_PX), width=_SHOWN_PX, alt=f"Map of {made.method}")
    return display(
        bold(made.prediction.image),
        " ",
        quiet(f"{made.method}, as {made.prediction.model_id} sees it"),
        el("div", drawn, style="margin:4px 0"),
        el("div", scale, style=QUIET),
        table(["", ""], [list(fact) for fact in attribution_facts(made)], ["left", "left"], wrap=1),
        *([el("div", made.caution, style=QUIET)] if made.caution else []),
    )
