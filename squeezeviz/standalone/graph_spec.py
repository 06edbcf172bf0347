"""What a network does, layer by layer, as plain data: enough for another program to run it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from squeezeviz.errors import ModelError

if TYPE_CHECKING:
    from squeezeviz.network.architecture import Architecture

__all__ = ["graph_spec"]


def graph_spec(architecture: Architecture) -> dict[str, dict[str, Any]]:
    """Describe each layer's operator, as the operator table does: how its window moves, and whether a ReLU follows.

    Args:
        architecture: The layers at the input's very size.

    Returns:
        Layer → ``{"op": …, "relu": …}`` and what its operator's `spec` says; where a window moves ``kernel``,
        ``strides``, ``dilations`` (height, width), ``pads`` (top, left, bottom, right).

    Raises:
        ModelError: A layer is of a kind that a page cannot compute.
    """
    steps = {}
    for layer in architecture:
        spec = layer.op.spec()
        if spec is None:
            raise ModelError(
                f"{layer.op.describe()}; a page computes the operators that squeezeviz knows, and this is none of "
                "them. The explorer in a notebook shows any network"
            )
        steps[layer.name] = {**spec, "relu": layer.pre_relu is not None}
    return steps
