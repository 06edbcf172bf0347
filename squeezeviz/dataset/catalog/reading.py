"""A catalogue, opened: the pictures that excite every channel, each read when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.arguments import is_whole
from squeezeviz.dataset.catalog.about import CATALOG, PICTURES, TABLE, read_about
from squeezeviz.dataset.catalog.channel import CatalogChannel, CatalogPicture
from squeezeviz.dataset.catalog.schema import COLUMNS, MOST_PICTURES
from squeezeviz.dataset.catalog.study import channel_name
from squeezeviz.dataset.stored_pictures import read_picture
from squeezeviz.dataset.tables import Table, parquet, read_table
from squeezeviz.errors import DatasetError, LayerError, did_you_mean
from squeezeviz.files import given_path
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.resources import shipped
from squeezeviz.visible import visible

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Catalog", "bundled_catalog", "read_catalog"]


class Catalog(NotebookDisplay):
    """Pictures that excite every channel of some layers; opened by `read_catalog`.

    Args:
        path: The folder.

    Attributes:
        path: The folder.
        about: What `catalog.json` says: model, preprocessing, how pictures were grown, troubles.
        layers: Names, in the network's order.

    Raises:
        DatasetError: It is no catalogue, or is damaged, or pyarrow is missing.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = given_path(path, "my.catalog", DatasetError)
        parquet("a catalogue")
        try:
            self.about = read_about(self.path)
            self.layers: tuple[str, ...] = tuple(self.about["layers"])
            self._counts = dict(zip(self.layers, self.about["channels"], strict=True))
            self._rows, self._starts = self._read()
        except (OSError, ValueError) as exc:
            raise CATALOG.damaged(self.path, exc) from exc
        self._troubles = {each["name"]: each["message"] for each in self.about["troubles"]}

    # Questions --------------------------------------------------------------------------------------------------------

    @property
    def model_id(self) -> str:
        """The model's name."""
        return str(self.about["model"])

    @property
    def model_sha256(self) -> str:
        """Hash of the model's weights file, hexadecimal."""
        return str(self.about["model_sha256"])

    @property
    def pictures(self) -> int:
        """How many pictures there are."""
        return self._rows.rows

    def channels(self, layer: str) -> int:
        """Return how many channels a layer has.

        Raises:
            LayerError: The catalogue is not of that layer.
        """
        self._known(layer)
        return int(self._counts[layer])

    def channel(self, layer: str, channel: int) -> CatalogChannel:
        """Return what there is of one channel.

        Raises:
            LayerError: The catalogue is not of that layer, or it has no such channel.
        """
        count = self.channels(layer)
        if not is_whole(channel) or not 0 <= channel < count:
            raise LayerError(f"{layer} has the channels 0 to {count - 1}; there is no {channel!r}")
        first = sum(self._counts[name] for name in self.layers[: self.layers.index(layer)]) + channel
        start, end = (int(row) for row in self._starts[first : first + 2])
        rows = self._rows
        pictures = tuple(
            CatalogPicture(
                float(rows["value"][row]), bool(rows["sign"][row] < 0),
                (int(rows["height"][row]), int(rows["width"][row])), row, self,
            )
            for row in range(start, end)
        )  # fmt: skip
        alike = zip(rows["alike"][start], rows["correlations"][start], strict=True) if pictures else ()
        trouble = "" if pictures else self._troubles.get(channel_name(layer, channel), "no picture was grown")
        how = {"steps": self.about["steps"], "seed": self.about["seed"], **self.about["settings"]}
        return CatalogChannel(layer, channel, pictures, tuple(alike), trouble, how)

    def picture_file(self, row: int) -> bytes:
        """Return a picture as a JPEG file.

        Args:
            row: Of the table.

        Raises:
            DatasetError: The catalogue is damaged.
        """
        expected = int(self._rows["width"][row]), int(self._rows["height"][row])
        try:
            content, size = read_picture(self.path / PICTURES, self._rows, row, "picture")
            said, here = (f"{width:,} × {height:,}" for width, height in (expected, size))
            _expect(size == expected, f"picture {row} of {PICTURES} has {here} pixels, not {said}")
        except (OSError, ValueError) as exc:
            raise CATALOG.damaged(self.path, exc) from exc
        return content

    def to_dict(self) -> dict[str, Any]:
        """Return what it is of, as plain data."""
        return {**self.about, "pictures": self.pictures}

    def __repr__(self) -> str:
        channels = sum(self._counts.values())
        layers = f"{len(self.layers)} layer{'' if len(self.layers) == 1 else 's'}"
        return visible(f"<Catalog of {self.model_id}: {layers}, {channels:,} channels, {self.pictures:,} pictures>")

    # Reading ----------------------------------------------------------------------------------------------------------

    def _read(self) -> tuple[Table, NDArray[np.int64]]:
        """Return the table, and where each channel's rows begin, and the last ends.

        Raises:
            ValueError: It is not what it has to be.
            OSError: It cannot be read.
        """
        counts = np.array(self.about["channels"], np.int64)
        rows = read_table(self.path / TABLE, COLUMNS, most_rows=int(counts.sum()) * MOST_PICTURES)
        place = {layer: at for at, layer in enumerate(self.layers)}
        unknown = [layer for layer in rows["layer"].values if layer not in place]
        _expect(not unknown, f"{TABLE}: {str(unknown[:1])[:100]} is no layer of this catalogue")
        layer_of = np.array([place[layer] for layer in rows["layer"].values] or [0], np.int64)[rows["layer"].codes]
        _expect(bool((rows["channel"] < counts[layer_of]).all()), f"{TABLE}: names channels that no layer has")
        channel_of = (np.cumsum(counts) - counts)[layer_of] + rows["channel"]
        starts = np.concatenate([[0], np.cumsum(np.bincount(channel_of, minlength=int(counts.sum())))])
        _expect(
            bool((np.diff(channel_of) >= 0).all())
            and np.array_equal(rows["rank"], np.arange(rows.rows) - starts[channel_of] + 1),
            f"{TABLE}: expected rows in the order of channels, and of ranks",
        )
        _check_alike(rows, counts[layer_of])
        here, end = (self.path / PICTURES).stat().st_size, int((rows["offset"] + rows["size"]).max(initial=0))
        _expect(here >= end, f"{PICTURES} has {here:,} bytes, and pictures up to {end:,}")
        return rows, starts

    def _known(self, layer: str) -> None:
        if not isinstance(layer, str) or layer not in self._counts:
            hint = (
                did_you_mean(str(layer), self.layers)
                or f" It is of {', '.join(self.layers[:4])}{', …' * (len(self.layers) > 4)}"
            )
            raise LayerError(f"this catalogue is of no layer {layer!r}.{hint}")


def _expect(is_right: bool, expected: str) -> None:  # noqa: FBT001 - what it is about
    if not is_right:
        raise ValueError(expected)


def _check_alike(rows: Table, counts: NDArray[np.int64]) -> None:
    """Refuse neighbours that no layer has."""
    alike = rows["alike"]
    _expect(
        np.array_equal(alike.starts, rows["correlations"].starts),
        f"{TABLE}: expected a correlation for each channel that is alike",
    )
    most = np.repeat(counts, np.diff(alike.starts))
    _expect(bool((alike.values < most).all()), f"{TABLE}: names channels as alike that no layer has")


def read_catalog(path: str | os.PathLike[str]) -> Catalog:
    """Open a catalogue.

    Args:
        path: The folder that `squeezeviz catalog`, or `make_catalog`, has written.

    Raises:
        DatasetError: It is no catalogue, or is damaged, or pyarrow is missing.
    """
    return Catalog(path)


def bundled_catalog(name: str) -> Path | None:
    """Return the catalogue that travels with the package for a registered model; None where there is none.

    Args:
        name: The model's.
    """
    try:
        return shipped(f"data/{name}.catalog") if "/" not in name and "\\" not in name else None
    except FileNotFoundError:
        return None
