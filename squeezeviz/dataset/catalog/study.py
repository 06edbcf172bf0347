"""The study behind a catalogue: grow the pictures of one channel after another."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.dataset.catalog.grown import QUALITY, Grown, as_jpeg, pack, unpack
from squeezeviz.dataset.photos import Photo
from squeezeviz.evidence.target import Target
from squeezeviz.evidence.visualization.settings import Settings
from squeezeviz.evidence.visualization.visualize import visualize_steps
from squeezeviz.image import read_image
from squeezeviz.network.connections import origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from squeezeviz.evidence.visualization.visualization import Visualization
    from squeezeviz.network.architecture import Architecture
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["CatalogStudy", "channel_name", "channels_of", "layer_and_channel"]

_STAMP = ("channel",)  # never changes: what it depends on is in the study's key


@dataclass(frozen=True)
class CatalogStudy:
    """Grows pictures of channels: a `squeezeviz.dataset.study.NameStudy`, asked about ``"fire5/concat:12"``.

    Every channel is grown by itself, on one thread, from the same seed: its pictures hang on nothing else that is
    grown, before or beside it.

    Attributes:
        preprocessing: What pictures are made for; of several crops, the first.
        settings: How they are grown; `count` is how many excite each channel.
        has_negative: Whether one more silences each.
        quality: Of the JPEG files, 1 to 95.
    """

    preprocessing: Preprocessing
    settings: Settings
    has_negative: bool = False
    quality: int = QUALITY

    @property
    def key(self) -> tuple[str, ...]:
        """Everything that pictures depend on, besides the model's file and the channel."""
        chosen = {**self.settings.to_dict(), "steps": self.settings.steps, "seed": self.settings.seed}
        del chosen["every"]
        return (
            "catalog 1",
            self.preprocessing.to_json(),
            repr(sorted(chosen.items())),
            f"{self.has_negative} {self.quality}",
        )

    def empty(self) -> dict[str, tuple[Grown, ...]]:
        """Return the pictures of no channels."""
        return {}

    def make(
        self, model: Model, name: str, is_stopped: Callable[[], bool] = lambda: False
    ) -> dict[str, tuple[Grown, ...]] | None:
        """Return the pictures of one channel; None where it was stopped before they were there.

        Raises:
            LayerError: There is no such layer or channel, no gradient reaches the picture, or a number is no number any
                more.
        """
        layer, channel = layer_and_channel(name)
        how = self.preprocessing.first_crop
        targets = [(Target.channel(layer, channel), self.settings)]
        if self.has_negative:
            below = self.silenced(model.architecture_at(*how.input_px), layer, channel)
            targets.append((below, replace(self.settings, minimise=True, count=1)))
        pictures: list[Grown] = []
        for target, settings in targets:
            made = _grown(model, target, how, settings, is_stopped)
            if made is None:
                return None
            read_from = target.layer, target.number
            files = [as_jpeg(each, self.quality) for each in made.pictures]
            own = [_shown(model, how, each, (layer, channel), read_from) for each in files]
            pictures += sorted(
                (Grown(-1 if settings.minimise else 1, value, means, file, size) for value, means, file, size in own),
                key=lambda each: -each.value,  # of those that excite, the one that does most comes first
            )
        return {name: tuple(pictures)}

    @staticmethod
    def silenced(architecture: Architecture, layer: str, channel: int) -> Target:
        """Return what is made small to silence a channel: its mean before ReLU, which goes on below 0."""
        source, own = origin(architecture, layer, channel)
        pre = architecture[source].pre_relu
        return Target.channel(pre, own) if pre else Target.channel(layer, channel)

    def merge(
        self, first: dict[str, tuple[Grown, ...]], second: dict[str, tuple[Grown, ...]]
    ) -> dict[str, tuple[Grown, ...]]:
        """Return the pictures of both."""
        first.update(second)
        return first

    def dump(self, part: dict[str, tuple[Grown, ...]]) -> bytes:
        """Return pictures as bytes."""
        return pack(part)

    def load(self, content: bytes) -> dict[str, tuple[Grown, ...]]:
        """Return pictures from their bytes.

        Raises:
            ValueError: These bytes are none.
        """
        return unpack(content)


class _Stopped(threading.Event):
    """An event that is set once somebody else says so."""

    def __init__(self, is_stopped: Callable[[], bool]) -> None:
        super().__init__()
        self._is_stopped = is_stopped

    def is_set(self) -> bool:
        """Say whether it is."""
        return self._is_stopped()


def _grown(
    model: Model, target: Target, how: Preprocessing, settings: Settings, is_stopped: Callable[[], bool]
) -> Visualization | None:
    """Return what has grown on one thread; None where it was stopped."""
    chosen = {name: getattr(settings, name) for name in Settings.__dataclass_fields__} | {"every": settings.steps}
    growing = visualize_steps(model, target, preprocessing=how, cancel=_Stopped(is_stopped), threads=1, **chosen)
    *_, last = growing
    return last if last.is_complete else None


def _shown(
    model: Model, how: Preprocessing, file: bytes, of: tuple[str, int], climbed: tuple[str, int]
) -> tuple[float, NDArray[np.float32], bytes, tuple[int, int]]:
    """Return what was climbed, and the layer's means, on a picture as it is written; and its file and size."""
    image = read_image(file)
    tensor = how([image])
    names = list(dict.fromkeys([of[0], climbed[0]]))
    seen = model.parts.run({model.architecture.input_name: tensor}, names, threads=1)
    means = {
        name: values[0].reshape(values.shape[1], -1).mean(axis=1, dtype=np.float64) for name, values in seen.items()
    }
    own = float(means[climbed[0]][climbed[1]])
    return own, means[of[0]].astype(np.float32), file, (image.height, image.width)


def channel_name(layer: str, channel: int) -> str:
    """Return what a channel is called, as `squeezeviz.visualize` takes it: ``"fire5/concat:12"``."""
    return f"{layer}:{channel}"


def layer_and_channel(name: str) -> tuple[str, int]:
    """Return what `channel_name` was given."""
    layer, _, channel = name.rpartition(":")
    return layer, int(channel)


def channels_of(architecture: Architecture, layers: Iterable[str]) -> list[Photo]:
    """Return every channel of some layers, as a survey asks them."""
    return [
        Photo(channel_name(layer, channel), "", stamp=_STAMP)
        for layer in layers
        for channel in range(architecture[layer].channels)
    ]
