"""The subcommand ``convert``: a model for use elsewhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from squeezeviz.cli.model_choice import ModelChoice, ModelLabels, ModelPreprocessing
from squeezeviz.cli.sources import load
from squeezeviz.errors import ConversionError, PreprocessingError

if TYPE_CHECKING:
    from squeezeviz.runtime.model import Model

__all__ = ["convert"]


class To(StrEnum):
    """What `convert` writes."""

    onnx = "onnx"
    openvino = "openvino"


class Precision(StrEnum):
    """How `convert` stores weights."""

    fp32 = "fp32"
    fp16 = "fp16"
    int8 = "int8"


_Precision = Annotated[
    Precision,
    typer.Option(
        help="How weights are stored; int8: computed in integers, too, with ranges from the sample pictures "
        "(quantize --calibrate takes photos of your own)."
    ),
]


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
    precision: _Precision = Precision.fp32,
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

      squeezeviz convert -o int8.onnx --precision int8

      squeezeviz convert my.onnx -o told.onnx --labels names.txt --preprocessing torchvision
    """
    from squeezeviz.report.terminal.console import out  # noqa: PLC0415 - heavy
    from squeezeviz.runtime.export import export_model, known_text  # noqa: PLC0415 - heavy
    from squeezeviz.runtime.metadata import PREPROCESSING_KEY  # noqa: PLC0415 - heavy
    from squeezeviz.zoo import DEFAULT_MODEL  # noqa: PLC0415 - heavy

    choice = ModelChoice(model or DEFAULT_MODEL, labels=labels, preprocessing=preprocessing)
    loaded = load(choice, says_assumed=False)
    if precision is Precision.int8:
        _write_integers(loaded, output, to=to, folds=fold_preprocessing)
        return
    known = known_text(loaded)
    if fold_preprocessing and PREPROCESSING_KEY not in known:
        raise PreprocessingError(
            f"{loaded.name}: nobody has said what its photos go through, so that nothing is folded into it; say it: "
            "--preprocessing, a preset or a JSON file"
        )
    folded = loaded.preprocessing if fold_preprocessing else None
    written = export_model(
        loaded.content, output, to=to.value, precision="fp16" if precision is Precision.fp16 else "fp32",
        preprocessing=folded, text=known,
    )  # fmt: skip
    for path in written:
        out.say(f"{out.name(path)}  {path.stat().st_size:,} bytes")


def _write_integers(model: Model, output: Path, *, to: To, folds: bool) -> None:
    """Write a model in 8-bit integers, and say what told its ranges.

    Raises:
        ConversionError: Integers are not written so.
    """
    from squeezeviz.quantization.quantize import quantize  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.console import out, remarks  # noqa: PLC0415 - heavy

    if to is not To.onnx or folds:
        raise ConversionError(
            "--precision int8 writes ONNX, with the preprocessing beside it: leave out --to and --fold-preprocessing"
        )
    made = quantize(model, None, output if output.suffix == ".onnx" else output / "model.onnx")
    out.say(f"{out.name(str(made.path))}  {made.bytes_after:,} bytes")
    is_drawn = bool(model.entry and model.entry.is_drawn)
    ranges = "24 drawings" if is_drawn else f"the {made.photos} sample photos that are installed"
    remarks.say(f"ranges of {ranges}; squeezeviz quantize --calibrate PHOTOS takes those that the network is for")
    if model.entry is None:
        told = "nobody knows whether the samples are like what this network sees"
        remarks.say(f"{remarks.name(model.name)}: {told}: numbers beyond their ranges are cut off")
