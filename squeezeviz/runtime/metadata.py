"""The text that a model's file carries: its labels and its preprocessing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from squeezeviz.errors import LabelError, in_one_line
from squeezeviz.preprocessing import PRESETS, Preprocessing
from squeezeviz.results.labels import Labels

if TYPE_CHECKING:
    from collections.abc import Mapping

    import onnx

    from squeezeviz.runtime.chosen import Chosen

__all__ = [
    "LABELS_KEY",
    "PREPROCESSING_KEY",
    "own_preprocessing",
    "with_text",
    "written_labels",
    "written_preprocessing",
]

#: Keys of the text.
LABELS_KEY, PREPROCESSING_KEY = "squeezeviz.results.labels", "squeezeviz.preprocessing"


def written_labels(metadata: Mapping[str, str]) -> Labels | None:
    """Return the classes that a file names; None where it says nothing.

    Raises:
        LabelError: What it says are no labels.
    """
    if LABELS_KEY not in metadata:
        return None
    try:
        return Labels.from_rows(json.loads(metadata[LABELS_KEY]))
    except (ValueError, RecursionError) as exc:
        raise LabelError(f"expected labels as JSON; the text does not parse ({in_one_line(exc)})") from exc


def written_preprocessing(metadata: Mapping[str, str]) -> Preprocessing | None:
    """Return the preprocessing that a file carries; None where it says nothing.

    Raises:
        PreprocessingError: What it says is no preprocessing.
    """
    text = metadata.get(PREPROCESSING_KEY)
    return None if text is None else Preprocessing.from_json(text)


def own_preprocessing(metadata: Mapping[str, str], chosen: Chosen) -> Preprocessing | None:
    """Return the preprocessing that somebody has said of a network, as it was said; None where nobody has.

    What is said now comes first, then what its file says, then what was told before and is kept beside it. A preset's
    name alone says no size; its own name chooses what it has.

    Raises:
        PreprocessingError: What its file says is no preprocessing.
    """
    told = chosen.preprocessing
    if isinstance(told, Preprocessing):
        return told
    if told in PRESETS:
        return None
    own = written_preprocessing(metadata) or chosen.kept.preprocessing
    return own if told is None or (own is not None and told == own.name) else None


def with_text(model: onnx.ModelProto, text: Mapping[str, str]) -> onnx.ModelProto:
    """Return a copy of a network that carries text, in the place of what it carried under the same keys."""
    import onnx  # noqa: PLC0415 - heavy

    made = onnx.ModelProto()
    made.CopyFrom(model)
    kept = {entry.key: entry.value for entry in model.metadata_props}
    onnx.helper.set_model_props(made, {**kept, **text})
    return made
