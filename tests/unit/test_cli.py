"""The command line without a model: help, one-line errors, exit codes."""

import csv
import json

import numpy as np
import pytest
from PIL import Image as Pillow

from squeezeviz import cli
from squeezeviz.errors import ImageError
from squeezeviz.preprocessing import PRESETS, preset
from tests.nets import tiny_content


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        cli.main(list(arguments))
    captured = capsys.readouterr()
    return caught.value.code or 0, captured.out, captured.err


@pytest.mark.parametrize(
    "subcommand",
    [
        "lab",
        "app",
        "predict",
        "compare",
        "evaluate",
        "info",
        "download",
        "convert",
        "differentiate",
        "quantize",
        "profile",
        "precision",
        "samples",
        "docs",
        "figure",
        "export",
        "visualize",
        "catalog",
    ],
)
def test_help_teaches_by_example(capsys, subcommand):
    code, out, _ = run(capsys, subcommand, "--help")
    assert code == 0
    assert subcommand == "samples" or f"squeezeviz {subcommand}" in out.split("Usage")[1].split("\n", 1)[1]


def test_errors_take_one_line_and_exit_with_2(capsys):
    code, out, err = run(capsys, "predict", "no-such-file.jpg")
    assert (code, out) == (2, "")
    assert err.startswith("squeezeviz: no-such-file.jpg: no such file")
    assert len(err.splitlines()) == 1


def test_debug_shows_the_traceback():
    with pytest.raises(ImageError):
        cli.main(["--debug", "predict", "no-such-file.jpg"])
    with pytest.raises(ImageError):
        cli.main(["predict", "no-such-file.jpg", "--debug"])


def test_wrong_usage_exits_with_2(capsys):
    assert run(capsys, "predict")[0] == 2
    assert run(capsys, "predict", "coffee", "--top", "0")[0] == 2
    assert run(capsys, "convert", "--to", "caffe")[0] == 2


def test_an_unknown_model_suggests_the_nearest(capsys):
    code, _, err = run(capsys, "info", "squeezenet1.1-cafe2")
    assert code == 2
    assert "Did you mean 'squeezenet1.1-caffe2'" in err


def test_a_missing_notebook(capsys):
    for subcommand in ("lab", "app"):
        code, _, err = run(capsys, subcommand, "no.ipynb")
        assert code == 2
        assert "no such notebook" in err


def test_samples_json(capsys):
    code, out, _ = run(capsys, "samples", "--json")
    rows = json.loads(out)
    assert code == 0
    photos = [row["name"] for row in rows if not row["is_drawn"]]
    assert photos == ["chelsea", "coffee", "motorcycle", "coins", "rocket", "hopper"]
    drawn = [row["name"] for row in rows if row["is_drawn"]]
    assert (len(drawn), drawn[0], drawn[-1]) == (24, "shape-circle", "shape-rays")
    assert all(row["credit"] for row in rows)


def test_version(capsys):
    assert run(capsys, "--version")[1].startswith("squeezeviz 0.")


