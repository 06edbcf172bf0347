"""What each layer costs on the kernel's machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from squeezeviz.explorer.protocol.fields import Message, NamedRequest

__all__ = ["CostMessage", "CostRequest", "CostRow", "CostSetting", "Costs"]


@dataclass(frozen=True)
class CostRow:
    """What ONNX Runtime computes together, or does between layers; see `squeezeviz.LayerCost`.

    Attributes:
        name: The layer that it is named after, or what is done.
        words: That, and what is computed with it.
        layers: All layers computed together.
        kind: What people call the operator, or what is done between layers.
        ms: How long it takes, the median.
        low_ms: A quarter of the runs took less.
        high_ms: A quarter of the runs took more.
        macs: Multiply-accumulates.
        moved_bytes: Weights, activations read and written.
        intensity: Operations a byte; None of what computes nothing.
        gops: Billions of operations a second; None of what computes nothing.
        of_peak: That, as a share of what the machine could do.
        of_bandwidth: Bytes a second, as a share of what the memory lets through.
        limit: By the roofline model; None of what computes nothing.
    """

    name: str
    words: str
    layers: tuple[str, ...]
    kind: str
    ms: float
    low_ms: float
    high_ms: float
    macs: int
    moved_bytes: int
    intensity: float | None
    gops: float | None
    of_peak: float | None
    of_bandwidth: float | None
    limit: Literal["compute", "memory"] | None


@dataclass(frozen=True)
class CostSetting:
    """The whole network with another number of threads, or of images at once.

    Attributes:
        threads: Of a run.
        batch: Images at once.
        image_ms: Milliseconds an image, the median.
    """

    threads: int
    batch: int
    image_ms: float


@dataclass(frozen=True)
class Costs:
    """What a network costs.

    Attributes:
        model: Which.
        threads: Of a run.
        run: How long a run takes, and whether the rows come to as much, in words.
        machine: What the machine could do, in words.
        note: What is to be known to read it.
        sum_ms: The rows' medians together.
        rows: In the order in which they run.
        settings: What threads and batches would change.
    """

    model: str
    threads: int
    run: str
    machine: str
    note: str
    sum_ms: float
    rows: tuple[CostRow, ...]
    settings: tuple[CostSetting, ...]


@dataclass(frozen=True, kw_only=True)
class CostMessage(Message):
    """What each layer costs.

    Attributes:
        costs: Measured when it was asked for.
    """

    kind: ClassVar = "cost"

    costs: Costs


@dataclass(frozen=True, kw_only=True)
class CostRequest(NamedRequest):
    """What does each layer of the model cost on this machine? Some seconds; the page hears how far it is."""

    kind: ClassVar = "cost"
