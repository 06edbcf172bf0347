"""A network in low precision, run beside the one in float32: as a whole, and layer by layer of given inputs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from squeezeviz.errors import ModelError, PreprocessingError
from squeezeviz.network.matching import match_layers
from squeezeviz.network.ops.quantisation import Dequantisation, Quantisation
from squeezeviz.quantization.codes import HalfCodes, WholeCodes, codes_of
from squeezeviz.runtime.half import LARGEST_HALF, in_half, to_half

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from squeezeviz.network.architecture import Architecture
    from squeezeviz.network.layer import Layer
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

    Maps = dict[str, NDArray[np.float32]]

__all__ = ["Beside", "ComparedLayer", "HalfBeside", "ModelBeside"]


@dataclass(frozen=True)
class ComparedLayer:
    """A layer in float32, and the value in low precision that stands for it.

    Attributes:
        name: Of the layer.
        other: Of the value in the other network.
        kind: What people call the layer's operator.
        shape: (C, H, W) or (N,).
        with_layers: Layers in float32 before it that have no value of their own in the other network.
        codes: What the value can be; None for float32.
    """

    name: str
    other: str
    kind: str
    shape: tuple[int, ...]
    with_layers: tuple[str, ...]
    codes: WholeCodes | HalfCodes | None


class Beside(Protocol):
    """A network in low precision. Values are named as in its own graph, `ComparedLayer.other`."""

    layers: tuple[ComparedLayer, ...]
    unmatched: tuple[str, ...]

    def run(self, tensor: NDArray[np.float32]) -> tuple[Maps, int]:
        """Return every compared value of an input float32 (1, C, H, W), and the most probable class, on one thread."""

    def run_each_alone(self, tensor: NDArray[np.float32], given: Mapping[str, NDArray[np.float32]]) -> Maps:
        """Return what makes each compared value, of the input and the other values as they are given."""


class ModelBeside:
    """A network of its own: integers between quantisation and dequantisation as a rule.

    Args:
        model: The network in float32.
        other: That network.
        preprocessing: Of both.

    Raises:
        ModelError: They are not the same network, as far as names and shapes say.
        PreprocessingError: The other does not take the input.
    """

    def __init__(self, model: Model, other: Model, preprocessing: Preprocessing) -> None:
        self._model, self._input = other, other.architecture.input_name
        self._logits = other.architecture.logits_name
        first, second = (math.prod(each.architecture.output_shape) for each in (model, other))
        if first != second:
            raise ModelError(
                f"{other.name} answers {second:,} classes, and {model.name} {first:,}; expected one network in "
                "two precisions"
            )
        try:
            here, there = (each.architecture_at(*preprocessing.input_px) for each in (model, other))
        except PreprocessingError as exc:
            raise PreprocessingError(f"{other.name} and {model.name} are shown the same input: {exc}") from exc
        if here.input_shape != there.input_shape:
            raise PreprocessingError(
                f"{other.name} and {model.name} are shown the same input: {model.name} takes {here.input_shape}, "
                f"{other.name} {there.input_shape}; expected one network in two precisions"
            )
        self.layers, self.unmatched = _compared(here, there)
        if not self.layers:
            raise ModelError(f"no layer of {other.name} stands for a layer of {model.name}, by name or by form")

    def run(self, tensor: NDArray[np.float32]) -> tuple[Maps, int]:
        """As `Beside.run`."""
        names = [layer.other for layer in self.layers]
        found = self._model.parts.run({self._input: tensor}, [*names, self._logits], threads=1)
        return {name: found[name] for name in names}, int(found[self._logits].argmax())

    def run_each_alone(self, tensor: NDArray[np.float32], given: Mapping[str, NDArray[np.float32]]) -> Maps:
        """As `Beside.run_each_alone`."""
        names = [layer.other for layer in self.layers]
        return self._model.parts.run_each_alone({self._input: tensor, **given}, names, threads=1)


class HalfBeside:
    """The network itself, rounded to half precision value by value; see `squeezeviz.runtime.half`.

    What goes beyond ±65,504 counts as that.

    Args:
        model: The network in float32.
        preprocessing: How photos become its input.
    """

    def __init__(self, model: Model, preprocessing: Preprocessing) -> None:
        self._parts = model.parts.changed(in_half)
        table = model.architecture_at(*preprocessing.input_px)
        self._input, self._logits = table.input_name, table.logits_name
        layers = [layer for layer in table if layer.name not in table.appended]
        source = ComparedLayer(self._input, self._input, "input", table.input_shape, (), HalfCodes())
        own = (ComparedLayer(each.name, each.name, each.kind, each.shape, (), HalfCodes()) for each in layers)
        self.layers: tuple[ComparedLayer, ...] = (source, *own)
        self.unmatched: tuple[str, ...] = ()
        self._names = [layer.name for layer in layers]

    def run(self, tensor: NDArray[np.float32]) -> tuple[Maps, int]:
        """As `Beside.run`."""
        rounded = to_half(tensor)
        found = self._parts.run({self._input: rounded}, [*self._names, self._logits], threads=1)
        answer = int(np.nan_to_num(found[self._logits]).argmax())
        return {self._input: _cut_off(rounded), **{name: _cut_off(found[name]) for name in self._names}}, answer

    def run_each_alone(self, tensor: NDArray[np.float32], given: Mapping[str, NDArray[np.float32]]) -> Maps:
        """As `Beside.run_each_alone`."""
        found = self._parts.run_each_alone({**given, self._input: tensor}, self._names, threads=1)
        return {name: _cut_off(values) for name, values in {self._input: to_half(tensor), **found}.items()}


def _cut_off(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.nan_to_num(values, nan=0.0, posinf=LARGEST_HALF, neginf=-LARGEST_HALF)


def _compared(here: Architecture, there: Architecture) -> tuple[tuple[ComparedLayer, ...], tuple[str, ...]]:
    """Return the layers with a counterpart of their shape, the input first where it is rounded; and those behind."""
    matching = match_layers(here, there)
    pairs = [pair for pair in matching.pairs if pair.a.shape == pair.b.shape]
    parts = _parts_of([pair.a for pair in pairs], here)
    layers = [
        ComparedLayer(pair.a.name, pair.b.name, pair.kind, pair.a.shape, parts[pair.a.name], codes_of(pair.b))
        for pair in pairs
    ]
    source = _rounded_input(there)
    if source and layers:
        layers.insert(0, ComparedLayer(here.input_name, source.name, "input", here.input_shape, (), codes_of(source)))
    taken = {name for found in parts.values() for name in found} | parts.keys()
    return tuple(layers), tuple(each.name for each in here if each.name not in taken | here.appended)


def _parts_of(compared: Sequence[Layer], table: Architecture) -> dict[str, tuple[str, ...]]:
    """Return, for each layer, those before it that are not compared themselves."""
    by_name, known = {layer.name: layer for layer in table}, {layer.name for layer in compared}
    found = {}
    for layer in compared:
        parts: dict[str, None] = {}
        ahead = list(layer.inputs)
        while ahead:
            name = ahead.pop()
            if name in by_name and name not in known and name not in parts:
                parts[name] = None
                ahead.extend(by_name[name].inputs)
        found[layer.name] = tuple(each.name for each in table if each.name in parts)
    return found


def _rounded_input(table: Architecture) -> Layer | None:
    """Return the dequantisation of the network's input, where its quantisation alone reads it."""
    first = [layer for layer in table if table.input_name in layer.inputs]
    if len(first) != 1 or not isinstance(first[0].op, Quantisation):
        return None
    back = [layer for layer in table if first[0].name in layer.inputs]
    return back[0] if len(back) == 1 and isinstance(back[0].op, Dequantisation) else None
