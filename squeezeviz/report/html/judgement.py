"""Attributions measured side by side, as HTML."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from squeezeviz.evidence.judging.judgement import CHANCE
from squeezeviz.report.html.layout import bold, display, quiet, table

if TYPE_CHECKING:
    from squeezeviz.evidence.judging.judgement import Judgement
    from squeezeviz.report.html.elements import Markup

__all__ = ["judgement_html"]


def judgement_html(made: Judgement) -> Markup:
    """Return a table: a row a method, a column a measure, and one a step of random weights."""
    photos = f"{len(made.images)} photos" if len(made.images) > 1 else made.images[0]
    heads = ["method", *(f"{measure.name} ({measure.better})" for measure in made.measures)]
    heads += [f"random to {stage}" for stage in made.stages]
    rows = []
    for method in (*made.methods, CHANCE):
        row = [method, *(_text(made, measure.name, method) for measure in made.measures)]
        found = made.randomised.get(method)
        row += [""] * len(made.stages) if found is None else [f"{value:.2f}" for value in found.mean(axis=0)]
        rows.append(row)
    says = "; ".join(f"{measure.name}: {measure.words}" for measure in made.measures)
    if made.stages:
        says += "; random to a layer: the same with the weights random from the top down to it"
    sides = ["left", *["right"] * (len(heads) - 1)]
    return display(
        bold(f"{len(made.methods)} methods of attribution"),
        " ",
        quiet(f"on {photos}, as {made.model_id} sees it"),
        table(heads, rows, sides),
        quiet(says),
        *(quiet(f" {what} is left out: {why}.") for what, why in made.left_out.items()),
    )


def _text(made: Judgement, measure: str, method: str) -> str:
    mean, interval = made.mean(measure, method), made.interval(measure, method)
    if math.isnan(mean):
        return ""
    return f"{mean:.3f}" + (f" ±{mean - interval[0]:.3f}" if interval else "")
