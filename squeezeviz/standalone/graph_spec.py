"""What a network does, layer by layer, as plain data: enough for another program to run it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from squeezeviz.errors import ModelError

if TYPE_CHECKING:
    from squeezeviz.runtime.model import Model

__all__ = ["graph_spec"]


def graph_spec(model: Model) -> dict[str, dict[str, Any]]:
    """Describe each layer's operator, as the operator table does: how its window moves, and whether a ReLU follows.

    Shapes are left to the layer table: they follow from the input's size, and say how often a window moves.

    Returns:
        Layer → ``{"op": ONNX operator, "relu": …}``; where a window moves also ``kernel``, ``strides``, ``dilations``
        (height, width), ``pads`` (top, left, bottom, right), and ``group`` or ``include_pad``.

    Raises:
        ModelError: A layer is of a kind that a page cannot compute.
    """
    steps = {}
    for layer in model.architecture:
        spec = layer.op.spec()
        if spec is None:
            raise ModelError(
                f"{layer.op.describe()}; a page computes convolutions, poolings, concatenations along channels, sums "
                "of two layers, ReLU and softmax. The explorer in a notebook shows any network"
            )
        steps[layer.name] = {**spec, "relu": layer.pre_relu is not None}
    return steps
