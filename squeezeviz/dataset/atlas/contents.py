"""The tables of an atlas, read and held against each other: whoever asks them finds what there has to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.dataset.atlas.findings import ALIKE
from squeezeviz.dataset.atlas.schema import TABLES
from squeezeviz.dataset.tables import Table, read_table, row_groups

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["CROPS", "Contents", "read_class", "read_contents"]

#: The file that crops lie in.
CROPS = "crops.zip"
_MOST_CHANNELS = 1_000_000


@dataclass(frozen=True)
class Contents:
    """What an atlas holds.

    Attributes:
        channels: A row a channel, in the order of layers; so are `histograms`.
        histograms: See above.
        strongest: Rows by channel, then by rank; so are those of `similar`.
        similar: See above.
        photos: A row a photo that crops are of.
        crops: A row a crop, by number.
        layer_of: Which layer each channel is of, int64 (channels,).
        channels_of: Layer → its first row among the channels, and how many it has.
        strongest_ends: Rows of `strongest` before each channel's, and after the last: int64 (channels + 1,).
        similar_ends: The same of `similar`.
    """

    channels: Table
    histograms: Table
    strongest: Table
    similar: Table
    photos: Table
    crops: Table
    layer_of: NDArray[np.int64]
    channels_of: dict[str, tuple[int, int]]
    strongest_ends: NDArray[np.int64]
    similar_ends: NDArray[np.int64]

    def strongest_of(self, row: int) -> slice:
        """Return the rows of a channel's strongest cells."""
        return slice(int(self.strongest_ends[row]), int(self.strongest_ends[row + 1]))

    def similar_of(self, row: int) -> slice:
        """Return the rows of the channels most like one."""
        return slice(int(self.similar_ends[row]), int(self.similar_ends[row + 1]))


def read_contents(path: Path, about: dict[str, Any]) -> Contents:
    """Read the tables of an atlas, but for that of classes, which is large; that one is described rightly.

    Args:
        path: The folder.
        about: What it says of itself.

    Raises:
        ValueError: A table is not what it has to be.
        OSError: One cannot be read.
    """
    layers: list[str] = about["layers"]

    def table(name: str, most_rows: int) -> Table:
        return read_table(path / f"{name}.parquet", TABLES[name], most_rows=most_rows)

    channels = table("channels", _MOST_CHANNELS)
    layer_of = _layers(channels, layers, "channels")
    counts = np.bincount(layer_of, minlength=len(layers))
    first = np.cumsum(counts) - counts
    _expect(bool((counts > 0).all()), "channels.parquet: a layer has no channels")
    _expect(
        np.array_equal(layer_of, np.sort(layer_of))
        and np.array_equal(channels["channel"], np.arange(channels.rows) - first[layer_of]),
        "channels.parquet: expected the channels of each layer in their order",
    )
    histograms = table("histograms", channels.rows)
    strongest = table("strongest", channels.rows * min(about["k"], about["photos"]))
    similar = table("similar", channels.rows * ALIKE)
    photos, crops = table("photos", min(about["photos"], strongest.rows)), table("crops", strongest.rows)
    _, strongest_ends = _by_channel(strongest, first, counts, layers, "strongest")
    similar_rows, similar_ends = _by_channel(similar, first, counts, layers, "similar")
    counted, _ = _by_channel(histograms, first, counts, layers, "histograms")
    _expect(np.array_equal(counted, np.arange(channels.rows)), "histograms.parquet: expected a row a channel")
    _check_channels(channels, histograms, about)
    _expect(
        bool((similar["other"] < counts[layer_of[similar_rows]]).all()),
        "similar.parquet: names channels that its layers do not have",
    )
    _check_photos(strongest, photos, crops, about)
    _check_crops(path, crops)
    _expect(
        row_groups(path / "classes.parquet", TABLES["classes"]) == [channels.rows] * len(about["classes"]),
        "classes.parquet: expected a row a channel for each class",
    )
    channels_of = dict(zip(layers, zip(first.tolist(), counts.tolist(), strict=True), strict=True))
    return Contents(
        channels, histograms, strongest, similar, photos, crops, layer_of, channels_of, strongest_ends, similar_ends
    )


