"""What ``--json`` prints is JSON as its standard has it, of a network whose numbers are none, too."""

import json

import numpy as np
import pytest
import typer
from PIL import Image as Pillow

from squeezeviz import cli
from squeezeviz.evidence.attribution.methods import METHODS
from squeezeviz.visible import json_text
from tests.overflowing import overflowing
from tests.unit.test_cli_own_model import run
from tests.unit.test_known import foreign

M = ("--model", "overflowing.onnx")
CALLS = {
    "predict": ["predict", "photos/class 0/a.png", *M],
    "compare": ["compare", "photos/class 0/a.png", *M],
    "compare-models": ["compare-models", "overflowing.onnx", "finite.onnx", "photos/class 0/a.png"],
    "evaluate": ["evaluate", "photos", *M, "--labels", "listed.txt"],
    "doctor": ["doctor", "overflowing.onnx", "photos", "--labels", "listed.txt"],
    "quantize": ["quantize", "finite.onnx", "--calibrate", "photos", "--evaluate", "photos"],
    "precision": ["precision", "overflowing.onnx", "finite.onnx", "photos"],
    "info": ["info", "overflowing.onnx"],
    "profile": ["profile", "overflowing.onnx", "--runs", "1", "--threads", "1", "--no-compare"],
    "download": ["download", "--list"],
    "samples": ["samples"],
    "figure": ["figure", "photos/class 0/a.png", "-o", "a.png", "--view", "photo", *M],
    "atlas": ["atlas", "photos", "-o", "a.atlas", *M],
    "activations": ["activations", "photos", "-o", "a.zarr", "--layers", "relu1", "--dry-run", *M],
    **{
        f"explain {method}": ["explain", method, "photos/class 0/a.png", *M]
        for method in ("logit", "contrast", "receptive-field", "per-location", "softmax", "occlusion")
    },
    **{f"explain {method}": ["explain", method, "photos/class 0/a.png", *M] for method in METHODS},
    "visualize": ["visualize", "overflowing.onnx", "relu1:0", "--steps", "2", "-o", "grown.png"],
    "catalog": ["catalog", "finite.onnx", "--steps", "1", "-o", "a.catalog"],
    "explain judge": ["explain", "judge", "photos/class 0/a.png", *M, "--methods", "saliency,cam"],
    "explain ablation": ["explain", "ablation", "photos/class 0/a.png", *M, "--ablate", "relu1:0"],
}


def asked_for_json(command, name=""):
    """The names of all subcommands that take ``--json``."""
    if hasattr(command, "commands"):
        return {each for key, of in command.commands.items() for each in asked_for_json(of, f"{name} {key}".strip())}
    return {name} if any("--json" in option.opts for option in command.params) else set()


def strictly(text):
    def refused(token):
        raise AssertionError(f"{token} is no JSON")

    return json.loads(text, parse_constant=refused)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "overflowing.onnx").write_bytes(overflowing(to_nan=True))
    (tmp_path / "finite.onnx").write_bytes(foreign().SerializeToString())
    pixels = np.random.default_rng(3).integers(0, 256, (40, 48, 3), np.uint8)
    folder = tmp_path / "photos" / "class 0"
    folder.mkdir(parents=True)
    for name in "ab":
        Pillow.fromarray(pixels).save(folder / f"{name}.png")
    (tmp_path / "listed.txt").write_text("class 0/a.png 0\nclass 0/b.png 1\n")
    return tmp_path


def test_each_is_tried():
    assert asked_for_json(typer.main.get_command(cli.app)) == CALLS.keys()


@pytest.mark.parametrize("name", CALLS)
def test_what_is_printed_is_json_whatever_the_network_answers(here, capsys, name):
    code, out, err = run(capsys, *CALLS[name], "--json")
    if code:
        assert (code, out) == (2, ""), err
        assert "beyond single precision" in err or "NaN or infinity" in err
    else:
        strictly(out)


def test_what_is_no_number_is_null(here, capsys):
    code, out, _ = run(capsys, *CALLS["predict"], "--json")
    assert code == 0
    assert {top["probability"] for top in strictly(out)[0]["top"]} == {None}


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("odd", [float("nan"), float("inf"), -float("inf"), np.float64("nan")])
def test_it_is_so_in_any_encoding_and_however_deep(encoding, odd):
    assert strictly(json_text({"a": [1.5, (odd, "NaN")], "Ж": {"b": odd}}, encoding)) == {
        "a": [1.5, [None, "NaN"]],
        "Ж": {"b": None},
    }
