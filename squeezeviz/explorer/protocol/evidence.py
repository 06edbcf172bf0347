"""Why a class: its logit by place, channel and path; what its probability takes; each cell read alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from squeezeviz.explorer.protocol.fields import Index, Message, NamedRequest, PhotoRequest

__all__ = [
    "Adding",
    "Branch",
    "ChannelAdds",
    "ClassWeightsMessage",
    "ClassWeightsRequest",
    "Contrast",
    "Evidence",
    "EvidenceMessage",
    "EvidenceRequest",
    "Needed",
    "PathWidth",
    "PerLocationMessage",
    "PerLocationRequest",
    "ReceptiveFieldContributions",
    "ReceptiveFieldMessage",
    "ReceptiveFieldRequest",
    "SoftmaxAnalysis",
]


@dataclass(frozen=True)
class ChannelAdds:
    """What a channel adds to a logit.

    Attributes:
        channel: Its index.
        adds: In logits.
    """

    channel: int
    adds: float


@dataclass(frozen=True)
class Branch:
    """What a branch adds to a logit.

    Attributes:
        name: The layer that it ends with.
        adds: In logits.
    """

    name: str
    adds: float


@dataclass(frozen=True, kw_only=True)
class Adding:
    """What channels of the layer before the class activation maps add to a logit, in logits.

    Attributes:
        source: That layer.
        channels: The largest.
        rest: The others together.
        bias: Of the class.
    """

    source: str
    channels: tuple[ChannelAdds, ...]
    rest: float
    bias: float


@dataclass(frozen=True)
class Needed:
    """Logits that probabilities take.

    Attributes:
        half: For 0.5, whatever the others are; None where logits may be below 0.
        here: For 0.5 against the others as they are.
    """

    half: float | None
    here: float


@dataclass(frozen=True)
class SoftmaxAnalysis:
    """What a class's probability takes.

    Attributes:
        zero: Classes with a logit of 0.
        count: Of all classes.
        floor: What those with a logit of 0 take together.
        needed: For one half.
    """

    zero: int
    count: int
    floor: float
    needed: Needed


@dataclass(frozen=True, kw_only=True)
class Contrast(Adding):
    """One class less another.

    Attributes:
        contrast_class: The other.
        difference: Of their logits.
        residual: The difference less its cells.
    """

    contrast_class: int
    difference: float
    residual: float


@dataclass(frozen=True, kw_only=True)
class Evidence(Adding):
    """Why a class has its logit.

    Attributes:
        class_index: The class.
        logit: Its logit.
        residual: The logit less its cells.
        is_signed: Whether cells may also take away from it: no ReLU cuts off what is below zero.
        shape: Of the map: height, width.
        count: Of channels.
        branches: Of the layer before the class activation maps; of the difference where there is a contrast class.
        softmax: What its probability takes; None of a network that answers each class for itself.
        contrast: The class less another, if one was asked for.
    """

    class_index: int
    logit: float
    residual: float
    is_signed: bool
    shape: tuple[int, int]
    count: int
    branches: tuple[Branch, ...]
    softmax: SoftmaxAnalysis | None
    contrast: Contrast | None


@dataclass(frozen=True, kw_only=True)
class EvidenceMessage(Message):
    """Why a class has its logit, and what decides between it and another.

    Attributes:
        evidence: Both, in numbers.
        cells: What each cell adds to the logit, float32 (H, W).
        contrast_cells: What each adds to the difference, the same.
    """

    kind: ClassVar = "evidence"

    evidence: Evidence
    cells: bytes
    contrast_cells: bytes | None


@dataclass(frozen=True, kw_only=True)
class EvidenceRequest(PhotoRequest):
    """Why a class has its logit.

    Attributes:
        class_index: The class.
        contrast_class: The contrast class, whose logit is subtracted, if any.
    """

    kind: ClassVar = "evidence"

    class_index: Index
    contrast_class: Index | None = None


@dataclass(frozen=True)
class PathWidth:
    """What came along paths of one receptive field.

    Attributes:
        size: Height and width, in input pixels.
        adds: In logits.
    """

    size: tuple[int, int]
    adds: float


@dataclass(frozen=True)
class ReceptiveFieldContributions:
    """A logit by receptive field of the path.

    Attributes:
        sizes: Ascending.
        bias: Of the class.
    """

    sizes: tuple[PathWidth, ...]
    bias: float


@dataclass(frozen=True, kw_only=True)
class ReceptiveFieldMessage(Message):
    """A logit, or the difference of two, by receptive field.

    Attributes:
        contributions: What came along paths of each.
    """

    kind: ClassVar = "receptive_field"

    contributions: ReceptiveFieldContributions


@dataclass(frozen=True, kw_only=True)
class ReceptiveFieldRequest(EvidenceRequest):
    """A logit by receptive field."""

    kind: ClassVar = "receptive_field"


@dataclass(frozen=True, kw_only=True)
class ClassWeightsMessage(Message):
    """What a class's map weighs features with.

    Attributes:
        model: The model to run, from `squeezeviz.load_model`.
        class_index: The class.
        bias: Added at each cell.
        weights: One a channel of the features, float32 (C,).
    """

    kind: ClassVar = "class_weights"

    model: str
    class_index: int
    bias: float
    weights: bytes


@dataclass(frozen=True, kw_only=True)
class ClassWeightsRequest(NamedRequest):
    """What a class's map weighs features with, where no layer has it.

    Attributes:
        class_index: The class.
    """

    kind: ClassVar = "class_weights"

    class_index: Index


@dataclass(frozen=True, kw_only=True)
class PerLocationMessage(Message):
    """What each cell alone would have answered.

    Attributes:
        classes: Its five most probable ones, or all where there are fewer, uint16 (cells, 5).
        probabilities: Theirs, float32 (cells, 5).
    """

    kind: ClassVar = "per_location"

    classes: bytes
    probabilities: bytes


@dataclass(frozen=True, kw_only=True)
class PerLocationRequest(PhotoRequest):
    """What each cell alone would have answered."""

    kind: ClassVar = "per_location"
