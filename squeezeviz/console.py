"""What the command line prints: tables on a terminal, and download progress as a bar or as JSON lines."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.panel import Panel
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from squeezeviz.report.streams import write_json
from squeezeviz.report.terminal import Terminal
from squeezeviz.tables import shape_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from rich.progress import TaskID

    from squeezeviz.architecture import Architecture
    from squeezeviz.comparison import Comparison
    from squeezeviz.dataset import Evaluation
    from squeezeviz.gallery import Sample
    from squeezeviz.prediction import Prediction
    from squeezeviz.zoo import DownloadEvent, Fallback

#: Results go to standard output; progress and remarks go to standard error, so that pipes stay clean.
out = Terminal()
remarks = Terminal(is_error=True)

_BAR_CELLS = 24


def print_prediction(prediction: Prediction, k: int, notes: tuple[str, ...]) -> None:
    """Print the top k of one image as bars."""
    how = prediction.preprocessing
    out.say((out.name(prediction.image), "bold"), (f"  {out.name('; '.join(notes))}" if notes else "", "dim"))
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for _ in range(3):
        table.add_column(no_wrap=True)
    table.add_column(justify="right")
    table.add_column(justify="right", style="dim")
    for rank, score in enumerate(prediction.top(k)):
        filled = round(score.probability * _BAR_CELLS)
        bar = out.words(("█" * filled, "white" if rank else "blue"), ("·" * (_BAR_CELLS - filled), "dim"))
        name = out.words((out.name(score.label), "" if rank else "bold"))
        place = out.words((f"{rank + 1}", "dim"))
        table.add_row(place, name, bar, f"{score.probability:.2%}", f"logit {score.logit:.2f}")
    out.print(table)
    if how:
        out.say((f"{out.name(prediction.model_id)} · {out.name(how.name)}: {how.describe()}", "dim"))
    if prediction.caution:
        out.say((prediction.caution, "yellow"))
    out.print()


def print_fallback(fallback: Fallback) -> None:
    """Say, where nobody can miss it and no pipe takes it up, that another model answers than the one wanted."""
    remarks.print(
        Panel(
            Group(*map(remarks.words, fallback.lines)),
            title=remarks.words((fallback.used, "bold"), " stands in"),
            title_align="left",
            border_style="yellow",
            padding=(0, 1),
        )
    )


def print_architecture(name: str, architecture: Architecture) -> None:
    """Print the layer table with its totals."""
    has_room = out.width >= 100  # a plain terminal has 80 characters: six columns fit
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("layer", no_wrap=True)
    for heading in ("output", "parameters", "MACs", "sees px", "stride"):
        table.add_column(heading, justify="right", no_wrap=True)
    if has_room:
        table.add_column("kind", style="dim", no_wrap=True)
    for position, layer in enumerate(architecture):
        sizes = layer.receptive_fields
        following = architecture.layers[position + 1] if position + 1 < len(architecture) else None
        table.add_row(
            out.name(layer.name),
            shape_text(layer.shape).replace(" ", ""),
            f"{layer.parameters:,}" if layer.parameters else "",
            f"{layer.macs / 1e6:.2f} M" if layer.macs else "",
            f"{sizes[0]}–{sizes[-1]}" if len(sizes) > 1 else f"{sizes[0]}",
            f"{layer.stride}",
            *([out.name(layer.kind)] if has_room else []),
            end_section=layer.module is not None and (following is None or following.module != layer.module),
        )
    sizes_in_all = (
        f"  {architecture.gflops:.3f} GFLOPs · {architecture.mparams:.3f} M parameters · "
        f"{architecture.macs / 1e6:.2f} M MACs"
    )
    out.say((out.name(name), "bold"), sizes_in_all, soft_wrap=False)
    shape_in, shape_out = shape_text(architecture.input_shape), shape_text(architecture.output_shape)
    first, last = out.name(architecture.input_name), out.name(architecture.output_name)
    out.say((f"{first} (B × {shape_in}) → {last} (B × {shape_out})", "dim"), soft_wrap=False)
    out.print(table)
    note = (
        "For one image. A multiply-accumulate is two operations; bias additions, ReLUs and the cells of pooling "
        "windows one each. 'sees' is the receptive field, narrowest to widest path."
    )
    out.say((note, "dim"), soft_wrap=False)


def print_samples(samples: tuple[Sample, ...]) -> None:
    """Print the samples, with what is missing and how to get it."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    for heading in ("name", "shows", "credit", "comes with"):
        table.add_column(heading)
    for sample in samples:
        state = (sample.package, "") if sample.is_available else (f"{sample.package}: not installed", "yellow")
        name, credit = out.words((sample.name, "bold")), out.words((sample.credit, "dim"))
        table.add_row(name, sample.title, credit, out.words(state))
    out.print(table)
    missing = sorted({sample.package for sample in samples if not sample.is_available})
    if missing:
        out.print(f"The others come with: pip install {' '.join(missing)}")