def read_class(path: Path, contents: Contents, group: int, class_index: int) -> NDArray[np.float64]:
    """Return every channel's mean over the photos of a class, float64 (channels,).

    Args:
        path: The folder.
        contents: What else it holds.
        group: Which of the classes with photos.
        class_index: Its index.

    Raises:
        ValueError: The table is not what it has to be.
        OSError: It cannot be read.
    """
    rows = contents.channels.rows
    table = read_table(path / "classes.parquet", TABLES["classes"], most_rows=rows, row_group=group)
    is_right = (
        table.rows == rows
        and bool((table["class_index"] == class_index).all())
        and np.array_equal(_layers(table, list(contents.channels_of), "classes"), contents.layer_of)
        and np.array_equal(table["channel"], contents.channels["channel"])
    )
    _expect(is_right, f"classes.parquet: expected a row a channel for class {class_index}")
    means: NDArray[np.float64] = table["mean"].astype(np.float64)
    return means


def _expect(is_right: bool, expected: str) -> None:  # noqa: FBT001 - what it is about
    if not is_right:
        raise ValueError(expected)


def _layers(table: Table, layers: list[str], name: str) -> NDArray[np.int64]:
    """Return each row's layer, as its place among the layers."""
    values, codes = table["layer"].values, table["layer"].codes
    place = {layer: at for at, layer in enumerate(layers)}
    unknown = [value for value in values if value not in place]
    _expect(not unknown, f"{name}.parquet: {str(unknown[:1])[:100]} is no layer of this atlas")
    places: NDArray[np.int64] = np.array([place[value] for value in values] or [0], np.int64)[codes]
    return places


def _by_channel(
    table: Table, first: NDArray[np.int64], counts: NDArray[np.int64], layers: list[str], name: str
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each row's channel, and where each channel's rows end, of a table that is ordered by channel."""
    layer_of = _layers(table, layers, name)
    _expect(bool((table["channel"] < counts[layer_of]).all()), f"{name}.parquet: names channels that no layer has")
    rows = first[layer_of] + table["channel"]
    _expect(bool((np.diff(rows) >= 0).all()), f"{name}.parquet: expected rows in the order of channels")
    return rows, np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=int(counts.sum())))])


def _check_channels(channels: Table, histograms: Table, about: dict[str, Any]) -> None:
    photos = about["photos"]
    _expect(
        bool((channels["photos"] == photos).all() and (channels["active_photos"] <= photos).all()),
        f"channels.parquet: expected counts of {photos:,} photos",
    )
    _expect(
        bool((histograms["photos"].sum(axis=1) == photos).all()),
        f"histograms.parquet: expected counts of {photos:,} photos",
    )
    classes = channels["classes"]
    _expect(
        np.array_equal(classes.starts, channels["class_means"].starts),
        "channels.parquet: expected as many means as classes",
    )
    _expect(bool((classes.values < len(about["labels"])).all()), "channels.parquet: names classes that the model lacks")


def _check_photos(strongest: Table, photos: Table, crops: Table, about: dict[str, Any]) -> None:
    names = set(photos["photo"].values)
    _expect(len(names) == photos.rows, "photos.parquet: a photo is listed twice")
    index = photos["class_index"]
    _expect(not bool((index >= len(about["labels"])).any()), "photos.parquet: names classes that the model lacks")
    for name, table in (("strongest", strongest), ("crops", crops)):
        _expect(names >= set(table["photo"].values), f"{name}.parquet: names photos that photos.parquet does not")
        _expect(
            bool((table["left"] <= table["right"]).all() and (table["top"] <= table["bottom"]).all()),
            f"{name}.parquet: a box ends before it begins",
        )
    _expect(bool((strongest["rank"] <= about["k"]).all()), f"strongest.parquet: expected ranks up to {about['k']:,}")
    _expect(bool((strongest["crop"] < crops.rows).all()), "strongest.parquet: names crops that are not there")


def _check_crops(path: Path, crops: Table) -> None:
    """Refuse places outside the file; what each crop's bytes are is checked as it is read."""
    _expect(np.array_equal(crops["crop"], np.arange(crops.rows)), "crops.parquet: expected crops by their number")
    _expect(
        bool((crops["left"] < crops["right"]).all() and (crops["top"] < crops["bottom"]).all()),
        "crops.parquet: a crop shows nothing",
    )
    if not (path / CROPS).is_file():
        raise FileNotFoundError(2, f"there is no {CROPS}")
    here, end = (path / CROPS).stat().st_size, int((crops["offset"] + crops["size"]).max(initial=0))
    _expect(here >= end, f"{CROPS} has {here:,} bytes, and crops up to {end:,}")
