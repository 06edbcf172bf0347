"""What ONNX Runtime is given: a network with chosen outputs, or a part of one, between any values.

Parts are run on crops of other sizes than the whole, and begin behind values whose shape is asked for. So padding by a
rule is written out as it is at the whole's size, and reshapings that ask an earlier value for their shape say it
themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.network.ops.base import map_shape
from squeezeviz.network.ops.rearrangement import HandOn, Padding, Rearrangement
from squeezeviz.network.ops.sliding import Sliding
from squeezeviz.network.ops.window import POINT
from squeezeviz.network.weights import held_names

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import onnx
    from numpy.typing import NDArray

    from squeezeviz.network.graph import Graph
    from squeezeviz.network.ops import Op
    from squeezeviz.network.weights import Weights

__all__ = ["ALONE", "as_maps", "as_stored", "between", "croppable", "each_alone", "reads", "with_outputs"]

#: What a value's name ends with where it is computed of given values, and given itself to whoever reads it.
ALONE = ":alone"


def with_outputs(graph: Graph, names: Sequence[str]) -> tuple[bytes, Weights]:
    """Return the network with exactly these values as outputs, in this order; and the large weights, which it names."""
    import onnx  # noqa: PLC0415 - heavy

    model = onnx.ModelProto()
    model.CopyFrom(graph.model)
    _, *axes = model.graph.input[0].type.tensor_type.shape.dim
    for axis, size in zip(axes, graph.input_shape, strict=True):
        axis.dim_value = size
    del model.graph.output[:]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    return model.SerializeToString(), _named(model.graph, graph)


def between(graph: Graph, given: Sequence[str], wanted: Sequence[str]) -> tuple[bytes, Weights]:
    """Return the part between some values and others as a model of its own, with free axes but for the channels.

    Also its large weights, which the model only names.
    """
    needed, nodes, read = set(wanted), [], reads(graph)
    for node in reversed(graph.model.graph.node):
        if computed := needed.intersection(node.output).difference(given):
            nodes.append(_copied(node))
            needed.update(*(read[name] for name in computed))
    return _part(graph, nodes, given, wanted)


def each_alone(graph: Graph, values: Sequence[str]) -> tuple[bytes, Weights]:
    """Return what computes each of some values of the others alone, which are given whoever else computes them.

    So a layer's value is computed of what its inputs are given as. Its name is followed by `ALONE`. The network's input
    is always given. Axes and weights are as of `between`; what nobody reads is no input.
    """
    given = {graph.source, *values}
    needed, nodes, inputs = set(values), [], reads(graph)
    for node in reversed(graph.model.graph.node):
        if computed := needed.intersection(node.output):
            nodes.append(_copied(node))
            needed.update(name for each in computed for name in inputs[each] if name not in given)
    read = {name for node in nodes for name in node.input}
    return _part(graph, nodes, [name for name in given if name in read], values, alone=given)


def reads(graph: Graph) -> dict[str, tuple[str, ...]]:
    """Return value → the values that a part needs to compute it.

    They are its operator's inputs; but the shape of a reshaping that asks an earlier value for it, which a part says
    itself.
    """
    made = {output: node for node in graph.model.graph.node for output in node.output if output}
    return {
        value: tuple(node.input[:1] if _asks_earlier(node, graph, made) else node.input) for value, node in made.items()
    }


def _copied(node: onnx.NodeProto) -> onnx.NodeProto:
    own = type(node)()
    own.CopyFrom(node)
    return own


def _part(
    graph: Graph,
    nodes: Sequence[onnx.NodeProto],
    given: Sequence[str],
    wanted: Sequence[str],
    *,
    alone: Collection[str] = (),
) -> tuple[bytes, Weights]:
    """Return nodes, the last one first, as a model that is given some values and returns others."""
    import onnx  # noqa: PLC0415 - heavy

    read = {name for node in nodes for name in node.input}
    tensors = [tensor for tensor in graph.model.graph.initializer if tensor.name in read]
    _write_out_padding(nodes, graph.ops)
    tensors += _shapes_said(nodes, graph)
    for node in nodes:
        node.output[:] = [f"{name}{ALONE}" if name in alone else name for name in node.output]
    inputs = [
        onnx.helper.make_tensor_value_info(
            name, graph.types[name], _free_axes(graph.shapes[name], of=name if alone else "")
        )
        for name in given
    ]
    outputs = [onnx.ValueInfoProto(name=f"{name}{ALONE}" if name in alone else name) for name in wanted]
    part = onnx.helper.make_graph(nodes[::-1], "part", inputs, outputs, tensors)
    made = onnx.helper.make_model(part, opset_imports=graph.model.opset_import, ir_version=graph.model.ir_version)
    return made.SerializeToString(), _named(made.graph, graph)


def _named(part: onnx.GraphProto, graph: Graph) -> Weights:
    return {name: graph.weights[name] for name in held_names(part)}


def croppable(graph: Graph) -> frozenset[str]:
    """Return the values before the first operator that is made for one height and width."""
    made = {output: node for node in graph.model.graph.node for output in node.output}
    found = {graph.source}
    for value, op in graph.ops.items():
        is_fixed = isinstance(op, Rearrangement) and op.windows(0) != POINT
        if isinstance(op, Padding):
            is_fixed = not op.only_adds
        if op.node.op_type == "Reshape" and op.map_shape[1:] != (1, 1):
            asked = _asked_for_shape(made[value].input[1], made)
            is_fixed = not asked or not asked <= _handed_on(made[value].input[0], graph.ops)
        if is_fixed and op.map_shape[1:] != (1, 1):
            break
        found.add(value)
    return frozenset(found)


def _free_axes(shape: tuple[int, ...], of: str = "") -> list[int | str]:
    """Return a value's axes: batch, height and width of no fixed size.

    Axes of one name have one size, or ONNX Runtime takes the memory of one for the other: values of several sizes say
    whose they are.
    """
    axes: list[int | str] = ["batch", *shape[1:]]
    if len(shape) >= 4:
        axes[-2:] = [f"{of}height", f"{of}width"]
    return axes


# Values as the graph has them, and as maps ----------------------------------------------------------------------------


def as_maps(values: NDArray[np.generic]) -> NDArray[np.float32]:
    """Return what ONNX Runtime has computed as float32 (B, C, H, W), or (B, N)."""
    shape = values.shape if values.ndim in (2, 4) else (len(values), *map_shape((1, *values.shape[1:])))
    return values.reshape(shape).astype(np.float32, copy=False)


def as_stored(values: NDArray[np.float32], graph: Graph, name: str) -> NDArray[np.generic]:
    """Return maps as the graph has that value: its axes and its element type."""
    import onnx  # noqa: PLC0415 - heavy

    shape, kind = graph.shapes[name], onnx.helper.tensor_dtype_to_np_dtype(graph.types[name])
    if len(shape) not in (2, 4):
        inner = shape[1:-2] if len(shape) > 4 else shape[1:]
        rest = values.shape[2:] if len(shape) > 4 else ()
        values = values.reshape(len(values), *inner, *rest)
    elif values.ndim != len(shape):
        values = values.reshape(len(values), *shape[1:])
    return values.astype(kind, copy=False)


# At the whole's size --------------------------------------------------------------------------------------------------


def _write_out_padding(nodes: Sequence[onnx.NodeProto], ops: Mapping[str, Op]) -> None:
    """Put the padding that a rule gives at this size in the rule's place."""
    from onnx import helper  # noqa: PLC0415 - heavy

    for node in nodes:
        op = ops.get(node.output[0])
        if not isinstance(op, Sliding) or op.window is None or str(op.attribute("auto_pad", "NOTSET")) == "NOTSET":
            continue
        kept = [held for held in node.attribute if held.name not in ("auto_pad", "pads")]
        del node.attribute[:]
        node.attribute.extend([*kept, helper.make_attribute("pads", op.pads)])


