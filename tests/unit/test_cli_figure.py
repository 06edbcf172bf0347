"""The subcommand ``figure`` on a tiny network: files, JSON, and one line for whatever is wrong."""

import io
import json

import numpy as np
import pytest
from PIL import Image as Pillow

from squeezeviz import cli
from squeezeviz.preprocessing import preset
from tests.nets import tiny_content


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        cli.main(["figure", *map(str, arguments)])
    captured = capsys.readouterr()
    return caught.value.code or 0, captured.out, captured.err


@pytest.fixture
def given(tmp_path, monkeypatch):
    """A photo, and options that prepare it for a tiny model."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.onnx").write_bytes(tiny_content())
    how = preset("caffe2").replace(name="small", resize_px=40, crop_px=33)
    (tmp_path / "small.json").write_text(how.to_json())
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    Pillow.fromarray(pixels).save(tmp_path / "photo.png")
    return ["photo.png", "-m", "tiny.onnx", "-p", "small.json"]


@pytest.mark.parametrize(("suffix", "begins"), [("svg", b"<?xml"), ("pdf", b"%PDF"), ("PNG", b"\x89PNG")])
def test_the_suffix_decides_the_format(capsys, given, tmp_path, suffix, begins):
    code, out, err = run(capsys, *given, "-o", f"out.{suffix}", "--view", "maps", "--width-mm", "86")
    assert (code, err) == (0, "")
    assert (tmp_path / f"out.{suffix}").read_bytes().startswith(begins)
    assert out.startswith(f"out.{suffix}  86 × ")
    assert "Feature maps of conv1" in out


def test_json_tells_path_caption_and_size(capsys, given, tmp_path):
    code, out, _ = run(
        capsys, *given, "-o", "deep/out.png", "-v", "channel", "--layer", "fire2/concat", "--channel", "4", "--cell", "1", "2",
        "--palette", "magma", "--scale", "layer", "--theme", "dark", "--json",
    )  # fmt: skip
    told = json.loads(out)
    assert code == 0
    assert (told["path"], told["view"], told["width_mm"]) == ("deep/out.png", "channel", 178)
    for said in ("Channel 4 of fire2/concat", "cell 1, 2", "Palette: magma", "the layer's maximum", "Image: photo.png"):
        assert said in told["caption"]
    page = Pillow.open(io.BytesIO((tmp_path / "deep" / "out.png").read_bytes()))
    assert page.getpixel((2, 2))[:3] == (17, 17, 17)
    assert page.size == (int(178 / 25.4 * 300), round(told["height_mm"] / 25.4 * 300))


def test_classes_and_preprocessings_are_taken(capsys, given):
    _, out, _ = run(capsys, *given, "-o", "a.svg", "-v", "prediction", "-c", "4", "-c", "3", "--json")
    assert json.loads(out)["caption"].startswith("5 of 5 classes")
    _, out, _ = run(capsys, *given, "-o", "a.svg", "-v", "photo", "-c", "4", "--json")
    assert "the map of 4 in conv10" in json.loads(out)["caption"].replace("class 4", "4")
    _, out, _ = run(capsys, *given, "-o", "a.svg", "-v", "drift", "--compared", "rgb-by-mistake", "--json")
    assert "rgb-by-mistake: " in json.loads(out)["caption"]


def test_two_models_are_a_view_that_names_the_second(capsys, given):
    network = "tiny.onnx"
    code, out, _ = run(capsys, *given, "-o", "two.svg", "-v", "two-models", "--second", network, "--json")
    assert code == 0
    assert "tiny (a) and tiny (b) on one photo. Both say" in json.loads(out)["caption"]
    for wrong in (["-v", "two-models"], ["--second", network]):
        code, out, err = run(capsys, *given, "-o", "one.svg", *wrong)
        assert (code, out) == (2, "")
        assert "--second names the model that the view two-models compares: give both, or neither" in err


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["-o", "out.gif"], "written as .svg, .pdf or .png"),
        (["-o", "out"], "written as .svg, .pdf or .png"),
        (["-o", "out.svg", "--view", "chanel"], "Did you mean 'channel'"),
        (["-o", "out.svg", "--layer", "conv2"], "no layer is called 'conv2'"),
        (["-o", "out.svg", "--layer", "conv1", "--channel", "99"], "conv1 has no channel 99"),
        (["-o", "out.svg", "--palette", "jet"], "no palette is called 'jet'"),
        (["-o", "out.svg", "--scale", "log"], "no scale is called 'log'"),
        (["-o", "out.svg", "--theme", "blue"], "no theme is called 'blue'"),
        (["-o", "out.svg", "--width-mm", "5"], "60 to 600"),
        (["-o", "out.svg", "--class", "zebra"], "zebra"),
        (["-o", "small.json/out.svg", "--view", "maps"], "cannot be written"),
    ],
)
def test_what_is_wrong_takes_one_line_and_exits_with_2(capsys, given, tmp_path, wrong, said):
    before = sorted(tmp_path.iterdir())
    code, out, err = run(capsys, *given, *wrong)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1
    assert sorted(tmp_path.iterdir()) == before
