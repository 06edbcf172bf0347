"""The subcommand ``app``: a notebook as a page of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from squeezeviz.cli.atlas import AtlasPath, with_atlas
from squeezeviz.cli.catalog import CatalogPath, with_catalog
from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.opening import notebook_or_ours, with_model
from squeezeviz.cli.options import AllowedHosts
from squeezeviz.serving.server import IDLE_MINUTES, VISITORS, app_command, run_server, server_environment

__all__ = ["stand_alone"]


@takes_model()
def stand_alone(
    notebook: Annotated[Path | None, typer.Argument(help="A notebook to show; the explorer by default.")] = None,
    model: ModelChoice = USUAL_MODEL,
    port: Annotated[int | None, typer.Option(help="Port on 127.0.0.1; a free one by default.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
    atlas: AtlasPath = None,
    catalog: CatalogPath = None,
    allow_host: AllowedHosts = None,
    visitors: Annotated[
        int, typer.Option(min=1, help="Most pages open at a time; each takes 150 to 220 MB of memory.")
    ] = VISITORS,
    idle: Annotated[
        int, typer.Option(min=1, help="Minutes after which a page that is open, but not used, gives its place away.")
    ] = IDLE_MINUTES,
) -> None:
    """Show a notebook as a page of its own, without code, through Voilà.

    [dim]Examples:[/]

      squeezeviz app

      squeezeviz app my.ipynb --port 8870 --no-browser

      squeezeviz app --visitors 40 --idle 60 --allow-host class.example.org
    """
    command = app_command(
        notebook_or_ours(notebook),
        port=port,
        browser=browser,
        allow_hosts=allow_host or (),
        visitors=visitors,
        idle_minutes=idle,
    )
    shown = with_catalog(catalog, with_atlas(atlas, with_model(model, server_environment())))
    raise typer.Exit(run_server(command, shown))
