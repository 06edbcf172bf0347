"""How far long work is: bars on standard error for people, JSON lines on standard output for programs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from squeezeviz.report.streams import write_json
from squeezeviz.report.terminal.console import remarks

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import TaskID

    from squeezeviz.zoo import DownloadEvent

__all__ = ["BarProgress", "CountProgress", "JsonProgress"]


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
