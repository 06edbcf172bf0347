"""The same network, the same photo, another answer: what each preprocessing does, from the pixels to the classes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.arguments import expect
from squeezeviz.errors import PreprocessingError
from squeezeviz.image import Image, ImageSource, read_image
from squeezeviz.network.ops.softmax import Softmax
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.preprocessing import PRESETS, Preprocessing
from squeezeviz.preprocessing.fitting import suited
from squeezeviz.runtime.loading import loaded
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from squeezeviz.results.activations import Activations
    from squeezeviz.results.prediction import ClassScore, Prediction
    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = [
    "MOST_VARIANTS",
    "Comparison",
    "LayerDrift",
    "Variant",
    "compare_preprocessing",
    "compare_with",
    "drift_between",
    "every_preset",
]

MOST_VARIANTS = 14


@dataclass(frozen=True)
class LayerDrift:
    """How far one layer is from where it is under the reference.

    Attributes:
        layer: Its name.
        relative_l2: ‖a − r‖ / ‖r‖; None where the inputs, and so the maps, are of different sizes. Not a number where
            the network's own numbers overflow.
        cosine: a · r / (‖a‖ ‖r‖), 1 for the same direction; None as above, and where either is zero throughout.
        strongest: The channel with the largest mean, here and under the reference. At the logits that is the class.
    """

    layer: str
    relative_l2: float | None
    cosine: float | None
    strongest: tuple[int, int]

    @property
    def agrees(self) -> bool:
        """Whether both have the same strongest channel."""
        return self.strongest[0] == self.strongest[1]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "layer": self.layer,
            "relative_l2": self.relative_l2,
            "cosine": self.cosine,
            "strongest": list(self.strongest),
        }


@dataclass(frozen=True, eq=False)
class Variant:
    """One preprocessing of the photo, and what the network makes of it.

    Attributes:
        preprocessing: How it was preprocessed.
        prediction: What the network says.
        seen: What it sees, uint8 (H, W, 3) RGB; see `Model.seen`.
        drift: How far each layer is from the reference, in the network's order.
    """

    preprocessing: Preprocessing
    prediction: Prediction
    seen: NDArray[np.uint8] = field(repr=False)
    drift: tuple[LayerDrift, ...] = field(repr=False)

    @property
    def name(self) -> str:
        """What the preprocessing is called."""
        return self.preprocessing.name

    @property
    def first_divergent_layer(self) -> LayerDrift | None:
        """The first layer whose strongest channel is another one than under the reference; None if there is none."""
        return next((drift for drift in self.drift if not drift.agrees), None)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "preprocessing": self.preprocessing.to_dict(),
            "top": [score.to_dict() for score in self.prediction.top()],
            "first_divergent_layer": self.first_divergent_layer.layer if self.first_divergent_layer else None,
            "drift": [drift.to_dict() for drift in self.drift],
        }


@dataclass(frozen=True, eq=False)
class Comparison(NotebookDisplay):
    """Several preprocessings of one photo; the first is the reference.

    Attributes:
        image: The photo.
        model: Who answered.
        variants: The preprocessings, in the order they were asked for.
    """

    image: Image
    model: Model = field(repr=False)
    variants: tuple[Variant, ...] = field(repr=False)

    @property
    def reference(self) -> Variant:
        """What the others are compared with."""
        return self.variants[0]

    def __iter__(self) -> Iterator[Variant]:
        return iter(self.variants)

    def __len__(self) -> int:
        return len(self.variants)

    def __getitem__(self, name: str) -> Variant:
        """Return a variant by the name of its preprocessing.

        Raises:
            KeyError: There is none of that name.
        """
        for variant in self.variants:
            if variant.name == name:
                return variant
        raise KeyError(f"{name!r} was not compared; there are {', '.join(v.name for v in self.variants)}")

    def moved(self, name: str, k: int = 5) -> list[tuple[ClassScore, int]]:
        """Return a variant's top k, each with the rank it has under the reference, from 1."""
        ranks = np.empty(len(self.reference.prediction.logits), np.intp)
        ranks[self.reference.prediction.ranking] = np.arange(1, len(ranks) + 1)
        return [(score, int(ranks[score.class_index])) for score in self[name].prediction.top(k)]

    def logit_differences(self, key: int | str) -> dict[str, float]:
        """Return preprocessing → a class's logit less its logit under the reference.

        Raises:
            LabelError: No class is called that.
        """
        index = self.model.labels[key].class_index
        base = self.reference.prediction.logits[index]
        return {variant.name: float(variant.prediction.logits[index] - base) for variant in self.variants}

    def activations(self, name: str, layers: Sequence[str] | str | None = None) -> Activations:
        """Return what layers saw under one preprocessing; they are computed anew, since all of them are large.

        Raises:
            KeyError: The preprocessing was not compared.
            LayerError: A layer is unknown.
        """
        return self.model.activations(self.image, layers, preprocessing=self[name].preprocessing)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "image": self.image.name,
            "model": self.model.name,
            "reference": self.reference.name,
            "variants": [variant.to_dict() for variant in self.variants],
        }

    def __repr__(self) -> str:
        said = ", ".join(f"{v.name}: {v.prediction.top(1)[0].label}" for v in self.variants)
        return visible(f"<Comparison of {len(self)} preprocessings of {self.image.name!r}: {said}>")


