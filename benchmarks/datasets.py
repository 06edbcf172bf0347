"""Photos a second over a folder of JPEGs: ours against what one would write instead, more workers, and memory.

All decode with Pillow, resize with Pillow, and run the same weights on the same input tensors: that is checked.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

import squeezeviz as sv
from benchmarks.peers import bare_onnxruntime, torch_network
from benchmarks.photos import lay_photos, repeat
from benchmarks.timing import Row
from squeezeviz.dataset import find_photos, survey
from squeezeviz.dataset.scores import Scores
from squeezeviz.runtime.loading import load_content
from squeezeviz.runtime.sessions import available_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from squeezeviz.dataset import Progress

COUNT, BATCH = 240, 32
_FEW, _MANY = 100, 10_000
_HOW = sv.preset("caffe2").replace(name="as Pillow resizes", antialias=True)
_MEAN_BGR = np.array([103.96, 116.78, 123.68], np.float32)


def datasets_rows(rounds: int) -> Iterator[Row]:
    """Photos a second, and megabytes."""
    turns = max(3, rounds // 8)
    model = sv.load_model("squeezenet1.1-caffe2")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "photos"
        lay_photos(folder, COUNT)
        paths = sorted(folder.rglob("*.jpg"))
        if not np.allclose(preprocessed(paths[0]), _HOW(sv.read_image(paths[0])), atol=1e-3):
            raise RuntimeError("the others are given other input tensors than ours")
        yield from _against_peers(model, folder, paths, turns)
        yield _more_threads(model, folder, turns)
        if find_spec("distributed"):
            yield _more_processes(model, folder)
        yield from _memory(folder, Path(scratch))


def preprocessed(path: Path) -> NDArray[np.float32]:
    """What one writes by hand: a JPEG as the published model's input tensor, float32 (1, 3, 227, 227)."""
    squashed = Image.open(path).convert("RGB").resize((256, 256), Image.Resampling.BILINEAR)
    pixels = np.asarray(squashed, np.float32)[14:241, 14:241, ::-1] - _MEAN_BGR
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])


def _against_peers(model: sv.Model, folder: Path, paths: list[Path], turns: int) -> Iterator[Row]:
    _, content = load_content("squeezenet1.1-caffe2")
    bare = bare_onnxruntime(content, threads=available_threads())

    def ours() -> None:
        sv.evaluate(model, folder, _HOW, resume=False)

    def onnxruntime() -> None:
        for path in paths:
            bare(preprocessed(path))

    work: dict[str, Callable[[], None]] = {"": ours, "a loop: Pillow, ONNX Runtime": onnxruntime}
    if find_spec("torch"):
        forward, _ = torch_network(content, threads=available_threads())
        work["PyTorch, DataLoader"] = lambda: _data_loader(paths, forward)
    for run in work.values():
        run()
    rates = [{name: COUNT / _seconds(run) for name, run in work.items()} for _ in range(turns)]
    for peer in list(work)[1:]:
        mine, theirs = (statistics.median(rate[name] for rate in rates) for name in ("", peer))
        ratio = statistics.median(rate[""] / rate[peer] for rate in rates)
        yield Row("evaluate JPEGs, 500 × 375", mine, peer, theirs, ratio, "", "/s")


def _data_loader(paths: list[Path], forward: Callable[[NDArray[np.float32]], Any]) -> None:
    from torch.utils.data import DataLoader, Dataset

    class Photos(Dataset):  # type: ignore[misc]
        def __len__(self) -> int:
            return len(paths)

        def __getitem__(self, at: int) -> NDArray[np.float32]:
            tensor: NDArray[np.float32] = preprocessed(paths[at])[0]
            return tensor

    for batch in DataLoader(Photos(), batch_size=BATCH, num_workers=available_threads()):
        forward(batch.numpy())


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _more_threads(model: sv.Model, folder: Path, turns: int) -> Row:
    def rate(workers: int) -> float:
        return COUNT / _seconds(lambda: sv.evaluate(model, folder, workers=workers, resume=False))

    pairs = [(rate(2), rate(1)) for _ in range(turns)]
    two, one = (statistics.median(values) for values in zip(*pairs, strict=True))
    return Row("evaluate, 2 threads", two, "1 thread", one, statistics.median(a / b for a, b in pairs), "", "/s")


def _more_processes(model: sv.Model, folder: Path) -> Row:
    """Workers as processes; their start is left out, by counting from the first answers to the last."""
    study, photos = Scores((model.preprocessing,)), find_photos(folder, model.labels)

    def rate(workers: int) -> float:
        told: list[tuple[float, int]] = []

        def on_progress(progress: Progress) -> None:
            told.append((time.perf_counter(), progress.done))

        survey(study, model, photos, scheduler="local", workers=workers, resume=False, on_progress=on_progress)
        (begin, before), (end, after) = told[2 * workers], told[-1]  # each has made its session by then
        return (after - before) / (end - begin)

    pairs = [(rate(2), rate(1)) for _ in range(3)]
    two, one = (statistics.median(values) for values in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    return Row("evaluate, 2 Dask workers", two, "1 Dask worker", one, ratio, "", "/s")


_CODE = """
import sys
import squeezeviz as sv
model = sv.load_model("squeezenet1.1-caffe2")
made = sv.evaluate(model, sys.argv[1], resume=False)
assert not made.unreadable
# Of this program alone: the kernel's count for a process (ru_maxrss) begins with that of the one it was forked from.
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(len(made.rows), int(peak) / 1024)
"""


def _memory(folder: Path, scratch: Path) -> Iterator[Row]:
    """Peak resident memory of a process that evaluates few photos, and of one that evaluates many."""
    if not Path("/proc/self/statm").exists():
        return
    peaks = []
    for count in (_FEW, _MANY):
        repeat(folder, scratch / str(count), count)
        done = subprocess.run(
            [sys.executable, "-c", _CODE, str(scratch / str(count))],
            check=True, capture_output=True, text=True, env=dict(os.environ),
        )  # fmt: skip
        told, peak = done.stdout.split()
        if int(told) != count:
            raise RuntimeError(f"{told} of {count} photos were evaluated")
        peaks.append(float(peak))
    yield Row(f"peak memory, {_MANY:,} photos", peaks[1], f"{_FEW} photos", peaks[0], peaks[1] / peaks[0], "flat", "MB")
