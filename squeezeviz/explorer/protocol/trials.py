"""What is tried out in steps: patches hidden, channels ablated, one or two at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from squeezeviz.explorer.protocol.fields import Index, Message, PhotoRequest, Positive, Request, Text

__all__ = [
    "AblationSweepRequest",
    "OcclusionRequest",
    "PairwiseAblationRequest",
    "ProgressMessage",
    "StepsMessage",
    "StopRequest",
    "TrialRequest",
]

Work = Literal["occlusion", "ablation_sweep", "pairwise_ablation"]


@dataclass(frozen=True, kw_only=True)
class TrialRequest(PhotoRequest):
    """Begin what takes seconds, and tell it in steps.

    Attributes:
        class_index: The class whose logit is told.
    """

    work: ClassVar[str]

    class_index: Index


@dataclass(frozen=True, kw_only=True)
class OcclusionRequest(TrialRequest):
    """Hide one patch after the other.

    Attributes:
        patch_px: A patch's side, in input pixels.
        stride_px: From one to the next.
        fill: What a patch shows.
    """

    kind: ClassVar = "begin"
    work: ClassVar = "occlusion"

    patch_px: Positive
    stride_px: Positive
    fill: Literal["grey", "mean", "blur"]


@dataclass(frozen=True, kw_only=True)
class AblationSweepRequest(TrialRequest):
    """Ablate every squeeze channel in turn."""

    kind: ClassVar = "begin"
    work: ClassVar = "ablation_sweep"


@dataclass(frozen=True, kw_only=True)
class PairwiseAblationRequest(TrialRequest):
    """Ablate every pair of a layer's channels in turn.

    Attributes:
        layer: The layer.
    """

    kind: ClassVar = "begin"
    work: ClassVar = "pairwise_ablation"

    layer: Text


@dataclass(frozen=True, kw_only=True)
class StopRequest(Request):
    """End what takes seconds. The id is that of the request that began it."""

    kind: ClassVar = "stop"


@dataclass(frozen=True, kw_only=True)
class StepsMessage(Message):
    """How far a single answer is that takes its time; it follows.

    Attributes:
        done: Runs so far.
        total: Runs in all.
    """

    kind: ClassVar = "steps"

    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class ProgressMessage(Message):
    """What is known so far of what takes its time: what a class comes to in each of many runs.

    Attributes:
        work: What is tried.
        done: Runs so far.
        total: Runs in all.
        is_whole: Whether these are all.
        class_index: The class.
        logit: Untouched.
        probability: Untouched.
        best: The most probable class, untouched.
        rows: Of patches; so are the next four.
        columns: Of patches.
        patch_px: A patch's side, in input pixels.
        stride_px: From one to the next.
        input_px: Height and width of the input.
        channels: Layer and channel of each run, of an ablation sweep.
        layer: Of pairs: first its channels alone, then each with each later one.
        count: Of its channels.
        logits: The class's in each run, float32 (runs,); NaN where that is not known yet.
        probabilities: The same.
        best_classes: The most probable class in each run, uint16 (runs,).
        best_probabilities: Its probability, float32 (runs,).
    """

    kind: ClassVar = "progress"

    work: Work
    done: int
    total: int
    is_whole: bool
    class_index: int
    logit: float
    probability: float
    best: int
    rows: int = 0
    columns: int = 0
    patch_px: int = 0
    stride_px: int = 0
    input_px: tuple[int, int] = (0, 0)
    channels: tuple[tuple[str, int], ...] = ()
    layer: str = ""
    count: int = 0
    logits: bytes
    probabilities: bytes
    best_classes: bytes
    best_probabilities: bytes
