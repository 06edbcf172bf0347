"""Pictures grown for channels, from a catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from squeezeviz.explorer.protocol.fields import Index, Message, NamedRequest, Request, Text

__all__ = ["CatalogMessage", "CatalogPhotoRequest", "CatalogRequest", "GrownPicture"]


@dataclass(frozen=True)
class GrownPicture:
    """A picture that was grown for a channel.

    Attributes:
        value: The mean of the channel over its cells, on this picture.
        is_negative: Whether it silences the channel, and does not excite it.
    """

    value: float
    is_negative: bool


@dataclass(frozen=True, kw_only=True)
class CatalogMessage(Message):
    """One channel in a catalogue; dataset/catalog/channel.py says what each is.

    Attributes:
        layer: Its layer, as it was asked for.
        channel: Its index there.
        catalog: What the catalogue is called; empty where there is none of this model.
        steps: How many steps each picture has grown.
        pictures: Its pictures.
        trouble: Why there are none, where there is a catalogue.
        files: The pictures, a JPEG file each, by their place in that list.
    """

    kind: ClassVar = "catalog"

    layer: str
    channel: int
    catalog: str
    steps: int
    pictures: tuple[GrownPicture, ...]
    trouble: str
    files: dict[str, bytes]


@dataclass(frozen=True, kw_only=True)
class CatalogRequest(NamedRequest):
    """A channel in a catalogue.

    Attributes:
        layer: Its layer.
        channel: Its index.
    """

    kind: ClassVar = "catalog"

    layer: Text
    channel: Index


@dataclass(frozen=True, kw_only=True)
class CatalogPhotoRequest(Request):
    """Put a picture of a catalogue on the stage.

    Attributes:
        layer: The channel's layer.
        channel: Its index.
        number: Which of its pictures.
    """

    kind: ClassVar = "catalog-photo"

    layer: Text
    channel: Index
    number: Index
