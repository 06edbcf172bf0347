"""Photos through networks whose inputs are not square, or grey, or of any size: all that is done with them."""

import json

import numpy as np
import pytest
from onnx import helper, numpy_helper
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz import cli
from squeezeviz.evidence.effective_kernels import effective_kernels
from squeezeviz.explorer.editing import canvas_of, read_edit
from squeezeviz.explorer.kept import Kept
from squeezeviz.explorer.messages import photo as photo_message
from squeezeviz.explorer.protocol import RawPixels
from squeezeviz.explorer.state import State
from squeezeviz.figures import VIEWS, of_view
from squeezeviz.runtime.chosen import Chosen
from squeezeviz.runtime.model import Model
from squeezeviz.telemetry import import_onnxruntime

NODE = helper.make_node
SIDES = (24, 32)


def weight(name, *shape):
    values = np.random.default_rng(len(name)).normal(0, 0.3, shape)
    return numpy_helper.from_array(values.astype(np.float32), name)


def network(channels, *sides):
    """Two convolutions, the second a map a class whose mean is its logit."""
    nodes = [
        NODE("Conv", ["x", "w"], ["conv1"], strides=[2, 2]), NODE("Relu", ["conv1"], ["relu1"]),
        NODE("Conv", ["relu1", "k"], ["classes"]), NODE("GlobalAveragePool", ["classes"], ["mean"]),
        NODE("Softmax", ["mean"], ["y"], axis=1),
    ]  # fmt: skip
    graph = helper.make_graph(
        nodes, "g",
        [helper.make_tensor_value_info("x", 1, ("B", channels, *sides))],
        [helper.make_tensor_value_info("y", 1, ("B", 5, 1, 1))],
        [weight("w", 6, channels, 3, 3), weight("k", 5, 6, 1, 1)],
    )  # fmt: skip
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return made.SerializeToString()


CASES = {
    "not square": (network(3, *SIDES), None, (3, *SIDES)),
    "grey": (network(1, *SIDES), None, (1, *SIDES)),
    "any size": (network(3, "H", "W"), SIDES, (3, *SIDES)),
}


@pytest.fixture(params=CASES)
def case(request):
    content, input_px, shape = CASES[request.param]
    # Without antialiasing: numbers open down to the photo's pixels.
    chosen = Chosen(input_px, preprocessing="caffe2" if shape[0] == 3 else None)
    return Model(content, name="brought", sha256="00", chosen=chosen), content, shape


@pytest.fixture
def photo():
    return sv.read_image(np.random.default_rng(1).integers(0, 256, (60, 50, 3), dtype=np.uint8))


