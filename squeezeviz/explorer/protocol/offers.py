"""What a page is offered: preprocessings, models and samples; and which model answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from squeezeviz.explorer.protocol.fields import Description, Message, Request, Text
from squeezeviz.network.block_forms import Kind

__all__ = [
    "Assumed",
    "AtlasAbout",
    "Block",
    "ClassMaps",
    "Fallback",
    "Label",
    "Layer",
    "ModelMessage",
    "OfferedModel",
    "OfferedSample",
    "Preset",
    "ReadyRequest",
    "Said",
    "SampleRequest",
    "SettingMessage",
    "UseRequest",
]


@dataclass(frozen=True)
class Preset:
    """A preprocessing on offer.

    Attributes:
        name: What it is called.
        words: What it does, in a line.
        origin: Where it comes from.
        preprocessing: It as plain data; preprocessing/description.py says what each field means.
    """

    name: str
    words: str
    origin: str
    preprocessing: Description


@dataclass(frozen=True)
class OfferedModel:
    """A model known by name.

    Attributes:
        name: What it is called.
        label_space: What it knows, in a few words; empty where it has not been read yet.
        sha256: The first digits of its digest; empty for a registered one, and where it is not known.
        size_bytes: Of its files; 0 where that is not known.
        used: When it was last used, as ISO 8601 has it in UTC, for one that was brought to a page before; else empty.
    """

    name: str
    label_space: str
    sha256: str = ""
    size_bytes: int = 0
    used: str = ""


@dataclass(frozen=True)
class OfferedSample:
    """A sample photo.

    Attributes:
        name: What it is asked for by.
        title: What it shows.
        credit: Whose it is.
        is_drawn: Whether it is a drawing rather than a photo.
    """

    name: str
    title: str
    credit: str
    is_drawn: bool


@dataclass(frozen=True)
class AtlasAbout:
    """The data set that channels are shown across.

    Attributes:
        name: Of its folder.
        photos: How many it has.
        classes: Those that it shows, by index.
    """

    name: str
    photos: int
    classes: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SettingMessage(Message):
    """What the kernel offers.

    Attributes:
        presets: Preprocessings.
        models: Models known by name.
        samples: Sample photos.
        limit_bytes: Larger files are not sent.
        model_limit_bytes: Larger models are not sent.
        abilities: What the host can do: ``"upload"``, ``"models"``, …; views show no more.
        atlas: The data set that channels are shown across, if any.
        pictures: A small picture of each sample, by its name: JPEG files.
    """

    kind: ClassVar = "setting"

    presets: tuple[Preset, ...]
    models: tuple[OfferedModel, ...]
    samples: tuple[OfferedSample, ...]
    limit_bytes: int
    model_limit_bytes: int
    abilities: tuple[str, ...]
    atlas: AtlasAbout | None
    pictures: dict[str, bytes]


@dataclass(frozen=True)
class Fallback:
    """Why a model stands in for another.

    Attributes:
        headline: In a line.
        details: What to do about it, and the reason.
    """

    headline: str
    details: str


@dataclass(frozen=True)
class Assumed:
    """What nobody has said of a model and was decided.

    Attributes:
        about: What it is about.
        words: What was decided.
        remedy: How to say it otherwise.
    """

    about: Literal["input size", "output", "labels", "preprocessing"]
    words: str
    remedy: str


Source = Literal["registry", "file", "beside", "said", "nobody"]


@dataclass(frozen=True)
class Said:
    """Who says what is known of a model's classes and its preprocessing, and what may be done about it.

    Attributes:
        labels: Who names its classes.
        preprocessing: Who says what its photos go through.
        in_file: What its own file says, ``labels`` or ``preprocessing``: it comes first whenever it is loaded.
        keepable: What was said of it, and could be kept beside its file, but is not.
        kept_in: Name of the file beside its own that keeps it; empty where nothing may be kept.
        undo: What would be taken back, in words; empty where there is nothing.
    """

    labels: Source
    preprocessing: Source
    in_file: tuple[str, ...]
    keepable: tuple[str, ...]
    kept_in: str
    undo: str


@dataclass(frozen=True)
class LayerWindow:
    """How a layer's window moves over its input, in the input's cells.

    Attributes:
        kernel: Places down and to the right.
        strides: Between neighbouring cells of the layer, down and to the right.
        dilations: Between neighbouring places, down and to the right.
        pads: Padding above, left, below and right.
    """

    kernel: tuple[int, int]
    strides: tuple[int, int]
    dilations: tuple[int, int]
    pads: tuple[int, int, int, int]


@dataclass(frozen=True)
class Layer:
    """A layer, as `squeezeviz.Layer.to_dict` has it.

    Attributes:
        name: Published name.
        kind: What people call its operator.
        shape: Of its activation: channels, height, width; or classes.
        inputs: Names of the layers it reads.
        parameters: Learned numbers, biases included.
        macs: Multiply-accumulates.
        operations: Everything counted.
        receptive_field: Height and width of all paths together, in input pixels; None where not known.
        receptive_fields: Heights and widths of all paths, ascending, in input pixels; empty where not known.
        sees_all: Whether every cell hangs on the whole input.
        stride: Input pixels between neighbouring cells, down and right; None where not known.
        offset: Input coordinates, y and x, of the centre of cell 0, 0; pixel centres are whole numbers. None where not
            known.
        kernel: Height and width of the window.
        window: How it moves over the layer's first input.
        module: The Fire module it belongs to.
        branch: Which part of that it is.
        pre_relu: Name of the value before ReLU.
        raw_name: What the file calls its activation.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    inputs: tuple[str, ...]
    parameters: int
    macs: int
    operations: int
    receptive_field: tuple[int, int] | None
    receptive_fields: tuple[tuple[int, int], ...]
    sees_all: bool
    stride: tuple[int, int] | None
    offset: tuple[float, float] | None
    kernel: tuple[int, int] | None
    window: LayerWindow | None
    module: str | None
    branch: Literal["squeeze", "expand1x1", "expand3x3", "concat"] | None
    pre_relu: str | None
    raw_name: str


