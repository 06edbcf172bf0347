"""On paper: what a data set as large as ImageNet takes on 1, 16 and 256 cores, from costs measured here and now.

`python -m benchmarks --only scale`, or `python -m benchmarks.scale --help` for other assumptions. Costs are processor time
of one core of this machine, so that others who keep it busy count for little. The sum assumes that chunks are shared out
without gaps, that a disk or store and a network are shared by all cores, and that whoever asked merges every answer alone.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.table import Table

import squeezeviz as sv
from benchmarks.photos import lay_photos
from benchmarks.timing import Row
from squeezeviz.dataset import find_photos, survey
from squeezeviz.dataset.scores import Scores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from squeezeviz.dataset.study import PhotoStudy

CORES = (1, 16, 256)
LAYER = "fire9/concat"  # what `activations` stores here: one layer, as people do
_FEW, _MANY = 16, 64  # the difference leaves out what a command costs besides photos


@dataclass(frozen=True)
class Assumptions:
    """What is not measured.

    Attributes:
        photos: How many.
        photo_kb: Mean size of one, to be read.
        disk_mbs: What the shared disk or store reads or writes, MB/s.
        network_gbits: What the network carries to the workers together, and to whoever asked, Gbit/s.
        chunk: Photos whose answers travel as one.
    """

    photos: int = 1_281_167
    photo_kb: float = 110.0
    disk_mbs: float = 500.0
    network_gbits: float = 10.0
    chunk: int = 640


@dataclass(frozen=True)
class Command:
    """What one command costs a photo.

    Attributes:
        name: Of the command.
        core_s: Seconds of one core, everything included.
        merge_s: Seconds of whoever asked, alone.
        answer_bytes: That travel to whoever asked.
        stored_bytes: That workers write to the shared disk.
    """

    name: str
    core_s: float
    merge_s: float = 0.0
    answer_bytes: float = 0.0
    stored_bytes: float = 0.0

    def seconds(self, cores: int, given: Assumptions) -> dict[str, float]:
        """Return how long each part takes by itself: the longest is the limit."""
        network = given.network_gbits * 1e9 / 8
        per_photo = {
            "CPU": self.core_s / cores,
            "disk": (given.photo_kb * 1e3 + self.stored_bytes) / (given.disk_mbs * 1e6),
            "network": (given.photo_kb * 1e3 + self.stored_bytes + self.answer_bytes) / network,
            "merging": self.merge_s,
        }
        return {name: given.photos * seconds for name, seconds in per_photo.items()}


@dataclass
class Measured:
    """What was measured.

    Attributes:
        stages: Milliseconds a photo by stage, each by itself, on one core.
        commands: What each command costs.
    """

    stages: dict[str, float] = field(default_factory=dict)
    commands: list[Command] = field(default_factory=list)


def scale_rows(given: Assumptions | None = None) -> Iterator[Row]:
    """Print the tables, and yield a row a stage: what it costs against running the network."""
    given = given or Assumptions()
    with tempfile.TemporaryDirectory() as scratch:
        measured = _measure(Path(scratch), given)
    show(measured, given)
    run = measured.stages["run"]
    for name, ms in measured.stages.items():
        yield Row(f"{name}, a photo on one core", ms, "run", run, ms / run)


def _measure(scratch: Path, given: Assumptions) -> Measured:
    made = Measured()
    model = sv.load_model("squeezenet1.1-caffe2", threads=1)
    for count in (_FEW, _MANY):
        lay_photos(scratch / str(count), count)
    paths = sorted((scratch / str(_MANY)).rglob("*.jpg"))
    made.stages = _stages(model, paths)
    made.commands.append(
        _surveyed("evaluate", Scores((model.preprocessing,)), model, scratch, paths=paths, given=given)
    )
    if find_spec("squeezeviz.dataset.atlas"):
        # Its first pass: the second reads no more photos than channels have strongest cells, however many there are.
        study = importlib.import_module("squeezeviz.dataset.atlas.study").AtlasStudy.of(model)
        made.commands.append(_surveyed("atlas", study, model, scratch, paths=paths, given=given))
    if find_spec("squeezeviz.dataset.stored"):
        made.commands.append(_activations(model, scratch))
    return made


def _stages(model: sv.Model, paths: list[Path]) -> dict[str, float]:
    """Return milliseconds a photo, medians."""
    how = model.preprocessing
    contents = [path.read_bytes() for path in paths]
    images = [sv.read_image(content) for content in contents]
    tensor = how(images[0])
    values = np.ascontiguousarray(model.activations_of_tensor(tensor, LAYER)[LAYER])
    names = [layer.name for layer in model.architecture]
    target = paths[0].with_suffix(".stored")
    work: dict[str, Callable[[int], object]] = {
        "read": lambda at: paths[at].read_bytes(),
        "decode": lambda at: sv.read_image(contents[at]),
        "preprocess": lambda at: how(images[at], out=tensor),
        "run": lambda _: model.answers(tensor, how, threads=1),
        "run, all activations": lambda at: model.observe(images[at], how, names, threads=1),
        f"store {LAYER} ({values.nbytes / 1e3:.0f} kB)": lambda _: target.write_bytes(values.tobytes()),
    }
    measured = {name: _median_ms(each, len(paths)) for name, each in work.items()}
    measured["run, all activations"] -= measured["preprocess"]
    return measured | {"transfer, as from a worker": _transfer_ms(values.tobytes())}


def _median_ms(work: Callable[[int], object], count: int) -> float:
    work(0)
    times = []
    for at in range(count):
        start = time.process_time()
        work(at)
        times.append((time.process_time() - start) * 1e3)
    return statistics.median(times)


def _transfer_ms(content: bytes, times: int = 100) -> float:
    """Return what it takes to get one layer of one photo from another process."""
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
    process = context.Process(target=_echo, args=(there, content))
    process.start()
    here.recv_bytes()
    took = []
    for _ in range(times):
        start = time.perf_counter()
        here.send_bytes(b"more")
        here.recv_bytes()
        took.append((time.perf_counter() - start) * 1e3)
    here.send_bytes(b"")
    process.join()
    return statistics.median(took)


def _echo(there: Connection, content: bytes) -> None:
    there.send_bytes(content)
    while there.recv_bytes():
        there.send_bytes(content)


def _per_photo(scratch: Path, command: Callable[[Path], object]) -> float:
    """Return seconds of one core a photo of a whole command, its beginning and end left out."""
    command(scratch / str(_FEW))
    took = {}
    for count in (_FEW, _MANY):
        rounds = []
        for _ in range(3):
            start = time.process_time()
            command(scratch / str(count))
            rounds.append(time.process_time() - start)
        took[count] = statistics.median(rounds)
    return (took[_MANY] - took[_FEW]) / (_MANY - _FEW)


def _surveyed(
    name: str, study: PhotoStudy[Any], model: sv.Model, scratch: Path, *, paths: list[Path], given: Assumptions
) -> Command:
    """Measure a survey: its photos, what packing a chunk's answer takes, and what merging that takes who asked."""

    def whole(folder: Path) -> None:
        survey(study, model, find_photos(folder, model.labels), workers=1, batch=given.chunk, resume=False)

    part = study.empty()
    images = [sv.read_image(path) for path in paths[:_FEW]]
    for number in range(given.chunk):
        seen = study.look(model, images[number % _FEW], f"n01440764/n01440764_{number:06}.JPEG", number % 4)
        part = study.merge(part, seen)
    content = study.dump(part)
    merged = study.merge(study.empty(), study.load(content))
    pack_ms = _median_ms(lambda _: study.dump(part), 5)
    merge_ms = _median_ms(lambda _: study.merge(merged, study.load(content)), 5)
    core_s = _per_photo(scratch, whole) + pack_ms / 1e3 / given.chunk
    return Command(name, core_s, merge_ms / 1e3 / given.chunk, len(content) / given.chunk)


