"""What a page is told of the chosen channel across a data set, from an atlas."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from squeezeviz.dataset.atlas.crops import LEAST_PX
from squeezeviz.dataset.atlas.rows import origin_of
from squeezeviz.errors import DatasetError
from squeezeviz.evidence.places import Places
from squeezeviz.explorer import protocol
from squeezeviz.explorer.kept import Kept, kept
from squeezeviz.preprocessing import Preprocessing

if TYPE_CHECKING:
    from squeezeviz.dataset.atlas import Atlas, AtlasChannel, TopExample
    from squeezeviz.runtime.model import Model

__all__ = ["about", "activating_channels", "channel", "example_photo", "opened"]

_MOST_CHANNELS = 8  # channels that are named for a class
_ALIKE = 5


def opened(source: Atlas | str | os.PathLike[str] | None) -> Atlas | None:
    """Return the atlas that is meant: itself, by its folder, or the one that the environment names.

    Raises:
        DatasetError: It is no atlas, or is damaged, or pyarrow is missing.
    """
    chosen = source or os.environ.get("SQUEEZEVIZ_ATLAS") or None
    if chosen is None:
        return None
    from squeezeviz.dataset.atlas import Atlas, read_atlas  # noqa: PLC0415 - loads pyarrow

    if isinstance(chosen, Atlas):
        return chosen

    return read_atlas(chosen)


def about(atlas: Atlas | None) -> protocol.AtlasAbout | None:
    """Say what a data set it is of, for the page's setting."""
    if atlas is None:
        return None
    return protocol.AtlasAbout(atlas.path.name, atlas.photos, tuple(sorted(atlas.classes)))


def _of(atlas: Atlas | None, model: Model) -> Atlas:
    """Return the atlas.

    Raises:
        DatasetError: There is none, or it is of another model.
    """
    if atlas is None:
        raise DatasetError("there is no atlas here: sv.explore(…, atlas='birds.atlas')")
    if atlas.model_sha256 != model.sha256:
        raise DatasetError(f"{atlas.path.name} is an atlas of {atlas.model_id}, and {model.name} answers here")
    return atlas


def channel(atlas: Atlas | None, model: Model, asked: protocol.AcrossRequest) -> protocol.AcrossMessage:
    """One channel across the data set.

    Raises:
        DatasetError: There is no atlas, it is of another model, or it is damaged.
        LayerError: It is not of that layer.
    """
    here = _of(atlas, model)
    known = here.channel(asked.layer, asked.channel)
    return protocol.AcrossMessage(
        id=asked.id,
        layer=known.layer,
        channel=known.channel,
        preset=here.about["preprocessing"]["name"],
        photos=known.photos,
        active_photos=known.active_photos,
        zeros=known.zeros,
        edges=tuple(known.edges.tolist()),
        peaks=tuple(known.peaks.tolist()),
        selectivity=known.selectivity,
        classes=_classes(known),
        similar=tuple(protocol.Similar(other, value) for other, value in known.similar[:_ALIKE]),
        strongest=tuple(_example(here, model, known, each) for each in known.strongest),
        crops={str(at): here.crop_file(each.crop) for at, each in enumerate(known.strongest)},
    )


def _classes(known: AtlasChannel) -> tuple[protocol.ClassName, ...]:
    """The classes it activates on more than half as much as to the first of them."""
    return tuple(
        protocol.ClassName(label.class_index, label.label)
        for label, mean in known.classes
        if mean > 0 and mean >= 0.5 * known.classes[0][1]
    )


def _example(atlas: Atlas, model: Model, known: AtlasChannel, example: TopExample) -> protocol.TopExample:
    """One cell, and what to mark in its crop, as shares of it: left, top, right, bottom.

    That is what the cell sees, if the crop shows more than that; else what it sees by the narrowest path, which lies in
    the middle: of a crop that is most of the photo, where to look.
    """
    how = Preprocessing.from_dict(atlas.about["preprocessing"])
    architecture = model.architecture_at(*how.input_px)
    layer = origin_of(architecture, architecture[known.layer], known.channel)
    is_larger = max(layer.receptive_field) < LEAST_PX
    size = layer.receptive_field if is_larger else layer.receptive_fields[0]
    marked = Places(layer, how.geometry(*atlas.size(example.photo))).field(*example.cell, size)
    left, top, right, bottom = atlas.crop_box(example.crop)
    wide, high = right - left, bottom - top
    within = (
        (marked[0] - left) / wide,
        (marked[1] - top) / high,
        (marked[2] - left) / wide,
        (marked[3] - top) / high,
    )
    return protocol.TopExample(example.photo, example.value, example.cell, within)


def activating_channels(
    atlas: Atlas | None, model: Model, asked: protocol.ActivatingChannelsRequest
) -> protocol.ActivatingChannelsMessage:
    """The channels that activate on a class.

    Raises:
        DatasetError: There is no atlas, it is of another model, none of its photos shows that class, or it is damaged.
    """
    here, index = _of(atlas, model), asked.class_index
    found = here.channels_for(index, _MOST_CHANNELS)
    rows = tuple(protocol.ActivatingChannel(each.layer, each.channel, each.standing) for each in found)
    return protocol.ActivatingChannelsMessage(id=asked.id, class_index=index, photos=here.classes[index], rows=rows)


def example_photo(atlas: Atlas | None, model: Model, name: str) -> Kept:
    """Return a photo that crops are of; the atlas says where it lies, never the page.

    Raises:
        DatasetError: There is no atlas, it knows no such photo, or nobody has named the address that it lies at.
        ImageError: Its file is not there any more, or cannot be read.
    """
    from squeezeviz.dataset.places import (  # noqa: PLC0415 - few photos are fetched from an atlas
        leads_elsewhere,
        lies_below,
        read_bytes,
    )

    here = _of(atlas, model)
    place = here.place(name)
    if leads_elsewhere(place) and not any(lies_below(place, root) for root in here.photos_at):
        raise DatasetError(
            f"{name}: the atlas says that it lies at {place}, and no address is asked because a file names it; "
            "if you trust it: sv.read_atlas(…, photos_at='the address of the folder')"
        )
    return kept(read_bytes(place, name), name=name)
