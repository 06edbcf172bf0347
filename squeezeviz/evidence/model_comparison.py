"""Two models on one photo: do they say the same, and up to which layer do they see the same?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.image import read_image
from squeezeviz.network.matching import match_layers
from squeezeviz.results.model_comparison import TOLERANCE, Agreement, ComparedModel, LayerPair, ModelComparison
from squeezeviz.results.shared_classes import shared_classes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from squeezeviz.image import Image, ImageSource
    from squeezeviz.network.matching import Match, Matching
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.activations import Activations
    from squeezeviz.results.prediction import Prediction
    from squeezeviz.runtime.model import Model

__all__ = ["agreement_of", "compare_on_photo", "compare_seen", "difference_of", "pairs_of"]

_TOP = 5


def compare_on_photo(a: Model, b: Model, image: ImageSource, *, tolerance: float = TOLERANCE) -> ModelComparison:
    """Show one photo to two models, each with its own preprocessing; see `squeezeviz.compare_models`.

    Args:
        a: The first model.
        b: The second, which is compared with it.
        image: Anything `read_image` takes.
        tolerance: Beyond which relative difference maps count as different.

    Raises:
        ImageError: The photo cannot be read.
        PreprocessingError: The photo is too small for a preprocessing.
    """
    read, how = read_image(image), a.resolve(None)
    names = [match.a.name for match in _matching(a, how, b).pairs]
    return compare_seen(a, b, read, a.observe(read, how, _wanted(a, names)), how, tolerance=tolerance)


def compare_seen(
    a: Model,
    b: Model,
    image: Image,
    seen: tuple[Prediction, Activations],
    preprocessing: Preprocessing,
    *,
    tolerance: float = TOLERANCE,
) -> ModelComparison:
    """Compare with a second model what a first one has made of a photo.

    Args:
        a: The first model.
        b: The second, which gets its own preprocessing.
        image: The photo.
        seen: What the first says, and its layers' activations.
        preprocessing: The first's.
        tolerance: Beyond which relative difference maps count as different.

    Raises:
        PreprocessingError: The photo is too small for the second's preprocessing.
    """
    own, matching = b.resolve(None), _matching(a, preprocessing, b)
    first, second = seen, b.observe(image, own, _wanted(b, [match.b.name for match in matching.pairs]))
    tensors = (how.first_crop(image) for how in (preprocessing, own))
    return ModelComparison(
        image.name,
        _compared(a, image, first[0], preprocessing, pairs=len(matching.pairs), lone=matching.lone_a),
        _compared(b, image, second[0], own, pairs=len(matching.pairs), lone=matching.lone_b),
        agreement_of(a, b, first[0], second[0]),
        difference_of(*tensors)[0],
        pairs_of(matching.pairs, first[1], second[1]),
        tolerance,
    )


def _matching(a: Model, how: Preprocessing, b: Model) -> Matching:
    """Pair layers at the sizes of the inputs that the models are given."""
    return match_layers(a.architecture_at(*how.input_px), b.architecture_at(*b.resolve(None).input_px))


def _wanted(model: Model, names: Sequence[str]) -> list[str]:
    return list(names) or [model.architecture.logits_name]  # none at all cannot be asked for


def _compared(
    model: Model, image: Image, prediction: Prediction, how: Preprocessing, *, pairs: int, lone: tuple[str, ...]
) -> ComparedModel:
    return ComparedModel(prediction, how, model.seen(image, how), pairs + len(lone), lone)


def pairs_of(matches: Sequence[Match], a: Activations, b: Activations) -> tuple[LayerPair, ...]:
    """Measure how far the layers of each pair are from each other."""
    return tuple(
        LayerPair(
            match.a.name, match.b.name, match.kind, match.rule, match.a.shape, match.b.shape,
            *difference_of(a[match.a.name], b[match.b.name]),
        )
        for match in matches
    )  # fmt: skip


@np.errstate(invalid="ignore", over="ignore")  # what a network's numbers overflow to is told as it is
def difference_of(a: NDArray[np.float32], b: NDArray[np.float32]) -> tuple[float | None, float | None]:
    """Return ‖b − a‖ / ‖a‖ and Pearson's correlation of two arrays; None where either is not defined.

    Args:
        a: The first, of any shape.
        b: The second; of another shape nothing is defined.
    """
    if a.shape != b.shape:
        return None, None
    first, second = (array.astype(np.float64).ravel() for array in (a, b))
    size, apart = float(np.linalg.norm(first)), float(np.linalg.norm(second - first))
    relative = apart / size if size else (0.0 if not apart else None)
    if first.min() == first.max() or second.min() == second.max():  # rounding would leave something to divide by
        return relative, None
    first, second = first - first.mean(), second - second.mean()
    spread = float(np.linalg.norm(first)) * float(np.linalg.norm(second))
    if not spread or not np.isfinite(spread):  # what has overflowed goes with nothing
        return relative, None
    return relative, min(1.0, max(-1.0, float(first @ second) / spread))


def agreement_of(a: Model, b: Model, first: Prediction, second: Prediction) -> Agreement:
    """Compare two answers to one photo.

    Args:
        a: The first model.
        b: The second.
        first: What the first says.
        second: What the second says.
    """
    classes = shared_classes(a.labels, b.labels)
    if not len(classes):
        return Agreement(classes, None, None, None, classes.words)
    top_a = [classes.counterparts[index] for index in first.ranking[:_TOP]]
    top_b = [int(index) for index in second.ranking[:_TOP]]
    same, shared = top_a[0] == top_b[0], len({*top_a} & {*top_b})
    each_for_itself = [model.name for model in (a, b) if model.architecture.is_independent]
    if each_for_itself:
        problem = f"{each_for_itself[0]} answers each class for itself (sigmoid), and its probabilities do not sum to 1"
        return Agreement(classes, same, shared, None, problem)
    apart = _total_variation(first.probabilities, second.probabilities, classes.counterparts)
    if not np.isfinite(apart):
        return Agreement(classes, None, None, None, "an answer is infinite or no number")
    return Agreement(classes, same, shared, apart)


def _total_variation(a: NDArray[np.float32], b: NDArray[np.float32], counterparts: Sequence[int | None]) -> float:
    """Return ½ Σ |p − q| over the classes of both; what one lacks has probability 0 there."""
    there = np.zeros(len(a), np.float64)
    known = [(index, other) for index, other in enumerate(counterparts) if other is not None]
    of_a, of_b = (list(indices) for indices in zip(*known, strict=True))
    there[of_a] = b[of_b]
    missing = np.delete(b.astype(np.float64), of_b).sum()
    return float(min(1.0, (np.abs(there - a).sum() + missing) / 2))
