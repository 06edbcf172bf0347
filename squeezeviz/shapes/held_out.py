"""How well does a model know the drawn world? Its answers to freshly drawn pictures that no training has seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.dataset.statistics import wilson
from squeezeviz.image.drawings.scene import CLASSES, draw
from squeezeviz.image.drawings.seeds import HELD_OUT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.runtime.model import Model

__all__ = ["Score", "score"]


@dataclass(frozen=True, eq=False)
class Score:
    """What a model answered.

    Attributes:
        confusion: int64 (classes, classes); row: what was drawn, column: what was answered.
        in_top5: How many pictures had their class among the five most probable.
    """

    confusion: NDArray[np.int64]
    in_top5: int

    @property
    def count(self) -> int:
        """How many pictures were drawn."""
        return int(self.confusion.sum())

    @property
    def right(self) -> int:
        """How many answers were right."""
        return int(np.trace(self.confusion))

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0–1."""
        return self.right / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval of the accuracy."""
        return wilson(self.right, self.count)

    @property
    def recall(self) -> NDArray[np.float64]:
        """Share of each class's pictures that were named right, float64 (classes,)."""
        return np.diag(self.confusion) / self.confusion.sum(axis=1)

    @property
    def precision(self) -> NDArray[np.float64]:
        """Share of the answers of each class that were right, float64 (classes,); NaN for a class never answered."""
        answered = self.confusion.sum(axis=0)
        return np.divide(np.diag(self.confusion), answered, out=np.full(len(answered), np.nan), where=answered > 0)


def score(model: Model, per_class: int, *, first: int = HELD_OUT) -> Score:
    """Draw ``per_class`` pictures of each class, with the seeds from ``first`` on, and ask the model.

    Args:
        model: One whose classes are those of `squeezeviz.image.drawings.scene.CLASSES`.
        per_class: How many pictures of each class.
        first: The first seed; the training's are far below `squeezeviz.image.drawings.seeds.HELD_OUT`.
    """
    confusion = np.zeros((len(CLASSES), len(CLASSES)), np.int64)
    in_top5 = 0
    for truth in range(len(CLASSES)):
        pictures = [draw(truth, seed) for seed in range(first, first + per_class)]
        for prediction in model.predict(pictures):
            confusion[truth, prediction.ranking[0]] += 1
            in_top5 += int(truth in prediction.ranking[:5])
    return Score(confusion, in_top5)