def compare_preprocessing(
    model: ModelSource, image: ImageSource, preprocessings: str | Preprocessing | Sequence[str | Preprocessing]
) -> Comparison:
    """Show one photo to a model in several preprocessings.

    Args:
        model: A loaded model, or the name or path of one.
        image: Anything `read_image` takes.
        preprocessings: Presets by name, or of your own, each with a name of its own; the first is the reference.

    Raises:
        ImageError: The photo cannot be read.
        ModelError: The model cannot be loaded.
        PreprocessingError: A preset is unknown, two have one name, there are none or more than 14, or one does not suit
            the model or the photo.
    """
    model = loaded(model)
    hows = each_with_a_name(model, preprocessings)
    if not 1 <= len(hows) <= MOST_VARIANTS:
        raise PreprocessingError(f"expected 1 to {MOST_VARIANTS} preprocessings to compare, got {len(hows)}")
    read = read_image(image)
    (prediction, reference), rest = model.observe(read, hows[0]), hows[1:]
    variants = [_variant(model, read, prediction, reference, reference)]
    # One at a time: activations of all would take 12 MB each, and a batch is no faster on a CPU.
    variants += [compare_with(model, read, how, reference) for how in rest]
    return Comparison(read, model, tuple(variants))


def every_preset(model: Model) -> list[Preprocessing]:
    """Return the preprocessing that a model expects, then all presets of its channels, as many as are compared."""
    own = model.preprocessing
    others = (how for how in PRESETS.values() if how.name != own.name and how.channels == own.channels)
    _, height, width = model.architecture.input_shape
    return [own, *(suited(how, (height, width)) for how in others)][:MOST_VARIANTS]


def each_with_a_name(
    model: Model, preprocessings: str | Preprocessing | Sequence[str | Preprocessing]
) -> list[Preprocessing]:
    """Look preprocessings up for a model, and see that they can be told apart.

    Raises:
        PreprocessingError: A preset is unknown or does not suit the model, or two have one name.
    """
    several = [preprocessings] if isinstance(preprocessings, (str, Preprocessing)) else preprocessings
    expect(several, Iterable, "preprocessings: names of presets or of your own, one or several", PreprocessingError)
    hows = [model.resolve(how) for how in several]
    names = [how.name for how in hows]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise PreprocessingError(f"two preprocessings are called {twice!r}; give each a name: how.replace(name=…)")
    return hows


def compare_with(model: Model, image: Image, preprocessing: Preprocessing, reference: Activations) -> Variant:
    """Show a photo to a model in one more preprocessing.

    Args:
        model: The model to run, from `squeezeviz.load_model`.
        image: The photo.
        preprocessing: Its preprocessing.
        reference: Every layer's activation under the one to compare with.

    Raises:
        PreprocessingError: The preprocessing does not suit the model or the photo.
    """
    prediction, activations = model.observe(image, preprocessing)
    return _variant(model, image, prediction, activations, reference)


def _variant(
    model: Model, image: Image, prediction: Prediction, activations: Activations, reference: Activations
) -> Variant:
    how = model.resolve(prediction.preprocessing)
    return Variant(how, prediction, model.seen(image, how), drift_between(model, activations, reference))


def drift_between(model: Model, activations: Activations, reference: Activations) -> tuple[LayerDrift, ...]:
    """Compare each layer's activation with the reference's: of the photo preprocessed otherwise, or of another one."""
    # Probabilities are left out: they say nothing that logits don't.
    layers = [layer.name for layer in model.architecture if not isinstance(layer.op, Softmax)]
    return tuple(layer_drift(name, activations[name], reference[name]) for name in layers)


@np.errstate(invalid="ignore", over="ignore")  # what a network's numbers overflow to is told as it is
def layer_drift(name: str, values: NDArray[np.float32], reference: NDArray[np.float32]) -> LayerDrift:
    """Compare one layer's activation (C, H, W) or (N,) with the reference's."""
    strongest = int(_means(values).argmax()), int(_means(reference).argmax())
    if values.shape != reference.shape:
        return LayerDrift(name, None, None, strongest)
    a, r = values.ravel(), reference.ravel()
    size, base = float(np.linalg.norm(a)), float(np.linalg.norm(r))
    if not math.isfinite(size + base):  # squares outgrow single precision long before the numbers do
        a, r = a.astype(np.float64), r.astype(np.float64)
        size, base = float(np.linalg.norm(a)), float(np.linalg.norm(r))
    relative = float(np.linalg.norm(a - r)) / base if base else None
    cosine = float(np.vdot(a, r)) / (size * base) if size and base else None
    return LayerDrift(name, relative, cosine, strongest)


def _means(values: NDArray[np.float32]) -> NDArray[np.float32]:
    means: NDArray[np.float32] = values.reshape(len(values), -1).mean(axis=1)
    return means
