"""``explain METHOD`` on a tiny network: every method in words, as JSON and as a picture; one line for what is wrong."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz import cli
from squeezeviz.cli import explain
from squeezeviz.cli.explain_asked import Class, Explained, Photo, Preset, ask, tell
from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.options import Json
from squeezeviz.figures import decomposition as figures
from tests.fires import fires_net, without_maps
from tests.nets import tiny_content, tiny_model

EXACT = ["logit", "contrast", "receptive-field", "per-location", "softmax"]


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        cli.main(["explain", *map(str, arguments)])
    captured = capsys.readouterr()
    return caught.value.code or 0, captured.out, captured.err


@pytest.fixture
def source(given):
    how = sv.Preprocessing.from_json(Path("small.json").read_text())
    return sv.Arithmetic(tiny_model(fires_net(4)), "photo.png", how)


@pytest.mark.slow
@pytest.mark.parametrize("name", EXACT)
def test_every_method_speaks_writes_and_draws(capsys, given, tmp_path, name):
    code, out, err = run(capsys, name, *given)
    assert (code, err) == (0, "")
    assert "photo as tiny sees it, small" in out.replace("photo.png", "photo")
    code, out, err = run(capsys, name, *given, "--json", "--png", "deep/why.png", "--theme", "dark")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["image"], told["model"], told["preprocessing"]) == ("photo.png", "tiny", "small")
    page = Pillow.open(io.BytesIO((tmp_path / "deep" / "why.png").read_bytes()))
    assert page.getpixel((2, 2))[:3] == (17, 17, 17)
    assert "Model: tiny" in page.text["Description"]


def test_the_ledger_is_of_the_class_ranked_first(capsys, given, source):
    code, out, _ = run(capsys, "logit", *given, "--json")
    told, logits = json.loads(out), source.values("pool10")[:, 0, 0]
    assert code == 0
    assert told["class_index"] == int(logits.argmax())
    assert np.sum(told["cells"]) + told["residual"] == pytest.approx(told["logit"], abs=1e-9)
    assert told["logit"] == pytest.approx(float(logits.max()), abs=1e-5)
    assert np.shape(told["cells"]) == source.architecture["conv10"].shape[1:]


def test_classes_are_chosen_by_name_and_index(capsys, given, source):
    logits = source.values("pool10")[:, 0, 0].astype(float)
    told = json.loads(run(capsys, "contrast", *given, "-c", "class 1", "--contrast-class", "3", "--json")[1])
    assert (told["first"]["class_index"], told["second"]["class_index"]) == (1, 3)
    assert np.sum(told["cells"]) == pytest.approx(logits[1] - logits[3], abs=1e-4)
    told = json.loads(run(capsys, "contrast", *given, "--json")[1])
    order = np.argsort(-logits)
    assert (told["first"]["class_index"], told["second"]["class_index"]) == tuple(order[:2])
    told = json.loads(run(capsys, "receptive-field", *given, "-c", "1", "--contrast-class", "3", "--json")[1])
    assert told["contrast_class_index"] == 3
    assert sum(told["evidence"]) + told["bias"] == pytest.approx(logits[1] - logits[3], abs=1e-4)


def test_the_price_of_another_probability(capsys, given):
    told = json.loads(run(capsys, "softmax", *given, "--probability", "0.9", "--json")[1])
    assert told["asked"] == 0.9
    assert told["least"] == pytest.approx(np.log(9) + np.log(4))
    assert "p ≥ 0.9 takes a logit of" in run(capsys, "softmax", *given, "--probability", "0.9")[1]


def test_a_printed_ledger_adds_up(capsys, given):
    """What is printed, rounded as it is, comes to the logit printed."""
    _, out, _ = run(capsys, "logit", *given, "--class", "0")
    rows = [line.split()[-1] for line in out.splitlines() if line.startswith(("channel ", "all others", "bias"))]
    (logit,) = [line.split()[-1] for line in out.splitlines() if line.startswith("logit")]
    assert len(rows) == 6 + 2 + 1
    assert sum(map(float, rows)) == pytest.approx(float(logit), abs=1e-3)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["logit", "--class", "golf ball"], "no class is called 'golf ball'"),
        (["contrast", "-c", "1", "--contrast-class", "1"], "a contrast takes two classes"),
        (["logit", "--png", "why.gif"], "figures are written as .png, .svg or .pdf"),
        (["softmax", "--probability", "1"], "expected a number between 0 and 1"),
        (["per-location", "--theme", "sepia", "--png", "why.png"], "no theme is called 'sepia'"),
    ],
)
def test_what_is_wrong_takes_one_line(capsys, given, arguments, words):
    assert words in refused(capsys, arguments[0], *given, *arguments[1:])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["logt", "coins"], "Did you mean 'logit'?"),
        (["coins"], "got 'coins'; there are logit, contrast, receptive-field, per-location, softmax, occlusion, ablation, "
                    "saliency, input-x-gradient, integrated-gradients, smoothgrad, guided-backpropagation, deconvnet, "
                    "lrp-epsilon, lrp-alpha-beta, cam, grad-cam, grad-cam++, layer-cam, hires-cam, score-cam, recipro-cam, judge. "
                    "Type: squeezeviz explain logit coins"),
        (["my photo.jpg", "--method", "contrast", "-c", "1"], "Type: squeezeviz explain contrast 'my photo.jpg' -c 1"),
        (["--method", "occlusion", "coins"], "Type: squeezeviz explain occlusion coins"),
        (["--json", "coins"], "Type: squeezeviz explain logit --json coins"),
        (["a\nb"], "Type: squeezeviz explain logit 'a\\nb'"),
        (["x" * 9000], "(9,000 characters)"),
    ],
)  # fmt: skip
def test_the_method_comes_first_or_a_line_says_what_to_type(capsys, arguments, words):
    said = refused(capsys, *arguments)
    assert words in said
    assert len(said) < 1500


def refused(capsys, *arguments):
    """Return the one line with which it refuses."""
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("squeezeviz: ")
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("logit", {"class", "png", "theme"}),
        ("contrast", {"class", "contrast-class", "png", "theme"}),
        ("receptive-field", {"class", "contrast-class", "png", "theme"}),
        ("per-location", {"png", "theme"}),
        ("softmax", {"class", "probability", "png", "theme"}),
        ("occlusion", {"class", "patch", "stride", "fill", "unit", "png", "theme"}),
        ("ablation", {"class", "ablate", "mean"}),
    ],
)
def test_a_method_has_the_options_that_it_takes_and_no_other(capsys, monkeypatch, name, own):
    monkeypatch.setenv("COLUMNS", "200")
    code, out, _ = run(capsys, name, "--help")
    assert code == 0
    assert set(re.findall(r"│ --([\w-]+)", out)) == own | {
        "preprocessing",
        "model",
        "labels",
        "input-px",
        "model-output",
        "json",
        "help",
    }


def test_a_network_without_maps_says_so(capsys, given, tmp_path):
    (tmp_path / "tiny.onnx").write_bytes(tiny_content(without_maps()))
    code, _, err = run(capsys, "logit", *given)
    assert code == 2
    assert "has no map a class: its logits, scores, are no means of maps" in err


def test_another_file_may_add_a_method(capsys, given, monkeypatch):
    monkeypatch.setattr(explain.app, "registered_commands", [*explain.app.registered_commands])
    monkeypatch.setattr(cli, "_command", cli._command.__wrapped__)  # which is otherwise made once a process

    @explain.app.command()
    @takes_model()
    def count(
        image: Photo, class_key: Class = None, preprocessing: Preset = None, model: ModelChoice = USUAL_MODEL,
        as_json: Json = False,
    ) -> None:  # fmt: skip
        """How many classes there are."""
        asked = ask(image, model, preprocessing, class_key)
        counted = {"classes": len(asked.model.labels)}
        tell(Explained(counted, lambda: print("counted", asked.label.label)), as_json=as_json)

    code, out, _ = run(capsys, "count", *given, "-c", "2")
    assert (code, out) == (0, "counted class 2\n")
    assert json.loads(run(capsys, "count", *given, "--json")[1]) == {"classes": 5}
    assert "How many classes there are." in run(capsys, "--help")[1]


# Figures ----------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("width", [86, 178])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_of_evidence_say_what_they_show(source, width, theme):
    order = np.argsort(-source.values("pool10")[:, 0, 0])
    first, second = int(order[0]), int(order[1])
    look = {"theme": theme, "width_mm": width}
    own = sv.decompose_logit(source, first)
    drawn = {
        "logit": sv.figures.logit_decomposition(own, **look),
        "contrast": sv.figures.class_contrast(sv.contrast(source, first, second), **look),
        "receptive-field": sv.figures.receptive_field_contributions(
            sv.contributions_by_receptive_field(source, first), **look
        ),
        "per-location": sv.figures.location_predictions(sv.predictions_per_location(source), **look),
        "softmax": sv.figures.softmax_analysis(sv.softmax_analysis(source, first), source, **look),
    }
    for name, sheet in drawn.items():
        assert sheet.width_mm == pytest.approx(width), name
        assert "Image: photo.png" in sheet.caption
        assert "Model: tiny" in sheet.caption
        svg = sv.figures.as_bytes(sheet, "svg")
        assert svg == sv.figures.as_bytes(sheet, "svg")
        assert f"class {first}" in svg.decode() or name == "per-location"


def test_a_spectrum_s_bars_are_its_evidence(source):
    made = sv.contributions_by_receptive_field(source, 1)
    (axes,) = [
        axes for axes in sv.figures.receptive_field_contributions(made).axes if axes.get_label() == "receptive fields"
    ]
    heights = [bar.get_height() for bar in axes.patches]
    assert heights == pytest.approx([*made.evidence, made.bias])


def test_a_ledger_s_picture_lies_where_its_cells_do(source):
    own = sv.decompose_logit(source, 1)
    (axes,) = [axes for axes in sv.figures.logit_decomposition(own).axes if axes.get_label() == "photo"]
    _, laid = axes.images
    left, top, right, bottom = own.places.all
    assert laid.get_extent() == pytest.approx([left, right, bottom, top])
    alpha = np.asarray(laid.get_array())[..., 3]
    assert ((alpha > 0) <= (own.cells > 0)).all()
    assert alpha.max() == 210
    assert figures.logit_decomposition(own, palette="magma").caption.count("Palette: magma") == 1
