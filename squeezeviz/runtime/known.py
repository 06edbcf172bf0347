"""What is known of a network's classes and of how its photos are preprocessed; and what is assumed where nothing is.

Who says it now comes first; then the model's own file: a registered model's, one that `squeezeviz convert` wrote; then
what was told before and is kept beside the file. Where nobody has said anything, classes are numbered, and photos go
through what most people use for such a network, under the name ``assumed``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from squeezeviz.caffe2 import SOURCE
from squeezeviz.errors import LabelError, ModelError, PreprocessingError, in_one_line, spoken
from squeezeviz.preprocessing import PRESETS, Preprocessing, preset
from squeezeviz.preprocessing.fitting import at_size, fitted
from squeezeviz.preprocessing.sizes import size_text
from squeezeviz.results.label_files import labels_for
from squeezeviz.results.labels import Labels
from squeezeviz.runtime.assumptions import ASSUMED, Assumption
from squeezeviz.runtime.metadata import (
    LABELS_KEY,
    PREPROCESSING_KEY,
    own_preprocessing,
    written_labels,
    written_preprocessing,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from squeezeviz.runtime.chosen import Chosen
    from squeezeviz.runtime.reading import Network

__all__ = ["Known", "known_of"]

_MOST_CLASSES = 200_000  # ImageNet has 21,841

# Of networks that take grey: values from 0 to 1, as most are trained.
_GREY = Preprocessing(
    name=ASSUMED,
    origin="assumed, for the model says nothing: the whole photo in grey, squeezed to its input, values from 0 to 1",
    resize_px=256,
    crop_px=256,
    channel_order="grey",
    scale=1 / 255,
    mean=(0.0,),
    std=(1.0,),
)
_COLOUR = preset("torchvision").replace(
    name=ASSUMED,
    origin="assumed, for the model says nothing: what most networks for photos expect, ImageNet's means and deviations",
)
_CAFFE2 = preset("caffe2").replace(
    name=ASSUMED, origin="assumed, for the model says nothing: what Caffe2 networks expect as a rule, BGR minus means"
)


@dataclass(frozen=True)
class Known:
    """A network's classes and its preprocessing.

    Attributes:
        labels: Its classes.
        preprocessing: What its photos go through.
        assumed: What of these nobody has said.
        in_file: What of these its own file says: ``"labels"``, ``"preprocessing"``.
        notes: What was said and does not fit, in words.
    """

    labels: Labels
    preprocessing: Preprocessing
    assumed: tuple[Assumption, ...]
    in_file: frozenset[str]
    notes: tuple[str, ...]


def known_of(network: Network, chosen: Chosen, at: Callable[[int, int], object], *, name: str) -> Known:
    """Return what is known of a network's classes and its preprocessing.

    Args:
        network: The network.
        chosen: What is said of it now, and what is kept beside its file.
        at: Raises `PreprocessingError` where the network does not take inputs of that height and width.
        name: What to call it in errors.

    Raises:
        LabelError: Labels are given now, and are another number.
        ModelError: Its file's labels or its preprocessing are none, or it has far too many classes.
    """
    metadata, input_shape = network.metadata, network.architecture.input_shape
    count = math.prod(network.architecture.output_shape)
    if count > _MOST_CLASSES:
        raise ModelError(f"{spoken(name)}: tells {count:,} classes apart; expected at most {_MOST_CLASSES:,}")
    labels, notes = _labels(metadata, chosen, count, name)
    how, others = _preprocessing(metadata, chosen, input_shape, at, name)
    assumed = []
    if labels is None:
        assumed.append(
            Assumption(
                "labels",
                "labels unknown: classes are numbered",
                "labels= (--labels) names them: a file with a name a line"
                + (", or imagenet" if count in (1000, 1001) else ""),
            )
        )
    if how is None:
        how = _usual(metadata, input_shape)
        assumed.append(
            Assumption(
                "preprocessing",
                f"preprocessing assumed: {how.describe()}",
                "preprocessing= (--preprocessing) says another: a preset, or a JSON file",
            )
        )
    problems = [f"what is kept beside its file is not used: {chosen.problem}"] if chosen.problem else []
    in_file = {what for what, key in (("labels", LABELS_KEY), ("preprocessing", PREPROCESSING_KEY)) if key in metadata}
    return Known(
        labels or Labels.numbered(count), how, tuple(assumed), frozenset(in_file), (*problems, *notes, *others)
    )


def _labels(metadata: Mapping[str, str], chosen: Chosen, count: int, name: str) -> tuple[Labels | None, list[str]]:
    if chosen.labels is not None:
        try:
            return labels_for(chosen.labels, count), []
        except LabelError as exc:
            raise LabelError(f"{spoken(name)}: {exc}") from exc
    notes = []
    try:
        written = written_labels(metadata)
    except LabelError as exc:
        raise ModelError(f"{spoken(name)}: the labels in it cannot be used: {in_one_line(exc)}") from exc
    kept = chosen.kept.labels
    if written is not None and len(written) == count:
        if kept is not None and [*kept] != [tuple(row) for row in written.to_rows()]:
            notes.append("the labels kept beside its file are not used: its file names its classes itself")
        return written, notes
    if written is not None:
        notes.append(f"its file names {len(written):,} classes, and it tells {count:,} apart: these names are not used")
    if kept is None:
        return None, notes
    try:
        return labels_for(Labels.from_rows([list(row) for row in kept]), count), notes
    except LabelError as exc:
        return None, [*notes, f"the labels kept beside its file are not used: {in_one_line(exc)}"]


def _preprocessing(
    metadata: Mapping[str, str],
    chosen: Chosen,
    input_shape: tuple[int, int, int],
    at: Callable[[int, int], object],
    name: str,
) -> tuple[Preprocessing | None, list[str]]:
    channels, *sides = input_shape
    size = sides[0], sides[1]
    told = chosen.preprocessing
    if isinstance(told, str) and told in PRESETS:
        return fitted(preset(told), size), []
    try:
        own, written = own_preprocessing(metadata, chosen), written_preprocessing(metadata)
    except PreprocessingError as exc:
        raise ModelError(f"{spoken(name)}: its preprocessing cannot be used: {in_one_line(exc)}") from exc
    kept = chosen.kept.preprocessing
    if isinstance(told, str) and own is None:
        known = written or kept
        if known is not None or told != ASSUMED:  # no name of its own: an error that says so
            return preset(told, also=[known.name if known else ASSUMED]), []
    notes = []
    if own is kept and kept is not None:
        said = "the preprocessing kept beside its file"
        if kept.channels != channels:
            return None, [f"{said} is not used: it makes {kept.channels} channels, and the network takes {channels}"]
        try:
            at(*kept.input_px)
        except PreprocessingError:  # the network was exchanged for one of another size
            return at_size(kept, size), [f"{said} was for {size_text(kept.input_px)} px, and is brought to its input's"]
    if own is not told and written is not None and kept not in (None, written):
        notes.append("the preprocessing kept beside its file is not used: its file says one itself")
    is_resized = own is not None and own is not told and chosen.input_px is not None
    return at_size(own, size) if own is not None and is_resized else own, notes


def _usual(metadata: Mapping[str, str], input_shape: tuple[int, int, int]) -> Preprocessing:
    """Return what most people use for a network of which nobody says anything, at its own size."""
    channels, height, width = input_shape
    is_caffe2 = SOURCE.items() <= metadata.items()
    return fitted(_GREY if channels == 1 else _CAFFE2 if is_caffe2 else _COLOUR, (height, width))
