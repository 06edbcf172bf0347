"""What preprocessings do to the published model's answers: its own arithmetic, and the mistakes that people make."""

import json

import numpy as np
import onnx
import pytest

import squeezeviz as sv
from squeezeviz.runtime.export import halve_weights
from squeezeviz.runtime.loading import load_content

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def made(model):
    return sv.compare_preprocessing(model, "coffee", list(sv.PRESETS)[:12])


# Several preprocessings ------------------------------------------------------------------------------------------------


def test_every_variant_is_what_the_model_says(model, made):
    for variant in made:
        expected = model.predict("coffee", variant.preprocessing)
        np.testing.assert_allclose(variant.prediction.logits, expected.logits, atol=1e-3)
        np.testing.assert_array_equal(variant.seen, model.seen("coffee", variant.preprocessing))
        assert [drift.layer for drift in variant.drift] == [layer.name for layer in model.architecture][:-1]
        if len(variant.preprocessing.windows) == 1:
            assert variant.drift[-1].strongest[0] == variant.prediction.top(1)[0].class_index


def test_drift_against_the_activations(made):
    reference, layers = made.activations("caffe2"), ["conv1", "fire5/concat", "conv10", "pool10"]
    for name in ("caffe2", "caffe2-aspect", "no-mean", "ten-crop", "torchvision"):
        values = made.activations(name, layers)
        for drift in made[name].drift:
            if drift.layer not in layers:
                continue
            a, r = (maps[drift.layer].astype(np.float64) for maps in (values, reference))
            assert drift.strongest[0] == a.mean(axis=(1, 2)).argmax()
            if a.shape != r.shape:
                assert drift.relative_l2 is drift.cosine is None
                continue
            assert drift.relative_l2 == pytest.approx(np.linalg.norm(a - r) / np.linalg.norm(r), rel=1e-3, abs=1e-6)
            assert drift.cosine == pytest.approx((a * r).sum() / np.linalg.norm(a) / np.linalg.norm(r), abs=1e-5)


def test_the_reference_and_what_is_the_same_have_not_moved(made):
    for name in ("caffe2", "exif-ignored"):
        assert made[name].first_divergent_layer is None
        assert max(drift.relative_l2 for drift in made[name].drift) < 1e-6
        assert all(drift.cosine == pytest.approx(1, abs=1e-6) for drift in made[name].drift)


def test_red_and_blue_swapped_part_at_the_first_layer(made):
    assert made["rgb-by-mistake"].first_divergent_layer.layer == "conv1"
    (score, before), *_ = made.moved("rgb-by-mistake")
    assert before == 1 + int(
        (made.reference.prediction.logits > made.reference.prediction[score.class_index].logit).sum()
    )
    assert before > 1
    assert made.logit_differences("espresso")["rgb-by-mistake"] < -5
    assert made.logit_differences("espresso")["caffe2"] == 0


def test_plain_data_and_displays(made):
    plain = json.loads(json.dumps(made.to_dict(), allow_nan=False))
    assert plain["variants"][0]["top"][0]["label"] == "espresso"
    page, said = made._repr_html_(), repr(made)
    for variant in made:
        assert variant.name in page
        assert variant.name in said


def test_ten_crops_are_ten_predictions(model):
    how = sv.preset("ten-crop")
    singles = model.predict_tensor(how(sv.read_image("chelsea")))
    assert len(singles) == 10
    mean = np.mean([single.probabilities for single in singles], axis=0)
    together = model.predict("chelsea", "ten-crop")
    np.testing.assert_allclose(together.probabilities, mean, atol=1e-5)
    np.testing.assert_array_equal(together.ranking[:5], np.argsort(-mean, kind="stable")[:5])
    batch = model.predict(["coffee", "chelsea"], "ten-crop")
    np.testing.assert_allclose(batch[1].logits, together.logits, atol=1e-3)


# Other sizes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("height", "width"), [(17, 17), (224, 224), (300, 180)])
def test_shapes_at_other_sizes(model, height, width):
    arch = model.architecture_at(height, width)
    tensor = np.random.default_rng(0).normal(0, 50, (1, 3, height, width)).astype(np.float32)
    got = model.activations_of_tensor(tensor)
    assert {name: array.shape[1:] for name, array in got.items()} == {layer.name: layer.shape for layer in arch}
    assert arch.parameters == 1_235_496
    np.testing.assert_allclose(got["conv10"][0].mean(axis=(1, 2)), model.predict_tensor(tensor)[0].logits, atol=1e-3)


def test_sizes_at_224(model):
    arch = model.architecture_at(224, 224)
    assert [arch[name].shape[1] for name in ("conv1", "pool1", "pool3", "pool5", "conv10")] == [111, 55, 27, 13, 13]
    assert (
        model.predict("coffee", sv.preset("caffe2").replace(name="smaller", crop_px=224)).top(1)[0].label == "espresso"
    )


def test_too_small(model):
    with pytest.raises(sv.PreprocessingError, match=r"3 × 16 × 16.*made for 3 × 227 × 227"):
        model.architecture_at(16, 16)


# Weights -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("half", [False, True])
def test_kernels_are_the_stored_weights(published_files, half):
    _, content = load_content("squeezenet1.1-caffe2")
    proto = onnx.load_model_from_string(content)
    weights = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in proto.graph.initializer}
    model = sv.Model((halve_weights(proto) if half else proto).SerializeToString(), name="copy", sha256="00")
    convolutions = [node for node in proto.graph.node if node.op_type == "Conv"]
    layers = [layer for layer in model.architecture if layer.kind == "convolution"]
    assert len(convolutions) == len(layers) == 26
    for node, layer in zip(convolutions, layers, strict=True):
        for got, name in zip(model.kernels(layer.name), node.input[1:], strict=True):
            assert got.dtype == np.float32
            np.testing.assert_array_equal(got, weights[name].astype(np.float16) if half else weights[name])
    with pytest.raises(sv.LayerError, match="pool1 has no kernels"):
        model.kernels("pool1")


@pytest.mark.parametrize("name", sv.PRESETS)
def test_preprocessing_is_weights(model, name):
    made = sv.effective_kernels(model, sv.read_image("chelsea"), sv.preset(name))
    assert (made.layer, made.kernels.shape, made.kernels.dtype) == ("conv1", (64, 3, 3, 3), np.float32)
    assert made.largest > 0
    assert made.difference < 1e-6 * made.largest
