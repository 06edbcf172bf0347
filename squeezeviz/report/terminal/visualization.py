"""Feature visualizations on a terminal: what was reached, and how it grew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.terminal.console import out
from squeezeviz.report.visualization_words import reached, visualization_facts

if TYPE_CHECKING:
    from squeezeviz.evidence.visualization.visualization import Visualization

__all__ = ["print_visualization"]


def print_visualization(made: Visualization) -> None:
    """Print what was climbed, what each picture reaches, and how they were made."""
    least = "least " if made.minimised else ""
    out.say((f"{least}{out.name(made.words)}", "bold"), (f"  by {out.name(made.model_id)}", "dim"))
    for at in range(len(made.pictures)):
        name = f"picture {at + 1}: " if len(made.pictures) > 1 else ""
        out.say(f"{name}{out.name(reached(made, at))}")
    for fact in visualization_facts(made):
        out.say((out.name(fact), "dim"))
