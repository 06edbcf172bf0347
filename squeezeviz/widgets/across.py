"""What a page is told of the chosen channel across a data set, from an atlas; types.js declares the same shapes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from squeezeviz.dataset.atlas.crops import LEAST_PX
from squeezeviz.dataset.atlas.rows import origin_of
from squeezeviz.errors import DatasetError
from squeezeviz.evidence.places import Places
from squeezeviz.preprocessing import Preprocessing
from squeezeviz.widgets import incoming
from squeezeviz.widgets.kept import Kept, kept
from squeezeviz.widgets.limits import MOST_PATH
from squeezeviz.widgets.wire import Message

if TYPE_CHECKING:
    from squeezeviz.dataset.atlas import Atlas, AtlasChannel, Sighting
    from squeezeviz.model import Model

__all__ = ["about", "channel", "firing", "opened", "sighted"]

_FIRING = 8  # channels that are named for a class
_ALIKE = 5


def opened(source: Atlas | str | os.PathLike[str] | None) -> Atlas | None:
    """Return the atlas that is meant: itself, by its folder, or the one that the environment names.

    Raises:
        DatasetError: It is no atlas, or is damaged, or pyarrow is missing.
    """
    chosen = source or os.environ.get("SQUEEZEVIZ_ATLAS") or None
    if chosen is None or not isinstance(chosen, (str, os.PathLike)):
        return chosen
    from squeezeviz.dataset.atlas import read_atlas  # noqa: PLC0415 - loads pyarrow

    return read_atlas(chosen)


def about(atlas: Atlas | None) -> dict[str, Any] | None:
    """Say what a data set it is of, for the page's setting."""
    if atlas is None:
        return None
    return {"name": atlas.path.name, "photos": atlas.photos, "classes": sorted(atlas.classes)}


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


def channel(request: str, atlas: Atlas | None, model: Model, content: dict[str, Any]) -> Message:
    """One channel across the data set.

    Buffers: the crops of its strongest cells, JPEG files, in their order.

    Raises:
        DatasetError: There is no atlas, it is of another model, or it is damaged.
        LayerError: It is not of that layer.
    """
    here = _of(atlas, model)
    known = here.channel(incoming.text(content, "layer"), incoming.number(content, "channel"))
    how = here.about["preprocessing"]
    told = {
        "kind": "across",
        "id": request,
        "layer": known.layer,
        "channel": known.channel,
        "preset": how["name"],
        "photos": known.photos,
        "fires": known.fires,
        "zeros": known.zeros,
        "edges": known.edges.tolist(),
        "peaks": known.peaks.tolist(),
        "selectivity": known.selectivity,
        "classes": _classes(known),
        "similar": [{"channel": other, "correlation": value} for other, value in known.similar[:_ALIKE]],
        "strongest": [_sighting(here, model, known, each) for each in known.strongest],
    }
    return Message(told, tuple(here.crop_file(each.crop) for each in known.strongest))


def _classes(known: AtlasChannel) -> list[dict[str, Any]]:
    """The classes it answers to more than half as much as to the first of them."""
    return [
        {"class_index": label.class_index, "label": label.label}
        for label, mean in known.classes
        if mean > 0 and mean >= 0.5 * known.classes[0][1]
    ]


def _sighting(atlas: Atlas, model: Model, known: AtlasChannel, sighting: Sighting) -> dict[str, Any]:
    """One cell, and what to mark in its crop, as shares of it: left, top, right, bottom.

    That is what the cell sees, if the crop shows more than that; else what it sees by the narrowest path, which lies in
    the middle: of a crop that is most of the photo, where to look.
    """
    how = Preprocessing.from_dict(atlas.about["preprocessing"])
    architecture = model.architecture_at(how.crop_px, how.crop_px)
    layer = origin_of(architecture, architecture[known.layer], known.channel)
    is_larger = layer.receptive_field < LEAST_PX
    size = layer.receptive_field if is_larger else layer.receptive_fields[0]
    marked = Places(layer, how.geometry(*atlas.size(sighting.photo))).field(*sighting.cell, size)
    left, top, right, bottom = atlas.crop_box(sighting.crop)
    within = [
        (side - start) / (stop - start)
        for side, start, stop in zip(marked, (left, top) * 2, (right, bottom) * 2, strict=True)
    ]
    return {"photo": sighting.photo, "value": sighting.value, "cell": list(sighting.cell), "within": within}


def firing(request: str, atlas: Atlas | None, model: Model, content: dict[str, Any]) -> Message:
    """The channels that fire for a class.

    Raises:
        DatasetError: There is no atlas, it is of another model, none of its photos shows that class, or it is damaged.
    """
    here, index = _of(atlas, model), incoming.number(content, "class_index")
    found = here.channels_for(index, _FIRING)
    rows = [{"layer": each.layer, "channel": each.channel, "standing": each.standing} for each in found]
    told = {"kind": "firing", "id": request, "class_index": index, "photos": here.classes[index], "rows": rows}
    return Message(told)


def sighted(atlas: Atlas | None, model: Model, content: dict[str, Any]) -> Kept:
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

    here, name = _of(atlas, model), incoming.text(content, "name", most=MOST_PATH)
    place = here.place(name)
    if leads_elsewhere(place) and not any(lies_below(place, root) for root in here.photos_at):
        raise DatasetError(
            f"{name}: the atlas says that it lies at {place}, and no address is asked because a file names it; "
            "if you trust it: sv.read_atlas(…, photos_at='the address of the folder')"
        )
    return kept(read_bytes(place, name), name=name)
