"""The published model against an independent implementation, and what everyone knows of it."""

import json
import pickle
import threading
from importlib.util import find_spec

import numpy as np
import onnx
import pytest

import squeezeviz as sv
from squeezeviz.runtime.export import export_model, fold_preprocessing
from squeezeviz.runtime.loading import load_content
from squeezeviz.telemetry import import_onnxruntime, import_openvino

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def reference(photos):
    with np.load(photos / "reference" / "logits.npz") as stored:
        return {key: stored[key] for key in stored.files}


@pytest.fixture(scope="module")
def layers(photos):
    with np.load(photos / "reference" / "activations.npz") as stored:
        return {key: stored[key] for key in stored.files}


# Knowing the model ---------------------------------------------------------------------------------------------------


def test_the_published_numbers_are_computed_from_the_graph(model):
    arch = model.architecture
    assert arch.parameters == 1_235_496
    assert arch.macs == 387_747_520
    assert arch.operations == 784_378_336
    assert f"{arch.gflops:.3f}" == "0.784"
    assert (arch.input_name, arch.input_shape) == ("data", (3, 227, 227))
    assert (arch.output_name, arch.output_shape, arch.logits_name) == ("softmaxout", (1000,), "pool10")
    assert sum(layer.kind == "convolution" for layer in arch) == 26
    sizes = [arch[name].shape[1] for name in ("conv1", "pool1", "pool3", "pool5", "conv10")]
    assert sizes == [113, 56, 28, 14, 14], "Caffe's pooling rounds up"


def test_receptive_fields_follow_the_spectrum(model):
    arch = model.architecture
    expected = {31 + 8 * a + 16 * b + 32 * c for a in range(3) for b in range(3) for c in range(5)}
    assert set(arch["conv10"].receptive_fields) == {(size, size) for size in expected}
    assert (arch["conv10"].stride, arch["conv10"].offset) == ((16, 16), (15.0, 15.0))
    assert (arch["fire5/expand3x3"].module, arch["fire5/expand3x3"].branch) == ("fire5", "expand3x3")


def test_a_receptive_field_is_where_the_network_looks(model):
    """Change one input pixel: exactly the cells whose receptive field holds it may change."""
    tensor = np.random.default_rng(0).normal(0, 50, (1, 3, 227, 227)).astype(np.float32)
    changed = tensor.copy()
    y, x = 101, 66
    changed[0, :, y, x] += 500
    for name in ("conv1", "pool3", "fire5/expand1x1", "fire5/expand3x3", "fire9/concat"):
        layer = model.architecture[name]
        before, after = (model.activations_of_tensor(t, [name])[name][0] for t in (tensor, changed))
        moved = (before != after).any(axis=0)
        assert moved.any()
        reach_y, reach_x = (
            np.abs(layer.offset[axis] + layer.stride[axis] * np.arange(moved.shape[axis]) - at)
            <= (layer.receptive_field[axis] - 1) / 2
            for axis, at in enumerate((y, x))
        )
        assert not (moved & ~np.outer(reach_y, reach_x)).any(), name


# Running it ----------------------------------------------------------------------------------------------------------


def test_logits_of_the_same_input_agree_with_the_reference(model, layers, reference):
    row = list(reference["files"]).index(str(layers["image"]))
    prediction = model.predict_tensor(layers["input"])[0]
    np.testing.assert_allclose(prediction.logits, reference["logits"][row], atol=1e-3)
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_activations_agree_with_the_reference(model, layers):
    got = model.activations_of_tensor(layers["input"])
    compared = 0
    for key, expected in layers.items():
        if key in ("image", "input"):
            continue
        array = got[key.replace("__", "/")][0]
        for ours, theirs in ((array.mean(axis=(1, 2)), expected[0]), (array.max(axis=(1, 2)), expected[1])):
            np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-3 * np.abs(theirs).max())
        compared += 1
    assert compared == 38, "every layer but the softmax"


def test_the_photos_get_the_references_answers(model, photos, reference):
    predictions = model.predict([photos / "images" / str(name) for name in reference["files"]])
    ours = np.array([[score.class_index for score in p.top(5)] for p in predictions])
    theirs = np.argsort(-reference["logits"], axis=1, kind="stable")[:, :5]
    assert (ours[:, 0] == theirs[:, 0]).all(), "every top-1"
    shared = sum(len(set(a) & set(b)) for a, b in zip(ours.tolist(), theirs.tolist(), strict=True))
    assert shared / theirs.size >= 0.99
    truth = reference["class_index"]
    assert (ours[:, 0] == truth).sum() == 61
    assert (ours == truth[:, None]).any(axis=1).sum() == 82


