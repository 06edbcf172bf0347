"""The subcommand ``lab``: JupyterLab on the explorer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from squeezeviz.cli.atlas import AtlasPath, with_atlas
from squeezeviz.cli.catalog import CatalogPath, with_catalog
from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.opening import notebook_or_ours, with_model
from squeezeviz.cli.options import AllowedHosts

__all__ = ["lab"]


@takes_model()
def lab(
    notebook: Annotated[Path | None, typer.Argument(help="A notebook to open; the explorer by default.")] = None,
    model: ModelChoice = USUAL_MODEL,
    port: Annotated[int | None, typer.Option(help="Port on 127.0.0.1; a free one by default.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
    atlas: AtlasPath = None,
    catalog: CatalogPath = None,
    allow_host: AllowedHosts = None,
) -> None:
    """Open JupyterLab on the explorer.

    [dim]Examples:[/]

      squeezeviz lab

      squeezeviz lab my.ipynb --port 8890 --no-browser

      squeezeviz lab --model squeezenet1.1-shapes
    """
    from squeezeviz.serving.server import lab_command, run_server, server_environment  # noqa: PLC0415 - only this subcommand needs it

    command = lab_command(notebook_or_ours(notebook), port=port, browser=browser, allow_hosts=allow_host or ())
    shown = with_catalog(catalog, with_atlas(atlas, with_model(model, server_environment())))
    raise typer.Exit(run_server(command, shown))
