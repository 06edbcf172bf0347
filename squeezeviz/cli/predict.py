"""The subcommand ``predict``: what photos show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.options import PRESET_HELP, Json, preset_option
from squeezeviz.cli.sources import complain, expand_patterns, load, read_preset
from squeezeviz.errors import ImageError, PreprocessingError
from squeezeviz.report.streams import JsonList

if TYPE_CHECKING:
    from collections.abc import Iterator

    from squeezeviz.image import Image
    from squeezeviz.results.prediction import Prediction

__all__ = ["predict"]


@takes_model()
def predict(
    context: typer.Context,
    images: Annotated[
        list[str],
        typer.Argument(metavar="IMAGE…", help="Paths, patterns, or names of samples.", show_default=False),
    ],
    top: Annotated[int, typer.Option(min=1, max=1000, help="How many classes to show.")] = 5,
    preprocessing: Annotated[str | None, preset_option(f"{PRESET_HELP}; the model's own by default.")] = None,
    model: ModelChoice = USUAL_MODEL,
    as_json: Json = False,
) -> None:
    """Say what photos show, one after the other.

    One that cannot be read is named on standard error, the others are answered, and the exit code is 2. With --json: an
    array, one object a photo in the order given, with image, model, preprocessing, caution and top; or image and error.

    [dim]Examples:[/]

      squeezeviz predict coffee

      squeezeviz predict cat.jpg dog.png --top 3 --preprocessing caffe2-aspect

      squeezeviz predict shape-star --model squeezenet1.1-shapes

      squeezeviz predict *.jpg --json | jq '.[].top[0].label'
    """
    is_debugging = bool(context.obj)
    failed = 0
    answers = _answers(expand_patterns(images), preprocessing, model)
    if as_json:
        with JsonList() as listed:
            for name, answer in answers:
                if isinstance(answer, tuple):
                    listed.add(answer[0].to_dict(top) | {"image": name})
                    continue
                listed.add({"image": name, "error": str(answer)})
                failed += _told(answer, is_debugging=is_debugging)
    else:
        from squeezeviz.report.terminal.prediction import print_prediction  # noqa: PLC0415 - heavy

        for _, answer in answers:
            if isinstance(answer, tuple):
                print_prediction(answer[0], k=top, notes=answer[1].notes)
            else:
                failed += _told(answer, is_debugging=is_debugging)
    if failed:
        raise typer.Exit(2)


def _answers(
    images: list[str], preprocessing: str | None, choice: ModelChoice
) -> Iterator[tuple[str, tuple[Prediction, Image] | ImageError | PreprocessingError]]:
    """Answer photos one by one, each forgotten before the next is read; or say what is wrong with it."""
    from squeezeviz.image import read_image  # noqa: PLC0415 - heavy

    chosen = read_preset(preprocessing) if preprocessing else None
    model = how = None
    for image in images:
        try:
            picture = read_image(image)
        except ImageError as exc:
            yield image, exc
            continue
        if model is None:  # not before there is a photo: a wrong path alone needs no model
            model = load(choice)
            how = model.resolve(chosen)
        try:
            made = model.predict(picture, how)
        except PreprocessingError as exc:  # too small a photo, for one
            yield image, exc
            continue
        yield image, (made, made.preprocessing.photo(picture) if made.preprocessing else picture)


def _told(problem: ImageError | PreprocessingError, *, is_debugging: bool) -> int:
    """Say what is wrong with one photo; return how many that is."""
    if is_debugging:
        raise problem
    complain(problem)
    return 1
