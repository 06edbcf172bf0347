"""The subcommand ``catalog``: pictures that excite every channel of a model, as a folder and as static pages."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from squeezeviz.cli.delivery import delivered
from squeezeviz.cli.model_choice import ModelChoice, takes_model
from squeezeviz.cli.options import Json
from squeezeviz.cli.sources import load, print_json
from squeezeviz.cli.survey import Fresh, Scheduler, counted, telling
from squeezeviz.errors import DatasetError
from squeezeviz.report.words import bytes_text, time_text

if TYPE_CHECKING:
    from squeezeviz.dataset.catalog import Catalog, CatalogEstimate

__all__ = ["CatalogPath", "catalog", "with_catalog"]

#: The option of the subcommands that open the explorer.
CatalogPath = Annotated[
    Path | None, typer.Option("--catalog", metavar="CATALOG", help="Show the pictures of this catalogue, too.")
]

_Model = Annotated[
    str, typer.Argument(metavar="MODEL", help="A registered name, a folder, or an .onnx file of a model.")
]
_Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="CATALOG", help="The folder to write, such as my.catalog.")
]
_Layers = Annotated[
    str | None,
    typer.Option(metavar="NAME,…", help="Only these layers; by default all that say something of their own."),
]
_Count = Annotated[int, typer.Option(metavar="N", help="Pictures that excite each channel, driven apart.")]
_Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        help="Channels under way at once, one a processor by default; with --scheduler, processes, or workers to wait "
        "for.",
    ),
]
_Pages = Annotated[
    Path | None,
    typer.Option(
        "--html",
        metavar="FOLDER",
        help="Write static pages, too: one a channel, each with a link to the explorer there.",
    ),
]
_Atlas = Annotated[
    Path | None, typer.Option("--atlas", metavar="ATLAS", help="Show each channel's strongest crops on its page.")
]
_TROUBLES_TOLD = 3


@takes_model(_Model)
def catalog(
    model: ModelChoice,
    *,  # what must be given stands behind options here
    output: _Output,
    layers: _Layers = None,
    steps: Annotated[int, typer.Option(metavar="N", help="Steps uphill for each picture.")] = 512,
    seed: Annotated[int, typer.Option(metavar="N", help="Of the noise that every picture begins from.")] = 0,
    size: Annotated[int | None, typer.Option(metavar="PX", help="A picture's shorter side, if another.")] = None,
    count: _Count = 1,
    quality: Annotated[int, typer.Option(min=1, max=95, help="Of the pictures' JPEG files.")] = 88,
    negative: Annotated[bool, typer.Option("--negative", help="One more picture that silences each channel.")] = False,
    scheduler: Scheduler = None,
    workers: _Workers = None,
    fresh: Fresh = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the catalogue that stands there.")] = False,
    html: _Pages = None,
    atlas: _Atlas = None,
    as_json: Json = False,
) -> None:
    """Grow pictures that excite every channel of a model, for the explorer, for Python, and as static pages.

    What it will cost is said first. Stopped with Ctrl-C, the same command goes on from there; of a catalogue that is
    done, it writes the pages. Takes the extra called dataset.

    [dim]Examples:[/]

      squeezeviz catalog my.onnx -o my.catalog

      squeezeviz catalog squeezenet1.1-shapes -o shapes.catalog --layers fire3/concat,conv10 --steps 128 --html pages

      squeezeviz lab --model my.onnx --catalog my.catalog
    """
    from squeezeviz.dataset.atlas import read_atlas  # noqa: PLC0415 - heavy
    from squeezeviz.dataset.catalog import make_catalog  # noqa: PLC0415 - heavy

    if atlas is not None and html is None:
        raise DatasetError("--atlas puts crops on the pages that --html writes; name a folder with --html")
    crops = None if atlas is None else read_atlas(atlas)
    _check_pages(html)
    loaded = load(model)
    names = None if layers is None else [each.strip() for each in layers.split(",") if each.strip()]
    with counted("channels") as bar:
        made = make_catalog(
            loaded, output, layers=names, steps=steps, seed=seed, size=size, count=count, negative=negative,
            quality=quality, scheduler=scheduler, workers=workers, resume=not fresh, overwrite=overwrite,
            on_estimate=_say, on_progress=telling(bar),
        )  # fmt: skip
    first = None
    if html is not None:
        from squeezeviz.standalone.catalog_pages import write_catalog_pages  # noqa: PLC0415 - heavy

        first = write_catalog_pages(made, html, model=loaded, atlas=crops)
    size_bytes = sum(file.stat().st_size for file in output.iterdir() if file.is_file())
    with delivered():
        if as_json:
            print_json({"path": str(output), "bytes": size_bytes, "page": first and str(first), **made.to_dict()})
        else:
            _show(made, output, size_bytes, first)


def with_catalog(path: Path | None, environment: dict[str, str]) -> dict[str, str]:
    """Return an environment in which explorers show a catalogue, once it is known to be one.

    Raises:
        DatasetError: It is none.
    """
    if path is None:
        return environment
    from squeezeviz.dataset.catalog import read_catalog  # noqa: PLC0415 - heavy

    read_catalog(path)
    return {**environment, "SQUEEZEVIZ_CATALOG": str(path.expanduser().resolve())}  # a kernel runs in another folder


def _check_pages(html: Path | None) -> None:
    """Let pass a folder that pages can be written to, before the long work begins.

    Raises:
        SqueezeVizError: It holds something else.
    """
    from squeezeviz.standalone.folder import check_folder  # noqa: PLC0415 - heavy

    if html is not None:
        check_folder(html.expanduser())


def _say(expected: CatalogEstimate) -> None:
    """Say what it will cost, on standard error."""
    from squeezeviz.report.terminal.console import remarks  # noqa: PLC0415 - heavy

    if math.isnan(expected.seconds):
        remarks.say(f"{expected.channels:,} channels; no picture could be tried, so it is not known what they take")
        return
    room = f"about {bytes_text(round(expected.content_bytes))} on disk"
    remarks.say(f"{expected.channels:,} channels: about {time_text(expected.seconds)} on this machine, {room}")


def _show(made: Catalog, output: Path, size: int, first: Path | None) -> None:
    from squeezeviz.report.terminal.console import out, remarks  # noqa: PLC0415 - heavy

    channels = sum(map(made.channels, made.layers))
    out.say((out.name(output), "bold"), f"  {bytes_text(size)}")
    out.say(f"{made.pictures:,} pictures of {channels:,} channels in {len(made.layers)} layers")
    count, told = made.about["troubles_in_all"], made.about["troubles"][:_TROUBLES_TOLD]
    if count:
        remarks.say((f"{count:,} channels have no picture", "yellow"))
        for trouble in told:
            remarks.say(f"  {remarks.name(trouble['name'])}: {remarks.name(trouble['message'])}")
        if count > len(told):
            remarks.say("  … catalog.json lists them")
    if first is not None:
        out.say(out.name(first))
    out.say((f"squeezeviz lab --catalog {out.name(output)}", "dim"))
