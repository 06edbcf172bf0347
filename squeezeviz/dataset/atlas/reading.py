"""An atlas, opened: every channel's strongest cells, histograms, classes and likenesses over a data set."""

from __future__ import annotations

import io
import json
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image as Pillow

from squeezeviz.dataset.atlas.writing import FORMAT, TABLES, parquet
from squeezeviz.errors import DatasetError, LabelError, LayerError, did_you_mean
from squeezeviz.labels import Label, Labels
from squeezeviz.visible import visible

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Atlas", "AtlasChannel", "Firing", "Sighting", "read_atlas"]


@dataclass(frozen=True)
class Sighting:
    """One of a channel's strongest cells: at most one a photo.

    Attributes:
        photo: The photo's name.
        value: The activation.
        cell: (y, x).
        field: What the cell sees of the photo: (left, top, right, bottom), in pixels.
        crop: Number of its crop in the atlas.
    """

    photo: str
    value: float
    cell: tuple[int, int]
    field: tuple[float, float, float, float]
    crop: int


@dataclass(frozen=True)
class Firing:
    """How a channel answers to a class.

    Attributes:
        layer: Name.
        channel: Index.
        standing: How far the class's mean lies above the mean of all photos, in standard deviations of photos.
        mean: Of the channel over all cells of the class's photos.
        usual: The same over all photos.
    """

    layer: str
    channel: int
    standing: float
    mean: float
    usual: float


@dataclass(frozen=True, eq=False)
class AtlasChannel:
    """One channel over a data set.

    Attributes:
        layer: Name.
        channel: Index.
        photos: How many were looked at.
        fires: In how many of them it is above zero anywhere.
        largest: Its largest value.
        mean: Mean over all cells and photos.
        spread: Standard deviation of its photos' means.
        zeros: Share of the cells counted that are zero.
        strongest: Its strongest cells, in as many photos.
        edges: Where the bins of both histograms begin, and the last ends: float64 (n,).
        peaks: Photos by the maximum in each: int64 (n,), the first of them those without an answer.
        cells: Cells counted by their value: int64 (n,), the first of them those at zero.
        selectivity: How selective it is for the class it answers to most, −1 to 1; see
            `squeezeviz.dataset.atlas.findings.selectivity`. None without labelled photos of two classes.
        classes: The classes it answers to most, each with its mean.
        similar: The channels of its layer whose maxima go up and down with its own, with Pearson's correlation.
        atlas: Where it is from.
    """

    layer: str
    channel: int
    photos: int
    fires: int
    largest: float
    mean: float
    spread: float
    zeros: float
    strongest: tuple[Sighting, ...]
    edges: NDArray[np.float64]
    peaks: NDArray[np.int64]
    cells: NDArray[np.int64]
    selectivity: float | None
    classes: tuple[tuple[Label, float], ...]
    similar: tuple[tuple[int, float], ...]
    atlas: Atlas

    @property
    def is_dead(self) -> bool:
        """Whether it was above zero in no photo."""
        return self.fires == 0

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "layer": self.layer,
            "channel": self.channel,
            "photos": self.photos,
            "fires": self.fires,
            "largest": self.largest,
            "mean": self.mean,
            "spread": self.spread,
            "zeros": self.zeros,
            "strongest": [
                {"photo": s.photo, "value": s.value, "cell": list(s.cell), "field": list(s.field), "crop": s.crop}
                for s in self.strongest
            ],
            "edges": self.edges.tolist(),
            "peaks": self.peaks.tolist(),
            "cells": self.cells.tolist(),
            "selectivity": self.selectivity,
            "classes": [
                {"class_index": label.class_index, "wnid": label.wnid, "label": label.label, "mean": mean}
                for label, mean in self.classes
            ],
            "similar": [{"channel": channel, "correlation": value} for channel, value in self.similar],
        }

    def __repr__(self) -> str:
        best = f", strongest {self.strongest[0].value:.4g} in {self.strongest[0].photo}" if self.strongest else ""
        said = f"fires in {self.fires:,} of {self.photos:,} photos{best}"
        return visible(f"<{self.layer} channel {self.channel}: {said}>")

    def _repr_html_(self) -> str:
        from squeezeviz.dataset.atlas.html import channel_html  # noqa: PLC0415 - only notebooks need it

        return channel_html(self)