def _shapes_said(nodes: Sequence[onnx.NodeProto], graph: Graph) -> list[onnx.TensorProto]:
    """Let reshapings say their shape themselves where they ask an earlier value for it; return these shapes."""
    from onnx import numpy_helper  # noqa: PLC0415 - heavy

    made = {output: node for node in graph.model.graph.node for output in node.output}
    said = []
    for node in nodes:
        if _asks_earlier(node, graph, made):
            name = f"{node.output[0]}:shape"
            shape = graph.ops[node.output[0]].shape
            said.append(numpy_helper.from_array(np.array([-1, *shape[1:]], np.int64), name))
            node.input[1] = name
    return said


def _asks_earlier(node: onnx.NodeProto, graph: Graph, made: Mapping[str, onnx.NodeProto]) -> bool:
    """Whether a node is a reshaping that asks another value than its own input for its shape."""
    if node.op_type != "Reshape" or node.output[0] not in graph.ops or node.input[1] not in made:
        return False
    asked = _asked_for_shape(node.input[1], made)
    return bool(asked) and not asked <= _handed_on(node.input[0], graph.ops)


def _asked_for_shape(name: str, made: Mapping[str, onnx.NodeProto]) -> set[str]:
    """Return the values whose shapes a value is computed from."""
    asked: set[str] = set()
    ahead, seen = [name], set()
    while ahead:
        node = made.get(ahead.pop())
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if node.op_type in ("Shape", "Size"):
            asked.add(node.input[0])
        else:
            ahead.extend(node.input)
    return asked


def _handed_on(name: str, ops: Mapping[str, Op]) -> set[str]:
    """Return a value and those that it is the same numbers as."""
    found = {name}
    while isinstance(op := ops.get(name), HandOn):
        name = op.node.inputs[0].name
        found.add(name)
    return found
