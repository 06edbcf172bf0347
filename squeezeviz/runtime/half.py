"""A network as it would be computed in half precision, emulated value by value.

ONNX Runtime's CPU provider has no kernels of half precision: it casts to float32, computes, and casts back, and leaves
out casts that follow each other, so that a file in float16 is mostly computed in float32. What half precision does to a
network is emulated here instead: every weight and what every node computes is rounded to binary16 of IEEE 754-2019, to
the nearest, ties to even, subnormal numbers kept, beyond 65,504 infinite; within a node, products and sums are those of
float32, as processors have it that multiply in half precision and add up in single (Micikevicius et al. 2018, Mixed
Precision Training, arXiv:1710.03740, section 3.3). A node is one of the file: batch normalisation that has not become
part of a convolution is rounded behind both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import ConversionError, spoken
from squeezeviz.network.runnable import ALONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import onnx
    from numpy.typing import NDArray

    from squeezeviz.network.weights import Weights

__all__ = ["LARGEST_HALF", "in_half", "to_half"]

#: The largest finite number of half precision.
LARGEST_HALF = 65504.0


def to_half(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Round numbers to half precision: float32, of the same shape; beyond ±65,504 infinite."""
    with np.errstate(over="ignore"):
        return values.astype(np.float16).astype(np.float32)


def in_half(content: bytes, weights: Weights, types: Mapping[str, int]) -> tuple[bytes, Weights]:
    """Return a network, or a part of one, with what its nodes compute rounded to half precision, and its weights.

    What it is given stays as it is: it has been rounded where it was computed.

    Args:
        content: An ONNX file's bytes.
        weights: The large weights that it only names.
        types: Value → ONNX's number of its element type.

    Raises:
        ConversionError: A weight is beyond ±65,504, or a value has another type than float32.
    """
    import onnx  # noqa: PLC0415 - heavy
    from onnx import TensorProto, numpy_helper  # noqa: PLC0415

    model = onnx.load_model_from_string(content)
    for value in model.graph.input:
        _is_float(value.name, types)
    for tensor in model.graph.initializer:
        if tensor.data_type == TensorProto.FLOAT and tensor.name not in weights:
            rounded = _rounded(tensor.name, numpy_helper.to_array(tensor))
            tensor.CopyFrom(numpy_helper.from_array(rounded, tensor.name))
    nodes: list[onnx.NodeProto] = []
    read = {name for node in model.graph.node for name in node.input} | {value.name for value in model.graph.output}
    for node in model.graph.node:
        own = type(node)()
        own.CopyFrom(node)
        floats = [name for name in node.output if name in read and _is_float(name.removesuffix(ALONE), types)]
        own.output[:] = [f"{name}:single" if name in floats else name for name in node.output]
        nodes += [own, *(cast for name in floats for cast in _casts(name))]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model.SerializeToString(), {name: _rounded(name, values) for name, values in weights.items()}


def _is_float(name: str, types: Mapping[str, int]) -> bool:
    """Say whether a value is rounded: shapes and places are whole numbers, and stay so."""
    from onnx import TensorProto  # noqa: PLC0415 - heavy

    kind = types.get(name, TensorProto.UNDEFINED)
    if kind not in (TensorProto.FLOAT, TensorProto.INT64, TensorProto.INT32, TensorProto.BOOL):
        found = TensorProto.DataType.Name(kind).lower()
        raise ConversionError(f"{spoken(name)} is of type {found}; expected a network in float32 to round to half")
    return bool(kind == TensorProto.FLOAT)


def _rounded(name: str, values: NDArray[np.float32]) -> NDArray[np.float32]:
    rounded = to_half(values)
    if np.isinf(rounded).any():
        largest = float(np.abs(values).max())
        raise ConversionError(f"{spoken(name)}: holds {largest:,.0f}, and half precision ends at {LARGEST_HALF:,.0f}")
    return rounded


def _casts(name: str) -> list[onnx.NodeProto]:
    from onnx import TensorProto, helper  # noqa: PLC0415 - heavy

    return [
        helper.make_node("Cast", [f"{name}:single"], [f"{name}:half"], to=TensorProto.FLOAT16),
        helper.make_node("Cast", [f"{name}:half"], [name], to=TensorProto.FLOAT),
    ]
