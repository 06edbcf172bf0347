"""A `Graph` → an ONNX model that passes the full checker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import onnx
from onnx import TensorProto, checker, helper, numpy_helper

from squeezeviz.caffe2.graph import Graph, Node, Value
from squeezeviz.errors import ConversionError

if TYPE_CHECKING:
    from collections.abc import Mapping


# Opset 17 and its file version: the newest that every supported ONNX Runtime reads. onnx itself would write newer ones
# than the ONNX Runtime of the same day can open.
OPSET, IR_VERSION = 17, 8


def write_onnx(graph: Graph, *, name: str, metadata: Mapping[str, str]) -> bytes:
    """Write a network as ONNX.

    Args:
        graph: The network, named.
        name: The graph's name in the file.
        metadata: Text stored with the model, by key.

    Returns:
        The file's bytes. Input (B, C, H, W) float32 with a free batch axis; values and weights under their published
        names.

    Raises:
        ConversionError: The onnx checker refuses the result.
    """
    used = {item for node in graph.nodes for item in node.inputs if isinstance(item, str)}
    proto = helper.make_model(
        helper.make_graph(
            [_node(node) for node in graph.nodes],
            name,
            inputs=[_value_info(graph.source)],
            outputs=[_value_info(graph.result)],
            initializer=[numpy_helper.from_array(array, key) for key, array in graph.weights.items() if key in used],
            value_info=[_value_info(node.output) for node in graph.nodes if node.output is not graph.result],
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="squeezeviz",
    )
    helper.set_model_props(proto, dict(metadata))
    return checked(proto.SerializeToString())


def checked(content: bytes) -> bytes:
    """Return an ONNX file's bytes if the full onnx checker, shapes included, accepts them.

    Raises:
        ConversionError: It does not.
    """
    try:
        checker.check_model(content, full_check=True)
    except (checker.ValidationError, onnx.shape_inference.InferenceError, ValueError) as exc:
        raise ConversionError(f"the converted model fails the onnx checker: {exc}") from exc
    return content


def _node(node: Node) -> onnx.NodeProto:
    attributes: dict[str, Any] = dict(node.attributes)
    names = [item.name if isinstance(item, Value) else item for item in node.inputs]
    return helper.make_node(node.op, names, [node.output.name], name=node.output.name, **attributes)


def _value_info(value: Value) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(value.name, TensorProto.FLOAT, ["B", *value.shape])
