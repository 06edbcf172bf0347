"""The subcommand ``docs``: the documentation of this very version, from disk."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from squeezeviz.errors import SqueezeVizError, spoken
from squeezeviz.resources import CHECKOUT, PACKAGE
from squeezeviz.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["docs"]


def docs(
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
) -> None:
    """Open the documentation of this version, from disk: it takes no network, and its explorer is live.

    [dim]Examples:[/]

      squeezeviz docs

      squeezeviz docs --no-browser
    """
    import webbrowser  # noqa: PLC0415 - only this subcommand needs it

    page = _first_page()
    sys.stdout.write(f"{page}\n")
    if browser and not webbrowser.open(page.as_uri()):
        raise SqueezeVizError(f"no browser could be opened; open {spoken(str(page))} with one")


def _first_page() -> Path:
    """Where a wheel carries it, or a checkout has it built."""
    places = (PACKAGE / "_shipped" / "docs", CHECKOUT / "artifacts" / "docs" / __version__)
    for folder in places:
        if (folder / "index.html").is_file():
            return folder / "index.html"
    raise SqueezeVizError(
        f"the documentation of {__version__} is not here: expected {spoken(str(places[1]))}. In a checkout, make docs "
        "builds it; released packages carry it"
    )