# Photos and presets of one's own, on a tiny network ------------------------------------------------------------------


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A folder with tiny.onnx, and photos/ of its five classes, one of them damaged."""
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.onnx").write_bytes(tiny_content())
    rng = np.random.default_rng(0)
    for index in range(5):
        (tmp_path / f"photos/{index}").mkdir(parents=True)
        noise = rng.integers(0, 256, (30, 40, 3), dtype=np.uint8)
        Pillow.fromarray(noise).save(tmp_path / f"photos/{index}/noise.png")
    (tmp_path / "photos/4/damaged.jpg").write_bytes(b"\xff\xd8\xff")
    return tmp_path


def write_preset(path, **changes):
    path.write_text(preset("caffe2").replace(**changes).to_json(), encoding="utf-8")


def test_a_preset_from_a_file(capsys, tiny):
    write_preset(tiny / "mine.json", name="mine", crop_px=64, crop="top-left")
    photo, own = "photos/0/noise.png", ("--model", "tiny.onnx", "--json")
    code, out, _ = run(capsys, "predict", photo, "-p", "mine.json", *own)
    assert (code, json.loads(out)[0]["preprocessing"]) == (0, "mine")
    code, out, _ = run(capsys, "compare", photo, "-p", "caffe2", "-p", "mine.json", *own)
    assert [variant["preprocessing"]["crop_px"] for variant in json.loads(out)["variants"]] == [33, 64]
    code, out, _ = run(capsys, "evaluate", "photos", "-p", "mine.json", *own)
    assert [result["preprocessing"] for result in json.loads(out)["results"]] == ["mine"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "mine.json: expected a preset as JSON; cannot be read"),
        (b"\xff\xfe", "mine.json: expected a preset as JSON; cannot be read"),
        (b"{", "expected a preprocessing as JSON"),
        (b'{"name": "x", "crop_px": 0}', "crop_px is 0"),
        (b'{"name": "x", "crop_px": 3}', "tiny does not take inputs of 3 × 3 × 3"),
    ],
)
@pytest.mark.parametrize(
    "subcommand", [("predict", "photos/0/noise.png"), ("compare", "coffee"), ("evaluate", "photos")]
)
def test_a_preset_that_is_none(capsys, tiny, subcommand, content, words):
    if content is not None:
        (tiny / "mine.json").write_bytes(content)
    code, out, err = run(capsys, *subcommand, "-p", "mine.json", "-m", "tiny.onnx")
    assert (code, out) == (2, "")
    assert err.startswith("squeezeviz: ")
    assert words in err
    assert len(err.splitlines()) == 1


def test_evaluate_json_and_tables(capsys, tiny):
    code, out, _ = run(
        capsys, "evaluate", "photos", "-p", "caffe2", "-p", "no-mean", "-m", "tiny.onnx", "--json",
        "--photos", "out/answers.csv", "--classes", "classes.json", "--workers", "1",
    )  # fmt: skip
    told = json.loads(out)
    assert code == 0
    assert (told["model"], told["images"], told["unreadable"]) == ("tiny", 5, 1)
    assert told["unreadable_files"][0]["file"] == "4/damaged.jpg"
    assert len(told["results"]) == 2
    with (tiny / "out/answers.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 5 + 1
    hits = sum(row["rank"] == "1" for row in rows if row["preprocessing"] == "caffe2")
    assert hits == told["results"][0]["top1_hits"]
    assert len(json.loads((tiny / "classes.json").read_text())) == 2 * 5


@pytest.mark.parametrize("option", ["--photos", "--classes"])
def test_a_table_of_no_kind_is_refused_before_any_work(capsys, tiny, monkeypatch, option):
    monkeypatch.setattr(cli.evaluate, "load", lambda name: pytest.fail("the model was loaded"))
    code, out, err = run(capsys, "evaluate", "photos", option, "answers.xlsx")
    assert (code, out) == (2, "")
    assert "answers.xlsx: expected a name that ends in .csv, .json, .parquet" in err


def test_a_table_that_cannot_be_written_is_refused_before_any_work(capsys, tiny):
    (tiny / "file").touch()
    code, out, err = run(capsys, "evaluate", "photos", "-m", "tiny.onnx", "--json", "--photos", "file/answers.csv")
    assert (code, out) == (2, "")
    assert "cannot be written" in err


def test_answers_are_told_although_a_table_cannot_be_written_after_all(capsys, tiny, monkeypatch):
    from squeezeviz.dataset import writing

    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "write_whole", full)
    code, out, err = run(capsys, "evaluate", "photos", "-m", "tiny.onnx", "--json", "--photos", "answers.csv")
    assert code == 2
    assert "No space left" in err
    assert json.loads(out)["images"] == 5, "or all the work is lost"


def test_stopped_with_ctrl_c(capsys, tiny, monkeypatch):
    from squeezeviz.report.terminal import progress

    def stop(progress, done, count):
        progress.done, progress.count = done, count
        if done >= 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(progress.CountProgress, "__call__", stop)
        code, out, err = run(capsys, "evaluate", "photos", "-m", "tiny.onnx", "--json")
    assert (code, out) == (130, "")
    assert "stopped after 2 of 6; the same command goes on from there" in " ".join(err.split())
    told = []
    call = progress.CountProgress.__call__
    monkeypatch.setattr(progress.CountProgress, "__call__", lambda *at: told.append(at[1:]) or call(*at))
    assert run(capsys, "evaluate", "photos", "-m", "tiny.onnx", "--json")[0] == 0
    first = told[0][0]
    assert 2 <= first < 6, "what was under way when it was stopped is kept as well"
    assert told == [(done, 6) for done in range(first, 7)]
    told.clear()
    assert run(capsys, "evaluate", "photos", "-m", "tiny.onnx", "--json", "--fresh")[0] == 0
    assert told == [(done, 6) for done in range(7)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("evaluate", "nowhere", "-m", "tiny.onnx"), "nowhere: expected a folder of photos, found nothing"),
        (("evaluate", "photos", "--labels", "no.txt", "-m", "tiny.onnx"), "no.txt: expected a list"),
        (("evaluate", "photos", "-p", "cafe2", "-m", "tiny.onnx"), "Did you mean 'caffe2'"),
        (("evaluate", "photos", "-p", "caffe2", "-p", "caffe2", "-m", "tiny.onnx"), "two preprocessings are called"),
        (("compare", "coffee", "-p", "caffe2", "-p", "caffe2", "-m", "tiny.onnx"), "are called 'caffe2'"),
        (("compare", "coffee", "-c", "unicorn", "-m", "tiny.onnx"), "no class is called 'unicorn'"),
        (("compare", "photos/4/damaged.jpg", "-m", "tiny.onnx"), "damaged.jpg"),
    ],
)
def test_wrong_questions_take_one_line(capsys, tiny, arguments, words):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("squeezeviz: ")
    assert words in err
    assert len(err.splitlines()) == 1


def test_compare_json(capsys, tiny):
    code, out, _ = run(capsys, "compare", "photos/1/noise.png", "-m", "tiny.onnx", "-c", "2", "-c", "class 0", "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["image"], told["reference"], len(told["variants"])) == ("noise.png", "caffe2", len(PRESETS))
    assert set(told["variants"][0]) == {"preprocessing", "top", "first_divergent_layer", "drift"}
    assert set(told["logit_differences"]) == {"2", "class 0"}
    assert told["logit_differences"]["2"]["caffe2"] == 0


def test_docs_says_where_the_documentation_is_or_how_to_build_it(capsys, tmp_path, monkeypatch):
    from squeezeviz.cli import docs

    monkeypatch.setattr(docs, "PACKAGE", tmp_path / "package")
    monkeypatch.setattr(docs, "CHECKOUT", tmp_path)
    code, out, err = run(capsys, "docs", "--no-browser")
    assert (code, out) == (2, "")
    assert "make docs builds it" in err
    assert len(err.splitlines()) == 1
    site = tmp_path / "package" / "_shipped" / "docs"
    site.mkdir(parents=True)
    (site / "index.html").write_text("<!doctype html>")
    assert run(capsys, "docs", "--no-browser") == (0, f"{site / 'index.html'}\n", "")
