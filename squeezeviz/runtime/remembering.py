"""What was said of a model when it was loaded → a file beside its own, for everybody who loads it from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.errors import ModelError
from squeezeviz.zoo.beside import remember

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from squeezeviz.runtime.model import Model

__all__ = ["check_may_keep", "remember_told"]


def remember_told(model: Model) -> Path:
    """Keep what was said of a model; see `Model.remember`.

    Raises:
        ModelError: Nothing was said, the model has no file of its own, its file says otherwise, or the folder cannot be
            written.
    """
    chosen, name = model.chosen, model.name
    told = [each for each in ("labels", "preprocessing", "input_px", "output") if getattr(chosen, each) is not None]
    if not told:
        raise ModelError(
            f"{name}: nothing was said of it that could be kept; say it as it is loaded: labels= (--labels), "
            "preprocessing= (--preprocessing)"
        )
    return remember(
        check_may_keep(model, told),
        labels=model.labels.to_rows() if "labels" in told else None,
        preprocessing=model.preprocessing if "preprocessing" in told else None,
        input_px=chosen.input_px,
        output=chosen.output,
    )


def check_may_keep(model: Model, told: Sequence[str]) -> Path:
    """Return a model's file, having seen that something can be kept beside it.

    Args:
        model: The model, from `squeezeviz.load_model`.
        told: What: ``"labels"``, ``"preprocessing"``, ``"input_px"``, ``"output"``.

    Raises:
        ModelError: It is registered, it has no file of its own, or its file says otherwise.
    """
    name = model.name
    if model.entry is not None:
        raise ModelError(f"{name} is a registered model, and says itself what there is to know; nothing is kept for it")
    if model.path is None:
        raise ModelError(f"{name}: was made of bytes, and has no file to keep anything beside")
    in_file = [each for each in told if each in model.in_file]
    if in_file:
        raise ModelError(
            f"{name}: its file says its {' and its '.join(in_file)} itself, and that comes first; squeezeviz convert "
            "writes a copy that says what you say"
        )
    return model.path
