"""Every error that squeezeviz raises on purpose.

    SqueezeVizError
    ├── ImageError            a picture cannot be read or is not usable
    ├── PreprocessingError    a preset is unknown or contradicts itself
    ├── LabelError            a class is unknown, or names of classes cannot be used
    ├── DatasetError          a folder of photos, its labels or a file of results cannot be used
    ├── LayerError            a layer is unknown, or cannot do what was asked of it
    ├── ExactnessError        numbers that should add up do not
    ├── FigureError           a figure cannot be drawn or written as asked
    └── ModelError            a model cannot be found, trusted, read or run
        ├── ModelNotFound     nowhere on this machine, and not obtainable
        ├── DownloadError     every source failed
        ├── ChecksumError     bytes are there, but not the published ones
        └── ConversionError   a Caffe2 or ONNX file cannot be understood

A message says what was expected, what came instead, and what to do next. Errors of Pillow, ONNX Runtime, onnx and
protobuf are mapped onto these once, at the boundary, and stay reachable as ``__cause__``.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "ChecksumError",
    "ConversionError",
    "DatasetError",
    "DownloadError",
    "FallbackWarning",
    "FigureError",
    "ImageError",
    "LabelError",
    "LayerError",
    "ModelError",
    "ModelFileWarning",
    "ModelNotFound",
    "PreprocessingError",
    "SqueezeVizError",
]


class SqueezeVizError(Exception):
    """Base of every error raised on purpose; catch this one to catch them all.

    Its first argument is the message, in one line; any more are lines of details. As text, control characters in them
    (messages name files, layers, labels) are written out: on a terminal, on the page and in a traceback.
    """

    def __str__(self) -> str:
        return "\n".join(visible(str(line)) for line in self.args)


class ImageError(SqueezeVizError):
    """A picture cannot be read, or holds values no picture has."""


class PreprocessingError(SqueezeVizError):
    """A preprocessing is unknown, malformed, or contradicts itself."""


class LabelError(SqueezeVizError):
    """A class index, WordNet id or label is unknown; or names of classes cannot be read, or do not suit a model."""


class DatasetError(SqueezeVizError):
    """A folder of photos, the file that labels them, or a file of results cannot be used."""


class LayerError(SqueezeVizError):
    """A layer is unknown, or cannot do what was asked of it."""


class ExactnessError(SqueezeVizError):
    """Terms do not come to the number that they are said to be: more than rounding is left."""


class FigureError(SqueezeVizError):
    """A figure cannot be drawn or written as asked: its view, look, width or format is unknown."""


class ModelError(SqueezeVizError):
    """A model cannot be found, trusted, read or run."""


class ModelNotFound(ModelError):  # noqa: N818 - reads as the sentence it is
    """A model is nowhere on this machine, and could not be obtained."""


class DownloadError(ModelError):
    """Every source of a file failed; the message lists each with its reason."""


class ChecksumError(ModelError):
    """A file is there, but its bytes are not the published ones."""


class ConversionError(ModelError):
    """A Caffe2 or ONNX file cannot be understood; the message names operator, position and blob."""


class FallbackWarning(UserWarning):
    """Another model was loaded than the one wanted; the message says which, why, and how to get the other."""


class ModelFileWarning(UserWarning):
    """What is kept beside a model's file cannot be used; the message says which file, and why."""


_MOST_SPOKEN = 200


def spoken(text: str, most: int = _MOST_SPOKEN) -> str:
    """Return a text that was given as it may stand in a message: a very long one loses its middle.

    Args:
        text: Of whatever length.
        most: The most characters left as they are.
    """
    return text if len(text) <= most else f"{text[: most // 2]}… ({len(text):,} characters) …{text[-most // 4 :]}"


def in_one_line(exc: Exception) -> str:
    """Return what another library's error says, in one line of bounded length; its kind where it says nothing."""
    return spoken(" ".join(str(exc).split()), 500) or type(exc).__name__


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the nearest known name, or an empty string.

    Args:
        name: What was asked for.
        known: Every name that would have been right.
    """
    if len(name) > _MOST_SPOKEN:  # slow to compare, and like nothing that is known
        return ""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    nearest = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.5)
    return f" Did you mean {by_folded[nearest[0]]!r}?" if nearest else ""
