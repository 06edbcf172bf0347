"""What is attributed: one number of a network on one photo, and the runs that every method makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from squeezeviz.errors import LayerError
from squeezeviz.evidence.attribution.attribution import Attribution
from squeezeviz.evidence.baseline import Baseline, baseline
from squeezeviz.evidence.batches import side_by_side
from squeezeviz.evidence.places import Places
from squeezeviz.evidence.target import Target
from squeezeviz.runtime.parts import PART_BATCH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from squeezeviz.evidence.attribution.attribution import Completeness
    from squeezeviz.evidence.target import WeightedSum
    from squeezeviz.image import ImageSource
    from squeezeviz.network.architecture import Architecture
    from squeezeviz.network.gradient_nodes import Rule
    from squeezeviz.network.layer import Layer
    from squeezeviz.network.relevance import RelevanceRule
    from squeezeviz.network.relevance_nodes import Taker
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.preprocessing.geometry import Geometry
    from squeezeviz.results.prediction import Prediction
    from squeezeviz.runtime.model import Model

    OnProgress = Callable[[int, int], None]

__all__ = ["Subject", "subject_of"]


def _nobody(_done: int, _total: int) -> None:
    """Nobody wants to know how far it is."""


@dataclass(frozen=True, eq=False)
class Subject:
    """One number of a network on one preprocessed photo.

    Attributes:
        start: The photo, preprocessed, and the model.
        target: The number.
        on_progress: Told of methods that make many runs: how many are made, of how many. What it raises ends them.
    """

    start: Baseline
    target: WeightedSum
    on_progress: OnProgress = _nobody

    @cached_property
    def prediction(self) -> Prediction:
        """What the network says of the photo: a run of its own, which a value of a layer does without."""
        with np.errstate(all="ignore"):  # it may be asked for long after the number was refused or not
            return self.start.prediction(self.start.logits)

    @property
    def model(self) -> Model:
        """The model to run."""
        return self.start.model

    @property
    def architecture(self) -> Architecture:
        """The layers at the input's size."""
        return self.start.architecture

    @property
    def tensor(self) -> NDArray[np.float32]:
        """The input tensor, float32 (1, C, H, W)."""
        return self.start.tensor

    @cached_property
    def geometry(self) -> Geometry:
        """Where the input tensor's pixels lie in the photo."""
        photo = self.start.preprocessing.photo(self.start.image)
        return self.start.preprocessing.geometry(photo.width, photo.height)

    @cached_property
    def value(self) -> float:
        """The number on this photo: of the logits, or of the run that differentiated it; else of a run of its own."""
        if self.target.of == self.architecture.logits_name:
            return float(self.target.value(self.start.logits[None])[0])
        return float(self.values_of(self.tensor)[0])

    # Runs -------------------------------------------------------------------------------------------------------------

    def values_of(self, tensors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the number for other input tensors, (B, C, H, W), run side by side: float64 (B,)."""
        return self._batches(len(tensors), lambda rows: self.values_alone(tensors[rows]), _nobody)

    def values_alone(
        self,
        values: NDArray[np.float32],
        beside: Mapping[str, NDArray[np.float32]] | None = None,
        *,
        layer: str = "",
    ) -> NDArray[np.float64]:
        """Return the number for other values of the input, or of a layer, run on one thread: float64 (B,).

        Args:
            values: float32 (B, C, h, w).
            beside: What else is read from there on, by name; one row stands for all.
            layer: Whose values; the network's input by default.
        """
        given = {layer or self.architecture.input_name: values, **(beside or {})}
        return self.target.value(self.model.parts.run(given, [self.target.of], threads=1)[self.target.of])

    def in_batches(self, rows: int, run: Callable[[slice], NDArray[Any]]) -> NDArray[Any]:
        """Return what runs of a few rows each make, side by side on the model's threads, one after the other.

        Args:
            rows: How many there are; `on_progress` is told how many of these are done.
            run: Makes one array of the rows named, of their number; on one thread.
        """
        return self._batches(rows, run, self.on_progress)

    def _batches(self, rows: int, run: Callable[[slice], NDArray[Any]], tell: OnProgress) -> NDArray[Any]:
        batches = [slice(first, first + PART_BATCH) for first in range(0, rows, PART_BATCH)]

        def one(few: Sequence[slice]) -> NDArray[Any]:
            with np.errstate(all="ignore"):  # what is no number in the end is refused there
                return run(few[0])

        made = []
        tell(0, rows)
        for (batch,), values in side_by_side(one, batches, size=1, threads=self.model.parts.threads):
            made.append(values)
            tell(min(batch.stop, rows), rows)
        return np.concatenate(made)

    def gradient(self, rule: Rule = "exact") -> NDArray[np.float32]:
        """Return the derivative by the photo's input tensor, float32 (C, H, W); see `Gradients.run` for the rules."""
        name, target = self.architecture.input_name, self.target
        values, found = self.model.gradients.run(self.tensor, target.of, target.weights, [name], rule)
        self._see(values)
        only: NDArray[np.float32] = found[name][0]
        return only

    def gradients_of(
        self, tensors: NDArray[np.float32], rule: Rule = "exact", *, threads: int | None = 1
    ) -> NDArray[np.float32]:
        """Return the derivatives by other input tensors, each by its own: float32 (B, C, H, W); on one thread."""
        name, target = self.architecture.input_name, self.target
        _, found = self.model.gradients.run(tensors, target.of, target.weights, [name], rule, threads=threads)
        return found[name]

    def at_layer(self, layer: Layer) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return a layer's values on this photo, and the derivative by them: float64 (C, h, w) each."""
        target = self.target
        values, found, kept = self.model.gradients.observe(
            self.tensor, target.of, target.weights, [layer.name], keep=[layer.name]
        )
        self._see(values)
        return kept[layer.name][0].astype(np.float64), found[layer.name][0].astype(np.float64)

    def relevance(self, rule: RelevanceRule) -> tuple[NDArray[np.float32], dict[Taker, float]]:
        """Return the relevance of the photo's input tensor, float32 (C, H, W), and what took some of the number."""
        target = self.target
        values, found, takes = self.model.gradients.relevance(self.tensor, target.of, target.weights, rule)
        self._see(values)
        return found[0], {who: float(each[0]) for who, each in takes.items()}

    def activation(self, layer: str) -> NDArray[np.float32]:
        """Return a layer's values on this photo, float32 (1, C, h, w)."""
        return self.activations([layer])[layer]

    def activations(self, layers: list[str]) -> dict[str, NDArray[np.float32]]:
        """Return the values of layers on this photo, float32 (1, C, h, w) each."""
        return self.model.parts.run({self.architecture.input_name: self.tensor}, layers)

    def with_tensor(self, tensor: NDArray[np.float32]) -> Subject:
        """Return the same number on another input tensor, float32 (1, C, H, W)."""
        return replace(self, start=replace(self.start, tensor=tensor))

    def with_model(self, model: Model) -> Subject:
        """Return the same number of the same photo, of a network with the same layers and other weights."""
        return replace(self, start=replace(self.start, model=model))

    def _see(self, values: NDArray[np.float32]) -> None:
        """Take the number from the run that differentiated it, which returns the layer's values as well."""
        if self.target.of != self.architecture.logits_name:  # a class's is the one that the prediction shows
            self.__dict__.setdefault("value", float(self.target.value(values)[0]))

    # Results ----------------------------------------------------------------------------------------------------------

    def over_pixels(
        self,
        method: str,
        values: NDArray[np.floating],
        unit: str,
        *,
        reduction: Literal["sum", "largest"] = "sum",
        **rest: Any,  # noqa: ANN401 - completeness, settings, caution
    ) -> Attribution:
        """Return an attribution over the input's pixels.

        Args:
            method: Its name.
            values: (C, H, W), in the order of the input tensor's channels.
            unit: Of the values.
            reduction: How channels are brought together.
            rest: What else there is to say of it.
        """
        index = self.start.preprocessing.rgb_index
        ordered = np.ascontiguousarray(values[list(index)], np.float32)
        return self._attribution(method, ordered, unit, reduction=reduction, **rest)

    def over_cells(
        self,
        method: str,
        layer: Layer,
        values: NDArray[np.floating],
        unit: str,
        *,
        completeness: Completeness | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Attribution:
        """Return an attribution over a layer's cells.

        Args:
            method: Its name.
            layer: Whose cells.
            values: (h, w).
            unit: Of the values.
            completeness: What they should add up to.
            settings: What was chosen.
        """
        return self._attribution(
            method,
            np.asarray(values, np.float32),
            unit,
            places=Places(layer, self.geometry),
            completeness=completeness,
            settings=settings or {},
        )

    def _attribution(self, method: str, values: NDArray[np.float32], unit: str, **rest: Any) -> Attribution:  # noqa: ANN401 - as above
        odd = int((~np.isfinite(values)).sum())
        if odd or not np.isfinite(self.value):
            raise LayerError(
                f"{method}: {odd} of {values.size} values are infinite or no number: the network's own numbers, or "
                f"their derivatives, grow beyond single precision; {self.target.words} is {self.value:.5g}"
            )
        return Attribution(subject=self, method=method, values=values, unit=unit, **rest)


def subject_of(
    model: Model,
    image: ImageSource,
    target: Target | int | str | None = None,
    preprocessing: str | Preprocessing | None = None,
    on_progress: OnProgress = _nobody,
) -> Subject:
    """Preprocess a photo, and find the number that is meant; for the most probable class, ask the network first.

    Args:
        model: The model to run, from `squeezeviz.load_model`.
        image: Anything `squeezeviz.read_image` takes.
        target: See `Target.read`.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default. Of several crops, the first.
        on_progress: See `Subject`.

    Raises:
        ImageError: The image cannot be read.
        LabelError: No class is called that.
        LayerError: There is no such layer, channel or cell.
        PreprocessingError: The preset is unknown, or does not suit the model or the image.
    """
    start = baseline(model, image, preprocessing)
    asked = Target.read(target, start.architecture)
    logits = start.logits if asked.needs_logits else None
    return Subject(start, asked.on(start.architecture, model.labels, logits), on_progress)
