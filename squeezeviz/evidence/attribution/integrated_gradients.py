"""Integrated gradients: gradients along the way from a baseline to the photo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from squeezeviz.errors import SqueezeVizError, did_you_mean, spoken
from squeezeviz.evidence.attribution.attribution import Completeness
from squeezeviz.evidence.attribution.options import whole_number
from squeezeviz.evidence.filling import filling_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.subject import Subject

__all__ = ["BASELINES", "BaselineName", "integrated_gradients"]

BaselineName = Literal["black", "mean", "blur"]
BASELINES: tuple[BaselineName, ...] = get_args(BaselineName)

_SIGMA = 0.1  # of the blur, as a share of the input's shorter side
_MOST_STEPS = 2000


def integrated_gradients(subject: Subject, *, baseline: BaselineName = "black", steps: int = 50) -> Attribution:
    """Return each pixel's part in what the number changes by on the straight way from a baseline to the photo.

    M. Sundararajan, A. Taly and Q. Yan, "Axiomatic Attribution for Deep Networks" (2017). With f the number, X the
    input tensor and X' the baseline:

        R = (X − X') · ∫ over α from 0 to 1: ∂f / ∂X at X' + α (X − X'),     Σ R = f(X) − f(X')

    The integral is the mean of the gradient in the middle of equal steps (midpoint rule). What Σ R then lacks is the
    completeness gap, which the result states. It goes to 0 with many steps, and not evenly: on the way ReLUs and maxima
    change over, and steps may miss some. The baseline decides what can be seen at all: a pixel that is as the baseline
    has it gets 0, whatever it means.

    Args:
        subject: What is attributed.
        baseline: ``"black"``; ``"mean"``, the photo's own mean colour; or ``"blur"``, the photo under a Gaussian of a
            tenth of the input's shorter side.
        steps: Of the integral, 1 to 2000.

    Returns:
        Over the pixels, signed, in the number's unit; with its completeness: it adds up to f(X) − f(X'), less the gap.

    Raises:
        LayerError: An operator on the way has no gradient.
        SqueezeVizError: There is no such baseline, or the steps are no such number.
    """
    if not isinstance(baseline, str) or baseline not in BASELINES:
        hint = did_you_mean(str(baseline), BASELINES)
        raise SqueezeVizError(f"baseline is {spoken(repr(baseline))}, expected {', '.join(BASELINES)}.{hint}")
    steps = whole_number("steps", steps, most=_MOST_STEPS)
    fill, tensor = ((0, 0, 0) if baseline == "black" else baseline), subject.tensor
    start = filling_of(subject.start, fill, _SIGMA * min(tensor.shape[2:]))
    way = tensor - start

    def run(rows: slice) -> NDArray[np.float64]:
        shares = (np.arange(steps)[rows] + 0.5) / steps
        points = start + way * shares[:, None, None, None].astype(np.float32)
        # One sum a batch: hundreds of gradients of a large input would not fit.
        summed: NDArray[np.float64] = subject.gradients_of(points).sum(axis=0, dtype=np.float64)
        return summed[None]

    mean = subject.in_batches(steps, run).sum(axis=0) / steps
    values = way[0] * mean
    words = f"the {subject.target.words} less that of the baseline ({baseline}); the gap is that of the integral"
    expected = subject.value - float(subject.values_of(start)[0])
    return subject.over_pixels(
        "integrated-gradients", values, subject.target.unit,
        completeness=Completeness(expected, float(values.sum()), words),
        settings={"baseline": baseline, "steps": steps},
    )  # fmt: skip
