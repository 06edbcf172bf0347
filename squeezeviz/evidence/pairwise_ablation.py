"""Pairwise ablation: ablate every pair of a layer's channels, and see which pairs do more, or less, than their sum."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.arguments import check_whole
from squeezeviz.errors import LayerError
from squeezeviz.evidence.ablated_runs import AblatedRuns, filled_in, narrowest
from squeezeviz.evidence.ablation_sweep import class_index_of, logit_changes
from squeezeviz.evidence.baseline import baseline
from squeezeviz.runtime.loading import loaded
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Event

    from numpy.typing import NDArray

    from squeezeviz.evidence.ablation import ChannelFill
    from squeezeviz.evidence.occlusion import Units
    from squeezeviz.image import ImageSource
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.prediction import Prediction
    from squeezeviz.runtime.loading import ModelSource

__all__ = ["PairwiseAblation", "pairwise_ablation", "pairwise_ablation_steps"]

_STEP = 64  # runs between two partial results


@dataclass(frozen=True, eq=False)
class PairwiseAblation:
    """What the network says without each pair of one layer's channels, and without each alone.

    Attributes:
        prediction: What it says with all of them.
        layer: The layer.
        fill: What stands in the place of a channel's map.
        pairs: (channel, later channel).
        single_logits: Without each channel, float32 (C, N).
        pair_logits: Without each pair, float32 (pairs, N); NaN where that has not been computed yet.
    """

    prediction: Prediction
    layer: str
    fill: ChannelFill
    pairs: tuple[tuple[int, int], ...] = field(repr=False)
    single_logits: NDArray[np.float32] = field(repr=False)
    pair_logits: NDArray[np.float32] = field(repr=False)

    @property
    def total(self) -> int:
        """Number of pairs."""
        return len(self.pairs)

    @cached_property
    def done(self) -> int:
        """Number of pairs ablated so far."""
        return int(np.isfinite(self.pair_logits[:, 0]).sum())

    @property
    def is_complete(self) -> bool:
        """Whether every pair was ablated."""
        return self.done == self.total

    def changes(self, key: int | str | None = None, units: Units = "logit") -> NDArray[np.float32]:
        """Return what becomes of a class without each pair, less what it is: float32 (C, C), symmetrical.

        On the diagonal stand the single channels; NaN where a pair has not been ablated yet.

        Raises:
            LabelError: No class is called that.
            ValueError: There are no such units.
        """
        index = class_index_of(self.prediction, key)
        matrix = np.diag(logit_changes(self.prediction, self.single_logits, index, units))
        rows, columns = np.transpose(self.pairs)
        matrix[rows, columns] = matrix[columns, rows] = logit_changes(self.prediction, self.pair_logits, index, units)
        return matrix

    def interactions(self, key: int | str | None = None, units: Units = "logit") -> NDArray[np.float32]:
        """Return each pair's change less the sum of its two channels' own: float32 (C, C), zeros on the diagonal.

        Zero where two channels work apart. Where each speaks for the class, above zero says that one stands in for the
        other; below zero, that both are needed least when both are there.

        Raises:
            LabelError: No class is called that.
            ValueError: There are no such units.
        """
        changes = self.changes(key, units)
        alone = np.diag(changes)
        apart: NDArray[np.float32] = changes - (alone[:, None] + alone)
        np.fill_diagonal(apart, 0)
        return apart

    def strongest(
        self, key: int | str | None = None, n: int = 10, *, units: Units = "logit"
    ) -> tuple[tuple[int, int, float], ...]:
        """Return the n pairs with the largest interactions: (channel, later channel, interaction)."""
        check_whole("n", n, least=0, error=ValueError)
        interactions = self.interactions(key, units)
        found = [(a, b, float(interactions[a, b])) for a, b in self.pairs if np.isfinite(interactions[a, b])]
        return tuple(sorted(found, key=lambda pair: -abs(pair[2]))[:n])

    def to_dict(self, key: int | str | None = None, n: int = 10) -> dict[str, Any]:
        """Return one class's strongest interactions as plain data, ready for JSON."""
        return {
            "image": self.prediction.image,
            "model": self.prediction.model_id,
            "method": "pairwise ablation",
            "class": self.prediction[class_index_of(self.prediction, key)].to_dict(),
            "layer": self.layer,
            "fill": self.fill,
            "done": self.done,
            "total": self.total,
            "pairs": [{"channels": [a, b], "interaction": value} for a, b, value in self.strongest(key, n)],
        }

    def __repr__(self) -> str:
        done = "" if self.is_complete else f"{self.done} of "
        return f"<PairwiseAblation of {visible(self.layer)} on {self.prediction.image!r}: {done}{self.total} pairs>"


def pairwise_ablation_steps(
    model: ModelSource,
    image: ImageSource,
    layer: str | None = None,
    *,
    fill: ChannelFill = "zero",
    preprocessing: str | Preprocessing | None = None,
    cancel: Event | None = None,
) -> Iterator[PairwiseAblation]:
    """Ablate every pair of a layer's channels in turn; yield what is known after every 64.

    Args:
        model: A loaded model, or the name or path of one.
        image: Anything `squeezeviz.read_image` takes.
        layer: The layer's name; by default the last block's bottleneck; a squeeze's 64 channels make 2,016 pairs.
        fill: What stands in the place of a map: ``"zero"`` (the default), ``"mean"`` (its own, everywhere), or a
            number.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default. Of several crops, the first.
        cancel: Once it is set, no further pair is ablated, and the results end; so does closing the generator.

    Yields:
        Partial results, the last one complete unless it was cancelled.

    Raises:
        ImageError: The image cannot be read.
        LayerError: The layer is unknown or has one channel only, or the network has no blocks.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or does not suit the model or the image.
    """
    start = baseline(loaded(model), image, preprocessing)
    name = narrowest(start)[-1] if layer is None else start.architecture[layer].name
    count = start.architecture[name].channels
    pairs = tuple(combinations(range(count), 2))
    if not pairs:
        raise LayerError(f"{name} has one channel; expected a layer with pairs of them")
    runs = AblatedRuns(start, [name], fill)
    singles = np.full((count, len(runs.logits)), np.nan, np.float32)
    deque(filled_in(singles, runs, [(name, (channel,)) for channel in range(count)], count, cancel), maxlen=0)
    logits = np.full((len(pairs), len(runs.logits)), np.nan, np.float32)
    prediction = start.prediction(runs.logits)
    for _ in filled_in(logits, runs, [(name, pair) for pair in pairs], _STEP, cancel):
        yield PairwiseAblation(prediction, name, fill, pairs, singles, logits.copy())


def pairwise_ablation(
    model: ModelSource,
    image: ImageSource,
    layer: str | None = None,
    *,
    fill: ChannelFill = "zero",
    preprocessing: str | Preprocessing | None = None,
) -> PairwiseAblation:
    """Ablate every pair of a layer's channels in turn. 2,016 pairs take some seconds.

    Args:
        model: A loaded model, or the name or path of one.
        image: Anything `squeezeviz.read_image` takes.
        layer: The layer's name; by default the last block's bottleneck; a squeeze's 64 channels make 2,016 pairs.
        fill: What stands in the place of a map: ``"zero"`` (the default), ``"mean"`` (its own, everywhere), or a
            number.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default. Of several crops, the first.

    Raises:
        ImageError: The image cannot be read.
        LayerError: The layer is unknown or has one channel only, or the network has no blocks.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or does not suit the model or the image.
    """
    (last,) = deque(pairwise_ablation_steps(model, image, layer, fill=fill, preprocessing=preprocessing), maxlen=1)
    return last
