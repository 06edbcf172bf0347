"""How sure is a share of so many, and do two answers to the same questions differ? Two formulas, no more."""

from __future__ import annotations

import math

__all__ = ["mcnemar", "wilson"]

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
