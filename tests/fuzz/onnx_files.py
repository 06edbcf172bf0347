"""ONNX files: damaged bytes, and well-formed files that say odd things."""

from __future__ import annotations

import json
import math

import onnx
from onnx import helper

from squeezeviz.runtime.metadata import LABELS_KEY
from squeezeviz.runtime.model import Model
from tests.mutations import damaged, twisted
from tests.nets import exported_net, tiny_content

_LABELS = [[f"n{at}", f"class {at}"] for at in range(5)]
SEEDS = (
    tiny_content(metadata={LABELS_KEY: json.dumps(_LABELS)}),
    tiny_content(exported_net()),
)  # fmt: skip
_KINDS = ("Conv", "Relu", "MaxPool", "Concat", "Softmax", "Add", "Reshape", "Flatten", "GlobalAveragePool", "Expand", "Tile",
          "ConstantOfShape", "Resize", "Pad", "MatMul", "Gemm", "Loop", "Range", "Shape", "Split", "Cast", "LRN", "?", "")  # fmt: skip
_ATTRIBUTES = "strides", "pads", "kernel_shape", "dilations", "group", "axis", "auto_pad", "to"


def whole():
    return {"model.onnx": SEEDS[0]}


def make(rng):
    content = rng.choice(SEEDS)
    return {"model.onnx": damaged(content, rng, most=2) if rng.random() < 0.5 else odd_model(content, rng)}


def try_(case, folder):
    """Load, run and look at a model."""
    model = Model(case["model.onnx"], name="fuzzed", sha256="00", threads=1)
    model.activations("coffee")
    model.architecture.to_dict()  # its blocks, too
    for layer in model.architecture:
        if layer.kind == "convolution":
            model.kernels(layer.name)


def odd_model(content, rng):
    """A model whose nodes, weights, axes and metadata say odd things."""
    model = onnx.load_model_from_string(content)
    for _ in range(rng.randint(1, 3)):
        if model.graph.node:
            rng.choice(_ACTIONS)(model, rng.choice(list(model.graph.node)), rng)
    return model.SerializeToString()


def _kind(model, node, rng):
    node.op_type = rng.choice(_KINDS)


def _wires(model, node, rng):
    graph = model.graph
    names = [
        "",
        "?",
        *(each.name for each in graph.initializer),
        *(name for each in graph.node for name in each.output),
    ]
    listed = rng.choice([node.input, node.output])
    del listed[:]
    listed.extend(rng.choices(names, k=rng.randint(0, 3)))


def _attribute(model, node, rng):
    name = rng.choice(_ATTRIBUTES)
    for old in [old for old in node.attribute if old.name == name]:
        node.attribute.remove(old)
    few = [rng.choice([-2, -1, 0, 1, 2, 3, 1 << 20]) for _ in range(rng.randint(1, 5))]
    value = rng.choice([rng.randint(-3, 300), 1 << 40, few, few, [1 << 62] * 4, "SAME_UPPER", b"\xff", 0.5])
    node.attribute.append(helper.make_attribute(name, value))


def _drop(model, node, rng):
    model.graph.node.remove(node)


def _weight(model, node, rng):
    weight = rng.choice(list(model.graph.initializer))
    if weight.dims:
        weight.data_type = rng.choice([0, 1, 6, 7, 10, 99])
        weight.dims[0] = rng.choice([0, -1, 1 << 40, math.prod(weight.dims)])


def _axis(model, node, rng):
    graph = model.graph
    axes = rng.choice([*graph.input, *graph.output, *graph.value_info]).type.tensor_type.shape.dim
    if axes:
        rng.choice(list(axes)).dim_value = rng.choice([0, -1, 7, 1 << 40, (1 << 63) - 1])


def _domain(model, node, rng):
    node.domain = rng.choice(["com.microsoft", "ai.onnx.ml", "?"])


def _opset(model, node, rng):
    model.opset_import[0].version = rng.choice([-1, 0, 1, 7, 11, 13, 21, 1 << 40])


def _metadata(model, node, rng):
    for each in model.metadata_props:
        if each.key == LABELS_KEY:
            each.value = rng.choice([json.dumps(twisted(_LABELS, rng)), "[" * 100_000, "NaN", ""])


_ACTIONS = (_kind, _wires, _wires, _attribute, _attribute, _drop, _weight, _axis, _domain, _opset, _metadata)
