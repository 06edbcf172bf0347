"""Which model a subcommand asks, and what is said of it: options that stand wherever there is one."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["USUAL_MODEL", "ModelChoice", "ModelLabels", "ModelName", "ModelPreprocessing", "takes_model"]

ModelName = Annotated[
    str | None,
    typer.Option(
        "--model",
        "-m",
        metavar="NAME|PATH",
        help="A registered name, a folder, or an .onnx file; by default the published model, else the bundled one.",
    ),
]
_InputPx = Annotated[
    str | None,
    typer.Option(
        "--input-px",
        metavar="PX|HxW",
        help="Height and width of the model's input, such as 224 or 24x32; by default as its file has them.",
    ),
]
# Not --output: that is where a subcommand writes.
_ModelOutput = Annotated[
    str | None,
    typer.Option(
        "--model-output",
        metavar="NAME",
        help="Which of the model's outputs is its answer; by default the first with one number a class.",
    ),
]
_LABELS_HELP = (
    "Names of the model's classes: imagenet, a text file with a name a line, or a table with a column label; by "
    "default those in its file or kept beside it."
)
#: Where --labels are the photos' own, the model's have a longer name; it stands everywhere.
_ModelLabels = Annotated[str | None, typer.Option("--model-labels", metavar="FILE|imagenet", help=_LABELS_HELP)]
ModelLabels = Annotated[
    str | None, typer.Option("--labels", "--model-labels", metavar="FILE|imagenet", help=_LABELS_HELP)
]
ModelPreprocessing = Annotated[
    str | None,
    typer.Option(
        "--preprocessing",
        "-p",
        metavar="PRESET|FILE",
        help="How photos are preprocessed, a preset or a JSON file that describes one; the model's own by default.",
    ),
]


@dataclass(frozen=True)
class ModelChoice:
    """A model as the options name it.

    Attributes:
        name: A registered name, a folder or a file; None for the default.
        input_px: Height and width of its input, as they were typed.
        output: Name of its answer.
        labels: ``"imagenet"``, or the path of a file with the names of its classes.
        preprocessing: What its photos go through, a preset or a JSON file. None as well where the subcommand has an
            option of that name, for one preprocessing or several of a photo: what the model expects stays as it is.
        is_preprocessing_said: Whether one was given, to either.
        labels_option: What the option for its labels is called there.
        preprocessing_option: What the option for its preprocessing is called there.
    """

    name: str | None = None
    input_px: str | None = None
    output: str | None = None
    labels: str | None = None
    preprocessing: str | None = None
    is_preprocessing_said: bool = False
    labels_option: str = "--labels"
    preprocessing_option: str = "--preprocessing"


#: What is asked where nobody chooses.
USUAL_MODEL = ModelChoice()


def takes_model(by: Any = ModelName) -> Callable[[Callable[..., None]], Callable[..., None]]:  # noqa: ANN401 - an annotation
    """Give a subcommand the options that choose a model in the place of its parameter ``model``, a `ModelChoice`.

    Args:
        by: What Typer reads the name from: the option ``--model`` by default.
    """

    def decorated(subcommand: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(subcommand, eval_str=True)
        has_own = "preprocessing" in signature.parameters
        labels_by, labels_option = (
            (_ModelLabels, "--model-labels") if "labels" in signature.parameters else (ModelLabels, "--labels")
        )
        added = {"model": by, "input_px": _InputPx, "model_output": _ModelOutput, "model_labels": labels_by}
        if not has_own:
            added["preprocessing"] = ModelPreprocessing
        parameters: list[inspect.Parameter] = []
        for parameter in signature.parameters.values():
            if parameter.name != "model":
                parameters.append(parameter)
                continue
            for name, annotation in added.items():
                parameters.append(parameter.replace(name=name, annotation=annotation, default=None))

        @wraps(subcommand)
        def asked(
            *args: Any,  # noqa: ANN401 - the subcommand's own
            model: str | None = None,
            input_px: str | None = None,
            model_output: str | None = None,
            model_labels: str | None = None,
            **rest: Any,  # noqa: ANN401 - as above
        ) -> None:
            said = rest.get("preprocessing") if has_own else rest.pop("preprocessing", None)
            choice = ModelChoice(
                model, input_px, model_output, model_labels, None if has_own else said, bool(said), labels_option
            )
            subcommand(*args, model=choice, **rest)

        asked.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # what Typer reads
        asked.__annotations__ = {each.name: each.annotation for each in parameters}
        return asked

    return decorated
