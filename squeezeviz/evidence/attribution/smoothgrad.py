"""SmoothGrad: the mean of the gradients of noisy copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.evidence.attribution.options import share, whole_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.subject import Subject

__all__ = ["smoothgrad"]

_MOST_SAMPLES = 2000


def smoothgrad(subject: Subject, *, samples: int = 50, noise: float = 0.15, seed: int = 0) -> Attribution:
    """Return the mean of the gradients of copies of the photo, each with noise of its own.

    D. Smilkov, N. Thorat, B. Kim, F. Viégas and M. Wattenberg, "SmoothGrad: removing noise by adding noise" (2017).
    With f the number and X the input tensor:

        R = 1/n · Σ over n samples: ∂f / ∂X at X + N(0, σ²),     σ = noise · (largest − least value of X)

    A pixel's one number is, as of `saliency`, the largest |R| of its channels. The same seed gives the same noise.

    Args:
        subject: What is attributed.
        samples: How many copies, 1 to 2000.
        noise: The noise's standard deviation, as a share of the input's range; the paper advises 0.1 to 0.2.
        seed: Of the noise.

    Returns:
        Over the pixels, signed, in the number's unit per unit of the input tensor. It adds up to nothing that is known.

    Raises:
        LayerError: An operator on the way has no gradient.
        SqueezeVizError: Samples, noise or seed cannot be.
    """
    samples = whole_number("samples", samples, most=_MOST_SAMPLES)
    noise, seed = share("noise", noise), whole_number("seed", seed, least=0, most=2**32 - 1)
    tensor = subject.tensor
    sigma = noise * float(np.ptp(tensor))

    def run(rows: slice) -> NDArray[np.float64]:
        copies = [tensor[0] + _noise(seed, row, tensor.shape[1:], sigma) for row in range(samples)[rows]]
        summed: NDArray[np.float64] = subject.gradients_of(np.stack(copies)).sum(axis=0, dtype=np.float64)
        return summed[None]

    mean = subject.in_batches(samples, run).sum(axis=0) / samples
    return subject.over_pixels(
        "smoothgrad", mean, f"{subject.target.unit} per unit of the input", reduction="largest",
        settings={"samples": samples, "noise": noise, "seed": seed},
    )  # fmt: skip


def _noise(seed: int, row: int, shape: tuple[int, ...], sigma: float) -> NDArray[np.float32]:
    """Return one copy's noise: that of its own number, in whatever order copies are made."""
    made = np.random.default_rng([seed, row]).standard_normal(shape, np.float32)
    return made * np.float32(sigma)
