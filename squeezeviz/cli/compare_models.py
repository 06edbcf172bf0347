"""The subcommand ``compare-models``: two models on one photo, or on many."""

from __future__ import annotations

from typing import Annotated

import typer

from squeezeviz.cli.model_choice import ModelChoice
from squeezeviz.cli.options import Json, Labels
from squeezeviz.cli.sources import expand_patterns, load, print_json
from squeezeviz.cli.survey import Fresh, Scheduler, Workers, counted

__all__ = ["compare_models"]

_MODEL_HELP = "An .onnx file, a folder, or a registered name"
_First = Annotated[str, typer.Argument(metavar="A", help=f"{_MODEL_HELP}.", show_default=False)]
_Second = Annotated[str, typer.Argument(metavar="B", help=f"{_MODEL_HELP}; compared with A.", show_default=False)]
_Photos = Annotated[
    list[str],
    typer.Argument(
        metavar="PHOTO…",
        help="One photo or sample, compared layer by layer; or a folder of photos, or several folders and photos, "
        "compared by their answers.",
        show_default=False,
    ),
]


def compare_models(
    a: _First,
    b: _Second,
    photos: _Photos,
    labels: Labels = None,
    labels_a: Annotated[str | None, typer.Option(metavar="FILE|imagenet", help="Names of the classes of A.")] = None,
    labels_b: Annotated[str | None, typer.Option(metavar="FILE|imagenet", help="Names of the classes of B.")] = None,
    preprocessing_a: Annotated[
        str | None, typer.Option(metavar="PRESET|FILE", help="How photos are preprocessed for A; by default its own.")
    ] = None,
    preprocessing_b: Annotated[
        str | None, typer.Option(metavar="PRESET|FILE", help="How photos are preprocessed for B; by default its own.")
    ] = None,
    tolerance: Annotated[
        float | None, typer.Option(min=0, help="Relative difference beyond which layers diverge; 0.01 by default.")
    ] = None,
    scheduler: Scheduler = None,
    workers: Workers = None,
    fresh: Fresh = False,
    as_json: Json = False,
) -> None:
    """Compare two models: what each says, and the layer from which on they see different things.

    Of labelled photos: who is right where the other is wrong, and whether that is chance.

    [dim]Examples:[/]

      squeezeviz compare-models model.onnx model-int8.onnx coffee

      squeezeviz compare-models squeezenet1.1-caffe2 mine.onnx val --labels val.txt

      squeezeviz compare-models a.onnx b.onnx cat.jpg --json | jq .first_divergent_layer
    """
    from squeezeviz.dataset.compare_models import compare_models as run  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy
    from squeezeviz.results.model_comparison import TOLERANCE  # noqa: PLC0415 - heavy

    first = load(_choice(a, labels_a, preprocessing_a, "a"))
    second = load(_choice(b, labels_b, preprocessing_b, "b"))
    given = expand_patterns(photos)
    with counted("photos") as progress:
        made = run(
            first, second, given[0] if len(given) == 1 else given, labels,
            tolerance=TOLERANCE if tolerance is None else tolerance,
            scheduler=scheduler, workers=workers, resume=not fresh, on_progress=progress,
        )  # fmt: skip
    if as_json:
        print_json(made.to_dict())
    else:
        show(made)


def _choice(name: str, labels: str | None, preprocessing: str | None, side: str) -> ModelChoice:
    return ModelChoice(
        name,
        labels=labels,
        preprocessing=preprocessing,
        is_preprocessing_said=preprocessing is not None,
        labels_option=f"--labels-{side}",
        preprocessing_option=f"--preprocessing-{side}",
    )
