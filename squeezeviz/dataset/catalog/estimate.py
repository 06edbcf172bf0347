"""What a catalogue will cost, said before it begins: judged by a few channels, side by side as all of them will be."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.dataset.products import one_thread_each
from squeezeviz.errors import LayerError
from squeezeviz.runtime.sessions import available_threads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from squeezeviz.dataset.catalog.study import CatalogStudy
    from squeezeviz.dataset.photos import Photo
    from squeezeviz.runtime.model import Model

__all__ = ["CatalogEstimate", "estimate"]

_ON_TRIAL = 6  # channels at least, spread over all
_STEPS = 10, 40  # of a trial: from one to the other is what a step takes, and how files grow with their number
_ROW_BYTES = 200  # of the table


@dataclass(frozen=True)
class CatalogEstimate:
    """What a catalogue will cost, judged by a few steps of a few channels.

    Attributes:
        channels: How many there are.
        seconds: On this machine's processors, had nothing been grown before; NaN where no channel could be tried.
        content_bytes: On disk.
    """

    channels: int
    seconds: float
    content_bytes: float


def estimate(
    study: CatalogStudy, model: Model, channels: Sequence[Photo], *, workers: int | None = None
) -> CatalogEstimate:
    """Judge by a few steps of a few channels what a catalogue will cost.

    Args:
        study: How pictures are grown.
        model: The model.
        channels: All of them.
        workers: How many are under way at once; one a processor by default.
    """
    side_by_side = min(workers or available_threads(), len(channels))
    count = min(len(channels), side_by_side * -(-_ON_TRIAL // side_by_side))
    names = [channels[int(at)].name for at in np.linspace(0, len(channels) - 1, count)]
    few, more = (min(steps, study.settings.steps) for steps in _STEPS)
    with one_thread_each(), ThreadPoolExecutor(side_by_side) as pool:

        def tried(steps: int) -> tuple[float, list[int]]:
            short = replace(study, settings=replace(study.settings, steps=steps))
            start = time.perf_counter()
            sizes = list(pool.map(lambda name: _size(short, model, name), names))
            return time.perf_counter() - start, sizes

        tried(few)  # sessions are made once, and kept
        (few_s, small), (more_s, large) = tried(few), tried(more)
    # Of a channel that has a picture only after more steps, nothing tells how its file grows.
    grown = [(a or b, b) for a, b in zip(small, large, strict=True) if b]
    if not grown:
        return CatalogEstimate(len(channels), float("nan"), 0.0)
    by_step = (more_s - few_s) / (more - few) if more > few else 0.0
    trial_s = more_s + max(0.0, by_step) * (study.settings.steps - more)
    # Files grow with steps by a power of their number: it is what they do, within a fifth, from 10 steps to 320.
    power = [math.log(b / a) / math.log(more / few) if more > few else 0.0 for a, b in grown]
    sizes = [b * (study.settings.steps / more) ** p for (_, b), p in zip(grown, power, strict=True)]
    content = len(channels) * len(grown) / len(names) * (sum(sizes) / len(sizes) + _ROW_BYTES)
    return CatalogEstimate(len(channels), trial_s / len(names) * len(channels), content)


def _size(study: CatalogStudy, model: Model, name: str) -> int:
    """Return the bytes of a channel's files; 0 where it has none, which is going to be listed."""
    try:
        made = study.make(model, name)
    except LayerError:
        return 0
    return 0 if made is None else sum(len(each.file) for each in made[name])
