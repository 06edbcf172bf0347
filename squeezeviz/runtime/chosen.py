"""What a person may say of a network: its input's size, its answer, its classes, how its photos are preprocessed."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from types import NoneType
from typing import TYPE_CHECKING

from squeezeviz.arguments import expect
from squeezeviz.errors import ModelError, PreprocessingError, spoken
from squeezeviz.preprocessing import Preprocessing
from squeezeviz.preprocessing.sizes import MOST_PX, Px, is_px, one_or_both
from squeezeviz.results.label_files import LabelsToldAs, read_told
from squeezeviz.zoo.beside import Remembered

if TYPE_CHECKING:
    from squeezeviz.results.label_files import LabelsTold

__all__ = ["INPUT_VARIABLE", "LABELS_VARIABLE", "OUTPUT_VARIABLE", "PREPROCESSING_VARIABLE", "Chosen", "px_of_text"]

#: Variables of the environment that go with ``SQUEEZEVIZ_MODEL``: kernels get their model so.
INPUT_VARIABLE, OUTPUT_VARIABLE = "SQUEEZEVIZ_INPUT_PX", "SQUEEZEVIZ_MODEL_OUTPUT"
LABELS_VARIABLE, PREPROCESSING_VARIABLE = "SQUEEZEVIZ_MODEL_LABELS", "SQUEEZEVIZ_PREPROCESSING"


@dataclass(frozen=True)
class Chosen:
    """What was chosen of a network.

    Attributes:
        input_px: Height and width of the input, one number for a square; None for what its file says, or a default.
        output: Name of the answer; None for the first output with one number a class.
        labels: Its classes; ``"imagenet"`` where the network says whether there are 1,000 or 1,001. None for those in
            its file, or kept beside it.
        preprocessing: What its photos go through. A preset's name, to be brought to its input's size, or one as it is;
            None, or its name, for the one in its file, kept beside it, or assumed.
        kept: What was told before and lies beside its file: labels and preprocessing hold where the file itself says
            nothing. Its size and its output are among what is chosen.
        problem: Why what lies beside its file cannot be used; empty as a rule.

    Raises:
        ModelError: That is no size.
    """

    input_px: Px | None = None
    output: str | None = None
    # Not in the text by which results on disk are known: what they depend on of these has a place of its own there.
    labels: LabelsToldAs | None = field(default=None, repr=False)
    preprocessing: Preprocessing | str | None = field(default=None, repr=False)
    kept: Remembered = field(default=Remembered(), repr=False)
    problem: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.input_px is None:
            return
        if not is_px(self.input_px):
            raise ModelError(
                f"input_px is {spoken(repr(self.input_px))}; expected a whole number of pixels from 1 to {MOST_PX}, or "
                "(height, width)"
            )
        object.__setattr__(self, "input_px", one_or_both(self.input_px))

    @classmethod
    def told(
        cls,
        *,
        input_px: Px | None = None,
        output: str | None = None,
        labels: LabelsTold | None = None,
        preprocessing: Preprocessing | str | None = None,
    ) -> Chosen:
        """Return what a person says, files of labels read.

        Raises:
            LabelError: The labels are none.
            ModelError: That is no size.
            PreprocessingError: That is no preprocessing.
        """
        expect(preprocessing, (str, Preprocessing, NoneType), "a preset's name or a Preprocessing", PreprocessingError)
        return cls(input_px, output, None if labels is None else read_told(labels), preprocessing)

    @classmethod
    def by_environment(cls) -> Chosen:
        """Return what goes with the model that the environment names.

        Raises:
            LabelError: A variable names no file of labels.
            ModelError: A variable holds no size.
            PreprocessingError: A variable holds what is no preprocessing.
        """
        size, how = (os.environ.get(name, "").strip() for name in (INPUT_VARIABLE, PREPROCESSING_VARIABLE))
        return cls.told(
            input_px=px_of_text(size, INPUT_VARIABLE) if size else None,
            output=os.environ.get(OUTPUT_VARIABLE) or None,
            labels=os.environ.get(LABELS_VARIABLE) or None,
            preprocessing=(Preprocessing.from_json(how) if how.startswith("{") else how) or None,
        )

    def to_environment(self, labels: str | None = None) -> dict[str, str]:
        """Return the variables that say so.

        Args:
            labels: ``"imagenet"``, or the path of the file that its labels were read from.
        """
        size = "x".join(map(str, self.input_px)) if isinstance(self.input_px, tuple) else self.input_px
        how = self.preprocessing.to_json() if isinstance(self.preprocessing, Preprocessing) else self.preprocessing
        said = {
            INPUT_VARIABLE: size,
            OUTPUT_VARIABLE: self.output,
            LABELS_VARIABLE: labels,
            PREPROCESSING_VARIABLE: how,
        }
        return {name: str(value) for name, value in said.items() if value is not None}

    def beside(self, kept: Remembered, problem: str = "") -> Chosen:
        """Return it with what was told before and is kept beside the model's file, where nothing else is said now."""
        return replace(
            self,
            input_px=kept.input_px if self.input_px is None else self.input_px,
            output=kept.output if self.output is None else self.output,
            kept=kept,
            problem=problem,
        )


def px_of_text(text: str, what: str) -> Px:
    """Return a size as people type it: ``"224"``, or height and width as ``"24x32"``.

    Args:
        text: What was typed.
        what: What to call it in errors.

    Raises:
        ModelError: It is none.
    """
    parts = text.lower().replace("×", "x").split("x")
    sides = tuple(int(part) for part in parts if part.strip().isdecimal() and len(part) <= len(str(MOST_PX)))
    px = sides[0] if len(sides) == 1 else sides
    if len(sides) != len(parts) or not is_px(px):
        raise ModelError(
            f"{what} is {spoken(text)!r}; expected pixels from 1 to {MOST_PX}: 224, say, for a square, or 24x32 for "
            "height and width"
        )
    return px  # type: ignore[return-value]  # one or two: checked
