"""Networks that take channels last are read as all others are, and give the same answers."""

import numpy as np
import onnx
import pytest
from onnx import helper

import squeezeviz as sv
from squeezeviz.network.layout import channels_first
from squeezeviz.preprocessing.candidates import candidates, choices
from squeezeviz.runtime.chosen import Chosen
from squeezeviz.runtime.model import Model
from tests.coloured import colour_content, write_photos


def right():
    return next(how for how in candidates((3, 16, 24)) if choices(how)["values"] == "-1 to 1")


def channels_last(content, *, readers=1, is_open=False):
    """The same network as TensorFlow's exporter writes it; with more readers, one that looks at the image as it is."""
    model = onnx.ModelProto.FromString(content)
    source = model.graph.input[0]
    batch, channels, height, width = [axis.dim_param or axis.dim_value for axis in source.type.tensor_type.shape.dim]
    sides = ["H", "W"] if is_open else [height, width]
    source.CopyFrom(helper.make_tensor_value_info("image", onnx.TensorProto.FLOAT, [batch, *sides, channels]))
    before = [helper.make_node("Transpose", ["image"], ["data"], perm=[0, 3, 1, 2], name="first")]
    if readers == 2:
        before = [
            helper.make_node("Relu", ["image"], ["bright"], name="bright"),
            helper.make_node("Sub", ["image", "bright"], ["dark"], name="dark"),
            helper.make_node("Add", ["bright", "dark"], ["whole"], name="whole"),
            helper.make_node("Transpose", ["whole"], ["data"], perm=[0, 3, 1, 2], name="first"),
        ]
    nodes = [*before, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model.SerializeToString()


@pytest.mark.parametrize("how", [{}, {"readers": 2}, {"is_open": True}])
def test_answers_are_the_same(how):
    content = colour_content(right(), (16, 24))
    first = Model(content, name="first", sha256="00")
    last = Model(
        channels_last(content, **how), name="last", sha256="00", chosen=Chosen((16, 24)) if how.get("is_open") else None
    )  # fmt: skip
    assert last.architecture.input_shape == (3, 16, 24)
    assert any("channels last (NHWC)" in note for note in last.notes)
    assert not any("channels last" in note for note in first.notes)
    tensor = np.random.default_rng(0).normal(size=(2, 3, 16, 24)).astype(np.float32)
    for one, other in zip(first.predict_tensor(tensor), last.predict_tensor(tensor), strict=True):
        assert np.allclose(one.logits, other.logits, atol=1e-4)


def test_no_layer_is_left_of_what_only_orders_axes():
    content = colour_content(right(), (16, 24))
    made = channels_first(onnx.ModelProto.FromString(channels_last(content)))
    assert [node.op_type for node in made.graph.node] == ["Identity", "Conv", "GlobalAveragePool", "Flatten"]
    names = [layer.name for layer in Model(channels_last(content), name="last", sha256="00").architecture]
    assert names == [layer.name for layer in Model(content, name="first", sha256="00").architecture]


@pytest.mark.parametrize(
    "axes", [[1, 3, 16, 24], [1, 3, 16, 3], [1, 1, 9, 1], [1, 64, 1, 1], [1, 4, 4, 3], [1, 16, 16, 4], [1, 3, 3, 3]]
)
def test_what_may_have_its_channels_first_is_left_as_it_is(axes):
    value = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, axes)
    out = helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)
    model = helper.make_model(helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", [value], [out]))
    assert channels_first(model) is model


def test_the_doctor_needs_no_word_on_the_layout(tmp_path):
    model = Model(channels_last(colour_content(right(), (16, 24))), name="last", sha256="00")
    made = sv.diagnose_preprocessing(model, write_photos(tmp_path / "photos"))
    assert (made.best.channel_order, made.best.mean, made.best.std) == ("RGB", (0.5,) * 3, (0.5,) * 3)
