"""Whatever the bytes of an ONNX file, a model is loaded and run, or one line says why not."""

import math

import onnx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import helper

from squeezeviz.errors import SqueezeVizError
from squeezeviz.model import Model
from tests.nets import exported_net, tiny_content

SEEDS = (tiny_content(), tiny_content(exported_net()))
relaxed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def holds(content):
    """Load, run and look at a model, or say in one line why not."""
    try:
        model = Model(content, name="fuzzed", sha256="00", threads=1)
        model.activations("coffee")
        for layer in model.architecture:
            if layer.kind == "convolution":
                model.kernels(layer.name)
    except SqueezeVizError as exc:
        assert len(str(exc).splitlines()) == 1


@relaxed
@given(st.data())
def test_damaged_bytes(data):
    content = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    holds(bytes(content[: len(content) - data.draw(st.sampled_from([0, 0, 1, 100]))]))


OPS = ["Conv", "Relu", "MaxPool", "Concat", "Softmax", "Add", "Reshape", "Flatten", "GlobalAveragePool", "Expand", "Tile",
       "ConstantOfShape", "Resize", "Pad", "MatMul", "Gemm", "Loop", "Range", "Shape", "Split", "Cast", "LRN", "?", ""]  # fmt: skip
ATTRIBUTES = ["strides", "pads", "kernel_shape", "dilations", "group", "axis", "auto_pad", "to"]
VALUES = st.one_of(
    st.integers(-3, 300),
    st.just(1 << 40),
    st.lists(st.integers(-2, 1 << 20), min_size=1, max_size=5),
    st.just([1 << 62] * 4),
    st.just("SAME_UPPER"),
    st.just(b"\xff"),
)


@relaxed
@given(st.data())
def test_well_formed_files_that_say_odd_things(data):
    model = onnx.load_model_from_string(data.draw(st.sampled_from(SEEDS)))
    graph = model.graph
    for _ in range(data.draw(st.integers(1, 3))):
        at = graph.node[data.draw(st.integers(0, len(graph.node) - 1))]
        names = [
            "",
            "?",
            *(tensor.name for tensor in graph.initializer),
            *(name for n in graph.node for name in n.output),
        ]
        action = data.draw(st.sampled_from(["op", "input", "output", "attribute", "drop", "weight", "axis", "domain"]))
        if action == "op":
            at.op_type = data.draw(st.sampled_from(OPS))
        elif action in ("input", "output"):
            listed = at.input if action == "input" else at.output
            del listed[:]
            listed.extend(data.draw(st.lists(st.sampled_from(names), max_size=3)))
        elif action == "attribute":
            name, value = data.draw(st.sampled_from(ATTRIBUTES)), data.draw(VALUES)
            for old in [old for old in at.attribute if old.name == name]:
                at.attribute.remove(old)
            at.attribute.append(helper.make_attribute(name, value))
        elif action == "drop":
            graph.node.remove(at)
        elif action == "weight":
            weight = data.draw(st.sampled_from(list(graph.initializer)))
            weight.data_type = data.draw(st.sampled_from([0, 1, 6, 7, 10, 99]))
            weight.dims[0] = data.draw(st.sampled_from([0, -1, 1 << 40, math.prod(weight.dims)]))
        elif action == "axis":
            value = data.draw(st.sampled_from([*graph.input, *graph.output, *graph.value_info]))
            axes = value.type.tensor_type.shape.dim
            if axes:
                axes[data.draw(st.integers(0, len(axes) - 1))].dim_value = data.draw(
                    st.sampled_from([0, -1, 7, 1 << 40, (1 << 63) - 1])
                )
        else:
            at.domain = "com.microsoft"
        if not graph.node:
            return
    holds(model.SerializeToString())
