"""Recipro-CAM: all of a layer but one cell is set to zero, each cell in turn, and the rest of the network is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.evidence.attribution.layers import mapped_layer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.subject import Subject

__all__ = ["recipro_cam"]

_NEAR = np.array([0.25, 0.5, 0.25], np.float32)  # of the paper's 3 × 3 Gaussian, along one axis


def recipro_cam(subject: Subject, *, layer: str | None = None, gaussian: bool = True) -> Attribution:
    """Return what the rest of the network says of each of a layer's cells alone.

    S. Byun and W. Lee, "Recipro-CAM: Fast Gradient-Free Visual Explanations for Convolutional Neural Networks" (2022).
    With A the layer's values, M_yx a mask that is 1 at the cell (or the paper's 3 × 3 Gaussian round it: ¼, ⅛ beside,
    1/16 at the corners) and 0 elsewhere, and f the number, computed from the layer on:

        L(y, x) = f(A ∘ M_yx)

    No gradient is taken, and what lies before the layer is run once. Other than in the paper L is not brought to 0–1:
    values keep their unit, and can be compared.

    Args:
        subject: What is attributed.
        layer: Whose cells; those of the last layer that has a map by default.
        gaussian: Whether the cell's neighbours count as well, as the paper's examples have it.

    Returns:
        Over the layer's cells, signed, in the number's unit. It adds up to nothing that is known.

    Raises:
        LayerError: The layer has no map, or the number does not hang on it.
    """
    found = mapped_layer(subject, layer, "recipro-cam")
    beside = subject.model.parts.beside([found.name], [subject.target.of])
    given = subject.activations([found.name, *beside])
    values = given.pop(found.name)
    height, width = values.shape[2:]

    def run(rows: slice) -> NDArray[np.float64]:
        cells = np.arange(height * width)[rows]
        masks = np.stack([_around(height, width, *divmod(int(cell), width), gaussian=gaussian) for cell in cells])
        return subject.values_alone(values * masks[:, None], given, layer=found.name)

    alone = subject.in_batches(height * width, run).reshape(height, width)
    return subject.over_cells(
        "recipro-cam", found, alone, subject.target.unit, settings={"runs": height * width, "gaussian": gaussian}
    )


def _around(height: int, width: int, y: int, x: int, *, gaussian: bool) -> NDArray[np.float32]:
    mask = np.zeros((height + 2, width + 2), np.float32)  # cut off where the map ends
    if gaussian:
        mask[y : y + 3, x : x + 3] = np.outer(_NEAR, _NEAR)
    else:
        mask[y + 1, x + 1] = 1
    return mask[1:-1, 1:-1]
