"""What a catalogue has of one channel: its pictures, and the channels most like it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from squeezeviz.image import Image, read_image
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CatalogChannel", "CatalogPicture", "PictureSource", "channel_link"]


def channel_link(layer: str, channel: int) -> str:
    """Return what behind the address of an explorer opens it at a channel: as the page itself writes its links."""
    return f"#layer={quote(layer, safe='/')}&channel={channel}"


class PictureSource(Protocol):
    """What has the pictures: a `Catalog`."""

    def picture_file(self, row: int) -> bytes:
        """Return a picture, a JPEG file."""
        ...


@dataclass(frozen=True, eq=False)
class CatalogPicture:
    """A picture that was grown for a channel.

    Attributes:
        value: What was climbed, on this picture as any photo is shown: the mean of the channel over its cells; of a
            picture that silences, that before ReLU, where the layer has one.
        is_negative: Whether it silences the channel, and does not excite it.
        size_px: (height, width).
        row: Of the catalogue's table.
        catalog: The catalogue that it is from.
    """

    value: float
    is_negative: bool
    size_px: tuple[int, int]
    row: int
    catalog: PictureSource = field(repr=False)

    @property
    def file(self) -> bytes:
        """The picture, a JPEG file.

        Raises:
            DatasetError: The catalogue is damaged.
        """
        return self.catalog.picture_file(self.row)

    @property
    def image(self) -> Image:
        """The picture as any photo is taken: for `Model.predict`, `Model.activations` and the rest.

        Raises:
            DatasetError: The catalogue is damaged.
        """
        return read_image(self.file)


@dataclass(frozen=True, eq=False)
class CatalogChannel(NotebookDisplay):
    """One channel of a catalogue.

    Attributes:
        layer: Name.
        channel: Index.
        pictures: Those that excite it, the one that does most first; then that which silences it, if any. None where
            none could be grown.
        similar: The channels of its layer most like it, with Pearson's correlation of their means over all the
            pictures of the layer that excite a channel.
        trouble: Why there are no pictures; empty where there are.
        about: How pictures were grown: ``steps``, ``seed`` and the settings.
    """

    layer: str
    channel: int
    pictures: tuple[CatalogPicture, ...]
    similar: tuple[tuple[int, float], ...]
    trouble: str = ""
    about: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def positive(self) -> tuple[CatalogPicture, ...]:
        """The pictures that excite it."""
        return tuple(each for each in self.pictures if not each.is_negative)

    @property
    def negative(self) -> tuple[CatalogPicture, ...]:
        """The picture that silences it, if there is one."""
        return tuple(each for each in self.pictures if each.is_negative)

    @property
    def link(self) -> str:
        """What behind the address of an explorer opens it at this channel, such as ``"#layer=conv10&channel=12"``."""
        return channel_link(self.layer, self.channel)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON; without the pictures' pixels."""
        return {
            "layer": self.layer,
            "channel": self.channel,
            "pictures": [
                {"value": each.value, "is_negative": each.is_negative, "size_px": list(each.size_px)}
                for each in self.pictures
            ],
            "similar": [{"channel": channel, "correlation": value} for channel, value in self.similar],
            "link": self.link,
            "trouble": self.trouble or None,
        }

    def __repr__(self) -> str:
        count = len(self.pictures)
        best = f", {self.pictures[0].value:.4g}" if self.positive else ""
        said = f"{count} picture{'' if count == 1 else 's'}{best}" if count else self.trouble
        return visible(f"<{self.layer} channel {self.channel} of a catalogue: {said}>")
