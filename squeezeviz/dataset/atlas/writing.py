"""An atlas as a folder: tables as Parquet, crops as one zip file, and where it all comes from as JSON.

    NAME.atlas/
      atlas.json           model, preprocessing, data set, counts, what was the matter with which photo
      channels.parquet     a row a channel: layer, channel, photos, active_photos (above zero in them), largest, mean
                           and spread (of its means over photos), zeros (share of cells counted), selectivity,
                           classes and class_means (those that it activates on most)
      strongest.parquet    layer, channel, rank, photo, value, y, x, what the cell sees of the photo (left, top, right,
                           bottom, in pixels) and the number of its crop
      histograms.parquet   layer, channel, photos (by their maximum) and cells (by their value), counts a bin;
                           atlas.json has the bins' edges
      classes.parquet      class_index, layer, channel, mean (over the class's photos); a row group a class
      similar.parquet      layer, channel, rank, other, correlation (of maxima, over photos)
      photos.parquet       the photos that crops are of: photo, place, class_index, width, height
      crops.parquet        crop, photo, the part of the photo that it shows, and where in the zip file it lies (offset,
                           size, crc32): a reader need not take the file's list of contents in
      crops.zip            000000.jpg, …, stored as they are

All tables are in the network's order of layers, then by channel, then by rank; `schema.py` declares their columns.
While an atlas is being written, its files lie in a folder within it; without `atlas.json` it is none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.dataset import whole_folder
from squeezeviz.dataset.atlas import bins
from squeezeviz.dataset.atlas.about import ATLAS, FORMAT, NAME
from squeezeviz.dataset.atlas.contents import CROPS
from squeezeviz.dataset.atlas.crops import Crop, Crops, Field
from squeezeviz.dataset.atlas.findings import Findings, selectivity
from squeezeviz.dataset.atlas.rows import Rows, origin_of
from squeezeviz.dataset.atlas.schema import CLASSES, TABLES
from squeezeviz.dataset.places import as_text
from squeezeviz.dataset.stored_pictures import write_pictures
from squeezeviz.dataset.tables import arrow_table, parquet, texts
from squeezeviz.errors import LayerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from squeezeviz.dataset.photos import Photo
    from squeezeviz.network.architecture import Architecture, Layer

__all__ = ["TopExamples", "check_target", "crops_wanted", "top_examples", "write_atlas"]


def check_target(path: Path, *, overwrite: bool) -> None:
    """Refuse a folder that could not be written, before any work is done.

    Raises:
        DatasetError: pyarrow is missing, something else stands there, or the disk refuses.
    """
    parquet()
    whole_folder.check_target(path, ATLAS, overwrite=overwrite)


@dataclass(frozen=True)
class TopExamples:
    """The strongest cells of every channel that is shown, one row each.

    Attributes:
        group: Which of the layers shown, int64 (n,); so are the next two.
        channel: Of the layer.
        rank: From 1.
        photo: Name.
        value: float32 (n,).
        y: Row of the cell, int64 (n,).
        x: Column.
        fields: What each sees of the input.
    """

    group: NDArray[np.int64]
    channel: NDArray[np.int64]
    rank: NDArray[np.int64]
    photo: list[str]
    value: NDArray[np.float32]
    y: NDArray[np.int64]
    x: NDArray[np.int64]
    fields: list[Field]


def top_examples(found: Findings, rows: Rows, architecture: Architecture) -> TopExamples:
    """Return the strongest cells of every channel, and what each sees.

    Args:
        found: What is known.
        rows: The layers.
        architecture: Of inputs of the size that photos are preprocessed to.
    """
    best = found.strongest
    parts: list[tuple[NDArray[np.int64], ...]] = []
    names: list[str] = []
    fields: list[Field] = []
    for at, group in enumerate(rows.shown):
        layer = architecture[group.layer]
        channel, rank = np.nonzero(best.photo[group.rows] >= 0)
        width = layer.shape[2] if len(layer.shape) == 3 else 1
        y, x = np.divmod(best.cell[group.rows][channel, rank].astype(np.int64), width)
        value = best.value[group.rows][channel, rank]
        parts.append((np.full(len(channel), at), channel, rank + 1, value.view(np.int32).astype(np.int64), y, x))
        names += [best.names[photo] for photo in best.photo[group.rows][channel, rank]]
        origins = [origin_of(architecture, layer, index) for index in range(layer.channels)]
        fields += [
            _field(origins[c], row, column)
            for c, row, column in zip(*map(np.ndarray.tolist, (channel, y, x)), strict=True)
        ]
    group_at, channel, rank, bits, y, x = (np.concatenate(column) for column in zip(*parts, strict=True))
    return TopExamples(group_at, channel, rank, names, bits.astype(np.int32).view(np.float32), y, x, fields)


def _field(layer: Layer, y: int, x: int) -> Field:
    size = max(layer.receptive_field)
    if min(layer.receptive_field) != size and not layer.sees_all:
        raise LayerError(f"{layer.name}: its cells see {layer.field_text} px of the input; an atlas cuts out squares")
    (down, right), (first_y, first_x) = layer.located()
    return Field(size, (first_y + down * y, first_x + right * x))


def crops_wanted(seen: TopExamples) -> dict[str, tuple[Field, ...]]:
    """Return what to cut out of which photo, each once."""
    wanted: dict[str, set[Field]] = {}
    for photo, field in zip(seen.photo, seen.fields, strict=True):
        wanted.setdefault(photo, set()).add(field)
    return {photo: tuple(sorted(fields)) for photo, fields in sorted(wanted.items())}


def write_atlas(
    path: Path,
    *,
    about: Mapping[str, Any],
    found: Findings,
    rows: Rows,
    seen: TopExamples,
    crops: Crops,
    photos: Mapping[str, Photo],
) -> None:
    """Write an atlas, whole or not at all; what stood there before is replaced.

    Raises:
        DatasetError: pyarrow is missing, or the disk refuses.
    """
    check_target(path, overwrite=True)
    with whole_folder.written_whole(path, ATLAS) as made:
        numbers = _write_crops(made, crops)
        _write(made, "photos", _photo_rows(crops, photos))
        _write(made, "strongest", _strongest(rows, seen, crops, numbers))
        _write(made, "channels", _channels(found, rows))
        _write(made, "histograms", _histograms(found, rows))
        _write(made, "similar", _similar(found, rows))
        _write_classes(made / "classes.parquet", found, rows)
        written = {"format": FORMAT, **about, "edges": bins.EDGES.tolist()}
        (made / NAME).write_text(json.dumps(written, ensure_ascii=False, indent=1), encoding="utf-8")


def _write(folder: Path, name: str, columns: Mapping[str, Any]) -> None:
    parquet().write_table(arrow_table(TABLES[name], columns), folder / f"{name}.parquet", compression="zstd")


def _named(rows: Rows, group: NDArray[np.int64]) -> Any:  # noqa: ANN401 - pyarrow has no types
    return texts([each.layer for each in rows.shown], group)


def _places(rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return layer, channel and row of every channel that is shown."""
    group = np.repeat(np.arange(len(rows.shown)), [each.channels for each in rows.shown])
    channel = np.concatenate([np.arange(each.channels) for each in rows.shown])
    row = np.concatenate([np.arange(each.rows.start, each.rows.stop) for each in rows.shown])
    return group, channel, row


