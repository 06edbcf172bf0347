"""A small network with batch normalisation and clipped ReLUs, quantised, measured and opened."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.errors import ConversionError, DatasetError, PreprocessingError
from squeezeviz.telemetry import import_onnxruntime
from tests.unit.test_cli_own_model import run


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    for name in ("star", "ring"):
        Pillow.fromarray(sv.read_image(f"shape-{name}").pixels).save(folder / f"{name}.png")
    return folder


def clipped_net(path):
    """Batch normalisation and a clipped ReLU behind each convolution, which a quantiser joins to it; one is by channel."""
    rng = np.random.default_rng(5)
    sizes = {"a": (8, 3, 3, 3), "b": (8, 1, 3, 3), "c": (12, 8, 1, 1)}
    stored, nodes, value = {"low": np.array(0.0), "high": np.array(6.0)}, [], "image"
    for name, size in sizes.items():
        stored |= {f"{name}_w": rng.normal(0, 0.5, size)}
        stored |= {f"{name}_{what}": rng.uniform(0.5, 1.5, size[0]) for what in ("scale", "shift", "mean", "var")}
        nodes += [
            helper.make_node(
                "Conv", [value, f"{name}_w"], [f"{name}_conv"], pads=[size[2] // 2] * 4, group=8 if name == "b" else 1
            ),
            helper.make_node(
                "BatchNormalization",
                [f"{name}_conv", *(f"{name}_{what}" for what in ("scale", "shift", "mean", "var"))], [f"{name}_bn"],
            ),
            helper.make_node("Clip", [f"{name}_bn", "low", "high"], [f"{name}_out"]),
        ]  # fmt: skip
        value = f"{name}_out"
    stored |= {"fc": rng.normal(0, 0.5, (5, 12)), "fcb": rng.normal(0, 0.5, 5)}
    nodes += [
        helper.make_node("GlobalAveragePool", [value], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("Gemm", ["flat", "fc", "fcb"], ["logits"], transB=1),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    weights = [numpy_helper.from_array(np.asarray(each, np.float32), name) for name, each in stored.items()]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 24, 24])
    answer = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [1, 5])
    graph = helper.make_graph(nodes, "clipped", [image], [answer], weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)


@pytest.mark.parametrize("kernels", ["int8", "uint8"])
def test_batch_normalisation_and_a_clip_that_became_part_of_a_convolution(photos, tmp_path, kernels):
    clipped_net(tmp_path / "clipped.onnx")
    model = sv.load_model(tmp_path / "clipped.onnx")
    sv.quantize(model, photos, tmp_path / "int8.onnx", kernels=kernels)
    found = sv.precision(model, tmp_path / "int8.onnx", photos)
    parts = [name for layer in found.layers for name in (layer.name, *layer.with_layers)]
    assert set(parts) | set(found.unmatched) >= {"a_out", "b_out", "c_out", "logits"}
    assert {"a_out", "b_out", "c_out", "logits"} <= {layer.name for layer in found.layers}
    for layer in found.layers:
        assert 0 < layer.made.noise < 0.01 * layer.made.signal or layer.kind in ("flatten", "softmax"), layer.name
    opened = sv.IntegerArithmetic(sv.load_model(tmp_path / "int8.onnx"), "shape-star")
    for layer, channels in (("a_out", 8), ("b_out", 8), ("c_out", 12)):
        for channel in range(channels):
            made = opened.of(layer, channel, (0, channel))
            assert made.code == min(max(made.rounded, made.low), made.high)
            assert len(made.terms) <= 27


def test_other_input_shapes_are_refused_before_anything_runs(photos, tmp_path):
    for name, channels in (("rgb", 3), ("grey", 1)):
        clipped_net(tmp_path / f"{name}.onnx")
        if channels == 1:
            proto = onnx.load(tmp_path / "grey.onnx")
            proto.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 1
            kernels = next(each for each in proto.graph.initializer if each.name == "a_w")
            kernels.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(kernels)[:, :1].copy(), "a_w"))
            onnx.save(proto, tmp_path / "grey.onnx")
    with pytest.raises(PreprocessingError, match=r"rgb takes \(3, 24, 24\), grey \(1, 24, 24\)"):
        sv.precision(tmp_path / "rgb.onnx", tmp_path / "grey.onnx", photos)


def test_what_is_quantised_already_is_refused(photos, tmp_path):
    clipped_net(tmp_path / "clipped.onnx")
    sv.quantize(sv.load_model(tmp_path / "clipped.onnx"), photos, tmp_path / "int8.onnx")
    with pytest.raises(ConversionError, match="int8 is quantised already; expected a network in float32"):
        sv.quantize(sv.load_model(tmp_path / "int8.onnx"), photos, tmp_path / "again.onnx")
    assert not (tmp_path / "again.onnx").exists()


@pytest.mark.parametrize("kind", ["none", "empty", "damaged"])
def test_nothing_is_written_where_nothing_can_be_asked_of_it(photos, tmp_path, kind):
    clipped_net(tmp_path / "clipped.onnx")
    if kind != "none":
        (tmp_path / kind).mkdir()
    if kind == "damaged":
        (tmp_path / kind / "a.png").write_bytes(b"\x89PNG")
    with pytest.raises(DatasetError, match=kind):
        sv.quantize(sv.load_model(tmp_path / "clipped.onnx"), photos, tmp_path / "int8.onnx", evaluate=tmp_path / kind)
    assert not (tmp_path / "int8.onnx").exists()


@pytest.mark.parametrize(
    "asked",
    [
        "quantize clipped.onnx --calibrate photos -o TARGET.onnx",
        "quantize clipped.onnx --calibrate photos --plan photos -o TARGET.onnx",
        "convert clipped.onnx --precision int8 -o TARGET.onnx",
        "precision clipped.onnx clipped.onnx photos --figure TARGET.svg",
        "profile clipped.onnx --roofline TARGET.svg",
        "visualize clipped.onnx 0 -o TARGET.png",
        "explain saliency photos/star.png --model clipped.onnx --png TARGET.png",
        "visualize clipped.onnx 0 --figure TARGET.svg",
    ],
)
@pytest.mark.parametrize("target", ["folder", "file/within"])
def test_a_file_that_cannot_be_written_is_refused_before_the_work(  # noqa: PLR0917
    photos, tmp_path, monkeypatch, capsys, asked, target
):
    monkeypatch.chdir(tmp_path)
    clipped_net(tmp_path / "clipped.onnx")
    (tmp_path / "photos").symlink_to(photos)
    (tmp_path / "file").touch()
    for ending in ("onnx", "svg", "png"):
        (tmp_path / f"folder.{ending}").mkdir()

    def never(*_, **__):
        raise AssertionError("the work has begun")

    monkeypatch.setattr(import_onnxruntime().InferenceSession, "run", never)
    code, out, err = run(capsys, *asked.replace("TARGET", target).split())
    said = [line for line in err.splitlines() if line.startswith("squeezeviz: ")]
    assert (code, out, len(said)) == (2, "", 1)
    assert f"{target}." in said[0]
    assert "cannot be written" in said[0]


def test_a_picture_and_its_figure_are_two_files(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    clipped_net(tmp_path / "clipped.onnx")
    code, _, err = run(capsys, "visualize", "clipped.onnx", "0", "-o", "a.png", "--figure", "./a.png", "--steps", "1")
    assert code == 2
    assert "one file" in err
    assert not (tmp_path / "a.png").exists()


def test_pages_of_a_catalogue_that_cannot_be_written_are_refused_before_it_grows(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    clipped_net(tmp_path / "clipped.onnx")
    (tmp_path / "file").touch()
    code, _, err = run(capsys, "catalog", "clipped.onnx", "-o", "a.catalog", "--steps", "1", "--html", "file")
    assert code == 2
    assert "file: expected a folder to write" in err
    assert not (tmp_path / "a.catalog").exists()


def test_weights_that_are_no_numbers_are_named(photos, tmp_path):
    clipped_net(tmp_path / "clipped.onnx")
    proto = onnx.load(tmp_path / "clipped.onnx")
    kernels = next(each for each in proto.graph.initializer if each.name == "b_w")
    kernels.CopyFrom(numpy_helper.from_array(np.full((8, 1, 3, 3), np.nan, np.float32), "b_w"))
    onnx.save(proto, tmp_path / "nan.onnx")
    with pytest.raises(ConversionError, match="b_w holds NaN; expected weights that are numbers"):
        sv.quantize(sv.load_model(tmp_path / "nan.onnx"), photos, tmp_path / "int8.onnx")


def test_stopped_it_says_that_nothing_is_kept(photos, tmp_path, monkeypatch, capsys):
    clipped_net(tmp_path / "clipped.onnx")

    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("squeezeviz.quantization.quantize.write_quantized", stopped)
    target = tmp_path / "int8.onnx"
    code, _, err = run(capsys, "quantize", tmp_path / "clipped.onnx", "--calibrate", photos, "-o", target)
    assert code == 130
    assert "nothing is written" in err
    assert "goes on" not in err
    assert not target.exists()
