"""What each layer loses in a lower precision, on the photos of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from squeezeviz.explorer.protocol.fields import (
    Cell,
    Description,
    Index,
    Message,
    NamedRequest,
    PhotoRequest,
    Terms,
    Text,
)
from squeezeviz.explorer.protocol.numbers import Maps

__all__ = [
    "ChangedPhoto",
    "IntegerNumber",
    "IntegerTerm",
    "IntegersMessage",
    "IntegersRequest",
    "LayerLoss",
    "LossTensorMessage",
    "LossTensorRequest",
    "PrecisionLost",
    "PrecisionMessage",
    "PrecisionRequest",
]


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
        preprocessing: Name of that of both.
        arithmetic: What low precision is here, in a sentence.
        verdict: What was found, in a few sentences.
        photos: Of how many photos.
        layers: In the network's order.
        changed: Photos whose answer changes.
        unmatched: Layers that are not looked at.
    """

    other: str
    preprocessing: str
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
        preset: Name of the preprocessing of both; the model's own where it is empty.
        preprocessing: It, where it is one's own.
    """

    kind: ClassVar = "precision"

    against: Literal["fp16", "int8", "model"]
    other: Text = ""
    preset: Text = ""
    preprocessing: Description | None = None


@dataclass(frozen=True, kw_only=True)
class LossTensorMessage(Message, Maps):
    """What one layer loses of one photo, number by number: its value in low precision less that in float32.

    Attributes:
        photo: The photo.
        values: (C, H, W); see `Maps`.
        statistics: The channels' maxima, means and shares of zeros, in full precision, float32 (3, C).
    """

    kind: ClassVar = "loss_tensor"

    photo: str
    values: bytes
    statistics: bytes


@dataclass(frozen=True, kw_only=True)
class LossTensorRequest(PhotoRequest):
    """What does one layer lose of a photo, preprocessed as the page's answer is?

    Attributes:
        other: The network in low precision, one of the models on offer; empty for half precision, emulated.
        layer: The layer, of the network in float32.
    """

    kind: ClassVar = "loss_tensor"

    other: Text
    layer: Text


@dataclass(frozen=True)
class IntegerTerm:
    """One term of a number in whole numbers; see `squeezeviz.evidence.integer_arithmetic.IntegerTerm`.

    Attributes:
        layer: The layer it is read from, of the quantised network.
        channel: Of that layer.
        cell: Its place.
        code: The number, as it is stored.
        weight: The kernel's, as it is stored.
        product: Of both, less their zero points.
    """

    layer: str
    channel: int
    cell: Cell
    code: int
    weight: int
    product: int


@dataclass(frozen=True)
class IntegerNumber:
    """One number of a quantised convolution; see `squeezeviz.IntegerCalculation`.

    Attributes:
        layer: The convolution, of the quantised network.
        channel: Its channel.
        cell: Its place.
        terms: The largest.
        remainder: What the others add.
        count: Of all terms.
        bias: Added to them.
        total: Products and bias together.
        input_scale: What a step of the input is worth.
        input_zero_point: The input's code of 0.
        weight_scale: What a step of the kernel is worth.
        weight_zero_point: The kernel's code of 0.
        output_scale: What a step of the output is worth.
        output_zero_point: The output's code of 0.
        multiplier: What the total is multiplied by.
        scaled: The product.
        rounded: That rounded, with the output's zero point.
        low: The least code that is possible.
        high: The largest.
        code: The number, as it is stored.
        is_saturated: Whether it was cut off.
        value: What the code stands for.
        exact: What the total stands for.
    """

    layer: str
    channel: int
    cell: Cell
    terms: tuple[IntegerTerm, ...]
    remainder: int
    count: int
    bias: int
    total: int
    input_scale: float
    input_zero_point: int
    weight_scale: float
    weight_zero_point: int
    output_scale: float
    output_zero_point: int
    multiplier: float
    scaled: float
    rounded: int
    low: int
    high: int
    code: int
    is_saturated: bool
    value: float
    exact: float


@dataclass(frozen=True, kw_only=True)
class IntegersMessage(Message):
    """How a number comes about in whole numbers.

    Attributes:
        photo: The photo.
        number: It.
    """

    kind: ClassVar = "integers"

    photo: str
    number: IntegerNumber


@dataclass(frozen=True, kw_only=True)
class IntegersRequest(PhotoRequest):
    """How does a number come about in a quantised network, of a photo preprocessed as the page's answer is?

    Attributes:
        other: The quantised network: one of the models on offer.
        layer: The layer, of the network in float32.
        channel: Its channel.
        cell: Its place.
        count: Of the largest terms that are told.
    """

    kind: ClassVar = "integers"

    other: Text
    layer: Text
    channel: Index
    cell: Cell
    count: Terms
