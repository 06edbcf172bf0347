"""Processes that are killed while they work, two at once on one store: nothing is left behind, nothing is mixed up."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import squeezeviz as sv
from squeezeviz.dataset import stored
from tests.nets import tiny_content, tiny_model
from tests.surveys import paint
from tests.unit.dataset.test_stored import contents, opened

pytest.importorskip("pyarrow", reason="an atlas takes pyarrow, which is not installed")
pytest.importorskip("zarr", reason="a store takes zarr, which is not installed")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")

ROOT = Path(__file__).parents[2]
COUNT = 150
SUBCOMMANDS = {
    "activations": ["--layers", "fire2/concat,conv10", "--json"],
    "atlas": ["--layers", "conv1,conv10", "--json"],
    "evaluate": ["--json"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("data")
    (root / "tiny.onnx").write_bytes(tiny_content())
    return paint(root / "photos", COUNT)


@pytest.fixture
def start(folder, tmp_path, monkeypatch):
    """Start a subcommand, with a cache and a temporary folder of its own, in the folder ``here``."""
    for name in ("here", "temporary"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache"))
    places = {"TMPDIR": str(tmp_path / "temporary"), "SQUEEZEVIZ_CACHE": str(tmp_path / "cache")}
    # ONNX Runtime's telemetry keeps a file of its own in the temporary folder.
    environment = os.environ | places | {"PYTHONPATH": str(ROOT), "ORT_DISABLE_TELEMETRY": "1"}
    processes = []

    def start(subcommand):
        target = ["--photos", "answers.csv"] if subcommand == "evaluate" else ["-o", f"made.{subcommand}"]
        command = [
            sys.executable,
            "-m",
            "squeezeviz",
            subcommand,
            str(folder),
            "-m",
            str(folder.parent / "tiny.onnx"),
            *target,
        ]
        process = subprocess.Popen(
            [*command, *SUBCOMMANDS[subcommand]], cwd=tmp_path / "here", env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def progress(tmp_path, subcommand):
    """How many files of its work there are."""
    place = tmp_path / ("here/made.activations" if subcommand == "activations" else "cache/surveys")
    pattern = "state/c/*" if subcommand == "activations" else "*/*.part"
    return len(list(place.glob(pattern)))


def wait_for(process, tmp_path, subcommand, count):
    """Wait until there are so many, or it has ended."""
    while process.poll() is None and progress(tmp_path, subcommand) < count:
        time.sleep(0.005)


@pytest.mark.parametrize("subcommand", SUBCOMMANDS)
def test_killed_again_and_again_it_comes_to_the_same_and_leaves_nothing(folder, tmp_path, start, subcommand):
    kills = 0
    for _ in range(2):  # of nothing, and of what the first has left
        process = start(subcommand)
        wait_for(process, tmp_path, subcommand, progress(tmp_path, subcommand) + 1)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kills += process.returncode == -signal.SIGKILL
        assert os.listdir(tmp_path / "temporary") == []  # noqa: PTH208 - hidden ones as well
        assert set(os.listdir(tmp_path / "here")) <= {f"made.{subcommand}"}  # noqa: PTH208
    assert kills, "it was always done before it could be killed"
    process = start(subcommand)
    said, errors = process.communicate()
    assert process.returncode == 0, errors
    assert os.listdir(tmp_path / "temporary") == []  # noqa: PTH208
    target = "answers.csv" if subcommand == "evaluate" else f"made.{subcommand}"
    assert os.listdir(tmp_path / "here") == [target]  # noqa: PTH208
    assert not progress(tmp_path, "atlas"), "no answers are kept of what is done"
    model = tiny_model()
    model.sha256 = "another name of it"
    if subcommand == "activations":
        assert f'"answered": {COUNT}' in said
        stored.store_activations(model, folder, tmp_path / "whole", ["fire2/concat", "conv10"])
        parts = [
            {k: v for k, v in contents(at).items() if "/c/" in k}
            for at in (tmp_path / "whole", tmp_path / "here/made.activations")
        ]
        assert parts[0] == parts[1]
    elif subcommand == "atlas":
        whole = sv.make_atlas(model, folder, tmp_path / "whole", layers=["conv1", "conv10"])
        for name in ("strongest.parquet", "channels.parquet", "histograms.parquet", "crops.zip"):
            assert (tmp_path / "here/made.atlas" / name).read_bytes() == (whole.path / name).read_bytes()
    else:
        assert len((tmp_path / "here/answers.csv").read_text().splitlines()) == COUNT + 1


@pytest.mark.parametrize("subcommand", SUBCOMMANDS)
def test_two_at_once_on_one_place_are_one_after_the_other(folder, tmp_path, start, subcommand):
    first = start(subcommand)
    wait_for(first, tmp_path, subcommand, 1)
    first.send_signal(signal.SIGSTOP)
    second = start(subcommand)
    _, said = second.communicate()
    first.send_signal(signal.SIGCONT)
    assert (second.returncode, "Traceback" in said) == (2, False), said
    assert "another process" in said.splitlines()[-1]
    _, errors = first.communicate()
    assert first.returncode == 0, errors
    if subcommand == "activations":
        assert opened(tmp_path / "here/made.activations").answered.all()


def test_of_two_at_once_one_is_killed_and_no_hole_is_called_whole(folder, tmp_path, start):
    first, second = start("activations"), start("activations")
    wait_for(first, tmp_path, "activations", 2)
    first.kill()
    first.communicate()
    second.communicate()
    last = start("activations")
    last.communicate()
    assert last.returncode == 0
    read = opened(tmp_path / "here/made.activations", "conv10")
    assert read.answered.all()
    assert not read.activation.isnull().any()
