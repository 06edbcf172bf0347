"""What concatenations join is rounded in the steps of the result, where that changes nothing else."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.telemetry import import_onnxruntime

MODEL = "squeezenet1.1-shapes"


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    for name in ("star", "ring"):
        Pillow.fromarray(sv.read_image(f"shape-{name}").pixels).save(folder / f"{name}.png")
    return folder


class Graph:
    """A quantised file: who makes and who reads each value, and its constants."""

    def __init__(self, path):
        self.proto = onnx.load(path)
        nodes = self.proto.graph.node
        self.constants = {each.name: numpy_helper.to_array(each) for each in self.proto.graph.initializer}
        self.maker = {name: node for node in nodes for name in node.output}
        self.nodes = nodes

    def of_kind(self, kind):
        return [node for node in self.nodes if node.op_type == kind]

    def rounded(self, name):
        """The QuantizeLinear that reads a value."""
        return next(node for node in self.of_kind("QuantizeLinear") if node.input[0] == name)

    def rounded_before(self, name):
        """The QuantizeLinear behind a dequantised value."""
        return self.maker[self.maker[name].input[0]]

    def run(self, tensor, names):
        wanted = onnx.ModelProto()
        wanted.CopyFrom(self.proto)
        wanted.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.UINT8, None) for name in names)
        session = import_onnxruntime().InferenceSession(wanted.SerializeToString(), providers=["CPUExecutionProvider"])
        return dict(zip(names, session.run(list(names), {session.get_inputs()[0].name: tensor}), strict=True))


def test_a_concatenation_only_copies_codes(photos, tmp_path):
    model = sv.load_model(MODEL)
    made = Graph(sv.quantize(model, photos, tmp_path / "int8.onnx").path)
    joined = {
        made.rounded(node.output[0]).output[0]: [made.maker[name].input[0] for name in node.input]
        for node in made.of_kind("Concat")
    }
    assert len(joined) == 8
    codes = made.run(
        model.preprocessing(sv.read_image("shape-circle")),
        [*joined, *(name for each in joined.values() for name in each)],
    )
    for name, parts in joined.items():
        np.testing.assert_array_equal(codes[name], np.concatenate([codes[part] for part in parts], axis=1))
        assert len(np.unique(codes[name])) > 50
    read = {name for node in made.nodes for name in node.input}
    assert made.constants.keys() <= read, "steps that nothing reads are left in the file"


def test_the_mean_behind_the_last_convolution_is_not_rounded(photos, tmp_path):
    made = Graph(sv.quantize(sv.load_model(MODEL), photos, tmp_path / "int8.onnx").path)
    found, name = [], made.proto.graph.output[0].name
    while made.maker[name].op_type != "DequantizeLinear":
        found.append(made.maker[name].op_type)
        name = made.maker[name].input[0]
    assert found[-1] == "GlobalAveragePool"
    assert "QuantizeLinear" not in found


def branches(path):
    """Four convolutions: one is clipped, one has a ReLU, one is read elsewhere too, one is joined to what is joined."""
    rng = np.random.default_rng(3)
    stored = {name: rng.normal(0, width, (4, 3, 1, 1)) for name, width in zip("abcd", (8, 16, 1, 0.1), strict=True)}
    stored |= {"last": rng.normal(0, 1, (5, 20, 1, 1)), "low": np.array(0.0), "high": np.array(6.0)}
    nodes = [
        *(helper.make_node("Conv", ["image", name], [f"{name}_conv"]) for name in "abcd"),
        helper.make_node("Clip", ["a_conv", "low", "high"], ["a_out"]),
        *(helper.make_node("Relu", [f"{name}_conv"], [f"{name}_out"]) for name in "bcd"),
        helper.make_node("Concat", ["a_out", "b_out", "c_out"], ["inner"], axis=1),
        helper.make_node("Concat", ["inner", "d_out"], ["outer"], axis=1),
        helper.make_node("MaxPool", ["c_out"], ["c_pooled"], kernel_shape=[1, 1]),
        helper.make_node("Concat", ["outer", "c_pooled"], ["all"], axis=1),
        helper.make_node("Conv", ["all", "last"], ["maps"]),
        helper.make_node("GlobalAveragePool", ["maps"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["logits"]),
    ]
    weights = [numpy_helper.from_array(np.asarray(each, np.float32), name) for name, each in stored.items()]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 24, 24])
    answer = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 5])
    graph = helper.make_graph(nodes, "branches", [image], [answer], weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)


@pytest.fixture(scope="module")
def joined(photos, tmp_path_factory):
    folder = tmp_path_factory.mktemp("branches")
    branches(folder / "branches.onnx")
    model = sv.load_model(folder / "branches.onnx")
    return model, Graph(sv.quantize(model, photos, folder / "int8.onnx").path)


def steps(made, node):
    return [made.constants[name].item() for name in node.input[1:]]


def test_steps_are_handed_on_through_joined_joins(joined):
    _, made = joined
    last = steps(made, made.rounded("all"))
    for node in made.of_kind("Concat"):
        assert steps(made, made.rounded(node.output[0])) == last, "one joined by another takes its steps"
    inner, outer, _ = made.of_kind("Concat")
    assert [steps(made, made.rounded_before(name)) for name in (inner.input[1], outer.input[1])] == [last, last]


def test_a_clip_and_what_is_read_elsewhere_keep_their_own_steps(joined):
    model, made = joined
    last = steps(made, made.rounded("all"))
    inner, _, with_pooled = made.of_kind("Concat")
    assert 255 * steps(made, made.rounded_before(inner.input[0]))[0] == pytest.approx(6, rel=1e-3)
    for name in (inner.input[2], with_pooled.input[1]):
        assert steps(made, made.rounded_before(name)) != last
    tensor = model.preprocessing(sv.read_image("shape-star"))
    clipped = made.maker[inner.input[0]]
    codes = made.run(tensor, [clipped.input[0]])[clipped.input[0]]
    assert codes.max() == 255, "the clip is at work"
