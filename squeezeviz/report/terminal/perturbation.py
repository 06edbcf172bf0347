"""Perturbations on a terminal: maps of what patches carry, answers before and after, rankings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich import box
from rich.table import Table

from squeezeviz.report.terminal.console import out
from squeezeviz.report.terminal.maps import ADDS, TAKES, print_map
from squeezeviz.report.words import rectangle_text

if TYPE_CHECKING:
    from squeezeviz.evidence import Ablation, AblationSweep, Occlusion
    from squeezeviz.evidence.occlusion import Units
    from squeezeviz.results.prediction import ClassScore, Prediction

__all__ = ["print_ablation", "print_ablation_sweep", "print_occlusion"]

_LISTED = 5
_RANKED = 20


def print_occlusion(made: Occlusion, *, key: int, units: Units = "logit") -> None:
    """Print a class's map in shades, and what hiding the patches that matter most does."""
    score = made.prediction[key]
    _head(
        f"{out.name(score.label)}: {made.prediction.logit_words} {score.logit:.4f}, p {score.probability:.2%}",
        made.prediction,
    )
    change = made.map(key, units).astype(np.float64)
    most = float(np.abs(change).max())
    print_map(change, most)
    fill = made.fill if isinstance(made.fill, str) else "colour " + ", ".join(map(str, made.fill))
    shade = f"{most:.2f} {_units(made.prediction)}" if units == "logit" else f"{100 * most:.2f} points"
    patches = f"{made.total} patches of {made.patch_px} px, every {made.stride_px} px, filled with {fill}. "
    out.say(
        (patches, "dim"), ("Orange", ADDS), (f" speaks for {out.name(score.label)}, ", "dim"), ("blue", TAKES),
        (f" against; full shade is ±{shade}", "dim"),
    )  # fmt: skip
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("hidden, in the photo", no_wrap=True)
    table.add_column("it carried", justify="right", no_wrap=True)
    table.add_column("says then", no_wrap=True)
    table.add_column("p", justify="right", no_wrap=True)
    for each in made.ranked(key, _LISTED, units=units):
        carried = f"{each.change:+.2f}" if units == "logit" else f"{100 * each.change:+.2f} points"
        where, said = rectangle_text(each.place), each.answer
        table.add_row(where, carried, out.name(said.label), f"{said.probability:.1%}")
    out.print(table)
    out.say((f"Hiding one patch changes the answer at {int(made.flips.sum())} of {made.total} places.", "dim"))


def print_ablation(made: Ablation, *, index: int) -> None:
    """Print the answers before and after, above all to the class of that index."""
    one = made.change(index)
    logits = f"{one['logit_before']:.4f} → {one['logit_after']:.4f} ({one['logit_change']:+.4f})"
    _head(f"{out.name(one['label'])}: {made.before.logit_words} {logits}", made.before)
    for layer, channels in made.ablated.items():
        listed = ", ".join(map(str, channels[:12])) + (", …" if len(channels) > 12 else "")
        count = f"{len(channels)} channel" + ("" if len(channels) == 1 else "s")
        instead = ", in place of each map its mean" if made.fill == "mean" else ""
        out.say((f"{out.name(layer)}: {count} ablated ({listed}){instead}", "dim"))
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("class", no_wrap=True)
    for name in ("p before", "p after", f"{made.before.logit_words} before", "after", "moved"):
        table.add_column(name, justify="right", no_wrap=True)
    for at in dict.fromkeys([*made.leading(_LISTED), index]):
        before, after = made.before[at], made.after[at]
        table.add_row(
            out.name(before.label), f"{before.probability:.2%}", f"{after.probability:.2%}", f"{before.logit:.2f}",
            f"{after.logit:.2f}", f"{after.logit - before.logit:+.2f}",
        )  # fmt: skip
    out.print(table)
    most = ", ".join(f"{out.name(label)} {change:+.2f}" for label, change in made.moved(3))
    out.say((f"Moved most: {most}", "dim"))


def print_ablation_sweep(made: AblationSweep, *, key: int | None = None) -> None:
    """Print the channels that matter most to a class; by default to the sweep's, or else to the most probable."""
    score = made.score(key)
    first = made.prediction.top(1)[0].label
    _head(
        f"{out.name(score.label)}: {made.prediction.logit_words} {score.logit:.4f}, p {score.probability:.2%}",
        made.prediction,
    )
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("without", no_wrap=True)
    table.add_column("channel", justify="right", no_wrap=True)
    table.add_column(made.prediction.logit_words, justify="right", no_wrap=True)
    if made.target is None:
        table.add_column("p, points", justify="right", no_wrap=True)
        table.add_column("says instead", no_wrap=True)
    for each in made.ranked(key, _RANKED):
        row = [out.name(each.layer), f"{each.channel}", f"{each.logit_change:+.3f}"]
        if each.probability_change is not None and each.answer is not None:
            row += [f"{100 * each.probability_change:+.2f}", "" if each.answer == first else out.name(each.answer)]
        table.add_row(*row)
    out.print(table)
    listed = min(_RANKED, made.total)
    note = f"{made.total} channels ablated in turn; the {listed} that matter most. --json lists all."
    out.say((note, "dim"), soft_wrap=False)


def _head(title: str, said: Prediction) -> None:
    how = said.preprocessing
    out.say((title, "bold"), soft_wrap=False)
    whose = f"{out.name(said.image)} as {out.name(said.model_id)} sees it"
    out.say((whose + (f", {out.name(how.name)}" if how else ""), "dim"))
    if said.caution:
        out.say((said.caution, "yellow"))


def _said(prediction: Prediction, score: ClassScore) -> str:
    return f"{prediction.logit_words} {score.logit:.4f}, p {score.probability:.2%}"


def _units(prediction: Prediction) -> str:
    return "logits" if prediction.logit_words == "logit" else f"in {prediction.logit_words}"
