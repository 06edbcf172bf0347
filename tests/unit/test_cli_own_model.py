"""A network of one's own on the command line: told what it is, or what is assumed of it in one line of standard error."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz import cli
from squeezeviz.cli.model_choice import ModelChoice
from squeezeviz.cli.opening import with_model
from squeezeviz.errors import PreprocessingError
from tests.unit.test_known import NAMES, PHOTO, foreign


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        cli.main(list(map(str, arguments)))
    captured = capsys.readouterr()
    return caught.value.code or 0, captured.out, captured.err


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")
    (tmp_path / "net.onnx").write_bytes(foreign().SerializeToString())
    (tmp_path / "names.txt").write_text("\n".join(NAMES))
    (tmp_path / "photos" / "cat").mkdir(parents=True)
    Pillow.fromarray(PHOTO).save(tmp_path / "photos" / "cat" / "a.png")
    return tmp_path


M = ("--model", "net.onnx")
SUBCOMMANDS = {
    "predict": ["predict", "photos/cat/a.png", "--json"],
    "compare": ["compare", "photos/cat/a.png", "--json"],
    "export": ["export", "photos/cat/a.png"],
    "figure": ["figure", "photos/cat/a.png", "-o", "a.png", "--view", "photo"],
    "explain": ["explain", "softmax", "photos/cat/a.png"],
    "atlas": ["atlas", "photos", "-o", "a.atlas", "--layers", "r"],
    "activations": ["activations", "photos", "-o", "a.zarr", "--layers", "r", "--dry-run"],
}


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_what_is_assumed_is_one_line_with_how_to_say_it(here, capsys, name):
    code, _, err = run(capsys, *SUBCOMMANDS[name], *M)
    assert code == 0
    (line,) = [line for line in err.splitlines() if line.startswith("net: ")]
    option = "--model-labels" if name in ("atlas", "activations") else "--labels"
    assert f"labels unknown: classes are numbered; labels= ({option}) names them" in line
    assert "preprocessing assumed: shorter side to 37 → centre crop 32 × 32" in line
    assert "--preprocessing" in line


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_and_nothing_where_it_is_told(here, capsys, name):
    option = "--model-labels" if name in ("atlas", "activations") else "--labels"
    told = () if name == "compare" else ("--preprocessing", "straight")
    code, _, err = run(capsys, *SUBCOMMANDS[name], *M, option, "names.txt", *told)
    assert code == 0
    assert [line for line in err.splitlines() if "labels unknown" in line] == []
    assert ("preprocessing assumed" in err) == (name == "compare")


def test_folders_are_read_by_the_models_own_labels(here, capsys):
    code, out, err = run(capsys, "evaluate", "photos", *M, "--model-labels", "names.txt", "--json")
    assert (code, json.loads(out)["results"][0]["preprocessing"]) == (0, "assumed")
    assert "labels unknown" not in err
    (here / "listed.txt").write_text("a.png cat\n")
    code, out, _ = run(
        capsys, "evaluate", "photos/cat", *M, "--labels", "listed.txt", "--model-labels", "names.txt", "-p", "straight", "--json"
    )  # fmt: skip
    assert (code, json.loads(out)["images"]) == (0, 1)


def test_labels_are_named_and_a_preset_is_brought_to_the_input(here, capsys):
    code, out, err = run(
        capsys, "predict", "photos/cat/a.png", *M, "--labels", "names.txt", "-p", "keras-style", "--json"
    )
    (told,) = json.loads(out)
    model = sv.load_model("net.onnx", labels=NAMES, preprocessing="keras-style")
    assert (code, err, told["preprocessing"]) == (0, "", "keras-style")
    expected = model.predict("photos/cat/a.png").top(1)[0]
    assert (told["top"][0]["label"], told["top"][0]["logit"]) == (expected.label, pytest.approx(expected.logit))
    assert model.preprocessing.input_px == (32, 32)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--labels", "nowhere.txt"), "nowhere.txt: cannot be read"),
        (("--labels", "imagenet"), "labels 'imagenet': stands for 1,000 classes"),
        (("--labels", "two.txt"), "expected 5 names, one an output of the network; got 2"),
        (("--preprocessing", "torchvison"), "Did you mean 'torchvision'?"),
        (("--preprocessing", "nowhere.json"), "expected a preset as JSON"),
    ],
)
def test_what_is_wrong_takes_one_line(here, capsys, given, said):
    (here / "two.txt").write_text("cat\ndog\n")
    code, out, err = run(capsys, "info", "net.onnx", *given)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert said in err


def test_info_says_what_is_known_and_keeps_it_when_asked(here, capsys):
    code, out, _ = run(capsys, "info", "net.onnx", "--json")
    told = json.loads(out)
    assert (code, told["labels"], len(told["assumed"])) == (0, None, 2)
    assert told["input"]["preprocessing"]["name"] == "assumed"
    code, out, _ = run(capsys, "info", "net.onnx")
    assert "labels unknown" in out
    assert "preprocessing assumed" in out
    said = ("--labels", "names.txt", "--preprocessing", "keras-style")
    code, _, err = run(capsys, "info", "net.onnx", *said, "--remember")
    assert (code, err) == (0, "kept in net.squeezeviz.json\n")
    told = json.loads(run(capsys, "info", "net.onnx", "--json")[1])
    assert (told["labels"], told["assumed"], told["input"]["preprocessing"]["name"]) == (5, [], "keras-style")
    assert run(capsys, "predict", "photos/cat/a.png", *M)[2] == ""
    (here / "net.squeezeviz.json").write_text("{")
    code, _, err = run(capsys, "predict", "photos/cat/a.png", *M, *said)
    assert code == 0
    assert err.startswith("net: net.squeezeviz.json: expected what squeezeviz keeps of a model")
    assert "not used: mend it, or delete it" in err
    assert len(err.splitlines()) == 1
    code, _, err = run(capsys, "info", "net.onnx", *said, "--remember")
    assert code == 2
    assert "move it away" in err.splitlines()[-1]


def test_a_folder_that_cannot_be_written_is_a_clear_message(here, capsys, monkeypatch):
    def refuse(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("squeezeviz.zoo.beside.write_whole", refuse)
    code, _, err = run(capsys, "info", "net.onnx", "--labels", "names.txt", "--remember")
    assert (code, len(err.splitlines())) == (2, 1)
    assert "net.squeezeviz.json: cannot be written (Read-only file system)" in err
    assert "Traceback" not in err


def test_convert_writes_what_is_known_and_folds_nothing_that_is_assumed(here, capsys):
    code, _, err = run(capsys, "convert", "net.onnx", "-o", "folded.onnx", "--fold-preprocessing")
    assert (code, (here / "folded.onnx").exists()) == (2, False)
    assert "nobody has said what its photos go through" in err
    code, _, _ = run(capsys, "convert", "net.onnx", "-o", "told.onnx", "--labels", "names.txt", "-p", "keras-style")
    told = sv.load_model("told.onnx")
    assert (code, told.assumptions, told.labels[0].label) == (0, (), "cat")
    assert told.preprocessing == sv.load_model("net.onnx", preprocessing="keras-style").preprocessing
    code, _, _ = run(capsys, "convert", "net.onnx", "-o", "plain.onnx")
    assert (code, len(sv.load_model("plain.onnx").assumptions)) == (0, 2)


def test_a_folded_file_begins_with_its_own_preprocessing(here, capsys):
    """Its means are in the first layer: taken off once more, the answer is another."""
    shapes = sv.load_model("squeezenet1.1-shapes")
    code, _, _ = run(capsys, "convert", "squeezenet1.1-shapes", "-o", "folded.onnx", "--fold-preprocessing")
    assert code == 0
    expected = shapes.predict("shape-star").logits
    np.testing.assert_allclose(sv.load_model("folded.onnx").predict("shape-star").logits, expected, atol=1e-3)
    page = sv.explore("shape-star", model="folded.onnx")
    assert (page.state.preset, page.prediction.preprocessing.mean) == ("caffe2-folded", (0.0, 0.0, 0.0))
    np.testing.assert_allclose(page.prediction.logits, expected, atol=1e-3)
    page.close()


def test_kernels_of_an_opened_notebook_are_told_the_same(here, monkeypatch):
    choice = ModelChoice("net.onnx", labels="names.txt", preprocessing="keras-style")
    environment = with_model(choice, {})
    assert Path(environment["SQUEEZEVIZ_MODEL_LABELS"]).is_absolute()
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    model = sv.load_model()
    assert ([each.label for each in model.labels], model.preprocessing.name) == (NAMES, "keras-style")
    own = sv.Preprocessing(name="mine", crop_px=32)
    (here / "mine.json").write_text(own.to_json())
    for name, value in with_model(ModelChoice("../net.onnx", preprocessing="../mine.json"), {}).items():
        monkeypatch.setenv(name, value)
    assert sv.load_model().preprocessing == own


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_a_preprocessing_may_be_asked_for_by_the_name_that_its_results_have(here, capsys, name):
    code, out, err = run(capsys, *SUBCOMMANDS[name], *M, "-p", "assumed")
    assert (code, "no preset" in err) == (0, False)
    if name == "predict":
        (told,) = json.loads(out)
        assert told["preprocessing"] == "assumed"
        assert told["top"] == json.loads(run(capsys, *SUBCOMMANDS[name], *M)[1])[0]["top"]


def test_so_it_may_where_it_is_kept_or_in_the_file(here, capsys):
    """The doctor's names say what was chosen, and a folded file's that its means are in its weights."""
    best = sv.preset("keras-style").replace(name="RGB -1 to 1, squash 37x37", resize_px=37, crop_px=32)
    sv.load_model("net.onnx", preprocessing=best).remember()
    asked = ["predict", "photos/cat/a.png", "--json", "-p"]
    code, out, _ = run(capsys, *asked, best.name, *M)
    assert (code, json.loads(out)[0]["preprocessing"]) == (0, best.name)
    page = sv.explore("photos/cat/a.png", model="net.onnx", preprocessing=best.name)
    assert page.prediction.preprocessing == best
    page.close()
    assert sv.load_model("net.onnx", preprocessing=best.name).preprocessing == best
    told = ["-p", "keras-style", "--labels", "names.txt"]
    assert run(capsys, "convert", "net.onnx", "-o", "told.onnx", *told)[0] == 0
    assert run(capsys, *asked, "keras-style", "--model", "told.onnx")[0] == 0


def test_any_other_name_is_refused_and_the_models_own_is_named_among_those_there_are(here, capsys):
    for asked in (SUBCOMMANDS["predict"], SUBCOMMANDS["compare"], ["info"]):
        choice = ["net.onnx"] if asked == ["info"] else M
        code, _, err = run(capsys, *asked, *choice, "-p", "asumed")
        assert code == 2
        assert "no preset is called 'asumed'; there are caffe2," in err.splitlines()[-1]
        assert "srgb, assumed. Did you mean 'assumed'?" in err.splitlines()[-1]
    with pytest.raises(PreprocessingError, match="Did you mean 'assumed'"):
        with_model(ModelChoice("net.onnx", preprocessing="asumed"), {})
    with pytest.raises(PreprocessingError, match="Did you mean 'assumed'"):
        sv.explore("photos/cat/a.png", model="net.onnx", preprocessing="asumed")


def test_kernels_of_an_opened_notebook_are_told_such_a_name_too(here, monkeypatch):
    for name, value in with_model(ModelChoice("net.onnx", preprocessing="assumed"), {}).items():
        monkeypatch.setenv(name, value)
    assert sv.load_model().preprocessing.name == "assumed"
