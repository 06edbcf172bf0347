"""A quantised convolution opened in exact whole numbers, against ONNX Runtime's own."""

import json

import numpy as np
import onnx
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.errors import LayerError
from squeezeviz.telemetry import import_onnxruntime
from tests.quantised_faults import Quantised

pytestmark = pytest.mark.slow

LAYERS = ("conv1", "fire2/squeeze1x1", "fire3/expand3x3", "fire9/expand1x1", "conv10")


@pytest.fixture(scope="module")
def model():
    return sv.load_model("squeezenet1.1-shapes")


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    for name in ("star", "ring"):
        Pillow.fromarray(sv.read_image(f"shape-{name}").pixels).save(folder / f"{name}.png")
    return folder


@pytest.fixture(scope="module")
def files(model, photos, tmp_path_factory):
    """Kernels of either type; and a layer whose range is far too narrow, so that most of it saturates."""
    folder = tmp_path_factory.mktemp("made")
    for kernels in ("int8", "uint8"):
        sv.quantize(model, photos, folder / f"{kernels}.onnx", kernels=kernels)
    narrow = Quantised(onnx.load(folder / "int8.onnx"))
    narrow.change(narrow.steps("fire2/squeeze1x1")[0], lambda scale: scale / 40)
    (folder / "narrow.onnx").write_bytes(narrow.model.SerializeToString())
    return folder


def codes(path, tensor, layers):
    """What ONNX Runtime itself makes: name → whole numbers (C, H, W)."""
    proto = onnx.load(path)
    names = [f"{layer}_QuantizeLinear_Output" for layer in layers]
    proto.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = import_onnxruntime().InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    return dict(zip(layers, (values[0] for values in session.run(names, {"data": tensor})), strict=True))


@pytest.mark.parametrize("name", ["int8", "uint8", "narrow"])
def test_terms_come_to_the_code_that_onnx_runtime_has(files, name):
    source = sv.IntegerArithmetic(sv.load_model(files / f"{name}.onnx"), "shape-star")
    expected = codes(files / f"{name}.onnx", source.tensor, LAYERS)
    rng, saturated = np.random.default_rng(7), 0
    for layer in LAYERS:
        _, height, width = expected[layer].shape
        corners = [(0, 0), (0, width - 1), (height - 1, 0), (height - 1, width - 1)]
        cells = [*corners, *zip(rng.integers(0, height, 40), rng.integers(0, width, 40), strict=True)]
        for channel, cell in zip(rng.integers(0, len(expected[layer]), 44), cells, strict=True):
            made = source.of(layer, int(channel), (int(cell[0]), int(cell[1])))
            assert made.code == expected[layer][(channel, *cell)]
            assert made.total == sum(term.product for term in made.terms) + made.bias
            assert made.code == min(max(made.rounded, made.low), made.high)
            if not made.is_saturated:
                assert abs(made.value - made.exact) <= 0.5001 * made.output_scale
            saturated += made.code == made.high
    assert (saturated > 3) == (name == "narrow")


def test_every_number_of_a_layer_follows_the_formula(files):
    source = sv.IntegerArithmetic(sv.load_model(files / "int8.onnx"), "shape-ring")
    layer, before = "fire2/expand1x1", "fire2/squeeze1x1"
    expected = codes(files / "int8.onnx", source.tensor, [before, layer])
    made = [source.of(layer, channel, (3, 4)) for channel in range(len(expected[layer]))]
    weights = np.zeros((len(made), len(expected[before])), np.int64)
    for row, each in zip(weights, made, strict=True):
        for term in each.terms:
            row[term.channel] = term.weight - each.weight_zero_point
    given = expected[before].reshape(len(expected[before]), -1).astype(np.int64) - made[0].input_zero_point
    totals = weights @ given + np.array([each.bias for each in made])[:, np.newaxis]
    multipliers = np.array([each.multiplier for each in made], np.float32)[:, np.newaxis]
    rounded = np.rint(totals.astype(np.float32) * multipliers).astype(np.int64) + made[0].output_zero_point
    np.testing.assert_array_equal(np.clip(rounded, 0, 255), expected[layer].reshape(len(made), -1))


def test_padding_is_left_out_and_halves_are_rounded_to_even(files):
    source = sv.IntegerArithmetic(sv.load_model(files / "int8.onnx"), "shape-star")
    inner, corner = (len(source.of("fire2/expand3x3", 0, cell).terms) for cell in ((5, 5), (0, 0)))
    assert (inner, corner) == (16 * 9, 16 * 4)
    told = source.of("conv1", 3, (8, 8)).to_dict(5)
    assert len(told["terms"]) == 5
    assert told["total"] == sum(term["product"] for term in told["terms"]) + told["remainder"] + told["bias"]
    json.dumps(told)


def test_it_is_found_by_any_of_its_names_and_what_is_none_is_said(model, files, photos, tmp_path):
    source = sv.IntegerArithmetic(sv.load_model(files / "int8.onnx"), "shape-star")
    one, two = (source.of(f"conv10{end}", 3, (2, 2)) for end in ("", "_DequantizeLinear_Output"))
    assert one == two
    with pytest.raises(LayerError, match="not computed in whole numbers"):
        source.of("pool1", 0)
    with pytest.raises(LayerError, match="has no number"):
        source.of("conv10", 24, (0, 0))
    with pytest.raises(LayerError, match="not computed in whole numbers"):
        sv.IntegerArithmetic(model, "shape-star").of("conv1", 0)
    kept = sv.quantize(model, photos, tmp_path / "kept.onnx", keep=["conv1"])
    with pytest.raises(LayerError, match="whole numbers"):
        sv.IntegerArithmetic(sv.load_model(kept.path), "shape-star").of("conv1", 0)
