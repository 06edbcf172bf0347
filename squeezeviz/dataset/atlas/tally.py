"""What is known of every channel after some photos: counted in whole numbers, so that parts add up exactly.

Photos wait as columns until there are enough of them to be taken in at once: products of many columns cost hardly more
than those of one, and a few columns take less room than what they add up to.

Fixed point, so that no sum depends on its order:

- maxima, for correlations: in steps of 1/256, up to 4096; products are at most 2⁴⁰, and 2²³ photos fit into 64 bits;
- means, for classes: in steps of 2⁻¹⁴, up to 4096; their squares in steps of 2⁻¹⁸, for up to 2²¹ photos.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.dataset.atlas import bins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from squeezeviz.dataset.atlas.rows import Rows

__all__ = ["MAXIMUM_STEP", "MEAN_STEP", "SQUARE_STEP", "UNLABELLED", "Columns", "Strongest", "Sums", "Tally"]

MAXIMUM_STEP, MEAN_STEP, SQUARE_STEP = 2.0**-8, 2.0**-14, 2.0**-18
_LARGEST = 4096.0
UNLABELLED = -1
#: Photos that wait at most.
_WAITING = 128


@dataclass
class Columns:
    """Photos that have been looked at and not yet taken in: one entry a photo in each list.

    Attributes:
        names: What they are called.
        classes: What they show; `UNLABELLED` where that is not known.
        maxima: Each channel's largest value, float32 (rows,).
        cells: Where, the first such cell: y · width + x, int32 (rows,).
        means: Each channel's mean over all its cells, float32 (rows,).
    """

    names: list[str] = field(default_factory=list)
    classes: list[int] = field(default_factory=list)
    maxima: list[NDArray[np.float32]] = field(default_factory=list)
    cells: list[NDArray[np.int32]] = field(default_factory=list)
    means: list[NDArray[np.float32]] = field(default_factory=list)

    def extend(self, other: Columns) -> None:
        """Add another's."""
        self.names += other.names
        self.classes += other.classes
        self.maxima += other.maxima
        self.cells += other.cells
        self.means += other.means


@dataclass
class Strongest:
    """Each row's strongest photos, at one cell each, the strongest first; of equals the one whose name comes first.

    Attributes:
        names: Names of photos, ascending.
        photo: Which of them, int32 (rows, k); −1 where fewer photos have been seen that a channel activates on.
        value: float32 (rows, k), above zero; 0 where there is none.
        cell: y · width + x, int32 (rows, k); −1 where there is none.
    """

    names: list[str]
    photo: NDArray[np.int32]
    value: NDArray[np.float32]
    cell: NDArray[np.int32]

    @classmethod
    def none(cls, rows: int, k: int) -> Strongest:
        """Return those of no photos."""
        shape = (rows, k)
        return cls([], np.full(shape, -1, np.int32), np.zeros(shape, np.float32), np.full(shape, -1, np.int32))

    def with_others(
        self,
        names: Sequence[str],
        photo: NDArray[np.int32],
        value: NDArray[np.float32],
        cell: NDArray[np.int32],
    ) -> Strongest:
        """Return the strongest of these and others, which are given as the attributes are; their names in any order."""
        known = sorted({*self.names, *names})
        place = {name: at for at, name in enumerate(known)}
        mine, theirs = (np.array([place[name] for name in each] + [-1], np.int32) for each in (self.names, names))
        photos = np.concatenate([mine[self.photo], theirs[photo]], axis=1)
        values = np.concatenate([self.value, value], axis=1)
        cells = np.concatenate([self.cell, cell], axis=1)
        # Numbers above zero are ordered as their bits are; the photo's place decides between equals.
        bits = np.maximum(values, 0).view(np.int32).astype(np.int64)
        order = np.where((values > 0) & (photos >= 0), (bits << 31) + (np.int64(2**31 - 1) - photos), 0)
        k = self.photo.shape[1]
        if order.shape[1] > 4 * k:
            best = np.argpartition(-order, k - 1, axis=1)[:, :k]
            best = np.take_along_axis(best, np.argsort(-np.take_along_axis(order, best, 1), axis=1, kind="stable"), 1)
        else:
            best = np.argsort(-order, axis=1, kind="stable")[:, :k]
        is_any = np.take_along_axis(order, best, 1) > 0
        photos, values, cells = (np.take_along_axis(each, best, 1) for each in (photos, values, cells))
        photos = np.where(is_any, photos, -1)
        used, places = np.unique(photos[is_any], return_inverse=True)
        photos[is_any] = places
        return Strongest(
            [known[at] for at in used],
            photos.astype(np.int32),
            np.where(is_any, values, np.float32(0)).astype(np.float32),
            np.where(is_any, cells, -1).astype(np.int32),
        )


