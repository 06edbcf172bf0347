"""One photo in several preprocessings; one photo beside another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from squeezeviz.explorer.protocol.fields import Description, Id, Message, Path, PhotoRequest, Text

__all__ = [
    "DistanceMessage",
    "DistanceRequest",
    "KernelsMessage",
    "KernelsRequest",
    "PreprocessingRequest",
    "Variant",
    "VariantMessage",
    "VariantRequest",
    "VariantsMessage",
    "VariantsRequest",
]


@dataclass(frozen=True, kw_only=True)
class PreprocessingRequest(PhotoRequest):
    """About a photo in another preprocessing.

    Attributes:
        preset: Its name.
        preset_key: What the answer is to call it.
        preprocessing: It, where it is one's own.
    """

    preset: Text
    preset_key: Path
    preprocessing: Description | None = None


@dataclass(frozen=True)
class Variant:
    """The class ranked first in one preprocessing.

    Attributes:
        preset: The preprocessing.
        origin: Where it comes from.
        class_index: The class.
        label: Its name.
        probability: Its probability.
    """

    preset: str
    origin: str
    class_index: int
    label: str
    probability: float


@dataclass(frozen=True, kw_only=True)
class VariantsMessage(Message):
    """What the model says of one photo preprocessed in several ways.

    Attributes:
        photo: The photo.
        model: The model to run, from `squeezeviz.load_model`.
        rows: The preprocessing in use comes first.
    """

    kind: ClassVar = "variants"

    photo: str
    model: str
    rows: tuple[Variant, ...]


@dataclass(frozen=True, kw_only=True)
class VariantsRequest(PhotoRequest):
    """The class ranked first in several preprocessings.

    Attributes:
        presets: Their names; None for those that are compared.
        preprocessing: One's own.
    """

    kind: ClassVar = "variants"

    presets: tuple[Text, ...] | None = None
    preprocessing: Description | None = None


@dataclass(frozen=True, kw_only=True)
class VariantMessage(Message):
    """One photo in another preprocessing, compared with the one in use.

    Attributes:
        photo: The photo.
        model: The model to run, from `squeezeviz.load_model`.
        reference: Name of the preprocessing in use.
        preset_key: What the page calls the other one.
        preset: Its name.
        words: What it does, in a line.
        origin: Where it comes from.
        first_divergent_layer: The first layer whose strongest channel is another one.
        drift: Layer, relative L2, cosine; None for maps of other sizes.
        is_sigmoid: Whether each class is answered for itself, by a sigmoid of its logit; else by a softmax of all.
        seen: What the network sees of it, a PNG file.
        logits: Every class's, float32.
    """

    kind: ClassVar = "variant"

    photo: str
    model: str
    reference: str
    preset_key: str
    preset: str
    words: str
    origin: str
    first_divergent_layer: str | None
    drift: tuple[tuple[str, float | None, float | None], ...]
    is_sigmoid: bool
    seen: bytes
    logits: bytes


@dataclass(frozen=True, kw_only=True)
class VariantRequest(PreprocessingRequest):
    """What the network makes of a photo in another preprocessing."""

    kind: ClassVar = "variant"


@dataclass(frozen=True, kw_only=True)
class KernelsMessage(Message):
    """The first convolution with a preprocessing folded in, and the proof.

    Attributes:
        photo: The photo that it was proved on.
        model: The model to run, from `squeezeviz.load_model`.
        preset_key: What the page calls the preprocessing.
        layer: The convolution.
        shape: Kernels; red, green, blue, or grey; height, width.
        difference: The largest, between its activation and what these make of the plain pixels.
        largest: Activation.
        values: Kernels for pixel values 0–255, float32, of that shape.
    """

    kind: ClassVar = "kernels"

    photo: str
    model: str
    preset_key: str
    layer: str
    shape: tuple[int, int, int, int]
    difference: float
    largest: float
    values: bytes


@dataclass(frozen=True, kw_only=True)
class KernelsRequest(PreprocessingRequest):
    """A preprocessing as kernels of the first layer."""

    kind: ClassVar = "kernels"


@dataclass(frozen=True, kw_only=True)
class DistanceMessage(Message):
    """How far each layer is from where it is for another photo.

    Attributes:
        photo: The photo.
        other: The other one.
        first_divergent_layer: The first layer whose strongest channel is another one.
        drift: Layer, relative L2, cosine; None for maps of other sizes.
    """

    kind: ClassVar = "distance"

    photo: str
    other: str
    first_divergent_layer: str | None
    drift: tuple[tuple[str, float | None, float | None], ...]


@dataclass(frozen=True, kw_only=True)
class DistanceRequest(PhotoRequest):
    """How far each layer is from where it is for another photo.

    Attributes:
        other: The other photo's id.
    """

    kind: ClassVar = "distance"

    other: Id = ""
