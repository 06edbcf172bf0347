"""What a probability costs in logits.

Softmax turns logits l into p = exp(l) / Σ exp. Where logits are means of maps after ReLU they can't go below 0, and a
class that nothing speaks for still takes exp(0) = 1 of the sum. With N classes, and R = Σ over the others: exp(l),

    p ≥ q       takes   l ≥ ln(q / (1 − q) × R)
    R ≥ N − 1   so that l ≥ ln(q / (1 − q) × (N − 1))  whatever the photo: ln 999 = 6.907 for a half among 1000 classes
    R ≥ N − 1   so that p ≤ exp(l) / (exp(l) + N − 1)  for a logit l, however silent the others are
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.arguments import check_number, check_whole, expect
from squeezeviz.errors import LabelError, LayerError
from squeezeviz.evidence.arithmetic import check_source
from squeezeviz.notebook_display import NotebookDisplay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.arithmetic import Arithmetic
    from squeezeviz.results.labels import Label, Labels

__all__ = ["SoftmaxAnalysis", "softmax_analysis"]


@dataclass(frozen=True, eq=False)
class SoftmaxAnalysis(NotebookDisplay):
    """A class's probability, and what it is up against.

    Attributes:
        label: The class.
        logits: float32 (N,), of all classes.
        labels: The classes.
        has_floor: Whether logits are means of maps after ReLU, and so never below 0.
    """

    label: Label
    logits: NDArray[np.float32]
    labels: Labels
    has_floor: bool

    @property
    def logit(self) -> float:
        """The class's own."""
        return float(self.logits[self.label.class_index])

    @cached_property
    def zeros(self) -> int:
        """How many classes, the class itself aside, have a logit of exactly 0."""
        return int((self._others == 0).sum())

    @cached_property
    def log_rest(self) -> float:
        """Logarithm of what all other classes add up to: ln Σ exp(logit)."""
        return _log_sum(self._others)

    @cached_property
    def _log_all(self) -> float:
        with np.errstate(invalid="ignore"):  # what is no number stays none
            return float(np.logaddexp(self.logit, self.log_rest))

    @property
    def probability(self) -> float:
        """The class's own, 0–1."""
        return self.probability_at(self.logit)

    @property
    def floor(self) -> float:
        """The share of all probability, 0–1, that goes to other classes with a logit of exactly 0."""
        return self.zeros * math.exp(-self._log_all)

    @property
    def nonzero_share(self) -> float:
        """The share, 0–1, that goes to other classes with a logit other than 0."""
        nonzero = self._others[self._others != 0]
        return math.exp(_log_sum(nonzero) - self._log_all) if len(nonzero) else 0.0

    @property
    def ceiling(self) -> float | None:
        """The most, 0–1, that this logit could be worth, were all others at 0; None where logits have no floor."""
        return _share(self.logit - math.log(len(self._others))) if self.has_floor else None

    def probability_at(self, logit: float) -> float:
        """Return the probability that another logit would have, the others as they are."""
        expect(logit, Real, "a logit, a number", ValueError)
        return _share(logit - self.log_rest)

    def needed(self, probability: float = 0.5) -> float:
        """Return the logit that a probability takes, the others as they are: ``ln(p / (1 − p) × Σ exp)``.

        Raises:
            ValueError: The probability is not between 0 and 1.
        """
        return _log_odds(probability) + self.log_rest

    def least(self, probability: float = 0.5) -> float | None:
        """Return the logit that a probability takes on any photo, all others at 0: ``ln(p / (1 − p) × (N − 1))``.

        None where logits have no floor. Below 0 means that a class with nothing to speak for it has as much.

        Raises:
            ValueError: The probability is not between 0 and 1.
        """
        return _log_odds(probability) + math.log(len(self._others)) if self.has_floor else None

    def top_others(self, n: int = 5) -> tuple[tuple[Label, float, float], ...]:
        """Return the n other classes that take most: class, logit, probability."""
        check_whole("n", n, least=0, error=ValueError)
        found = []
        for at in np.argsort(-self.logits, kind="stable")[: n + 1]:
            if at != self.label.class_index:
                logit = float(self.logits[at])
                share = math.exp(logit - self._log_all)
                found.append((self.labels[int(at)], logit, share))
        return tuple(found[:n])

    def nonzero_others(self, n: int = 5) -> tuple[tuple[Label, float, float], ...]:
        """Return those of `top_others` whose logit is not 0: class, logit, probability."""
        return tuple(other for other in self.top_others(n) if other[1])

    def beside(self, n: int = 5) -> tuple[int, float]:
        """Return how many classes with a logit other than 0 come after `nonzero_others`, and their share, 0–1."""
        named = self.nonzero_others(n)
        count = len(self._others) - self.zeros - len(named)
        return count, max(0.0, self.nonzero_share - sum(share for _, _, share in named))

    @cached_property
    def _others(self) -> NDArray[np.float64]:
        return np.delete(self.logits.astype(np.float64), self.label.class_index)

    def to_dict(self, probability: float = 0.5) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "class_index": self.label.class_index,
            "wnid": self.label.wnid,
            "label": self.label.label,
            "classes": len(self.logits),
            "logit": self.logit,
            "probability": self.probability,
            "zeros": self.zeros,
            "floor": self.floor,
            "nonzero_share": self.nonzero_share,
            "asked": probability,
            "needed": self.needed(probability),
            "least": self.least(probability),
            "ceiling": self.ceiling,
            "top_others": [
                {"class_index": label.class_index, "label": label.label, "logit": logit, "probability": share}
                for label, logit, share in self.top_others()
            ],
        }

    def __repr__(self) -> str:
        return (
            f"<SoftmaxAnalysis of {self.label.label!r}: logit {self.logit:.4f}, p {self.probability:.2%}; {self.zeros} "
            f"of {len(self._others)} others at 0 take {self.floor:.2%}; a half takes {self.needed():.2f}>"
        )


