"""Deletion and insertion: the photo's pixels taken away, or brought back, in the order in which a map ranks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.evidence.filling import filling_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.attribution.subject import Subject

__all__ = ["curve_area", "deletion_insertion"]

_SIGMA = 0.07  # of the blur, as a share of the input's shorter side


def deletion_insertion(
    subject: Subject, values: NDArray[np.float32], steps: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what is left of the answer as the highest-ranked pixels are deleted, and as they are inserted.

    V. Petsiuk, A. Das and K. Saenko, "RISE: Randomized Input Sampling for Explanation of Black-box Models" (2018).
    Deleted pixels become grey (128), in equal shares of all; inserted ones come back onto the photo under a Gaussian of
    7 % of the input's shorter side. Followed is the probability of the target's class; of a number of no class, its
    share of what it is on the photo. What such pictures are to a network that has seen none like them is not known: the
    curves compare maps with each other, and fine maps are favoured where few pixels tip the answer.

    Args:
        subject: What was attributed.
        values: The map, float32 (H, W), the largest first.
        steps: Pictures of each curve, beside the first.

    Returns:
        Deletion, from the photo to none of it, and insertion, from the blur to the photo: float64 (steps + 1,) each.
    """
    ranks = np.empty(values.size, np.intp)
    ranks[np.argsort(-values, axis=None, kind="stable")] = np.arange(values.size)
    ends = np.linspace(0, values.size, steps + 1)
    whole, shorter = subject.tensor[0], min(subject.tensor.shape[2:])
    grey, blur = (filling_of(subject.start, fill, _SIGMA * shorter)[0] for fill in ("grey", "blur"))

    def followed(before: NDArray[np.float32], after: NDArray[np.float32]) -> NDArray[np.float64]:
        def run(rows: slice) -> NDArray[np.float64]:
            batch = [np.where(ranks.reshape(values.shape) < end, after, before) for end in ends[rows]]
            return _answer(subject, np.stack(batch))

        return subject.in_batches(len(ends), run)

    return followed(whole, grey), followed(blur, whole)


def curve_area(curve: NDArray[np.float64]) -> float:
    """Return the area under a curve whose points lie equally far apart from 0 to 1 (trapezoids)."""
    return float((curve[1:] + curve[:-1]).mean() / 2)


def _answer(subject: Subject, batch: NDArray[np.float32]) -> NDArray[np.float64]:
    if subject.target.label is None:
        return subject.values_alone(batch) / (subject.value or 1.0)
    _, probabilities = subject.model.answers(batch, subject.start.preprocessing, threads=1)
    followed: NDArray[np.float64] = probabilities[:, subject.target.label.class_index].astype(np.float64)
    return followed
