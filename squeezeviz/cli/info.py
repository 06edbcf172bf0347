"""The subcommand ``info``: the layers of a model."""

from __future__ import annotations

from typing import Annotated

import typer

from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.options import Json
from squeezeviz.cli.sources import load, print_json

__all__ = ["info"]


_Name = Annotated[
    str | None,
    typer.Argument(metavar="[NAME|PATH]", help="A registered name, a folder, or an .onnx file; chosen as by predict."),
]


@takes_model(_Name)
def info(
    model: ModelChoice = USUAL_MODEL,
    as_json: Json = False,
) -> None:
    """Show the layers of a model: shapes, parameters, operations, receptive fields.

    [dim]Examples:[/]

      squeezeviz info

      squeezeviz info my.onnx --json | jq .gflops
    """
    loaded = load(model, says_assumed=False)
    if as_json:
        how = loaded.preprocessing
        described = loaded.architecture.to_dict()
        described["input"] |= {"channel_order": how.channel_order, "preprocessing": how.to_dict()}
        described["output"]["others"] = list(loaded.other_outputs)
        print_json({"model": loaded.name, "sha256": loaded.sha256, "notes": list(loaded.notes), **described})
        return
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    show(loaded.architecture, name=loaded.name, notes=loaded.notes)
