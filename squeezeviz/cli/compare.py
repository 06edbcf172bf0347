"""The subcommand ``compare``: one photo in several preprocessings."""

from __future__ import annotations

from typing import Annotated

import typer

from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.options import Json, Presets
from squeezeviz.cli.sources import load, print_json, read_preset

__all__ = ["compare"]


@takes_model()
def compare(
    image: Annotated[str, typer.Argument(metavar="IMAGE", help="A path, or the name of a sample.")],
    preprocessing: Presets = None,
    classes: Annotated[
        list[str] | None,
        typer.Option(
            "--class", "-c", metavar="CLASS", help="Show how this class's logit moves; may be given several times."
        ),
    ] = None,
    model: ModelChoice = USUAL_MODEL,
    as_json: Json = False,
) -> None:
    """Show what the preprocessing of a photo does to the answer.

    The first preset, by default the model's own, is what the others are compared with.

    [dim]Examples:[/]

      squeezeviz compare coffee

      squeezeviz compare cat.jpg -p caffe2 -p caffe2-aspect -p mine.json --class tabby

      squeezeviz compare chelsea --json | jq '.variants[].first_divergent_layer'
    """
    from squeezeviz.evidence.comparison import compare_preprocessing, every_preset  # noqa: PLC0415 - heavy
    from squeezeviz.image import read_image  # noqa: PLC0415 - heavy

    loaded = load(model)

    picture = read_image(image)
    hows = [read_preset(text) for text in preprocessing] if preprocessing else every_preset(loaded)
    made = compare_preprocessing(loaded, picture, hows)
    differences = {key: made.logit_differences(key) for key in classes or []}
    if as_json:
        print_json(made.to_dict() | {"logit_differences": differences})
        return
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    show(made, differences=differences)
