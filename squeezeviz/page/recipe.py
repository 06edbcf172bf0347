"""What a network does, layer by layer, as plain data: enough for another program to run it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from squeezeviz.errors import ModelError

if TYPE_CHECKING:
    import onnx

    from squeezeviz.architecture import Layer
    from squeezeviz.model import Model

__all__ = ["recipe"]

_WINDOWED = {"Conv", "MaxPool", "AveragePool"}
# What frontend/frozen/run.js computes.
_KNOWN = _WINDOWED | {"GlobalAveragePool", "GlobalMaxPool", "Concat", "Softmax", "Relu", "Add"}


def recipe(model: Model) -> dict[str, dict[str, Any]]:
    """Describe each layer's operator: how its window moves, and whether a ReLU follows.

    Shapes are left to the layer table: they follow from the input's size, and say how often a window moves.

    Returns:
        Layer → ``{"op": ONNX operator, "relu": …}``; where a window moves also ``kernel``, ``strides``, ``dilations``
        (height, width), ``pads`` (top, left), and ``group`` or ``include_pad``.

    Raises:
        ModelError: A layer is of a kind that a page cannot compute.
    """
    import onnx  # noqa: PLC0415 - heavy

    graph = onnx.load_model_from_string(model.content).graph
    written = {node.output[0]: node for node in graph.node}
    return {layer.name: _step(layer, written[layer.pre_relu or layer.name]) for layer in model.architecture}


def _step(layer: Layer, node: onnx.NodeProto) -> dict[str, Any]:
    values: dict[str, Any] = {a.name: list(a.ints) or a.i for a in node.attribute if a.ints or a.i}
    problem = _problem(layer, node, values)
    if problem:
        raise ModelError(
            f"{layer.name}: {problem}; a page computes convolutions, poolings, concatenations along channels, "
            f"sums of two layers, ReLU and softmax. The explorer in a notebook shows any network"
        )
    step: dict[str, Any] = {"op": node.op_type, "relu": layer.pre_relu is not None}
    if node.op_type in _WINDOWED:
        pads = values.get("pads", [0, 0, 0, 0])
        step |= {
            "kernel": list(layer.kernel or (1, 1)),
            "strides": values.get("strides", [1, 1]),
            "dilations": values.get("dilations", [1, 1]),
            "pads": pads[:2],
        }
    if node.op_type == "Conv":
        step["group"] = values.get("group", 1)
    if node.op_type == "AveragePool":
        step["include_pad"] = bool(values.get("count_include_pad", 0))
    return step


def _problem(layer: Layer, node: onnx.NodeProto, values: dict[str, Any]) -> str:
    """What a page cannot compute about a layer, in words; empty where it can."""
    texts = {a.name: a.s.decode() for a in node.attribute if a.s}
    if node.op_type not in _KNOWN:
        return f"is a layer of the kind {layer.kind!r}"
    if texts.get("auto_pad", "NOTSET") not in ("NOTSET", "VALID"):
        return f"pads by the rule {texts['auto_pad']!r}"
    if node.op_type == "Concat" and (values.get("axis", 0) != 1 or len(layer.shape) != 3):
        return f"joins along axis {values.get('axis', 0)}"
    if node.op_type == "Softmax" and len(layer.shape) != 1:
        return f"is a softmax over the shape {layer.shape}"
    if node.op_type == "Add" and len(layer.inputs) != 2:
        return "adds something that is not a layer"
    return ""
