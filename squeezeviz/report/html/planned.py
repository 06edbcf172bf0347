"""Which layers to keep in float32, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.html.elements import Markup, el
from squeezeviz.report.html.layout import QUIET, bold, display, left_out, quiet, table

if TYPE_CHECKING:
    from squeezeviz.quantization.planned import PrecisionPlan

__all__ = ["precision_plan_html"]

_MOST_TRIALS = 10


def precision_plan_html(plan: PrecisionPlan) -> Markup:
    """Return the plan, what it wins back and costs, and the best choices that were tried."""
    speed = plan.speed
    rows = [
        ["float32", *_share(plan, 0), f"{speed.float_ms:.2f}", ""],
        ["integers", *_share(plan, 1), f"{speed.whole_ms:.2f}", f"{plan.bytes_whole:,}"],
        ["plan", *_share(plan, 2), f"{speed.plan_ms:.2f}", f"{plan.bytes_plan:,}"],
    ]
    best = sorted(plan.trials, key=lambda trial: trial.rank)[:_MOST_TRIALS]
    tried = [
        [f"{trial.right:,} / {plan.searched:,}", f"{trial.distance:.4f}", ", ".join(trial.keep) or "none"]
        for trial in best
    ]
    return display(
        bold(plan.model), " ", quiet(f"{plan.search} search, {len(plan.trials):,} choices tried"),
        el("div", plan.verdict, style="max-width:60em"),
        table(["", "right", "95 %", "ms", "bytes"], rows, ["left", "right", "right", "right", "right"]),
        table(["right", "distance", "in float32"], tried, ["right", "right", "left"], wrap=2),
        el("div", "distance: total variation of the probabilities from those in float32, the mean over photos.",
           style=QUIET),
        el("div", f"written: {plan.path}") if plan.path else None,
        *left_out(plan.left_out),
    )  # fmt: skip


def _share(plan: PrecisionPlan, at: int) -> list[str]:
    low, high = plan.intervals[at]
    return [f"{plan.shares[at]:.1%}", f"{low:.1%} – {high:.1%}"]
