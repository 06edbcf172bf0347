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

_Remember = Annotated[
    bool,
    typer.Option(
        "--remember", help="Keep what these options say of the model in NAME.squeezeviz.json, beside its file."
    ),
]


@takes_model(_Name)
def info(
    model: ModelChoice = USUAL_MODEL,
    remember: _Remember = False,
    as_json: Json = False,
) -> None:
    """Show the layers of a model: shapes, parameters, operations, receptive fields; and what is known of it.

    [dim]Examples:[/]

      squeezeviz info

      squeezeviz info my.onnx --json | jq .gflops

      squeezeviz info my.onnx --labels names.txt --preprocessing torchvision --remember
    """
    loaded = load(model, says_assumed=False)
    if remember:
        from squeezeviz.report.terminal.console import remarks  # noqa: PLC0415 - heavy

        remarks.say(f"kept in {remarks.name(loaded.remember())}")
    if as_json:
        how = loaded.preprocessing
        described = loaded.architecture.to_dict()
        described["input"] |= {"channel_order": how.channel_order, "preprocessing": how.to_dict()}
        assumed = {each.about for each in loaded.assumptions}
        described["output"]["others"] = list(loaded.other_outputs)
        said = {"labels": None if "labels" in assumed else len(loaded.labels), "assumed": list(loaded.assumed)}
        print_json({"model": loaded.name, "sha256": loaded.sha256, "notes": list(loaded.notes), **said, **described})
        return
    from squeezeviz.report.terminal.architecture import print_architecture  # noqa: PLC0415 - heavy

    print_architecture(loaded.architecture, name=loaded.name, notes=loaded.notes)
