"""Options that several subcommands take, so that each is called the same everywhere."""

from __future__ import annotations

from typing import Annotated, Any

import typer

__all__ = ["PRESET_HELP", "AllowedHosts", "Json", "Labels", "Presets", "preset_option"]

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs; what is infinite or no number is null.")]
Labels = Annotated[
    str | None,
    typer.Option(
        "--labels",
        metavar="FILE",
        help="Lines of 'file label', or a table; by default labels.tsv or the like in FOLDER.",
    ),
]
AllowedHosts = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-host",
        metavar="NAME",
        help="A name, beside localhost, by which the server may be asked: a proxy's. May be given several times.",
    ),
]

PRESET_HELP = "A preset, such as caffe2-aspect, or a JSON file that describes one"
Presets = Annotated[
    list[str] | None,
    typer.Option("--preprocessing", "-p", metavar="PRESET|FILE", help=f"{PRESET_HELP}; may be given several times."),
]


def preset_option(says: str) -> Any:  # noqa: ANN401 - as of typer.Option
    """Return what goes into ``Annotated[str | None, …]`` where a subcommand takes one preset.

    Args:
        says: Its help.
    """
    return typer.Option("--preprocessing", "-p", metavar="PRESET|FILE", help=says)
