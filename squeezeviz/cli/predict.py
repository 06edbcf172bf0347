"""The verb ``predict``: what photos show."""

from __future__ import annotations

from typing import Annotated

import typer

from squeezeviz.cli.options import PRESET_HELP, Json, ModelName, preset_option
from squeezeviz.cli.sources import load, print_json, read_preset

__all__ = ["predict"]


def predict(
    images: Annotated[
        list[str], typer.Argument(metavar="IMAGE…", help="Paths, or names of samples.", show_default=False)
    ],
    top: Annotated[int, typer.Option(min=1, max=1000, help="How many classes to show.")] = 5,
    preprocessing: Annotated[str | None, preset_option(f"{PRESET_HELP}; the model's own by default.")] = None,
    model: ModelName = None,
    as_json: Json = False,
) -> None:
    """Say what photos show.

    [dim]Examples:[/]

      squeezeviz predict coffee

      squeezeviz predict cat.jpg dog.png --top 3 --preprocessing caffe2-aspect

      squeezeviz predict shape-star --model squeezenet1.1-shapes

      squeezeviz predict *.jpg --json | jq '.[].top[0].label'
    """
    from squeezeviz import read_image  # noqa: PLC0415 - heavy

    pictures = [read_image(image) for image in images]
    predictions = load(model).predict(pictures, read_preset(preprocessing) if preprocessing else None)
    if as_json:
        results = [prediction.to_dict(top) for prediction in predictions]
        for result, image in zip(results, images, strict=True):
            result["image"] = image
        print_json(results)
        return
    from squeezeviz.console import print_prediction  # noqa: PLC0415 - heavy

    for prediction, picture in zip(predictions, pictures, strict=True):
        print_prediction(prediction, top, picture.notes)
