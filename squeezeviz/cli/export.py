"""The subcommands ``export`` and ``site``: the explorer for where no kernel runs, as one HTML file or as a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.options import PRESET_HELP, preset_option
from squeezeviz.cli.sources import expand_patterns, load, read_preset
from squeezeviz.errors import SqueezeVizError

if TYPE_CHECKING:
    from squeezeviz.standalone.written import Written

__all__ = ["export", "site"]

_MUCH_TO_SEND = 50_000_000  # bytes

_Images = Annotated[
    list[str] | None,
    typer.Argument(metavar="[IMAGE…]", help="Paths, or names of samples.", show_default=False),
]
_Preset = Annotated[str | None, preset_option(f"{PRESET_HELP}; the one the page begins with.")]
_Compared = Annotated[
    list[str] | None,
    typer.Option(
        "--compare",
        metavar="PRESET",
        help="A preset to choose on the page as well; may be given several times; six by default.",
    ),
]
_Layer = Annotated[str | None, typer.Option(metavar="NAME", help="The layer on show.")]
_Half = Annotated[
    bool,
    typer.Option("--half-precision", help="Round weights to half precision: half the bytes; says what that changes."),
]


@takes_model()
def export(
    images: _Images = None,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="The HTML file to write.")] = Path(
        "page.html"
    ),
    empty: Annotated[bool, typer.Option("--empty", help="A page without a photo, to bring photos to.")] = False,
    preprocessing: _Preset = None,
    compared: _Compared = None,
    layer: _Layer = None,
    half_precision: _Half = False,
    model: ModelChoice = USUAL_MODEL,
) -> None:
    """Write the explorer of some photos as one HTML file: every layer, live, without a kernel or a network.

    [dim]Examples:[/]

      squeezeviz export cat.jpg -o cat.html

      squeezeviz export --empty --half-precision -o explorer.html

      squeezeviz export coffee chelsea -o two.html --layer fire9/concat --compare rgb-by-mistake

      squeezeviz export shape-star --model squeezenet1.1-shapes
    """
    from squeezeviz.report.terminal.console import out, remarks  # noqa: PLC0415 - heavy
    from squeezeviz.standalone.export import export_page  # noqa: PLC0415 - heavy

    if bool(images) == empty:
        raise SqueezeVizError(
            "--empty writes a page without a photo: name none with it"
            if empty
            else "expected at least one photo, such as cat.jpg or the sample coffee; or --empty for a page without one"
        )
    path = export_page(_pictures(images), output, **_asked(model, preprocessing, compared, layer, half_precision))
    out.say(f"{out.name(path)}  {path.sent_bytes:,} bytes")
    _say_changes(path)
    if path.sent_bytes > _MUCH_TO_SEND:
        smaller = "fewer photos or presets" if half_precision else "--half-precision, or fewer photos or presets,"
        remarks.say(f"{path.sent_bytes / 1e6:.0f} MB is too large for most mail; {smaller} make it smaller")


@takes_model()
def site(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder: new, empty, or written so before.")],
    images: _Images = None,
    preprocessing: _Preset = None,
    compared: _Compared = None,
    layer: _Layer = None,
    half_precision: _Half = False,
    model: ModelChoice = USUAL_MODEL,
) -> None:
    """Write the explorer as a folder for a static host; with no photo it is an empty page, for photos to be brought to.

    Any server of files will do, under any address. After the first visit it works without the server, too.

    [dim]Examples:[/]

      squeezeviz site public

      squeezeviz site public cat.jpg dog.jpg --half-precision

      python -m http.server --directory public    (to try it, on http://localhost:8000)
    """
    from squeezeviz.report.terminal.console import out, remarks  # noqa: PLC0415 - heavy
    from squeezeviz.standalone.export import export_site  # noqa: PLC0415 - heavy

    path = export_site(_pictures(images), folder, **_asked(model, preprocessing, compared, layer, half_precision))
    out.say(f"{out.name(path)}  a first visit is sent {path.sent_bytes:,} bytes, where the host compresses text")
    _say_changes(path)
    remarks.say("serve it over https: browsers give other pages no camera, and no work without the server")


def _pictures(images: list[str] | None) -> list[Any]:
    from squeezeviz.image import read_image  # noqa: PLC0415 - heavy

    return [read_image(image) for image in expand_patterns(images or [])]


def _asked(
    model: ModelChoice,
    preprocessing: str | None,
    compared: list[str] | None,
    layer: str | None,
    half_precision: bool,
) -> dict[str, Any]:
    """What `export_page` and `export_site` take beside photos and a path."""
    traits = {"compared": compared, "layer": layer}
    return {
        "model": load(model),
        "preprocessing": read_preset(preprocessing) if preprocessing else None,
        "half_precision": half_precision,
        **{trait: value for trait, value in traits.items() if value is not None},
    }


def _say_changes(path: Written) -> None:
    from squeezeviz.report.terminal.console import out  # noqa: PLC0415 - heavy

    if path.half_precision is not None:
        out.say(out.name(path.half_precision.words))
