"""The number that is differentiated, or attributed to the input: as a person says it, and as a network has it.

Every one of them is a weighted sum of one layer's values, Σ weights · values, so that one backward graph a layer serves
them all: a logit is one value, a difference two, a channel's mean all of its cells.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from squeezeviz.arguments import expect, is_whole
from squeezeviz.errors import LabelError, LayerError, did_you_mean, spoken
from squeezeviz.network.architecture import Architecture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from squeezeviz.results.labels import Label, Labels

__all__ = ["Target", "WeightedSum"]

Kind = Literal["logit", "probability", "difference", "channel", "cell", "direction"]
Key = int | str | None
_OF_LAYER = re.compile(r"(.+):(\d{1,9})(?:@(\d{1,9}),(\d{1,9}))?", re.DOTALL)


@dataclass(frozen=True, eq=False)
class WeightedSum:
    """One number of a network, as a weighted sum of a layer's values.

    Attributes:
        of: The layer's name, or that of its value before ReLU.
        weights: How much each of its values counts, float32 (1, C, H, W), or (1, N).
        words: What the number is, such as ``"logit of tabby"``.
        unit: Of the number: ``"logits"``, ``"probability"``, or ``"activation of fire5/concat"``.
        label: The class, where the number is of one.
        contrast: The other class of a difference.
    """

    of: str
    weights: NDArray[np.float32] = field(repr=False)
    words: str
    unit: str
    label: Label | None = None
    contrast: Label | None = None

    def value(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the number for each row of a batch: float64 (B,), from the layer's values, (B, …)."""
        rows = values.reshape(len(values), -1).astype(np.float64)
        summed: NDArray[np.float64] = rows @ self.weights.reshape(-1).astype(np.float64)
        return summed

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "words": self.words,
            "unit": self.unit,
            "of": self.of,
            "class_index": self.label.class_index if self.label else None,
            "contrast_class_index": self.contrast.class_index if self.contrast else None,
        }


