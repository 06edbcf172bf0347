"""Grad-CAM++."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.evidence.attribution.layers import mapped_layer

if TYPE_CHECKING:
    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.subject import Subject

__all__ = ["grad_cam_plus_plus"]


def grad_cam_plus_plus(subject: Subject, *, layer: str | None = None) -> Attribution:
    """Return a weighted sum of a layer's maps, whose weights count cells by their higher derivatives.

    A. Chattopadhyay, A. Sarkar, P. Howlader and V. Balasubramanian, "Grad-CAM++: Improved Visual Explanations for Deep
    Convolutional Networks" (2018). With f the number, A the layer's values and G = ∂f / ∂A, cell by cell:

        α_k = G_k² / (2 G_k² + (Σ over cells: A_k) · G_k³),     w_k = Σ over cells: α_k · ReLU(G_k)
        L = ReLU(Σ over channels k: w_k · A_k)

    That is the paper's formula for exp(f), whose second and third derivatives are powers of G while the network is
    linear in pieces. Its factor exp(f), the same for all cells, is left out; where a denominator is 0, α is 0.

    Args:
        subject: What is attributed.
        layer: Whose maps; the last that has any by default.

    Returns:
        Over the layer's cells, from 0 up, without a unit: α · ReLU(G) is of the function exp(f). It adds up to nothing.

    Raises:
        LayerError: The layer has no map, the number does not hang on it, or an operator between has no gradient.
    """
    found = mapped_layer(subject, layer, "grad-cam++")
    values, gradient = subject.at_layer(found)
    square = gradient**2
    below = 2 * square + values.sum(axis=(1, 2), keepdims=True) * gradient**3
    alpha = np.divide(square, below, out=np.zeros_like(square), where=below != 0)
    weights = (alpha * np.maximum(0, gradient)).sum(axis=(1, 2))
    cells = np.maximum(0, np.tensordot(weights, values, axes=1))
    return subject.over_cells("grad-cam++", found, cells, "no unit")
