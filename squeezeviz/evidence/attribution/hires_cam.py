"""HiResCAM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.evidence.attribution.attribution import Completeness
from squeezeviz.evidence.attribution.layers import mapped_layer

if TYPE_CHECKING:
    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.subject import Subject

__all__ = ["hires_cam"]


def hires_cam(subject: Subject, *, layer: str | None = None) -> Attribution:
    """Return the sum of a layer's maps, each cell weighted by its own derivative: no mean is taken first.

    R. Draelos and L. Carin, "Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural
    networks" (2020). With f the number and A the layer's values, cell by cell:

        L = Σ over channels k: ∂f / ∂A_k · A_k

    It is input × gradient with the layer as input: where what follows is linear in pieces, L adds up to the number less
    what biases behind the layer put in. On SqueezeNet's last features it is the exact class activation map but for the
    bias of the cells above 0. Signed, as in the paper's formula: no ReLU follows.

    Args:
        subject: What is attributed.
        layer: Whose maps; the last that has any by default.

    Returns:
        Over the layer's cells, signed, in the number's unit; with its completeness: it adds up to the number, but for
        biases behind the layer, where what follows is linear in pieces.

    Raises:
        LayerError: The layer has no map, the number does not hang on it, or an operator between has no gradient.
    """
    found = mapped_layer(subject, layer, "hires-cam")
    values, gradient = subject.at_layer(found)
    cells = (gradient * values).sum(axis=0)
    words = f"the {subject.target.words}; where what follows is linear in pieces, the gap is what its biases put in"
    return subject.over_cells(
        "hires-cam", found, cells, subject.target.unit,
        completeness=Completeness(subject.value, float(cells.sum()), words),
    )  # fmt: skip
