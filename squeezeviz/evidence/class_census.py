"""A census for one class: what each squeeze channel is worth to it, at half the price of one for all classes.

Half of what follows a squeeze is the layer with a map for each class; whoever asks of one class needs one map.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.errors import LayerError
from squeezeviz.evidence.baseline import baseline
from squeezeviz.evidence.switched import OneClass, Switched, filled_in, layers_asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from squeezeviz.evidence.ablation import Switch
    from squeezeviz.image import ImageSource
    from squeezeviz.labels import Label
    from squeezeviz.model import Model
    from squeezeviz.preprocessing import Preprocessing

__all__ = ["ClassCensus", "census_for_class"]


@dataclass(frozen=True, eq=False)
class ClassCensus:
    """What becomes of one class's logit without each of many channels.

    Attributes:
        image: The photo's name.
        model_id: The model's.
        label: The class.
        logit: With all channels.
        fill: What stands in the place of a channel's map.
        channels: (layer, channel), in the network's order.
        changes: The logit without each, less what it is with it: float32 (channels,).
    """

    image: str
    model_id: str
    label: Label
    logit: float
    fill: Switch
    channels: tuple[tuple[str, int], ...] = field(repr=False)
    changes: NDArray[np.float32] = field(repr=False)

    def ranked(self, n: int | None = None) -> tuple[tuple[str, int, float], ...]:
        """Return the n channels that matter most, for it or against it: (layer, channel, change)."""
        order = np.argsort(-np.abs(self.changes), kind="stable")[:n]
        return tuple((*self.channels[int(at)], float(self.changes[at])) for at in order)

    def of_layer(self, layer: str) -> NDArray[np.float32]:
        """Return the changes of one layer's channels, float32 (C,), in their order.

        Raises:
            LayerError: The layer's channels were not switched off.
        """
        places = [at for at, (name, _) in enumerate(self.channels) if name == layer]
        if not places:
            names = ", ".join(dict.fromkeys(name for name, _ in self.channels))
            raise LayerError(f"{layer!r} was not part of this census; there are {names}")
        return self.changes[places]

    def to_dict(self, n: int | None = None) -> dict[str, Any]:
        """Return the ranking as plain data, ready for JSON."""
        return {
            "image": self.image,
            "model": self.model_id,
            "method": "census for a class",
            "class_index": self.label.class_index,
            "label": self.label.label,
            "logit": self.logit,
            "fill": self.fill,
            "channels": [{"layer": a, "channel": b, "logit_change": c} for a, b, c in self.ranked(n)],
        }

    def __repr__(self) -> str:
        return f"<ClassCensus of {self.label.label!r} on {self.image!r}: {len(self.channels)} channels>"


def census_for_class(
    model: Model,
    image: ImageSource,
    key: int | str | None = None,
    layers: Sequence[str] | str | None = None,
    *,
    fill: Switch = "zero",
    preprocessing: str | Preprocessing | None = None,
) -> ClassCensus:
    """Switch every squeeze channel off in turn, and see what becomes of one class's logit.

    The changes are those of `squeezeviz.census`, but for rounding: 1e-4 of the largest logit.

    Args:
        model: Who is asked.
        image: Anything `squeezeviz.read_image` takes.
        key: Class index, WordNet id or name; the most probable class by default.
        layers: Whose channels; by default every squeeze's.
        fill: As of `squeezeviz.census_steps`.
        preprocessing: As of `squeezeviz.census_steps`.

    Raises:
        ImageError: The image cannot be read.
        LabelError: No class is called that.
        LayerError: A layer is unknown or comes after what the class's map reads, the network has no Fire modules, or it
            does not end in a 1 × 1 convolution with a map a class, and their means.
        PreprocessingError: The preset is unknown, or does not suit the model or the image.
    """
    start = baseline(model, image, preprocessing)
    names = layers_asked(start, layers)
    if key is None:
        logits = model.parts.run({start.architecture.input_name: start.tensor}, [start.architecture.logits_name])
        label = model.labels[int(next(iter(logits.values())).argmax())]
    else:
        label = model.labels[key]
    channels = tuple((name, channel) for name in names for channel in range(start.architecture[name].channels))
    runs = Switched(start, names, fill, OneClass(start, label.class_index))
    found = np.full((len(channels), 1), np.nan, np.float32)
    offs = [(name, (channel,)) for name, channel in channels]
    deque(filled_in(found, runs, offs, len(offs), None), maxlen=0)
    logit = float(runs.logits[0])
    return ClassCensus(start.image.name, model.name, label, logit, fill, channels, found[:, 0] - runs.logits[0])