@dataclass(frozen=True)
class Block:
    """Layers that people draw as one, as `squeezeviz.Block.to_dict` has it.

    Attributes:
        name: Of its module, or its kind and number, or its first and last layer.
        kind: What people call it.
        layers: Names of its layers, in execution order; every layer is in one block.
        branches: What runs side by side between fork and join; empty for a shortcut. None of them where nothing forks.
        join: Name of the layer that joins the branches.
        inputs: Names of the blocks it reads; the network's input for the first.
        output: Name of the layer that other blocks read.
        group: The dense block of a dense layer.
    """

    name: str
    kind: Kind
    layers: tuple[str, ...]
    branches: tuple[tuple[str, ...], ...]
    join: str | None
    inputs: tuple[str, ...]
    output: str
    group: str | None


@dataclass(frozen=True)
class Label:
    """A class.

    Attributes:
        label: Its name.
        wnid: Its WordNet id; empty where it has none.
        also: Its other names.
    """

    label: str
    wnid: str
    also: tuple[str, ...]


@dataclass(frozen=True)
class ClassMaps:
    """A map a class, whose means are the logits, as `squeezeviz.evidence.ending` finds it in the graph.

    Attributes:
        name: What the maps are called.
        layer: The layer whose cells they have: the one with a map a class, or the features that they are weighted sums
            of.
        is_weighted: Whether they are such sums, and no layer's own: a page makes them of class weights.
        is_decomposed: Whether a cell of them is a weighted sum of features, and a logit can be decomposed.
    """

    name: str
    layer: str
    is_weighted: bool
    is_decomposed: bool


@dataclass(frozen=True, kw_only=True)
class ModelMessage(Message):
    """The model that answers, what it is made of and what it knows, and whether it stands in for another.

    Attributes:
        name: Empty while there is none.
        error: Why the one asked for does not answer; what is said is then of the one before, if any.
        label_space: What it knows, in a few words.
        is_drawn: Whether it knows drawings only.
        preprocessing: Name of its own preprocessing.
        fallback: Why it stands in for another.
        assumed: What nobody has said of it: its labels, its preprocessing, the size of its input, its answer.
        said: Who says what is known of it; None where nobody could say anything else.
        notes: What else is worth knowing of its input and its answer.
        input: Channels, height, width.
        layers: The layer table.
        blocks: Its layers grouped as people draw them, each block behind those it reads.
        logits: Name of the layer whose values go into the softmax, or what stands for it.
        logit_words: What its values are called: ``"logit"``, ``"ln p"``, ``"log-odds"``.
        labels: Its classes, by index.
        class_maps: Its map a class; None where none follows from its graph.
        no_class_maps: Why there is none; empty where there is one.
        bottlenecks: The layers whose channels are ablated in turn: the narrowest convolution of each block.
    """

    kind: ClassVar = "model"

    name: str = ""
    error: str | None = None
    label_space: str = ""
    is_drawn: bool = False
    preprocessing: str = ""
    fallback: Fallback | None = None
    assumed: tuple[Assumed, ...] = ()
    said: Said | None = None
    notes: tuple[str, ...] = ()
    input: tuple[int, int, int] = (0, 0, 0)
    layers: tuple[Layer, ...] = ()
    blocks: tuple[Block, ...] = ()
    logits: str = ""
    logit_words: str = "logit"
    labels: tuple[Label, ...] = ()
    class_maps: ClassMaps | None = None
    no_class_maps: str = ""
    bottlenecks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReadyRequest(Request):
    """A page has opened: tell it everything."""

    kind: ClassVar = "ready"


@dataclass(frozen=True, kw_only=True)
class UseRequest(Request):
    """Let another model answer.

    Attributes:
        name: One of those that the page was offered.
    """

    kind: ClassVar = "use"

    name: Text


@dataclass(frozen=True, kw_only=True)
class SampleRequest(Request):
    """Put a sample on the stage.

    Attributes:
        name: One of those that the page was offered.
    """

    kind: ClassVar = "sample"

    name: Text
