"""Perturbations as HTML: ablations, ablation sweeps, occlusion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.html.elements import Markup, el
from squeezeviz.report.html.layout import QUIET, bold, display, diverging, png, quiet, table
from squeezeviz.report.words import percent, rectangle_text

if TYPE_CHECKING:
    from squeezeviz.evidence.ablation import Ablation
    from squeezeviz.evidence.ablation_sweep import AblationSweep
    from squeezeviz.evidence.occlusion import Occlusion

__all__ = ["ablation_html", "ablation_sweep_html", "occlusion_html"]

_SHOWN_PX = 224


def ablation_html(ablation: Ablation, k: int = 5) -> Markup:
    """Return the top k before and after, and the classes that moved most."""
    off = "; ".join(f"{name}: {_channels(channels)}" for name, channels in ablation.ablated.items())
    rows = []
    for index in ablation.leading(k):
        before, after = ablation.before[index], ablation.after[index]
        change = f"{after.logit - before.logit:+.2f}"
        rows.append([before.label, percent(before.probability), percent(after.probability), change])
    says = f"as {ablation.before.model_id} sees it without {off} (in their place: {ablation.fill})"
    listed = table(["class", "p before", "p after", ablation.before.logit_words], rows, ["left", *["right"] * 3])
    return display(bold(ablation.before.image), " ", quiet(says), listed)


def ablation_sweep_html(sweep: AblationSweep, n: int = 12) -> Markup:
    """Return the n channels that matter most to the sweep's class, or else to the most probable one."""
    score, words = sweep.score(), sweep.prediction.logit_words
    rows = []
    for effect in sweep.ranked(n=n):
        row = [f"{effect.layer} [{effect.channel}]", f"{effect.logit_change:+.3f}"]
        if effect.probability_change is not None:
            row += [
                f"{effect.probability_change * 100:+.2f}",
                "" if effect.answer == score.label else effect.answer or "",
            ]
        rows.append(row)
    heads = ["without", f"{words} of {score.label}"] + (["p, points", "says instead"] if sweep.target is None else [])
    says = (
        f"{score.label}, {words} {score.logit:.2f}, p {percent(score.probability)}; "
        f"{sweep.done} of {sweep.total} channels ablated in turn, the {len(rows)} that matter most"
    )
    listed = table(heads, rows, ["left", "right", "right", "left"][: len(heads)])
    return display(bold(sweep.prediction.image), " ", quiet(says), listed)


def occlusion_html(occlusion: Occlusion) -> Markup:
    """Return the most probable class's map as a picture, its scale named, and the patches that matter most to it."""
    score, words = occlusion.prediction.top(1)[0], occlusion.prediction.logit_words
    most = occlusion.ranked(n=5)
    limit = abs(most[0].change) if most else 0.0
    rows = [
        [rectangle_text(each.place), f"{each.change:+.2f}", each.answer.label, percent(each.answer.probability)]
        for each in most
    ]
    heads = ["hidden, in the photo", f"{words} it carried", "says then", "p"]
    says = (
        f"{score.label}, {words} {score.logit:.2f}; {occlusion.done} of {occlusion.total} patches of "
        f"{occlusion.patch_px} px hidden in turn"
    )
    scale = f"red: speaks for the class, up to {limit:+.2f}; blue: against it; white: 0; grey: not hidden yet"
    drawn = png(diverging(occlusion.map(), limit, _SHOWN_PX), width=_SHOWN_PX, alt="Map of what each patch carries")
    return display(
        bold(occlusion.prediction.image),
        " ",
        quiet(says),
        el("div", drawn, style="margin:4px 0"),
        el("div", scale, style=QUIET),
        table(heads, rows, ["left", "right", "left", "right"]),
    )


def _channels(channels: tuple[int, ...], most: int = 8) -> str:
    if len(channels) > 2 and list(channels) == list(range(channels[0], channels[-1] + 1)):
        return f"{channels[0]}–{channels[-1]}"
    shown = ", ".join(map(str, channels[:most]))
    return f"{shown}, … ({len(channels)} channels)" if len(channels) > most else shown
