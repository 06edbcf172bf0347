"""`sv.precision` and its subcommand: the error a layer makes, and the error it inherits."""

import json
import shutil
from fractions import Fraction

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.dataset.exact_sums import ExactSums, as_float
from squeezeviz.errors import ConversionError, DatasetError, LayerError, ModelError
from squeezeviz.quantization.precision_study import PrecisionStudy
from squeezeviz.runtime.half import in_half, to_half
from squeezeviz.telemetry import import_onnxruntime
from tests.overflowing import overflowing
from tests.quantised_faults import FAULTS, Quantised
from tests.unit.test_cli_own_model import run

pytestmark = pytest.mark.slow

MODEL = "squeezenet1.1-shapes"
DRAWINGS = ("star", "circle", "ring", "cross")


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()


@pytest.fixture(scope="module")
def model():
    return sv.load_model(MODEL)


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    for name in DRAWINGS:
        Pillow.fromarray(sv.read_image(f"shape-{name}").pixels).save(folder / f"{name}.png")
    return folder


@pytest.fixture(scope="module")
def few(photos, tmp_path_factory):
    """Half of them, for what shows in any photo."""
    return shutil.copytree(
        photos, tmp_path_factory.mktemp("few") / "photos", ignore=lambda *_: ["ring.png", "cross.png"]
    )


@pytest.fixture(scope="module")
def file(model, photos, tmp_path_factory):
    return sv.quantize(model, photos, tmp_path_factory.mktemp("made") / "int8.onnx").path


@pytest.fixture(scope="module")
def found(model, file, photos):
    return sv.precision(model, file, photos)


def seen(model, photos, layers):
    """What layers saw of all photos: name → float64 (C, photos × cells)."""
    each = [model.activations(photos / f"{name}.png", layers) for name in sorted(DRAWINGS)]
    return {
        layer: np.concatenate([maps[layer].astype(float).reshape(len(maps[layer]), -1) for maps in each], axis=1)
        for layer in layers
    }


def agree(size, exact, other, *, rel=1e-6):
    """Hold an error against its definition, computed at once."""
    error = other - exact
    signal, noise = (np.square(each).sum(axis=1) for each in (exact, error))
    np.testing.assert_allclose(size.channel_signal, signal, rtol=1e-9)
    np.testing.assert_allclose(size.channel_noise, noise, rtol=rel, atol=rel * noise.sum())
    assert size.sqnr_db == pytest.approx(10 * np.log10(signal.sum() / noise.sum()), abs=1e-3)
    assert size.relative_l2 == pytest.approx(np.linalg.norm(error) / np.linalg.norm(exact), rel=1e-3)
    assert size.worst_channel == noise.argmax()
    assert size.worst_share == pytest.approx(noise.max() / noise.sum(), rel=1e-3)


# The numbers ----------------------------------------------------------------------------------------------------------


def integers(model, file, photos, layers):
    """What comes out of layers' dequantisation, by ONNX Runtime itself: name → float64 (C, photos × cells)."""
    proto = onnx.load(file)
    names = [f"{layer}_DequantizeLinear_Output" for layer in layers]
    proto.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = import_onnxruntime().InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    each = [
        session.run(names, {"data": model.preprocessing(sv.read_image(photos / f"{name}.png"))})
        for name in sorted(DRAWINGS)
    ]
    found = (np.concatenate([m[0].reshape(m.shape[1], -1) for m in maps], axis=1) for maps in zip(*each, strict=True))
    return dict(zip(layers, (maps.astype(float) for maps in found), strict=True))


def test_all_errors_so_far_are_those_of_the_network_itself(model, file, photos, found):
    names = ["conv1", "fire2/concat", "fire9/expand3x3", "conv10"]
    exact, low = seen(model, photos, names), integers(model, file, photos, names)
    for name in names:
        agree(found[name].total, exact[name], low[name])
        cosine = (exact[name] * low[name]).sum() / np.linalg.norm(exact[name]) / np.linalg.norm(low[name])
        assert found[name].total.cosine == pytest.approx(cosine, abs=1e-9)


