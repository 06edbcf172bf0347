"""LayerCAM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.evidence.attribution.layers import mapped_layer

if TYPE_CHECKING:
    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.subject import Subject

__all__ = ["layer_cam"]


def layer_cam(subject: Subject, *, layer: str | None = None) -> Attribution:
    """Return the sum of a layer's maps, each cell weighted by its own derivative where that is above 0.

    P. Jiang, C. Zhang, Q. Hou, M. Cheng and Y. Wei, "LayerCAM: Exploring Hierarchical Class Activation Maps for
    Localization" (2021). With f the number and A the layer's values, cell by cell:

        L = ReLU(Σ over channels k: ReLU(∂f / ∂A_k) · A_k)

    Made for shallow layers, too, whose channels mean different things in different places.

    Args:
        subject: What is attributed.
        layer: Whose maps; the last that has any by default.

    Returns:
        Over the layer's cells, from 0 up, in the number's unit. It adds up to nothing that is known.

    Raises:
        LayerError: The layer has no map, the number does not hang on it, or an operator between has no gradient.
    """
    found = mapped_layer(subject, layer, "layer-cam")
    values, gradient = subject.at_layer(found)
    cells = np.maximum(0, (np.maximum(0, gradient) * values).sum(axis=0))
    return subject.over_cells("layer-cam", found, cells, subject.target.unit)
