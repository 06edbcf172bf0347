"""The shape of every value for one image, also where exporters compute shapes from shapes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from squeezeviz.network.constants import constants_of
from squeezeviz.network.input_size import image_inputs, set_size

if TYPE_CHECKING:
    import onnx

__all__ = ["Shapes", "with_shapes"]

#: Value → shape for one image, of those of which all axes are known.
Shapes = dict[str, tuple[int, ...]]

_SMALL = 1 << 10  # numbers of a value that may be a shape
_MOST_ROUNDS = 200  # NASNet-A has a tenth of that


def with_shapes(model: onnx.ModelProto, size: tuple[int, int] | None = None) -> tuple[onnx.GraphProto, Shapes]:
    """Return a model's graph without the numbers of its weights, and the shapes of its values for one image.

    ONNX's own inference follows shapes as far as it knows how to compute them. What it cannot, ONNX Runtime does: small
    constants are computed and put in, until nothing more is found. Nothing large is computed.

    Args:
        model: The network.
        size: Height and width of its image; by default as the file has them.

    Raises:
        ModelError: A constant cannot be computed.
        Exception: Of onnx: the graph contradicts itself.
    """
    from onnx import numpy_helper, shape_inference  # noqa: PLC0415 - heavy

    plain = _for_one_image(model, size)
    for _ in range(_MOST_ROUNDS):
        graph = shape_inference.infer_shapes(plain, data_prop=True).graph
        shapes = _shapes_of(graph)
        if all(name in shapes for node in graph.node for name in node.output if name):
            break
        found = constants_of(plain, shapes, most=_SMALL)
        made = [name for name in found.computed if name]
        if not made:
            break
        kept = [node for node in plain.graph.node if node.output[0] not in found]
        del plain.graph.node[:]
        plain.graph.node.extend(kept)
        plain.graph.initializer.extend(numpy_helper.from_array(found.read(name), name) for name in made)
    return graph, shapes


def _shapes_of(graph: onnx.GraphProto) -> Shapes:
    shapes = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    for info in [*graph.input, *graph.value_info, *graph.output]:
        held = info.type.tensor_type
        if info.name not in shapes and held.HasField("shape"):
            axes = held.shape.dim
            shape = tuple([axis.dim_value for axis in axes])
            if 0 not in shape or all(axis.HasField("dim_value") for axis in axes):
                shapes[info.name] = shape
    return shapes


def _for_one_image(model: onnx.ModelProto, size: tuple[int, int] | None) -> onnx.ModelProto:
    """Return a model with a batch of one, of that size, and nothing that it claims of its values' sizes."""
    plain = _without_numbers(model)
    plain.ir_version = max(plain.ir_version, 4)  # before, what is stored had to be an input too
    for value in image_inputs(plain.graph):
        axes = value.type.tensor_type.shape.dim
        if len(axes) and axes[0].dim_value < 1:
            axes[0].dim_value = 1
        if len(axes) == 4 and size is not None:
            set_size(value, size)
    del plain.graph.value_info[:]
    for value in plain.graph.output:
        value.type.tensor_type.ClearField("shape")
    return plain


def _without_numbers(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a copy without the numbers of large weights: inference looks at none of them, and copies them twice."""
    import onnx  # noqa: PLC0415 - heavy

    plain = onnx.ModelProto(ir_version=model.ir_version, opset_import=model.opset_import, functions=model.functions)
    plain.graph.name = model.graph.name
    plain.graph.node.extend(model.graph.node)
    plain.graph.input.extend(model.graph.input)
    plain.graph.output.extend(model.graph.output)
    for tensor in model.graph.initializer:
        is_small = math.prod(tensor.dims) <= _SMALL
        kept = tensor if is_small else onnx.TensorProto(name=tensor.name, data_type=tensor.data_type, dims=tensor.dims)
        plain.graph.initializer.append(kept)
    return plain
