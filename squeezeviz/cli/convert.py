"""The subcommand ``convert``: a model for use elsewhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from squeezeviz.cli.model_choice import ModelChoice, ModelLabels, ModelPreprocessing
from squeezeviz.cli.sources import load
from squeezeviz.errors import PreprocessingError

__all__ = ["convert"]


class To(StrEnum):
    """What `convert` writes."""

    onnx = "onnx"
    openvino = "openvino"


class Precision(StrEnum):
    """How `convert` stores weights."""

    fp32 = "fp32"
    fp16 = "fp16"


def convert(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|DIR]",
            help="A registered name, a folder with a Caffe2 pair, or an .onnx file; by default the published model.",
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUT", help="A file, or a folder to write into.")
    ] = Path(),
    to: Annotated[To, typer.Option(help="What to write; openvino takes the extra squeezeviz\\[openvino].")] = To.onnx,
    precision: Annotated[Precision, typer.Option(help="How weights are stored.")] = Precision.fp32,
    labels: ModelLabels = None,
    preprocessing: ModelPreprocessing = None,
    fold_preprocessing: Annotated[
        bool,
        typer.Option("--fold-preprocessing", help="Fold the means into the first layer: it then takes values 0-255."),
    ] = False,
) -> None:
    """Write a model as ONNX or OpenVINO, for use elsewhere; an ONNX file says its labels and its preprocessing.

    [dim]Examples:[/]

      squeezeviz convert -o squeezenet.onnx

      squeezeviz convert -o out --to openvino --precision fp16 --fold-preprocessing

      squeezeviz convert my.onnx -o told.onnx --labels names.txt --preprocessing torchvision
    """
    from squeezeviz.report.terminal.console import out  # noqa: PLC0415 - heavy
    from squeezeviz.runtime.export import export_model, known_text  # noqa: PLC0415 - heavy
    from squeezeviz.runtime.metadata import PREPROCESSING_KEY  # noqa: PLC0415 - heavy
    from squeezeviz.zoo import DEFAULT_MODEL  # noqa: PLC0415 - heavy

    choice = ModelChoice(model or DEFAULT_MODEL, labels=labels, preprocessing=preprocessing)
    loaded = load(choice, says_assumed=False)
    known = known_text(loaded)
    if fold_preprocessing and PREPROCESSING_KEY not in known:
        raise PreprocessingError(
            f"{loaded.name}: nobody has said what its photos go through, so that nothing is folded into it; say it: "
            "--preprocessing, a preset or a JSON file"
        )
    folded = loaded.preprocessing if fold_preprocessing else None
    written = export_model(
        loaded.content, output, to=to.value, precision=precision.value, preprocessing=folded, text=known
    )
    for path in written:
        out.say(f"{out.name(path)}  {path.stat().st_size:,} bytes")
