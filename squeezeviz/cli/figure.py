"""The subcommand ``figure``: any view of the explorer as a file, for papers and slides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from squeezeviz.cli.delivery import check_figure
from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.options import preset_option
from squeezeviz.cli.sources import load, print_json, read_preset
from squeezeviz.errors import FigureError, did_you_mean

if TYPE_CHECKING:
    from squeezeviz.figures import Sheet
    from squeezeviz.runtime.model import Model

__all__ = ["figure", "form_of", "write_figure"]

_TWO_MODELS = "two-models"

_View = Annotated[
    str,
    typer.Option(
        "--view",
        "-v",
        help="explorer, photo, prediction, network, maps, channel, kernels, drift, arithmetic or two-models.",
    ),
]
_Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="FILE", help="What to write: .svg, .pdf or .png (300 dpi).")
]
_Channel = Annotated[int | None, typer.Option(min=0, help="Its channel; by default the one with the largest mean.")]
_Cell = Annotated[tuple[int, int] | None, typer.Option(metavar="Y X", help="Its cell; by default the strongest.")]
_Classes = Annotated[
    list[str] | None,
    typer.Option(
        "--class",
        "-c",
        metavar="CLASS",
        help="Show this class beside the top 5, or, in the view photo, its map over the photo.",
    ),
]
_Compared = Annotated[
    list[str] | None,
    typer.Option("--compared", metavar="PRESET|FILE", help="In the view drift; may be given several times."),
]
_Second = Annotated[
    str | None,
    typer.Option("--second", metavar="NAME|FILE", help="In the view two-models: the model that is compared."),
]
_Scale = Annotated[str, typer.Option(help="Full colour is the maximum of each channel, or of the layer.")]
_Width = Annotated[float, typer.Option(help="Width in millimetres; 86 is one column of a journal.")]
_Caption = Annotated[bool, typer.Option("--caption/--no-caption", help="Write it under the figure.")]
_Preset = Annotated[str | None, preset_option("How the photo is preprocessed; by default the model's.")]
_Json = Annotated[bool, typer.Option("--json", help="Print path, caption and size as JSON.")]


@takes_model()
def figure(
    image: Annotated[str, typer.Argument(metavar="IMAGE", help="A path, or the name of a sample.")],
    output: _Output,
    view: _View = "explorer",
    layer: Annotated[str | None, typer.Option(metavar="LAYER", help="Its published name.")] = None,
    channel: _Channel = None,
    cell: _Cell = None,
    classes: _Classes = None,
    compared: _Compared = None,
    second: _Second = None,
    scale: _Scale = "channel",
    palette: Annotated[str, typer.Option(help="ember, viridis or magma.")] = "ember",
    theme: Annotated[str, typer.Option(help="light for paper, dark for slides.")] = "light",
    width_mm: _Width = 178.0,
    caption: _Caption = True,
    preprocessing: _Preset = None,
    model: ModelChoice = USUAL_MODEL,
    as_json: _Json = False,
) -> None:
    """Draw any view of the explorer for a paper or a slide.

    [dim]Examples:[/]

      squeezeviz figure cat.jpg -o cat.pdf

      squeezeviz figure cat.jpg -o maps.svg --view maps --layer fire9/concat --width-mm 86

      squeezeviz figure cat.jpg -o sees.png --view photo --layer fire5/concat --channel 142 --theme dark

      squeezeviz figure cat.jpg -o two.pdf --view two-models --model a.onnx --second b.onnx

      squeezeviz figure cat.jpg -o why.svg --view arithmetic --layer conv10 --channel 282 --json | jq -r .caption
    """
    form = form_of(output)
    from squeezeviz.figures import of_view  # noqa: PLC0415 - heavy

    _check_view(view, second)
    loaded = load(model)
    chosen: dict[str, Any] = {
        "layer": layer, "channel": channel, "cell": cell, "scale": scale, "palette": palette, "theme": theme,
        "width_mm": width_mm, "caption": caption, "compared": [read_preset(text) for text in compared or []],
    }  # fmt: skip
    if classes:
        first, *others = [loaded.labels[key].class_index for key in classes]
        chosen |= {"class_index": first, "pinned": others}
    chosen_preset = read_preset(preprocessing) if preprocessing else None
    if second is not None:
        loaded = loaded.told(preprocessing=chosen_preset) if chosen_preset else loaded
        drawn = _two_models(loaded, load(ModelChoice(second)), image, theme=theme, width_mm=width_mm, caption=caption)
    else:
        drawn = of_view(view, model=loaded, image=image, preprocessing=chosen_preset, selection=chosen)
    write_figure(drawn, form, output)
    _tell(drawn, view, output, as_json=as_json)


def _check_view(view: str, second: str | None) -> None:
    from squeezeviz.figures import VIEWS  # noqa: PLC0415 - heavy

    views = (*VIEWS, _TWO_MODELS)
    if view not in views:
        raise FigureError(f"no view is called {view!r}; there are {', '.join(views)}.{did_you_mean(view, views)}")
    if (view == _TWO_MODELS) != (second is not None):
        raise FigureError("--second names the model that the view two-models compares: give both, or neither")


def _two_models(a: Model, b: Model, image: str, **look: Any) -> Sheet:  # noqa: ANN401 - theme, width and caption
    from squeezeviz.evidence.model_comparison import compare_on_photo  # noqa: PLC0415 - heavy
    from squeezeviz.figures import model_comparison  # noqa: PLC0415 - heavy

    return model_comparison(compare_on_photo(a, b, image), **look)


def _tell(drawn: Sheet, view: str, output: Path, *, as_json: bool) -> None:
    """Say what was written."""
    size = {"width_mm": round(drawn.width_mm, 2), "height_mm": round(drawn.height_mm, 2)}
    if as_json:
        print_json({"path": str(output), "view": view, "caption": drawn.caption, **size})
        return
    from squeezeviz.report.terminal.console import out  # noqa: PLC0415 - heavy

    out.say(f"{out.name(output)}  {size['width_mm']:.0f} × {size['height_mm']:.0f} mm")
    out.say(drawn.caption)


def form_of(output: Path) -> Any:  # noqa: ANN401 - a Format, whose module loads Matplotlib
    """Return the format that a file's name asks for.

    Raises:
        FigureError: It asks for none that figures are written in, or no file can be written there.
    """
    form = output.suffix.removeprefix(".").lower()
    if form not in ("svg", "png", "pdf"):
        raise FigureError(f"{output}: figures are written as .svg, .pdf or .png; the name ends in {output.suffix!r}")
    check_figure(output)
    return form


def write_figure(drawn: Sheet, form: Any, output: Path) -> None:  # noqa: ANN401 - as above
    """Write a figure, whole or not at all.

    Raises:
        FigureError: It cannot be written.
    """
    from squeezeviz.figures import as_bytes  # noqa: PLC0415 - heavy
    from squeezeviz.files import write_whole  # noqa: PLC0415 - heavy

    try:
        write_whole(output, as_bytes(drawn, form))
    except OSError as exc:
        raise FigureError(f"{output}: cannot be written ({exc.strerror or exc})") from exc
