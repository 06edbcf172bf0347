"""How sure is a share of so many, and do two answers to the same questions differ? Three formulas, no more."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["holm", "mcnemar", "wilson"]

_Z95 = 1.959963984540054  # the normal distribution's 97.5 % point


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson 1927, JASA 22:209-212).

    Args:
        hits: How many.
        count: Of how many; of none, the interval is everything, (0, 1).
    """
    if not count:
        return 0.0, 1.0
    share, z2 = hits / count, _Z95**2
    centre = share + z2 / (2 * count)
    half = _Z95 * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    return max(0.0, (centre - half) / (1 + z2 / count)), min(1.0, (centre + half) / (1 + z2 / count))


def mcnemar(gained: int, lost: int) -> float:
    """Return the two-sided p-value of McNemar's exact test (McNemar 1947, Psychometrika 12:153-157).

    Under the null hypothesis each answer that changed was as likely to become right as to become wrong.

    Args:
        gained: Wrong before, right now.
        lost: Right before, wrong now.
    """
    changed = gained + lost
    term = tail = 1  # binomial coefficients one from the other: whole numbers all the way, and quick for many thousands
    for k in range(1, min(gained, lost) + 1):
        term = term * (changed - k + 1) // k
        tail += term
    return min(1.0, 2 * tail / (1 << changed))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number (Holm 1979, Scandinavian Journal of Statistics 6:65-70), in order.

    Where each is held against a level of 5 %, so is the chance that any of them is below it by chance alone.

    Args:
        p_values: One a comparison, 0–1.
    """
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, at in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[at]))
        adjusted[at] = largest
    return adjusted
