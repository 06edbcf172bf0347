"""Weights mapped from one file: the same numbers, shared between processes, and from nobody else."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.network.shared_weights import FOLDER_VARIABLE, sharing
from squeezeviz.network.shared_weights import shared as shared_if
from tests.nets import tiny_model

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what is shared is told by /proc")
MODEL, PHOTO = "squeezenet1.1-shapes", "shape-star"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return tmp_path


def shared(own):
    with sharing(is_registered=True):
        return shared_if(own)


def weights(seed=0):
    rng = np.random.default_rng(seed)
    return {
        "a": rng.random((3, 5), np.float32),
        "b é": rng.random(7).astype(np.float16),
        "empty": np.empty((0, 4), np.float32),
    }


def same(one, other):
    assert one.keys() == other.keys()
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name], strict=True)


def test_the_numbers_are_the_same_and_cannot_be_changed(folder):
    own = weights()
    found = shared(own)
    same(own, found)
    (path,) = folder.glob("*.weights")
    stamp = path.stat().st_mtime_ns
    again = shared(own)
    assert path.stat().st_mtime_ns == stamp, "written once"
    assert not again["a"].flags.writeable
    assert np.shares_memory(again["a"], again["a"].base if again["a"].base is not None else again["a"])
    shared(weights(1))
    assert len(list(folder.glob("*.weights"))) == 2, "other numbers are another file"


def test_what_is_not_registered_is_nobody_else_s(folder):
    tiny_model()
    own = weights()
    assert all(values is own[name] for name, values in shared_if(own).items())
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("trouble", ["no folder", "others may write", "a file that is cut", "unset"])
def test_where_it_cannot_be_each_has_its_own(folder, monkeypatch, trouble):
    own = weights()
    if trouble == "no folder":
        monkeypatch.setenv(FOLDER_VARIABLE, str(folder / "none"))
    elif trouble == "others may write":
        folder.chmod(0o777)
    elif trouble == "unset":
        monkeypatch.delenv(FOLDER_VARIABLE)
    else:
        shared(own)
        (path,) = folder.glob("*.weights")
        path.write_bytes(path.read_bytes()[:-1])
    found = shared(own)
    same(own, found)
    assert all(values is own[name] for name, values in found.items())


ASK = """
import hashlib, sys
import squeezeviz as sv
model = sv.load_model(sys.argv[1])
prediction, activations = model.observe(sys.argv[2])
print(hashlib.sha256(prediction.logits.tobytes() + activations["fire5/concat"].tobytes()).hexdigest(), flush=True)
sys.stdin.readline()
"""


@pytest.mark.slow
def test_processes_say_the_same_to_the_bit_and_share_what_they_read(folder):
    begun = []
    for environment in (os.environ, os.environ, {**os.environ, FOLDER_VARIABLE: ""}):
        command = [sys.executable, "-c", ASK, MODEL, PHOTO]
        begun.append(
            subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
    try:
        said = [one.stdout.readline().strip() for one in begun]
        assert len(said[0]) == 64
        assert len(set(said)) == 1
        mapped = [Path(f"/proc/{one.pid}/maps").read_text().count(".weights") for one in begun]
        assert [count > 0 for count in mapped] == [True, True, False]
    finally:
        for one in begun:
            one.communicate("\n", timeout=60)
    (path,) = folder.glob("*.weights")
    held = sv.load_model(MODEL).architecture.parameters * 4
    assert 0.8 * held < path.stat().st_size <= 1.01 * held
