"""The numbers of large weights: held once in a process, beside the graph, for whoever reads them.

A graph as ONNX has it would be copied with all its weights for every session of ONNX Runtime, and for every size of its
input. So it is kept without the large ones, which stand in it as if they lay in another file; ONNX Runtime is handed
the numbers themselves.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.network.shared_weights import shared

if TYPE_CHECKING:
    from collections.abc import Mapping

    import onnx
    from numpy.typing import NDArray

__all__ = ["Weights", "held_names", "with_weights", "without_weights"]

#: Name → numbers, read-only.
Weights = dict[str, "NDArray[Any]"]

_LEAST_NUMBERS = 1 << 14  # fewer are no burden, and inference of shapes may ask for them
_KINDS = (1, 10)  # float32, float16 of TensorProto
_PLACE = "held"


def without_weights(model: onnx.ModelProto, held: Mapping[str, NDArray[Any]] | None = None) -> tuple[Any, Weights]:
    """Return a copy of a model whose large weights only say what they are, and their numbers.

    Args:
        model: A model without functions; it is left as it is.
        held: The numbers of those weights that say no more already.

    Returns:
        The copy, with its graph's nodes, inputs, outputs and weights; and name → numbers.
    """
    import onnx  # noqa: PLC0415 - heavy

    own = onnx.ModelProto(ir_version=model.ir_version, opset_import=model.opset_import)
    own.graph.name = model.graph.name
    own.graph.node.extend(model.graph.node)
    own.graph.input.extend(model.graph.input)
    own.graph.output.extend(model.graph.output)
    weights: Weights = {}
    for tensor in model.graph.initializer:
        if tensor.data_type in _KINDS and math.prod(tensor.dims) >= _LEAST_NUMBERS and not _is_held(tensor):
            values = onnx.numpy_helper.to_array(tensor)
            weights[tensor.name] = _read_only(values)
            own.graph.initializer.append(_stub(tensor))
        else:
            own.graph.initializer.append(tensor)
    return own, {**(held or {}), **shared(weights)}


def with_weights(content: bytes, weights: Weights) -> onnx.ModelProto:
    """Return a model that holds its large weights itself, in the place of what only says what they are."""
    import onnx  # noqa: PLC0415 - heavy

    whole = onnx.load_model_from_string(content)
    for tensor in whole.graph.initializer:
        if tensor.name in weights:
            tensor.CopyFrom(onnx.numpy_helper.from_array(weights[tensor.name], tensor.name))
    return whole


def held_names(graph: onnx.GraphProto) -> list[str]:
    """Return the weights of a graph that only say what they are."""
    return [tensor.name for tensor in graph.initializer if _is_held(tensor)]


def _is_held(tensor: onnx.TensorProto) -> bool:
    import onnx  # noqa: PLC0415 - heavy

    return bool(tensor.data_location == onnx.TensorProto.EXTERNAL)  # files that say so have been refused


def _stub(tensor: onnx.TensorProto) -> onnx.TensorProto:
    import onnx  # noqa: PLC0415 - heavy

    stub = onnx.TensorProto(name=tensor.name, data_type=tensor.data_type, dims=tensor.dims)
    stub.data_location = onnx.TensorProto.EXTERNAL
    stub.external_data.add(key="location", value=_PLACE)
    return stub


def _read_only(values: NDArray[Any]) -> NDArray[Any]:
    whole = np.ascontiguousarray(values)
    whole.flags.writeable = False
    return whole
