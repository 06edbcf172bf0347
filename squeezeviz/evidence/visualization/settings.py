"""What may be chosen of a visualization: checked once, before anything is run."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from squeezeviz.errors import LayerError, did_you_mean, spoken

__all__ = ["MOST_PICTURES", "MOST_STEPS", "Form", "Settings"]

Form = Literal["fourier", "phases"]

MOST_STEPS, MOST_PICTURES = 100_000, 16
_LEAST_PX, _MOST_PX = 16, 2048


@dataclass(frozen=True)
class Settings:
    """Choices, as `squeezeviz.visualize` takes them and says what they are.

    Raises:
        LayerError: One of them cannot be.
    """

    steps: int = 512
    size: int | None = None
    seed: int = 0
    count: int = 1
    diversity: float = 0.5
    minimise: bool = False
    parametrisation: Form = "fourier"
    stray: float = 255.0
    learning_rate: float | None = None
    transformations: float = 1.0
    total_variation: float = 0.0
    high_frequencies: float = 0.0
    every: int = 16

    def __post_init__(self) -> None:
        self._whole("steps", 1, MOST_STEPS)
        self._whole("seed", 0, 2**63 - 1)
        self._whole("count", 1, MOST_PICTURES)
        self._whole("every", 1, MOST_STEPS)
        if self.size is not None:
            self._whole("size", _LEAST_PX, _MOST_PX)
        self._number("diversity", 0, 100)
        self._number("stray", 1, 255)
        self._number("transformations", 0, 3)
        self._number("total_variation", 0, 1e6)
        self._number("high_frequencies", 0, 1e6)
        if self.learning_rate is not None:
            self._number("learning_rate", 1e-6, 10)
        forms = get_args(Form)
        if self.parametrisation not in forms:
            asked = spoken(str(self.parametrisation))
            raise LayerError(
                f"parametrisation is {asked!r}; expected {' or '.join(map(repr, forms))}.{did_you_mean(asked, forms)}"
            )

    def to_dict(self) -> dict[str, Any]:
        """Return what the result keeps of them; steps and seed it has by themselves."""
        return {name: value for name, value in asdict(self).items() if name not in ("steps", "seed", "minimise")}

    def _whole(self, name: str, least: int, most: int) -> None:
        value = getattr(self, name)
        if type(value) is not int or not least <= value <= most:
            raise LayerError(f"{name} is {spoken(repr(value))}; expected a whole number from {least} to {most:,}")

    def _number(self, name: str, least: float, most: float) -> None:
        value = getattr(self, name)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        if not is_number or not least <= value <= most:
            raise LayerError(f"{name} is {spoken(repr(value))}; expected a number from {least:g} to {most:g}")
