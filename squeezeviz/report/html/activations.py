"""Activations as HTML: a row a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.html.layout import bold, display, quiet, table
from squeezeviz.report.words import shape_text

if TYPE_CHECKING:
    from squeezeviz.report.html.elements import Markup
    from squeezeviz.results.activations import Activations

__all__ = ["activations_html"]


def activations_html(activations: Activations) -> Markup:
    """Return one row a layer: shape, range, and the share of cells that are exactly zero."""
    rows = [
        [name, shape_text(activations[name].shape), f"{least:.4g}", f"{largest:.4g}", f"{zeros:.0%}"]
        for name, (least, largest, zeros) in activations.ranges().items()
    ]
    size = quiet(f"{activations.nbytes / 1e6:.1f} MB of activations")
    heads = ["layer", "shape", "min", "max", "zero"]
    return display(bold(activations.image), " ", size, table(heads, rows, ["left", *["right"] * 4]))
