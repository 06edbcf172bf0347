"""What two models make of one photo: their answers, and their layers side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.visible import visible

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.network.matching import MatchRule
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.prediction import Prediction
    from squeezeviz.results.shared_classes import SharedClasses

__all__ = ["TOLERANCE", "Agreement", "ComparedModel", "LayerPair", "ModelComparison"]

#: Maps that differ by more are called different: weights stored in half precision stay below it.
TOLERANCE = 0.01


@dataclass(frozen=True)
class LayerPair:
    """A layer of one model and the layer of the other that stands for it.

    Attributes:
        a: Name of the first model's layer; of one that is quantised at once, of what its readers get: dequantised.
        b: Name of the second's.
        kind: What people call the first's operator.
        matched_by: ``"name"``, or ``"form"``: the same operator and shape; see `squeezeviz.compare_models`.
        shape_a: Of the first's activation, (C, H, W) or (N,).
        shape_b: Of the second's.
        relative_l2: ‖b − a‖ / ‖a‖ over all numbers of the activations, after ReLU where there is one. None where shapes
            differ, or the first's numbers are all zero and the second's are not. Not a number where they overflow.
        correlation: Pearson's correlation of the same numbers, -1 to 1; None where shapes differ, or either's numbers
            are all one.
    """

    a: str
    b: str
    kind: str
    matched_by: MatchRule
    shape_a: tuple[int, ...]
    shape_b: tuple[int, ...]
    relative_l2: float | None
    correlation: float | None

    def diverges(self, tolerance: float) -> bool:
        """Say whether both differ: in shape, or by more than `tolerance` of the first's size."""
        return self.relative_l2 is None or not self.relative_l2 <= tolerance  # not a number diverges as well

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "a": self.a,
            "b": self.b,
            "kind": self.kind,
            "matched_by": self.matched_by,
            "shape_a": list(self.shape_a),
            "shape_b": list(self.shape_b),
            "relative_l2": _finite(self.relative_l2),
            "correlation": _finite(self.correlation),
        }


@dataclass(frozen=True, eq=False)
class ComparedModel:
    """One of the two models, and what it makes of the photo.

    Attributes:
        prediction: What it says, with its own preprocessing.
        preprocessing: That preprocessing.
        seen: What it sees of the photo, uint8 (H, W, 3) RGB; of several crops the first.
        layers: How many layers it has; one that is quantised at once is one with its quantisation.
        unmatched: Names of the layers that stand for none of the other model's, in its order.
    """

    prediction: Prediction
    preprocessing: Preprocessing
    seen: NDArray[np.uint8] = field(repr=False)
    layers: int
    unmatched: tuple[str, ...] = field(repr=False)

    @property
    def name(self) -> str:
        """What the model is called."""
        return self.prediction.model_id

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "model": self.name,
            "model_sha256": self.prediction.provenance.model_sha256,
            "preprocessing": self.preprocessing.to_dict(),
            "top": [score.to_dict() for score in self.prediction.top()],
            "layers": self.layers,
            "unmatched": list(self.unmatched),
        }


@dataclass(frozen=True)
class Agreement:
    """How far the answers of two models agree. What cannot be said is None, and `problem` says why.

    Attributes:
        classes: Which classes both have, and how that is known.
        is_same_top1: Whether the most probable class is the same.
        shared_top5: How many classes are among the five most probable of both.
        total_variation: ½ Σ |p − q| over all classes of both, 0–1: the largest difference between the probabilities
            that the two give to any set of classes. A class that one model lacks has probability 0 there.
        problem: Why any of these is None; empty as a rule.
    """

    classes: SharedClasses
    is_same_top1: bool | None
    shared_top5: int | None
    total_variation: float | None
    problem: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "classes": {"shared": len(self.classes), "rule": self.classes.rule, "words": self.classes.words},
            "is_same_top1": self.is_same_top1,
            "shared_top5": self.shared_top5,
            "total_variation": self.total_variation,
            "problem": self.problem,
        }