def test_the_last_error_is_that_of_the_answers(model, file, photos, found):
    other, paths = sv.load_model(file), [photos / f"{name}.png" for name in DRAWINGS]
    exact, low = (np.stack([each.probabilities for each in one.predict(paths)], axis=1) for one in (model, other))
    agree(found["softmaxout"].total, exact.astype(float), low.astype(float))


def test_the_error_made_is_that_of_the_layer_on_its_inputs_in_float32(model, file, photos, found):
    constants = {each.name: numpy_helper.to_array(each) for each in onnx.load(file).graph.initializer}
    stored = Quantised(onnx.load(file))
    exact = seen(model, photos, ["fire2/squeeze1x1", "fire2/expand1x1", "fire2/concat", "fire2/expand3x3"])

    def rounded(layer, values):
        scale, zero = (constants[name].astype(float) for name in stored.steps(layer))
        return (np.clip(np.rint(values / scale) + zero, 0, 255) - zero) * scale

    def weights(names):
        integers, scale, zero = (constants[name].astype(float) for name in names)
        each = (slice(None), *(np.newaxis,) * (integers.ndim - 1))
        return (integers - zero[each]) * scale[each]

    kernels, bias = weights(stored.kernels("fire2/expand1x1")), weights(stored.bias("fire2/expand1x1"))
    made = rounded("fire2/expand1x1", kernels[:, :, 0, 0] @ exact["fire2/squeeze1x1"] + bias[:, np.newaxis])
    agree(found["fire2/expand1x1"].made, exact["fire2/expand1x1"], np.maximum(made, 0), rel=1e-3)
    agree(found["fire2/concat"].made, exact["fire2/concat"], rounded("fire2/concat", exact["fire2/concat"]))


def test_the_input_is_a_layer_of_its_own_that_inherits_nothing(model, file, photos, found):
    source = found.layers[0]
    assert (source.name, source.kind, source.inherited.noise) == ("data", "input", 0.0)
    assert source.inherited.sqnr_db == np.inf
    assert source.made.noise == source.total.noise > 0
    assert found["conv1"].inherited.noise > 0


def test_codes_are_counted(model, file, photos, found):
    stored = Quantised(onnx.load(file))
    scale, zero = (numpy_helper.to_array(stored.tensor(name)) for name in stored.steps("conv1"))
    low = integers(model, file, photos, ["conv1"])["conv1"]
    codes = np.rint(low / scale + zero).astype(int)
    use = found["conv1"].use
    assert (use.dtype, use.scale, use.zero_point) == ("uint8", (float(scale),), (int(zero),))
    assert zero == 0, "a ReLU puts zeros at the end of the range: they don't count"
    np.testing.assert_allclose(use.saturated, (codes == 255).mean(axis=1))
    assert use.dead_range == pytest.approx(1 - len(np.unique(codes)) / 256)
    np.testing.assert_allclose(use.unused, [1 - len(np.unique(row)) / 256 for row in codes])


def test_the_same_photos_give_the_same_numbers_however_they_are_asked(model, file, photos, found, tmp_path):
    for name in reversed(DRAWINGS):  # another order of files
        (tmp_path / f"{name}.png").write_bytes((photos / f"{name}.png").read_bytes())
    other = sv.precision(model, sv.load_model(file), [tmp_path / f"{name}.png" for name in DRAWINGS], workers=3)
    assert [layer.to_dict(channels=True) for layer in other] == [layer.to_dict(channels=True) for layer in found]


