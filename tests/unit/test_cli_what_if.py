"""``explain occlusion`` and ``explain ablation`` on a tiny network: what the library says, in words, as JSON and as a picture."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.cli.explain_perturbation import _layer_channels
from squeezeviz.evidence import ablate, occlude
from tests.fires import fires_net
from tests.nets import tiny_model
from tests.unit.test_cli_explain import refused, run


@pytest.fixture
def model():
    return tiny_model(fires_net(4))


@pytest.fixture
def how(given):
    return sv.Preprocessing.from_json(Path("small.json").read_text())


HIDE = ["--patch", "12", "--stride", "7"]


@pytest.mark.parametrize("wanted", [("mean", "mean", "probability"), ("255, 0,12", (255, 0, 12), "logit")])
def test_occlusion_is_the_library_s(capsys, given, model, how, wanted):
    fill, read, unit = wanted
    code, out, err = run(capsys, "occlusion", *given, *HIDE, "--fill", fill, "--unit", unit, "--json", "-c", "2")
    assert (code, err) == (0, "")
    told = json.loads(out)
    made = occlude(model, "photo.png", patch_px=12, stride_px=7, fill=read, preprocessing=how)
    np.testing.assert_allclose(told["map"], made.map(2, unit), atol=1e-6)
    assert (told["unit"], told["done"], told["class"]["class_index"]) == (unit, told["total"], 2)
    assert told["baseline"]["logit"] == pytest.approx(float(made.prediction.logits[2]))
    assert np.shape(told["places"]) == (*np.shape(told["map"]), 4)
    assert told["places"][1][2] == pytest.approx(made.patch_in_photo(1, 2))


def test_occlusion_speaks_and_draws_a_signed_map_over_the_photo(capsys, given, tmp_path, model, how):
    code, out, err = run(capsys, "occlusion", *given, *HIDE, "--png", "deep/where.png", "--theme", "dark")
    assert (code, err) == (0, "")
    assert "photo.png as tiny sees it, small" in out
    assert "16 patches of 12 px, every 7 px, filled with grey" in " ".join(out.split())
    page = Pillow.open(io.BytesIO((tmp_path / "deep" / "where.png").read_bytes()))
    assert page.getpixel((2, 2))[:3] == (17, 17, 17)
    assert "16 patches of 12 × 12 input pixels, every 7, filled with grey" in page.text["Description"]
    assert "Model: tiny" in page.text["Description"]
    made = occlude(model, "photo.png", patch_px=12, stride_px=7, preprocessing=how)
    for width in (86, 178):
        (axes,) = [
            axes
            for axes in sv.figures.occlusion(made, "photo.png", 1, units="probability", width_mm=width).axes
            if axes.get_label() == "photo"
        ]
        _, laid = axes.images
        left, top, right, bottom = made.geometry.visible
        assert laid.get_extent() == pytest.approx([left, right, bottom, top])
        drawn = np.asarray(laid.get_array()).astype(int)
        change = made.pixels(1, "probability")
        at = np.unravel_index(np.abs(change).argmax(), change.shape)
        assert drawn[at][3] == 210
        # Orange where hiding takes from the class, blue where it gives.
        assert (drawn[at][0] > drawn[at][2]) == (change[at] > 0)


def test_ablation_shows_before_and_after(capsys, given, model, how):
    off = ["--ablate", "fire2/expand3x3", "--ablate", "fire2/squeeze1x1:1,0-0"]
    layers = {"fire2/squeeze1x1": [1, 0], "fire2/expand3x3": "all"}
    made = ablate(model, "photo.png", layers, fill="mean", preprocessing=how)
    most = int(np.abs(made.logit_changes).argmax())
    code, out, err = run(capsys, "ablation", *given, *off, "--mean", "--json", "-c", most)
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told["ablated"] == {layer: list(channels) for layer, channels in made.ablated.items()}
    assert told["fill"] == "mean"
    assert told["class"]["logit_before"] == pytest.approx(float(made.before.logits[most]))
    assert told["class"]["logit_change"] == pytest.approx(float(made.logit_changes[most]), abs=1e-6)
    assert told["class"]["logit_change"] != 0
    plain = ablate(model, "photo.png", layers, preprocessing=how)
    assert plain.after.logits[most] != made.after.logits[most], "without --mean it is another answer"
    code, out, err = run(capsys, "ablation", *given, *off, "-c", most)
    assert (code, err) == (0, "")
    assert f"class {most}: logit {plain.before.logits[most]:.4f} → {plain.after.logits[most]:.4f}" in out
    assert "fire2/squeeze1x1: 2 channels ablated (1, 0)" in out


def test_without_off_every_squeeze_channel_is_ranked(capsys, given, model, how):
    told = json.loads(run(capsys, "ablation", *given, "--json", "-c", "1")[1])
    made = sv.ablation_sweep(model, "photo.png", preprocessing=how)
    assert told["method"] == "ablation sweep"
    assert told["done"] == told["total"] == made.total
    changes = [abs(each["logit_change"]) for each in told["channels"]]
    assert changes == sorted(changes, reverse=True)
    best = told["channels"][0]
    alone = ablate(model, "photo.png", {best["layer"]: best["channel"]}, preprocessing=how)
    assert best["logit_change"] == pytest.approx(float(alone.logit_changes[1]), abs=1e-4)
    out = run(capsys, "ablation", *given, "-c", "1")[1]
    first = next(line for line in out.splitlines() if line.strip().startswith("fire"))
    assert first.split()[:2] == [best["layer"], str(best["channel"])]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("fire5/concat", ("fire5/concat", "all")),
        ("fire5/concat:expand3x3", ("fire5/concat", "expand3x3")),
        ("conv1:3", ("conv1", [3])),
        ("conv1:3, 17,4-6", ("conv1", [3, 17, 4, 5, 6])),
    ],
)
def test_what_is_switched_off_is_read(text, read):
    assert _layer_channels(text) == read


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["occlusion", "--patch", "99"], "patch_px is 99"),
        (["occlusion", "--patch", "8", "--stride", "9"], "stride_px is 9"),
        (["occlusion", "--fill", "gray"], "--fill is 'gray'"),
        (["occlusion", "--fill", "1,2,300"], "from 0 to 255"),
        (["occlusion", "--unit", "logits"], "Did you mean 'logit'?"),
        (["occlusion", "-c", "dog"], "no class is called 'dog'"),
        (["ablation", "--ablate", "fire9"], "no layer is called 'fire9'"),
        (["ablation", "--ablate", "fire2/concat:expand5x5"], "no channels called 'expand5x5'"),
        (["ablation", "--ablate", "fire2/concat:3,x"], "'x' is no channel"),
        (["ablation", "--ablate", "fire2/concat:7-3"], "the smaller index first"),
        (["ablation", "--ablate", "fire2/concat:999"], "has no channel 999"),
        (["ablation", "--ablate", "fire2/concat", "--ablate", "fire2/concat:1"], "say all of it once"),
    ],
)
def test_what_is_wrong_takes_one_line(capsys, given, arguments, words):
    assert words in refused(capsys, arguments[0], *given, *arguments[1:])


def test_ablation_is_not_drawn(capsys, given):
    code, out, err = run(capsys, "ablation", *given, "--ablate", "fire2/concat:1", "--png", "x.png")
    assert (code, out) == (2, "")
    assert "No such option: --png" in err


def test_stopping_is_no_failure(capsys, given, monkeypatch):
    closed = []

    def interrupted(*_, **__):
        def steps():
            try:
                yield from [sv.occlude(tiny_model(fires_net(4)), "photo.png", preprocessing=how, patch_px=33)]
                raise KeyboardInterrupt
            finally:
                closed.append(True)

        how = sv.Preprocessing.from_json(Path("small.json").read_text())
        return steps()

    monkeypatch.setattr("squeezeviz.evidence.occlusion_steps", interrupted)
    code, out, err = run(capsys, "occlusion", *given)
    assert (code, out, err) == (130, "", "stopped: 1 of 1 patches hidden\n")
    assert closed == [True]
