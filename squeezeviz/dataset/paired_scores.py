"""The study behind `compare_models`: what two models say of each photo, decoded once for both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from squeezeviz.dataset.identity import model_key
from squeezeviz.dataset.photo_answers import PhotoAnswers, answer_of
from squeezeviz.errors import LabelError

if TYPE_CHECKING:
    from squeezeviz.dataset.photo_answers import Answers
    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["PairedScores"]


@dataclass(frozen=True)
class PairedScores(PhotoAnswers):
    """Asks two models the same; the survey's own model is the first.

    Attributes:
        other: The second model.
        preprocessings: The first's and the second's.
        counterparts: For each class of the first, its index in the second; None where the second lacks it.
    """

    other: Model
    preprocessings: tuple[Preprocessing, Preprocessing]
    counterparts: tuple[int | None, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The second model, both preprocessings, and which class is which."""
        hows = (how.to_json() for how in self.preprocessings)
        return ("paired scores", *model_key(self.other).values(), *hows, repr(self.counterparts))

    def look(self, model: Model, image: Image, name: str, class_index: int | None) -> Answers:
        """Return both models' answers to one photo.

        Raises:
            LabelError: It shows what the second model has no class for.
            ImageError: A model answers NaN or infinity.
            PreprocessingError: It is too small for a preprocessing.
        """
        there = None if class_index is None else self.counterparts[class_index]
        if class_index is not None and there is None:
            shown = model.labels[class_index].label
            raise LabelError(f"{name}: {self.other.name} has no class {shown!r}, which {model.name} has")
        asked = zip((model, self.other), self.preprocessings, (class_index, there), strict=True)
        return {name: tuple(answer_of(each, how, image, name, truth) for each, how, truth in asked)}
