"""How sure is a share of so many, and do two answers to the same questions differ? Four formulas, no more."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["holm", "mcnemar", "paired_difference", "wilson"]

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


def paired_difference(both: int, gained: int, lost: int, neither: int) -> tuple[float, float]:
    """Return the 95 % interval of the difference of two shares of the same questions, second less first.

    Newcombe's square-and-add interval of Wilson's, its correlation corrected for continuity (Newcombe 1998, Statistics
    in Medicine 17:2635-2650, method 10).

    Args:
        both: Right in both.
        gained: Wrong before, right now.
        lost: Right before, wrong now.
        neither: Wrong in both; with no question at all, the interval is everything, (-1, 1).
    """
    count = both + gained + lost + neither
    if not count:
        return -1.0, 1.0
    after, before = (both + gained) / count, (both + lost) / count
    (low, high), (low_before, high_before) = wilson(both + gained, count), wilson(both + lost, count)
    product = (both + gained) * (lost + neither) * (both + lost) * (gained + neither)
    excess = float(both * neither - gained * lost)
    if excess > 0:
        excess = max(excess - count / 2, 0)
    phi = excess / math.sqrt(product) if product else 0.0
    down, up_before = after - low, high_before - before
    up, down_before = high - after, before - low_before
    difference = after - before
    below = math.sqrt(max(0.0, down * down - 2 * phi * down * up_before + up_before * up_before))
    above = math.sqrt(max(0.0, up * up - 2 * phi * up * down_before + down_before * down_before))
    return difference - below, difference + above


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
