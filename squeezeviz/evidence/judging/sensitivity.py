"""How much an attribution changes with a change of the photo that nobody sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.subject import Subject

__all__ = ["max_sensitivity"]


def max_sensitivity(
    subject: Subject,
    made: Attribution,
    again: Callable[[Subject], Attribution],
    *,
    samples: int,
    radius: float,
    seed: int,
) -> float:
    """Return the largest change of an attribution, as a share of its own size, over small changes of the photo.

    C. Yeh, C. Hsieh, A. Suggala, D. Inouye and P. Ravikumar, "On the (In)fidelity and Sensitivity of Explanations"
    (2019). With Φ the attribution, X the input tensor and δ drawn evenly from within the radius, a number a pixel and
    channel:

        max over samples δ: ‖Φ(X + δ) − Φ(X)‖ / ‖Φ(X)‖

    The largest of a few samples is less than that of all changes: it compares methods, drawn alike.

    Args:
        subject: What was attributed.
        made: Φ(X).
        again: Makes Φ of another photo.
        samples: How many.
        radius: In pixel values, of 255.
        seed: Of the samples.
    """
    slope, _ = subject.start.preprocessing.affine
    scale = (radius * np.abs(slope))[:, None, None]
    size, most = float(np.linalg.norm(made.values.astype(np.float64))), 0.0
    for sample in range(samples):
        moved = np.random.default_rng([seed, sample]).uniform(-1, 1, subject.tensor.shape) * scale
        other = again(subject.with_tensor(subject.tensor + moved.astype(np.float32)))
        most = max(most, float(np.linalg.norm(other.values.astype(np.float64) - made.values)))
    return most / size if size else 0.0
