"""The photos on a page, with what the network made of them; pixels and activations of a few only: they are large."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.explorer.encoding import display_jpeg, png
from squeezeviz.explorer.kept import Kept
from squeezeviz.explorer.limits import DECODED_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.activations import Activations
    from squeezeviz.results.prediction import Prediction
    from squeezeviz.runtime.model import Model

__all__ = ["Photo", "Photos", "Taken"]

# Every layer of one photo takes 12 MB; computing them anew, a few milliseconds.
_WITH_ACTIVATIONS = 3

# The ways in which preprocessings take one photo: whether upright, in sRGB, in grey. See `Preprocessing.photo`.
_Way = tuple[bool, bool, bool]


@dataclass(frozen=True)
class Taken:
    """What is said of a photo as its preprocessing takes it: upright or lying in its file, in which colours."""

    name: str
    width: int
    height: int
    notes: tuple[str, ...]
    icc_profile: bytes | None


@dataclass
class Photo:
    """One photo on the page.

    Attributes:
        id: Of the request that brought it.
        kept: Itself, decoded or not.
        decode_ms: What reading it took.
        prediction: What the model says of it.
        activations: What every layer saw of it; None where that was let go to save memory.
        rms_activation: Layer → root mean square of its activation.
        choice: Which choice of the page its answer follows from: see `Answering`.
    """

    id: str
    kept: Kept
    decode_ms: float
    prediction: Prediction
    activations: Activations | None
    rms_activation: dict[str, float]
    choice: int = 0
    _taken: dict[_Way, Taken] = field(default_factory=dict, repr=False)
    _display: dict[_Way, bytes] = field(default_factory=dict, repr=False)
    _seen: tuple[Prediction, bytes] | None = field(default=None, repr=False)

    @classmethod
    def seen_by(
        cls,
        model: Model,
        preprocessing: Preprocessing,
        photo_id: str,
        picture: Kept | Image,
        decode_ms: float,
        *,
        threads: int | None = None,
    ) -> Photo:
        """Show a picture to a model, on so many threads; as many as it has by default."""
        kept = picture if isinstance(picture, Kept) else Kept(picture)
        prediction, activations = model.observe(kept.image, preprocessing, threads=threads)
        return cls(photo_id, kept, decode_ms, prediction, activations, _rms_activation(activations))

    def copy(self) -> Photo:
        """Return it for another page: the same picture, with an answer that changes by itself."""
        return replace(self, _taken=dict(self._taken), _display=dict(self._display))

    @property
    def image(self) -> Image:
        """The photo, decoded; anew where its pixels were let go to save memory.

        Raises:
            ImageError: It was dropped with its page.
        """
        return self.kept.image

    @image.setter
    def image(self, image: Image) -> None:
        self.kept = Kept(image)
        self._taken, self._display, self._seen = {}, {}, None

    @property
    def as_taken(self) -> Image:
        """The photo as its preprocessing takes it, decoded."""
        how = self.prediction.preprocessing
        return how.photo(self.image) if how else self.image

    @property
    def taken(self) -> Taken:
        """What is said of it so."""
        way = self._way
        if way not in self._taken:
            shown = self.as_taken
            self._taken[way] = Taken(shown.name, shown.width, shown.height, shown.notes, shown.icc_profile)
        return self._taken[way]

    @property
    def display(self) -> bytes:
        """It again, as its preprocessing takes it, scaled down for display: a JPEG file, made when first needed."""
        way = self._way
        if way not in self._display:
            self._display[way] = display_jpeg(self.as_taken)
        return self._display[way]

    def seen(self, model: Model) -> bytes:
        """What the network sees of it, as its answer has it: a PNG file, made once for each answer."""
        if self._seen is None or self._seen[0] is not self.prediction:
            self._seen = self.prediction, png(model.seen(self.image, self.prediction.preprocessing))
        return self._seen[1]

    def look_again(self, model: Model, preprocessing: Preprocessing) -> Activations:
        """Show it to another model, or preprocessed differently, or to the same once more."""
        prediction, activations = model.observe(self.image, preprocessing)
        self.take(prediction, activations)
        return activations

    def take(self, prediction: Prediction, activations: Activations) -> None:
        """Take another answer."""
        self.prediction, self.activations, self.rms_activation = prediction, activations, _rms_activation(activations)

    def drop(self) -> None:
        """Let go of all but the answer: its page is gone."""
        self.activations, self._seen = None, None
        self._display.clear()
        self.kept = copy.copy(self.kept)  # another page may go on with it
        self.kept.drop()

    @property
    def _way(self) -> _Way:
        how = self.prediction.preprocessing
        return (True, False, False) if how is None else (how.respect_exif, how.respect_icc, how.channels == 1)


def _rms_activation(activations: Activations) -> dict[str, float]:
    return {layer: _rms(values) for layer, values in activations.items() if values.ndim == 3}


def _rms(values: NDArray[np.float32]) -> float:
    squares = float(np.vdot(values, values))
    if not math.isfinite(squares):  # squares outgrow single precision long before the numbers do
        doubles = values.astype(np.float64)
        squares = float(np.vdot(doubles, doubles))
    return math.sqrt(squares / values.size)


class Photos:
    """Photos by id, in the order they came."""

    def __init__(self) -> None:
        self._photos: dict[str, Photo] = {}
        self._latest: list[Photo] = []

    def __iter__(self) -> Iterator[Photo]:
        return iter(tuple(self._photos.values()))

    def __len__(self) -> int:
        return len(self._photos)

    def __contains__(self, photo_id: str) -> bool:
        return photo_id in self._photos

    def get(self, photo_id: str) -> Photo | None:
        """Return a photo, or None if it is not here."""
        return self._photos.get(photo_id)

    def put(self, photo: Photo) -> None:
        """Add a photo; one that has its id, such as the camera's frame before, makes room for it at its place."""
        before = self._photos.get(photo.id)
        self._latest = [kept for kept in self._latest if kept is not before]
        self._photos[photo.id] = photo
        self.touch(photo)

    def forget(self, photo_id: str) -> None:
        """Let a photo go, if it is here."""
        photo = self._photos.pop(photo_id, None)
        self._latest = [kept for kept in self._latest if kept is not photo]

    def touch(self, photo: Photo) -> None:
        """Note that a photo's activations are in use; those of photos long unused are let go."""
        self._latest = [kept for kept in self._latest if kept is not photo] + [photo]
        while len(self._latest) > _WITH_ACTIVATIONS:
            self._latest.pop(0).activations = None

    def settle(self, most_bytes: int = DECODED_BYTES) -> None:
        """Let go of pixels beyond what is kept decoded, those longest unused first."""
        decoded = sorted((p.kept for p in self._photos.values() if p.kept.held), key=lambda kept: -kept.used)
        for kept in decoded:
            most_bytes -= kept.decoded_bytes
            if most_bytes < 0:
                kept.let_go()

    @property
    def kept_bytes(self) -> int:
        """What the files of all of them take."""
        return sum(photo.kept.kept_bytes for photo in self)
