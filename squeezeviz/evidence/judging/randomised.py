"""The same network with its weights made random, layer by layer from the top: what should change every map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import LayerError
from squeezeviz.network.bounds import checked_onnx
from squeezeviz.network.constants import constants_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import onnx

    from squeezeviz.network.constants import Constants
    from squeezeviz.runtime.model import Model

__all__ = ["randomised_models", "stage_names"]

_WEIGHTED = ("Conv", "ConvTranspose", "Gemm", "MatMul")


def randomised_models(model: Model, stages: int, seed: int) -> Iterator[Model]:
    """Give the network with the weights of its uppermost layers random, then of more, and at last of all.

    J. Adebayo, J. Gilmer, M. Muelly, I. Goodfellow, M. Hardt and B. Kim, "Sanity Checks for Saliency Maps" (2018),
    cascading randomisation. Each layer's weights are drawn from a normal distribution with mean 0 and the standard
    deviation of its own, so that its numbers stay about as large as they were. Biases stay.

    Args:
        model: The model.
        stages: In how many steps; as many as there are layers with weights, if these are fewer.
        seed: Of the weights.

    Raises:
        LayerError: No layer has weights that are the same whatever the image.
    """
    from onnx import numpy_helper  # noqa: PLC0415 - heavy

    proto, random = checked_onnx(model.content, name=model.name), np.random.default_rng(seed)
    constants = constants_of(proto, {})
    tensors = {tensor.name: tensor for tensor in proto.graph.initializer}
    makers = {name: node for node in proto.graph.node for name in node.output}
    for stage in _stages(proto, constants, model, stages):
        for name in stage.values():
            values = constants.read(name)
            drawn = random.normal(0, float(values.std(dtype=np.float64)), values.shape).astype(values.dtype)
            if name in makers:  # computed of what is stored: nobody reads that any more
                maker, tensors[name] = makers[name], proto.graph.initializer.add()
                maker.output[:] = [f"{each}:trained" if each == name else each for each in maker.output]
            tensors[name].CopyFrom(numpy_helper.from_array(drawn, name))
        yield model.with_content(proto.SerializeToString())


def stage_names(model: Model, stages: int) -> tuple[str, ...]:
    """Return for each step of `randomised_models` the lowest layer that is random from then on.

    Raises:
        LayerError: As `randomised_models`.
    """
    proto = checked_onnx(model.content, name=model.name)
    arch = model.architecture
    after = {name: node.output[0] for node in reversed(proto.graph.node) for name in node.input}
    names = []
    for stage in _stages(proto, constants_of(proto, {}), model, stages):
        name = list(stage)[-1]
        while name not in arch and name in after:  # a layer's value is that after its activation
            name = after[name]
        names.append(arch[name].name if name in arch else name)
    return tuple(names)


def _stages(proto: onnx.ModelProto, held: Constants, model: Model, stages: int) -> list[dict[str, str]]:
    """Return output → name of the weights, of each layer that has any, from the top, in steps of about equal number."""
    layers: dict[str, str] = {}
    for node in reversed(proto.graph.node):
        weights = [name for name in node.input[:2] if name in held]
        if node.op_type in _WEIGHTED and weights and weights[0] not in layers.values():
            layers[node.output[0]] = weights[0]
    if not layers:
        raise LayerError(f"{model.name}: no layer is a convolution or product with weights, so none can be made random")
    parts = np.array_split(np.array(list(layers), object), min(stages, len(layers)))
    return [{name: layers[name] for name in part} for part in parts]
