"""The subcommand ``precision``: what each layer loses in a lower precision."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from squeezeviz.cli.explain_asked import figure_form, write_figure
from squeezeviz.cli.model_choice import ModelChoice, ModelLabels
from squeezeviz.cli.options import Json
from squeezeviz.cli.sources import expand_patterns, load, print_json
from squeezeviz.cli.survey import Fresh, Scheduler, Workers, counted

__all__ = ["precision"]

_Other = Annotated[
    str,
    typer.Argument(
        metavar="OTHER",
        help="The same network in low precision, such as quantize writes; or fp16, half precision, emulated.",
        show_default=False,
    ),
]
_Photos = Annotated[
    list[str],
    typer.Argument(metavar="PHOTOS…", help="A folder of photos, or several folders and photos.", show_default=False),
]
_Preset = Annotated[
    str | None,
    typer.Option(metavar="PRESET|FILE", help="How photos are preprocessed for both; by default the model's own."),
]
_Layer = Annotated[str | None, typer.Option(metavar="LAYER", help="Say of this layer's channels what each loses, too.")]
_Figure = Annotated[
    Path | None, typer.Option("--figure", metavar="FILE", help="Draw it, too: .svg, .pdf or .png (300 dpi).")
]


def precision(
    model: Annotated[
        str,
        typer.Argument(metavar="MODEL", help="The network in float32: an .onnx file, a folder, or a registered name."),
    ],
    other: _Other,
    photos: _Photos,
    labels: ModelLabels = None,
    preprocessing: _Preset = None,
    layer: _Layer = None,
    figure: _Figure = None,
    scheduler: Scheduler = None,
    workers: Workers = None,
    fresh: Fresh = False,
    as_json: Json = False,
) -> None:
    """Say what each layer loses in a lower precision: the error made there, and the error passed on to it.

    [dim]Examples:[/]

      squeezeviz precision model.onnx int8.onnx photos

      squeezeviz precision squeezenet1.1-caffe2 fp16 photos --layer conv10

      squeezeviz precision model.onnx int8.onnx photos --figure loses.pdf --json | jq .worst
    """
    if figure is not None:
        figure_form(figure)  # what is no figure's name is refused before the long work begins
    from squeezeviz.quantization.precision import HALF  # noqa: PLC0415 - heavy
    from squeezeviz.quantization.precision import precision as measure  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    loaded = load(
        ModelChoice(model, labels=labels, preprocessing=preprocessing, is_preprocessing_said=preprocessing is not None)
    )
    if layer not in {None, loaded.architecture.input_name}:
        loaded.architecture[layer]  # an error where there is none, before the long work begins
    second = HALF if other.lower() == HALF else load(ModelChoice(other), says_assumed=False)
    with counted("photos") as progress:
        found = measure(
            loaded, second, expand_patterns(photos), scheduler=scheduler, workers=workers, resume=not fresh,
            on_progress=progress,
        )  # fmt: skip
    if layer is not None:
        found[layer]  # an error where there is none, before anything is written
    if figure is not None:
        from squeezeviz.figures import precision as draw  # noqa: PLC0415 - heavy

        write_figure(figure, lambda theme: draw(found, theme=theme), "light")
    if as_json:
        print_json({**found.to_dict(), **({"channels": found[layer].channels_to_dict()} if layer else {})})
    else:
        show(found, layer=layer)
