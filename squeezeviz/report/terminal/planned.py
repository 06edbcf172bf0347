"""Which layers to keep in float32, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from squeezeviz.report.terminal.console import out
from squeezeviz.report.terminal.left_out import print_left_out

if TYPE_CHECKING:
    from squeezeviz.quantization.planned import PrecisionPlan

__all__ = ["print_precision_plan"]

_MOST_TRIALS, _MOST_HARMS = 10, 5


def print_precision_plan(plan: PrecisionPlan) -> None:
    """Print the plan, what it wins back and costs, and the best choices that were tried.

    Args:
        plan: What was found.
    """
    out.say((out.name(plan.model), "bold"), f"  {plan.search} search, {len(plan.trials):,} choices tried")
    out.say(out.name(plan.verdict), soft_wrap=False)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("")
    for heading in ("right %", "95 %", "ms", "bytes"):
        table.add_column(heading, justify="right", no_wrap=True)
    speed = plan.speed
    rows = (
        ("float32", speed.float_ms, ""),
        ("integers", speed.whole_ms, f"{plan.bytes_whole:,}"),
        ("plan", speed.plan_ms, f"{plan.bytes_plan:,}"),
    )
    for (name, ms, size), share, (low, high) in zip(rows, plan.shares, plan.intervals, strict=True):
        table.add_row(name, f"{100 * share:.1f}", f"{100 * low:.1f}–{100 * high:.1f}", f"{ms:.2f}", size)
    out.print(table)
    _print_trials(plan)
    if plan.path:
        out.say("written: ", (out.name(str(plan.path)), "bold"))
    print_left_out(plan.left_out)


def _print_trials(plan: PrecisionPlan) -> None:
    if plan.harms:
        named = (f"{out.name(harm.layer)} ({harm.right:,} right)" for harm in plan.harms[:_MOST_HARMS])
        out.say(("alone in integers, these harm most: ", "dim"), ", ".join(named), soft_wrap=False)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("right", "distance"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("in float32")
    for trial in sorted(plan.trials, key=lambda trial: trial.rank)[:_MOST_TRIALS]:
        names = ", ".join(trial.keep) or "none"
        table.add_row(f"{trial.right:,} / {plan.searched:,}", f"{trial.distance:.4f}", out.name(names))
    out.print(table)
    out.say(("distance: total variation of the probabilities from those in float32, the mean over photos.", "dim"))
