"""The subcommand ``profile``: what each layer costs on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.options import Json
from squeezeviz.cli.sources import load, print_json

__all__ = ["profile"]

_Name = Annotated[
    str | None,
    typer.Argument(metavar="[NAME|PATH]", help="A registered name, a folder, or an .onnx file; chosen as by predict."),
]
_Roofline = Annotated[
    Path | None,
    typer.Option(
        "--roofline",
        metavar="FILE",
        help="Also draw the layers under this machine's roofline, as .svg, .pdf or .png.",
    ),
]


@takes_model(_Name)
def profile(
    model: ModelChoice = USUAL_MODEL,
    threads: Annotated[
        int | None, typer.Option(metavar="N", help="Threads of a run; as many as there are processors by default.")
    ] = None,
    batch: Annotated[int, typer.Option(metavar="N", help="Images at once.")] = 1,
    runs: Annotated[int, typer.Option(metavar="N", help="Runs that the profiler watches.")] = 30,
    compare: Annotated[
        bool, typer.Option("--compare/--no-compare", help="Whether to try other numbers of threads and images at once.")
    ] = True,
    roofline: _Roofline = None,
    as_json: Json = False,
) -> None:
    """Measure how long each layer takes, what it computes and moves, and what this machine could do.

    By ONNX Runtime's own profiler. What it fuses is one row, under the layers' published names.

    [dim]Examples:[/]

      squeezeviz profile

      squeezeviz profile int8.onnx --threads 1 --roofline roofline.svg

      squeezeviz profile my.onnx --json | jq '.layers | sort_by(-.median_ms) | .[:5]'
    """
    from squeezeviz.cli.figure import form_of, write_figure  # noqa: PLC0415 - heavy
    from squeezeviz.profiling.profile import profile as measure  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.progress import CountProgress  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    form = form_of(roofline) if roofline else None
    loaded = load(model, says_assumed=False)
    with CountProgress("parts") as progress:
        made = measure(loaded, threads=threads, batch=batch, runs=runs, compare=compare, on_progress=progress)
    if roofline:
        from squeezeviz.figures import roofline as drawn  # noqa: PLC0415 - heavy

        write_figure(drawn(made), form, roofline)
    if as_json:
        print_json(made.to_dict())
    else:
        show(made)
