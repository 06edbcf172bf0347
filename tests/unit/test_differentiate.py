"""`sv.differentiate` and its subcommand: the gradient as an ONNX file; `sv.gradient` of a number on a photo."""

import io
import json
from importlib.util import find_spec

import numpy as np
import onnx
import pytest

import squeezeviz as sv
from squeezeviz import cli
from squeezeviz.runtime.differentiate import GRADIENT_KEY
from squeezeviz.telemetry import import_onnxruntime, import_openvino
from tests.fires import fires_net
from tests.nets import tiny_content, tiny_model


@pytest.fixture(scope="module")
def model():
    return tiny_model(fires_net(4))


@pytest.fixture(scope="module")
def written(model, tmp_path_factory):
    return sv.differentiate(
        model, tmp_path_factory.mktemp("made") / "new" / "backward.onnx", by=["input", "fire2/concat"]
    )


@pytest.fixture(scope="module")
def asked(model):
    """What the file is given: two images, and the weights of a difference of logits."""
    tensor = np.random.default_rng(0).normal(size=(2, 3, 33, 33)).astype(np.float32)
    weights = np.zeros((2, *model.gradients.shape("pool10")), np.float32)
    weights[:, 1], weights[:, 3] = 1, -1
    return {"data": tensor, "weights": weights}


def by_onnxruntime(path, feed):
    options = import_onnxruntime().SessionOptions()
    options.log_severity_level = 4
    session = import_onnxruntime().InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return dict(zip([each.name for each in session.get_outputs()], session.run(None, feed), strict=True))


def test_the_file_passes_the_checker_and_says_what_it_takes_and_gives(model, written):
    made = onnx.load(written)
    onnx.checker.check_model(made, full_check=True)
    inputs, outputs = (
        {each.name: each.doc_string for each in values} for values in (made.graph.input, made.graph.output)
    )
    assert list(inputs) == ["data", "weights"]
    assert list(outputs) == ["gradient", "gradient:fire2/concat", "pool10"]
    assert inputs["weights"] == "How much each number of pool10 counts in what is differentiated: Σ weights · pool10."
    assert outputs["gradient:fire2/concat"] == "The derivative of Σ weights · pool10 by each number of fire2/concat."
    assert made.doc_string.startswith("A vector–Jacobian product: the derivative. Inputs: data (images) and weights")
    (text,) = (entry.value for entry in made.metadata_props if entry.key == GRADIENT_KEY)
    assert json.loads(text) == {
        "of": "pool10",
        "by": {"data": "gradient", "fire2/concat": "gradient:fire2/concat"},
        "image": "data",
        "weights": "weights",
        "rule": "exact",
        "model": model.name,
        "model_sha256": model.sha256,
    }


def test_onnx_runtime_runs_the_file_as_the_model_does(model, written, asked):
    found = by_onnxruntime(written, asked)
    value, expected = model.gradients.run(asked["data"], "pool10", asked["weights"], by=["input", "fire2/concat"])
    np.testing.assert_allclose(found["pool10"], value, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found["gradient"], expected["input"], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(found["gradient:fire2/concat"], expected["fire2/concat"], rtol=1e-5, atol=1e-7)


@pytest.mark.skipif(find_spec("openvino") is None, reason="the extra squeezeviz[openvino] is not installed")
@pytest.mark.parametrize("rule", ["exact", "guided", "deconvnet"])
def test_openvino_runs_the_file_as_onnx_runtime_does(model, tmp_path, asked, rule):
    path = sv.differentiate(model, tmp_path / "backward.onnx", by=["input", "fire2/concat"], rule=rule)
    openvino = import_openvino()
    converted = openvino.convert_model(io.BytesIO(path.read_bytes()))
    compiled = openvino.Core().compile_model(converted, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    theirs, ours = compiled(asked), by_onnxruntime(path, asked)
    for name, values in ours.items():
        np.testing.assert_allclose(theirs[name], values, rtol=1e-4, atol=1e-5 * np.abs(values).max())


def test_by_a_layer_alone_the_file_gives_its_gradient(model, tmp_path, asked):
    path = sv.differentiate(model, tmp_path / "cam.onnx", of="fire3/squeeze1x1:pre", by="fire2/concat")
    shape = model.gradients.shape("fire3/squeeze1x1:pre")
    feed = {"data": asked["data"], "weights": np.ones((2, *shape), np.float32)}
    found = by_onnxruntime(path, feed)
    assert list(found) == ["gradient", "fire3/squeeze1x1:pre"]
    kernels, _ = model.kernels("fire3/squeeze1x1")
    pooled = model.gradients.run(feed["data"], "fire3/squeeze1x1:pre", feed["weights"], by=["pool2"])[1]["pool2"]
    np.testing.assert_allclose(pooled[0], np.broadcast_to(kernels.sum(0), pooled[0].shape), rtol=1e-5, atol=1e-6)
    assert found["gradient"].sum() == pytest.approx(pooled.sum(), rel=1e-4)  # max pooling hands all of it on


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"of": "fire2/conct"}, sv.LayerError, "no layer is called 'fire2/conct'. Did you mean 'fire2/concat'"),
        ({"by": None}, sv.LayerError, "by is None, expected 'input', a layer's name or a list of names"),
        ({"by": "fire9/x"}, sv.LayerError, "no layer is called 'fire9/x'"),
        ({"of": "conv1", "by": "fire2/concat"}, sv.LayerError, "'conv1' does not depend on 'fire2/concat'"),
        ({"output": "gradient.xml"}, sv.ConversionError, "expected a file called *.onnx"),
        ({"output": "x" * 5000 + ".onnx"}, sv.ConversionError, "cannot be written"),
    ],
)
def test_what_cannot_be_written_is_said_in_words(model, tmp_path, asked, error, said):
    output = tmp_path / asked.get("output", "out.onnx")
    rest = {key: value for key, value in asked.items() if key != "output"}
    with pytest.raises(error) as caught:
        sv.differentiate(model, output, **rest)
    assert said in str(caught.value)
    assert not list(tmp_path.iterdir())


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        cli.main(list(arguments))
    captured = capsys.readouterr()
    return caught.value.code or 0, captured.out, captured.err