@dataclass(frozen=True, eq=False)
class ModelComparison(NotebookDisplay):
    """Two models on one photo, each with its own preprocessing.

    Attributes:
        image: Name of the photo.
        a: The first model, which the second is compared with.
        b: The second.
        agreement: How far their answers agree.
        input_difference: ‖b − a‖ / ‖a‖ of the input tensors; 0 where both are given the same numbers, None where their
            shapes differ.
        pairs: The layers that stand for each other, in the first model's order.
        tolerance: Beyond which relative difference maps count as different.
    """

    image: str
    a: ComparedModel
    b: ComparedModel
    agreement: Agreement
    input_difference: float | None
    pairs: tuple[LayerPair, ...] = field(repr=False)
    tolerance: float = TOLERANCE

    @property
    def has_same_input(self) -> bool:
        """Whether both networks were given the very same numbers."""
        return self.input_difference == 0

    @cached_property
    def first_divergent_layer(self) -> LayerPair | None:
        """The first pair, in the first model's order, whose shapes or maps differ by more than `tolerance`.

        None where there is none. Where the inputs differ (see `has_same_input`) the networks part before any layer.
        """
        return next((pair for pair in self.pairs if pair.diverges(self.tolerance)), None)

    @property
    def verdict(self) -> str:
        """What was found, in a few sentences: the answers, and where the networks part."""
        return f"{self._answers} {self._inputs} {self._layers}"

    @property
    def _answers(self) -> str:
        told = self.agreement
        first, second = (each.prediction.top(1)[0].label for each in (self.a, self.b))
        if told.is_same_top1 is None:
            return f"The answers cannot be compared: {told.problem}."
        said = f"Both say {first}" if told.is_same_top1 else f"They part: {first} against {second}"
        apart = (
            f"; their probabilities are {told.total_variation:.2g} apart (total variation)"
            if told.total_variation is not None
            else f"; their probabilities cannot be compared: {told.problem}"
        )
        return f"{said}; {told.shared_top5} of the first five classes are in both{apart}."

    @property
    def _inputs(self) -> str:
        if self.has_same_input:
            return "Both are given the same input."
        how = f"{self.a.preprocessing.name} against {self.b.preprocessing.name}"
        if self.input_difference is None:
            (height, width), (other_height, other_width) = (each.preprocessing.input_px for each in (self.a, self.b))
            return f"The input itself differs, {height} × {width} px against {other_height} × {other_width} px ({how})."
        return f"The input itself differs by {self.input_difference:.2g} of its size ({how})."

    @property
    def _layers(self) -> str:
        if not self.pairs:
            return "No layer of one stands for a layer of the other, by name or by form."
        parting = self.first_divergent_layer
        if parting is None:
            return f"None of the {len(self.pairs)} pairs of layers differs by more than {self.tolerance:g}."
        names = parting.a if parting.a == parting.b else f"{parting.a} and {parting.b}"
        if parting.shape_a != parting.shape_b:
            return f"The first pair of layers to differ is {names}: in shape."
        return f"The first pair of layers to differ by more than {self.tolerance:g} is {names}."

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        parting = self.first_divergent_layer
        return {
            "image": self.image,
            "a": self.a.to_dict(),
            "b": self.b.to_dict(),
            "agreement": self.agreement.to_dict(),
            "input_difference": _finite(self.input_difference),
            "tolerance": self.tolerance,
            "first_divergent_layer": {"a": parting.a, "b": parting.b} if parting else None,
            "pairs": [pair.to_dict() for pair in self.pairs],
            "verdict": self.verdict,
        }

    def __repr__(self) -> str:
        return visible(f"<ModelComparison of {self.a.name} and {self.b.name} on {self.image!r}: {self.verdict}>")


def _finite(value: float | None) -> float | None:
    """Return a number that JSON can hold; overflow is None there."""
    return value if value is not None and math.isfinite(value) else None