class Atlas:
    """What excites every channel of every layer, over a data set; opened by `read_atlas`.

    Args:
        path: The folder.
        photos_at: Addresses in which its photos may be read; see `read_atlas`.

    Attributes:
        path: The folder.
        photos_at: The same.
        about: What `atlas.json` says: model, preparation, data set, counts, troubles.
        layers: Names, in the network's order.
        labels: The model's classes.

    Raises:
        DatasetError: It is no atlas, or is damaged, or pyarrow is missing.
    """

    def __init__(self, path: str | os.PathLike[str], *, photos_at: str | Sequence[str] = ()) -> None:
        self.path = Path(path).expanduser()
        self.photos_at = (photos_at,) if isinstance(photos_at, str) else tuple(photos_at)
        self.about = _about(self.path)
        self._tables = {name: self._table(name) for name in TABLES if name != "classes"}
        try:
            self.layers: tuple[str, ...] = tuple(self.about["layers"])
            self.labels = Labels.from_rows(self.about["labels"])
            self._edges = np.array(self.about["edges"], np.float64)
            self._photos, self._images = self.about["classes"], int(self.about["photos"])
            codes = self._codes("channels")
            counts = np.bincount(codes, minlength=len(self.layers))
            # A layer's first row among the channels, and how many it has.
            self._first = dict(
                zip(self.layers, zip((np.cumsum(counts) - counts).tolist(), counts.tolist(), strict=True), strict=True)
            )
            # Rows of other tables by channel: they come in the same order.
            self._spans = {name: self._span(name) for name in ("strongest", "similar")}
            self._check_crops()
        except (KeyError, TypeError, ValueError, OSError, LabelError) as exc:
            raise self._damaged(exc) from exc

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
    def photos(self) -> int:
        """How many photos were looked at."""
        return self._images

    @property
    def classes(self) -> dict[int, int]:
        """Class index → how many photos show it; empty where none is labelled."""
        return {int(index): int(count) for index, count in self._photos.items()}

    def channels(self, layer: str) -> int:
        """Return how many channels a layer has.

        Raises:
            LayerError: The atlas is not of that layer.
        """
        self._known(layer)
        count: int = self._first[layer][1]
        return count

    def channel(self, layer: str, channel: int) -> AtlasChannel:
        """Return what is known of one channel.

        Raises:
            LayerError: The atlas is not of that layer, or it has no such channel.
            DatasetError: The atlas is damaged.
        """
        self._known(layer)
        start, count = self._first[layer]
        if not 0 <= channel < count:
            raise LayerError(f"{layer} has the channels 0 to {count - 1}; there is no {channel}")
        row = start + channel
        here = {name: self._tables["channels"][name][row].as_py() for name in self._tables["channels"].column_names}
        counts = {name: self._tables["histograms"][name][row].as_py() for name in ("photos", "cells")}
        index = here["selectivity"]
        similar = self._tables["similar"].slice(*self._spans["similar"][row]).to_pylist()
        return AtlasChannel(
            layer, channel, here["photos"], here["fires"], here["largest"], here["mean"], here["spread"],
            here["zeros"], self._sightings(row), self._edges, np.array(counts["photos"]), np.array(counts["cells"]),
            index,
            tuple((self.labels[at], mean) for at, mean in zip(here["classes"], here["class_means"], strict=True)),
            tuple((each["other"], each["correlation"]) for each in similar),
            self,
        )  # fmt: skip

    def _sightings(self, row: int) -> tuple[Sighting, ...]:
        found = self._tables["strongest"].slice(*self._spans["strongest"][row]).to_pylist()
        return tuple(
            Sighting(
                each["photo"], each["value"], (each["y"], each["x"]),
                (each["left"], each["top"], each["right"], each["bottom"]), each["crop"],
            )
            for each in found
        )  # fmt: skip

    def crop(self, sighting: Sighting) -> Pillow.Image:
        """Return what the photo shows where a cell looked, as a Pillow image; of a small field, more than that.

        Raises:
            DatasetError: The atlas is damaged.
        """
        return Pillow.open(io.BytesIO(self.crop_file(sighting.crop)))

    def crop_file(self, number: int) -> bytes:
        """Return a crop as a JPEG file.

        Raises:
            DatasetError: The atlas is damaged.
        """
        offset, size, checksum = (int(self._values("crops", name)[number]) for name in ("offset", "size", "crc32"))
        try:
            with (self.path / "crops.zip").open("rb") as file:
                file.seek(offset)
                content = file.read(size)
        except OSError as exc:
            raise self._damaged(exc) from exc
        if zlib.crc32(content) != checksum:
            raise self._damaged(ValueError(f"crop {number} of crops.zip has other bytes than were written"))
        return content

    def _check_crops(self) -> None:
        """Refuse a file that is cut off; what each crop's bytes are is checked as it is read."""
        ends = self._values("crops", "offset") + self._values("crops", "size")
        here = (self.path / "crops.zip").stat().st_size
        if here < ends.max(initial=0):
            raise ValueError(f"crops.zip has {here:,} bytes, and crops up to {ends.max():,}")

    def crop_box(self, number: int) -> tuple[int, int, int, int]:
        """Return the part of the photo that a crop shows: (left, top, right, bottom), in pixels."""
        row = self._tables["crops"].slice(number, 1).to_pylist()[0]
        return row["left"], row["top"], row["right"], row["bottom"]

    def place(self, photo: str) -> str:
        """Return where a photo lay when the atlas was made: a path, or an address for fsspec.

        Raises:
            DatasetError: No crop is of that photo.
        """
        return str(self._photo(photo)["place"])

    def size(self, photo: str) -> tuple[int, int]:
        """Return a photo's width and height, as its preparation takes it, in pixels.

        Raises:
            DatasetError: No crop is of that photo.
        """
        return int(self._photo(photo)["width"]), int(self._photo(photo)["height"])

    def _photo(self, photo: str) -> dict[str, Any]:
        found = self._by_photo.get(photo)
        if found is None:
            raise DatasetError(f"{self.path}: no crop is of a photo called {photo!r}")
        return found

    @cached_property
    def _by_photo(self) -> dict[str, dict[str, Any]]:
        return {row["photo"]: row for row in self._tables["photos"].to_pylist()}

    def channels_for(
        self, key: int | str, count: int = 20, *, layers: str | Sequence[str] | None = None
    ) -> tuple[Firing, ...]:
        """Return the channels that fire for a class, those first whose mean stands out most from all photos'.

        The standing of a channel is (µc − µ) / σ, with µc the mean of the class's photos, µ and σ mean and standard
        deviation of all photos; of a photo, the channel's mean over all its cells.

        Args:
            key: The class: index, WordNet id or name.
            count: How many.
            layers: Of which layers; by default of all that don't say over again what another does, as pools do, and the
                branches of a Fire module.

        Raises:
            LabelError: There is no such class.
            LayerError: The atlas is not of that layer.
            DatasetError: No photo shows it, or the atlas is damaged.
        """
        label = self.labels[key]
        ranked = sorted(self.classes)
        if label.class_index not in ranked:
            if not ranked:
                raise DatasetError(
                    "this atlas is of photos without labels: it cannot say which channels fire for a class"
                )
            raise DatasetError(f"no photo of this atlas shows {label.label}; {len(ranked):,} other classes are shown")
        wanted = [layers] if isinstance(layers, str) else self.about["distinct"] if layers is None else list(layers)
        for layer in wanted:
            self._known(layer)
        try:
            group = self._classes.read_row_group(ranked.index(label.class_index), ["mean"])
            means = _as_array(group["mean"]).astype(np.float64)
            usual, spread = (self._values("channels", name) for name in ("mean", "spread"))
            codes = self._codes("channels")
            with np.errstate(divide="ignore", invalid="ignore"):
                standing = np.where(spread > 0, (means - usual) / spread, -np.inf)
        except (OSError, ValueError, KeyError) as exc:
            raise self._damaged(exc) from exc
        standing[~np.isin(codes, [self.layers.index(layer) for layer in wanted])] = -np.inf
        order = np.argsort(-standing, kind="stable")[:count]
        channel = self._values("channels", "channel")
        return tuple(
            Firing(
                self.layers[codes[row]], int(channel[row]), float(standing[row]), float(means[row]), float(usual[row])
            )
            for row in order
            if np.isfinite(standing[row])
        )

    @cached_property
    def _classes(self) -> Any:  # noqa: ANN401 - pyarrow has no types
        return parquet().ParquetFile(self.path / "classes.parquet")

    def dead(self, layer: str | None = None) -> tuple[tuple[str, int], ...]:
        """Return the channels, as (layer, channel), that are above zero in no photo."""
        return self._where(self._values("channels", "fires") == 0, layer)

    def always_on(self, layer: str | None = None, *, share: float = 1.0) -> tuple[tuple[str, int], ...]:
        """Return the channels, as (layer, channel), that are above zero at every cell counted of every photo.

        Of layers with maps: one value for a whole photo, such as a logit, has nowhere to be zero.

        Args:
            layer: Of which layer; of all by default.
            share: Of the cells that suffices instead of all.
        """
        counted = self._tables["histograms"]["cells"].combine_chunks().flatten()
        counted = np.from_dlpack(counted).reshape(self._tables["channels"].num_rows, -1)
        is_map = counted.sum(axis=1) > self.photos
        return self._where(is_map & (1 - self._values("channels", "zeros") >= share), layer)

    def _where(self, found: NDArray[np.bool_], layer: str | None) -> tuple[tuple[str, int], ...]:
        if layer is not None:
            self._known(layer)
        codes, channel = self._codes("channels"), self._values("channels", "channel")
        rows = ((self.layers[codes[at]], int(channel[at])) for at in np.flatnonzero(found))
        return tuple(row for row in rows if layer in (None, row[0]))

    def to_dict(self) -> dict[str, Any]:
        """Return what it is of, as plain data."""
        return {key: value for key, value in self.about.items() if key not in ("labels", "edges")}

    def __repr__(self) -> str:
        channels, crops = (self._tables[name].num_rows for name in ("channels", "crops"))
        sizes = f"{len(self.layers)} layers, {channels:,} channels, {crops:,} crops"
        return visible(f"<Atlas of {self.model_id} over {self.photos:,} photos: {sizes}>")

    def _repr_html_(self) -> str:
        from squeezeviz.dataset.atlas.html import atlas_html  # noqa: PLC0415 - only notebooks need it

        return atlas_html(self)

    # Tables -----------------------------------------------------------------------------------------------------------

    def _table(self, name: str) -> Any:  # noqa: ANN401 - pyarrow has no types
        module = parquet()
        import pyarrow as pa  # noqa: PLC0415 - an extra

        try:
            # Not read_table: that loads what reads whole folders from anywhere, and takes seconds the first time.
            with module.ParquetFile(self.path / f"{name}.parquet") as file:
                return file.read()
        except (OSError, pa.ArrowInvalid) as exc:
            raise self._damaged(exc) from exc

    def _codes(self, table: str) -> NDArray[np.int64]:
        """Return each row's layer, as its place among the layers."""
        column = self._tables[table]["layer"].unify_dictionaries()
        if not column.num_chunks:
            return np.empty(0, np.int64)
        places = np.array([self.layers.index(name) for name in column.chunk(0).dictionary.to_pylist()], np.int64)
        return np.concatenate([places[np.from_dlpack(chunk.indices)] for chunk in column.chunks])

    def _values(self, table: str, column: str) -> NDArray[Any]:
        return _as_array(self._tables[table][column])

    def _span(self, table: str) -> list[tuple[int, int]]:
        """Return first row and number of rows of each channel in a table that is ordered by channel."""
        first = np.array([self._first[layer][0] for layer in self.layers])
        rows = first[self._codes(table)] + self._values(table, "channel")
        counts = np.bincount(rows, minlength=self._tables["channels"].num_rows)
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        return list(zip(starts.tolist(), counts.tolist(), strict=True))

    def _known(self, layer: str) -> None:
        if layer not in self.layers:
            hint = (
                did_you_mean(layer, self.layers)
                or f" It is of {', '.join(self.layers[:4])}{', …' * (len(self.layers) > 4)}"
            )
            raise LayerError(f"this atlas is of no layer {layer!r}.{hint}")

    def _damaged(self, exc: Exception) -> DatasetError:
        said = str(exc).splitlines()[0] if str(exc) else type(exc).__name__
        return DatasetError(f"{self.path}: this atlas is damaged ({said}); make it anew with squeezeviz atlas")