def _channels(found: Findings, rows: Rows) -> dict[str, Any]:
    group, channel, row = _places(rows)
    order = np.argsort(-found.class_means, axis=0, kind="stable")[:CLASSES]  # of equals the lower index
    classes, means = found.classes[order], np.take_along_axis(found.class_means, order, axis=0)
    index = selectivity(found.class_means)
    largest = found.strongest.value[:, 0]
    return {
        "layer": _named(rows, group),
        "channel": channel,
        "photos": np.full(len(row), found.photos),
        "active_photos": found.active_photos[row],
        "largest": largest[row],
        "mean": found.mean[row],
        "spread": found.spread[row],
        "zeros": found.zeros[row],
        "selectivity": index[row],  # NaN where there is none
        "classes": classes.T[row],
        "class_means": means.T[row],
    }


def _histograms(found: Findings, rows: Rows) -> dict[str, Any]:
    group, channel, row = _places(rows)
    return {
        "layer": _named(rows, group),
        "channel": channel,
        "photos": found.peaks[row],
        "cells": found.cells[row],
    }


def _strongest(rows: Rows, seen: TopExamples, crops: Crops, numbers: Mapping[tuple[str, Field], int]) -> dict[str, Any]:
    fields = np.array(
        [crops.photos[photo][2][field].field for photo, field in zip(seen.photo, seen.fields, strict=True)]
    ).reshape(-1, 4)
    return {
        "layer": _named(rows, seen.group),
        "channel": seen.channel,
        "rank": seen.rank,
        "photo": seen.photo,
        "value": seen.value,
        "y": seen.y,
        "x": seen.x,
        "crop": np.array([numbers[key] for key in zip(seen.photo, seen.fields, strict=True)], np.int32),
        **{side: fields[:, at] for at, side in enumerate(("left", "top", "right", "bottom"))},
    }


