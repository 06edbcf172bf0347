"""Input × gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.evidence.attribution.attribution import Completeness

if TYPE_CHECKING:
    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.subject import Subject

__all__ = ["input_x_gradient"]


def input_x_gradient(subject: Subject) -> Attribution:
    """Return the input tensor times the derivative of the number by it.

    A. Shrikumar, P. Greenside, A. Shcherbina and A. Kundaje, "Not Just a Black Box" (2016). With f the number and X the
    input tensor:

        R = X · ∂f / ∂X

    Of a network of convolutions, ReLU and pooling, which is linear in pieces, R adds up to the number less what the
    biases put in. It is of the tensor as the network gets it, whose 0 is, as a rule, the mean colour.

    Returns:
        Over the pixels, signed, in the number's unit; with its completeness: it adds up to the number, but for
        biases, where the network is linear in pieces.

    Raises:
        LayerError: An operator on the way has no gradient.
    """
    values = subject.tensor[0] * subject.gradient()
    words = f"the {subject.target.words}; of a network that is linear in pieces the gap is what its biases put in"
    found = Completeness(subject.value, float(values.sum(dtype=np.float64)), words)
    return subject.over_pixels("input-x-gradient", values, subject.target.unit, completeness=found)
