"""How alike two maps are, and which cells of one are which of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.attribution.attribution import Attribution

__all__ = ["on_cells_of", "rank_correlation"]


def rank_correlation(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Return Spearman's rank correlation, −1 to 1; equal values share their mean rank. A map of one value gives 0.

    C. Spearman, "The Proof and Measurement of Association between Two Things" (1904).

    Args:
        one: A map, of any shape.
        other: Another of the same shape.
    """
    first, second = (ranks - ranks.mean() for ranks in (_ranks(one), _ranks(other)))
    scale = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / scale if scale else 0.0


def _ranks(values: NDArray[np.floating]) -> NDArray[np.float64]:
    _, at, counts = np.unique(values.ravel(), return_inverse=True, return_counts=True)
    ranks: NDArray[np.float64] = (np.cumsum(counts) - (counts + 1) / 2)[at.ravel()]
    return ranks


def on_cells_of(made: Attribution, other: Attribution) -> NDArray[np.float64]:
    """Return an attribution on the cells of another, which is of a layer: the mean over each cell's tile, (h, w).

    A tile is a stride wide, round the centre of what the cell sees; the outermost reach to the input's edges.

    Args:
        made: Over pixels, or a layer's cells.
        other: Over a layer's cells.
    """
    if other.places is None:
        raise ValueError(f"{other.method} is of pixels, expected a map of a layer's cells")
    if made.places is not None and made.places.layer.located() == other.places.layer.located():
        return made.values.astype(np.float64)
    down, across = (
        _tiles(*axis) for axis in zip(made.input_px, other.values.shape, *other.places.layer.located(), strict=True)
    )
    tiles: NDArray[np.float64] = down @ made.map().astype(np.float64) @ across.T
    return tiles


def _tiles(pixels: int, cells: int, stride: int, offset: float) -> NDArray[np.float64]:
    """Return how much each pixel counts in each cell's tile: float64 (cells, pixels), rows summing to 1, or to 0."""
    of = np.clip(np.floor((np.arange(pixels) - offset) / stride + 0.5), 0, cells - 1)
    member = (of == np.arange(cells)[:, None]).astype(np.float64)
    shares: NDArray[np.float64] = member / np.maximum(1, member.sum(axis=1, keepdims=True))
    return shares
