"""What answers are worth: with labels, whether they are right; without, how steady they are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from squeezeviz.dataset.diagnosis.contest import Answered, Answers

__all__ = ["Hits", "Steadiness"]

_LEAST = 1e-6  # probability: below it, how wrong an answer is depends on rounding


class Hits:
    """Answers that are right, photo by photo.

    Args:
        truths: Each photo's class, whole numbers (N,).
    """

    def __init__(self, truths: NDArray[np.intp]) -> None:
        self._truths = truths
        self._right: list[bool] = []
        self._log_likelihood = 0.0
        self.is_finite = False

    @property
    def photos(self) -> int:
        """To how many photos there are answers."""
        return len(self._right)

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether each was named right."""
        return np.array(self._right, bool)

    @property
    def rank(self) -> tuple[float, ...]:
        """Hits; of equals, the larger log-likelihood of the true classes, which is a proper score (Good 1952)."""
        return float(sum(self._right)), self._log_likelihood

    def look(self, ask: Callable[[NDArray[np.float32]], Answers], tensor: NDArray[np.float32], start: int) -> Answered:
        """Return for each photo whether it is named right, and the logarithm of its class's probability."""
        logits, probabilities = ask(tensor)
        truths, rows = self._truths[start : start + len(tensor)], np.arange(len(tensor))
        finite = _finite(logits)
        right = finite & (logits.argmax(axis=1) == truths)
        likely = np.where(finite, np.maximum(np.nan_to_num(probabilities[rows, truths]), _LEAST), _LEAST)
        logarithms: NDArray[np.float64] = np.log(likely.astype(np.float64))
        return right.astype(np.float64), logarithms, finite.astype(np.float64)

    def take(self, answered: Answered) -> None:
        """Count what was answered."""
        right, likely, finite = answered
        self._right += right.astype(bool).tolist()
        self._log_likelihood += float(likely.sum())
        self.is_finite |= bool(finite.any())


class Steadiness:
    """How sure answers are, and how alike for two crops of one photo and for two photos."""

    def __init__(self) -> None:
        self.photos = 0
        self.is_finite = False
        self._confidence = self._entropy = self._same = 0.0
        self._sums: list[NDArray[np.float64]] = []

    @property
    def confidence(self) -> float:
        """Mean probability of the most probable class."""
        return self._confidence / self.photos

    @property
    def entropy(self) -> float:
        """Mean entropy, in bits."""
        return self._entropy / self.photos

    @property
    def agreement(self) -> float:
        """Cohen's κ of two crops' answers, chance being the agreement of different photos; at least two photos."""
        same = self._same / self.photos
        chance = (float(self._sums[0] @ self._sums[1]) - self._same) / (self.photos * (self.photos - 1))
        return (same - chance) / (1 - chance) if chance < 1 else 0.0

    @property
    def rank(self) -> tuple[float, ...]:
        """Agreement; of equals, confidence."""
        return self.agreement, self.confidence

    def look(self, ask: Callable[[NDArray[np.float32]], Answers], tensor: NDArray[np.float32], start: int) -> Answered:
        """Return sums over the photos: confidence, entropy, agreement of both crops, and either's probabilities."""
        del start
        (first, is_finite), (second, _) = map(partial(_shares, ask), (tensor, _shifted(tensor)))
        bits = -(first * np.log2(np.where(first > 0, first, 1))).sum(axis=1)
        counts = np.array([len(tensor), is_finite, first.max(axis=1).sum(), bits.sum(), (first * second).sum()])
        return counts, first.sum(axis=0), second.sum(axis=0)

    def take(self, answered: Answered) -> None:
        """Add what was answered."""
        (photos, finite, confidence, entropy, same), *sums = answered
        self.photos += int(photos)
        self.is_finite |= bool(finite)
        self._confidence += float(confidence)
        self._entropy += float(entropy)
        self._same += float(same)
        self._sums = [old + new for old, new in zip(self._sums, sums, strict=True)] if self._sums else sums


def _shares(
    ask: Callable[[NDArray[np.float32]], Answers], tensor: NDArray[np.float32]
) -> tuple[NDArray[np.float64], bool]:
    """Return probabilities that sum to 1, float64 (B, classes), and whether any is of a finite answer."""
    logits, probabilities = ask(tensor)
    finite = _finite(np.concatenate([logits, probabilities], axis=1))
    # An answer that is no number is none: as good as every class alike. Independent classes are brought to shares.
    shares = np.where(finite[:, None], np.maximum(probabilities, 0), 1).astype(np.float64)
    return shares / np.maximum(shares.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny), bool(finite.any())


def _finite(rows: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return for each row whether all of it are numbers."""
    is_number: NDArray[np.bool_] = np.all(np.isfinite(rows), axis=1)
    return is_number


def _shifted(tensor: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return inputs mirrored, and moved by a sixteenth to the right and down; the edge repeats."""
    down, right = (side // 16 for side in tensor.shape[2:])
    padded = np.pad(tensor[:, :, :, ::-1], ((0, 0), (0, 0), (down, 0), (right, 0)), mode="edge")
    return np.ascontiguousarray(padded[:, :, : tensor.shape[2], : tensor.shape[3]])