def _as_array(column: Any) -> NDArray[Any]:  # noqa: ANN401 - pyarrow has no types
    """Return a column of numbers; pyarrow's own way to NumPy loads pandas where it is installed, for nothing."""
    parts: list[NDArray[Any]] = [np.from_dlpack(chunk) for chunk in column.chunks if len(chunk)]
    return np.concatenate(parts) if parts else np.empty(0)


def _about(path: Path) -> dict[str, Any]:
    if not path.is_dir():
        found = "a file" if path.exists() else "nothing"
        raise DatasetError(f"{path}: expected the folder of an atlas, found {found}; squeezeviz atlas makes one")
    try:
        about = json.loads((path / "atlas.json").read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise DatasetError(f"{path}: expected an atlas, found a folder without atlas.json") from exc
    except (OSError, ValueError) as exc:
        raise DatasetError(f"{path}: this atlas is damaged (atlas.json cannot be read: {exc})") from exc
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        said = about.get("format") if isinstance(about, dict) else type(about).__name__
        raise DatasetError(f"{path}: expected an atlas of the format {FORMAT!r}, found {said!r}")
    return about


def read_atlas(path: str | os.PathLike[str], *, photos_at: str | Sequence[str] = ()) -> Atlas:
    """Open an atlas.

    Args:
        path: The folder that `squeezeviz atlas`, or `make_atlas`, has written.
        photos_at: Addresses, such as ``"s3://bucket/val"``, in which a page may read the photos that crops are of. An
            atlas may come from a stranger: no address that it names is asked unless it lies in one of these. What lies
            on this machine is read anyway.

    Raises:
        DatasetError: It is no atlas, or is damaged, or pyarrow is missing.
    """
    return Atlas(path, photos_at=photos_at)
