"""Attributions measured side by side, on a terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from squeezeviz.evidence.judging.judgement import CHANCE
from squeezeviz.report.terminal.console import out

if TYPE_CHECKING:
    from squeezeviz.evidence.judging.judgement import Judgement

__all__ = ["print_judgement"]


def print_judgement(made: Judgement) -> None:
    """Print a table: a row a method, a column a measure; then what each measure says."""
    photos = f"{len(made.images)} photos" if len(made.images) > 1 else out.name(made.images[0])
    of = out.name(made.targets[0]) if len(set(made.targets)) == 1 else "each photo's own number"
    out.say((f"{len(made.methods)} methods on {photos}: {of}", "bold"), soft_wrap=False)
    out.say((f"as {out.name(made.model_id)} sees it", "dim"))
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("method", no_wrap=True)
    for measure in made.measures:
        table.add_column(measure.name, justify="right")
    for method in (*made.methods, CHANCE):
        table.add_row(method, *(_text(made, measure.name, method) for measure in made.measures))
    out.print(table)
    for measure in made.measures:
        out.say((f"{measure.name}: {measure.words}; {measure.better} is better", "dim"))
    for what, why in made.left_out.items():
        out.say((f"{what} is left out: {out.name(why)}", "dim"))
    if made.stages:
        _print_stages(made)


def _print_stages(made: Judgement) -> None:
    out.say(("Weights random from the top down to: rank correlation of the map's sizes with those before", "bold"))
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("method", no_wrap=True)
    for stage in made.stages:
        table.add_column(out.name(stage), justify="right")
    for method, found in made.randomised.items():
        table.add_row(method, *(f"{value:.2f}" for value in found.mean(axis=0)))
    out.print(table)
    out.say(("A map that stays as it was says nothing of what these layers have learned.", "dim"))


def _text(made: Judgement, measure: str, method: str) -> str:
    mean, interval = made.mean(measure, method), made.interval(measure, method)
    if math.isnan(mean):
        return ""
    return f"{mean:.3f}" + (f" ±{mean - interval[0]:.3f}" if interval else "")
