"""Guided backpropagation, with the warning that it deserves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.subject import Subject

__all__ = ["guided_backpropagation"]

CAUTION = (
    "Guided backpropagation is no gradient, and says little of the class: it hardly changes when the weights of the "
    "upper layers are made random (Adebayo et al., 2018), and does about what would restore the picture (Nie et al., "
    "2018)"
)


def guided_backpropagation(subject: Subject) -> Attribution:
    """Return what comes back to the pixels when every ReLU lets only positive gradients through: no gradient.

    J. Springenberg, A. Dosovitskiy, T. Brox and M. Riedmiller, "Striving for Simplicity: The All Convolutional Net"
    (2015). At each ReLU, with x what goes into it and R what comes back to its output:

        R back = R where x > 0 and R > 0, else 0

    It looks sharp whatever it is of. J. Adebayo and others, "Sanity Checks for Saliency Maps" (2018), found that it
    hardly changes when the network's upper layers are made random; W. Nie, Y. Zhang and A. Patel, "A Theoretical
    Explanation for Perplexing Behaviors of Backpropagation-based Visualizations" (2018), why.

    Returns:
        Over the pixels, signed, without a unit, for it is no derivative; with a caution. It adds up to nothing.

    Raises:
        LayerError: An operator on the way has no gradient, or another activation than ReLU is on it.
    """
    return subject.over_pixels("guided-backpropagation", subject.gradient(rule="guided"), "no unit", caution=CAUTION)
