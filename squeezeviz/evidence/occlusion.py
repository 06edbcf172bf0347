"""Occlusion: hide one patch of the photo after the other, and see what the network would have said.

After Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (2014). Every answer is that of a whole
run; `squeezeviz.evidence.incremental` says how most of it is spared.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from squeezeviz.arguments import check_whole
from squeezeviz.errors import PreprocessingError
from squeezeviz.evidence.baseline import baseline
from squeezeviz.evidence.batches import side_by_side
from squeezeviz.evidence.filling import filling_of
from squeezeviz.evidence.incremental import Box, PatchedRuns, plan
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.runtime.loading import loaded
from squeezeviz.runtime.parts import PART_BATCH
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Event

    from numpy.typing import NDArray

    from squeezeviz.evidence.baseline import Baseline
    from squeezeviz.evidence.filling import Fill
    from squeezeviz.image import ImageSource
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.preprocessing.geometry import Geometry
    from squeezeviz.results.prediction import ClassScore, Prediction
    from squeezeviz.runtime.loading import ModelSource

__all__ = ["Occlusion", "PatchEffect", "Units", "occlude", "occlusion_steps"]

Units = Literal["logit", "probability"]

_COARSEST = 8  # the first answers are for every eighth patch along each axis
_STEP = 16  # patches between two partial results: about twenty a second on two cores


@dataclass(frozen=True)
class PatchEffect:
    """What the network says with one patch hidden.

    Attributes:
        cell: The patch's (row, column).
        place: Its (left, top, right, bottom) in pixels of the photo.
        change: What it carries of a class: without it hidden less with it, in logits or probability, 0 to 1.
        answer: The most probable class with it hidden.
    """

    cell: tuple[int, int]
    place: tuple[float, float, float, float]
    change: float
    answer: ClassScore


@dataclass(frozen=True, eq=False)
class Occlusion(NotebookDisplay):
    """What hiding each patch of a photo does to every class; of a partial result, of the patches hidden so far.

    Attributes:
        prediction: What the network says of the photo untouched.
        patch_px: Height and width of a patch, in input pixels; at the right and bottom edges patches are cut off.
        stride_px: From one patch to the next, in input pixels.
        fill: What patches show: ``"grey"``, ``"mean"``, ``"blur"``, or a colour, RGB.
        input_px: (height, width) of the input tensor.
        geometry: Where the input tensor's pixels lie in the photo.
        logits: With each patch hidden, float32 (rows, columns, N); NaN where that has not been computed yet.
    """

    prediction: Prediction
    patch_px: int
    stride_px: int
    fill: Fill
    input_px: tuple[int, int]
    geometry: Geometry
    logits: NDArray[np.float32] = field(repr=False)

    @property
    def total(self) -> int:
        """Number of patches."""
        return int(self.logits.shape[0] * self.logits.shape[1])

    @cached_property
    def done(self) -> int:
        """Number of patches hidden so far."""
        return int(np.isfinite(self.logits[:, :, 0]).sum())

    @property
    def is_complete(self) -> bool:
        """Whether every patch was hidden."""
        return self.done == self.total

    def map(self, key: int | str | None = None, units: Units = "logit") -> NDArray[np.float32]:
        """Return how much each patch matters to a class: without it less with it hidden, signed.

        Args:
            key: Class index, WordNet id or name; the most probable class by default.
            units: In logits, or in probability, 0 to 1.

        Returns:
            float32 (rows, columns): above zero where hiding takes from the class; NaN where not computed yet.

        Raises:
            LabelError: No class is called that.
            ValueError: There are no such units.
        """
        index = self._index(key)
        if units == "logit":
            change: NDArray[np.float32] = self.prediction.logits[index] - self.logits[:, :, index]
        elif units == "probability":
            change = self.prediction.probabilities[index] - self._probabilities[:, :, index]
        else:
            raise ValueError(f"units are {units!r}, expected 'logit' or 'probability'")
        return change

    def pixels(self, key: int | str | None = None, units: Units = "logit") -> NDArray[np.float32]:
        """Return the same for each input pixel: the mean over the patches that hide it, as Captum gives it.

        Returns:
            float32 (H, W); NaN where no patch that hides the pixel has been computed yet.
        """
        change = self.map(key, units)
        sums, counts = np.zeros(self.input_px), np.zeros(self.input_px)
        for (row, column), value in np.ndenumerate(change):
            if np.isfinite(value):
                left, top, right, bottom = self.patch(row, column)
                sums[top:bottom, left:right] += value
                counts[top:bottom, left:right] += 1
        means = np.full(self.input_px, np.nan, np.float32)
        np.divide(sums, counts, out=means, where=counts > 0, casting="same_kind")
        return means

    def _check(self, row: int, column: int) -> None:
        for what, number, count in zip(("row", "column"), (row, column), self.logits.shape, strict=False):
            check_whole(what, number, least=0, most=count - 1, error=ValueError)

    def patch(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Return a patch's (left, top, right, bottom) in input pixels; right and bottom are just beyond it.

        Raises:
            ValueError: There is no such patch.
        """
        self._check(row, column)
        (top, bottom), (left, right) = _box(row, column, self.patch_px, self.stride_px, self.input_px)
        return left, top, right, bottom

    def patch_in_photo(self, row: int, column: int) -> tuple[float, float, float, float]:
        """Return a patch's (left, top, right, bottom) in pixels of the photo."""
        left, top, right, bottom = self.patch(row, column)
        (x0, y0), (x1, y1) = self.geometry.to_original(left, top), self.geometry.to_original(right, bottom)
        return min(x0, x1), y0, max(x0, x1), y1

    @property
    def patches_in_photo(self) -> list[list[list[float]]]:
        """Every patch's [left, top, right, bottom] in pixels of the photo, as plain data: (rows, columns, 4)."""
        rows, columns = self.logits.shape[:2]
        return [[list(self.patch_in_photo(row, column)) for column in range(columns)] for row in range(rows)]

    def ranked(
        self, key: int | str | None = None, n: int | None = None, *, units: Units = "logit"
    ) -> tuple[PatchEffect, ...]:
        """Return the n patches that matter most to a class, for it or against it; all that are known by default.

        Raises:
            LabelError: No class is called that.
            ValueError: There are no such units.
        """
        if n is not None:
            check_whole("n", n, least=0, error=ValueError)
        change = self.map(key, units)
        order = [int(at) for at in np.argsort(-np.abs(change), axis=None, kind="stable")]  # NaN comes last
        cells = [cell for at in order if np.isfinite(change[cell := divmod(at, change.shape[1])])]
        return tuple(
            PatchEffect(cell, self.patch_in_photo(*cell), float(change[cell]), self.answer(*cell).top(1)[0])
            for cell in cells[:n]
        )

    def answer(self, row: int, column: int) -> Prediction:
        """Return what the network says with a patch hidden.

        Raises:
            ValueError: There is no such patch, or that has not been computed yet.
        """
        self._check(row, column)
        logits = self.logits[row, column]
        if not np.isfinite(logits).all():
            raise ValueError(f"the patch in row {row}, column {column} has not been hidden yet")
        before = self.prediction
        return replace(before, logits=logits, probabilities=before.probabilities_of(logits))

    @cached_property
    def flips(self) -> NDArray[np.bool_]:
        """Where hiding a patch changes the most probable class: bool (rows, columns)."""
        known = np.isfinite(self.logits[:, :, 0])
        first = np.where(known[..., None], self.logits, self.prediction.logits).argmax(axis=-1)
        changed: NDArray[np.bool_] = first != self.prediction.logits.argmax()
        return changed

    @cached_property
    def _probabilities(self) -> NDArray[np.float32]:
        return self.prediction.probabilities_of(self.logits)

    def _index(self, key: int | str | None) -> int:
        before = self.prediction
        return int(before.ranking[0]) if key is None else before.labels[key].class_index

    def to_dict(self, key: int | str | None = None, units: Units = "logit") -> dict[str, Any]:
        """Return one class's map as plain data, ready for JSON; None where a patch has not been hidden yet."""
        change = self.map(key, units)
        return {
            "image": self.prediction.image,
            "model": self.prediction.model_id,
            "preprocessing": self.prediction.provenance.preprocessing.name
            if self.prediction.provenance.preprocessing
            else None,
            "method": "occlusion",
            "class": self.prediction[self._index(key)].to_dict(),
            "units": units,
            "patch_px": self.patch_px,
            "stride_px": self.stride_px,
            "fill": self.fill if isinstance(self.fill, str) else list(self.fill),
            "input_px": list(self.input_px),
            "done": self.done,
            "total": self.total,
            "map": [[float(v) if np.isfinite(v) else None for v in row] for row in change],
        }

    def __repr__(self) -> str:
        done = "" if self.is_complete else f"{self.done} of "
        patches = f"{done}{self.total} patches of {self.patch_px} px, every {self.stride_px} px"
        return visible(f"<Occlusion of {self.prediction.image!r} by {self.prediction.model_id}: {patches}>")


