"""The subcommand ``evaluate``: how often a model is right on labelled photos."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from squeezeviz.cli.delivery import delivered
from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.options import Json, Labels, Presets
from squeezeviz.cli.sources import load, print_json, read_preset
from squeezeviz.cli.survey import Fresh, Scheduler, Workers, counted
from squeezeviz.errors import DatasetError

__all__ = ["PUBLISHED_ACCURACY", "evaluate"]

# Top-1 and top-5 on ImageNet's validation set, as published for the Caffe2 files.
PUBLISHED_ACCURACY = (0.56502, 0.79576)


class Reference(StrEnum):
    """What `evaluate` compares with."""

    published = "published"


_Folder = Annotated[
    str,
    typer.Argument(
        metavar="FOLDER", help="A folder a class, or photos with a list of labels; a path, or s3://… and the like."
    ),
]
_Published = Annotated[
    Reference | None, typer.Option(help="Compare with the accuracy published for this model: 56.502 / 79.576 %.")
]
_Photos = Annotated[
    Path | None,
    typer.Option("--photos", metavar="FILE", help="Write every photo's answer: .csv, .json or .parquet."),
]
_Classes = Annotated[
    Path | None,
    typer.Option("--classes", metavar="FILE", help="Write every class's score: .csv, .json or .parquet."),
]


@takes_model()
def evaluate(
    folder: _Folder,
    labels: Labels = None,
    preprocessing: Presets = None,
    reference: _Published = None,
    photos: _Photos = None,
    classes: _Classes = None,
    scheduler: Scheduler = None,
    workers: Workers = None,
    fresh: Fresh = False,
    model: ModelChoice = USUAL_MODEL,
    as_json: Json = False,
) -> None:
    """Measure how often a model is right on labelled photos, in one preprocessing or several.

    Stopped with Ctrl-C, the same command goes on from there.

    [dim]Examples:[/]

      squeezeviz evaluate photos

      squeezeviz evaluate val --labels val.txt -p caffe2 -p caffe2-aspect --reference published

      squeezeviz evaluate photos --photos answers.csv --json

      squeezeviz evaluate s3://bucket/val --labels s3://bucket/val.txt --scheduler tcp://host:8786
    """
    from squeezeviz.dataset import evaluate as run  # noqa: PLC0415 - heavy
    from squeezeviz.dataset.writing import check_format, write_table  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    for path in (photos, classes):
        if path is not None:
            check_format(path)
    hows = [read_preset(text) for text in preprocessing] if preprocessing else None
    loaded = load(model)
    with counted("photos") as progress:
        made = run(
            loaded, folder, hows, listing=labels, scheduler=scheduler, workers=workers, resume=not fresh, keep=True,
            on_progress=progress,
        )  # fmt: skip
    refused = None
    for path, table in ((photos, made.by_photo), (classes, made.by_class)):
        try:
            if path is not None:
                write_table(path, table())
        except DatasetError as exc:  # what can be told is told all the same
            refused = exc
    with delivered():
        if as_json:
            print_json(made.to_dict() | ({"published": list(PUBLISHED_ACCURACY)} if reference else {}))
        else:
            show(made, published=PUBLISHED_ACCURACY if reference else None)
    if refused is not None:
        raise refused
    made.forget()