def whole_run(content, tensor):
    session = import_onnxruntime().InferenceSession(content, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": tensor})[0].reshape(len(tensor), -1)


def test_a_photo_is_made_as_the_network_takes_it(case, photo):
    model, content, shape = case
    tensor = model.preprocessing(photo)
    assert tensor.shape == (1, *shape)
    prediction, activations = model.observe(photo)
    np.testing.assert_allclose(prediction.probabilities, whole_run(content, tensor)[0], rtol=1e-4)
    assert {name: values.shape for name, values in activations.items()} == {
        layer.name: layer.shape for layer in model.architecture
    }
    assert model.architecture["relu1"].shape == (6, 11, 15)
    seen = model.seen(photo)
    assert seen.shape == (*SIDES, 3)
    np.testing.assert_array_equal(seen, model.preprocessing.cropped(photo))
    assert prediction.preprocessing == model.preprocessing


def test_numbers_open_down_to_the_photos_pixels(case, photo):
    model, _, shape = case
    source = sv.Arithmetic(model, photo)
    for cell in ((0, 0), (10, 14), (4, 11)):
        path = source.path("classes", 3, cell)
        assert path[-1].layer == "resized"
        for made in path[:-1]:
            assert abs(made.residual) <= 1e-4 * max(1, abs(made.value))
        assert abs(path[-1].residual) <= 0.51, "a blend becomes a whole level"
    taken = model.preprocessing.photo(photo)
    (row, column), colour = path[-1].terms[0].cell, path[-1].terms[0].channel
    assert path[-1].terms[0].value == taken.pixels[row, column, colour]
    assert source.of("x", shape[0] - 1, (23, 31)).kind == "scaling"
    with pytest.raises(sv.LayerError, match="has no row 24"):
        source.of("x", 0, (24, 0))
    decomposed = sv.decompose_logit(source, 2)
    assert decomposed.cells.shape == (11, 15)
    assert decomposed.cells.sum() + decomposed.bias == pytest.approx(decomposed.logit, abs=1e-4)


@pytest.mark.parametrize("fill", ["grey", "mean", "blur", (200, 30, 90)])
def test_hiding_a_patch_is_a_whole_run_without_it(case, photo, fill):
    model, content, shape = case
    made = sv.occlude(model, photo, patch_px=6, stride_px=5, fill=fill)
    assert made.logits.shape == (5, 7, 5)
    assert made.input_px == SIDES
    tensor = model.preprocessing(photo)
    if fill == "blur":
        return
    for row, column in ((0, 0), (4, 6), (2, 3)):
        left, top, right, bottom = made.patch(row, column)
        hidden = tensor.copy()
        if fill == "mean":
            colour = tensor.mean(axis=(2, 3), keepdims=True)
        else:
            plain = np.full((60, 50, 3), (128,) * 3 if fill == "grey" else fill, np.uint8)
            colour = model.preprocessing(sv.read_image(plain))[:, :, :1, :1]
        hidden[:, :, top:bottom, left:right] = colour
        expected = np.exp(made.logits[row, column] - made.logits[row, column].max())
        np.testing.assert_allclose(expected / expected.sum(), whole_run(content, hidden)[0], atol=1e-5)
    x0, y0, x1, y1 = made.patch_in_photo(4, 6)
    assert 0 <= x0 < x1 <= 50
    assert 0 <= y0 < y1 <= 60
    assert made.pixels().shape == SIDES
    assert shape[1:] == made.pixels().shape


def test_channels_ablated_and_preparations_compared(case, photo):
    model, _, shape = case
    ablated = sv.ablate(model, photo, {"relu1": [0, 3]})
    assert not ablated.activations["relu1"][[0, 3]].any()
    compared = sv.compare_preprocessing(model, photo, [model.preprocessing, model.preprocessing.replace(
        name="covers", resize="shorter-side", resize_px=SIDES)])  # fmt: skip
    assert [variant.seen.shape for variant in compared.variants] == [(*SIDES, 3)] * 2
    if shape[0] == 1:
        with pytest.raises(
            sv.PreprocessingError, match="'caffe2' makes 3 channels .*takes 1: set channel_order='grey'"
        ):
            model.predict(photo, "caffe2")
    else:
        grey = sv.Preprocessing(name="g", channel_order="grey", mean=0, std=1, resize_px=SIDES, crop_px=SIDES)
        with pytest.raises(sv.PreprocessingError, match=r"'g' makes 1 channel \(grey\); brought takes 3"):
            model.predict(photo, grey)


def test_the_first_convolutions_kernels_take_the_photos_own_pixels(case, photo):
    model, _, shape = case
    made = effective_kernels(model, photo, model.preprocessing)
    assert made.kernels.shape == (6, shape[0], 3, 3)
    assert made.difference <= 1e-4 * max(1, made.largest)


def test_a_folder_is_evaluated(case, photo, tmp_path):
    model, _, _ = case
    for at in range(3):
        (tmp_path / f"class {at}").mkdir()
        Pillow.fromarray(np.roll(photo.pixels, at * 7, axis=0)).save(tmp_path / f"class {at}" / "a.png")
    (tmp_path / "labels.txt").write_text("\n".join(f"class {at}/a.png {at}" for at in range(3)))
    made = sv.evaluate(model, tmp_path, listing=tmp_path / "labels.txt", keep=False)
    (result,) = made.results
    answers = [int(model.predict(tmp_path / f"class {at}" / "a.png").ranking[0]) for at in range(3)]
    assert result.top1 == sum(answer == at for at, answer in enumerate(answers)) / 3


def test_every_view_is_drawn(case, photo):
    model, _, _ = case
    chosen = {"layer": "classes", "channel": 1, "cell": (4, 11), "class_index": 1, "compared": []}
    for view in VIEWS:
        try:
            drawn = of_view(view, model=model, image=photo, preprocessing=None, selection=chosen)
        except sv.FigureError as exc:  # of grey there is but one preset
            assert (view, model.preprocessing.channels) == ("drift", 1), exc
            continue
        assert drawn.height_mm > 0


def test_a_page_shows_it(case, photo):
    model, _, shape = case
    state = State(lambda: model)
    try:
        shown = state.show("p", lambda: Kept(photo))
        found = state.photo_called("p")
        message = photo_message(found, model)
        assert message.input == shape
        assert message.layers is None, "it is of the model's own size"
        assert message.visible == pytest.approx((2 / 37, 1 / 27, 34 / 37, 25 / 27) if shape[0] == 3 else (0, 0, 1, 1))
        assert (message.notes == ("turned to grey (ITU-R 601 luma)",)) == (shape[0] == 1)
        assert shown.preprocessing.input_px == SIDES
        offered = {preset.name: preset.preprocessing for preset in state.setting("").presets}
        channels = {len(how["mean"]) for how in offered.values()}
        assert channels == {shape[0]}, "no preparation is offered that makes other channels"
        tuned = {**model.preprocessing.to_dict(), "crop": [0.0, 1.0]}
        assert state.preprocessing_called("yours", tuned).input_px == SIDES
        canvas = canvas_of(found)
        assert (canvas.width, canvas.height) == (50, 60)
        painted = read_edit(RawPixels(name="p", width=50, height=60, pixels=canvas.picture.tobytes()), found)
        np.testing.assert_array_equal(model.predict(painted).logits, shown.logits, "nothing painted is the photo")
        assert model.preprocessing.photo(painted).notes == message.notes
    finally:
        state.close()


def test_a_page_of_its_own_holds_what_it_needs(case, photo, tmp_path):
    model, _, shape = case
    path = sv.export_page(photo, tmp_path / "page.html", model=model, compared=[], layer="classes")
    assert path.stat().st_size > 10_000
    assert shape[1:] == SIDES


def test_the_command_line_chooses_and_says_what_it_assumed(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "any.onnx").write_bytes(network(3, "H", "W"))
    (tmp_path / "grey.onnx").write_bytes(network(1, *SIDES))
    Pillow.new("RGB", (50, 60), (200, 30, 90)).save("a.png")

    def run(*arguments):
        with pytest.raises(SystemExit) as caught:
            cli.main([*arguments])
        said = capsys.readouterr()
        return caught.value.code, said.out, said.err

    code, out, err = run("predict", "a.png", "-m", "any.onnx", "--json")
    assert code == 0
    assert "224 × 224 is taken" in " ".join(err.split())
    assert json.loads(out)[0]["top"]
    code, out, err = run("predict", "a.png", "-m", "any.onnx", "--input-px", "24x32")
    assert code == 0
    assert "is taken" not in err, "the size is said; its labels and its preprocessing are not"
    assert "labels unknown" in err
    assert "preprocessing assumed" in err
    assert "24 × 32" in out
    code, _, err = run("predict", "a.png", "-m", "any.onnx", "--model-output", "z")
    assert code == 2
    assert "no output is called 'z'; there are y" in err
    code, _, err = run("predict", "a.png", "-m", "any.onnx", "--input-px", "x")
    assert code == 2
    assert "--input-px is 'x'" in err
    code, out, _ = run("predict", "a.png", "-m", "grey.onnx")
    assert "turned to grey (ITU-R 601 luma)" in out
    code, out, err = run("info", "any.onnx")
    assert err == ""
    assert "224 × 224 is taken" in " ".join(out.split())
    code, out, _ = run("info", "any.onnx", "--input-px", "40", "--json")
    assert json.loads(out)["input"]["shape"] == ["B", 3, 40, 40]
    assert json.loads(out)["notes"] == json.loads(out)["assumed"]
    assert not any("is taken" in note for note in json.loads(out)["notes"])
    code, out, _ = run("explain", "logit", "a.png", "-m", "any.onnx", "--input-px", "24x32", "--json")
    assert (len(json.loads(out)["cells"]), len(json.loads(out)["cells"][0])) == (11, 15)
