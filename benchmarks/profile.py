"""What `sv.profile` says of layers against bare ONNX Runtime, in one run: its rows come to what a run takes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import squeezeviz as sv
from benchmarks.timing import Row
from squeezeviz.runtime.sessions import available_threads

if TYPE_CHECKING:
    from collections.abc import Iterator

_CALIBRATION = ("shape-star", "shape-circle", "shape-ring", "shape-cross")


def profile_rows(rounds: int) -> Iterator[Row]:
    """The rows of a profile, added up in each watched run, against the same network without the profiler.

    Args:
        rounds: Blocks of five runs, in turn with and without.
    """
    with tempfile.TemporaryDirectory() as folder:
        models = {"the published model": sv.load_model("squeezenet1.1-caffe2"), "in INT8": _int8(Path(folder))}
        for name, model in models.items():
            for threads in sorted({1, available_threads()}):
                made = sv.profile(model, threads=threads, runs=5 * rounds, compare=False)
                what = f"all layers, {name}, {threads} thread{'s' if threads > 1 else ''}"
                peer = "a bare run of ONNX Runtime"
                yield Row(what, made.watched.median, peer, made.run.median, made.agreement, "0.9 to 1.1")


def _int8(folder: Path) -> sv.Model:
    from PIL import Image

    photos = folder / "photos"
    photos.mkdir()
    for name in _CALIBRATION:
        Image.fromarray(sv.read_image(name).pixels).save(photos / f"{name}.png")
    return sv.load_model(sv.quantize(sv.load_model("squeezenet1.1-caffe2"), photos, folder / "int8.onnx").path)
