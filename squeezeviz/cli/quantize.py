"""The subcommand ``quantize``: a network in 8-bit integers."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from squeezeviz.cli.model_choice import ModelChoice, ModelLabels, ModelPreprocessing
from squeezeviz.cli.options import Json
from squeezeviz.cli.sources import expand_patterns, load, print_json

if TYPE_CHECKING:
    from squeezeviz.quantization.planned import PrecisionPlan
    from squeezeviz.quantization.quantized import Quantized

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


_Plan = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PHOTOS",
        help="Find the fewest layers to keep in float32 so that these are answered as often right as before; then "
        "--evaluate is what the plan is reported on.",
    ),
]


_Model = Annotated[
    str | None,
    typer.Argument(
        metavar="[NAME|PATH]",
        help="A registered name, a folder, or an .onnx file; by default the published model.",
    ),
]


_Keep = Annotated[
    list[str] | None,
    typer.Option(metavar="LAYER", help="A layer that stays in float32; may be given several times."),
]


_Output = Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="The ONNX file to write.")]


class Search(StrEnum):
    """How a plan is looked for."""

    greedy = "greedy"
    exact = "exact"


class Method(StrEnum):
    """How the range of each layer is found."""

    minmax = "minmax"
    entropy = "entropy"
    percentile = "percentile"


class Kernels(StrEnum):
    """How kernels are stored."""

    int8 = "int8"
    uint8 = "uint8"


_Search = Annotated[
    Search, typer.Option("--plan-search", help="greedy, one layer after the other; exact, all sets of 8 of them.")
]
_Kernels = Annotated[
    Kernels,
    typer.Option(
        help="int8: fastest where the processor has VNNI; uint8: exact in any program on any processor, but "
        "slow on depthwise convolutions unless --per-layer. Without VNNI, int8 takes session.x64quantprecision=1 "
        "elsewhere."
    ),
]


def quantize(
    model: _Model = None,
    calibrate: _Calibrate = ...,  # type: ignore[assignment]  # Typer's own word for what has to be given
    output: _Output = Path("int8.onnx"),
    keep: _Keep = None,
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
    kernels: _Kernels = Kernels.int8,
    evaluate: _Evaluate = None,
    plan: _Plan = None,
    search: _Search = Search.greedy,
    most: Annotated[int, typer.Option("--plan-most", min=1, help="How many layers --plan may keep.")] = 4,
    labels: ModelLabels = None,
    preprocessing: ModelPreprocessing = None,
    as_json: Json = False,
) -> None:
    """Write a network in 8-bit integers, and say what it loses by that.

    [dim]Examples:[/]

      squeezeviz quantize --calibrate photos -o int8.onnx --evaluate val

      squeezeviz quantize my.onnx --calibrate photos --keep features.0 --method percentile

      squeezeviz quantize my.onnx --calibrate photos --plan val --evaluate test -o mixed.onnx
    """
    from squeezeviz.cli.survey import counted  # noqa: PLC0415 - heavy
    from squeezeviz.quantization.plan import plan_precision  # noqa: PLC0415 - heavy
    from squeezeviz.quantization.quantize import quantize as write  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy
    from squeezeviz.zoo import DEFAULT_MODEL  # noqa: PLC0415 - heavy

    loaded = load(ModelChoice(model or DEFAULT_MODEL, labels=labels, preprocessing=preprocessing), says_assumed=False)
    asked = expand_patterns(evaluate) if evaluate else None
    how: dict[str, Any] = {"keep": keep or (), "method": method.value, "per_channel": per_channel}
    how["kernels"] = kernels.value
    made: Quantized | PrecisionPlan
    with counted("choices" if plan else "photos", goes_on=False) as progress:
        if plan:
            made = plan_precision(
                loaded, _places(plan), output, calibrate=expand_patterns(calibrate), verify=_places(evaluate),
                search=search.value, most=most, on_progress=progress, **how,
            )  # fmt: skip
        else:
            made = write(loaded, expand_patterns(calibrate), output, evaluate=asked, on_progress=progress, **how)
    if as_json:
        print_json(made.to_dict())
    else:
        show(made)


def _places(given: list[str] | None) -> Any:  # noqa: ANN401 - a folder, or several places
    """Return what was given: one folder by itself may have a list that labels its photos."""
    found = expand_patterns(given) if given else None
    return found[0] if found and len(found) == 1 else found
