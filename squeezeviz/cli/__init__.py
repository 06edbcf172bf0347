"""The command line: one subcommand a task, a file each.

Errors take one line and exit with 2; ``--debug`` shows the traceback. A subcommand is a function whose parameters Typer
reads; what is heavy it imports when it runs, so that help is quick.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Annotated

import typer

from squeezeviz.cli import (
    activations,
    atlas,
    catalog,
    compare,
    compare_models,
    convert,
    differentiate,
    docs,
    doctor,
    download,
    evaluate,
    explain,
    export,
    figure,
    info,
    lab,
    precision,
    predict,
    profile,
    quantize,
    samples,
    stand_alone,
    visualize,
)
from squeezeviz.cli.sources import complain
from squeezeviz.errors import SqueezeVizError
from squeezeviz.report.streams import ready_streams
from squeezeviz.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["app", "main"]

app = typer.Typer(
    name="squeezeviz",
    help="Look inside SqueezeNet 1.1: what it says of a photo, and what every layer saw on the way.",
    epilog="Begin with:  squeezeviz lab      or, without a browser:  squeezeviz predict coffee",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(*, asked: bool) -> None:
    if asked:
        sys.stdout.write(f"squeezeviz {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version.", callback=lambda asked: _version(asked=asked), is_eager=True
        ),
    ] = False,
) -> None:
    """Hold the options that come before the subcommand; `main` reads ``--debug`` itself."""
    del debug, version


# In the order of the help.
app.command()(lab.lab)
app.command(name="app")(stand_alone.stand_alone)
app.command()(predict.predict)
app.command()(compare.compare)
app.command()(compare_models.compare_models)
app.command()(evaluate.evaluate)
app.command()(doctor.doctor)
app.command()(info.info)
app.command()(download.download)
app.command()(convert.convert)
app.command()(differentiate.differentiate)
app.command()(quantize.quantize)
app.command()(profile.profile)
app.command()(precision.precision)
app.command()(export.export)
app.command()(export.site)
app.command()(samples.samples)
app.command()(docs.docs)
app.command()(figure.figure)
app.command()(atlas.atlas)
app.command()(activations.activations)
app.command()(catalog.catalog)
app.command()(visualize.visualize)
app.add_typer(explain.app, name="explain")


@cache
def _command() -> Callable[..., object]:
    """Return what Typer makes of every subcommand's parameters: that takes longer than most subcommands."""
    return typer.main.get_command(app)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; an error raised on purpose takes one line on standard error and exits with 2."""
    ready_streams()
    given = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in given
    given = [argument for argument in given if argument != "--debug"]
    try:
        _command()(args=given, prog_name="squeezeviz", obj=debug)
    except (SqueezeVizError, OSError) as exc:  # OSError: of a path to write to; what is read is mapped where it is read
        if debug:
            raise
        complain(exc if isinstance(exc, SqueezeVizError) else _of_a_path(exc))
        raise SystemExit(2) from None


def _of_a_path(exc: OSError) -> SqueezeVizError:
    return SqueezeVizError(f"{exc.filename or 'a file'}: {exc.strerror or exc}")