def occlusion_steps(
    model: ModelSource,
    image: ImageSource,
    *,
    patch_px: int | None = None,
    stride_px: int | None = None,
    fill: Fill = "grey",
    preprocessing: str | Preprocessing | None = None,
    cancel: Event | None = None,
) -> Iterator[Occlusion]:
    """Hide one patch after the other, on a coarse grid first; yield what is known after every sixteen.

    Args:
        model: A loaded model, or the name or path of one.
        image: Anything `squeezeviz.read_image` takes.
        patch_px: Height and width of a patch, in input pixels; by default about a seventh of the input's shorter
            side: 32 of 224 or 227.
        stride_px: From one patch to the next, in input pixels; half a patch by default. The grid begins at the
            input's corner and covers it all.
        fill: What patches show: ``"grey"``, pixel values of 128; ``"mean"``, the photo's own mean colour; ``"blur"``,
            the photo under a Gaussian half as wide as the patch; or a colour, RGB, 0–255.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default. Of several crops, the first.
        cancel: Once it is set, no further patch is begun, and the results end. Closing the generator does the same.

    Yields:
        Partial results, the last one complete unless it was cancelled.

    Raises:
        ImageError: The image cannot be read.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset does not suit; or patch, stride or fill cannot be.
    """
    model = loaded(model)
    start = baseline(model, image, preprocessing)
    height, width = start.tensor.shape[2:]
    patch_px, stride_px = sizes_px(min(height, width), patch_px, stride_px)
    _check(patch_px, stride_px, min(height, width))
    filling = filling_of(start, fill, patch_px / 2)
    rows, columns = (_count(side, patch_px, stride_px) for side in (height, width))
    places = _coarse_first(rows, columns)
    boxes = {place: _box(*place, patch_px, stride_px, (height, width)) for place in places}
    runs = PatchedRuns(model, start.tensor, filling, plan(model, start.architecture, list(boxes.values())))
    logits = np.full((rows, columns, len(runs.baseline)), np.nan, np.float32)
    geometry = start.preprocessing.geometry(*_photo_size(start))
    prediction, yielded = start.prediction(runs.baseline), 0
    batches = side_by_side(
        lambda batch: runs([boxes[place] for place in batch]),
        places,
        size=PART_BATCH,
        threads=model.parts.threads,
        cancel=cancel,
    )
    done = 0
    for batch, answers in batches:
        logits[tuple(np.transpose(batch))] = answers
        done += len(batch)
        if done - yielded >= _STEP or done == len(places):
            yielded = done
            yield Occlusion(prediction, patch_px, stride_px, fill, (height, width), geometry, logits.copy())


