"""Whatever path or file a subcommand is given, it answers in one line and exits with 2."""

import os

import numpy as np
import pytest
from PIL import Image as Pillow

from squeezeviz import cli
from squeezeviz.runtime.metadata import LABELS_KEY
from tests.nets import tiny_content

SUBCOMMANDS = {
    "predict": ["predict", "photo.png", "-m"],
    "compare": ["compare", "photo.png", "-m"],
    "evaluate": ["evaluate", "photos", "-m"],
    "info": ["info"],
    "profile": ["profile", "--runs", "1", "--no-compare"],
    "convert": ["convert", "-o", "out.onnx"],
    "differentiate": ["differentiate", "-o", "out.onnx"],
    "quantize": ["quantize", "--calibrate", "photos", "-o", "out.onnx"],
    "export": ["export", "photo.png", "-m"],
    "figure": ["figure", "photo.png", "-o", "out.pdf", "-m"],
    "explain": ["explain", "logit", "photo.png", "-m"],
    "atlas": ["atlas", "photos", "-o", "out.atlas", "-m"],
    "catalog": ["catalog", "-o", "out.catalog", "--steps", "1"],
    "activations": ["activations", "photos", "-o", "out.zarr", "-l", "conv1", "-m"],
    "lab": ["lab", "--no-browser", "-m"],
    "app": ["app", "--no-browser", "-m"],
}
MODELS = {
    "no such user": "~nosuchuser/net.onnx",
    "a long name": "x" * 5000 + ".onnx",
    "a deep path": "d/" * 1300 + "net.onnx" + "/d" * 1300,
    "a pipe": "pipe.onnx",
    "a device": "/dev/zero",
    "a folder of nothing": "empty",
}
FILES = {
    "no ONNX": "text.onnx",
    "an empty file": "nothing.onnx",
    "hostile labels": "labels.onnx",
    "cut off": "cut.onnx",
}


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pixels = np.zeros((40, 50, 3), dtype=np.uint8)
    (tmp_path / "photos" / "0").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    for name in ("photo.png", "photos/0/a.png"):
        Pillow.fromarray(pixels).save(tmp_path / name)
    os.mkfifo(tmp_path / "pipe.onnx")
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "nothing.onnx").touch()
    (tmp_path / "text.onnx").write_text("not a model")
    (tmp_path / "cut.onnx").write_bytes(tiny_content()[:-9])
    (tmp_path / "tiny.onnx").write_bytes(tiny_content())
    (tmp_path / "labels.onnx").write_bytes(tiny_content(metadata={LABELS_KEY: "[" * 100_000}))
    return tmp_path


def refused(capsys, *arguments):
    """Run a subcommand, and return the one line with which it refuses."""
    with pytest.raises(SystemExit) as caught:
        cli.main(list(arguments))
    captured = capsys.readouterr()
    assert caught.value.code == 2
    lines = [line for line in captured.err.splitlines() if line and not line.startswith("trying ")]
    assert len(lines) == 1
    assert lines[0].startswith("squeezeviz: ")
    assert len(lines[0]) < 1500
    return lines[0]


@pytest.mark.parametrize(
    ("subcommand", "model"),
    [
        *(("info", model) for model in MODELS),
        *((subcommand, "a pipe") for subcommand in SUBCOMMANDS if subcommand != "info"),
    ],
)
def test_a_model_that_is_none(place, capsys, subcommand, model):
    if subcommand == "app":
        pytest.importorskip("voila", reason="Voilà is not installed")
    refused(capsys, *SUBCOMMANDS[subcommand], MODELS[model])
    assert not list(place.glob("out*"))


@pytest.mark.parametrize(
    ("subcommand", "model"),
    [
        *(("info", model) for model in FILES),
        *(
            (subcommand, "hostile labels")
            for subcommand in SUBCOMMANDS
            if subcommand not in ("info", "lab", "app", "convert", "differentiate", "quantize", "profile")
        ),
    ],
)
def test_a_file_that_is_no_model(place, capsys, subcommand, model):
    assert FILES[model].removesuffix(".onnx") in refused(capsys, *SUBCOMMANDS[subcommand], FILES[model])


@pytest.mark.parametrize("model", [MODELS["a pipe"], "labels.onnx"])
def test_a_picture_of_a_model_that_is_none(place, capsys, model):
    refused(capsys, "visualize", model, "1", "-o", "out.png")
    refused(capsys, "visualize", model, "1", "--figure", "out.txt")
    assert not list(place.glob("out*"))


@pytest.mark.parametrize("preset", ["pipe.json", "empty.json", "~nosuchuser/a.json", "x" * 5000 + ".json", "x" * 5000])
def test_a_preset_that_is_none(place, capsys, preset):
    refused(capsys, "predict", "photo.png", "-m", "tiny.onnx", "-p", preset)


@pytest.mark.parametrize("folder", ["~nosuchuser/photos", "x" * 5000, "pipe.json", "/dev/zero", "d/" * 2600])
@pytest.mark.parametrize("subcommand", ["evaluate", "atlas", "activations"])
def test_a_folder_that_is_none(place, capsys, subcommand, folder):
    output = (
        ["-o", "out.atlas"]
        if subcommand == "atlas"
        else ["-o", "out.zarr", "-l", "conv1"]
        if subcommand == "activations"
        else []
    )
    refused(capsys, subcommand, folder, *output, "-m", "tiny.onnx")


@pytest.mark.parametrize("given", ["~nosuchuser", "x" * 5000, "pipe.onnx", "/dev/zero", "empty"])
def test_a_download_from_nowhere(place, capsys, given):
    refused(capsys, "download", "squeezenet1.1-shapes", "--from", given)


@pytest.mark.parametrize("notebook", ["x" * 5000 + ".ipynb", "pipe.json", "/dev/zero", "empty"])
def test_a_notebook_that_is_none(place, capsys, notebook):
    refused(capsys, "lab", notebook, "--no-browser")


@pytest.mark.parametrize("output", ["x" * 5000 + ".onnx", "photo.png/out.onnx", "/dev/null/out.onnx"])
def test_a_model_that_cannot_be_written(place, capsys, output):
    refused(capsys, "convert", "tiny.onnx", "-o", output)
    refused(capsys, "differentiate", "tiny.onnx", "-o", output)
    refused(capsys, "quantize", "tiny.onnx", "--calibrate", "photos", "-o", output)


@pytest.mark.parametrize("output", ["x" * 5000 + ".html", "photo.png/out.html", "empty"])
def test_a_page_that_cannot_be_written(place, capsys, output):
    refused(capsys, "export", "photo.png", "-m", "tiny.onnx", "-o", output)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SQUEEZEVIZ_THREADS", "9" * 5000),
        ("SQUEEZEVIZ_THREADS", "10000"),
        ("SQUEEZEVIZ_THREADS", "many"),
        ("SQUEEZEVIZ_THREADS", "-1"),
        ("SQUEEZEVIZ_MODEL", "~nosuchuser/net.onnx"),
        ("SQUEEZEVIZ_MODEL", "x" * 5000),
        ("SQUEEZEVIZ_MODELS", "~nosuchuser"),
        ("SQUEEZEVIZ_CACHE", "~nosuchuser"),
    ],
)
def test_variables_that_mean_nothing(place, capsys, monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    model = {"SQUEEZEVIZ_MODEL": [], "SQUEEZEVIZ_THREADS": ["-m", "tiny.onnx"]}.get(variable, ["-m", "nowhere"])
    refused(capsys, "predict", "photo.png", *model)
