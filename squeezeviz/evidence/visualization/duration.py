"""How long growing takes, judged by its first steps."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from squeezeviz.evidence.visualization.visualization import Visualization

__all__ = ["LONG_S", "Duration"]

#: Seconds from which on it is worth saying.
LONG_S = 2.0


class Duration:
    """Told each result as it comes: the first one takes what is made once, so that time counts from there."""

    def __init__(self) -> None:
        self._first: tuple[float, float] | None = None
        self._begun = time.perf_counter()

    def of_all(self, made: Visualization) -> float:
        """Return how many seconds all steps take, from when this was made; NaN as long as nothing tells.

        Args:
            made: The latest result. Steps at a smaller size count as the pixels that they show the network.
        """
        now, done = time.perf_counter(), made.work_done
        if self._first is None:
            self._first = now, done
        before, at_first = self._first
        if done <= at_first:
            return float("nan")
        return before - self._begun + (now - before) / (done - at_first) * (1 - at_first)

    def left(self, made: Visualization) -> float | None:
        """Return how many seconds are left, as `of_all` tells; None as long as nothing tells."""
        whole_s = self.of_all(made)
        return None if math.isnan(whole_s) else max(0.0, whole_s - (time.perf_counter() - self._begun))
