"""The model that answers beside a second one, on one photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from squeezeviz.explorer.protocol.fields import Message, PhotoRequest, Text
from squeezeviz.explorer.protocol.numbers import Maps

__all__ = [
    "ComparedAnswer",
    "LayerPair",
    "RankedClass",
    "SecondTensorMessage",
    "SecondTensorRequest",
    "TwoModelsMessage",
    "TwoModelsRequest",
]


@dataclass(frozen=True)
class RankedClass:
    """One of the most probable classes.

    Attributes:
        label: Its name.
        probability: Its probability.
        is_shared: Whether it is among the most probable ones of the other model, too.
    """

    label: str
    probability: float
    is_shared: bool


@dataclass(frozen=True)
class ComparedAnswer:
    """What one of the two says of the photo.

    Attributes:
        model: What it is called.
        preset: Name of its preprocessing.
        words: What that does, in a line.
        assumed: What nobody has said of the model and was decided, in words; of its preprocessing, its name says that.
        top: The most probable classes, the first first.
        layers: How many layers it has.
        unmatched: Those of them that stand for none of the other's.
    """

    model: str
    preset: str
    words: str
    assumed: tuple[str, ...]
    top: tuple[RankedClass, ...]
    layers: int
    unmatched: tuple[str, ...]


@dataclass(frozen=True)
class LayerPair:
    """Two layers that stand for each other, as `squeezeviz.LayerPair` has them.

    Attributes:
        a: The first model's.
        b: The second's.
        matched_by: What says so.
        shape_a: Of the first's activation.
        shape_b: Of the second's.
        relative_l2: ‖b − a‖ / ‖a‖; None where it is not defined.
        correlation: Of the same numbers; None where it is not defined.
    """

    a: str
    b: str
    matched_by: Literal["name", "form"]
    shape_a: tuple[int, ...]
    shape_b: tuple[int, ...]
    relative_l2: float | None
    correlation: float | None


@dataclass(frozen=True, kw_only=True)
class TwoModelsMessage(Message):
    """The model that answers beside a second one.

    Attributes:
        photo: The photo.
        verdict: What was found, in a few sentences.
        classes: Which classes both have, in words; empty where they are the same.
        a: The model that answers.
        b: The second.
        pairs: Layers that stand for each other, in the first's order.
        divergent: Position of the first pair that differs by more than the tolerance; None where none does.
        tolerance: Of relative differences.
        seen_a: What the first sees of the photo, a PNG file.
        seen_b: What the second sees of it.
    """

    kind: ClassVar = "two_models"

    photo: str
    verdict: str
    classes: str
    a: ComparedAnswer
    b: ComparedAnswer
    pairs: tuple[LayerPair, ...]
    divergent: int | None
    tolerance: float
    seen_a: bytes
    seen_b: bytes


@dataclass(frozen=True, kw_only=True)
class TwoModelsRequest(PhotoRequest):
    """Compare the model that answers with a second one.

    Attributes:
        other: The second: one of those that the page was offered.
    """

    kind: ClassVar = "two_models"

    other: Text


@dataclass(frozen=True, kw_only=True)
class SecondTensorMessage(Message, Maps):
    """One layer's activation in the second model.

    Attributes:
        photo: The photo.
        model: The second model.
        preset: Name of its preprocessing.
        values: (C, H, W); see `Maps`.
        statistics: The channels' maxima, means and shares of zeros, in full precision, float32 (3, C).
    """

    kind: ClassVar = "second_tensor"

    photo: str
    model: str
    preset: str
    values: bytes
    statistics: bytes


@dataclass(frozen=True, kw_only=True)
class SecondTensorRequest(PhotoRequest):
    """A layer's activation in the second model, with its own preprocessing.

    Attributes:
        other: The second: one of those that the page was offered.
        layer: Its layer.
    """

    kind: ClassVar = "second_tensor"

    other: Text
    layer: Text
