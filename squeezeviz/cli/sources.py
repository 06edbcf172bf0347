"""What most subcommands begin and end with: a model, a preset, JSON."""

from __future__ import annotations

import glob
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import SqueezeVizError, spoken
from squeezeviz.files import expanded, read_file
from squeezeviz.report.streams import write_json

if TYPE_CHECKING:
    from squeezeviz.cli.model_choice import ModelChoice
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.chosen import Chosen
    from squeezeviz.runtime.model import Model

__all__ = ["chosen_of", "complain", "expand_patterns", "load", "print_json", "read_preset"]


def expand_patterns(given: list[str]) -> list[str]:
    """Return paths for patterns such as ``*.jpg``, sorted; Windows' cmd.exe hands them over as they are typed.

    What is there under that very name, matches nothing, or is an address stays as it is: whoever reads it says so.
    """
    found: list[str] = []
    for text in given:
        is_pattern = glob.has_magic(text) and "://" not in text and not os.path.lexists(text)
        found += (sorted(glob.glob(text)) or [text]) if is_pattern else [text]  # noqa: PTH207 - absolute ones, too
    return found


def complain(exc: SqueezeVizError) -> None:
    """Say on standard error, in one line, what went wrong; details take a line each."""
    # Not Click's echo, which takes a stream in ASCII for one in UTF-8 that is set up wrongly.
    sys.stderr.write(f"squeezeviz: {exc}\n")


_MOST_BYTES = 1 << 20  # of a preset


def load(choice: ModelChoice, *, says_assumed: bool = True) -> Model:
    """Load a model; say on standard error if another stands in for the one wanted, and what was assumed of it.

    Args:
        choice: Which, and what of it.
        says_assumed: Whether to say the latter; not where the subcommand tells all of the model itself.
    """
    from squeezeviz.report.terminal.console import remarks  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.fallback import print_fallback  # noqa: PLC0415 - heavy
    from squeezeviz.runtime.loading import load_without_warning  # noqa: PLC0415 - heavy

    model = load_without_warning(choice.name, chosen=chosen_of(choice))
    if model.fallback is not None:
        print_fallback(model.fallback)
    if model.chosen.problem:
        remarks.say(f"{remarks.name(model.name)}: {remarks.name(model.chosen.problem)}")
    # Whatever the model expects: photos go through what was said.
    is_said = {"preprocessing"} if choice.is_preprocessing_said else set()
    assumed = [str(each) for each in model.assumptions if says_assumed and each.about not in is_said]
    if assumed:
        note = ". ".join(assumed).replace("(--labels)", f"({choice.labels_option})")
        note = note.replace("(--preprocessing)", f"({choice.preprocessing_option})")
        remarks.say(f"{remarks.name(model.name)}: {remarks.name(note)}")
    return model


def chosen_of(choice: ModelChoice) -> Chosen:
    """Return what the options choose of a model.

    Raises:
        LabelError: The labels cannot be read.
        ModelError: That is no size.
        PreprocessingError: The preprocessing cannot be read.
    """
    from squeezeviz.runtime.chosen import Chosen, px_of_text  # noqa: PLC0415 - heavy

    return Chosen.told(
        input_px=px_of_text(choice.input_px, "--input-px") if choice.input_px else None,
        output=choice.output,
        labels=choice.labels,
        preprocessing=read_preset(choice.preprocessing) if choice.preprocessing else None,
    )


def read_preset(text: str) -> Preprocessing | str:
    """Return a name, a preset's or the model's own, which the model knows; or read one from a JSON file, as it is."""
    from squeezeviz.preprocessing import Preprocessing  # noqa: PLC0415 - heavy

    if Path(text).suffix != ".json":
        return text
    try:
        return Preprocessing.from_json(read_file(expanded(text), most_bytes=_MOST_BYTES).decode())
    except (OSError, UnicodeDecodeError) as exc:
        reason = getattr(exc, "strerror", None) or exc
        raise SqueezeVizError(f"{spoken(text)}: expected a preset as JSON; cannot be read ({reason})") from exc


def print_json(value: Any) -> None:  # noqa: ANN401 - plain data
    """Print plain data as JSON on standard output."""
    write_json(value, indent=2)
