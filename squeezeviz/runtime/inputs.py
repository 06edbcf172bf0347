"""What a network may be given: preprocessings and input tensors that suit it, and its layers at other sizes."""

from __future__ import annotations

import copy
from dataclasses import replace
from numbers import Integral
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.arguments import expect, names_of
from squeezeviz.errors import ModelError, PreprocessingError
from squeezeviz.network.architecture import Architecture, architecture_of
from squeezeviz.network.graph import Graph, read_graph
from squeezeviz.preprocessing import PRESETS, Preprocessing, preset
from squeezeviz.preprocessing.fitting import suited

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Inputs", "names_of_images"]

_MOST_SIZES = 16  # whose layer tables are kept


class Inputs:
    """The inputs that a network takes, of its own size and of others.

    Args:
        graph: The network at its own size.
        architecture: Its layers at that size.
        name: What to call it in errors.
    """

    #: What photos go through by default: given as soon as it is known.
    preprocessing: Preprocessing

    def __init__(self, graph: Graph, architecture: Architecture, *, name: str) -> None:
        self._graph, self._own, self._name = graph, architecture, name
        #: Layer tables by input shape, (C, H, W); its own comes first.
        self.architectures = {architecture.input_shape: architecture}

    def again(self) -> Inputs:
        """Return the same for another preprocessing; layer tables are shared."""
        made = copy.copy(self)
        del made.preprocessing
        return made

    def graph_at(self, height: int, width: int) -> Graph:
        """Return the network for inputs of another size."""
        graph = self._graph
        made = read_graph(graph.model, (height, width), graph.output, weights=graph.weights, closing=graph.closing)
        return replace(made, raw_names=graph.raw_names)  # what is read again is called as people call it

    def architecture_at(self, height: int, width: int) -> Architecture:
        """Return the layer table for inputs of another size.

        Raises:
            PreprocessingError: The network does not take inputs of that size.
        """
        for size in (height, width):
            expect(size, Integral, "a height and a width, whole numbers of pixels", PreprocessingError)
        channels = self._own.input_shape[0]
        shape = channels, height, width
        if shape not in self.architectures:
            try:
                found = architecture_of(self.graph_at(height, width))
            except ModelError as exc:
                raise PreprocessingError(
                    f"{self._name} does not take inputs of {channels} × {height} × {width}: a layer would be left with "
                    f"nothing, or is made for one size only; it was made for "
                    f"{' × '.join(map(str, self._own.input_shape))}"
                ) from exc
            if found.output_shape != self._own.output_shape:
                raise PreprocessingError(f"{self._name} gives no answers to inputs of {channels} × {height} × {width}")
            if len(self.architectures) > _MOST_SIZES:  # the oldest but its own: a size that is tried once
                self.architectures.pop(list(self.architectures)[1], None)
            self.architectures[shape] = found
            return found
        return self.architectures[shape]

    def resolve(self, preprocessing: str | Preprocessing | None) -> Preprocessing:
        """Return a preprocessing by name, the network's own for None, having checked that it suits the network.

        A preset, by name, is brought to the network's input size; a `Preprocessing` is taken as it is.

        Raises:
            PreprocessingError: The preset is unknown, or makes an input of a size that the network does not take.
        """
        how = self._called(preprocessing)
        channels, height, width = self._own.input_shape
        if channels not in (1, 3):
            raise PreprocessingError(
                f"{self._name} takes inputs of {channels} × {height} × {width}; photos are made into three channels, "
                "or one of grey. Give it input tensors: predict_tensor, activations_of_tensor"
            )
        if how.channels != channels:
            hint = "channel_order='grey'" if channels == 1 else "channel_order='BGR' or 'RGB'"
            raise PreprocessingError(
                f"preprocessing {how.name!r} makes {how.channels} channel{'s'[: how.channels > 1]} "
                f"({how.channel_order}); {self._name} takes {channels}: set {hint}, with a mean and std a channel"
            )
        try:
            self.architecture_at(*how.input_px)
        except PreprocessingError as exc:
            raise PreprocessingError(f"preprocessing {how.name!r}: {exc}; set crop_px") from exc
        return how

    def _called(self, preprocessing: str | Preprocessing | None) -> Preprocessing:
        own = self.preprocessing
        is_own = isinstance(preprocessing, str) and preprocessing == own.name and preprocessing not in PRESETS
        if preprocessing is None or is_own:
            return own
        how = preset(preprocessing, also=[own.name])
        _, height, width = self._own.input_shape
        return suited(how, (height, width)) if isinstance(preprocessing, str) else how

    def checked(self, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return an input tensor, float32 (B, C, H, W), having checked that the network takes it.

        Raises:
            ModelError: It has another shape or dtype, or holds NaN or infinities.
        """
        expected = f"expected float32 (B, {', '.join(map(str, self._own.input_shape))})"
        if not isinstance(tensor, np.ndarray) or tensor.dtype != np.float32:
            found = tensor.dtype if isinstance(tensor, np.ndarray) else type(tensor).__name__
            raise ModelError(f"input tensor: {expected}, got {found}")
        if tensor.ndim != 4 or tensor.shape[1] != self._own.input_shape[0] or len(tensor) < 1:
            raise ModelError(f"input tensor: {expected}, got shape {tensor.shape}")
        try:
            self.architecture_at(*tensor.shape[2:])
        except PreprocessingError as exc:
            raise ModelError(f"input tensor: {expected}, got shape {tensor.shape}: {exc}") from exc
        if not np.isfinite(tensor).all():
            raise ModelError(f"input tensor: {expected}, got NaN or infinite values")
        return tensor


def names_of_images(names: Sequence[str] | None, count: int) -> list[str]:
    """Return what to call some images; by default they are numbered.

    Raises:
        ModelError: Names are none, or not one an image.
    """
    if names is None:
        return [f"tensor {index}" for index in range(count)]
    given = names_of(names, "names of the images", ModelError)
    if len(given) != count:
        raise ModelError(f"expected a name for each of {count} images; got {len(given)}")
    return given
