"""What there is to say of a feature visualization, in words: on the terminal and in notebooks alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from squeezeviz.evidence.visualization.visualization import Visualization

__all__ = ["reached", "visualization_facts"]


def reached(made: Visualization, at: int) -> str:
    """Return what the number is on one of the pictures, with its unit."""
    return f"{made.values[at]:.4g} ({made.unit})"


def visualization_facts(made: Visualization) -> list[str]:
    """Return how the pictures were made, a phrase a fact."""
    done = f"{made.steps} steps" if made.is_complete else f"{made.step} of {made.steps} steps"
    height, width = made.pictures.shape[1:3]
    facts = [f"{width} × {height} px", done, f"seed {made.seed}"]
    if made.start:
        stray = made.settings.get("stray")
        facts.append(f"begun from {made.start}, where it is {made.value_at_start:.4g}; no pixel farther than {stray:g}")
    else:
        facts.append("begun from noise")
    if shut := max(made.shut_steps, default=0):
        at = f"{shut} step{'' if shut == 1 else 's'}"
        facts.append(f"{at} at which ReLU was shut and let no gradient pass, so that the value before it was climbed")
    facts.append(f"measured as of any photo: 8 bits, preprocessing {made.preprocessing.name}")
    return facts
