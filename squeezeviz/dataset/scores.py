"""The study behind `evaluate`: what the model says of each labelled photo, in one preprocessing or many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from squeezeviz.dataset.photo_answers import PhotoAnswers, answer_of
from squeezeviz.errors import LabelError

if TYPE_CHECKING:
    from squeezeviz.dataset.photo_answers import Answers
    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["Scores"]


@dataclass(frozen=True)
class Scores(PhotoAnswers):
    """Asks how often the model is right.

    Attributes:
        preprocessings: The preprocessings.
    """

    preprocessings: tuple[Preprocessing, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The preprocessings."""
        return ("scores", *(how.to_json() for how in self.preprocessings))

    def look(self, model: Model, image: Image, name: str, class_index: int | None) -> Answers:
        """Return one photo's answers.

        Raises:
            LabelError: It has no label.
            ImageError: The model answers NaN or infinity.
            PreprocessingError: It is too small for a preprocessing.
        """
        if class_index is None:
            raise LabelError(f"{name}: nobody says what it shows")
        return {name: tuple(answer_of(model, how, image, name, class_index) for how in self.preprocessings)}
