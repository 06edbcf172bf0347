"""The text that a model's file carries: its labels and its preprocessing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from squeezeviz.errors import LabelError, ModelError, PreprocessingError, in_one_line, spoken
from squeezeviz.preprocessing import Preprocessing, preset
from squeezeviz.preprocessing.sizes import MOST_PX, sides
from squeezeviz.results.labels import Labels

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LABELS_KEY", "PREPROCESSING_KEY", "labels_in", "preprocessing_in", "written_preprocessing"]

#: Keys of the text.
LABELS_KEY, PREPROCESSING_KEY = "squeezeviz.results.labels", "squeezeviz.preprocessing"

_MOST_CLASSES = 200_000  # ImageNet has 21,841

_CUSTOMARY_PX = 224  # taken from photos brought to 256: of another size, as much is cut off

# Of networks that take grey and do not say how: values from 0 to 1, as most are trained.
_GREY = Preprocessing(
    name="grey",
    origin="where a model that takes grey says nothing: the whole photo, squeezed to its input, values from 0 to 1",
    resize_px=256,
    crop_px=256,
    channel_order="grey",
    scale=1 / 255,
    mean=(0.0,),
    std=(1.0,),
)


def labels_in(metadata: Mapping[str, str], count: int, *, name: str) -> Labels:
    """Return a model's classes; numbers where it names none, or another number of them.

    Args:
        metadata: Text by key.
        count: How many classes it tells apart.
        name: What to call the model in errors.

    Raises:
        ModelError: Its labels are no labels, or far too many.
    """
    if count > _MOST_CLASSES:
        raise ModelError(f"{spoken(name)}: tells {count:,} classes apart; expected at most {_MOST_CLASSES:,}")
    if LABELS_KEY not in metadata:
        return Labels.numbered(count)
    try:
        labels = Labels.from_rows(json.loads(metadata[LABELS_KEY]))
    except (ValueError, RecursionError, LabelError) as exc:
        raise ModelError(f"{spoken(name)}: the labels in it cannot be used: {in_one_line(exc)}") from exc
    return labels if len(labels) == count else Labels.numbered(count)


def written_preprocessing(metadata: Mapping[str, str]) -> Preprocessing | None:
    """Return the preprocessing that a file carries; None where it says nothing.

    Raises:
        PreprocessingError: What it says is no preprocessing.
    """
    text = metadata.get(PREPROCESSING_KEY)
    return None if text is None else Preprocessing.from_json(text)


def preprocessing_in(
    metadata: Mapping[str, str],
    input_shape: tuple[int, int, int],
    *,
    name: str,
    is_chosen: bool = False,
) -> Preprocessing:
    """Return what a model's images go through; where its file says nothing, the published model's, at its own size.

    Args:
        metadata: Text by key.
        input_shape: (C, H, W).
        name: What to call the model in errors.
        is_chosen: Whether somebody has chosen the size, whatever the file's preprocessing makes.

    Raises:
        ModelError: What it says is no preprocessing.
    """
    try:
        written = written_preprocessing(metadata)
    except PreprocessingError as exc:
        raise ModelError(f"{spoken(name)}: its preprocessing cannot be used: {in_one_line(exc)}") from exc
    channels, height, width = input_shape
    if written is not None:
        return _at(written, (height, width)) if is_chosen else written
    default = preset("caffe2")
    if channels == 1:
        default = _GREY
    elif (height, width) != default.input_px:
        default = default.replace(crop_px=_CUSTOMARY_PX)
    return _at(default, (height, width))


def _at(how: Preprocessing, size: tuple[int, int]) -> Preprocessing:
    """Return a preprocessing for an input of another size: as much of the photo is cut off."""
    if how.input_px == size:
        return how
    brought = zip(size, sides(how.resize_px), how.input_px, strict=True)
    resize_px = tuple(max(now, min(MOST_PX, round(now * resized / before))) for now, resized, before in brought)
    return how.replace(crop_px=size, resize_px=resize_px)
