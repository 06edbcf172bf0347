"""What a person may choose of a network: the size of its input, and which of its outputs is the answer."""

from __future__ import annotations

import os
from dataclasses import dataclass

from squeezeviz.errors import ModelError, spoken
from squeezeviz.preprocessing.sizes import MOST_PX, Px, is_px, one_or_both

__all__ = ["INPUT_VARIABLE", "OUTPUT_VARIABLE", "Chosen", "px_of_text"]

#: Variables of the environment that go with ``SQUEEZEVIZ_MODEL``: kernels get their model so.
INPUT_VARIABLE, OUTPUT_VARIABLE = "SQUEEZEVIZ_INPUT_PX", "SQUEEZEVIZ_MODEL_OUTPUT"


@dataclass(frozen=True)
class Chosen:
    """What was chosen of a network.

    Attributes:
        input_px: Height and width of the input, one number for a square; None for what its file says, or a default.
        output: Name of the answer; None for the first output with one number a class.

    Raises:
        ModelError: That is no size.
    """

    input_px: Px | None = None
    output: str | None = None

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
    def by_environment(cls) -> Chosen:
        """Return what goes with the model that the environment names.

        Raises:
            ModelError: A variable holds no size.
        """
        size = os.environ.get(INPUT_VARIABLE, "").strip()
        return cls(px_of_text(size, INPUT_VARIABLE) if size else None, os.environ.get(OUTPUT_VARIABLE) or None)

    def to_environment(self) -> dict[str, str]:
        """Return the variables that say so."""
        size = "x".join(map(str, self.input_px)) if isinstance(self.input_px, tuple) else self.input_px
        said = {INPUT_VARIABLE: size, OUTPUT_VARIABLE: self.output}
        return {name: str(value) for name, value in said.items() if value is not None}


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
