"""Maps and signed bars on a terminal: orange adds, blue takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.terminal.console import out

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from rich.text import Text

__all__ = ["ADDS", "BELOW", "MOST_COLUMNS", "SHADES", "TAKES", "print_map", "signed_bar"]

#: Colours of what adds and what takes away: orange, blue.
ADDS, TAKES = "#c4651d", "#2f6fc4"
#: Shades of what is above zero, and of what is below, which tell the two apart without colour, too.
SHADES, BELOW = " ░▒▓█", " .:-="
#: Of a map; wider ones do not fit a terminal, two characters a cell.
MOST_COLUMNS = 60
_BAR_CELLS = 24


def print_map(cells: NDArray[np.float64], most: float) -> None:
    """Print a map in shades, two characters a cell, which is about a square."""
    if cells.shape[1] > MOST_COLUMNS:
        return
    for row in cells:
        line = []
        for value in row:
            share = abs(value) / most if most else 0.0
            shades = SHADES if value >= 0 else BELOW
            shade = shades[0 if not value else max(1, round(share * (len(shades) - 1)))]
            line.append((shade * 2, ADDS if value >= 0 else TAKES))
        out.say(*line)


def signed_bar(share: float) -> Text:
    """A bar from the middle: to the right what adds, to the left what takes away."""
    half = _BAR_CELLS // 2
    filled = round(abs(share) * half)
    bar = "█" * filled
    if share >= 0:
        return out.words(" " * half, (bar, ADDS), " " * (half - filled))
    return out.words(" " * (half - filled), (bar, TAKES), " " * half)
