"""Score-CAM: each channel's map hides the photo but for where it is active, and the network is asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.evidence.attribution.attribution import upsampled
from squeezeviz.evidence.attribution.layers import mapped_layer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.subject import Subject

__all__ = ["score_cam"]


def score_cam(subject: Subject, *, layer: str | None = None) -> Attribution:
    """Return a weighted sum of a layer's maps, each weighted by what the network says of the photo seen through it.

    H. Wang, Z. Wang, M. Du, F. Yang, Z. Zhang, S. Ding, P. Mardziel and X. Hu, "Score-CAM: Score-Weighted Visual
    Explanations for Convolutional Neural Networks" (2020). With f the number, X the input tensor, X_b = 0, and H_k the
    map A_k brought to the input's size and then to 0–1 (its least value 0, its largest 1):

        s_k = f(X ∘ H_k) − f(X_b),     α = softmax(s),     L = ReLU(Σ over channels k: α_k · A_k)

    No gradient is taken, but the network is run once a channel. X ∘ H_k is of the input tensor, whose 0 is, as a rule,
    the mean colour. A channel that is the same everywhere has no H_k and is left out. Maps are brought to the input's
    size by where cells lie, and not stretched to its edges.

    Args:
        subject: What is attributed.
        layer: Whose maps; the last that has any by default.

    Returns:
        Over the layer's cells, from 0 up, in the unit of its activation, a mean of maps. It adds up to nothing.

    Raises:
        LayerError: The layer has no map, or the number does not hang on it.
    """
    found = mapped_layer(subject, layer, "score-cam")
    maps = subject.activation(found.name)[0]
    varied = np.flatnonzero(np.ptp(maps, axis=(1, 2)) > 0)
    size = subject.tensor.shape[2:]

    def run(rows: slice) -> NDArray[np.float64]:
        masks = np.stack([_mask(upsampled(maps[channel], found, size)) for channel in varied[rows]])
        return subject.values_alone(subject.tensor * masks[:, None])

    weights = np.zeros(len(maps))
    if len(varied):
        scores = subject.in_batches(len(varied), run) - subject.values_of(np.zeros_like(subject.tensor))[0]
        raised = np.exp(scores - scores.max())
        weights[varied] = raised / raised.sum()
    cells = np.maximum(0, np.tensordot(weights, maps.astype(np.float64), axes=1))
    return subject.over_cells(
        "score-cam", found, cells, f"activation of {found.name}", settings={"runs": len(varied) + 1}
    )


def _mask(values: NDArray[np.float32]) -> NDArray[np.float32]:
    least, most = values.min(), values.max()
    return (values - least) / (most - least) if most > least else np.zeros_like(values)
