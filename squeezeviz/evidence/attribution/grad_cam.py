"""Grad-CAM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.evidence.attribution.layers import mapped_layer

if TYPE_CHECKING:
    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.subject import Subject

__all__ = ["grad_cam"]


def grad_cam(subject: Subject, *, layer: str | None = None, rectified: bool = True) -> Attribution:
    """Return a weighted sum of a layer's maps, each weighted by the mean of the number's derivative by it.

    R. Selvaraju, M. Cogswell, A. Das, R. Vedantam, D. Parikh and D. Batra, "Grad-CAM: Visual Explanations from Deep
    Networks via Gradient-based Localization" (2017). With f the number, A the layer's values and n its cells:

        α_k = 1/n · Σ over cells: ∂f / ∂A_k,     L = ReLU(Σ over channels k: α_k · A_k)

    Where a global mean of A feeds a fully connected layer, L is the class activation map but for its bias, exact (where
    that is above 0). In SqueezeNet a ReLU lies between: α_k is w_k / n times the share of cells whose map is above 0.

    Args:
        subject: What is attributed.
        layer: Whose maps; the last that has any by default.
        rectified: Whether what is below 0 becomes 0, as in the paper; it may be what speaks against a class.

    Returns:
        Over the layer's cells, in the number's unit, from 0 up where rectified. It adds up to nothing that is known.

    Raises:
        LayerError: The layer has no map, the number does not hang on it, or an operator between has no gradient.
    """
    found = mapped_layer(subject, layer, "grad-cam")
    values, gradient = subject.at_layer(found)
    cells = np.tensordot(gradient.mean(axis=(1, 2)), values, axes=1)
    cells = np.maximum(0, cells) if rectified else cells
    return subject.over_cells("grad-cam", found, cells, subject.target.unit, settings={"rectified": rectified})
