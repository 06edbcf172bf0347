"""The subcommand ``export``: the explorer as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.options import PRESET_HELP, preset_option
from squeezeviz.cli.sources import expand_patterns, load, read_preset

__all__ = ["export"]

_MUCH_TO_SEND = 50_000_000  # bytes


@takes_model()
def export(
    images: Annotated[
        list[str], typer.Argument(metavar="IMAGE…", help="Paths, or names of samples.", show_default=False)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="The HTML file to write.")] = Path(
        "page.html"
    ),
    preprocessing: Annotated[str | None, preset_option(f"{PRESET_HELP}; the one the page begins with.")] = None,
    compared: Annotated[
        list[str] | None,
        typer.Option(
            "--compare",
            metavar="PRESET",
            help="A preset to choose on the page as well; may be given several times; six by default.",
        ),
    ] = None,
    layer: Annotated[str | None, typer.Option(metavar="NAME", help="The layer on show.")] = None,
    model: ModelChoice = USUAL_MODEL,
) -> None:
    """Write the explorer of some photos as one HTML file: every layer, live, without a kernel or a network.

    [dim]Examples:[/]

      squeezeviz export cat.jpg -o cat.html

      squeezeviz export coffee chelsea -o two.html --layer fire9/concat --compare rgb-by-mistake

      squeezeviz export shape-star --model squeezenet1.1-shapes
    """
    from squeezeviz.image import read_image  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.console import out, remarks  # noqa: PLC0415 - heavy
    from squeezeviz.standalone.export import export_page  # noqa: PLC0415 - heavy

    pictures = [read_image(image) for image in expand_patterns(images)]
    loaded = load(model)
    asked = {"compared": compared, "layer": layer}
    chosen = {trait: value for trait, value in asked.items() if value is not None}
    how = read_preset(preprocessing) if preprocessing else None
    path = export_page(pictures, output, model=loaded, preprocessing=how, **chosen)
    size = path.stat().st_size
    out.say(f"{out.name(path)}  {size:,} bytes")
    if size > _MUCH_TO_SEND:
        remarks.say(f"{size / 1e6:.0f} MB is too large for most mail; fewer photos or presets make it smaller")
