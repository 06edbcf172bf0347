"""What an atlas says of one channel: its strongest cells, histograms, classes and likenesses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.visible import visible

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.results.labels import Label

__all__ = ["ActivatingChannel", "AtlasChannel", "CropSource", "TopExample"]


class CropSource(Protocol):
    """What has the crops of a channel's strongest cells: an `Atlas`."""

    def crop_box(self, number: int) -> tuple[int, int, int, int]:
        """Return where a crop lies in its photo: (left, top, right, bottom), in pixels."""
        ...

    def crop_file(self, number: int) -> bytes:
        """Return a crop, a JPEG file."""
        ...


@dataclass(frozen=True)
class TopExample:
    """A top-activating example: one of a channel's strongest cells, at most one a photo.

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
class ActivatingChannel:
    """A channel that activates on a class.

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
class AtlasChannel(NotebookDisplay):
    """One channel over a data set.

    Attributes:
        layer: Name.
        channel: Index.
        photos: How many were looked at.
        active_photos: In how many of them it is above zero anywhere.
        largest: Its largest value.
        mean: Mean over all cells and photos.
        spread: Standard deviation of its photos' means.
        zeros: Share of the cells counted that are zero.
        strongest: Its strongest cells, in as many photos.
        edges: Where the bins of both histograms begin, and the last ends: float64 (n,).
        peaks: Photos by the maximum in each: int64 (n,), the first of them those without an answer.
        cells: Cells counted by their value: int64 (n,), the first of them those at zero.
        selectivity: How selective it is for the class it activates on most, −1 to 1; see
            `squeezeviz.dataset.atlas.findings.selectivity`. None without labelled photos of two classes.
        classes: The classes it activates on most, each with its mean.
        similar: The channels of its layer whose maxima go up and down with its own, with Pearson's correlation.
        atlas: The atlas that it is from.
    """

    layer: str
    channel: int
    photos: int
    active_photos: int
    largest: float
    mean: float
    spread: float
    zeros: float
    strongest: tuple[TopExample, ...]
    edges: NDArray[np.float64]
    peaks: NDArray[np.int64]
    cells: NDArray[np.int64]
    selectivity: float | None
    classes: tuple[tuple[Label, float], ...]
    similar: tuple[tuple[int, float], ...]
    atlas: CropSource

    @property
    def is_dead(self) -> bool:
        """Whether it was above zero in no photo."""
        return self.active_photos == 0

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "layer": self.layer,
            "channel": self.channel,
            "photos": self.photos,
            "active_photos": self.active_photos,
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
        said = f"activates on {self.active_photos:,} of {self.photos:,} photos{best}"
        return visible(f"<{self.layer} channel {self.channel}: {said}>")
