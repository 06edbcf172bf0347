"""Networks that take an image with its channels last, (B, H, W, C), as TensorFlow exports them, read as all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.network.input_size import image_inputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import onnx

__all__ = ["channels_first"]

_FEWEST_PX = 8  # of a side: (1, 4, 4, 3) may be four channels of 4 × 3 as well
_TO_FIRST, _TO_LAST = [0, 3, 1, 2], [0, 2, 3, 1]


def channels_first(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a network that takes its image as (B, C, H, W): the same one, or a copy with its axes brought in order.

    Where the network itself brings them into that order at once, as those from TensorFlow do, these operators go;
    elsewhere one is put before it.

    Args:
        model: A network that `parsed_onnx` has let through.
    """
    import onnx  # noqa: PLC0415 - heavy

    given = image_inputs(model.graph)
    if len(given) != 1 or not _is_channels_last(given[0]):
        return model
    made = onnx.ModelProto()
    made.CopyFrom(model)
    (source,) = (value for value in made.graph.input if value.name == given[0].name)
    axes = source.type.tensor_type.shape.dim
    ordered = [axes[at] for at in _TO_FIRST]
    kept = [onnx.TensorShapeProto.Dimension.FromString(axis.SerializeToString()) for axis in ordered]
    del axes[:]
    axes.extend(kept)
    readers = [node for node in made.graph.node if source.name in node.input]
    if all(_brings_in_order(node) for node in readers):
        for node in readers:
            node.op_type = "Identity"
            del node.attribute[:]
    else:
        _turn_before(made.graph, source.name, readers)
    del made.graph.value_info[:]
    return made


def _is_channels_last(source: onnx.ValueInfoProto) -> bool:
    """Whether an input is an image by its last axis, and none by its second."""
    axes = [axis.dim_value if axis.HasField("dim_value") else None for axis in source.type.tensor_type.shape.dim]
    if len(axes) != 4 or axes[3] not in (1, 3):
        return False
    return all(side is None or (side >= _FEWEST_PX and side not in (1, 3)) for side in axes[1:3])


def _brings_in_order(node: onnx.NodeProto) -> bool:
    return node.op_type == "Transpose" and [list(each.ints) for each in node.attribute] == [_TO_FIRST]


def _turn_before(graph: onnx.GraphProto, source: str, readers: Sequence[onnx.NodeProto]) -> None:
    """Put what readers expect in the place of the input."""
    from onnx import helper  # noqa: PLC0415 - heavy

    taken = {name for node in graph.node for name in (*node.input, *node.output)}
    name = f"{source}:channels_last"
    while name in taken:
        name += "'"
    for node in readers:
        for at, given in enumerate(node.input):
            if given == source:
                node.input[at] = name
    turned = helper.make_node("Transpose", [source], [name], perm=_TO_LAST)
    nodes = [turned, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