def test_a_batch_is_its_images(model):
    names = ["chelsea", "coffee", "rocket"]
    for together, alone in zip(model.predict(names), [model.predict(n) for n in names], strict=True):
        np.testing.assert_allclose(together.logits, alone.logits, atol=1e-4)
        assert together.image == alone.image
    batch = model.activations(names, ["fire5/concat", "conv10"])
    single = model.activations("rocket", ["fire5/concat", "conv10"])
    assert list(batch[2]) == ["fire5/concat", "conv10"]
    np.testing.assert_allclose(batch[2]["fire5/concat"], single["fire5/concat"], atol=1e-3)


def test_batch_size_bounds_what_runs_together(model, monkeypatch):
    small = sv.load_model(threads=1, batch_size=2)
    seen = []
    run = small._sessions.run
    monkeypatch.setattr(small._sessions, "run", lambda tensor, **rest: seen.append(len(tensor)) or run(tensor, **rest))
    assert len(small.predict(["coffee"] * 5)) == 5
    assert len(small.activations(["coffee"] * 2, ["conv1"])) == 2
    assert seen == [2, 2, 1, 1, 1]
    for wrong in ({"threads": 0}, {"batch_size": 0}):
        with pytest.raises(sv.ModelError, match="expected a whole number of at least 1"):
            sv.load_model(**wrong)


def test_a_logit_is_the_mean_of_its_map(model):
    prediction, activations = model.predict("chelsea"), model.activations("chelsea")
    np.testing.assert_allclose(activations["conv10"].mean(axis=(1, 2)), prediction.logits, atol=1e-3)
    assert activations["conv10"].min() >= 0


def test_values_before_relu(model):
    activations = model.activations("coffee", ["fire3/expand3x3"], pre_relu=True)
    before, after = activations["fire3/expand3x3:pre"], activations["fire3/expand3x3"]
    assert before.min() < 0
    np.testing.assert_array_equal(np.maximum(before, 0), after)
    assert list(model.activations("coffee", "conv1:pre")) == ["conv1:pre"]


def test_every_layer_comes_by_default(model):
    activations = model.activations("coffee")
    assert list(activations) == [layer.name for layer in model.architecture]
    for layer in model.architecture:
        assert activations[layer.name].shape == layer.shape
        assert activations[layer.name].dtype == np.float32
    with pytest.raises(sv.LayerError, match="Did you mean 'fire5/concat'"):
        activations["fire5/concta"]


