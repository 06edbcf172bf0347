"""Census: switch every squeeze channel off in turn, and rank them by what the network says without each.

A Fire module's squeeze is its bottleneck: all that the module knows has gone through these few channels.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from squeezeviz.errors import LayerError
from squeezeviz.evidence.baseline import baseline
from squeezeviz.evidence.switched import Switched, filled_in, layers_asked, squeezes
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.prediction import softmax
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from threading import Event

    from numpy.typing import NDArray

    from squeezeviz.evidence.ablation import Switch
    from squeezeviz.evidence.occlusion import Units
    from squeezeviz.image import ImageSource
    from squeezeviz.model import Model
    from squeezeviz.prediction import Prediction
    from squeezeviz.preprocessing import Preprocessing

__all__ = ["Census", "ChannelEffect", "PairCensus", "census", "census_of_pairs", "census_steps", "pair_steps"]

_STEP = 16  # runs between two partial results
_PAIR_STEP = 64


@dataclass(frozen=True)
class ChannelEffect:
    """What the network says of one class without one channel.

    Attributes:
        layer: The channel's layer.
        channel: Its index.
        logit_change: Without it less with it: below zero where the channel speaks for the class.
        probability_change: The same, 0 to 1.
        answer: The most probable class without it.
    """

    layer: str
    channel: int
    logit_change: float
    probability_change: float
    answer: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "layer": self.layer,
            "channel": self.channel,
            "logit_change": self.logit_change,
            "probability_change": self.probability_change,
            "answer": self.answer,
        }


@dataclass(frozen=True, eq=False)
class Census(NotebookDisplay):
    """What the network says without each of many channels; of a partial result, of those switched off so far.

    Attributes:
        prediction: What it says with all of them.
        fill: What stands in the place of a channel's map: ``"zero"``, ``"mean"``, or a number.
        channels: (layer, channel), in the network's order.
        logits: Without each, float32 (channels, N); NaN where that has not been computed yet.
    """

    prediction: Prediction
    fill: Switch
    channels: tuple[tuple[str, int], ...] = field(repr=False)
    logits: NDArray[np.float32] = field(repr=False)

    @property
    def total(self) -> int:
        """Number of channels."""
        return len(self.channels)

    @cached_property
    def done(self) -> int:
        """Number of channels switched off so far."""
        return int(np.isfinite(self.logits[:, 0]).sum())

    @property
    def is_complete(self) -> bool:
        """Whether every channel was switched off."""
        return self.done == self.total

    def changes(self, key: int | str | None = None, units: Units = "logit") -> NDArray[np.float32]:
        """Return what becomes of a class without each channel, less what it is: float32 (channels,), NaN if not known.

        Args:
            key: Class index, WordNet id or name; the most probable class by default.
            units: In logits, or in probability, 0 to 1.

        Raises:
            LabelError: No class is called that.
            ValueError: There are no such units.
        """
        return _changes(self.prediction, self.logits, self._index(key), units)

    def ranked(
        self, key: int | str | None = None, n: int | None = None, *, units: Units = "logit"
    ) -> tuple[ChannelEffect, ...]:
        """Return the n channels that matter most to a class, for it or against it; all that are known by default.

        Raises:
            LabelError: No class is called that.
            ValueError: There are no such units.
        """
        index = self._index(key)
        by = self.changes(index, units)
        logit, probability = self.changes(index), self.changes(index, "probability")
        order = [int(at) for at in np.argsort(-np.abs(by), kind="stable") if np.isfinite(by[at])]
        labels = self.prediction.labels
        return tuple(
            ChannelEffect(
                *self.channels[at],
                float(logit[at]),
                float(probability[at]),
                labels[int(self.logits[at].argmax())].label,
            )
            for at in order[:n]
        )

    def of_layer(self, layer: str, key: int | str | None = None, units: Units = "logit") -> NDArray[np.float32]:
        """Return the changes of one layer's channels, float32 (C,), in their order.

        Raises:
            LabelError: No class is called that.
            LayerError: The layer's channels were not switched off.
        """
        places = [at for at, (name, _) in enumerate(self.channels) if name == layer]
        if not places:
            names = ", ".join(dict.fromkeys(name for name, _ in self.channels))
            raise LayerError(f"{layer!r} was not part of this census; there are {names}")
        return self.changes(key, units)[places]

    def _index(self, key: int | str | None) -> int:
        return _class_index(self.prediction, key)

    def to_dict(self, key: int | str | None = None, n: int | None = None) -> dict[str, Any]:
        """Return one class's ranking as plain data, ready for JSON."""
        return {
            "image": self.prediction.image,
            "model": self.prediction.model_id,
            "method": "census",
            "class": self.prediction[self._index(key)].to_dict(),
            "fill": self.fill,
            "done": self.done,
            "total": self.total,
            "channels": [effect.to_dict() for effect in self.ranked(key, n)],
        }

    def __repr__(self) -> str:
        done = "" if self.is_complete else f"{self.done} of "
        by = visible(self.prediction.model_id)
        return f"<Census of {self.prediction.image!r} by {by}: {done}{self.total} channels>"


