"""``explain`` with every method of attribution, on a tiny network: in words, as JSON, as a picture; what is wrong, in a line."""

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.cli.explain_attribution import _METHODS, attributions
from squeezeviz.evidence.attribution.methods import METHODS
from tests.fires import fires_net
from tests.nets import tiny_model
from tests.unit.test_cli_explain import refused, run


@pytest.fixture
def model():
    return tiny_model(fires_net(4))


@pytest.fixture
def how(given):
    return sv.Preprocessing.from_json(Path("small.json").read_text())


def test_the_command_line_has_the_librarys_methods_and_their_options():
    assert {name: own for name, own, _ in _METHODS} == {name: method.options for name, method in METHODS.items()}
    assert [name for name, _ in attributions()] == list(METHODS)


@pytest.mark.parametrize("method", ["smoothgrad", "grad-cam++", "integrated-gradients"])
def test_a_method_speaks_writes_and_draws(capsys, given, model, how, method):
    chosen = {"smoothgrad": {"samples": 2, "seed": 5}, "integrated-gradients": {"steps": 3, "baseline": "mean"}}
    options = chosen.get(method, {"layer": "fire2/concat"})
    typed = [text for name, value in options.items() for text in (f"--{name}", value)]
    code, out, err = run(
        capsys, method, *given, "-c", "2", *typed, "--json", "--png", "deep/why.png", "--theme", "dark"
    )
    assert (code, err) == (0, "")
    told = json.loads(out)
    made = sv.attribute(model, "photo.png", method, 2, preprocessing=how, **options)
    np.testing.assert_allclose(told["map"], made.cells, rtol=1e-5, atol=1e-7)
    assert (told["image"], told["model"], told["preprocessing"]) == ("photo.png", "tiny", "small")
    page = Pillow.open(io.BytesIO(Path("deep/why.png").read_bytes()))
    assert page.getpixel((2, 2))[:3] == (17, 17, 17)
    assert f"Attribution of the logit of class 2: {made.value:.4f} by {method}" in page.text["Description"]
    code, out, err = run(capsys, method, *given, "-c", "2", *typed)
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == f"{method}: logit of class 2 {made.value:.4f}"
    assert "photo.png as tiny sees it, small" in out


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["-c", "2", "--contrast-class", "1"], "logit of class 2 less logit of class 1"),
        (["-c", "2", "--unit", "probability"], "probability of class 2"),
        (["--of", "fire2/concat:4"], "mean of fire2/concat, channel 4"),
        (["--of", "fire2/concat:4@1,2"], "fire2/concat, channel 4 at row 1, column 2"),
    ],
)
def test_any_number_may_be_asked_about(capsys, given, typed, words):
    code, out, err = run(capsys, "saliency", *given, *typed)
    assert (code, err) == (0, "")
    assert out.startswith(f"saliency: {words} ")


def test_what_warns_says_so(capsys, given):
    assert " raises it" in run(capsys, "input-x-gradient", *given)[1]
    out = run(capsys, "guided-backpropagation", *given)[1]
    assert " is above 0" in out
    assert " raises it" not in out  # it is no derivative
    assert "Guided backpropagation is no gradient" in " ".join(out.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["saliency", "--unit", "logits"], "Did you mean 'logit'?"),
        (["saliency", "--of", "fire2/concat"], "names no number of a layer"),
        (["saliency", "--of", "fire2/concat:4", "-c", "1"], "leave out --class"),
        (["saliency", "--unit", "probability", "--contrast-class", "1"], "--contrast-class is of logits"),
        (["saliency", "-c", "dog"], "no class is called 'dog'"),
        (["grad-cam", "--layer", "fire2/concatt"], "Did you mean 'fire2/concat'"),
        (["integrated-gradients", "--baseline", "gray"], "expected black, mean, blur"),
        (["smoothgrad", "--samples", "0"], "samples is 0"),
    ],
)
def test_what_is_wrong_takes_one_line(capsys, given, arguments, words):
    assert words in refused(capsys, arguments[0], *given, *arguments[1:])


def test_figures_lay_the_map_where_its_cells_are(given, model, how):
    for method, names in (("cam", {"photo", "cells"}), ("input-x-gradient", {"photo", "signed", "size"})):
        made = sv.attribute(model, "photo.png", method, 1, preprocessing=how)
        for width in (86, 178):
            sheet = sv.figures.attribution(made, "photo.png", width_mm=width)
            pictures = {axes.get_label(): axes for axes in sheet.axes}
            assert names <= pictures.keys()
            left, top, right, bottom = made.on_photo
            laid = pictures["photo"].images[1]
            assert laid.get_extent() == pytest.approx([left, right, bottom, top])
            drawn = np.asarray(laid.get_array()).astype(int)
            at = np.unravel_index(np.abs(made.cells).argmax(), made.cells.shape)
            assert drawn.shape[:2] == made.cells.shape
            assert drawn[at][3] == 210
            assert drawn[np.abs(made.cells) == 0][:, 3].sum() == 0
    signed = np.asarray(pictures["signed"].images[0].get_array()).astype(int)
    channel, y, x = np.unravel_index(np.abs(made.values).argmax(), made.values.shape)
    assert signed[y, x, channel] == (255 if made.values[channel, y, x] > 0 else 0)
    assert "the 99.5th percentile of sizes" in sheet.caption


def test_judge_takes_a_folder_and_says_what_of_it_is_left_out(capsys, given, model, how, tmp_path):
    image, *others = given
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        shutil.copy(image, folder / name)
    (folder / "broken.png").write_bytes(b"no picture")
    typed = ["-c", "1", "--methods", "saliency", "--steps", "2", "--samples", "0", "--stages", "0"]
    code, out, err = run(capsys, "judge", str(folder), *others, *typed, "--json")
    assert code == 0
    assert err.count("left out: ") == 1
    assert "broken.png" in err
    told = json.loads(out)
    assert len(told["images"]) == 2
    low, high = told["methods"][0]["deletion"]["interval"]
    assert low <= told["methods"][0]["deletion"]["mean"] <= high
    for name in ("a.png", "b.png"):
        (folder / name).unlink()
    code, out, err = run(capsys, "judge", str(folder), *others, *typed)
    assert (code, out) == (2, "")
    assert err.startswith("squeezeviz: ")
    assert "none of its 1 photos can be read" in err.splitlines()[0]
    assert "broken.png: expected a picture" in err.splitlines()[1]


def test_judge_measures_methods_on_the_command_line(capsys, given, model, how):
    image, *others = given
    typed = [image, *others, "-c", "1", "--methods", "saliency, cam", "--box", "4,4,30,30", "--steps", "2", "--samples", "1",
             "--stages", "1"]  # fmt: skip
    code, out, err = run(capsys, "judge", *typed, "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    made = sv.judge_attributions(
        model, "photo.png", ["saliency", "cam"], 1, box=(4, 4, 30, 30), steps=2, samples=1, stages=1, preprocessing=how
    )
    assert [each["name"] for each in told["measures"]] == [each.name for each in made.measures]
    inside = next(each for each in told["methods"] if each["method"] == "saliency")["inside"]["values"]
    assert inside == pytest.approx(made.values["inside"]["saliency"].tolist(), rel=1e-5)
    assert "2 methods on photo.png: logit of class 1" in run(capsys, "judge", *typed)[1]
    assert "--box is '1,2', expected left, top, right and bottom" in refused(capsys, "judge", *given, "--box", "1,2")
    assert "no method is called 'cma'" in refused(capsys, "judge", *given, "--methods", "cma")
