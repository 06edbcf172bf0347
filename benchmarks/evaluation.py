"""Evaluating a folder, against bare ONNX Runtime on batches that lie ready: what reading, preparing and counting add.

The photos are small and stored without compression, so that decoding keeps up: what is measured is what is ours.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

import squeezeviz as sv
from benchmarks.peers import bare_onnxruntime
from benchmarks.timing import Row
from squeezeviz.runtime.loading import load_content
from squeezeviz.runtime.sessions import available_threads

COUNT, BATCH_SIZE = 480, 8


def evaluate_row(rounds: int) -> Row:
    """Milliseconds a photo."""
    model = sv.load_model()
    _, content = load_content("squeezenet1.1-caffe2")
    bare = bare_onnxruntime(content, threads=available_threads())
    how = sv.preset("caffe2").replace(name="as they are", resize="none")
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(COUNT):
            folder = Path(scratch) / str(number % 4)
            folder.mkdir(exist_ok=True)
            Image.fromarray(rng.integers(0, 256, (227, 227, 3), dtype=np.uint8)).save(folder / f"{number}.bmp")
        batch = how([sv.read_image(path) for path in sorted(Path(scratch).rglob("*.bmp"))[:BATCH_SIZE]])

        def ours() -> float:
            start = time.perf_counter()
            sv.evaluate(model, scratch, [how], resume=False)
            return (time.perf_counter() - start) * 1e3 / COUNT

        def theirs() -> float:
            start = time.perf_counter()
            for _ in range(COUNT // BATCH_SIZE):
                bare(batch)
            return (time.perf_counter() - start) * 1e3 / COUNT

        pairs = [(ours(), theirs()) for _ in range(max(3, rounds // 8))]
    mine, peers = zip(*pairs, strict=True)
    ratio = statistics.median(a / b for a, b in pairs)
    name = f"evaluate, a photo of {COUNT} ready to read"
    return Row(name, statistics.median(mine), "ONNX Runtime on batches", statistics.median(peers), ratio, "≤ 1/0.9")
