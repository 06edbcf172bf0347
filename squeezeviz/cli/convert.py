"""The subcommand ``convert``: a model for use elsewhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

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
            help="A registered name, or a folder with a Caffe2 pair; the published model by default, never another.",
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUT", help="A file, or a folder to write into.")
    ] = Path(),
    to: Annotated[To, typer.Option(help="What to write; openvino takes the extra squeezeviz\\[openvino].")] = To.onnx,
    precision: Annotated[Precision, typer.Option(help="How weights are stored.")] = Precision.fp32,
    fold_preprocessing: Annotated[
        bool,
        typer.Option("--fold-preprocessing", help="Fold the means into conv1: the model then takes BGR values 0-255."),
    ] = False,
) -> None:
    """Write a model as ONNX or OpenVINO, for use elsewhere.

    [dim]Examples:[/]

      squeezeviz convert -o squeezenet.onnx

      squeezeviz convert -o out --to openvino --precision fp16 --fold-preprocessing
    """
    from squeezeviz.report.terminal.console import out  # noqa: PLC0415 - heavy
    from squeezeviz.runtime.export import export_model  # noqa: PLC0415 - heavy
    from squeezeviz.runtime.loading import load_content  # noqa: PLC0415 - heavy
    from squeezeviz.runtime.model import Model  # noqa: PLC0415 - heavy
    from squeezeviz.zoo import DEFAULT_MODEL  # noqa: PLC0415 - heavy

    files, content = load_content(model or DEFAULT_MODEL)
    folded = Model(content, name=files.name, sha256=files.sha256[0]).preprocessing if fold_preprocessing else None
    written = export_model(content, output, to=to.value, precision=precision.value, preprocessing=folded)
    for path in written:
        out.say(f"{out.name(path)}  {path.stat().st_size:,} bytes")