def occlude(
    model: ModelSource,
    image: ImageSource,
    *,
    patch_px: int | None = None,
    stride_px: int | None = None,
    fill: Fill = "grey",
    preprocessing: str | Preprocessing | None = None,
) -> Occlusion:
    """Hide one patch of a photo after the other, and see what the network would have said.

    Args:
        model: A loaded model, or the name or path of one.
        image: Anything `squeezeviz.read_image` takes.
        patch_px: Height and width of a patch, in input pixels; see `occlusion_steps`, as for the next two.
        stride_px: From one patch to the next, in input pixels.
        fill: What patches show: ``"grey"``, ``"mean"``, ``"blur"`` or a colour.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default. Of several crops, the first.

    Raises:
        ImageError: The image cannot be read.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset does not suit; or patch, stride or fill cannot be.
    """
    steps = occlusion_steps(
        model, image, patch_px=patch_px, stride_px=stride_px, fill=fill, preprocessing=preprocessing
    )
    *_, last = steps
    return last


def sizes_px(side: int, patch_px: int | None, stride_px: int | None) -> tuple[int, int]:
    """Return a patch's size and the distance to the next one as asked for, or as they follow from an input's side.

    Args:
        side: The input's shorter side, in pixels.
        patch_px: Asked for; None: about a seventh of the side, an even number where there is room, and no less than the
            distance that is asked for.
        stride_px: Asked for; None: half a patch.
    """
    if patch_px is None:
        usual = max(2, 2 * int(side / 14 + 0.5))
        patch_px = min(side, max(usual, stride_px if type(stride_px) is int else 1))
    if stride_px is None:
        stride_px = max(1, patch_px // 2) if type(patch_px) is int else 1  # else refused for the patch
    return patch_px, stride_px


# The grid ------------------------------------------------------------------------------------------------------------


def _count(side: int, patch_px: int, stride_px: int) -> int:
    """Return how many patches cover a side, the last one cut off where it does not fit."""
    return max(0, -(-(side - patch_px) // stride_px)) + 1


def _box(row: int, column: int, patch_px: int, stride_px: int, size: tuple[int, int]) -> Box:
    top, left = row * stride_px, column * stride_px
    return (top, min(top + patch_px, size[0])), (left, min(left + patch_px, size[1]))


def _coarse_first(rows: int, columns: int) -> list[tuple[int, int]]:
    places = [(row, column) for row in range(rows) for column in range(columns)]
    apart = _COARSEST
    ordered: dict[tuple[int, int], None] = {}
    while apart:
        ordered.update(dict.fromkeys(at for at in places if at[0] % apart == at[1] % apart == 0))
        apart //= 2
    return list(ordered)


def _photo_size(start: Baseline) -> tuple[int, int]:
    photo = start.preprocessing.photo(start.image)
    return photo.width, photo.height


def _check(patch_px: int, stride_px: int, most: int) -> None:
    for what, value, limit in (("patch_px", patch_px, most), ("stride_px", stride_px, patch_px)):
        if type(value) is not int or not 1 <= value <= limit:
            why = "the input's size" if what == "patch_px" else "the patch's: every pixel is hidden at least once"
            raise PreprocessingError(f"{what} is {value!r}, expected a whole number of pixels from 1 to {limit}, {why}")
