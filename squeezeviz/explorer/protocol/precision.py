"""What each layer loses in a lower precision, on the photos of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from squeezeviz.explorer.protocol.fields import Message, NamedRequest, Text

__all__ = ["ChangedPhoto", "LayerLoss", "PrecisionLost", "PrecisionMessage", "PrecisionRequest"]


@dataclass(frozen=True)
class LayerLoss:
    """What one layer loses; see `squeezeviz.LayerPrecision`. Errors are relative, ‖e‖ / ‖x‖.

    Attributes:
        layer: Its name.
        with_layers: Layers that are part of it in the other network: their errors are made here.
        made: The error made here; None where all values in float32 are zero.
        inherited: The error passed on.
        total: Both together, number by number: they may cancel.
        sqnr_db: Of both together; None where there is no error, or no signal.
        worst_channel: Where most of the error made here is; None where there is none.
        worst_share: Its share.
        saturation: Share of values at the ends of the range; None of float32.
        dead_range: Share of codes that no value has; None where that is not counted.
        scale: What one step is worth; None where there are several, or none.
        zero_point: Which code stands for 0; None as above.
    """

    layer: str
    with_layers: tuple[str, ...]
    made: float | None
    inherited: float | None
    total: float | None
    sqnr_db: float | None
    worst_channel: int | None
    worst_share: float | None
    saturation: float | None
    dead_range: float | None
    scale: float | None
    zero_point: int | None


@dataclass(frozen=True)
class ChangedPhoto:
    """A photo whose answer changes.

    Attributes:
        photo: Its id.
        name: What it is called.
        before: The most probable class in float32.
        after: In low precision.
    """

    photo: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class PrecisionLost:
    """What a network loses.

    Attributes:
        other: What the network in low precision is called; among the models on offer, where it is one.
        arithmetic: What low precision is here, in a sentence.
        verdict: What was found, in a few sentences.
        photos: Of how many photos.
        layers: In the network's order.
        changed: Photos whose answer changes.
        unmatched: Layers that are not looked at.
    """

    other: str
    arithmetic: str
    verdict: str
    photos: int
    layers: tuple[LayerLoss, ...]
    changed: tuple[ChangedPhoto, ...]
    unmatched: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PrecisionMessage(Message):
    """What each layer loses.

    Attributes:
        lost: On the photos that were on the page when it was asked for.
    """

    kind: ClassVar = "precision"

    lost: PrecisionLost


@dataclass(frozen=True, kw_only=True)
class PrecisionRequest(NamedRequest):
    """What does each layer lose on the photos of this page? Seconds; the page hears how far it is.

    Attributes:
        against: Half precision, emulated; 8-bit integers, made on the spot from these photos; or a model on offer.
        other: Which model.
    """

    kind: ClassVar = "precision"

    against: Literal["fp16", "int8", "model"]
    other: Text = ""
