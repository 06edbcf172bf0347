"""Ablation sweep: ablate every channel of the bottlenecks in turn, and rank them by what the network says without each.

A Fire module's squeeze is its bottleneck, as is the narrowest convolution of a residual block: all that the block adds
has gone through these few channels. Half of what
follows a squeeze is the layer with a map for each class; whoever asks of one class needs one map, and half the time.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.arguments import check_whole
from squeezeviz.errors import LabelError, LayerError
from squeezeviz.evidence.ablated_runs import AblatedRuns, OneClass, filled_in, layers_asked
from squeezeviz.evidence.baseline import baseline
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.runtime.loading import loaded
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from threading import Event

    from numpy.typing import NDArray

    from squeezeviz.evidence.ablation import ChannelFill
    from squeezeviz.evidence.baseline import Baseline
    from squeezeviz.evidence.occlusion import Units
    from squeezeviz.image import ImageSource
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.labels import Label
    from squeezeviz.results.prediction import ClassScore, Prediction
    from squeezeviz.runtime.loading import ModelSource

__all__ = [
    "AblationSweep",
    "ChannelEffect",
    "ablation_sweep",
    "ablation_sweep_steps",
    "class_index_of",
    "logit_changes",
]

_STEP = 16  # runs between two partial results


@dataclass(frozen=True)
class ChannelEffect:
    """What the network says of one class without one channel.

    Attributes:
        layer: The channel's layer.
        channel: Its index.
        logit_change: Without it less with it: below zero where the channel speaks for the class.
        probability_change: The same, -1 to 1; None in a sweep for one class, which computes no probabilities.
        answer: The most probable class without it; None in a sweep for one class.
    """

    layer: str
    channel: int
    logit_change: float
    probability_change: float | None = None
    answer: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON; without what is not known."""
        named = {"layer": self.layer, "channel": self.channel, "logit_change": self.logit_change}
        rest = {"probability_change": self.probability_change, "answer": self.answer}
        return named | {name: value for name, value in rest.items() if value is not None}