@dataclass(frozen=True)
class Target:
    """The number that is differentiated, or attributed, as a person says it.

    Made by `logit`, `probability`, `difference`, `channel`, `cell` and `direction`. Wherever a target is asked
    for, a class (an index, WordNet id or name) stands for its logit, None for the most probable class's logit, and text
    such as ``"fire5/concat:12"`` for the mean of a channel, ``"fire5/concat:12@3,7"`` for its cell in row 3, column 7.

    Attributes:
        kind: Which of the six.
        key: The class, as it was given; None for the most probable.
        contrast_key: The other class of a difference; None for the most probable of all others.
        layer: Of a channel or a cell.
        number: The channel.
        place: The cell, (y, x).
        vector: Of a direction, how much each channel counts.
    """

    kind: Kind
    key: Key = None
    contrast_key: Key = None
    layer: str = ""
    number: int = 0
    place: tuple[int, int] = (0, 0)
    vector: tuple[float, ...] = ()

    @classmethod
    def logit(cls, key: Key = None) -> Target:
        """Return a class's logit.

        Args:
            key: Class index, WordNet id or name; the most probable class by default.
        """
        return cls("logit", key)

    @classmethod
    def probability(cls, key: Key = None) -> Target:
        """Return a class's probability, 0 to 1; `key` as of `logit`."""
        return cls("probability", key)

    @classmethod
    def difference(cls, key: Key = None, contrast: Key = None) -> Target:
        """Return one class's logit less another's.

        Args:
            key: Class index, WordNet id or name; the most probable class by default.
            contrast: The other class; by default the most probable of all others.
        """
        return cls("difference", key, contrast)

    @classmethod
    def channel(cls, layer: str, channel: int) -> Target:
        """Return the mean of a layer's channel, over its cells.

        Args:
            layer: Its name; ``"<layer>:pre"`` for the value before ReLU.
            channel: Which, from 0.
        """
        return cls("channel", layer=layer, number=channel)

    @classmethod
    def cell(cls, layer: str, channel: int, y: int, x: int) -> Target:
        """Return one value of a layer: its channel's cell in row y, column x; `layer` as of `channel`."""
        return cls("cell", layer=layer, number=channel, place=(y, x))

    @classmethod
    def direction(cls, layer: str, vector: Sequence[float] | NDArray[np.floating]) -> Target:
        """Return a direction among a layer's channels: Σ vector · channel, the mean over its cells.

        Args:
            layer: Its name; ``"<layer>:pre"`` for the value before ReLU.
            vector: How much each channel counts, a number a channel.

        Raises:
            LayerError: It is no list of finite numbers, or all of them are 0.
        """
        try:
            numbers = tuple(float(each) for each in vector)
        except (TypeError, ValueError, OverflowError) as exc:
            raise LayerError(
                f"a direction in {spoken(layer)} takes a number a channel, got {spoken(repr(vector))}"
            ) from exc
        if not any(numbers) or not all(map(math.isfinite, numbers)):
            raise LayerError(f"a direction in {spoken(layer)} takes finite numbers, of which one is not 0")
        return cls("direction", layer=layer, vector=numbers)

    @classmethod
    def read(cls, asked: Target | int | str | None, architecture: Architecture) -> Target:
        """Return what was asked for.

        Args:
            asked: A target; a class, for its logit; text that names a channel or a cell; or None.
            architecture: The network's layers, which tell a layer's name from a class's.
        """
        expect(architecture, Architecture, "the network's layers, such as Model.architecture")
        if isinstance(asked, Target):
            return asked
        found = _OF_LAYER.fullmatch(asked.strip()) if isinstance(asked, str) else None
        if not found or (_value_of(found[1], architecture) is None and not _looks_like_layer(found[1], architecture)):
            return cls.logit(asked)
        return cls._matched(found)

    @classmethod
    def of_layer(cls, text: str) -> Target:
        """Return the channel or cell that a text names: ``"fire5/concat:12"``, ``"fire5/concat:12@3,7"`` (row, column).

        Raises:
            LayerError: It names none.
        """
        expect(text, str, "text that names a channel or a cell", LayerError)
        found = _OF_LAYER.fullmatch(text.strip())
        if found is None:
            raise LayerError(
                f"{spoken(text)!r} names no number of a layer; expected LAYER:CHANNEL, such as fire5/concat:12, or "
                "LAYER:CHANNEL@Y,X for one cell"
            )
        return cls._matched(found)

    @classmethod
    def _matched(cls, found: re.Match[str]) -> Target:
        if found[3] is None:
            return cls.channel(found[1], int(found[2]))
        return cls.cell(found[1], int(found[2]), int(found[3]), int(found[4]))

    @property
    def needs_logits(self) -> bool:
        """Whether the network has to be asked first, which class is the most probable."""
        is_open = self.key is None or (self.kind == "difference" and self.contrast_key is None)
        return self.kind in _OF_CLASSES and is_open

    def moved(self, own: Architecture, other: Architecture) -> Target:
        """Return the same number for inputs of another size: a cell is moved to where it lies there.

        Args:
            own: The layers at the size that it was said for.
            other: The layers at the other one.
        """
        found, there = _value_of(self.layer, own), _value_of(self.layer, other)
        if self.kind != "cell" or found is None or there is None:
            return self
        sides = zip(self.place, found[1][1:], there[1][1:], strict=False)
        y, x, *_ = (*(int((at + 0.5) * size / before) if 0 <= at < before else at for at, before, size in sides), 0, 0)
        return replace(self, place=(y, x))

    def on(
        self, architecture: Architecture, labels: Labels, logits: NDArray[np.float32] | None = None
    ) -> WeightedSum:  # fmt: skip
        """Return the number as a network has it.

        Args:
            architecture: The network's layers, at the input's size.
            labels: Its classes.
            logits: What it says of the photo, float32 (N,): where `needs_logits`, to know the most probable class.

        Raises:
            LabelError: No class is called that; or a difference is of one class alone.
            LayerError: There is no such layer, channel or cell; or no layer has the probability.
        """
        if self.kind not in _OF_CLASSES:
            return self._of_layer(architecture)
        ranking = [] if logits is None else np.argsort(-logits, kind="stable").tolist()
        label = _class_called(ranking[0] if self.key is None else self.key, architecture, labels)
        if self.kind == "probability":
            return self._probability(architecture, label)
        words, shape = architecture.logit_words, architecture[architecture.logits_name].shape
        weights = np.zeros((1, *shape), np.float32)
        flat, unit = weights.reshape(-1), "logits" if words == "logit" else words
        flat[label.class_index] = 1
        said = f"{words} of {label.label}"
        if self.kind == "logit":
            return WeightedSum(architecture.logits_name, weights, said, unit, label)
        others = (index for index in ranking if index != label.class_index)
        other = next(others) if self.contrast_key is None else self.contrast_key
        contrast = _class_called(other, architecture, labels)
        if contrast == label:
            raise LabelError(
                f"{label.label!r} less itself is 0 whatever the photo; name another class to compare it with"
            )
        flat[contrast.class_index] = -1
        return WeightedSum(
            architecture.logits_name, weights, f"{said} less {words} of {contrast.label}", unit, label, contrast
        )

    def _probability(self, architecture: Architecture, label: Label) -> WeightedSum:
        if not architecture.gives_probabilities:
            raise LayerError(
                f"no layer has the probability of {label.label!r}: the network's answer, {architecture.output_name}, "
                f"is {architecture.answer}. Take the logit, or a difference of two"
            )
        weights = np.zeros((1, *architecture.output_shape), np.float32)
        weights.reshape(-1)[label.class_index] = 1
        return WeightedSum(architecture.output_name, weights, f"probability of {label.label}", "probability", label)

    def _of_layer(self, architecture: Architecture) -> WeightedSum:
        found = _value_of(self.layer, architecture)
        if found is None:
            names = [name for layer in architecture for name in (layer.name, layer.pre_relu) if name]
            hint = did_you_mean(str(self.layer), names) or f" The layers are {', '.join(names[:4])}, …"
            raise LayerError(f"no layer is called {self.layer!r}.{hint}")
        name, shape = found
        weights = np.zeros((1, *shape), np.float32)
        maps = weights.reshape(shape[0], *(shape[1:] or (1, 1)))
        if self.kind == "direction":
            return self._along(name, weights)
        numbers = (self.number, *self.place) if self.kind == "cell" else (self.number,)
        for what, number, size in zip(("channel", "row", "column"), numbers, maps.shape, strict=False):
            if not is_whole(number):
                raise LayerError(f"{what} is {number!r}, expected a whole number from 0 to {size - 1}")
            if not 0 <= number < size:
                raise LayerError(f"{name} has no {what} {number}; there are {size}, counted from 0")
        said, unit = f"{name}, channel {self.number}", f"activation of {name}"
        if self.kind == "cell":
            y, x = self.place
            maps[self.number, y, x] = 1
            return WeightedSum(name, weights, f"{said} at row {y}, column {x}", unit)
        maps[self.number] = 1 / maps[0].size
        return WeightedSum(name, weights, f"mean of {said}" if maps[0].size > 1 else said, unit)

    def _along(self, name: str, weights: NDArray[np.float32]) -> WeightedSum:
        channels, cells = weights.shape[1], max(1, weights[0, 0].size)
        if len(self.vector) != channels:
            raise LayerError(f"a direction in {name} takes {channels} numbers, one a channel; got {len(self.vector)}")
        along = np.array(self.vector, np.float32).reshape(1, channels, *[1] * (weights.ndim - 2)) / cells
        return WeightedSum(name, weights + along, f"a direction in {name}", f"activation of {name}")


