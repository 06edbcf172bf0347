"""Saliency: the gradient itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.subject import Subject

__all__ = ["saliency"]


def saliency(subject: Subject) -> Attribution:
    """Return the derivative of the number by the input tensor: what a small change of each pixel would do.

    K. Simonyan, A. Vedaldi and A. Zisserman, "Deep Inside Convolutional Networks" (2014). With f the number and X the
    input tensor:

        S = ∂f / ∂X,     a pixel's saliency: the largest |S| of its channels

    As in the paper the pixel's one number has no sign; `values` keep theirs.

    Returns:
        Over the pixels, signed, in the number's unit per unit of the input tensor. It adds up to nothing that is known.

    Raises:
        LayerError: An operator on the way has no gradient.
    """
    gradient = subject.gradient()
    return subject.over_pixels(
        "saliency", gradient, f"{subject.target.unit} per unit of the input", reduction="largest"
    )
