"""Attributions on a terminal: the map in shades, and what it adds up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.report.attribution_words import attribution_facts
from squeezeviz.report.terminal.console import out
from squeezeviz.report.terminal.maps import ADDS, TAKES, print_map

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.attribution.attribution import Attribution

__all__ = ["print_attribution"]

_COLUMNS = 30


def print_attribution(made: Attribution) -> None:
    """Print what an attribution is of, its map in shades, and what it adds up to."""
    said, how = made.prediction, made.prediction.preprocessing
    out.say((f"{made.method}: {out.name(made.target.words)} {made.value:.4f}", "bold"), soft_wrap=False)
    whose = f"{out.name(said.image)} as {out.name(said.model_id)} sees it"
    out.say((whose + (f", {out.name(how.name)}" if how else ""), "dim"))
    if said.caution:
        out.say((said.caution, "yellow"))
    cells, side = _coarse(made.cells)
    most = float(np.abs(cells).max())
    print_map(cells, most)
    a_cell = f"{side} × {side} pixels together" if made.is_of_pixels else f"a cell of {out.name(made.layer or '')}"
    # What has no unit is no derivative: its sign is not that of what the number would do.
    above, below = (" is above 0", " below") if made.unit == "no unit" else (" raises it", " lowers it")
    takes = [(", ", "dim"), ("blue", TAKES), (below, "dim")] if made.is_signed else []
    out.say(
        ("Orange", ADDS), (above if made.is_signed else ": the more", "dim"), *takes,
        (f"; full shade is {'±' if made.is_signed else ''}{most:.3g} {out.name(made.unit)}, {a_cell}", "dim"),
    )  # fmt: skip
    for name, text in attribution_facts(made)[1:]:
        out.say((f"{name}: {out.name(text)}", "dim"))
    if made.caution:
        out.say((made.caution, "yellow"))


def _coarse(cells: NDArray[np.float32]) -> tuple[NDArray[np.float64], int]:
    """Return a map small enough for a terminal, blocks of cells summed, and how many cells along a block's side."""
    side = -(-cells.shape[1] // _COLUMNS)
    rows = np.add.reduceat(cells.astype(np.float64), np.arange(0, cells.shape[0], side), axis=0)
    return np.add.reduceat(rows, np.arange(0, cells.shape[1], side), axis=1), side