@dataclass(frozen=True, eq=False)
class PairCensus:
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
    fill: Switch
    pairs: tuple[tuple[int, int], ...] = field(repr=False)
    single_logits: NDArray[np.float32] = field(repr=False)
    pair_logits: NDArray[np.float32] = field(repr=False)

    @property
    def total(self) -> int:
        """Number of pairs."""
        return len(self.pairs)

    @cached_property
    def done(self) -> int:
        """Number of pairs switched off so far."""
        return int(np.isfinite(self.pair_logits[:, 0]).sum())

    @property
    def is_complete(self) -> bool:
        """Whether every pair was switched off."""
        return self.done == self.total

    def changes(self, key: int | str | None = None, units: Units = "logit") -> NDArray[np.float32]:
        """Return what becomes of a class without each pair, less what it is: float32 (C, C), symmetrical.

        On the diagonal stand the single channels; NaN where a pair has not been switched off yet.

        Raises:
            LabelError: No class is called that.
            ValueError: There are no such units.
        """
        index = _class_index(self.prediction, key)
        matrix = np.diag(_changes(self.prediction, self.single_logits, index, units))
        rows, columns = np.transpose(self.pairs)
        matrix[rows, columns] = matrix[columns, rows] = _changes(self.prediction, self.pair_logits, index, units)
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
        interactions = self.interactions(key, units)
        found = [(a, b, float(interactions[a, b])) for a, b in self.pairs if np.isfinite(interactions[a, b])]
        return tuple(sorted(found, key=lambda pair: -abs(pair[2]))[:n])

    def to_dict(self, key: int | str | None = None, n: int = 10) -> dict[str, Any]:
        """Return one class's strongest interactions as plain data, ready for JSON."""
        return {
            "image": self.prediction.image,
            "model": self.prediction.model_id,
            "method": "census of pairs",
            "class": self.prediction[_class_index(self.prediction, key)].to_dict(),
            "layer": self.layer,
            "fill": self.fill,
            "done": self.done,
            "total": self.total,
            "pairs": [{"channels": [a, b], "interaction": value} for a, b, value in self.strongest(key, n)],
        }

    def __repr__(self) -> str:
        done = "" if self.is_complete else f"{self.done} of "
        return f"<PairCensus of {visible(self.layer)} on {self.prediction.image!r}: {done}{self.total} pairs>"


def census_steps(
    model: Model,
    image: ImageSource,
    layers: Sequence[str] | str | None = None,
    *,
    fill: Switch = "zero",
    preprocessing: str | Preprocessing | None = None,
    cancel: Event | None = None,
) -> Iterator[Census]:
    """Switch every channel of some layers off in turn; yield what is known after every sixteen.

    Args:
        model: Who is asked.
        image: Anything `squeezeviz.read_image` takes.
        layers: Their names; by default every squeeze.
        fill: What stands in the place of a map: ``"zero"``, ``"mean"`` (its own, everywhere), or a number.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default. Of several crops, the first.
        cancel: Once it is set, no further channel is switched off, and the results end; so does closing the generator.

    Yields:
        Partial results, the last one complete unless it was cancelled.

    Raises:
        ImageError: The image cannot be read.
        LayerError: A layer is unknown, or the network has no Fire modules.
        PreprocessingError: The preset is unknown, or does not suit the model or the image.
    """
    start = baseline(model, image, preprocessing)
    names = layers_asked(start, layers)
    channels = tuple((name, channel) for name in names for channel in range(start.architecture[name].channels))
    runs = Switched(start, names, fill)
    logits = np.full((len(channels), len(runs.logits)), np.nan, np.float32)
    prediction = start.prediction(runs.logits)
    for _ in filled_in(logits, runs, [(name, (channel,)) for name, channel in channels], _STEP, cancel):
        yield Census(prediction, fill, channels, logits.copy())


