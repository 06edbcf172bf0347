"""Feature visualizations as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.html.elements import Markup, el
from squeezeviz.report.html.layout import QUIET, bold, display, png, quiet
from squeezeviz.report.visualization_words import reached, visualization_facts

if TYPE_CHECKING:
    from squeezeviz.evidence.visualization.visualization import Visualization

__all__ = ["visualization_html"]

_SHOWN_PX = 256


def visualization_html(made: Visualization) -> Markup:
    """Return the pictures, each with what the number is on it, and how they were made."""
    tiles = [
        el(
            "figure",
            png(picture, width=_SHOWN_PX, alt=f"Picture for {made.words}"),
            el("figcaption", reached(made, at), style=QUIET),
            style="margin:4px 8px 4px 0;display:inline-block",
        )
        for at, picture in enumerate(made.pictures)
    ]
    return display(
        bold(made.words),
        " ",
        quiet(f"{'least' if made.minimised else 'most'} of it, as {made.model_id} has it"),
        el("div", tiles),
        el("div", "; ".join(visualization_facts(made)), style=QUIET),
    )
