"""The same network with its weights made random, layer by layer from the top: what should change every map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import LayerError
from squeezeviz.network.bounds import checked_onnx

if TYPE_CHECKING:
    from collections.abc import Iterator

    import onnx

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
        LayerError: No layer has weights of its own in the file.
    """
    from onnx import numpy_helper  # noqa: PLC0415 - heavy

    proto, random = checked_onnx(model.content, name=model.name), np.random.default_rng(seed)
    held = {tensor.name: tensor for tensor in proto.graph.initializer}
    for stage in _stages(proto, model, stages):
        for name in stage.values():
            values = numpy_helper.to_array(held[name])
            drawn = random.normal(0, float(values.std(dtype=np.float64)), values.shape).astype(values.dtype)
            held[name].CopyFrom(numpy_helper.from_array(drawn, name))
        yield model.with_content(proto.SerializeToString())


def stage_names(model: Model, stages: int) -> tuple[str, ...]:
    """Return for each step of `randomised_models` the lowest layer that is random from then on.

    Raises:
        LayerError: As `randomised_models`.
    """
    proto = checked_onnx(model.content, name=model.name)
    arch = model.architecture
    lowest = [list(stage)[-1].removesuffix(":pre") for stage in _stages(proto, model, stages)]
    return tuple(arch[name].name if name in arch else name for name in lowest)


def _stages(proto: onnx.ModelProto, model: Model, stages: int) -> list[dict[str, str]]:
    """Return output → name of the weights, of each layer that has any, from the top, in steps of about equal number."""
    held = {tensor.name for tensor in proto.graph.initializer}
    layers: dict[str, str] = {}
    for node in reversed(proto.graph.node):
        weights = [name for name in node.input[:2] if name in held]
        if node.op_type in _WEIGHTED and weights and weights[0] not in layers.values():
            layers[node.output[0]] = weights[0]
    if not layers:
        raise LayerError(f"{model.name}: no layer has weights of its own in the file, so none can be made random")
    parts = np.array_split(np.array(list(layers), object), min(stages, len(layers)))
    return [{name: layers[name] for name in part} for part in parts]
