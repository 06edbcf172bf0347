"""What layers hold: activations, weights, and how a number comes about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from squeezeviz.explorer.protocol.fields import (
    Cell,
    Description,
    Index,
    Message,
    NamedRequest,
    Path,
    PhotoRequest,
    Terms,
    Text,
)

__all__ = [
    "Calculation",
    "CalculationMessage",
    "CalculationRequest",
    "Maps",
    "TensorMessage",
    "TensorRequest",
    "Term",
    "WeightsMessage",
    "WeightsRequest",
]


@dataclass(frozen=True)
class Maps:
    """How a layer's activation travels.

    Attributes:
        layer: Its name.
        shape: Channels, height, width.
        encoding: Of its values: ``"float16"``, to be multiplied by `scale`; ``"steps"``, uint8, of 1/255 of each
            channel's largest value; or ``"float32"``.
        scale: A power of two.
    """

    layer: str
    shape: tuple[int, int, int]
    encoding: Literal["float16", "steps", "float32"]
    scale: float = 1.0


@dataclass(frozen=True, kw_only=True)
class TensorMessage(Message, Maps):
    """One layer's activation of one photo.

    Attributes:
        photo: The photo.
        model: The model to run, from `squeezeviz.load_model`.
        preset: What the page calls the preprocessing.
        kernel_ms: What the kernel took over it.
        values: (C, H, W); see `Maps`.
        statistics: The channels' maxima, means and shares of zeros, in full precision, float32 (3, C).
    """

    kind: ClassVar = "tensor"

    photo: str
    model: str
    preset: str
    kernel_ms: float
    values: bytes
    statistics: bytes


@dataclass(frozen=True, kw_only=True)
class TensorRequest(PhotoRequest):
    """A layer's activation, in the preprocessing in use or in another.

    Attributes:
        layer: The layer.
        preset: Name of the other one; None for the one in use.
        preset_key: What the answer is to call it.
        preprocessing: It, where it is one's own.
    """

    kind: ClassVar = "tensor"

    layer: Text
    preset: Text | None = None
    preset_key: Path = ""
    preprocessing: Description | None = None


@dataclass(frozen=True, kw_only=True)
class WeightsMessage(Message):
    """A convolution's kernels.

    Attributes:
        model: The model to run, from `squeezeviz.load_model`.
        layer: The convolution.
        shape: Out, in, height, width.
        kernels: float32, of that shape.
        bias: float32 (out,).
    """

    kind: ClassVar = "weights"

    model: str
    layer: str
    shape: tuple[int, int, int, int]
    kernels: bytes
    bias: bytes


@dataclass(frozen=True, kw_only=True)
class WeightsRequest(NamedRequest):
    """A convolution's kernels.

    Attributes:
        layer: The convolution.
    """

    kind: ClassVar = "weights"

    layer: Text


@dataclass(frozen=True)
class Term:
    """One term of a number.

    Attributes:
        layer: The number that it is of: a layer's, the network's input's, the resized photo's or the photo's.
        channel: Its channel.
        cell: Its place.
        weight: What it is multiplied by.
        value: It.
        product: Both together.
    """

    layer: str
    channel: int
    cell: Cell
    weight: float
    value: float
    product: float


@dataclass(frozen=True)
class Calculation:
    """How a number comes about.

    Attributes:
        layer: Whose it is, as `Term` has it.
        channel: Its channel.
        cell: Its place.
        kind: What is made of the terms.
        value: It.
        bias: Added to the terms.
        has_relu: Whether what is below zero then becomes zero.
        total: Bias and terms together, before ReLU.
        formula: Of a function, such as ``"1 / (1 + e^−x)"``; else empty.
        residual: What the value is more than that: rounding.
        terms: The largest.
        remainder: What the others add.
        count: Of all terms.
    """

    layer: str
    channel: int
    cell: Cell
    kind: Literal["sum", "max", "mean", "copy", "product", "softmax", "function", "scaling", "blend"]
    value: float
    bias: float
    has_relu: bool
    total: float
    formula: str
    residual: float
    terms: tuple[Term, ...]
    remainder: float
    count: int


@dataclass(frozen=True, kw_only=True)
class CalculationMessage(Message):
    """How one number comes about.

    Attributes:
        photo: The photo.
        model: The model to run, from `squeezeviz.load_model`.
        preset: The preprocessing in use.
        calculation: The number.
    """

    kind: ClassVar = "calculation"

    photo: str
    model: str
    preset: str
    calculation: Calculation


@dataclass(frozen=True, kw_only=True)
class CalculationRequest(PhotoRequest):
    """How a number comes about.

    Attributes:
        layer: Whose it is; evidence/arithmetic.py says what else is called so.
        channel: Its channel.
        cell: Its place.
        count: Of the largest terms that are told.
    """

    kind: ClassVar = "open"

    layer: Text
    channel: Index
    cell: Cell
    count: Terms
