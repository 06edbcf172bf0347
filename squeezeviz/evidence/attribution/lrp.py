"""Layer-wise relevance propagation, by two rules."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import SqueezeVizError
from squeezeviz.evidence.attribution.attribution import Completeness
from squeezeviz.network.relevance import AlphaBetaRule, EpsilonRule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.subject import Subject
    from squeezeviz.network.relevance import RelevanceRule

__all__ = ["lrp_alpha_beta", "lrp_epsilon"]


def lrp_epsilon(subject: Subject, *, epsilon: float = 0.1) -> Attribution:
    """Return each pixel's relevance: the number handed back layer by layer, shared out by what each input put in.

    S. Bach, A. Binder, G. Montavon, F. Klauschen, K.-R. Müller and W. Samek, "On Pixel-Wise Explanations for Non-Linear
    Classifier Decisions by Layer-Wise Relevance Propagation" (2015), equation 58. With x a layer's inputs, w its
    weights, z = Σ x · w + bias and R_j what its outputs have:

        R_i = Σ over outputs j: x_i · w_ij / (z_j ± ε) · R_j,     ± as z_j has it

    A function of one number (ReLU) hands on all of it, a maximum gives it to the largest. ε is `epsilon` × the root
    mean square of the layer's values on this photo, after G. Montavon and others, "Layer-Wise Relevance Propagation: An
    Overview" (2019), who take a quarter, of a few layers; in the paper it is one number for all. With 0 it is input ×
    gradient, where all activations are ReLU. A batch normalisation that is a layer of its own is one here, too.

    Args:
        subject: What is attributed.
        epsilon: From 0 to 10; the larger, the less is left of what is small, and the more is left over.

    Returns:
        Over the pixels, signed, in the number's unit; with its completeness: it adds up to the number, less what biases
        took and what was left over.

    Raises:
        LayerError: An operator on the way has no such rule, such as a product of two of the image's numbers.
        SqueezeVizError: Epsilon is no such number.
    """
    return _propagated(subject, "lrp-epsilon", EpsilonRule(epsilon), {"epsilon": float(epsilon)})


def lrp_alpha_beta(subject: Subject, *, alpha: float = 2.0, beta: float | None = None) -> Attribution:
    """Return each pixel's relevance, handed back layer by layer, what speaks for and against weighed apart.

    S. Bach, A. Binder, G. Montavon, F. Klauschen, K.-R. Müller and W. Samek, "On Pixel-Wise Explanations for Non-Linear
    Classifier Decisions by Layer-Wise Relevance Propagation" (2015), equation 60, whose β has the other sign. With z⁺
    the sum of all x · w above 0 that make an output, its bias among them, and z⁻ of those below:

        R_i = Σ over outputs j: (α · (x_i · w_ij)⁺ / z⁺_j − β · (x_i · w_ij)⁻ / z⁻_j) · R_j,     α − β = 1

    Other than in the paper, an output whose parts are of one sign alone gives these all of R_j, so that nothing is
    lost. Sums and means do likewise; a maximum gives all to the largest, a function of one number (ReLU) hands on all.

    Args:
        subject: What is attributed.
        alpha: From 1 to 100. With 1, nothing that speaks against is seen.
        beta: One less; so by default.

    Returns:
        Over the pixels, signed, in the number's unit; with its completeness: it adds up to the number, less what biases
        took and what was left over.

    Raises:
        LayerError: An operator on the way has no such rule, such as a product of two of the image's numbers.
        SqueezeVizError: Alpha is no such number, or beta is not one less.
    """
    rule = AlphaBetaRule(alpha)
    if beta is not None and (not isinstance(beta, Real) or beta != alpha - 1):
        raise SqueezeVizError(f"beta is {beta!r}, expected alpha − 1, which is {alpha - 1:g}")
    return _propagated(subject, "lrp-alpha-beta", rule, {"alpha": float(alpha), "beta": float(alpha - 1)})


def _propagated(subject: Subject, method: str, rule: RelevanceRule, settings: Mapping[str, float]) -> Attribution:
    values, takes = subject.relevance(rule)
    total, taken = float(values.sum(dtype=np.float64)), sum(takes.values())
    biases, rest = (f"{takes[who]:z.4f}" for who in ("biases", "rest"))
    words = (
        f"the {subject.target.words}, {subject.value:.4f}, less what biases took, {biases}, and what was left over, "
        f"{rest}; the gap is rounding"
    )
    completeness = Completeness(subject.value - taken, total, words)
    return subject.over_pixels(method, values, subject.target.unit, completeness=completeness, settings=settings)
