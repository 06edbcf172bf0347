"""A catalogue made by worker processes, or after being killed, is to the last byte the one made here in one go."""

import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

import squeezeviz as sv
from tests.nets import tiny_content

pytest.importorskip("pyarrow", reason="a catalogue takes pyarrow, which is not installed")

# distributed leaves sockets and loops to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

ROOT = Path(__file__).parents[2]
HOW = {"steps": 4, "negative": True}


def files(folder):
    return {name: (Path(folder) / name).read_bytes() for name in ("catalog.parquet", "pictures.zip")}


def test_workers_grow_the_same(tmp_path):
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'squeezeviz[cluster]'")
    (tmp_path / "tiny.onnx").write_bytes(tiny_content())
    model = sv.load_model(tmp_path / "tiny.onnx")
    here = sv.make_catalog(model, tmp_path / "here.catalog", **HOW)
    assert here.layers
    assert here.layers
    there = sv.make_catalog(model, tmp_path / "there.catalog", scheduler="local", workers=2, **HOW)
    assert files(there.path) == files(here.path)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")
def test_killed_it_goes_on_and_comes_to_the_same(tmp_path):
    (tmp_path / "tiny.onnx").write_bytes(tiny_content())
    environment = os.environ | {
        "PYTHONPATH": str(ROOT), "SQUEEZEVIZ_CACHE": str(tmp_path / "cache"), "ORT_DISABLE_TELEMETRY": "1",
    }  # fmt: skip

    def start(output):
        command = [sys.executable, "-m", "squeezeviz", "catalog", "tiny.onnx", "-o", output, "--steps", "40"]
        return subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def kept():
        return {path: path.stat().st_mtime_ns for path in (tmp_path / "cache" / "surveys").glob("*/*.part")}

    process = start("a.catalog")
    while process.poll() is None and len(kept()) < 2:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    before = kept()
    assert not (tmp_path / "a.catalog").exists()
    process = start("a.catalog")
    while process.poll() is None and len(kept()) <= len(before):
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    if process.returncode:  # it was not done before it could be stopped
        assert process.returncode == 130
        assert b"the same command goes on from there" in errors
        after = kept()
        assert {path: after[path] for path in before} == before  # nothing is grown twice
    for output in ("a.catalog", "b.catalog"):
        process = start(output)
        process.communicate()
        assert process.returncode == 0
    assert files(tmp_path / "a.catalog") == files(tmp_path / "b.catalog")
    assert not kept()


@pytest.mark.skipif(find_spec("pandas") is None, reason="pandas is not installed")
def test_tables_are_written_without_loading_pandas(tmp_path):
    """It takes half a second, and pyarrow loads it for every array that it makes of NumPy's or of lists."""
    code = """
import sys, numpy as np
from squeezeviz.dataset.tables import Column, arrow_table, parquet, texts
kinds = "layer", "text", "int16", "float32", "counts", "ints", "floats"
declared = {kind: Column(kind, per_row=2) for kind in kinds} | {"optional": Column("float64", is_optional=True)}
columns = {
    "layer": texts(["conv1"], np.zeros(2, np.int64)), "text": ["ä", ""], "int16": np.arange(2), "float32": [0.5, 1.5],
    "counts": np.arange(4).reshape(2, 2), "ints": [np.arange(2), []], "floats": [[], [2.5]], "optional": [None, 3.0],
}
parquet().write_table(arrow_table(declared, columns), "made.parquet")
assert "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    from pyarrow import parquet

    assert parquet.read_table(tmp_path / "made.parquet").to_pydict() == {
        "layer": ["conv1", "conv1"], "text": ["ä", ""], "int16": [0, 1], "float32": [0.5, 1.5],
        "counts": [[0, 1], [2, 3]], "ints": [[0, 1], []], "floats": [[], [2.5]], "optional": [None, 3.0],
    }  # fmt: skip
