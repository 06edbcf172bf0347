"""`sv.quantize` and its subcommand: a network in 8-bit integers, through onnxruntime.quantization."""

import json
import logging
import platform
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.errors import ConversionError, DatasetError, LayerError
from squeezeviz.quantization.quantize import QUANTIZATION_KEY
from squeezeviz.runtime import integers
from squeezeviz.telemetry import import_onnxruntime
from tests.overflowing import overflowing
from tests.unit.test_cli_own_model import run
from tests.unit.test_known import foreign

pytestmark = pytest.mark.slow

MODEL = "squeezenet1.1-shapes"
METHODS = ["minmax", "entropy", "percentile"]


@pytest.fixture(scope="module")
def model():
    return sv.load_model(MODEL)


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Some of the drawings that the network knows."""
    folder = tmp_path_factory.mktemp("photos")
    for name in ("star", "circle", "ring", "cross"):
        Pillow.fromarray(sv.read_image(f"shape-{name}").pixels).save(folder / f"{name}.png")
    return folder


@pytest.fixture(scope="module")
def made(model, photos, tmp_path_factory):
    return sv.quantize(model, photos, tmp_path_factory.mktemp("made") / "int8.onnx", evaluate=photos)


def stored(path):
    """The nodes of a file, and its constants by name."""
    graph = onnx.load(path).graph
    return graph.node, {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}


def test_kernels_are_bytes_within_half_a_step_of_what_they_were(model, made):
    nodes, constants = stored(made.path)
    dequantized = {node.output[0]: node.input for node in nodes if node.op_type == "DequantizeLinear"}
    convolutions = [node for node in nodes if node.op_type == "Conv"]
    assert len(convolutions) == sum(layer.kind == "convolution" for layer in model.architecture)
    for node in convolutions:
        name = node.output[0].removesuffix(":pre")
        integers, scale, zero = (constants[each] for each in dequantized[node.input[1]])
        assert integers.dtype == np.int8
        assert scale.shape == (len(integers),)
        each = (slice(None), *(np.newaxis,) * 3)
        kernels, _ = model.kernels(name)
        apart = np.abs((integers.astype(float) - zero.astype(float)[each]) * scale[each] - kernels)
        assert (apart <= 0.5001 * scale[each]).all(), name


def test_the_file_is_a_quarter_and_says_how_it_was_made_and_of_what(model, made):
    assert made.bytes_after == made.path.stat().st_size < 0.3 * made.bytes_before
    text = {entry.key: entry.value for entry in onnx.load(made.path).metadata_props}
    assert json.loads(text[QUANTIZATION_KEY]) == {
        "method": "minmax", "per_channel": True, "kernels": "int8", "keep": [], "photos": 4, "model": MODEL, "model_sha256": model.sha256,
    }  # fmt: skip
    loaded = sv.load_model(made.path)
    assert loaded.labels == model.labels
    assert loaded.preprocessing == model.preprocessing


def test_it_answers_as_the_network_does_but_for_rounding(model, made):
    loaded = sv.load_model(made.path)
    for name in ("star", "circle", "ring", "cross"):
        ours, theirs = (each.predict(f"shape-{name}") for each in (model, loaded))
        assert ours.top(1)[0].label == theirs.top(1)[0].label
        apart = np.linalg.norm(theirs.logits - ours.logits) / np.linalg.norm(ours.logits)
        assert 0 < apart < 0.1
    assert (made.evaluation.agreement, len(made.evaluation.read)) == (1.0, 4)


def test_a_layer_that_is_kept_is_computed_in_float32(model, photos, tmp_path):
    kept = sv.quantize(model, photos, tmp_path / "kept.onnx", keep=["conv1", "fire2/squeeze1x1"])
    nodes, constants = stored(kept.path)
    makers = {node.output[0].removesuffix(":pre"): node for node in nodes if node.op_type == "Conv"}
    for name in kept.keep:
        np.testing.assert_array_equal(constants[makers[name].input[1]], model.kernels(name)[0])
    assert makers["fire2/expand1x1"].input[1] not in constants, "quantised: its kernels are dequantised first"


@pytest.mark.parametrize("method", METHODS[1:])
def test_other_ranges_are_no_wider_than_the_numbers_themselves(model, made, photos, tmp_path, method):
    other = sv.quantize(model, photos, tmp_path / "other.onnx", method=method, per_channel=False)
    scales = [
        {name: values for name, values in stored(each.path)[1].items() if name.endswith("_scale") and not values.shape}
        for each in (made, other)
    ]
    layers = [layer.name for layer in model.architecture if f"{layer.name}_scale" in scales[0]]
    assert len(layers) > 10
    assert all(scales[1][f"{name}_scale"] <= 1.01 * scales[0][f"{name}_scale"] for name in layers)
    kernels = [values for values in stored(other.path)[1].values() if values.dtype == np.int8 and values.ndim == 4]
    assert kernels


def test_what_cannot_be_read_is_left_out_and_said(model, photos, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG")
    made = sv.quantize(model, [photos, tmp_path / "broken.png"], tmp_path / "int8.onnx")
    assert made.photos == 4
    assert len(made.left_out) == 1
    assert "broken.png" in made.left_out[0]
    with pytest.raises(DatasetError, match="none of the 1 photos can be read"):
        sv.quantize(model, [tmp_path / "broken.png"], tmp_path / "none.onnx")
    assert not (tmp_path / "none.onnx").exists()


@pytest.mark.parametrize(
    ("name", "rest", "said"),
    [
        ("a.onnx", {"keep": ["conv11"]}, "Did you mean .conv1"),
        ("a.onnx", {"keep": "conv1"}, "expected a list"),
        ("a.onnx", {"method": "max"}, "minmax, entropy, percentile"),
        ("a.onnx", {"kernels": "int4"}, "int8, uint8"),
        ("a.xml", {}, r"\*\.onnx"),
    ],
)
def test_what_makes_no_sense_is_said(model, photos, tmp_path, name, rest, said):  # noqa: PLR0917
    with pytest.raises((LayerError, ConversionError), match=said):
        sv.quantize(model, photos, tmp_path / name, **rest)
    assert not (tmp_path / name).exists()


def test_numbers_beyond_all_integers_are_refused(photos, tmp_path):
    (tmp_path / "overflowing.onnx").write_bytes(overflowing(to_nan=True))
    model = sv.load_model(tmp_path / "overflowing.onnx")
    with pytest.raises(ConversionError, match="cannot be quantised"):
        sv.quantize(model, photos, tmp_path / "int8.onnx")
    assert not (tmp_path / "int8.onnx").exists()


def test_nothing_of_the_quantiser_reaches_the_terminal_or_a_log(model, photos, tmp_path, capfd, caplog):
    handlers = [*logging.getLogger().handlers]
    with caplog.at_level(logging.DEBUG):
        sv.quantize(model, photos, tmp_path / "int8.onnx", method="percentile")
    assert capfd.readouterr() == ("", "")
    assert [record for record in caplog.records if record.name == "root"] == []
    assert logging.getLogger().handlers == handlers


def test_on_the_command_line(photos, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = ["quantize", MODEL, "--calibrate", str(photos), "--keep", "conv1", "--evaluate", str(photos)]
    code, out, _ = run(capsys, *asked)
    assert code == 0
    assert "int8.onnx" in out
    assert "ranges by minmax of 4 photos, a scale for each kernel; in float32 all the same: conv1" in " ".join(
        out.split()
    )
    assert "They agree on 4 of 4 photos" in " ".join(out.split())
    code, out, err = run(capsys, "quantize", MODEL, "--calibrate", "nowhere")
    assert code == 2
    assert "nowhere" in err


def test_convert_takes_the_samples_and_says_so(model, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "convert", MODEL, "-o", "int8.onnx", "--precision", "int8")
    assert code == 0
    assert "int8.onnx" in out
    assert "ranges of 24 drawings" in " ".join(err.split())
    text = {entry.key: entry.value for entry in onnx.load("int8.onnx").metadata_props}
    assert json.loads(text[QUANTIZATION_KEY])["photos"] == "samples"
    loaded = sv.load_model("int8.onnx")
    assert all(
        loaded.predict(f"shape-{name}").top(1)[0].label == model.predict(f"shape-{name}").top(1)[0].label
        for name in ("star", "circle", "ring", "cross")
    )
    for rest in (["--to", "openvino"], ["--fold-preprocessing"]):
        code, _, err = run(capsys, "convert", MODEL, "-o", "other.onnx", "--precision", "int8", *rest)
        assert (code, "leave out --to and --fold-preprocessing" in err) == (2, True)


def test_convert_warns_of_a_network_that_nobody_knows(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "foreign.onnx").write_bytes(foreign().SerializeToString())
    code, _, err = run(capsys, "convert", "foreign.onnx", "-o", "folder", "--precision", "int8")
    assert code == 0
    assert "sample photos that are installed" in " ".join(err.split())
    assert "nobody knows whether the samples are like what this network sees" in " ".join(err.split())
    assert (tmp_path / "folder/model.onnx").exists()
    monkeypatch.setattr("squeezeviz.quantization.calibration.samples", tuple)
    code, _, err = run(capsys, "convert", "foreign.onnx", "-o", "none.onnx", "--precision", "int8")
    assert (code, "pip install scikit-image" in err) == (2, True)


def test_kernels_of_either_type_answer_alike(model, made, photos, tmp_path):
    other = sv.quantize(model, photos, tmp_path / "uint8.onnx", kernels="uint8")
    kernels = [values for values in stored(other.path)[1].values() if values.ndim == 4]
    assert {values.dtype for values in kernels} == {np.dtype(np.uint8)}
    for name in ("star", "circle", "ring", "cross"):
        one, two = (sv.load_model(each.path).predict(f"shape-{name}").logits for each in (made, other))
        assert np.linalg.norm(one - two) < 0.1 * np.linalg.norm(one)


def test_a_session_is_told_to_be_exact_where_products_saturate(monkeypatch):
    flags = Path("/proc/cpuinfo")
    if platform.machine() == "x86_64" and flags.exists():
        has_sums = any(name in flags.read_text() for name in ("avx512_vnni", "avx_vnni"))
        assert not (has_sums and integers.products_saturate())
    key = "session.x64quantprecision"
    for saturates in (True, False):
        monkeypatch.setattr(integers, "products_saturate", lambda saturates=saturates: saturates)
        options = integers.exact_integers(import_onnxruntime().SessionOptions())
        if saturates:
            assert options.get_session_config_entry(key) == "1"
        else:
            with pytest.raises(RuntimeError, match="Unknown|Failed|not"):
                options.get_session_config_entry(key)
