"""Answers are kept until their result has arrived: on a full disk, in a closed pipe, in an encoding that lacks a letter."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from squeezeviz.cli import main
from squeezeviz.dataset import evaluate
from tests.nets import tiny_content, tiny_model
from tests.surveys import paint

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tiny.onnx").write_bytes(tiny_content())
    return paint(tmp_path / "photos", 7)


def kept(cache):
    return sorted(path.name for path in (cache / "surveys").glob("*/*"))


def run(folder, *more, **how):
    command = [
        sys.executable,
        "-m",
        "squeezeviz",
        "evaluate",
        str(folder),
        "-m",
        str(folder.parent / "tiny.onnx"),
        *more,
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | how.pop("env", {})
    return subprocess.run(
        command, check=False, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment, **how
    )


def test_the_python_door_forgets_unless_it_is_asked_to_keep(folder, cache):
    evaluate(tiny_model(), folder)
    assert kept(cache) == []
    made = evaluate(tiny_model(), folder, keep=True)
    assert len(kept(cache)) == 7
    made.forget()
    assert kept(cache) == []


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_full_disk_behind_standard_output(folder, cache, more, capsys):
    with Path("/dev/full").open("w") as full:
        done = run(folder, *more, stdout=full)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert "No space left" in done.stderr
    assert "the same command prints them" in done.stderr
    assert len(kept(cache)) == 7
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", str(folder), "-m", str(folder.parent / "tiny.onnx"), "--json"])
    assert (ended.value.code or 0, json.loads(capsys.readouterr().out)["images"]) == (0, 7)
    assert kept(cache) == []


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are other things there")
def test_a_pipe_whose_reader_has_gone(folder, cache):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run(folder, "--photos", str(folder.parent / "answers.csv"), stdout=writing)
    finally:
        os.close(writing)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len((folder.parent / "answers.csv").read_text().splitlines()) == 8, "tables are written first"
    assert len(kept(cache)) == 7


def test_an_encoding_that_lacks_a_letter_loses_nothing(folder, cache):
    """Whether it is written in a plain form or refused."""
    done = run(folder, stdout=subprocess.PIPE, env={"PYTHONIOENCODING": "ascii"})
    assert "Traceback" not in done.stderr
    assert (done.returncode, kept(cache)) == (0, []) or (done.returncode == 2 and len(kept(cache)) == 7)


def test_a_table_that_cannot_be_written(folder, cache, monkeypatch, capsys):
    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("squeezeviz.dataset.writing.write_whole", full)
        with pytest.raises(SystemExit) as left:
            main(
                [
                    "evaluate",
                    str(folder),
                    "-m",
                    str(folder.parent / "tiny.onnx"),
                    "--photos",
                    str(folder.parent / "a.csv"),
                ]
            )
    assert left.value.code == 2
    assert "No space left" in capsys.readouterr().err
    assert len(kept(cache)) == 7


@pytest.mark.skipif(sys.platform != "linux", reason="other systems' file names are Unicode")
@pytest.mark.parametrize("suffix", ["csv", "json", "parquet"])
def test_a_name_that_is_not_utf8_is_written_readably(folder, suffix):
    (folder / "0/000.png").rename(os.fsdecode(os.fsencode(folder) + b"/0/caf\xe9.png"))
    path = folder.parent / f"answers.{suffix}"
    with pytest.raises(SystemExit) as left:
        main(["evaluate", str(folder), "-m", str(folder.parent / "tiny.onnx"), "--photos", str(path), "--json"])
    assert left.value.code == 0
    name = r"0/caf\xe9.png"
    if suffix == "parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        assert name in parquet.read_table(path)["file"].to_pylist()
    else:
        assert (json.dumps(name) if suffix == "json" else name) in path.read_text(encoding="utf-8")