def softmax_analysis(source: Arithmetic, class_index: int | str) -> SoftmaxAnalysis:
    """Say what a class's probability is made of, and what more of it would take.

    Args:
        source: ``squeezeviz.Arithmetic(model, image)``; of several crops, the first.
        class_index: An index, WordNet id or name.

    Raises:
        LabelError: No class is called that, or there is but one.
        LayerError: The network answers by a sigmoid, each class for itself.
    """
    check_source(source)
    arch, labels = source.architecture, source.model.labels
    label = labels[class_index]
    if len(labels) < 2:
        raise LabelError(f"{source.model.name} has one class only: its share is always everything")
    arch.check_logits(source.model.name)
    if arch.is_independent:
        raise LayerError(
            f"{source.model.name} has no softmax: it answers by a sigmoid, each class for itself; its logits can be "
            "decomposed all the same, with squeezeviz.decompose_logit"
        )
    last = arch[arch.logits_name]
    has_relu = {layer.name: layer.pre_relu is not None for layer in arch}
    is_mean = last.op.is_global_mean
    has_floor = has_relu[last.name] or (is_mean and has_relu.get(last.inputs[0], False))
    return SoftmaxAnalysis(label, source.values(last.name).reshape(-1), labels, has_floor)


def _log_sum(logits: NDArray[np.float64]) -> float:
    top = float(logits.max())
    with np.errstate(invalid="ignore"):  # infinity less infinity
        return top + math.log(float(np.exp(logits - top).sum()))


def _share(log_odds: float) -> float:
    """The logistic function, without overflow at either end."""
    return 1 / (1 + math.exp(-log_odds)) if log_odds >= 0 else math.exp(log_odds) / (1 + math.exp(log_odds))


def _log_odds(probability: float) -> float:
    check_number("probability", probability, "one between 0 and 1", ValueError)
    if not 0 < probability < 1:
        raise ValueError(f"a probability of {probability!r} takes no finite logit; expected one between 0 and 1")
    return math.log(probability / (1 - probability))
