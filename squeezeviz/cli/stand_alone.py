"""The verb ``app``: a notebook as a page of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Annotated

import typer

from squeezeviz.cli.atlas import AtlasPath, with_atlas
from squeezeviz.cli.opening import notebook_or_ours, with_model
from squeezeviz.cli.options import ModelName

__all__ = ["stand_alone"]


def stand_alone(
    notebook: Annotated[Path | None, typer.Argument(help="A notebook to show; the explorer by default.")] = None,
    model: ModelName = None,
    port: Annotated[int | None, typer.Option(help="Port on 127.0.0.1; a free one by default.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
    atlas: AtlasPath = None,
) -> None:
    """Show a notebook as a page of its own, without code, through Voilà.

    [dim]Examples:[/]

      squeezeviz app

      squeezeviz app my.ipynb --port 8870 --no-browser
    """
    from squeezeviz.server import app_command, app_environment  # noqa: PLC0415 - only this verb needs it

    command = app_command(notebook_or_ours(notebook), port=port, browser=browser)
    environment = with_atlas(atlas, with_model(model, app_environment()))
    raise typer.Exit(subprocess.call(command, env=environment))  # noqa: S603 - our own argv
