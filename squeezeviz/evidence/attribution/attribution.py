"""What every method returns: numbers over the input, or over a layer's cells, with what made them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from squeezeviz.evidence.places import Places
    from squeezeviz.evidence.target import WeightedSum
    from squeezeviz.network.layer import Layer
    from squeezeviz.preprocessing.geometry import Geometry
    from squeezeviz.results.prediction import Prediction

__all__ = ["Attribution", "Completeness", "upsampled"]

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Completeness:
    """What an attribution should add up to, and what it adds up to.

    Attributes:
        expected: What it should add up to, in the target's unit.
        total: What it adds up to.
        words: What is expected, and what the gap is, in words.
    """

    expected: float
    total: float
    words: str

    @property
    def gap(self) -> float:
        """What is expected less what it adds up to."""
        return self.expected - self.total

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"expected": self.expected, "total": self.total, "gap": self.gap, "words": self.words}


class Asked(Protocol):
    """What is attributed: `squeezeviz.evidence.attribution.subject.Subject`."""

    @property
    def target(self) -> WeightedSum: ...

    @property
    def value(self) -> float: ...

    @property
    def prediction(self) -> Prediction: ...

    @property
    def tensor(self) -> NDArray[np.float32]: ...

    @property
    def geometry(self) -> Geometry: ...


@dataclass(frozen=True, eq=False)
class Attribution(NotebookDisplay):
    """How much each pixel of the input, or each cell of a layer, has to do with a number of the network.

    Attributes:
        subject: What is attributed: the number, on the photo, with the model.
        method: Its name, such as ``"grad-cam"``; `squeezeviz.attribute` takes it.
        values: Of a pixel method float32 (C, H, W), over the input tensor, its channels in the order red, green, blue;
            of a map of a layer's cells float32 (h, w). Signed, where the method has signs.
        unit: Of `values`.
        reduction: How `map` makes one number a pixel: ``"sum"`` over the channels, signed, or ``"largest"``, the
            largest size of all channels.
        places: Where the layer's cells lie; None for pixel methods.
        completeness: What the values should add up to, where the method says it; else None.
        settings: What was chosen: steps, baseline, seed.
        caution: Why not to take it for more than it is, in words; empty as a rule.
    """

    subject: Asked = field(repr=False)
    method: str
    values: NDArray[np.float32] = field(repr=False)
    unit: str
    reduction: Literal["sum", "largest"] = "sum"
    places: Places | None = None
    completeness: Completeness | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    caution: str = ""

    @property
    def target(self) -> WeightedSum:
        """The number."""
        return self.subject.target

    @property
    def value(self) -> float:
        """What it is on this photo, in its unit."""
        return self.subject.value

    @property
    def prediction(self) -> Prediction:
        """What the network says of the photo; of a value of a layer, the network is asked when this is first read."""
        return self.subject.prediction

    @property
    def input_px(self) -> tuple[int, int]:
        """(height, width) of the input tensor."""
        return self.subject.tensor.shape[2], self.subject.tensor.shape[3]

    @property
    def geometry(self) -> Geometry:
        """Where the input tensor's pixels lie in the photo."""
        return self.subject.geometry

    @property
    def layer(self) -> str | None:
        """The layer whose cells have the values; None for pixel methods."""
        return self.places.layer.name if self.places else None

    @property
    def is_of_pixels(self) -> bool:
        """Whether the values are those of the input's pixels, and not of a layer's cells."""
        return self.places is None

    @cached_property
    def cells(self) -> NDArray[np.float32]:
        """One number a pixel, (H, W), or a cell of the layer, (h, w): float32, channels brought together."""
        if not self.is_of_pixels:
            return self.values
        if self.reduction == "largest":
            return np.asarray(np.abs(self.values).max(axis=0))
        summed: NDArray[np.float32] = self.values.sum(axis=0, dtype=np.float64).astype(np.float32)
        return summed

    def map(self) -> NDArray[np.float32]:
        """Return one number a pixel of the input, float32 (H, W).

        Of a pixel method that is `cells`. A layer's cells lie where their receptive fields have their centres; between
        these is blended (bilinear), and beyond the outermost they go on as they are.
        """
        if self.places is None:
            return self.cells
        return upsampled(self.values, self.places.layer, self.input_px)

    @property
    def on_photo(self) -> Box:
        """What all pixels, or cells side by side, cover: (left, top, right, bottom) in pixels of the photo."""
        return self.places.all if self.places else self.geometry.visible

    @property
    def is_signed(self) -> bool:
        """Whether some values are below zero."""
        return bool((self.cells < 0).any())

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON; of a pixel method one number a pixel."""
        how = self.prediction.preprocessing
        return {
            "image": self.prediction.image,
            "model": self.prediction.model_id,
            "preprocessing": how.name if how else None,
            "method": self.method,
            "target": self.target.to_dict(),
            "value": self.value,
            "unit": self.unit,
            "layer": self.layer,
            "reduction": self.reduction if self.is_of_pixels else None,
            "input_px": list(self.input_px),
            "settings": dict(self.settings),
            "completeness": self.completeness.to_dict() if self.completeness else None,
            "caution": self.caution,
            "map": self.cells.astype(float).tolist(),
            "map_on_photo_px": list(self.on_photo),
        }

    def __repr__(self) -> str:
        over = "the input" if self.layer is None else self.layer
        size = " × ".join(map(str, self.values.shape))
        return visible(
            f"<Attribution of {self.target.words} ({self.value:.4f}) on {self.prediction.image!r} by "
            f"{self.prediction.model_id}: {self.method}, {size} over {over}>"
        )


def upsampled(cells: NDArray[np.float32], layer: Layer, size: tuple[int, ...]) -> NDArray[np.float32]:
    """Return a map of a layer's cells at the input's size, by where these lie, bilinear: float32 (H, W).

    Args:
        cells: (h, w).
        layer: Whose they are.
        size: (H, W), in pixels.

    Raises:
        LayerError: It is not known where the layer's cells lie on the input.
    """
    down, across = (_blend(*axis) for axis in zip(size, cells.shape, *layer.located(), strict=True))
    blended: NDArray[np.float32] = (down @ cells.astype(np.float64) @ across.T).astype(np.float32)
    return blended


def _blend(pixels: int, cells: int, stride: int, offset: float) -> NDArray[np.float64]:
    """Return how much each cell counts at each pixel along one axis: float64 (pixels, cells), rows summing to 1."""
    at = np.clip((np.arange(pixels) - offset) / stride, 0, cells - 1)
    return np.maximum(0.0, 1.0 - np.abs(at[:, None] - np.arange(cells)))
