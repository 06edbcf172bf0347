"""The text that a model's file carries: its labels and its preprocessing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from squeezeviz.errors import LabelError, ModelError, PreprocessingError, in_one_line, spoken
from squeezeviz.preprocessing import Preprocessing, preset
from squeezeviz.results.labels import Labels

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LABELS_KEY", "PREPROCESSING_KEY", "labels_in", "preprocessing_in"]

#: Keys of the text.
LABELS_KEY, PREPROCESSING_KEY = "squeezeviz.results.labels", "squeezeviz.preprocessing"

_MOST_CLASSES = 200_000  # ImageNet has 21,841


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


def preprocessing_in(metadata: Mapping[str, str], input_shape: tuple[int, int, int], *, name: str) -> Preprocessing:
    """Return what a model's images go through; where it says nothing, the published model's, at its own size.

    Args:
        metadata: Text by key.
        input_shape: (C, H, W).
        name: What to call the model in errors.

    Raises:
        ModelError: What it says is no preprocessing.
    """
    try:
        if PREPROCESSING_KEY in metadata:
            return Preprocessing.from_json(metadata[PREPROCESSING_KEY])
        crop, default = input_shape[1], preset("caffe2")
        if crop == default.crop_px:
            return default
        return default.replace(crop_px=crop, resize_px=max(crop, default.resize_px))
    except PreprocessingError as exc:
        raise ModelError(f"{spoken(name)}: its preprocessing cannot be used: {in_one_line(exc)}") from exc
