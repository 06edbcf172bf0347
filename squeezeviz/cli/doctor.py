"""The subcommand ``doctor``: which preprocessing a model expects, found out on some photos."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from squeezeviz.cli.model_choice import USUAL_MODEL, ModelChoice, takes_model
from squeezeviz.cli.options import Json, Labels
from squeezeviz.cli.sources import chosen_of, expand_patterns, load, print_json

__all__ = ["doctor"]

_Model = Annotated[
    str,
    typer.Argument(metavar="MODEL", help="An .onnx file, a folder, or a registered name.", show_default=False),
]
_Photos = Annotated[
    list[str],
    typer.Argument(
        metavar="PHOTOS…",
        help="A folder of photos: a subfolder a class, or with a list of labels; or several folders and photos.",
        show_default=False,
    ),
]
_Remember = Annotated[
    bool, typer.Option("--remember", help="Keep the best beside the model's file: it is fed so from now on.")
]


@takes_model(_Model)
def doctor(
    *,
    model: ModelChoice = USUAL_MODEL,
    photos: _Photos,
    labels: Labels = None,
    remember: _Remember = False,
    as_json: Json = False,
) -> None:
    """Find out how a model expects photos to be preprocessed: what people really do is tried, and ranked.

    Some dozens of labelled photos are enough; without labels, it says what can be said, which is weaker.

    [dim]Examples:[/]

      squeezeviz doctor my_model.onnx photos

      squeezeviz doctor my_model.onnx val --labels val.txt --remember

      squeezeviz doctor my_model.onnx photos --json | jq .best
    """
    from squeezeviz.dataset.diagnosis import diagnose_preprocessing  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.console import remarks  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.progress import CountProgress  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy
    from squeezeviz.runtime.loading import load_without_warning  # noqa: PLC0415 - heavy
    from squeezeviz.runtime.remembering import check_may_keep  # noqa: PLC0415 - heavy

    loaded = load(model)
    if remember:
        check_may_keep(
            None if loaded.entry else loaded.path, ["preprocessing"], loaded.in_file
        )  # refused before the work and not after it
    with CountProgress("photos read and runs of the network") as progress:
        made = diagnose_preprocessing(loaded, expand_patterns(photos), labels, on_progress=progress)
    if as_json:
        print_json(made.to_dict())
        if not made.is_labelled:
            remarks.say(made.verdict)
    else:
        show(made)
    if remember:
        told = load_without_warning(model.name, chosen=replace(chosen_of(model), preprocessing=made.best))
        remarks.say(f"{remarks.name(made.best.name)}: kept in {remarks.name(told.remember())}")
