"""How much each pixel, or each cell of a layer, has to do with a number of the network: by a method of one's choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from squeezeviz.explorer.protocol.fields import Cell, Index, Message, PhotoRequest, Text

__all__ = ["Attributed", "AttributionMessage", "AttributionMethod", "AttributionRequest", "Completeness"]

#: Those of `squeezeviz.evidence.attribution.methods`.
AttributionMethod = Literal[
    "saliency", "input-x-gradient", "integrated-gradients", "smoothgrad", "guided-backpropagation", "deconvnet",
    "lrp-epsilon", "lrp-alpha-beta",
    "cam", "grad-cam", "grad-cam++", "hires-cam", "layer-cam", "score-cam", "recipro-cam",
]  # fmt: skip


@dataclass(frozen=True)
class Completeness:
    """What an attribution should add up to, and what it adds up to.

    Attributes:
        expected: What it should.
        total: What it does.
        words: What is expected, and what the gap is.
    """

    expected: float
    total: float
    words: str


@dataclass(frozen=True, kw_only=True)
class Attributed:
    """An attribution, but for its values.

    Attributes:
        method: By which it was made.
        says: What the method does, in a sentence.
        paper: Who published it.
        words: What the number is that is attributed.
        value: What it is on this photo.
        unit: Of the values.
        layer: Whose cells have them; None where it is the input's pixels.
        shape: Of the values: (C, H, W) of pixels, red, green and blue; (1, h, w) of cells; (1, H, W) of pixels where a
            value of a layer is asked about.
        reduction: How channels become one number a pixel: their sum, or the largest size.
        completeness: What the values should add up to, where the method says it.
        caution: Why not to take it for more than it is; empty as a rule.
    """

    method: AttributionMethod
    says: str
    paper: str
    words: str
    value: float
    unit: str
    layer: str | None
    shape: tuple[int, int, int]
    reduction: Literal["sum", "largest"]
    completeness: Completeness | None
    caution: str


@dataclass(frozen=True, kw_only=True)
class AttributionMessage(Message):
    """How much each pixel, or each cell of a layer, has to do with a number.

    Attributes:
        attribution: All but the values.
        values: float32, of its shape.
    """

    kind: ClassVar = "attribution"

    attribution: Attributed
    values: bytes


@dataclass(frozen=True, kw_only=True)
class AttributionRequest(PhotoRequest):
    """How much each pixel, or each cell of a layer, has to do with a class's logit, or with one value of a layer.

    Attributes:
        method: By which it is made.
        class_index: The class; None where it is a value of a layer.
        contrast_class: Another, whose logit is subtracted, if any.
        layer: Of the value.
        channel: Of the value.
        cell: Of the value, (y, x).
        over: The layer whose cells are asked about, by methods that make maps of cells; None for their usual one.
    """

    kind: ClassVar = "attribution"

    method: AttributionMethod
    class_index: Index | None = None
    contrast_class: Index | None = None
    layer: Text = ""
    channel: Index = 0
    cell: Cell = (0, 0)
    over: Text | None = None
