"""DeconvNet: a layer's value carried back through a network run in reverse."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.subject import Subject

__all__ = ["deconvnet"]

CAUTION = (
    "DeconvNet is no gradient, and says little of the class: what it shows depends on which pixels max pooling chose, "
    "and does about what would restore the picture (Nie et al., 2018)"
)


def deconvnet(subject: Subject) -> Attribution:
    """Return what comes back to the pixels when every ReLU is applied to what comes back, not to what went in.

    M. Zeiler and R. Fergus, "Visualizing and Understanding Convolutional Networks" (2014). At each ReLU, with R what
    comes back to its output:

        R back = R where R > 0, else 0

    Convolutions and max pooling hand back as their derivatives do (the paper's filters transposed, and switches). Other
    than in the paper any number may be asked about, not one channel alone.

    Returns:
        Over the pixels, signed, without a unit, for it is no derivative; with a caution. It adds up to nothing.

    Raises:
        LayerError: An operator on the way has no gradient, or another activation than ReLU is on it.
    """
    return subject.over_pixels("deconvnet", subject.gradient(rule="deconvnet"), "no unit", caution=CAUTION)