def test_threads_share_a_model(model):
    expected = {name: model.predict(name).logits for name in ("chelsea", "coffee", "coins")}
    problems = []

    def work(name):
        for _ in range(5):
            if not np.allclose(model.predict(name).logits, expected[name], atol=1e-4):
                problems.append(name)
            model.activations(name, ["conv1"])

    threads = [threading.Thread(target=work, args=(name,)) for name in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_a_pickled_model_is_loaded_where_it_arrives(model):
    arrived = pickle.loads(pickle.dumps(model))
    assert len(pickle.dumps(model)) < 1000
    np.testing.assert_allclose(arrived.predict("coffee").logits, model.predict("coffee").logits, atol=1e-4)


def test_a_model_made_from_bytes_is_pickled_whole(model):
    _, content = load_content("squeezenet1.1-caffe2")
    made = sv.Model(content, name="mine", sha256="00")
    arrived = pickle.loads(pickle.dumps(made))
    np.testing.assert_allclose(arrived.predict("coffee").logits, model.predict("coffee").logits, atol=1e-4)


def test_a_pickled_model_refuses_other_weights(model, monkeypatch):
    monkeypatch.setattr(model, "_arrival", (model._arrival[0], ("squeezenet1.1-caffe2", ("ff" * 32,), None, 16)))
    with pytest.raises(sv.ModelError, match="bring the same files"):
        pickle.loads(pickle.dumps(model))


def test_provenance(model, published_files):
    prediction = model.predict("coffee", "caffe2-aspect")
    assert prediction.model_id == "squeezenet1.1-caffe2"
    assert prediction.provenance.model_sha256 == published_files.sha256[0]
    assert prediction.preprocessing == sv.preset("caffe2-aspect")
    assert set(prediction.provenance.to_dict()["versions"]) == {"squeezeviz", "onnxruntime", "numpy", "pillow"}


# Converting ----------------------------------------------------------------------------------------------------------


def test_the_converted_model_is_whole(published_files):
    _, content = load_content("squeezenet1.1-caffe2")
    proto = onnx.load_model_from_string(content)
    onnx.checker.check_model(proto, full_check=True)
    assert proto.opset_import[0].version >= 17
    metadata = {entry.key: json.loads(entry.value) for entry in proto.metadata_props}
    assert metadata["squeezeviz.results.labels"][285] == ["n02124075", "Egyptian cat"]
    assert metadata["squeezeviz.preprocessing"]["mean"] == [103.96, 116.78, 123.68]


def test_nothing_is_kept_beside_the_files(published_files, model):
    names = {path.name for path in published_files.paths[0].parent.iterdir()}
    assert names == {"init_net.pb", "predict_net.pb"}


def test_an_exported_file_can_be_loaded_and_says_the_same(model, tmp_path):
    _, content = load_content("squeezenet1.1-caffe2")
    (path,) = export_model(content, tmp_path / "copy.onnx")
    copy = sv.load_model(path)
    assert copy.labels[285].label == "Egyptian cat"
    np.testing.assert_array_equal(copy.predict("coffee").logits, model.predict("coffee").logits)


def test_means_fold_into_the_first_convolution(model, tmp_path):
    _, content = load_content("squeezenet1.1-caffe2")
    (path,) = export_model(content, tmp_path, preprocessing=model.preprocessing)
    folded = sv.load_model(path)
    assert folded.preprocessing.mean == (0, 0, 0)
    plain = folded.preprocessing([sv.read_image("chelsea")])
    assert plain.min() >= 0
    assert plain.max() <= 255
    assert np.array_equal(plain, np.rint(plain)), "whole BGR values go in"
    ours, theirs = folded.activations("chelsea"), model.activations("chelsea")
    assert np.abs(ours["conv1"] - theirs["conv1"]).max() < 1e-3
    assert np.abs(folded.predict("chelsea").logits - model.predict("chelsea").logits).max() < 1e-3


def test_folding_scale_and_std_as_well(model):
    how = sv.Preprocessing(name="t", channel_order="RGB", scale=1 / 255, mean=(0.4, 0.5, 0.6), std=(0.2, 0.3, 0.25))
    _, content = load_content("squeezenet1.1-caffe2")
    proto = fold_preprocessing(onnx.load_model_from_string(content), how)
    image = sv.read_image("coffee")
    session = import_onnxruntime().InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    raw = how.cropped(image).astype(np.float32).transpose(2, 0, 1)[None]
    expected = model.predict_tensor(how(image))[0].probabilities
    np.testing.assert_allclose(session.run(None, {"data": raw})[0][0], expected, atol=1e-4)


def test_half_precision_halves_the_file_and_keeps_the_answer(model, tmp_path):
    _, content = load_content("squeezenet1.1-caffe2")
    (path,) = export_model(content, tmp_path, precision="fp16")
    assert path.stat().st_size < 0.55 * len(content)
    onnx.checker.check_model(onnx.load(path), full_check=True)
    half = sv.load_model(path).predict("chelsea")
    full = model.predict("chelsea")
    assert [s.class_index for s in half.top(5)] == [s.class_index for s in full.top(5)]
    assert np.abs(half.logits - full.logits).max() < 0.1


@pytest.mark.parametrize("precision", ["fp32", "fp16"])
def test_openvino_agrees_with_onnx_runtime(model, tmp_path, precision):
    if find_spec("openvino") is None:
        pytest.skip("the extra squeezeviz[openvino] is not installed")
    openvino = import_openvino()
    _, content = load_content("squeezenet1.1-caffe2")
    written = export_model(
        content, tmp_path / "out", to="openvino", precision=precision, preprocessing=model.preprocessing
    )
    assert [path.name for path in written] == ["model.xml", "model.bin"]
    compiled = openvino.compile_model(written[0], "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    image = sv.read_image("coffee")
    raw = model.preprocessing.cropped(image)[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32)
    probabilities = compiled(raw)[0][0]
    np.testing.assert_allclose(
        probabilities, model.predict(image).probabilities, atol=1e-4 if precision == "fp32" else 5e-3
    )


# Refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tensor", "words"),
    [
        (np.zeros((1, 3, 16, 16), np.float32), "(1, 3, 16, 16)"),
        (np.zeros((1, 4, 227, 227), np.float32), "(1, 4, 227, 227)"),
        (np.zeros((3, 227, 227), np.float32), "(3, 227, 227)"),
        (np.zeros((1, 3, 227, 227)), "float64"),
        (np.full((1, 3, 227, 227), np.nan, np.float32), "NaN"),
        ([1, 2], "list"),
    ],
)
def test_tensors_of_other_kinds_are_refused_with_the_axes_expected(model, tensor, words):
    with pytest.raises(sv.ModelError, match=r"float32 \(B, 3, 227, 227\)") as caught:
        model.predict_tensor(tensor)
    assert words in str(caught.value)


def test_layers_and_presets_suggest_the_nearest(model):
    with pytest.raises(sv.LayerError, match="Did you mean 'fire2/squeeze1x1'"):
        model.activations("coffee", ["fire2/squeze1x1"])
    with pytest.raises(sv.LayerError, match="empty list"):
        model.activations("coffee", [])
    with pytest.raises(sv.PreprocessingError, match="Did you mean"):
        model.predict("coffee", "cafe2")
    with pytest.raises(sv.PreprocessingError, match="'small'.*3 × 16 × 16"):
        model.predict("coffee", sv.preset("caffe2").replace(name="small", crop_px=16))
