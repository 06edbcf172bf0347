"""What models say of each photo, as studies hold it: answers by the photo's name."""

from __future__ import annotations

import json
import threading
from dataclasses import astuple
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.dataset.evaluation import Answer
from squeezeviz.errors import ImageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["Answers", "PhotoAnswers", "answer_of"]

#: Photo's name → one answer a preprocessing, in their order.
Answers = dict[str, tuple[Answer, ...]]

# Each thread writes input tensors into its own memory, again and again: fresh memory costs more than it looks.
_tensors = threading.local()


class PhotoAnswers:
    """The part of a study that holds one answer a preprocessing of each photo; see `squeezeviz.dataset.study.Study`.

    Attributes:
        preprocessings: What is asked, in the answers' order.
    """

    preprocessings: tuple[Preprocessing, ...]

    def empty(self) -> Answers:
        """Return the answer to no photos."""
        return {}

    def merge(self, first: Answers, second: Answers) -> Answers:
        """Return the answers to both."""
        first.update(second)
        return first

    def dump(self, part: Answers) -> bytes:
        """Return answers as JSON; every float comes back as it was."""
        return json.dumps({name: [astuple(answer) for answer in part[name]] for name in sorted(part)}).encode()

    def load(self, content: bytes) -> Answers:
        """Return answers from JSON.

        Raises:
            ValueError: These bytes are no answers, or not one a preprocessing.
        """
        try:
            part = {name: tuple(Answer(*answer) for answer in rows) for name, rows in json.loads(content).items()}
        except (TypeError, AttributeError, ValueError) as exc:
            raise ValueError(f"expected answers as JSON ({exc})") from exc
        count = len(self.preprocessings)
        if any(len(answers) != count for answers in part.values()):
            raise ValueError(f"expected answers, {count} a photo")
        return part


def answer_of(model: Model, how: Preprocessing, image: Image, name: str, class_index: int | None) -> Answer:
    """Return what a model says of one photo in one preprocessing, on one thread.

    Args:
        model: The model.
        how: The preprocessing.
        image: The photo.
        name: What to call it in errors.
        class_index: What it shows; None where nobody says.

    Raises:
        ImageError: The model answers NaN or infinity.
        PreprocessingError: The photo is too small for the preprocessing.
    """
    known = _tensors.__dict__.setdefault("by_preprocessing", {})  # by all of it: two may have one name
    known[how] = tensor = how(image, out=known.get(how))
    logits, probabilities = model.answers(tensor, how, threads=1)
    if not np.isfinite(logits).all():
        raise ImageError(f"{name}: the model answers NaN or infinity")
    return _answer(logits[0], probabilities[0], class_index)


def _answer(logits: NDArray[np.float32], probabilities: NDArray[np.float32], truth: int | None) -> Answer:
    best = int(logits.argmax())
    if truth is None:
        return Answer(0, best, float(probabilities[best]), 0.0)
    above = int((logits > logits[truth]).sum()) + int((logits[:truth] == logits[truth]).sum())
    return Answer(above + 1, best, float(probabilities[best]), float(probabilities[truth]))