_OF_CLASSES = ("logit", "probability", "difference")


def _value_of(name: str, architecture: Architecture) -> tuple[str, tuple[int, ...]] | None:
    """Return a layer's own name and shape, or those of its value before ReLU; None where there is none."""
    if name in architecture:
        return architecture[name].name, architecture[name].shape
    return next(((name, layer.shape) for layer in architecture if name and layer.pre_relu == name), None)


def _class_called(key: int | str, architecture: Architecture, labels: Labels) -> Label:
    try:
        return labels[key]
    except LabelError as exc:
        text = key.strip() if isinstance(key, str) else ""
        if problem := _meant_of_layer(text, architecture):
            raise problem from exc
        raise


def _meant_of_layer(text: str, architecture: Architecture) -> LayerError | None:
    """Return how to name a number of a layer, where text that names none begins with a layer; else None."""
    begins = (text, text.rpartition(":")[0])
    if {"input", architecture.input_name}.intersection(begins):
        return LayerError(
            f"{spoken(text)!r} names the network's input; expected a number that the network computes: a class, or a "
            "channel or cell of a layer"
        )
    for layer in begins:
        if _value_of(layer, architecture):
            return LayerError(
                f"{spoken(text)!r} names no number of {layer}; expected a channel, {layer}:0, or one cell of it by row "
                f"and column, {layer}:0@0,0"
            )
    return None


def _looks_like_layer(name: str, architecture: Architecture) -> bool:
    """Whether a name that is no layer's is more like one than like nothing: then a layer was meant, and no class."""
    return "/" in name or bool(did_you_mean(name, (layer.name for layer in architecture)))
