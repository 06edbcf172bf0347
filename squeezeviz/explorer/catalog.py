"""What a page is shown of the chosen channel from a catalogue: the one that was given, or a bundled model's."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from squeezeviz.errors import DatasetError, LayerError
from squeezeviz.explorer import protocol
from squeezeviz.explorer.kept import Kept, kept
from squeezeviz.files import plain_stem
from squeezeviz.network.connections import origin, within

if TYPE_CHECKING:
    from squeezeviz.dataset.catalog import Catalog, CatalogChannel
    from squeezeviz.runtime.model import Model

__all__ = ["CatalogInUse", "opened_catalog"]


def opened_catalog(source: Catalog | str | os.PathLike[str] | None) -> Catalog | None:
    """Return the catalogue that is meant: itself, by its folder, or the one that the environment names.

    Raises:
        DatasetError: It is no catalogue, or is damaged, or pyarrow is missing.
    """
    chosen = source or os.environ.get("SQUEEZEVIZ_CATALOG") or None
    if chosen is None:
        return None
    from squeezeviz.dataset.catalog import Catalog, read_catalog  # noqa: PLC0415 - loads pyarrow

    if isinstance(chosen, Catalog):
        return chosen

    return read_catalog(chosen)


class CatalogInUse:
    """The catalogues of a page: at most one that was given, and those that travel with the package.

    Attributes:
        given: The one that was given; it counts for its own model alone.
    """

    def __init__(self) -> None:
        self.given: Catalog | None = None
        self._bundled: dict[str, Catalog] = {}

    def channel(self, model: Model, asked: protocol.CatalogRequest) -> protocol.CatalogMessage:
        """Return what there is of one channel; of a model without a catalogue, that there is none.

        Raises:
            DatasetError: The catalogue is damaged, or pyarrow is missing.
        """
        catalog = self._of(model)
        if catalog is None:
            return protocol.CatalogMessage(
                id=asked.id, layer=asked.layer, channel=asked.channel, catalog="", steps=0, pictures=(), trouble="",
                files={},
            )  # fmt: skip
        known = _known(catalog, model, asked.layer, asked.channel)
        pictures = known.pictures if known else ()
        layers = ", ".join(catalog.layers[:6]) + (", …" if len(catalog.layers) > 6 else "")
        return protocol.CatalogMessage(
            id=asked.id,
            layer=asked.layer,
            channel=asked.channel,
            catalog=catalog.path.name,
            steps=catalog.about["steps"],
            pictures=tuple(protocol.GrownPicture(each.value, each.is_negative) for each in pictures),
            trouble=known.trouble if known else f"This catalogue has pictures of {layers}.",
            files={str(at): each.file for at, each in enumerate(pictures)},
        )

    def photo(self, model: Model, asked: protocol.CatalogPhotoRequest) -> Kept:
        """Return a picture as a photo of the page.

        Raises:
            DatasetError: There is no such picture, the catalogue is damaged, or pyarrow is missing.
        """
        catalog = self._of(model)
        known = None if catalog is None else _known(catalog, model, asked.layer, asked.channel)
        if known is None or asked.number >= len(known.pictures):
            raise DatasetError(f"{asked.layer}, channel {asked.channel}: no catalogue has picture {asked.number} of it")
        name = f"{plain_stem(known.layer.replace('/', '-'))}-{known.channel}-{asked.number}.jpg"
        return kept(known.pictures[asked.number].file, name=name)

    def _of(self, model: Model) -> Catalog | None:
        if self.given is not None and self.given.model_sha256 == model.sha256:
            return self.given
        from squeezeviz.dataset.catalog.reading import bundled_catalog, read_catalog  # noqa: PLC0415 - loads pyarrow

        path = bundled_catalog(model.name)
        if path is None:
            return None
        if model.name not in self._bundled:
            self._bundled[model.name] = read_catalog(path)
        found = self._bundled[model.name]
        return found if found.model_sha256 == model.sha256 else None


def _known(catalog: Catalog, model: Model, layer: str, channel: int) -> CatalogChannel | None:
    """Return what a catalogue has of a channel: under its own layer, or under what joins that with others.

    Raises:
        LayerError: There is no such layer or channel.
    """
    architecture = model.architecture
    found = architecture[layer]
    if channel >= found.channels:
        raise LayerError(f"{found.name} has the channels 0 to {found.channels - 1}; there is no {channel}")
    places = [(found.name, channel), origin(architecture, found.name, channel)]
    joining = (name for name in catalog.layers if name in architecture and architecture[name].op.joins_channels)
    places += [(name, at) for name in joining for at in within(architecture, name, found.name, channel)]
    held = ((name, at) for name, at in places if name in catalog.layers and at < catalog.channels(name))
    return next((catalog.channel(name, at) for name, at in held), None)