def _similar(found: Findings, rows: Rows) -> dict[str, Any]:
    parts = []
    for at, group in enumerate(rows.shown):
        source = next(index for index, asked in enumerate(rows.asked) if asked.start <= group.start < asked.rows.stop)
        first = group.start - rows.asked[source].start
        other, correlation = found.alike(source, slice(first, first + group.channels))
        channel, rank = np.nonzero(other >= 0)
        parts.append((np.full(len(channel), at), channel, rank + 1, other[channel, rank], correlation[channel, rank]))
    group_at, channel, rank, other, correlation = (np.concatenate(column) for column in zip(*parts, strict=True))
    return {
        "layer": _named(rows, group_at),
        "channel": channel,
        "rank": rank,
        "other": other,
        "correlation": correlation,
    }


def _photo_rows(crops: Crops, photos: Mapping[str, Photo]) -> dict[str, Any]:
    names = sorted(crops.photos)
    return {
        "photo": names,
        "place": [as_text(photos[name].place) for name in names],
        "class_index": [photos[name].class_index for name in names],
        "width": np.array([crops.photos[name][0] for name in names], np.int32),
        "height": np.array([crops.photos[name][1] for name in names], np.int32),
    }


def _write_crops(folder: Path, crops: Crops) -> dict[tuple[str, Field], int]:
    made = list(_in_order(crops))
    places = write_pictures(folder / CROPS, (crop.content for *_, crop in made))
    sides = np.array([crop.box for *_, crop in made], np.int64).reshape(-1, 4)
    boxes = {side: sides[:, at] for at, side in enumerate(("left", "top", "right", "bottom"))}
    photos = [name for name, *_ in made]
    _write(folder, "crops", {"crop": np.arange(len(made), dtype=np.int32), "photo": photos, **boxes, **places})
    return {(name, field): number for number, (name, field, _) in enumerate(made)}


def _in_order(crops: Crops) -> Iterator[tuple[str, Field, Crop]]:
    for name, (_, _, made) in sorted(crops.photos.items()):
        for field, crop in sorted(made.items(), key=lambda pair: pair[0]):
            yield name, field, crop


def _write_classes(path: Path, found: Findings, rows: Rows) -> None:
    group, channel, row = _places(rows)
    names = _named(rows, group)

    def table(index: int, means: NDArray[np.float64]) -> Any:  # noqa: ANN401 - pyarrow has no types
        shown = np.full(len(row), index)
        return arrow_table(
            TABLES["classes"], {"class_index": shown, "layer": names, "channel": channel, "mean": means[row]}
        )

    nothing = {"class_index": [], "layer": names[:0], "channel": [], "mean": []}
    with parquet().ParquetWriter(path, arrow_table(TABLES["classes"], nothing).schema, compression="zstd") as writer:
        for index, means in zip(found.classes, found.class_means, strict=True):
            writer.write_table(table(int(index), means))
