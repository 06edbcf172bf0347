"""The subcommand ``quantize``: a network in 8-bit integers."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from squeezeviz.cli.model_choice import ModelChoice, ModelLabels, ModelPreprocessing
from squeezeviz.cli.options import Json
from squeezeviz.cli.sources import expand_patterns, load, print_json

__all__ = ["quantize"]


_Calibrate = Annotated[
    list[str],
    typer.Option(
        metavar="PHOTOS",
        help="Photos that tell how large each layer's numbers get: a folder or a photo; as often as needed.",
        show_default=False,
    ),
]
_Evaluate = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PHOTOS",
        help="Ask both networks about these, labelled or not, and say where they part; best other photos than "
        "those of --calibrate.",
    ),
]


class Method(StrEnum):
    """How the range of each layer is found."""

    minmax = "minmax"
    entropy = "entropy"
    percentile = "percentile"


def quantize(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|PATH]",
            help="A registered name, a folder, or an .onnx file; by default the published model.",
        ),
    ] = None,
    calibrate: _Calibrate = ...,  # type: ignore[assignment]  # Typer's own word for what has to be given
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="The ONNX file to write.")] = Path(
        "int8.onnx"
    ),
    keep: Annotated[
        list[str] | None,
        typer.Option(metavar="LAYER", help="A layer that stays in float32; may be given several times."),
    ] = None,
    method: Annotated[
        Method,
        typer.Option(
            help="The range of a layer: minmax, all its numbers; entropy, what changes their distribution least; "
            "percentile, all but the outermost."
        ),
    ] = Method.minmax,
    per_channel: Annotated[
        bool, typer.Option("--per-channel/--per-layer", help="Whether each kernel has a scale of its own.")
    ] = True,
    evaluate: _Evaluate = None,
    labels: ModelLabels = None,
    preprocessing: ModelPreprocessing = None,
    as_json: Json = False,
) -> None:
    """Write a network in 8-bit integers, and say what it loses by that.

    [dim]Examples:[/]

      squeezeviz quantize --calibrate photos -o int8.onnx --evaluate val

      squeezeviz quantize my.onnx --calibrate photos --keep features.0 --method percentile
    """
    from squeezeviz.cli.survey import counted  # noqa: PLC0415 - heavy
    from squeezeviz.quantization.quantize import quantize as write  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy
    from squeezeviz.zoo import DEFAULT_MODEL  # noqa: PLC0415 - heavy

    loaded = load(ModelChoice(model or DEFAULT_MODEL, labels=labels, preprocessing=preprocessing), says_assumed=False)
    with counted("photos") as progress:
        made = write(
            loaded, expand_patterns(calibrate), output, keep=keep or (), method=method.value, per_channel=per_channel,
            evaluate=expand_patterns(evaluate) if evaluate else None, on_progress=progress,
        )  # fmt: skip
    if as_json:
        print_json(made.to_dict())
    else:
        show(made)