@dataclass
class Sums:
    """What columns add up to.

    Attributes:
        photos: How many.
        strongest: The strongest of them.
        peaks: How many photos' maxima fall into each of `bins`, int64 (rows, BINS).
        maxima: Sum of maxima, in `MAXIMUM_STEP`, int64 (rows,).
        products: For each group asked, sums of products of its channels' maxima, int64 (related, related).
        means: Sum of means, in `MEAN_STEP`, int64 (rows,).
        squares: Sum of squared means, in `SQUARE_STEP`, int64 (rows,).
        classes: For each class with photos, how many, and the sum of their means, int64 (rows,).
    """

    photos: int
    strongest: Strongest
    peaks: NDArray[np.int64]
    maxima: NDArray[np.int64]
    products: list[NDArray[np.int64]]
    means: NDArray[np.int64]
    squares: NDArray[np.int64]
    classes: dict[int, tuple[int, NDArray[np.int64]]]

    @classmethod
    def none(cls, rows: Rows, k: int) -> Sums:
        """Return those of no photos."""
        count = rows.count

        def zeros() -> NDArray[np.int64]:
            return np.zeros(count, np.int64)

        products = [np.zeros((group.related, group.related), np.int64) for group in rows.asked]
        peaks = np.zeros((count, bins.BINS), np.int64)
        return cls(0, Strongest.none(count, k), peaks, zeros(), products, zeros(), zeros(), {})

    def take(self, columns: Columns, rows: Rows) -> None:
        """Take photos in."""
        if not columns.names:
            return
        unit = np.concatenate([np.full(group.channels, group.unit, np.float64) for group in rows.asked])
        maxima = np.stack(columns.maxima, axis=1)
        count = len(columns.names)
        photo = np.broadcast_to(np.arange(count, dtype=np.int32), maxima.shape)
        self.photos += count
        self.strongest = self.strongest.with_others(columns.names, photo, maxima, np.stack(columns.cells, axis=1))
        self.peaks += bins.count(maxima)
        whole = np.rint(np.clip(maxima * unit[:, None], 0, _LARGEST) / MAXIMUM_STEP)
        self.maxima += whole.sum(axis=1).astype(np.int64)
        for group, products in zip(rows.asked, self.products, strict=True):
            if not group.related:
                continue
            block = whole[group.rows]  # float64, and exact: sums of 128 products of at most 2⁴⁰
            np.add(products, (block @ block.T).astype(np.int64), out=products)
        means = np.stack(columns.means).astype(np.float64) * unit
        fixed = np.rint(np.clip(means, 0, _LARGEST) / MEAN_STEP).astype(np.int64)
        self.means += fixed.sum(axis=0)
        self.squares += ((fixed * fixed) >> 10).sum(axis=0)
        for index, own in zip(columns.classes, fixed, strict=True):
            if index != UNLABELLED:
                self._add_class(index, 1, own)

    def add(self, other: Sums) -> None:
        """Add another's."""
        self.photos += other.photos
        theirs = other.strongest
        self.strongest = self.strongest.with_others(theirs.names, theirs.photo, theirs.value, theirs.cell)
        for name in ("peaks", "maxima", "means", "squares"):
            mine = getattr(self, name)
            mine += getattr(other, name)
        for products, own in zip(self.products, other.products, strict=True):
            np.add(products, own, out=products)
        for index, (count, own) in other.classes.items():
            self._add_class(index, count, own)

    def _add_class(self, index: int, count: int, own: NDArray[np.int64]) -> None:
        before = self.classes.get(index)
        self.classes[index] = (count, own.copy()) if before is None else (before[0] + count, before[1] + own)


@dataclass
class Tally:
    """What is known after some photos. Its photos are columns that wait, and what earlier ones have added up to.

    Attributes:
        waiting: Photos not yet taken in.
        sums: What the others add up to; None where there are none.
        cells: How many of the cells counted fall into each of `bins`: int64 (rows, BINS), or uint8 of one photo.
    """

    waiting: Columns
    sums: Sums | None
    cells: NDArray[np.int64] | NDArray[np.uint8]

    @classmethod
    def none(cls, rows: Rows) -> Tally:
        """Return what is known of no photos."""
        return cls(Columns(), None, np.zeros((rows.count, bins.BINS), np.int64))

    @property
    def photos(self) -> int:
        """How many photos."""
        return len(self.waiting.names) + (self.sums.photos if self.sums else 0)

    def add(self, other: Tally, rows: Rows, k: int) -> Tally:
        """Return what is known of both; this one's memory is used for it, and the other's left alone."""
        cells = self.cells if self.cells.dtype == np.int64 else self.cells.astype(np.int64)
        cells += other.cells
        self.cells = cells
        self.waiting.extend(other.waiting)
        if other.sums is not None:
            if self.sums is None:
                self.sums = Sums.none(rows, k)
            self.sums.add(other.sums)
        if len(self.waiting.names) >= _WAITING:
            self._settle(rows, k)
        return self

    def _settle(self, rows: Rows, k: int) -> None:
        if self.sums is None:
            self.sums = Sums.none(rows, k)
        self.sums.take(self.waiting, rows)
        self.waiting = Columns()

    def added_up(self, rows: Rows, k: int) -> Sums:
        """Return what all photos add up to."""
        if self.waiting.names or self.sums is None:
            self._settle(rows, k)
        if self.sums is None:
            raise AssertionError("settled")
        return replace(self.sums)
