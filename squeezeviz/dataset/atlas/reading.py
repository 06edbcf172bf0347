"""An atlas, opened: every channel's strongest cells, histograms, classes and likenesses over a data set."""

from __future__ import annotations

import io
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image as Pillow

from squeezeviz.arguments import check_number, check_whole, is_whole, names_of
from squeezeviz.dataset.atlas.about import ATLAS, read_about
from squeezeviz.dataset.atlas.bins import EDGES
from squeezeviz.dataset.atlas.channel import ActivatingChannel, AtlasChannel, TopExample
from squeezeviz.dataset.atlas.contents import CROPS, Contents, read_class, read_contents
from squeezeviz.dataset.atlas.crops import CROP_PX
from squeezeviz.dataset.places import as_path
from squeezeviz.dataset.stored_pictures import read_picture
from squeezeviz.dataset.tables import parquet
from squeezeviz.errors import DatasetError, LabelError, LayerError, did_you_mean
from squeezeviz.files import given_path
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.results.labels import Labels
from squeezeviz.visible import visible

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from squeezeviz.dataset.tables import Table

__all__ = ["ActivatingChannel", "Atlas", "AtlasChannel", "TopExample", "read_atlas"]


class Atlas(NotebookDisplay):
    """What excites every channel of every layer, over a data set; opened by `read_atlas`.

    Args:
        path: The folder.
        photos_at: Addresses in which its photos may be read; see `read_atlas`.

    Attributes:
        path: The folder.
        photos_at: The same.
        about: What `atlas.json` says: model, preprocessing, data set, counts, troubles.
        layers: Names, in the network's order.
        labels: The model's classes.

    Raises:
        DatasetError: It is no atlas, or is damaged, or pyarrow is missing.
    """

    def __init__(self, path: str | os.PathLike[str], *, photos_at: str | Sequence[str] = ()) -> None:
        self.path = given_path(path, "birds.atlas", DatasetError)
        self.photos_at = tuple(names_of(photos_at, "addresses of photos", DatasetError))
        parquet()
        try:
            self.about = read_about(self.path)
            self.layers: tuple[str, ...] = tuple(self.about["layers"])
            self.labels = Labels.from_rows(self.about["labels"])
            self._has: Contents = read_contents(self.path, self.about)
        except (OSError, ValueError, LabelError) as exc:
            raise ATLAS.damaged(self.path, exc) from exc

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
        return int(self.about["photos"])

    @property
    def classes(self) -> dict[int, int]:
        """Class index → how many photos show it; empty where none is labelled."""
        return {int(index): int(count) for index, count in self.about["classes"].items()}

    def channels(self, layer: str) -> int:
        """Return how many channels a layer has.

        Raises:
            LayerError: The atlas is not of that layer.
        """
        self._known(layer)
        return self._has.channels_of[layer][1]

    def channel(self, layer: str, channel: int) -> AtlasChannel:
        """Return what is known of one channel.

        Raises:
            LayerError: The atlas is not of that layer, or it has no such channel.
        """
        self._known(layer)
        start, count = self._has.channels_of[layer]
        if not is_whole(channel) or not 0 <= channel < count:
            raise LayerError(f"{layer} has the channels 0 to {count - 1}; there is no {channel!r}")
        row = start + channel
        rows, counts, similar = self._has.channels, self._has.histograms, self._has.similar
        selectivity = float(rows["selectivity"][row])
        alike = self._has.similar_of(row)
        return AtlasChannel(
            layer, channel, int(rows["photos"][row]), int(rows["active_photos"][row]), float(rows["largest"][row]),
            float(rows["mean"][row]), float(rows["spread"][row]), float(rows["zeros"][row]), self._top_examples(row),
            EDGES, counts["photos"][row], counts["cells"][row], None if np.isnan(selectivity) else selectivity,
            tuple(
                (self.labels[at], mean)
                for at, mean in zip(rows["classes"][row], rows["class_means"][row], strict=True)
            ),
            tuple(zip(similar["other"][alike].tolist(), similar["correlation"][alike].tolist(), strict=True)),
            self,
        )  # fmt: skip

    def _top_examples(self, row: int) -> tuple[TopExample, ...]:
        found, rows = self._has.strongest, self._has.strongest_of(row)
        return tuple(
            TopExample(
                found["photo"][at], float(found["value"][at]), (int(found["y"][at]), int(found["x"][at])),
                _box(found, at), int(found["crop"][at]),
            )
            for at in range(rows.start, rows.stop)
        )  # fmt: skip

    def crop(self, example: TopExample) -> Pillow.Image:
        """Return what the photo shows where a cell looked, as a Pillow image; of a small field, more than that.

        Raises:
            DatasetError: The atlas is damaged.
        """
        return Pillow.open(io.BytesIO(self.crop_file(example.crop)))

    def crop_file(self, number: int) -> bytes:
        """Return a crop as a JPEG file.

        Raises:
            DatasetError: The atlas is damaged.
        """
        try:
            content, (width, height) = read_picture(self.path / CROPS, self._has.crops, number, "crop")
            if max(width, height) > CROP_PX:  # a page opens whatever it is given
                raise ValueError(  # noqa: TRY301
                    f"crop {number} of {CROPS} has {width:,} × {height:,} pixels, not {CROP_PX} at most"
                )
        except (OSError, ValueError) as exc:
            raise ATLAS.damaged(self.path, exc) from exc
        return content

    def crop_box(self, number: int) -> tuple[int, int, int, int]:
        """Return the part of the photo that a crop shows: (left, top, right, bottom), in pixels."""
        left, top, right, bottom = _box(self._has.crops, number)
        return int(left), int(top), int(right), int(bottom)

    def place(self, photo: str) -> str:
        """Return where a photo lay when the atlas was made: a path, or an address for fsspec.

        Raises:
            DatasetError: No crop is of that photo.
        """
        return as_path(self._has.photos["place"][self._photo(photo)])

    def size(self, photo: str) -> tuple[int, int]:
        """Return a photo's width and height, as its preprocessing takes it, in pixels.

        Raises:
            DatasetError: No crop is of that photo.
        """
        row = self._photo(photo)
        return int(self._has.photos["width"][row]), int(self._has.photos["height"][row])

    def _photo(self, photo: str) -> int:
        row = self._by_photo.get(photo) if isinstance(photo, str) else None
        if row is None:
            raise DatasetError(f"{self.path}: no crop is of a photo called {photo!r}")
        return row

    @cached_property
    def _by_photo(self) -> dict[str, int]:
        names = self._has.photos["photo"]
        return {names[row]: row for row in range(self._has.photos.rows)}

    def channels_for(
        self, key: int | str, count: int = 20, *, layers: str | Sequence[str] | None = None
    ) -> tuple[ActivatingChannel, ...]:
        """Return the channels that activate on a class, those first whose mean stands out most from all photos'.

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
                    "this atlas is of photos without labels: it cannot say which channels activate on a class"
                )
            raise DatasetError(f"no photo of this atlas shows {label.label}; {len(ranked):,} other classes are shown")
        check_whole("count", count, error=DatasetError)
        wanted = self.about["distinct"] if layers is None else names_of(layers)
        for layer in wanted:
            self._known(layer)
        usual, spread = self._has.channels["mean"], self._has.channels["spread"]
        try:
            means = read_class(self.path, self._has, ranked.index(label.class_index), label.class_index)
        except (OSError, ValueError) as exc:
            raise ATLAS.damaged(self.path, exc) from exc
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            standing = np.where(spread > 0, (means - usual) / spread, -np.inf)
        codes, channel = self._has.layer_of, self._has.channels["channel"]
        standing[~np.isin(codes, [self.layers.index(layer) for layer in wanted])] = -np.inf
        order = np.argsort(-standing, kind="stable")[:count]
        return tuple(
            ActivatingChannel(
                self.layers[codes[row]], int(channel[row]), float(standing[row]), float(means[row]), float(usual[row])
            )
            for row in order
            if np.isfinite(standing[row])
        )

    def dead(self, layer: str | None = None) -> tuple[tuple[str, int], ...]:
        """Return the channels, as (layer, channel), that are above zero in no photo."""
        return self._where(self._has.channels["active_photos"] == 0, layer)

    def always_on(self, layer: str | None = None, *, share: float = 1.0) -> tuple[tuple[str, int], ...]:
        """Return the channels, as (layer, channel), that are above zero at every cell counted of every photo.

        Of layers with maps: one value for a whole photo, such as a logit, has nowhere to be zero.

        Args:
            layer: Of which layer; of all by default.
            share: Of the cells that suffices instead of all.
        """
        check_number("share", share, "a share of the cells, 0 to 1", DatasetError)
        is_map = self._has.histograms["cells"].sum(axis=1) > self.photos
        return self._where(is_map & (1 - self._has.channels["zeros"] >= share), layer)

    def layer_counts(self) -> dict[str, tuple[int, int, int]]:
        """Return layer → how many channels it has, how many of them are dead, and how many always on."""
        dead, always = (Counter(layer for layer, _ in found) for found in (self.dead(), self.always_on()))
        return {layer: (self.channels(layer), dead[layer], always[layer]) for layer in self.layers}

    def _where(self, found: NDArray[np.bool_], layer: str | None) -> tuple[tuple[str, int], ...]:
        if layer is not None:
            self._known(layer)
        codes, channel = self._has.layer_of, self._has.channels["channel"]
        rows = ((self.layers[codes[at]], int(channel[at])) for at in np.flatnonzero(found))
        return tuple(row for row in rows if layer in (None, row[0]))

    def to_dict(self) -> dict[str, Any]:
        """Return what it is of, as plain data."""
        return {key: value for key, value in self.about.items() if key not in ("labels", "edges")}

    def __repr__(self) -> str:
        channels, crops = self._has.channels.rows, self._has.crops.rows
        sizes = f"{len(self.layers)} layers, {channels:,} channels, {crops:,} crops"
        return visible(f"<Atlas of {self.model_id} over {self.photos:,} photos: {sizes}>")

    def _known(self, layer: str) -> None:
        if not isinstance(layer, str) or layer not in self.layers:
            hint = (
                did_you_mean(str(layer), self.layers)
                or f" It is of {', '.join(self.layers[:4])}{', …' * (len(self.layers) > 4)}"
            )
            raise LayerError(f"this atlas is of no layer {layer!r}.{hint}")


def _box(table: Table, row: int) -> tuple[float, float, float, float]:
    left, top, right, bottom = (table[side][row].item() for side in ("left", "top", "right", "bottom"))
    return left, top, right, bottom


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