def test_sums_are_exact():
    rng = np.random.default_rng(0)
    rows = [np.abs(rng.normal(size=20)) * 10.0 ** rng.uniform(-30, 60, 20) for _ in range(64)]
    forth, back, halves = ExactSums(20), ExactSums(20), [ExactSums(20), ExactSums(20)]
    for at, row in enumerate(rows):
        forth.add(row)
        back.add(rows[-1 - at])
        halves[at % 2].add(row)
    halves[0].merge(halves[1])
    assert forth.whole() == back.whole() == halves[0].whole()
    for at, whole in enumerate(forth.whole()):
        exact = sum(Fraction(float(row[at])) for row in rows)
        assert abs(Fraction(whole, 1 << 128) - exact) <= Fraction(64, 1 << 129), "each is rounded to 2^-128 at most"
        assert as_float(whole) == pytest.approx(float(exact), rel=1e-15)
    for wrong in (-1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="from 0 to"):
            ExactSums(1).add(np.array([wrong]))


def test_an_answer_is_kept_and_read_again(model, file):
    study = PrecisionStudy.of(model, sv.load_model(file), model.preprocessing)
    part = study.look(model, sv.read_image("shape-star"), "a", None)
    part.changed["a"] = 1, 2
    read = study.load(study.dump(part))
    assert read.squares.whole() == part.squares.whole()
    assert (read.photos, read.changed) == (1, {"a": (1, 2)})
    assert (read.saturated == part.saturated).all()
    assert (read.seen == part.seen).all()
    for wrong in (b"", b"\x00", study.dump(part)[:100], PrecisionStudy(None, model.preprocessing, 3).dump(part)):
        with pytest.raises(ValueError, match="sums of"):
            PrecisionStudy(None, model.preprocessing, 4).load(wrong)


# Half precision -------------------------------------------------------------------------------------------------------


def test_half_precision_rounds_every_weight_and_every_layer(model, photos):
    tensor = model.preprocessing(sv.read_image("shape-star"))
    exact = model.activations_of_tensor(tensor)
    names = list(exact)
    alone = model.parts.changed(in_half).run_each_alone({"data": tensor, **exact}, names)
    for name, values in alone.items():
        np.testing.assert_array_equal(values, to_half(values), err_msg=name)
    kernels, bias = (each.astype(np.float64) for each in map(to_half, model.kernels("fire2/squeeze1x1")))
    made = (
        np.einsum("oi,bihw->bohw", kernels[:, :, 0, 0], exact["pool1"].astype(float)) + bias[:, np.newaxis, np.newaxis]
    )
    expected = to_half(np.maximum(made, 0).astype(np.float32))
    differ = alone["fire2/squeeze1x1"] != expected
    assert differ.mean() < 0.01, "sums in float32 and in float64 are rounded otherwise only where they lie between two"
    np.testing.assert_allclose(alone["fire2/squeeze1x1"], expected, rtol=2**-10, atol=1e-3)
    np.testing.assert_array_equal(alone["pool1"], to_half(exact["pool1"]))


def test_half_precision_loses_far_less(model, photos, found):
    half = sv.precision(model, "FP16", photos)
    assert half.other == "half precision"
    assert "CPU provider computes float16 in float32" in half.arithmetic
    assert [layer.name for layer in half][1:] == [layer.name for layer in model.architecture]
    assert half["conv10"].total.relative_l2 < 0.05 * found["conv10"].total.relative_l2
    assert half["conv1"].use.dead_range is None
    assert half["conv1"].use.saturation == 0
    assert half.layers[0].inherited.noise == 0


def test_what_half_precision_cannot_hold_is_refused_and_counted(model, photos, tmp_path):
    proto = onnx.load_model_from_string(model.content)
    tensor = next(each for each in proto.graph.initializer if each.name == "fire2/squeeze1x1_b")
    tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor) + np.float32(60_000), tensor.name))
    large = sv.precision(model.with_content(proto.SerializeToString()), "fp16", photos)
    assert large["fire2/expand3x3"].use.saturation > 0.01
    tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor) + np.float32(60_000), tensor.name))
    with pytest.raises(ConversionError, match="half precision ends at 65,504"):
        sv.precision(model.with_content(proto.SerializeToString()), "fp16", photos)


