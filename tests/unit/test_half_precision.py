"""Weights in half precision: what the page holds is the rounded network, and what is said of it is what was measured."""

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

import squeezeviz as sv
from squeezeviz.errors import ConversionError
from squeezeviz.image import read_image
from squeezeviz.runtime.export import round_weights
from squeezeviz.runtime.model import Model
from squeezeviz.standalone.half_precision import HalfPrecision, half_precision
from tests.nets import tiny_content, tiny_model
from tests.unit.test_page import HOW, block_of, contents_of, numbers_of, picture, run, tiny_files

__all__ = ["tiny_files"]
OTHER = HOW.replace(name="other", channel_order="RGB")


def scaled(content, factor):
    """The same network, its kernels larger: rounding then shows."""
    proto = onnx.load_model_from_string(content)
    for tensor in proto.graph.initializer:
        if len(tensor.dims) > 1:
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor) * np.float32(factor), tensor.name))
    return proto.SerializeToString()


def test_only_kernels_and_matrices_are_rounded_and_each_to_the_nearest():
    was = onnx.load_model_from_string(tiny_content())
    now = round_weights(was)
    assert [tensor.name for tensor in now.graph.initializer] == [tensor.name for tensor in was.graph.initializer]
    for before, after in zip(was.graph.initializer, now.graph.initializer, strict=True):
        values, rounded = numpy_helper.to_array(before), numpy_helper.to_array(after)
        if len(before.dims) > 1:
            np.testing.assert_array_equal(rounded, values.astype(np.float16).astype(np.float32), strict=True)
            assert not np.array_equal(rounded, values)
        else:
            np.testing.assert_array_equal(rounded, values, strict=True)


def test_weights_within_nodes_are_rounded_too():
    was = onnx.load_model_from_string(tiny_content())
    kernel = next(tensor for tensor in was.graph.initializer if len(tensor.dims) == 4)
    was.graph.node.insert(0, onnx.helper.make_node("Constant", [], [kernel.name], value=kernel))
    values = numpy_helper.to_array(kernel)
    was.graph.initializer.remove(kernel)
    (constant,) = (node for node in round_weights(was).graph.node if node.op_type == "Constant")
    np.testing.assert_array_equal(
        numpy_helper.to_array(constant.attribute[0].t), values.astype(np.float16).astype(np.float32)
    )


def test_what_is_said_is_what_both_networks_answer():
    model, images = tiny_model(), [read_image(picture(), name=name) for name in ("one", "two")]
    rounded, found = half_precision(model, images, [HOW, OTHER])
    pairs = [(model.predict(image, how), rounded.predict(image, how)) for image in images for how in (HOW, OTHER)]
    assert found.probability_change == max(
        np.abs(was.probabilities.astype(float) - now.probabilities).max() for was, now in pairs
    )
    assert found.logit_change == max(np.abs(was.logits.astype(float) - now.logits).max() for was, now in pairs)
    assert found.logit_change > 0
    assert (found.photos, found.preprocessings, found.are_samples) == (2, 2, False)
    assert found.other_answers == tuple(
        (was.image, was.preprocessing.name)
        for was, now in pairs
        if was.top(1)[0].class_index != now.top(1)[0].class_index
    )


def test_another_answer_is_named():
    """Two classes whose kernels differ by less than half precision tells apart: of equals, the first one leads."""
    proto = onnx.load_model_from_string(tiny_content())
    tensors = {len(tensor.dims): tensor for tensor in proto.graph.initializer}  # the last of each kind
    kernels, bias = tensors[4], tensors[1]
    values = np.full(tuple(kernels.dims), -1, np.float32)
    values[0], values[1] = 1, 1.0001
    kernels.CopyFrom(numpy_helper.from_array(values, kernels.name))
    bias.CopyFrom(numpy_helper.from_array(np.zeros(tuple(bias.dims), np.float32), bias.name))
    model, image = Model(proto.SerializeToString(), name="close", sha256="00"), read_image(picture(), name="a photo")
    rounded, found = half_precision(model, [image], [HOW])
    assert [each.predict(image, HOW).top(1)[0].class_index for each in (model, rounded)] == [1, 0]
    assert found.other_answers == (("a photo", "small"),)
    assert found.words.endswith("the most probable class is another for a photo (small).")


def test_in_words():
    made = HalfPrecision(2, 6, False, 0.00042, 0.0031, ())
    assert made.words == (
        "Weights are rounded to half precision. On 2 photos in 6 preprocessings that changes a probability by 0.00042 "
        "and a logit by 0.0031 at most; every most probable class stays."
    )
    none = HalfPrecision(1, 1, False, 0.0, 0.0, ())
    assert none.words == "Weights are rounded to half precision. On 1 photo that changes nothing."
    more = HalfPrecision(1, 1, True, 0.1, 1.0, tuple((f"photo {n}", "caffe2") for n in range(5)))
    assert "On 1 sample picture that" in more.words
    assert "another for photo 0 (caffe2), photo 1 (caffe2), photo 2 (caffe2) and 2 more." in more.words


def test_the_page_holds_the_rounded_network_and_its_answers(tmp_path):
    model, image = tiny_model(), picture()
    path = sv.export_page(
        image, tmp_path / "page.html", model=model, preprocessing=HOW, compared=[], half_precision=True
    )
    text = path.read_text(encoding="utf-8")
    contents = contents_of(text)
    rounded, said = half_precision(model, [read_image(image)], [HOW])
    assert path.half_precision == said
    assert contents["about"]["rounding"] == said.words
    for layer, held in contents["weights"].items():
        kernels, bias = rounded.kernels(layer)
        assert held["halves"] == kernels.size
        found = numbers_of(block_of(text, held["block"]), held["halves"])
        np.testing.assert_array_equal(found, np.concatenate([kernels.ravel(), bias]), strict=True)
        np.testing.assert_array_equal(kernels, model.kernels(layer)[0].astype(np.float16).astype(np.float32))
        np.testing.assert_array_equal(bias, model.kernels(layer)[1])
    logits = numbers_of(block_of(text, contents["photos"][0]["preprocessed"]["small"]["logits"]))
    np.testing.assert_array_equal(logits, rounded.predict(image, HOW).logits)
    assert not np.array_equal(logits, model.predict(image, HOW).logits)


def test_an_empty_page_is_measured_on_samples(tmp_path):
    path = sv.export_page(None, tmp_path / "page.html", model=tiny_model(), preprocessing=HOW, half_precision=True)
    assert path.half_precision.are_samples
    assert path.half_precision.photos >= 1


def test_weights_are_in_single_precision_unless_asked_for(tmp_path):
    text = sv.export_page(None, tmp_path / "page.html", model=tiny_model(), preprocessing=HOW).read_text()
    contents = contents_of(text)
    assert {held["halves"] for held in contents["weights"].values()} == {0}
    assert contents["about"]["rounding"] == ""


def test_a_weight_beyond_half_precision_is_refused(tmp_path):
    model = Model(scaled(tiny_content(), 1e7), name="large", sha256="00")
    with pytest.raises(ConversionError, match="beyond half precision's ±65504"):
        sv.export_page(picture(), tmp_path / "page.html", model=model, preprocessing=HOW, half_precision=True)
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_changes(tmp_path, tiny_files, capsys):
    options, cat = tiny_files
    assert not run("export", cat, "-o", tmp_path / "page.html", *options, "--half-precision")
    said = " ".join(capsys.readouterr().out.split())
    assert contents_of((tmp_path / "page.html").read_text())["about"]["rounding"] in said