@dataclass(frozen=True, eq=False)
class AblationSweep(NotebookDisplay):
    """What the network says without each of many channels; of a partial result, of those ablated so far.

    Attributes:
        prediction: What it says with all of them.
        fill: What stands in the place of a channel's map: ``"zero"``, ``"mean"``, or a number.
        channels: (layer, channel), in the network's order.
        logits: Without each, float32 (channels, N), or (channels, 1) of a sweep for one class; NaN where that has not
            been computed yet.
        reference: With all of them, as `logits` are computed: float32 (N,), or (1,) of a sweep for one class.
        target: The one class whose logit was computed; None where all were.
    """

    prediction: Prediction
    fill: ChannelFill
    channels: tuple[tuple[str, int], ...] = field(repr=False)
    logits: NDArray[np.float32] = field(repr=False)
    reference: NDArray[np.float32] = field(repr=False)
    target: Label | None = None

    @property
    def total(self) -> int:
        """Number of channels."""
        return len(self.channels)

    @cached_property
    def done(self) -> int:
        """Number of channels ablated so far."""
        return int(np.isfinite(self.logits[:, 0]).sum())

    @property
    def is_complete(self) -> bool:
        """Whether every channel was ablated."""
        return self.done == self.total

    def score(self, key: int | str | None = None) -> ClassScore:
        """Return what the network says of a class with all channels.

        Args:
            key: Class index, WordNet id or name; by default `target`, or else the most probable class.

        Raises:
            LabelError: No class is called that, or the sweep was for another.
        """
        return self.prediction[self._index(key)]

    def changes(self, key: int | str | None = None, units: Units = "logit") -> NDArray[np.float32]:
        """Return what becomes of a class without each channel, less what it is: float32 (channels,), NaN if not known.

        Args:
            key: Class index, WordNet id or name; by default `target`, or else the most probable class.
            units: ``"logit"``, or ``"probability"`` in 0 to 1.

        Raises:
            LabelError: No class is called that, or the sweep was for another.
            ValueError: There are no such units, or the sweep was for one class and has no probabilities.
        """
        index = self._index(key)
        if self.target is None:
            return logit_changes(self.prediction, self.logits, index, units)
        if units != "logit":
            raise ValueError(f"units are {units!r}, expected 'logit'; probabilities take a sweep without target")
        change: NDArray[np.float32] = self.logits[:, 0] - self.reference[0]
        return change

    def ranked(
        self, key: int | str | None = None, n: int | None = None, *, units: Units = "logit"
    ) -> tuple[ChannelEffect, ...]:
        """Return the channels that matter most to a class, for it or against it.

        Args:
            key: Class index, WordNet id or name; by default `target`, or else the most probable class.
            n: How many; all that are known by default.
            units: Ranked by the change in ``"logit"`` or in ``"probability"``.

        Raises:
            LabelError: No class is called that, or the sweep was for another.
            ValueError: There are no such units, or the sweep was for one class and has no probabilities.
        """
        if n is not None:
            check_whole("n", n, least=0, error=ValueError)
        by = self.changes(key, units)
        order = [int(at) for at in np.argsort(-np.abs(by), kind="stable") if np.isfinite(by[at])][:n]
        logit = self.changes(key)
        if self.target is not None:
            return tuple(ChannelEffect(*self.channels[at], float(logit[at])) for at in order)
        probability, labels = self.changes(key, "probability"), self.prediction.labels
        return tuple(
            ChannelEffect(
                *self.channels[at],
                float(logit[at]),
                float(probability[at]),
                labels[int(self.logits[at].argmax())].label,
            )
            for at in order
        )

    def of_layer(self, layer: str, key: int | str | None = None, units: Units = "logit") -> NDArray[np.float32]:
        """Return the changes of one layer's channels, float32 (C,), in their order.

        Args:
            layer: The layer's name.
            key: Class index, WordNet id or name; by default `target`, or else the most probable class.
            units: ``"logit"``, or ``"probability"`` in 0 to 1.

        Raises:
            LabelError: No class is called that, or the sweep was for another.
            LayerError: The layer's channels were not ablated.
            ValueError: There are no such units, or the sweep was for one class and has no probabilities.
        """
        places = [at for at, (name, _) in enumerate(self.channels) if name == layer]
        if not places:
            names = ", ".join(dict.fromkeys(name for name, _ in self.channels))
            raise LayerError(f"{layer!r} was not part of this sweep; there are {names}")
        return self.changes(key, units)[places]

    def _index(self, key: int | str | None) -> int:
        if self.target is None:
            return class_index_of(self.prediction, key)
        index = self.target.class_index
        if key is not None and self.prediction.labels[key].class_index != index:
            raise LabelError(f"this sweep was for {self.target.label!r} alone; run one for {key!r}, or without target")
        return index

    def to_dict(self, key: int | str | None = None, n: int | None = None) -> dict[str, Any]:
        """Return one class's ranking as plain data, ready for JSON.

        Args:
            key: Class index, WordNet id or name; by default `target`, or else the most probable class.
            n: How many channels; all that are known by default.
        """
        return {
            "image": self.prediction.image,
            "model": self.prediction.model_id,
            "method": "ablation sweep",
            "class": self.score(key).to_dict(),
            "fill": self.fill,
            "done": self.done,
            "total": self.total,
            "channels": [effect.to_dict() for effect in self.ranked(key, n)],
        }

    def __repr__(self) -> str:
        done = "" if self.is_complete else f"{self.done} of "
        by = visible(self.prediction.model_id)
        what = f" for {self.target.label!r}" if self.target else ""
        return f"<AblationSweep of {self.prediction.image!r} by {by}{what}: {done}{self.total} channels>"


