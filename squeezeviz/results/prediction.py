"""What a model says of one image: logits → probabilities → top-k, with everything that made them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.arguments import check_whole
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.labels import Labels
    from squeezeviz.results.provenance import Provenance

__all__ = ["ClassScore", "Prediction", "averaged", "averaged_odds", "sigmoid", "softmax"]


@dataclass(frozen=True)
class ClassScore:
    """One class as a prediction ranks it.

    Attributes:
        class_index: Position in the network's output.
        wnid: WordNet id, or empty.
        label: Human-readable name.
        probability: After softmax, 0 to 1.
        logit: Before softmax.
    """

    class_index: int
    wnid: str
    label: str
    probability: float
    logit: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "class_index": self.class_index,
            "wnid": self.wnid,
            "label": self.label,
            "probability": self.probability,
            "logit": self.logit,
        }


@dataclass(frozen=True, eq=False)
class Prediction(NotebookDisplay):
    """What a model says of one image.

    Attributes:
        image: Name of the image.
        logits: float32 (N,), before softmax; of several crops, see `averaged`.
        probabilities: float32 (N,), after softmax, summing to 1; or after a sigmoid, each for itself.
        labels: The model's classes.
        provenance: The model, its hash, the preprocessing and the library versions.
        preprocess_ms: Time spent on preprocessing, milliseconds an image.
        run_ms: Time spent in the network, milliseconds an image.
        caution: Why not to believe it, in words; empty as a rule.
        is_sigmoid: Whether the network answers each class for itself, by a sigmoid of its logit.
        logit_words: What `logits` are: ``"logit"``; of a network in which no layer has them ``"ln p"``, the logarithm
            of the probability, or ``"log-odds"``, ln(p / (1 − p)).
    """

    image: str
    logits: NDArray[np.float32] = field(repr=False)
    probabilities: NDArray[np.float32] = field(repr=False)
    labels: Labels = field(repr=False)
    provenance: Provenance
    preprocess_ms: float = 0.0
    run_ms: float = 0.0
    caution: str = ""
    is_sigmoid: bool = field(default=False, repr=False)
    logit_words: str = field(default="logit", repr=False)

    @property
    def model_id(self) -> str:
        """Name of the model."""
        return self.provenance.model_id

    @property
    def preprocessing(self) -> Preprocessing | None:
        """How the image was preprocessed; None where the input tensor was given."""
        return self.provenance.preprocessing

    def probabilities_of(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what the network makes of other logits, along the last axis: softmax, or sigmoid where it has one."""
        return sigmoid(logits) if self.is_sigmoid else softmax(logits)

    @cached_property
    def ranking(self) -> NDArray[np.intp]:
        """Class indices by falling logit, (N,); ties go to the lower index."""
        return np.argsort(-self.logits, kind="stable")

    def top(self, k: int = 5) -> tuple[ClassScore, ...]:
        """Return the k most probable classes, best first.

        Raises:
            ValueError: k is less than 1.
        """
        check_whole("k", k, error=ValueError)
        return tuple(self[int(index)] for index in self.ranking[:k])

    def __getitem__(self, key: int | str) -> ClassScore:
        """Return one class by index, WordNet id or name.

        Raises:
            LabelError: No class is called that.
        """
        label = self.labels[key]
        index = label.class_index
        return ClassScore(index, label.wnid, label.label, float(self.probabilities[index]), float(self.logits[index]))

    def to_dict(self, k: int = 5) -> dict[str, Any]:
        """Return the top k as plain data, ready for JSON."""
        return {
            "image": self.image,
            "model": self.model_id,
            "preprocessing": self.preprocessing.name if self.preprocessing else None,
            "caution": self.caution,
            "top": [score.to_dict() for score in self.top(k)],
        }

    def __repr__(self) -> str:
        ranked = ", ".join(f"{score.label} {score.probability:.1%}" for score in self.top(3))
        return visible(f"<Prediction of {self.image!r} by {self.model_id}: {ranked}, …>")


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return probabilities along the last axis; where a logit is infinite or no number, none of them is one."""
    with np.errstate(invalid="ignore"):  # infinity less infinity
        exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
        probabilities: NDArray[np.float32] = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return probabilities


def sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return each class's probability for itself: of a network that answers each with yes or no."""
    small = np.exp(-np.abs(logits))
    probabilities: NDArray[np.float32] = np.where(logits >= 0, 1, small) / (1 + small)
    return probabilities


def averaged(logits: NDArray[np.float32], windows: int) -> NDArray[np.float32]:
    """Bring the answers to several crops of each image together.

    What is averaged are probabilities, as Krizhevsky, Sutskever and Hinton (2012) did. The logits returned are those
    that softmax turns into that average: its logarithm, plus the crops' mean log-sum-exp. Of one crop they are its own.

    Args:
        logits: float32 (B · windows, N).
        windows: Crops of an image; they stand together.

    Returns:
        float32 (B, N).
    """
    if windows == 1:
        return logits
    apart = logits.reshape(-1, windows, logits.shape[-1]).astype(np.float64)
    top = apart.max(axis=-1, keepdims=True)
    totals = top + np.log(np.exp(apart - top).sum(axis=-1, keepdims=True))
    logs = apart - totals  # of the probabilities
    largest = logs.max(axis=1, keepdims=True)
    mean: NDArray[np.float64] = largest[:, 0] + np.log(np.exp(logs - largest).mean(axis=1)) + totals.mean(axis=1)
    return mean.astype(np.float32)


def averaged_odds(logits: NDArray[np.float32], windows: int) -> NDArray[np.float32]:
    """Bring the answers to several crops together where each class is answered for itself.

    Averaged are the probabilities, sigmoids of the logits. Those near 1 are told from 1 by how far they are from it, so
    that no logit becomes infinite.

    Args:
        logits: float32 (B · windows, N).
        windows: Crops of an image; they stand together.

    Returns:
        float32 (B, N): logits of which the sigmoid is the averaged probability.
    """
    apart = logits.reshape(-1, windows, logits.shape[-1]).astype(np.float64)
    yes, no = (-np.logaddexp(0, sign * apart) for sign in (-1, 1))  # logarithms of both probabilities
    odds: NDArray[np.float64] = np.logaddexp.reduce(yes, axis=1) - np.logaddexp.reduce(no, axis=1)
    return odds.astype(np.float32)
