"""Which attribution may be believed? Every method on the labelled photos, measured side by side.

Deletion and insertion, rank correlation with the exact class activation map (of SqueezeNet, every logit is the mean of
its class's map), sensitivity to a change of two pixel values, and the rank correlation with maps of the same network
once its weights are random: in its top fourth, and in all layers.

The photos lie in ``images/`` beside the folder of models, or in ``SQUEEZEVIZ_TEST_DATA``; without them the part is left
out. All 94 take half an hour of two processors; ``python -m benchmarks.attributions --photos 14`` takes as many, drawn at
random, and prints the table alone.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.table import Table

import squeezeviz as sv
from benchmarks.faithfulness import labelled_photos
from benchmarks.timing import Row
from squeezeviz.evidence.judging.judgement import CHANCE
from squeezeviz.evidence.judging.judging import USUAL_METHODS, judge_attributions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from squeezeviz.evidence.judging.judgement import Judgement

_QUICK = {"integrated-gradients": {"steps": 10}, "smoothgrad": {"samples": 10}}


def attribution_rows() -> Iterator[Row]:
    """Mean areas of deletion and insertion of each method, beside those of chance."""
    photos = labelled_photos()
    if not photos:
        Console().print("attributions: left out, the labelled photos are not beside the models", style="dim")
        return
    made = judged(photos)
    _print(made)
    for measure, budget in (("deletion", "< 1"), ("insertion", "> 1")):
        chance = made.mean(measure, CHANCE)
        for method in made.methods:
            mean = made.mean(measure, method)
            yield Row(f"{measure} by {method}, area", mean, "by chance", chance, mean / chance, budget, unit="")


def judged(photos: list[Path]) -> Judgement:
    """Return every method but Score-CAM, measured on photos."""
    model = sv.load_model("squeezenet1.1-caffe2")
    return judge_attributions(
        model, list(photos), USUAL_METHODS, options=_QUICK, steps=10, samples=1, stages=4, preprocessing=None
    )


def _print(made: Judgement) -> None:
    count = len(made.images)
    table = Table(title=f"mean over {count} photos [95 % interval]", title_justify="left")
    table.add_column("method")
    for measure in made.measures:
        table.add_column(f"{measure.name} ({measure.better})", justify="right")
    table.add_column(f"random from the top to {made.stages[0]}", justify="right")
    for method in (*made.methods, CHANCE):
        cells = [_text(made, measure.name, method) for measure in made.measures]
        first = made.randomised[method][:, 0].mean() if method in made.randomised else None
        table.add_row(method, *cells, "" if first is None else f"{first:.2f}")
    Console(width=180).print(table)


def _text(made: Judgement, measure: str, method: str) -> str:
    interval = made.interval(measure, method)
    if interval is None:
        return ""
    return f"{made.mean(measure, method):.3f} [{interval[0]:.3f}, {interval[1]:.3f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=14, help="how many of the labelled photos, drawn at random")
    count, photos = parser.parse_args().photos, labelled_photos()
    drawn = np.random.default_rng(0).permutation(len(photos))[:count]
    _print(judged([photos[at] for at in drawn]))


if __name__ == "__main__":
    main()
