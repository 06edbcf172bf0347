"""The study behind an atlas: what excites every channel of every layer, over a data set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.dataset.atlas import bins
from squeezeviz.dataset.atlas.packed import pack, unpack
from squeezeviz.dataset.atlas.rows import Rows, rows_of
from squeezeviz.dataset.atlas.tally import UNLABELLED, Columns, Tally
from squeezeviz.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["COUNTED", "AtlasStudy"]

#: Cells a map that are counted in histograms, along each axis at most: they lie evenly, the same in every photo.
#: Maximum and mean are of all cells.
COUNTED = 7


@dataclass(frozen=True)
class AtlasStudy:
    """What excites every channel: a `squeezeviz.dataset.study.Study`.

    Attributes:
        rows: The layers, one row a channel.
        k: How many photos are kept for each channel.
        preprocessing: How photos are preprocessed; of several crops, layers see the first.
    """

    rows: Rows
    k: int
    preprocessing: Preprocessing

    @classmethod
    def of(
        cls,
        model: Model,
        layers: Sequence[str] | None = None,
        *,
        k: int = 9,
        preprocessing: str | Preprocessing | None = None,
    ) -> AtlasStudy:
        """Return the study of some layers of a model, or of all.

        Raises:
            LayerError: A layer is unknown.
            PreprocessingError: The preset is unknown, or does not suit the model.
        """
        return cls(rows_of(model.architecture, layers), k, model.resolve(preprocessing))

    @property
    def key(self) -> tuple[str, ...]:
        """Everything that answers depend on, besides the model's file and the photos."""
        return (
            "atlas 1",
            self.preprocessing.to_json(),
            f"{self.k} strongest, {COUNTED} cells",
            *(group.layer for group in self.rows.shown),
        )

    def empty(self) -> Tally:
        """Return what is known of no photos."""
        return Tally.none(self.rows)

    def look(self, model: Model, image: Image, name: str, class_index: int | None) -> Tally:
        """Return what one photo says of every channel.

        Raises:
            ImageError: A layer makes NaN or infinity of it.
        """
        layers = [group.layer for group in self.rows.asked]
        _, activations = model.observe(image, self.preprocessing, layers, threads=1)
        count = self.rows.count
        maxima, means, cells = np.empty(count, np.float32), np.empty(count, np.float32), np.empty(count, np.int32)
        some: list[NDArray[np.float32]] = []
        for group in self.rows.asked:
            values = activations[group.layer]
            flat, here = values.reshape(len(values), -1), group.rows
            at = flat.argmax(axis=1)
            cells[here] = at
            maxima[here] = np.take_along_axis(flat, at[:, None], axis=1)[:, 0]
            means[here] = flat.mean(axis=1)
            if not (np.isfinite(maxima[here]).all() and np.isfinite(means[here]).all()):
                raise ImageError(f"{name}: {group.layer} holds NaN or infinity")
            some.append(_some(values if values.ndim == 3 else flat[:, :, None]))
        label = UNLABELLED if class_index is None else class_index
        return Tally(Columns([name], [label], [maxima], [cells], [means]), None, _counted(some))

    def merge(self, first: Tally, second: Tally) -> Tally:
        """Return what is known of both; the first one's memory is used."""
        return first.add(second, self.rows, self.k)

    def dump(self, part: Tally) -> bytes:
        """Return what is known as bytes."""
        return pack(part)

    def load(self, content: bytes) -> Tally:
        """Return what is known from its bytes.

        Raises:
            ValueError: These bytes are no answer of this study.
        """
        return unpack(content, self.rows, self.k)


def _some(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the cells that are counted, of (C, H, W): (C, n)."""
    down, across = (-(-size // COUNTED) for size in maps.shape[1:])
    first = (maps.shape[1] - 1) % down // 2, (maps.shape[2] - 1) % across // 2
    some = maps[:, first[0] :: down, first[1] :: across]
    return some.reshape(len(maps), -1)


def _counted(some: list[NDArray[np.float32]]) -> NDArray[np.uint8]:
    """Return how many cells fall into each bin, uint8 (rows, BINS): at most 49 of a row."""
    parts, start = [], 0
    for stop in range(1, len(some) + 1):  # layers that follow each other with as many cells are counted in one go
        if stop == len(some) or some[stop].shape[1] != some[start].shape[1]:
            parts.append(bins.count(np.concatenate(some[start:stop])))
            start = stop
    return np.concatenate(parts).astype(np.uint8)
