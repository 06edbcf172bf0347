"""What a tally says of every channel: in floats, for tables and for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.dataset.atlas.tally import MAXIMUM_STEP, MEAN_STEP, SQUARE_STEP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.dataset.atlas.rows import Rows
    from squeezeviz.dataset.atlas.tally import Strongest, Sums, Tally

__all__ = ["Findings", "findings", "selectivity"]

#: Channels that are named as most alike.
ALIKE = 8
_FEWEST_PHOTOS = 3  # a correlation of two values says nothing


@dataclass(frozen=True)
class Findings:
    """What is known of every row of an atlas.

    Attributes:
        photos: How many.
        strongest: The strongest cells.
        peaks: Photos by their maximum, int64 (rows, bins).
        cells: Cells counted by their value, int64 (rows, bins).
        mean: Of all photos' means, float64 (rows,).
        spread: Their standard deviation, float64 (rows,).
        classes: Class indices with photos, ascending, int64 (n,).
        per_class: How many photos each has, int64 (n,).
        class_means: Mean of a class's photos, float64 (n, rows).
        correlations: For each group asked, those between its channels, float64 (C, C); NaN where one of the two
            is the same in every photo; None where they were not compared.
    """

    photos: int
    strongest: Strongest
    peaks: NDArray[np.int64]
    cells: NDArray[np.int64]
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    classes: NDArray[np.int64]
    per_class: NDArray[np.int64]
    class_means: NDArray[np.float64]
    correlations: tuple[NDArray[np.float64] | None, ...]

    @property
    def active_photos(self) -> NDArray[np.int64]:
        """In how many photos a channel is above zero anywhere, int64 (rows,)."""
        return self.photos - self.peaks[:, 0]

    @property
    def zeros(self) -> NDArray[np.float64]:
        """Share of the cells counted that are zero, float64 (rows,)."""
        return np.asarray(self.cells[:, 0] / np.maximum(self.cells.sum(axis=1), 1), np.float64)

    def alike(self, at: int, channels: slice) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the channels most alike each channel of a layer.

        Args:
            at: Which of the groups asked holds the layer.
            channels: The layer's channels within that group.

        Returns:
            Channels of the layer, int64 (C, ALIKE), the most alike first, −1 where there are no more; and their
            correlations, float64.
        """
        whole = self.correlations[at]
        count = channels.stop - channels.start
        none = np.full((count, ALIKE), -1, np.int64), np.full((count, ALIKE), np.nan)
        if whole is None or self.photos < _FEWEST_PHOTOS or count < 2:
            return none
        among = whole[channels, channels].copy()
        np.fill_diagonal(among, np.nan)
        order = np.argsort(-np.where(np.isnan(among), -2.0, among), axis=1, kind="stable")[:, :ALIKE]
        found = np.take_along_axis(among, order, axis=1)
        none[0][:, : order.shape[1]] = np.where(np.isnan(found), -1, order)
        none[1][:, : order.shape[1]] = found
        return none


def findings(tally: Tally, rows: Rows, k: int) -> Findings:
    """Return what a tally says; it may go on adding up afterwards."""
    sums = tally.added_up(rows, k)
    count = max(1, sums.photos)
    unit = np.concatenate([np.full(group.channels, group.unit, np.float64) for group in rows.asked])
    mean = sums.means * MEAN_STEP / count
    variance = np.maximum(sums.squares * SQUARE_STEP / count - mean**2, 0)
    classes = np.array(sorted(sums.classes), np.int64)
    per_class = np.array([sums.classes[index][0] for index in classes], np.int64)
    class_means = np.empty((len(classes), rows.count))
    for at, index in enumerate(classes):
        class_means[at] = sums.classes[index][1] * MEAN_STEP / sums.classes[index][0] / unit
    return Findings(
        sums.photos, sums.strongest, sums.peaks, tally.cells.astype(np.int64), mean / unit, np.sqrt(variance) / unit,
        classes, per_class, class_means, tuple(_correlations(sums, rows)),
    )  # fmt: skip


def _correlations(sums: Sums, rows: Rows) -> list[NDArray[np.float64] | None]:
    """Pearson's, of the maxima that two channels have in the same photos."""
    made: list[NDArray[np.float64] | None] = []
    count = max(1, sums.photos)
    for group, products in zip(rows.asked, sums.products, strict=True):
        if not group.related:
            made.append(None)
            continue
        mean = sums.maxima[group.rows] * MAXIMUM_STEP / count
        covariance = products * MAXIMUM_STEP**2 / count - np.outer(mean, mean)
        spread = np.sqrt(np.maximum(np.diag(covariance), 0))
        # What is left of a constant by rounding is no spread.
        spread[spread <= 1e-6 * np.abs(mean)] = 0
        with np.errstate(divide="ignore", invalid="ignore"):
            correlation = np.where(np.outer(spread, spread) > 0, covariance / np.outer(spread, spread), np.nan)
        made.append(np.clip(correlation, -1, 1))
    return made


def selectivity(class_means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how selective channels are for the class they activate on most.

    The index of Morcos, Barrett, Rabinowitz and Botvinick, "On the importance of single directions for generalization"
    (ICLR 2018), section 2.3: (µmax − µ−max) / (µmax + µ−max), with µmax the highest class-conditional mean activity and
    µ−max the mean over all other classes; of a feature map, activity is its mean over all cells.

    Args:
        class_means: float64 (classes, rows), ≥ 0.

    Returns:
        float64 (rows,): 0 for a channel that activates on all classes alike, 1 for one that answers to a single class;
        NaN where it activates on none, or where there are fewer than two classes.
    """
    count, rows = class_means.shape
    if count < 2:
        return np.full(rows, np.nan)
    most = class_means.max(axis=0)
    rest = (class_means.sum(axis=0) - most) / (count - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(most + rest > 0, (most - rest) / (most + rest), np.nan)
