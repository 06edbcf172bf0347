"""The photos on a page, with what the network made of them; activations of the latest few only: they are large."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.widgets.wire import display_jpeg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from squeezeviz.activations import Activations
    from squeezeviz.image import Image
    from squeezeviz.model import Model
    from squeezeviz.prediction import Prediction
    from squeezeviz.preprocessing import Preprocessing

# Every layer of one photo takes 12 MB; computing them anew, a few milliseconds.
_WITH_ACTIVATIONS = 3


@dataclass
class Photo:
    """One photo on the page.

    Attributes:
        id: Of the request that brought it.
        image: Itself.
        decode_ms: What reading it took.
        prediction: What the model says of it.
        activations: What every layer saw of it; None where that was let go to save memory.
        energy: Layer → root mean square of its activation.
    """

    id: str
    image: Image
    decode_ms: float
    prediction: Prediction
    activations: Activations | None
    energy: dict[str, float]
    _display: tuple[Image, bytes] | None = field(default=None, init=False, repr=False)

    @classmethod
    def seen_by(
        cls,
        model: Model,
        how: Preprocessing,
        photo_id: str,
        image: Image,
        decode_ms: float,
        *,
        threads: int | None = None,
    ) -> Photo:
        """Show an image to a model, on so many threads; as many as it has by default."""
        prediction, activations = model.observe(image, how, threads=threads)
        return cls(photo_id, image, decode_ms, prediction, activations, _energy(activations))

    @property
    def as_taken(self) -> Image:
        """The photo as its preparation takes it: upright, or lying as its file has it."""
        how = self.prediction.preprocessing
        return how.photo(self.image) if how else self.image

    @property
    def display(self) -> bytes:
        """It again, as the preparation takes it, scaled down for display: a JPEG file, made when it is first needed."""
        shown = self.as_taken
        if self._display is None or self._display[0] is not shown:
            self._display = shown, display_jpeg(shown)
        return self._display[1]

    def look_again(self, model: Model, how: Preprocessing) -> Activations:
        """Show it to another model, or prepared differently, or to the same once more."""
        prediction, activations = model.observe(self.image, how)
        self.prediction, self.activations = prediction, activations
        self.energy = _energy(self.activations)
        return self.activations


def _energy(activations: Activations) -> dict[str, float]:
    return {
        layer: float(np.sqrt(np.vdot(values, values) / values.size))
        for layer, values in activations.items()
        if values.ndim == 3
    }


class Photos:
    """Photos by id, in the order they came."""

    def __init__(self) -> None:
        self._photos: dict[str, Photo] = {}
        self._latest: list[Photo] = []

    def __iter__(self) -> Iterator[Photo]:
        return iter(tuple(self._photos.values()))

    def __len__(self) -> int:
        return len(self._photos)

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
