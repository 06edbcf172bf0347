"""Timing two things fairly: in turn, in one process, medians, the ratio taken pair by pair."""

from __future__ import annotations

import statistics
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


_BLOCK, _PAUSE_S = 5, 0.05


@dataclass(frozen=True)
class Row:
    """One comparison: medians, in milliseconds as a rule, and the median of the pairwise ratios ours / peer."""

    name: str
    ours_ms: float
    peer: str
    peer_ms: float
    ratio: float
    budget: str = ""
    unit: str = "ms"

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def compare(
    name: str, ours: Callable[[], object], peer_name: str, peer: Callable[[], object], *, rounds: int, budget: str = ""
) -> Row:
    """Run both in turn, in short blocks: a machine that slows down then slows both.

    A pause before each block lets the other's idle threads stop spinning; they would compete for the processors.
    """
    pairs = [(_block(ours), _block(peer)) for _ in range(rounds)]
    mine, theirs = zip(*pairs, strict=True)
    ratio = statistics.median(a / b for a, b in pairs)
    return Row(name, statistics.median(mine), peer_name, statistics.median(theirs), ratio, budget)


def _block(work: Callable[[], object]) -> float:
    """Return the median of a block of runs, in milliseconds; the first run only warms up."""
    time.sleep(_PAUSE_S)
    work()
    return statistics.median(_time(work) for _ in range(_BLOCK))


def _time(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def spread_rows(name: str, values: Sequence[float], peer: str, peer_value: float, budget: str = "") -> Iterator[Row]:
    """Two rows: the median, and what 95 % of them are not above; only the latter has a budget."""
    p95 = statistics.quantiles(values, n=20, method="inclusive")[-1]
    for what, value, own in (("median", statistics.median(values), ""), ("p95", p95, budget)):
        yield Row(f"{name}, {what}", value, peer, peer_value, value / peer_value, own)
