"""Which layers to keep in float32: what each trial gave, and what the plan wins back and costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from squeezeviz.dataset.statistics import mcnemar, paired_difference, wilson
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LayerHarm", "PlanTrial", "PrecisionPlan", "Search", "Speed"]

#: How layers are chosen.
Search = Literal["greedy", "exact"]


@dataclass(frozen=True)
class PlanTrial:
    """One choice of layers that stay in float32.

    Attributes:
        keep: Which.
        right: Photos it answers right: as they are labelled, or, where they are not, as the network in float32 does.
        distance: Total variation between its probabilities and those of the network in float32, ½ Σ |p − q|, the mean
            over photos, 0–1: decides between choices that are right as often.
    """

    keep: tuple[str, ...]
    right: int
    distance: float

    @property
    def rank(self) -> tuple[int, float, int, tuple[str, ...]]:
        """What choices are sorted by: the best first, of equals the shorter."""
        return -self.right, self.distance, len(self.keep), self.keep

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"keep": list(self.keep), "right": self.right, "distance": self.distance}


@dataclass(frozen=True)
class LayerHarm:
    """What one layer alone costs in integers, while all others with weights stay in float32.

    Attributes:
        layer: Its name.
        right: As of `PlanTrial`.
        distance: As of `PlanTrial`.
    """

    layer: str
    right: int
    distance: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"layer": self.layer, "right": self.right, "distance": self.distance}


@dataclass(frozen=True)
class Speed:
    """How long one photo takes, measured in turns in one process: medians, in milliseconds.

    Attributes:
        float_ms: In float32.
        whole_ms: In integers throughout.
        plan_ms: With the plan's layers in float32.
        rounds: How many short blocks of runs each was timed in.
        slower: Median of plan / integers, round by round.
        slower_quartiles: Its quartiles.
    """

    float_ms: float
    whole_ms: float
    plan_ms: float
    rounds: int
    slower: float
    slower_quartiles: tuple[float, float]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "float_ms": self.float_ms,
            "whole_ms": self.whole_ms,
            "plan_ms": self.plan_ms,
            "rounds": self.rounds,
            "slower": self.slower,
            "slower_quartiles": list(self.slower_quartiles),
        }


@dataclass(frozen=True, eq=False)
class PrecisionPlan(NotebookDisplay):
    """The layers to keep in float32, found by trying.

    Attributes:
        model: Name of the network.
        keep: The plan.
        search: How it was found.
        is_labelled: Whether photos say what is right; else the network in float32 does.
        trials: Every choice that was tried, in order; the first keeps nothing.
        harms: Each layer with weights alone in integers, the most harmful first.
        float_right: Photos that the network in float32 has right, of those that were searched on.
        searched: Of how many.
        is_verified: Whether what follows is of photos that the search has not seen.
        float_hits: Photo by photo, whether the network in float32 has it right.
        whole_hits: The network in integers throughout.
        plan_hits: The plan.
        speed: How long each takes.
        bytes_whole: Size of the network in integers throughout.
        bytes_plan: Size of the plan's.
        path: The plan's file; None where it was not written.
        left_out: Photos that could not be read, and why.
    """

    model: str
    keep: tuple[str, ...]
    search: Search
    is_labelled: bool
    trials: tuple[PlanTrial, ...] = field(repr=False)
    harms: tuple[LayerHarm, ...] = field(repr=False)
    float_right: int
    searched: int
    is_verified: bool
    float_hits: tuple[bool, ...] = field(repr=False)
    whole_hits: tuple[bool, ...] = field(repr=False)
    plan_hits: tuple[bool, ...] = field(repr=False)
    speed: Speed
    bytes_whole: int
    bytes_plan: int
    path: Path | None = None
    left_out: tuple[str, ...] = field(default=(), repr=False)

    @property
    def shares(self) -> tuple[float, float, float]:
        """Shares right in float32, in integers, with the plan, 0–1."""
        hits = self.float_hits, self.whole_hits, self.plan_hits
        return sum(hits[0]) / len(hits[0]), sum(hits[1]) / len(hits[0]), sum(hits[2]) / len(hits[0])

    @property
    def intervals(self) -> tuple[tuple[float, float], ...]:
        """Their 95 % intervals (Wilson 1927)."""
        return tuple(wilson(sum(hits), len(hits)) for hits in (self.float_hits, self.whole_hits, self.plan_hits))

    @cached_property
    def counts(self) -> tuple[int, int, int, int]:
        """Photos that integers and plan both have right, that the plan gains, that it loses, that neither has right."""
        pairs = list(zip(self.whole_hits, self.plan_hits, strict=True))
        kinds = ((True, True), (False, True), (True, False), (False, False))
        both, gained, lost, neither = (pairs.count(kind) for kind in kinds)
        return both, gained, lost, neither

    @property
    def won_back(self) -> tuple[float, float, float]:
        """Share that the plan wins back over integers throughout, and its 95 % interval (Newcombe 1998, method 10)."""
        _, gained, lost, _ = self.counts
        return ((gained - lost) / len(self.plan_hits), *paired_difference(*self.counts))

    @property
    def p_value(self) -> float:
        """Of McNemar's exact test between plan and integers throughout (McNemar 1947)."""
        _, gained, lost, _ = self.counts
        return mcnemar(gained, lost)

    @property
    def verdict(self) -> str:
        """What was found, in a few sentences."""
        right = "right" if self.is_labelled else "answered as in float32"
        photos = "other photos" if self.is_verified else "the photos that it was chosen by"
        in_float, whole, plan = (f"{share:.1%}" for share in self.shares)
        if not self.keep:
            photos = f"{len(self.plan_hits):,} photos"
            return f"No layer has to stay in float32: {whole} of {photos} are {right}, and {in_float} in float32."
        won, low, high = self.won_back
        layers = "1 layer" if len(self.keep) == 1 else f"{len(self.keep)} layers"
        return (
            f"Keep {layers} in float32: {', '.join(self.keep)}. On {photos}, {plan} are {right}, in the place of "
            f"{whole} ({in_float} in float32): {100 * won:+.1f} points, 95 % {100 * low:+.1f} to {100 * high:+.1f}, "
            f"p = {self.p_value:.2g} (McNemar). A photo takes {self.speed.slower:.2f} × the time of integers alone."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        won, low, high = self.won_back
        names = ("float", "whole", "plan")
        return {
            "model": self.model,
            "keep": list(self.keep),
            "search": self.search,
            "labelled": self.is_labelled,
            "verified": self.is_verified,
            "photos": len(self.plan_hits),
            "shares": dict(zip(names, self.shares, strict=True)),
            "intervals": dict(zip(names, map(list, self.intervals), strict=True)),
            "won_back": won,
            "won_back_interval": [low, high],
            "p_value": self.p_value,
            "speed": self.speed.to_dict(),
            "bytes": {"whole": self.bytes_whole, "plan": self.bytes_plan},
            "path": str(self.path) if self.path else None,
            "harms": [harm.to_dict() for harm in self.harms],
            "trials": [trial.to_dict() for trial in self.trials],
            "verdict": self.verdict,
            "left_out": list(self.left_out),
        }

    def __repr__(self) -> str:
        return visible(f"<PrecisionPlan of {self.model}: {self.verdict}>")
