"""What an exercise is about: a photo, a network, a preprocessing and, where it needs one, a layer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from squeezeviz.errors import LayerError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.image import Image
    from squeezeviz.network.architecture import Layer
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.activations import Activations
    from squeezeviz.results.labels import Label
    from squeezeviz.results.prediction import Prediction
    from squeezeviz.runtime.model import Model

__all__ = ["Subject"]


@dataclass(frozen=True)
class Subject:
    """Everything is computed when it is first asked for.

    Attributes:
        model: The network.
        image: The photo.
        preprocessing: The model's own by default.
        layer_name: The layer that was named; empty where none was.
    """

    model: Model
    image: Image
    preprocessing: Preprocessing
    layer_name: str = ""

    @cached_property
    def _observed(self) -> tuple[Prediction, Activations]:
        prediction, activations = self.model.observe(self.image, self.preprocessing)
        return prediction, activations

    @property
    def prediction(self) -> Prediction:
        """What the network says of the photo."""
        return self._observed[0]

    @property
    def first(self) -> Label:
        """The most probable class."""
        return self.prediction.labels[int(self.prediction.ranking[0])]

    @property
    def second(self) -> Label:
        """The one behind it."""
        return self.prediction.labels[int(self.prediction.ranking[1])]

    @property
    def layer(self) -> Layer:
        """The layer.

        Raises:
            LayerError: None was named, or there is none of that name.
        """
        if not self.layer_name:
            raise LayerError('this exercise is about one layer: expected layer="NAME", such as layer="fire9/concat"')
        return self.model.architecture_at(*self.preprocessing.input_px)[self.layer_name]

    def values(self, layer: str) -> NDArray[np.float32]:
        """A layer's activation: float32 (C, H, W) or (N,)."""
        return self._observed[1][layer]

    @property
    def maps(self) -> NDArray[np.float32]:
        """The layer's feature maps: float32 (C, H, W).

        Raises:
            LayerError: None was named, or it has no maps.
        """
        layer = self.layer
        values = self.values(layer.name)
        if values.ndim != 3:
            raise LayerError(f"{layer.name}: has {len(values):,} numbers and no maps; choose a layer before it")
        return values