def _activations(model: sv.Model, scratch: Path) -> Command:
    stored = importlib.import_module("squeezeviz.dataset.stored")
    sizes = []

    def whole(folder: Path) -> None:
        made = stored.store_activations(model, folder, scratch / "made.zarr", LAYER, workers=1, overwrite=True)
        sizes.append(made.stored_bytes / made.photos)

    return Command(f"activations of {LAYER}", _per_photo(scratch, whole), stored_bytes=statistics.median(sizes))


def show(measured: Measured, given: Assumptions) -> None:
    """Print what was measured, and what follows."""
    console = Console()
    table = Table(title="a photo, measured here", title_justify="left")
    table.add_column("stage")
    table.add_column("ms of a core", justify="right")
    for name, ms in measured.stages.items():
        table.add_row(name, f"{ms:.2f}")
    console.print(table)
    table = Table(
        title=f"{given.photos:,} photos of {given.photo_kb:.0f} kB; disk {given.disk_mbs:.0f} MB/s, network "
        f"{given.network_gbits:.0f} Gbit/s, both shared by all cores",
        title_justify="left",
    )
    table.add_column("command")
    for heading in ("ms of a core", "sent, kB", *(f"{cores} core{'s' * (cores > 1)}" for cores in CORES)):
        table.add_column(heading, justify="right")
    for command in measured.commands:
        cells = []
        for cores in CORES:
            parts = command.seconds(cores, given)
            limit = max(parts, key=lambda name: parts[name])
            cells.append(f"{_spoken(parts[limit])}\n{limit}")
        size = f"{(command.answer_bytes + command.stored_bytes) / 1e3:.2f}"
        table.add_row(command.name, f"{command.core_s * 1e3:.1f}", size, *cells)
    console.print(table)


def _spoken(seconds: float) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    usual = Assumptions()
    parser.add_argument("--photos", type=int, default=usual.photos)
    parser.add_argument("--photo-kb", type=float, default=usual.photo_kb)
    parser.add_argument("--disk-mbs", type=float, default=usual.disk_mbs)
    parser.add_argument("--network-gbits", type=float, default=usual.network_gbits)
    parser.add_argument("--chunk", type=int, default=usual.chunk)
    list(scale_rows(Assumptions(**vars(parser.parse_args()))))


if __name__ == "__main__":
    main()
