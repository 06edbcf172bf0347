"""How a network ends: whether a map a class follows from its graph, whose mean is the class's logit.

Two forms of one fact (M. Lin, Q. Chen and S. Yan, "Network in Network", 2013; B. Zhou and others, "Learning Deep
Features for Discriminative Localization", 2016), since the mean of a weighted sum is the weighted sum of the means:

    features → 1 × 1 convolution, a map a class → its mean, the logit                      (SqueezeNet)
    features → global mean → fully connected: the logits         (ResNet, DenseNet, MobileNet, EfficientNet, …)

In the second no layer has the maps; a class's is Σ weight × feature + bias at each cell, and its mean is the logit too.
Whatever else is affine between the mean and the logits (batch normalisation, a bias added apart, a factor) is part of
these weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import LayerError
from squeezeviz.evidence.arithmetic import Calculation, Term, check_place
from squeezeviz.network.ops.base import map_shape
from squeezeviz.network.ops.convolution import Convolution

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.arithmetic import Arithmetic
    from squeezeviz.network.architecture import Architecture, Layer

__all__ = ["ClassMaps", "Ending", "class_maps", "ending", "opened_number"]

CAM = ":cam"  # behind the logits' name: maps that no layer has


@dataclass(frozen=True, eq=False)
class ClassMaps:
    """A map a class, as it follows from a network's graph; on whatever image.

    Attributes:
        network: What to call the network, for messages.
        architecture: Its layer table.
        layer: The layer that the maps are read from, and whose cells they have: the one that has a map for each class,
            or the features that they are weighted sums of.
        steps: The layers between the global mean and the logits, these included; empty where `layer` has the maps.
    """

    network: str
    architecture: Architecture
    layer: Layer
    steps: tuple[Layer, ...]

    @property
    def is_weighted(self) -> bool:
        """Whether the maps are computed here, from features and weights; else a layer has them."""
        return bool(self.steps)

    @property
    def name(self) -> str:
        """What to call the maps: their layer's name, or that of the logits and ``":cam"``."""
        return f"{self.architecture.logits_name}{CAM}" if self.steps else self.layer.name

    @property
    def features(self) -> Layer:
        """The layer that the maps are weighted sums of, cell by cell.

        Raises:
            LayerError: They are not.
        """
        self._check()
        return self.layer if self.steps else self.architecture[self.layer.inputs[0]]

    @property
    def has_relu(self) -> bool:
        """Whether a map's cells below zero became zero."""
        return not self.steps and self.layer.pre_relu is not None

    @property
    def is_decomposed(self) -> bool:
        """Whether the maps are weighted sums of features, cell by cell."""
        op = self.layer.op
        return bool(self.steps) or (
            isinstance(op, Convolution) and op.is_pointwise and self.layer.inputs[0] != self.architecture.input_name
        )

    @cached_property
    def linear(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Weights, float64 (N, C), and biases, float64 (N,): a cell of the maps is weights · features + bias.

        Raises:
            LayerError: The maps are no weighted sums, cell by cell.
        """
        self._check()
        weights, bias = _cell_map(self.layer if not self.steps else self.steps[0])
        for step in self.steps[1:]:
            more, offset = _cell_map(step)
            weights = more @ weights if more.ndim == 2 else more[:, None] * weights
            bias = (more @ bias if more.ndim == 2 else more * bias) + offset
        return weights, bias

    def of(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the maps, float32 (N, H, W), of `layer`'s activation, float32 (C, H, W)."""
        if not self.steps:
            return values
        weights, bias = self.linear
        maps = weights @ values.reshape(len(values), -1).astype(np.float64) + bias[:, None]
        return maps.reshape(-1, *values.shape[1:]).astype(np.float32)

    def of_class(self, values: NDArray[np.float32], class_index: int) -> NDArray[np.float32]:
        """Return one class's map, float32 (H, W), of `layer`'s activation, float32 (C, H, W)."""
        if not self.steps:
            one: NDArray[np.float32] = values[class_index]
            return one
        weights, bias = self.linear
        made = np.tensordot(weights[class_index], values.astype(np.float64), axes=1) + bias[class_index]
        return made.astype(np.float32)  # type: ignore[no-any-return]  # an array: values are

    def _check(self) -> None:
        if not self.is_decomposed:
            raise LayerError(
                f"{self.network}: the map a class, {self.layer.name}, is no 1 × 1 convolution of another layer's "
                "channels; its numbers can be opened one by one, with squeezeviz.Arithmetic"
            )


def class_maps(architecture: Architecture, name: str) -> ClassMaps:
    """Return the map for each class whose mean is the class's logit, as it follows from the graph.

    Args:
        architecture: The network's layer table.
        name: What to call the network, should it end otherwise.

    Raises:
        LayerError: The network does not end like that; the message names the layer that is in the way, or says that no
            layer has the logits.
    """
    architecture.check_logits(name)
    steps: list[Layer] = []
    layer = architecture[architecture.logits_name]
    while not layer.op.is_global_mean:
        problem = _problem(layer, architecture)
        if problem:
            raise _refused(name, architecture, problem)
        steps.insert(0, layer)
        layer = architecture[layer.inputs[0]]
    read, below = layer.op.node.inputs[0].shape, layer.inputs[0]
    if below != architecture.input_name and map_shape(read) != architecture[below].shape:
        raise _refused(name, architecture, f"{layer.name} is the mean of {below} in another form: its cells are mixed")
    if layer.pre_relu is not None or layer.inputs[0] == architecture.input_name:
        problem = "is rectified after the mean" if layer.pre_relu else "is the mean of the image itself"
        raise _refused(name, architecture, f"{layer.name} {problem}")
    return ClassMaps(name, architecture, architecture[layer.inputs[0]], tuple(steps))


def _refused(name: str, architecture: Architecture, problem: str) -> LayerError:
    logits = architecture.logits_name
    return LayerError(f"{name} has no map a class: its logits, {logits}, are no means of maps; {problem}")


def _problem(layer: Layer, architecture: Architecture) -> str:
    """Why a layer may not stand between the mean and the logits; empty where it may."""
    said = f"{layer.name} ({layer.kind})"
    if layer.pre_relu is not None:
        return f"{layer.name} ({layer.kind}, ReLU) is not affine"
    if layer.op.map_shape[1:] != (1, 1) or layer.op.cell_map() is None:
        return f"{said} is neither a global mean nor affine in the channels of one"
    if layer.inputs[0] == architecture.input_name:
        return f"{said} reads the image itself"
    return ""


def _cell_map(layer: Layer) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return an affine layer's weights, as a matrix, and biases."""
    found = layer.op.cell_map()
    assert found is not None  # noqa: S101 - of `_problem`
    weights, bias = found
    return (weights if weights.ndim == 2 else np.diag(weights)), bias


@dataclass(frozen=True, eq=False)
class Ending:
    """The last steps on one image.

    Attributes:
        source: Every number of the image.
        maps_of: Where the maps come from.
        values: float32 (C, H, W), of the features.
        maps: float32 (N, H, W), a map a class, after ReLU where there is one.
        logits: float32 (N,), as the network computed them.
    """

    source: Arithmetic
    maps_of: ClassMaps
    values: NDArray[np.float32]
    maps: NDArray[np.float32]
    logits: NDArray[np.float32]

    @property
    def weights(self) -> NDArray[np.float64]:
        """float64 (N, C)."""
        return self.maps_of.linear[0]

    @property
    def bias(self) -> NDArray[np.float64]:
        """float64 (N,)."""
        return self.maps_of.linear[1]

    def is_active(self, class_index: int) -> NDArray[np.bool_]:
        """Return where a class's map counts, (H, W): above zero; everywhere if the maps have no ReLU."""
        values = self.maps[class_index]
        return values > 0 if self.maps_of.has_relu else np.ones(values.shape, bool)

    def opened(self, class_index: int, cell: tuple[int, int]) -> Calculation:
        """Open a cell of a class's map: bias, one term a channel, ReLU where there is one.

        Raises:
            LayerError: There is no such cell.
        """
        if not self.maps_of.is_weighted:
            return self.source.of(self.maps_of.layer.name, class_index, cell)
        check_place(self.maps_of.name, self.maps.shape, class_index, cell)
        features, (y, x) = self.maps_of.features, cell
        weights, bias = self.weights[class_index], float(self.bias[class_index])
        terms = [
            Term(features.name, channel, cell, weight, value)
            for channel, (weight, value) in enumerate(zip(weights.tolist(), self.values[:, y, x].tolist(), strict=True))
        ]
        total = bias + sum(term.product for term in terms)
        ordered = tuple(sorted(terms, key=lambda term: -abs(term.product)))
        value = float(self.maps[class_index, y, x])
        return Calculation(self.maps_of.name, class_index, cell, "sum", value, bias, False, ordered, total)  # noqa: FBT003


def ending(source: Arithmetic) -> Ending:
    """Return the last steps on an image.

    Raises:
        LayerError: No map a class follows from the network's graph, or its maps are no weighted sums of features.
    """
    arch = source.architecture
    found = class_maps(arch, source.model.name)
    return Ending(
        source,
        found,
        source.values(found.features.name),
        found.of(source.values(found.layer.name)),
        source.values(arch.logits_name).reshape(-1),
    )


def opened_number(source: Arithmetic, layer: str, channel: int, cell: tuple[int, int]) -> Calculation:
    """Open a number of a layer; or, by their name, of maps of classes that no layer has.

    Args:
        source: Every number of the image.
        layer: Its name, or that of the maps: see `ClassMaps.name`.
        channel: Its channel; of these maps, the class.
        cell: (y, x).

    Raises:
        LayerError: There is no such number, or it is not opened further.
    """
    arch = source.architecture
    if layer == f"{arch.logits_name}{CAM}" and layer not in arch:
        return ending(source).opened(channel, cell)
    return source.of(layer, channel, cell)