def test_the_subcommand_writes_the_file(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.onnx").write_bytes(tiny_content(fires_net(4)))
    code, out, err = run(capsys, "differentiate", "tiny.onnx", "-o", "back.onnx", "--by", "input", "--by", "pool1")
    assert (code, err) == (0, "")
    assert out.startswith("back.onnx  ")
    onnx.checker.check_model(onnx.load(tmp_path / "back.onnx"), full_check=True)
    code, out, err = run(capsys, "differentiate", "tiny.onnx", "-o", "no.onnx", "--of", "pool11")
    assert (code, out) == (2, "")
    assert err.startswith("squeezeviz: no layer is called 'pool11'. Did you mean 'pool1")
    assert len(err.splitlines()) == 1


# On a photo ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def photo():
    return np.random.default_rng(3).integers(0, 256, (40, 50, 3), dtype=np.uint8)


def test_the_gradient_of_a_number_on_a_photo(model, photo):
    tensor = model.preprocessing.first_crop([sv.read_image(photo)])
    best = int(model.predict(photo).ranking[0])

    def expected(of, **weights_at):
        weights = np.zeros((1, *model.gradients.shape(of)), np.float32)
        for place, value in weights_at["at"].items():
            weights[0][place] = value
        return model.gradients.run(tensor, of, weights)[1]["input"][0]

    found = sv.gradient(model, photo)
    assert (found.shape, found.dtype) == ((3, 33, 33), np.float32)
    np.testing.assert_array_equal(found, expected("pool10", at={best: 1}))
    np.testing.assert_array_equal(sv.gradient(model, photo, 2), expected("pool10", at={2: 1}))
    cells = np.prod(model.gradients.shape("fire2/concat")[1:])
    np.testing.assert_array_equal(
        sv.gradient(model, photo, "fire2/concat:1"), expected("fire2/concat", at={1: 1 / cells})
    )
    np.testing.assert_array_equal(
        sv.gradient(model, photo, "fire2/concat:1@3,2"), expected("fire2/concat", at={(1, 3, 2): 1})
    )


def test_the_gradient_has_the_size_of_the_input_that_a_preprocessing_makes(model, photo):
    how = model.preprocessing.replace(resize_px=41, crop_px=39)
    found = sv.gradient(model, photo, "fire2/concat:1", how)
    assert found.shape == (3, 39, 39)
    tensor = how([sv.read_image(photo)])
    # A step along the gradient itself, so that the change is far above the rounding of single precision.
    step = found / np.linalg.norm(found)
    ahead, behind = (
        model.activations_of_tensor(tensor + sign * step, "fire2/concat")["fire2/concat"][0, 1].astype(float).mean()
        for sign in (np.float32(0.1), np.float32(-0.1))
    )
    assert (ahead - behind) / 0.2 == pytest.approx(float(np.linalg.norm(found)), rel=1e-2)


def test_a_target_that_is_none_is_said(model, photo):
    with pytest.raises(sv.LabelError):
        sv.gradient(model, photo, "no such class")
    with pytest.raises(sv.LayerError, match="has no channel 99"):
        sv.gradient(model, photo, "fire2/concat:99")