def census(
    model: Model,
    image: ImageSource,
    layers: Sequence[str] | str | None = None,
    *,
    fill: Switch = "zero",
    preprocessing: str | Preprocessing | None = None,
) -> Census:
    """Switch every squeeze channel off in turn, and see what the network would have said; see `census_steps`.

    Raises:
        ImageError: The image cannot be read.
        LayerError: A layer is unknown, or the network has no Fire modules.
        PreprocessingError: The preset is unknown, or does not suit the model or the image.
    """
    (last,) = deque(census_steps(model, image, layers, fill=fill, preprocessing=preprocessing), maxlen=1)
    return last


def pair_steps(
    model: Model,
    image: ImageSource,
    layer: str | None = None,
    *,
    fill: Switch = "zero",
    preprocessing: str | Preprocessing | None = None,
    cancel: Event | None = None,
) -> Iterator[PairCensus]:
    """Switch every pair of a layer's channels off in turn; yield what is known after every 64.

    Args:
        model: Who is asked.
        image: Anything `squeezeviz.read_image` takes.
        layer: Its name; by default the last squeeze, whose 64 channels make 2,016 pairs.
        fill: As of `census_steps`.
        preprocessing: As of `census_steps`.
        cancel: As of `census_steps`.

    Yields:
        Partial results, the last one complete unless it was cancelled.

    Raises:
        ImageError: The image cannot be read.
        LayerError: The layer is unknown or has one channel only, or the network has no Fire modules.
        PreprocessingError: The preset is unknown, or does not suit the model or the image.
    """
    start = baseline(model, image, preprocessing)
    name = squeezes(start)[-1] if layer is None else layer
    count = start.architecture[name].channels
    pairs = tuple(combinations(range(count), 2))
    if not pairs:
        raise LayerError(f"{name} has one channel; expected a layer with pairs of them")
    runs = Switched(start, [name], fill)
    singles = np.full((count, len(runs.logits)), np.nan, np.float32)
    deque(filled_in(singles, runs, [(name, (channel,)) for channel in range(count)], count, cancel), maxlen=0)
    logits = np.full((len(pairs), len(runs.logits)), np.nan, np.float32)
    prediction = start.prediction(runs.logits)
    for _ in filled_in(logits, runs, [(name, pair) for pair in pairs], _PAIR_STEP, cancel):
        yield PairCensus(prediction, name, fill, pairs, singles, logits.copy())


def census_of_pairs(
    model: Model,
    image: ImageSource,
    layer: str | None = None,
    *,
    fill: Switch = "zero",
    preprocessing: str | Preprocessing | None = None,
) -> PairCensus:
    """Switch every pair of a layer's channels off in turn; see `pair_steps`. 2,016 pairs take some seconds.

    Raises:
        ImageError: The image cannot be read.
        LayerError: The layer is unknown or has one channel only, or the network has no Fire modules.
        PreprocessingError: The preset is unknown, or does not suit the model or the image.
    """
    (last,) = deque(pair_steps(model, image, layer, fill=fill, preprocessing=preprocessing), maxlen=1)
    return last


def _changes(
    before: Prediction, logits: NDArray[np.float32], index: int, units: Units | Literal["logit"]
) -> NDArray[np.float32]:
    if units == "logit":
        change: NDArray[np.float32] = logits[:, index] - before.logits[index]
    elif units == "probability":
        change = softmax(logits)[:, index] - before.probabilities[index]
    else:
        raise ValueError(f"units are {units!r}, expected 'logit' or 'probability'")
    return change


def _class_index(prediction: Prediction, key: int | str | None) -> int:
    return int(prediction.ranking[0]) if key is None else prediction.labels[key].class_index
