"""The subcommand ``differentiate``: the gradient of a network as an ONNX file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from squeezeviz.cli.model_choice import ModelChoice
from squeezeviz.cli.sources import load

__all__ = ["differentiate"]


class Rule(StrEnum):
    """How ReLU hands a gradient on."""

    exact = "exact"
    guided = "guided"
    deconvnet = "deconvnet"


def differentiate(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|PATH]",
            help="A registered name, a folder, or an .onnx file; by default the published model.",
        ),
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="The ONNX file to write.")] = Path(
        "backward.onnx"
    ),
    of: Annotated[
        str | None, typer.Option(metavar="LAYER", help="The layer that is differentiated; the logits by default.")
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LAYER|input",
            help="By what: the input, which is the default, or a layer before; may be given several times.",
        ),
    ] = None,
    rule: Annotated[
        Rule, typer.Option(help="exact is the derivative; guided and deconvnet hand on otherwise at ReLU.")
    ] = Rule.exact,
) -> None:
    """Write the gradient of a network as a plain ONNX file, which any runtime runs.

    It takes images and 'weights', which say how much each number of the layer counts, and returns 'gradient'.

    [dim]Examples:[/]

      squeezeviz differentiate -o backward.onnx

      squeezeviz differentiate my.onnx -o cam.onnx --by layer4.1

      squeezeviz differentiate --of fire5/concat --rule guided -o guided.onnx
    """
    from squeezeviz.report.terminal.console import out  # noqa: PLC0415 - heavy
    from squeezeviz.runtime.differentiate import differentiate as write  # noqa: PLC0415 - heavy
    from squeezeviz.zoo import DEFAULT_MODEL  # noqa: PLC0415 - heavy

    loaded = load(ModelChoice(model or DEFAULT_MODEL), says_assumed=False)
    path = write(loaded, output, of=of, by=by or ["input"], rule=rule.value)
    out.say(f"{out.name(path)}  {path.stat().st_size:,} bytes")