def print_comparison(comparison: Comparison, differences: Mapping[str, Mapping[str, float]]) -> None:
    """Print one line a preparation: what it makes the network say, and where that parts from the first."""
    model, reference = out.name(comparison.model.name), out.name(comparison.reference.name)
    whose = f"  as {model} sees it; compared with {reference}"
    out.say((out.name(comparison.image.name), "bold"), (whose, "dim"), soft_wrap=False)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("prepared", no_wrap=True, min_width=14)
    table.add_column("says", no_wrap=True)
    for heading, width in (("p", 6), ("was", 3), ("moved", 5)):
        table.add_column(heading, justify="right", no_wrap=True, min_width=width)
    table.add_column("parts at", no_wrap=True)
    for key in differences:
        table.add_column(f"Δ {out.name(key)}", justify="right", min_width=6)
    for variant in comparison:
        (score, rank), last = comparison.moved(variant.name, 1)[0], variant.drift[-1]
        is_reference = variant is comparison.reference
        table.add_row(
            out.words((out.name(variant.name), "bold" if is_reference else "")),
            out.words((out.name(score.label), "" if rank == 1 else "yellow")),
            f"{score.probability:.1%}",
            "" if is_reference else f"{rank}",
            "" if is_reference or last.relative_l2 is None else f"{last.relative_l2:.2f}",
            out.name(variant.parting.layer) if variant.parting else "",
            *(f"{by_name[variant.name]:+.2f}" for by_name in differences.values()),
        )
    out.print(table)
    note = (
        "was: its rank before. moved: the logits, ‖a − r‖ / ‖r‖. parts at: the first layer whose strongest "
        "channel is another one."
    )
    out.say((note, "dim"), soft_wrap=False)