def ablation_sweep_steps(
    model: ModelSource,
    image: ImageSource,
    layers: Sequence[str] | str | None = None,
    *,
    target: int | str | None = None,
    fill: ChannelFill = "zero",
    preprocessing: str | Preprocessing | None = None,
    cancel: Event | None = None,
) -> Iterator[AblationSweep]:
    """Ablate every channel of some layers in turn; yield what is known after every sixteen.

    Args:
        model: A loaded model, or the name or path of one.
        image: Anything `squeezeviz.read_image` takes.
        layers: One layer's name or several; by default every block's bottleneck, such as a squeeze.
        target: Class index, WordNet id or name: only its logit is computed, in half the time, equal to that of a sweep
            for all classes but for rounding (1e-4 of the largest logit). None, the default: all logits.
        fill: What stands in the place of a map: ``"zero"`` (the default), ``"mean"`` (its own, everywhere), or a
            number.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default. Of several crops, the first.
        cancel: Once it is set, no further channel is ablated, and the results end; so does closing the generator.

    Yields:
        Partial results, the last one complete unless it was cancelled.

    Raises:
        ImageError: The image cannot be read.
        LabelError: No class is called as `target` says.
        LayerError: A layer is unknown, or the network has no blocks; with `target` also: a layer comes after what the
            class's map reads, or no map a class follows from the network's graph.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or does not suit the model or the image.
    """
    model = loaded(model)
    start = baseline(model, image, preprocessing)
    names = layers_asked(start, layers)
    label = None if target is None else model.labels[target]
    channels = tuple((name, channel) for name in names for channel in range(start.architecture[name].channels))
    runs = AblatedRuns(start, names, fill, None if label is None else OneClass(start, label.class_index))
    logits = np.full((len(channels), len(runs.logits)), np.nan, np.float32)
    prediction = start.prediction(runs.logits if label is None else _all_logits(start))
    for _ in filled_in(logits, runs, [(name, (channel,)) for name, channel in channels], _STEP, cancel):
        yield AblationSweep(prediction, fill, channels, logits.copy(), runs.logits, label)


def ablation_sweep(
    model: ModelSource,
    image: ImageSource,
    layers: Sequence[str] | str | None = None,
    *,
    target: int | str | None = None,
    fill: ChannelFill = "zero",
    preprocessing: str | Preprocessing | None = None,
) -> AblationSweep:
    """Ablate every channel of some layers in turn, and see what the network would have said.

    Args:
        model: A loaded model, or the name or path of one.
        image: Anything `squeezeviz.read_image` takes.
        layers: One layer's name or several; by default every block's bottleneck, such as a squeeze.
        target: Class index, WordNet id or name: only its logit is computed, in half the time, equal to that of a sweep
            for all classes but for rounding (1e-4 of the largest logit). None, the default: all logits.
        fill: What stands in the place of a map: ``"zero"`` (the default), ``"mean"`` (its own, everywhere), or a
            number.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default. Of several crops, the first.

    Raises:
        ImageError: The image cannot be read.
        LabelError: No class is called as `target` says.
        LayerError: A layer is unknown, or the network has no blocks; with `target` also: a layer comes after what the
            class's map reads, or no map a class follows from the network's graph.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or does not suit the model or the image.
    """
    steps = ablation_sweep_steps(model, image, layers, target=target, fill=fill, preprocessing=preprocessing)
    (last,) = deque(steps, maxlen=1)
    return last


def logit_changes(
    before: Prediction, logits: NDArray[np.float32], index: int, units: Units = "logit"
) -> NDArray[np.float32]:
    """Return what becomes of a class: float32 (runs,), in logits, or in probability from 0 to 1.

    Args:
        before: What the network says of the image as it is.
        logits: float32 (runs, N).
        index: The class.
        units: ``"logit"`` or ``"probability"``.

    Raises:
        ValueError: There are no such units.
    """
    if units == "logit":
        change: NDArray[np.float32] = logits[:, index] - before.logits[index]
    elif units == "probability":
        change = before.probabilities_of(logits)[:, index] - before.probabilities[index]
    else:
        raise ValueError(f"units are {units!r}, expected 'logit' or 'probability'")
    return change


def class_index_of(prediction: Prediction, key: int | str | None) -> int:
    """Return a class by index, WordNet id or name; the most probable one of None."""
    return int(prediction.ranking[0]) if key is None else prediction.labels[key].class_index


def _all_logits(start: Baseline) -> NDArray[np.float32]:
    arch = start.architecture
    values = start.model.parts.run({arch.input_name: start.tensor}, [arch.logits_name])
    return values[arch.logits_name].reshape(-1)