# Planted faults -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def before(model, file, few):
    return sv.precision(model, file, few)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_pointed_at(model, file, few, before, tmp_path, fault):  # noqa: PLR0917
    layer, channel, plant = FAULTS[fault]
    stored = Quantised(onnx.load(file))
    plant(stored, layer)
    (tmp_path / "ruined.onnx").write_bytes(stored.model.SerializeToString())
    ruined = sv.precision(model, tmp_path / "ruined.onnx", few)
    assert ruined.worst.name == layer != before.worst.name or layer == "data"
    assert layer in ruined.verdict
    if channel is not None:
        assert ruined.worst.made.worst_channel == channel
    changed = {each.name for each in ruined if each.made.noise != before[each.name].made.noise}
    assert changed == {layer}, "no other layer makes another error than before"
    so_far = [each.name for each in ruined][: [each.name for each in ruined].index(layer)]
    assert all(ruined[name].total.noise == before[name].total.noise for name in so_far)
    assert ruined["conv10"].inherited.noise > 1.25 * before["conv10"].inherited.noise


def test_a_saturated_layer_shows_and_so_does_a_dead_range(model, file, photos, found, tmp_path):
    for fault in ("a layer is saturated", "a layer's range is far too wide"):
        layer, _, plant = FAULTS[fault]
        stored = Quantised(onnx.load(file))
        plant(stored, layer)
        (tmp_path / "ruined.onnx").write_bytes(stored.model.SerializeToString())
        use, before = sv.precision(model, tmp_path / "ruined.onnx", photos)[layer].use, found[layer].use
        if fault == "a layer is saturated":
            assert use.saturation > 0.01 > before.saturation
        else:
            assert use.dead_range > 0.9 > before.dead_range


# What makes no sense --------------------------------------------------------------------------------------------------


def test_what_makes_no_sense_is_said(model, file, photos, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match="expected photos"):
        sv.precision(model, file, tmp_path / "empty")
    with pytest.raises(LayerError, match="Did you mean .conv1"):
        sv.precision(model, file, photos)["conv11"]
    (tmp_path / "other.onnx").write_bytes(overflowing(to_nan=True))
    with pytest.raises(ModelError, match=r"answers .* classes.*expected one network in two precisions"):
        sv.precision(model, tmp_path / "other.onnx", photos)
    with pytest.raises(DatasetError, match="none of the 4 photos can be looked at.*holds NaN or infinity"):
        sv.precision(tmp_path / "other.onnx", tmp_path / "other.onnx", photos)
    with pytest.raises(ConversionError, match="half precision ends at 65,504"):
        sv.precision(tmp_path / "other.onnx", "fp16", photos)


def test_on_the_command_line(file, photos, tmp_path, capsys):
    asked = ["precision", MODEL, str(file), str(photos)]
    code, out, _ = run(capsys, *asked, "--layer", "conv1", "--figure", str(tmp_path / "loses.svg"))
    assert code == 0
    assert "The largest error is made at conv1" in " ".join(out.split())
    assert (tmp_path / "loses.svg").stat().st_size > 1000
    code, out, _ = run(capsys, *asked, "--json", "--layer", "conv1")
    told = json.loads(out)
    assert (code, told["worst"], len(told["channels"])) == (0, "conv1", 64)
    assert run(capsys, *asked, "--figure", "a.txt")[0] == 2


def test_an_unknown_layer_is_refused_before_anything_is_measured(model, file, photos, capsys, monkeypatch):
    def never(*_, **__):
        raise AssertionError("the work has begun")

    monkeypatch.setattr("squeezeviz.quantization.precision.precision", never)
    code, _, err = run(capsys, "precision", MODEL, str(file), str(photos), "--layer", "conv11")
    assert (code, "Did you mean" in err) == (2, True)
