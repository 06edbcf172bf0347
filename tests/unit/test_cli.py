"""The command line without a model: help, one-line errors, exit codes."""

import json

import pytest

from squeezeviz import cli
from squeezeviz.errors import ImageError


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        cli.main(list(arguments))
    captured = capsys.readouterr()
    return caught.value.code or 0, captured.out, captured.err


@pytest.mark.parametrize("verb", ["lab", "app", "predict", "info", "download", "convert", "samples"])
def test_help_teaches_by_example(capsys, verb):
    code, out, _ = run(capsys, verb, "--help")
    assert code == 0
    assert verb == "samples" or f"squeezeviz {verb}" in out.split("Usage")[1].split("\n", 1)[1]


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
    for verb in ("lab", "app"):
        code, _, err = run(capsys, verb, "no.ipynb")
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
