"""Why a class: its logit by place, channel and path; what its probability takes; each cell read alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from squeezeviz.explorer.protocol.fields import Index, Message, PhotoRequest

__all__ = [
    "Adding",
    "Branch",
    "Budget",
    "ChannelAdds",
    "Duel",
    "Evidence",
    "EvidenceMessage",
    "EvidenceRequest",
    "LocalMessage",
    "LocalRequest",
    "Needed",
    "PathWidth",
    "Spectrum",
    "SpectrumMessage",
    "SpectrumRequest",
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
    """What channels of the layer before the class maps add to a logit, in logits.

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
class Budget:
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
class Duel(Adding):
    """One class less another.

    Attributes:
        against: The other.
        difference: Of their logits.
        residual: The difference less its cells.
    """

    against: int
    difference: float
    residual: float


@dataclass(frozen=True, kw_only=True)
class Evidence(Adding):
    """Why a class has its logit.

    Attributes:
        class_index: The class.
        logit: Its logit.
        residual: The logit less its cells.
        shape: Of the map: height, width.
        count: Of channels.
        branches: Of the layer before the class maps; of the difference where there is a duel.
        budget: What its probability takes.
        duel: The class less another, if one was asked for.
    """

    class_index: int
    logit: float
    residual: float
    shape: tuple[int, int]
    count: int
    branches: tuple[Branch, ...]
    budget: Budget
    duel: Duel | None


@dataclass(frozen=True, kw_only=True)
class EvidenceMessage(Message):
    """Why a class has its logit, and what decides between it and another.

    Attributes:
        evidence: Both, in numbers.
        cells: What each cell adds to the logit, float32 (H, W).
        duel_cells: What each adds to the difference, the same.
    """

    kind: ClassVar = "evidence"

    evidence: Evidence
    cells: bytes
    duel_cells: bytes | None


@dataclass(frozen=True, kw_only=True)
class EvidenceRequest(PhotoRequest):
    """Why a class has its logit.

    Attributes:
        class_index: The class.
        rival: The one that it is weighed against, if any.
    """

    kind: ClassVar = "evidence"

    class_index: Index
    rival: Index | None = None


@dataclass(frozen=True)
class PathWidth:
    """What came along paths of one receptive field.

    Attributes:
        size: In input pixels.
        adds: In logits.
    """

    size: int
    adds: float


@dataclass(frozen=True)
class Spectrum:
    """A logit by receptive field of the path.

    Attributes:
        sizes: Ascending.
        bias: Of the class.
    """

    sizes: tuple[PathWidth, ...]
    bias: float


@dataclass(frozen=True, kw_only=True)
class SpectrumMessage(Message):
    """A logit, or the difference of two, by receptive field.

    Attributes:
        spectrum: What came along paths of each.
    """

    kind: ClassVar = "spectrum"

    spectrum: Spectrum


@dataclass(frozen=True, kw_only=True)
class SpectrumRequest(EvidenceRequest):
    """A logit by receptive field."""

    kind: ClassVar = "spectrum"


@dataclass(frozen=True, kw_only=True)
class LocalMessage(Message):
    """What each cell alone would have answered.

    Attributes:
        classes: Its five most probable ones, uint16 (cells, 5).
        probabilities: Theirs, float32 (cells, 5).
    """

    kind: ClassVar = "local"

    classes: bytes
    probabilities: bytes


@dataclass(frozen=True, kw_only=True)
class LocalRequest(PhotoRequest):
    """What each cell alone would have answered."""

    kind: ClassVar = "local"
