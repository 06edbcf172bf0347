"""Evidence by the branch of a Fire module it came through."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.network.architecture import Layer

__all__ = ["branch_of", "by_branch", "parts_of"]


def parts_of(layer: Layer) -> list[tuple[str, int, int]]:
    """Return what a concatenation joins: (layer's name, first channel, last + 1); of any other layer, itself."""
    if not layer.op.joins_channels:
        return [(layer.name, 0, layer.channels)]
    parts, start = [], 0
    for name, operand in zip(layer.inputs, layer.op.node.inputs, strict=True):
        parts.append((name, start, start + operand.shape[1]))
        start += operand.shape[1]
    return parts


def branch_of(layer: Layer, channel: int) -> str:
    """Return the name of the layer that a channel comes from."""
    return next(name for name, start, stop in parts_of(layer) if start <= channel < stop)


def by_branch(layer: Layer, channels: NDArray[np.float64]) -> dict[str, float]:
    """Sum what a layer's channels add, branch by branch.

    The 1 × 1 branch of a Fire module adds what was seen at the cell itself, as the squeeze layer has it; the 3 × 3
    branch what took its neighbours too. A 3 × 3 kernel's own middle counts as 3 × 3: the branch is what is told apart.

    Args:
        layer: As a rule a Fire module's concatenation.
        channels: float64 (C,), in any unit.

    Returns:
        Branch → sum, in the same unit; together they are the sum of all channels.
    """
    found: dict[str, float] = defaultdict(float)  # a branch may be joined twice
    for name, start, stop in parts_of(layer):
        found[name] += float(channels[start:stop].sum())
    return dict(found)
