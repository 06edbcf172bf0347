"""How the network ends: features → a map a class → its mean, the logit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import LayerError
from squeezeviz.network.ops.convolution import Convolution

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.arithmetic import Arithmetic
    from squeezeviz.network.architecture import Architecture, Layer

__all__ = ["Ending", "class_layer", "ending"]


def class_layer(architecture: Architecture, name: str) -> Layer:
    """Return the layer that has a map for each class, whose mean is the class's logit.

    Args:
        architecture: The network's layer table.
        name: What to call the network, should it end otherwise.

    Raises:
        LayerError: The network does not end like that.
    """
    logits = architecture[architecture.logits_name]
    if not logits.op.is_global_mean or logits.pre_relu is not None:
        raise LayerError(f"{name} has no map a class: its logits, {logits.name}, are no means of maps")
    return architecture[logits.inputs[0]]


@dataclass(frozen=True, eq=False)
class Ending:
    """The last steps on one image.

    Attributes:
        layer: The one with a map a class, such as conv10.
        features: The one it reads, such as fire9/concat.
        values: float32 (C, H, W), of the features.
        maps: float32 (N, H, W), a map a class, after ReLU where there is one.
        logits: float32 (N,), as the network computed them.
        weights: float64 (N, C).
        bias: float64 (N,).
    """

    layer: Layer
    features: Layer
    values: NDArray[np.float32]
    maps: NDArray[np.float32]
    logits: NDArray[np.float32]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]

    def is_active(self, class_index: int) -> NDArray[np.bool_]:
        """Return where a class's map counts, (H, W): above zero; everywhere if the layer has no ReLU."""
        values = self.maps[class_index]
        return values > 0 if self.layer.pre_relu else np.ones(values.shape, bool)


def ending(source: Arithmetic) -> Ending:
    """Return the last steps on an image.

    Raises:
        LayerError: The network does not end in a 1 × 1 convolution with a map a class, and their means.
    """
    arch, name = source.architecture, source.model.name
    layer = class_layer(arch, name)
    if not isinstance(layer.op, Convolution) or not layer.op.is_pointwise or layer.inputs[0] == arch.input_name:
        raise LayerError(
            f"{name}: the map a class, {layer.name}, is no 1 × 1 convolution of another layer's channels; "
            "its numbers can be opened one by one, with squeezeviz.Arithmetic"
        )
    kernels, bias = layer.op.kernels(), layer.op.bias()
    return Ending(
        layer,
        arch[layer.inputs[0]],
        source.values(layer.inputs[0]),
        source.values(layer.name),
        source.values(arch.logits_name)[:, 0, 0],
        kernels[:, :, 0, 0].astype(np.float64),
        bias.astype(np.float64),
    )
