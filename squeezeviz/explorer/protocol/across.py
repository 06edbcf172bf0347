"""Channels across a data set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from squeezeviz.explorer.protocol.fields import Cell, Index, Message, NamedRequest, Path, Request, Text

__all__ = [
    "AcrossMessage",
    "AcrossRequest",
    "ActivatingChannel",
    "ActivatingChannelsMessage",
    "ActivatingChannelsRequest",
    "ClassName",
    "ExampleRequest",
    "Similar",
    "TopExample",
]


@dataclass(frozen=True)
class ClassName:
    """A class and what it is called.

    Attributes:
        class_index: Its index.
        label: Its name.
    """

    class_index: int
    label: str


@dataclass(frozen=True)
class Similar:
    """A channel like another.

    Attributes:
        channel: Its index.
        correlation: Of their maxima over the data set.
    """

    channel: int
    correlation: float


@dataclass(frozen=True)
class TopExample:
    """A top-activating example: one of a channel's strongest cells in a data set.

    Attributes:
        photo: The photo's name there.
        value: The cell's.
        cell: Its place.
        within: What to mark in its crop, as shares of it: left, top, right, bottom.
    """

    photo: str
    value: float
    cell: Cell
    within: tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class AcrossMessage(Message):
    """One channel over a data set; dataset/atlas/reading.py says what each is.

    Attributes:
        layer: Its layer.
        channel: Its index.
        preset: How the photos were preprocessed.
        photos: How many there are.
        active_photos: In how many of them it is above zero anywhere.
        zeros: Share of its cells that are exactly 0.
        edges: Of the histogram.
        peaks: Photos whose largest value lies between two edges.
        selectivity: For its first class.
        classes: Those that it activates on more than half as much as to the first of them.
        similar: Channels most like it.
        strongest: Its strongest cells.
        crops: What those see, a JPEG file each, by their place in that list.
    """

    kind: ClassVar = "across"

    layer: str
    channel: int
    preset: str
    photos: int
    active_photos: int
    zeros: float
    edges: tuple[float, ...]
    peaks: tuple[int, ...]
    selectivity: float | None
    classes: tuple[ClassName, ...]
    similar: tuple[Similar, ...]
    strongest: tuple[TopExample, ...]
    crops: dict[str, bytes]


@dataclass(frozen=True, kw_only=True)
class AcrossRequest(NamedRequest):
    """A channel over a data set.

    Attributes:
        layer: Its layer.
        channel: Its index.
    """

    kind: ClassVar = "across"

    layer: Text
    channel: Index


@dataclass(frozen=True)
class ActivatingChannel:
    """A channel that activates on a class.

    Attributes:
        layer: Its layer.
        channel: Its index.
        standing: How far it stands out for the class.
    """

    layer: str
    channel: int
    standing: float


@dataclass(frozen=True, kw_only=True)
class ActivatingChannelsMessage(Message):
    """The channels that activate on a class, over a data set.

    Attributes:
        class_index: The class.
        photos: How many show it.
        rows: The channels, those first that stand out most.
    """

    kind: ClassVar = "activating_channels"

    class_index: int
    photos: int
    rows: tuple[ActivatingChannel, ...]


@dataclass(frozen=True, kw_only=True)
class ActivatingChannelsRequest(NamedRequest):
    """The channels that activate on a class, over a data set.

    Attributes:
        class_index: The class.
    """

    kind: ClassVar = "activating_channels"

    class_index: Index


@dataclass(frozen=True, kw_only=True)
class ExampleRequest(Request):
    """Put a photo on the stage that the atlas has crops of.

    Attributes:
        name: What the atlas calls it.
    """

    kind: ClassVar = "example"

    name: Path
