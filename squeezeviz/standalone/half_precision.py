"""Weights rounded to half precision: half the bytes, and what that changes, found by running the network both ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import PreprocessingError
from squeezeviz.image import read_image
from squeezeviz.image.gallery import samples
from squeezeviz.network.bounds import checked_onnx
from squeezeviz.runtime.export import round_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.prediction import Prediction
    from squeezeviz.runtime.model import Model

__all__ = ["HalfPrecision", "half_precision"]


@dataclass(frozen=True)
class HalfPrecision:
    """What rounding a model's weights to half precision changes, on photos that both were shown.

    Attributes:
        photos: On how many.
        preprocessings: In how many preprocessings of each.
        are_samples: Whether they are sample pictures, in want of photos.
        probability_change: The largest change of any class's probability.
        logit_change: The largest change of any class's logit.
        other_answers: Of which the most probable class is another: name of the photo and of the preprocessing.
    """

    photos: int
    preprocessings: int
    are_samples: bool
    probability_change: float
    logit_change: float
    other_answers: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        """It in a sentence."""
        what = "sample picture" if self.are_samples else "photo"
        counted = f"{self.photos} {what}{'' if self.photos == 1 else 's'}"
        ways = f" in {self.preprocessings} preprocessings" if self.preprocessings > 1 else ""
        begin = f"Weights are rounded to half precision. On {counted}{ways} that changes"
        if not (self.probability_change or self.logit_change):
            return f"{begin} nothing."
        change = (
            f"{begin} a probability by {self.probability_change:.2g} and a logit by {self.logit_change:.2g} at most; "
        )
        if not self.other_answers:
            return f"{change}every most probable class stays."
        named = ", ".join(f"{photo} ({how})" for photo, how in self.other_answers[:3])
        more = f" and {len(self.other_answers) - 3} more" if len(self.other_answers) > 3 else ""
        return f"{change}the most probable class is another for {named}{more}."


def half_precision(
    model: Model, images: Sequence[Image], presets: Sequence[Preprocessing]
) -> tuple[Model, HalfPrecision]:
    """Round a model's weights to half precision, and say what that changes.

    Args:
        model: The model.
        images: The photos to show to both; where there are none, the sample pictures of what it knows.
        presets: The preprocessings to show them in; of those that do not suit a photo, there is nothing to say.

    Returns:
        The model with its weights rounded, which computes in single precision all the same; and what has changed.

    Raises:
        ConversionError: A weight is too large for half precision.
        PreprocessingError: The first preprocessing does not suit a photo.
    """
    rounded = model.with_content(round_weights(checked_onnx(model.content, name=model.name)).SerializeToString())
    shown = images or _samples(model)
    probabilities, logits, others = [0.0], [0.0], []
    for image in shown:
        for how in presets:
            try:
                was, now = model.predict(image, how), rounded.predict(image, how)
            except PreprocessingError:
                if how is presets[0]:
                    raise
                continue
            probabilities.append(_largest(was.probabilities, now.probabilities))
            logits.append(_largest(was.logits, now.logits))
            if _answer(was) != _answer(now):
                others.append((image.name, how.name))
    return rounded, HalfPrecision(len(shown), len(presets), not images, max(probabilities), max(logits), tuple(others))


def _samples(model: Model) -> list[Image]:
    is_drawn = bool(model.entry and model.entry.is_drawn)
    return [read_image(each.name) for each in samples() if each.is_available and each.is_drawn == is_drawn]


def _largest(was: NDArray[np.float32], now: NDArray[np.float32]) -> float:
    """The largest difference; infinite where one of two numbers is none, or infinite, and the other is another."""
    with np.errstate(invalid="ignore"):
        off = np.abs(was.astype(np.float64) - now)
    same = (was == now) | (np.isnan(was) & np.isnan(now))
    return float(np.where(same, 0.0, np.where(np.isnan(off), np.inf, off)).max())


def _answer(prediction: Prediction) -> int:
    return prediction.top(1)[0].class_index
