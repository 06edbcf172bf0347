"""What was said of a model when it was loaded → a file beside its own, for everybody who loads it from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.errors import ModelError, spoken
from squeezeviz.zoo.beside import remember

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.labels import Labels
    from squeezeviz.runtime.chosen import Chosen

__all__ = ["check_may_keep", "remember_told"]


def remember_told(
    path: Path | None,
    chosen: Chosen,
    labels: Labels,
    preprocessing: Preprocessing,
    in_file: Collection[str],
    *,
    what: Collection[str] | None = None,
) -> Path:
    """Keep what was said of a model.

    Args:
        path: Its file; None where it is no file of the user's: a registered model, or one made of bytes.
        chosen: What was said.
        labels: The classes that this made.
        preprocessing: The preprocessing that it made.
        in_file: What the file says itself, ``"labels"``, ``"preprocessing"``: it comes first whenever it is loaded.
        what: Of what was said, what is kept; None for all of it.

    Raises:
        ModelError: It is no such file, nothing was said, the file says it itself, or the folder cannot be written.
    """
    name = check_may_keep(path, ()).name
    said = [each for each in ("labels", "preprocessing", "input_px", "output") if getattr(chosen, each) is not None]
    told = [each for each in said if what is None or each in what]
    if not told:
        raise ModelError(
            f"{spoken(name)}: nothing was said of it that could be kept; say it as it is loaded: labels= (--labels), "
            "preprocessing= (--preprocessing)"
        )
    return remember(
        check_may_keep(path, told, in_file),
        labels=labels.to_rows() if "labels" in told else None,
        preprocessing=preprocessing if "preprocessing" in told else None,
        input_px=chosen.input_px if "input_px" in told else None,
        output=chosen.output if "output" in told else None,
    )


def check_may_keep(path: Path | None, told: Sequence[str], in_file: Collection[str] = ()) -> Path:
    """Return a model's file, having seen that what is told can be kept beside it.

    Args:
        path: Its file; None where it is no file of the user's: a registered model, or one made of bytes.
        told: What is to be kept: ``"labels"``, ``"preprocessing"``, ``"input_px"``, ``"output"``.
        in_file: What the file says itself: it comes first whenever it is loaded.

    Raises:
        ModelError: It is no such file, or the file says it itself.
    """
    if path is None:
        raise ModelError(
            "the model is no file of yours: a registered one says all of itself, and nothing is kept for it"
        )
    twice = [each for each in told if each in in_file]
    if twice:
        raise ModelError(
            f"{spoken(path.name)}: the file says its {' and its '.join(twice)} itself, and that comes first; "
            "squeezeviz convert writes a copy that says what you say"
        )
    return path
