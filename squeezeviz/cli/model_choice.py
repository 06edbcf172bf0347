"""Which model a subcommand asks, and what of it: three options that stand wherever there is one."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["USUAL_MODEL", "ModelChoice", "ModelName", "takes_model"]

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


@dataclass(frozen=True)
class ModelChoice:
    """A model as the options name it.

    Attributes:
        name: A registered name, a folder or a file; None for the default.
        input_px: Height and width of its input, as they were typed.
        output: Name of its answer.
    """

    name: str | None = None
    input_px: str | None = None
    output: str | None = None


#: What is asked where nobody chooses.
USUAL_MODEL = ModelChoice()


def takes_model(by: Any = ModelName) -> Callable[[Callable[..., None]], Callable[..., None]]:  # noqa: ANN401 - an annotation
    """Give a subcommand the options that choose a model in the place of its parameter ``model``, a `ModelChoice`.

    Args:
        by: What Typer reads the name from: the option ``--model`` by default.
    """

    def decorated(subcommand: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(subcommand, eval_str=True)
        parameters: list[inspect.Parameter] = []
        for parameter in signature.parameters.values():
            if parameter.name != "model":
                parameters.append(parameter)
                continue
            for name, annotation in (("model", by), ("input_px", _InputPx), ("model_output", _ModelOutput)):
                parameters.append(parameter.replace(name=name, annotation=annotation, default=None))

        @wraps(subcommand)
        def asked(
            *args: Any,  # noqa: ANN401 - the subcommand's own
            model: str | None = None,
            input_px: str | None = None,
            model_output: str | None = None,
            **rest: Any,  # noqa: ANN401 - as above
        ) -> None:
            subcommand(*args, model=ModelChoice(model, input_px, model_output), **rest)

        asked.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # what Typer reads
        asked.__annotations__ = {each.name: each.annotation for each in parameters}
        return asked

    return decorated
