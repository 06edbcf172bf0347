"""Attributions in words, the same in every medium; and what full colour stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.attribution.attribution import Attribution

__all__ = ["attribution_facts", "full_colour", "value_text"]

_PERCENTILE = 99.5


def value_text(made: Attribution) -> str:
    """Return the target with its value: ``"logit of tabby: 12.3456"``."""
    return f"{made.target.words}: {made.value:.4f}"


def full_colour(made: Attribution, values: NDArray[np.floating] | None = None) -> tuple[float, bool]:
    """Return what full colour stands for, and whether sizes lie beyond it.

    Of a layer's cells it is the largest size. Of pixels, of which a few are far larger than all others, it is their
    99.5th percentile.

    Args:
        made: The attribution.
        values: Those that are shown; one number a pixel or cell by default.
    """
    sizes = np.abs(made.cells if values is None else values)
    largest = float(sizes.max())
    if not made.is_of_pixels:
        return largest, False
    most = float(np.percentile(sizes, _PERCENTILE))
    return (most, True) if 0 < most < largest else (largest, False)


def attribution_facts(made: Attribution) -> list[tuple[str, str]]:
    """Return what there is to say beside the map: name and text of each."""
    facts = [("of", f"{value_text(made)} {made.target.unit if made.target.label else ''}".rstrip())]
    if made.layer is not None:
        height, width = made.values.shape
        facts.append(("cells", f"{height} × {width} of {made.layer}"))
    else:
        together = {"sum": "the sum of its channels", "largest": "the largest size of its channels"}[made.reduction]
        facts.append(("a pixel", together))
    if made.settings:
        facts.append(("with", ", ".join(f"{name} {_text(value)}" for name, value in made.settings.items())))
    if made.completeness is not None:
        found = made.completeness
        facts.append(("adds up to", f"{found.total:.4f} of {found.expected:.4f}, gap {found.gap:+.4f}: {found.words}"))
    return facts


def _text(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else f"{value}"