def print_evaluation(evaluation: Evaluation, published: tuple[float, float] | None) -> None:
    """Print accuracy with its interval, one line a preparation, and how it differs from the first."""
    count = len(evaluation.read)
    rate = f"{count / evaluation.seconds:.0f} photos/s" if evaluation.seconds else ""
    counts = f"  {count:,} photos in {evaluation.seconds:.1f} s, {rate}"
    out.say((out.name(evaluation.model_id), "bold"), (counts, "dim"), soft_wrap=False)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("prepared", no_wrap=True)
    for heading, width in (("top-1 %", 6), ("95 %", 9), ("top-5 %", 6), ("95 %", 9), ("right, wrong", 8), ("p", 6)):
        table.add_column(heading, justify="right", no_wrap=True, min_width=width)
    for result, difference in zip(evaluation.results, [None, *evaluation.differences], strict=True):
        table.add_row(
            out.name(result.preprocessing.name),
            out.words((f"{100 * result.top1:.2f}", "bold")),
            _interval(result.top1_interval),
            f"{100 * result.top5:.2f}",
            _interval(result.top5_interval),
            f"+{difference.gained} −{difference.lost}" if difference else "",
            f"{difference.p_value:.2g}" if difference else "",
        )
    out.print(table)
    if evaluation.differences:
        first = out.name(evaluation.preprocessings[0].name)
        note = f"right, wrong: photos that changed against {first}; p: McNemar's exact test."
        out.say((note, "dim"), soft_wrap=False)
    if published:
        used = evaluation.results[0]
        inside = used.top1_interval[0] <= published[0] <= used.top1_interval[1]
        verdict = "lies within" if inside else "lies outside"
        out.say(
            f"published, on ImageNet's 50,000 validation images: {published[0]:.3%} / {published[1]:.3%}; top-1 "
            f"{verdict} the interval measured here with {out.name(used.preprocessing.name)}: "
            f"{used.preprocessing.describe()}"
        )
    for row in evaluation.unreadable[:10]:
        out.say(("left out: ", "yellow"), out.name(row.error))
    if len(evaluation.unreadable) > 10:
        out.say((f"… and {len(evaluation.unreadable) - 10:,} more that cannot be read", "yellow"))
    if evaluation.left_out:
        out.say((f"left out of the folder: {len(evaluation.left_out):,}", "yellow"))
    for other in evaluation.left_out[:10]:
        out.say("  ", out.name(other.message))
    if len(evaluation.left_out) > 10:
        out.say(f"  … and {len(evaluation.left_out) - 10:,} more; --json lists them")
    for names in evaluation.duplicates[:5]:
        out.say((f"the same photo, counted {len(names)} times: ", "yellow"), ", ".join(map(out.name, names)))
    if len(evaluation.duplicates) > 5:
        out.say((f"… and {len(evaluation.duplicates) - 5:,} more that are there several times", "yellow"))


def _interval(ends: tuple[float, float]) -> str:
    return f"{100 * ends[0]:.1f}–{100 * ends[1]:.1f}"


class CountProgress:
    """A bar with a rate and the time left, on standard error, for work on many things.

    Args:
        things: What is counted.
    """

    def __init__(self, things: str) -> None:
        self.done = self.count = 0
        self._progress = Progress(
            TextColumn("{task.completed:,.0f} of {task.total:,.0f} {task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[rate]}", markup=False),
            TimeRemainingColumn(),
            console=remarks,
            transient=True,
            disable=not remarks.is_terminal,  # a pipe would get empty lines
        )
        self._things = remarks.name(things)
        self._task: TaskID | None = None
        self._start = (0.0, 0)

    def __enter__(self) -> CountProgress:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, done: int, count: int) -> None:
        """Say how many of how many are done."""
        self.done, self.count = done, count
        if self._task is None:
            self._start = (time.perf_counter(), done)
            self._task = self._progress.add_task(self._things, total=count, rate="")
        seconds, before = time.perf_counter() - self._start[0], done - self._start[1]
        rate = f"{before / seconds:.0f}/s" if before and seconds else ""
        self._progress.update(self._task, completed=done, rate=rate)


class JsonProgress:
    """Download events as JSON lines on standard output, for programs."""

    def __enter__(self) -> JsonProgress:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __call__(self, event: DownloadEvent) -> None:
        """Print one event."""
        write_json(event.to_dict())


class BarProgress:
    """Download events as a progress bar and remarks on standard error, for people."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=remarks,
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> BarProgress:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, event: DownloadEvent) -> None:
        """Show one event."""
        name = remarks.name(event.file or "")
        if event.kind == "progress":
            if name not in self._tasks:
                self._tasks[name] = self._progress.add_task(name, total=event.total)
            self._progress.update(self._tasks[name], completed=event.bytes, total=event.total)
        elif event.kind == "source":
            remarks.say((f"trying {remarks.name(event.source)}", "dim"))
        elif event.kind == "failed":
            remarks.say(("not there: ", "yellow"), remarks.name(event.reason))
        elif event.kind in ("verified", "rebuilt"):
            remarks.say(f"{name} ", (event.kind, "green"))
