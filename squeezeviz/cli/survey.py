"""What subcommands over data sets share: who does the work, how far it is, and what Ctrl-C leaves."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from squeezeviz.dataset.survey import Progress
    from squeezeviz.report.terminal.progress import CountProgress

__all__ = ["Fresh", "Scheduler", "Workers", "counted", "telling"]

Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="local|ADDRESS",
        help="Who does the work: processes of this machine, or a Dask scheduler such as tcp://host:8786 "
        "(extra cluster); by default this process.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        help="Photos under way at once, one a processor by default; with --scheduler, processes, or workers to await.",
    ),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Begin anew, whatever an earlier run has left.")]


@contextmanager
def counted(things: str, *, goes_on: bool = True) -> Generator[CountProgress]:
    """Show how far long work is; stopped with Ctrl-C, say in one line whether it can go on, and exit with 130.

    Args:
        things: What is counted, in words.
        goes_on: Whether what is done is kept, as a survey's is.
    """
    from squeezeviz.report.terminal.console import remarks  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.progress import CountProgress  # noqa: PLC0415 - heavy

    with CountProgress(things) as bar:
        try:
            yield bar
        except KeyboardInterrupt:
            then = "the same command goes on from there" if goes_on else "nothing is written"
            remarks.say(f"stopped after {bar.done:,} of {bar.count:,}; {then}")
            raise typer.Exit(130) from None


def telling(bar: CountProgress) -> Callable[[Progress], None]:
    """Return what `survey` calls to move a bar."""
    return lambda progress: bar(progress.done, progress.all)
