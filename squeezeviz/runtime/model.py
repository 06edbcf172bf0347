"""A loaded model: what does it say of an image, and what did every layer see?"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from squeezeviz.errors import LayerError, ModelError, PreprocessingError, did_you_mean
from squeezeviz.image import Image, ImageSource, read_image
from squeezeviz.network.architecture import Architecture, architecture_of
from squeezeviz.network.bounds import checked_onnx
from squeezeviz.network.graph import Graph, read_graph
from squeezeviz.network.ops.convolution import Convolution
from squeezeviz.preprocessing import Preprocessing, preset
from squeezeviz.results.activations import Activations
from squeezeviz.results.prediction import Prediction, averaged, sigmoid, softmax
from squeezeviz.results.provenance import Provenance
from squeezeviz.runtime.metadata import labels_in, preprocessing_in
from squeezeviz.runtime.parts import Parts
from squeezeviz.runtime.sessions import Sessions, available_threads
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from squeezeviz.zoo import Fallback, ModelEntry

__all__ = ["Model"]

#: Images preprocessed and run together. Larger batches gain no speed on a CPU, and memory grows with them.
BATCH_SIZE = 8
_ACTIVATIONS_COST = 2  # every layer of one image is 12 MB: so many fewer are run together

_MOST_SIZES = 16  # of inputs, whose layer tables are kept


class Model:
    """A network ready to run. It may be shared between threads, and pickled: it is loaded anew where it arrives.

    Made by `squeezeviz.load_model`.

    Attributes:
        name: What it is called.
        sha256: Hash of its weights file, hexadecimal.
        architecture: Its layers.
        labels: Its classes.
        preprocessing: How it expects images to be preprocessed.
        entry: What the registry says of it; None for a model of your own.
        fallback: Why it was loaded although another was wanted; None as a rule.
    """

    def __init__(
        self,
        content: bytes,
        *,
        name: str,
        sha256: str,
        threads: int | None = None,
        batch_size: int = BATCH_SIZE,
        entry: ModelEntry | None = None,
        fallback: Fallback | None = None,
        arrival: tuple[Callable[..., Model], tuple[Any, ...]] | None = None,
    ) -> None:
        proto = checked_onnx(content, name=name)
        self.name = name
        self.sha256 = sha256
        self._graph = read_graph(proto)
        self.architecture: Architecture = architecture_of(self._graph)
        metadata = {entry.key: entry.value for entry in proto.metadata_props}
        self.labels = labels_in(metadata, math.prod(self.architecture.output_shape), name=name)
        self.preprocessing = preprocessing_in(metadata, self.architecture.input_shape, name=name)
        self.entry = entry
        self.fallback = fallback
        self._threads = threads or available_threads()
        self._batch_size = batch_size
        # How a pickled copy comes to life: loaded where it arrives if it was loaded here, else from the bytes.
        self._arrival = arrival or (_from_content, (content, name, sha256, self._threads, batch_size))
        arch = self.architecture
        self._sessions = Sessions(self._graph, at=self._graph_at, threads=self._threads)
        self._content = content
        self._architectures = {arch.input_shape: arch}
        self._lean = tuple(dict.fromkeys((arch.logits_name, arch.output_name)))
        self._after_relu = tuple(dict.fromkeys((*(layer.name for layer in arch), arch.output_name)))
        self._sessions.prepare(self._lean)  # here, so that the first prediction is as quick as the next
        # Layers that any request may ask for, the cheapest session first: what is not declared stays fused or unkept.
        convolutions = tuple(layer.name for layer in arch if isinstance(layer.op, Convolution))
        self._before_relu = tuple(layer.pre_relu for layer in arch if layer.pre_relu)
        self._tiers = (convolutions, self._after_relu, (*self._after_relu, *self._before_relu))

    @property
    def content(self) -> bytes:
        """The ONNX file's bytes."""
        return self._content

    @property
    def is_half(self) -> bool:
        """Whether it computes in half precision: its numbers have eleven bits, and rounding shows."""
        return self._graph.is_half

    @property
    def label_space(self) -> str:
        """What it knows, in a few words."""
        return self.entry.label_space if self.entry else f"{len(self.labels)} classes"

    @cached_property
    def parts(self) -> Parts:
        """Its parts, to be run by themselves: from any layer on, or between two."""
        return Parts(self._graph, architecture=self.architecture, threads=self._threads)

    # Predictions ------------------------------------------------------------------------------------------------------

    @overload
    def predict(self, images: ImageSource, preprocessing: str | Preprocessing | None = None) -> Prediction: ...
    @overload
    def predict(
        self, images: list[Any] | tuple[Any, ...], preprocessing: str | Preprocessing | None = None
    ) -> list[Prediction]: ...
    def predict(
        self, images: ImageSource | list[Any] | tuple[Any, ...], preprocessing: str | Preprocessing | None = None
    ) -> Prediction | list[Prediction]:
        """Say what an image shows.

        Args:
            images: Anything `read_image` takes, or a list or tuple of such.
            preprocessing: A preset's name or a `Preprocessing`; the model's own by default.

        Returns:
            One prediction, or a list in the order of the images.

        Raises:
            ImageError: An image cannot be read.
            PreprocessingError: The preset is unknown, or makes an input of a size that the model does not take.
        """
        if not isinstance(images, (list, tuple)):
            return self._predict_batch([read_image(images)], self.resolve(preprocessing))[0]
        how = self.resolve(preprocessing)
        batches = (self._predict_batch(batch, how) for batch in _batches(images, self._at_once(how)))
        return [prediction for batch in batches for prediction in batch]

    def predict_tensor(self, tensor: NDArray[np.float32], *, names: Sequence[str] | None = None) -> list[Prediction]:
        """Say what preprocessed images show.

        Args:
            tensor: Input tensor, float32 (B, 3, H, W), of a size that the model takes; see `architecture_at`.
            names: What to call the images.

        Raises:
            ModelError: The tensor has another shape or dtype, or holds NaN or infinities.
        """
        tensor = self._checked(tensor)
        labels = list(names) if names is not None else [f"tensor {index}" for index in range(len(tensor))]
        return [
            prediction
            for start in range(0, len(tensor), self._batch_size)
            for prediction in self._predict(
                tensor[start : start + self._batch_size], labels[start : start + self._batch_size], None, 0.0
            )
        ]

    def answers(
        self, tensor: NDArray[np.float32], preprocessing: Preprocessing, *, threads: int | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return what the model says of preprocessed images, as bare arrays: for many of them, without ceremony.

        Args:
            tensor: What the preprocessing made of B images, float32 (B · windows, 3, H, W).
            preprocessing: Which; several crops of an image are averaged.
            threads: Of this run; the model's own number by default. One is best where several runs go on side by side.

        Returns:
            Logits and probabilities, float32 (B, classes) each.
        """
        outputs = self._sessions.run(tensor, declared=self._lean, wanted=self._lean, threads=threads)
        return self._said(dict(zip(self._lean, outputs, strict=True)), len(preprocessing.windows))

    def _said(
        self, arrays: dict[str, NDArray[np.float32]], windows: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return logits and probabilities, one row an image, its windows averaged."""
        arch = self.architecture
        rows = arrays[arch.logits_name].reshape(len(arrays[arch.logits_name]), -1)
        if windows == 1 and arch.head in ("softmax", "sigmoid"):
            return rows, arrays[arch.output_name].reshape(rows.shape)
        if arch.head == "sigmoid":
            shares = sigmoid(rows).reshape(-1, windows, rows.shape[1]).mean(axis=1)
            return np.log(shares) - np.log1p(-shares), shares
        logits = averaged(rows, windows)
        return logits, softmax(logits)

    def _predict_batch(self, images: Sequence[Image], how: Preprocessing) -> list[Prediction]:
        start = time.perf_counter()
        tensor = how(images)
        preprocess_ms = (time.perf_counter() - start) * 1e3 / len(images)
        predictions = self._predict(tensor, [image.name for image in images], how, preprocess_ms)
        return [self._cautioned(prediction, image) for prediction, image in zip(predictions, images, strict=True)]

    def _predict(
        self, tensor: NDArray[np.float32], names: Sequence[str], how: Preprocessing | None, preprocess_ms: float
    ) -> list[Prediction]:
        start = time.perf_counter()
        outputs = self._sessions.run(tensor, declared=self._lean, wanted=self._lean)
        run_ms = (time.perf_counter() - start) * 1e3 / len(tensor)
        return self._predictions(dict(zip(self._lean, outputs, strict=True)), names, how, preprocess_ms, run_ms)

    def _predictions(
        self,
        arrays: dict[str, NDArray[np.float32]],
        names: Sequence[str],
        how: Preprocessing | None,
        preprocess_ms: float,
        run_ms: float,
    ) -> list[Prediction]:
        provenance = self._provenance(how)
        logits, probabilities = self._said(arrays, len(how.windows) if how else 1)
        # Copies: ONNX Runtime's own arrays would keep all the memory of the session that made them, long after it.
        return [
            Prediction(
                name, logits[row].copy(), probabilities[row].copy(), self.labels, provenance, preprocess_ms, run_ms
            )
            for row, name in enumerate(names)
        ]

    def _cautioned(self, prediction: Prediction, image: Image) -> Prediction:
        """Return a prediction with the caution that goes with images outside what the model was trained on."""
        caution = self.entry.caution_for(image) if self.entry else ""
        return replace(prediction, caution=caution) if caution else prediction

    # Activations ------------------------------------------------------------------------------------------------------

    @overload
    def activations(
        self,
        images: ImageSource,
        layers: Sequence[str] | str | None = None,
        *,
        pre_relu: bool = False,
        preprocessing: str | Preprocessing | None = None,
    ) -> Activations: ...
    @overload
    def activations(
        self,
        images: list[Any] | tuple[Any, ...],
        layers: Sequence[str] | str | None = None,
        *,
        pre_relu: bool = False,
        preprocessing: str | Preprocessing | None = None,
    ) -> list[Activations]: ...
    def activations(
        self,
        images: ImageSource | list[Any] | tuple[Any, ...],
        layers: Sequence[str] | str | None = None,
        *,
        pre_relu: bool = False,
        preprocessing: str | Preprocessing | None = None,
    ) -> Activations | list[Activations]:
        """Return what layers saw of an image.

        Args:
            images: Anything `read_image` takes, or a list or tuple of such.
            layers: Layer names, every layer by default. ``"<layer>:pre"`` is the value before ReLU.
            pre_relu: Whether to add the values before ReLU of every layer returned that has a ReLU.
            preprocessing: A preset's name or a `Preprocessing`; the model's own by default.

        Returns:
            Layer → float32 (C, H, W); one mapping, or a list in the order of the images. Of several crops, the first's.

        Raises:
            LayerError: A layer is unknown.
            ImageError: An image cannot be read.
            PreprocessingError: The preset is unknown, or makes an input of a size that the model does not take.
        """
        how = self.resolve(preprocessing)
        wanted = self._wanted(layers, pre_relu=pre_relu)
        is_single = not isinstance(images, (list, tuple))
        asked: Sequence[Any] = images if isinstance(images, (list, tuple)) else [images]
        results = []
        how = how.first_crop
        for batch in _batches(asked, max(1, self._at_once(how) // _ACTIVATIONS_COST)):
            arrays = self._run_layers(how(batch), wanted)
            provenance = self._provenance(how)
            for row, image in enumerate(batch):
                maps = {layer: array[row] for layer, array in arrays.items()}
                results.append(Activations(image.name, maps, provenance))
        return results[0] if is_single else results

    def observe(
        self,
        image: ImageSource,
        preprocessing: str | Preprocessing | None = None,
        layers: Sequence[str] | str | None = None,
        *,
        threads: int | None = None,
    ) -> tuple[Prediction, Activations]:
        """Say what an image shows, and what layers saw of it, in one run.

        Args:
            image: Anything `read_image` takes.
            preprocessing: A preset's name or a `Preprocessing`; the model's own by default.
            layers: One name or several; every layer by default. Of several crops, the activations are the first's.
            threads: Of this run; the model's own number by default. One is best where it shares the processors with a
                busy page: more wait for each other, spinning.

        Raises:
            ImageError: The image cannot be read.
            LayerError: A layer is unknown.
            PreprocessingError: The preset is unknown, or makes an input of a size that the model does not take.
        """
        read, how, asked = read_image(image), self.resolve(preprocessing), self._wanted(layers, pre_relu=False)
        start = time.perf_counter()
        tensor = how([read])
        preprocessed = time.perf_counter()
        if len(how.windows) == 1:
            arrays = self._run_layers(tensor, list(dict.fromkeys([*asked, *self._lean])), threads)
        else:  # the answer takes every crop, the layers only the first
            outputs = self._sessions.run(tensor, declared=self._lean, wanted=self._lean, threads=threads)
            arrays = self._run_layers(tensor[:1], asked, threads) | dict(zip(self._lean, outputs, strict=True))
        preprocess_ms, run_ms = (preprocessed - start) * 1e3, (time.perf_counter() - preprocessed) * 1e3
        (prediction,) = self._predictions(arrays, [read.name], how, preprocess_ms, run_ms)
        maps = {layer: arrays[layer][0] for layer in asked}
        return self._cautioned(prediction, read), Activations(read.name, maps, self._provenance(how))

    def activations_of_tensor(
        self, tensor: NDArray[np.float32], layers: Sequence[str] | str | None = None, *, pre_relu: bool = False
    ) -> dict[str, NDArray[np.float32]]:
        """Return what layers make of an input tensor.

        Args:
            tensor: float32 (B, 3, H, W), of a size that the model takes.
            layers: Layer names, every layer by default. ``"<layer>:pre"`` is the value before ReLU.
            pre_relu: Whether to add the values before ReLU of every layer returned that has a ReLU.

        Returns:
            Layer → float32 (B, C, H, W).

        Raises:
            LayerError: A layer is unknown.
            ModelError: The tensor has another shape or dtype, or holds NaN or infinities.
        """
        return self._run_layers(self._checked(tensor), self._wanted(layers, pre_relu=pre_relu))

    def _run_layers(
        self, tensor: NDArray[np.float32], wanted: Sequence[str], threads: int | None = None
    ) -> dict[str, NDArray[np.float32]]:
        declared = next(tier for tier in self._tiers if set(wanted) <= set(tier))
        outputs = self._sessions.run(tensor, declared=declared, wanted=wanted, threads=threads)
        return dict(zip(wanted, outputs, strict=True))

    def _wanted(self, layers: Sequence[str] | str | None, *, pre_relu: bool) -> list[str]:
        known = (*self._after_relu, *self._before_relu)
        asked = [layers] if isinstance(layers, str) else list(self._after_relu if layers is None else layers)
        asked = [self.architecture[name].name if name in self.architecture else name for name in asked]
        if not asked:
            raise LayerError("an empty list of layers was asked for; leave it out to get every layer")
        for name in asked:
            if name not in known:
                hint = did_you_mean(str(name), known) or f" The layers are {', '.join(self._after_relu[:4])}, …"
                raise LayerError(f"no layer is called {name!r}.{hint}")
        if pre_relu:
            before = {layer.name: layer.pre_relu for layer in self.architecture}
            asked = [name for layer in asked for name in (before.get(layer), layer) if name]
        return list(dict.fromkeys(asked))

    # Shared -----------------------------------------------------------------------------------------------------------

    def architecture_at(self, height: int, width: int) -> Architecture:
        """Return the layer table for inputs of another size: larger inputs give larger maps.

        Raises:
            PreprocessingError: The network does not take inputs of that size.
        """
        channels = self.architecture.input_shape[0]
        shape = channels, height, width
        if shape not in self._architectures:
            try:
                found = architecture_of(self._graph_at(height, width))
            except ModelError as exc:
                raise PreprocessingError(
                    f"{self.name} does not take inputs of {channels} × {height} × {width}: a layer would be left with "
                    f"nothing, or is made for one size only; it was made for "
                    f"{' × '.join(map(str, self.architecture.input_shape))}"
                ) from exc
            if found.output_shape != self.architecture.output_shape:
                raise PreprocessingError(f"{self.name} gives no answers to inputs of {channels} × {height} × {width}")
            if len(self._architectures) > _MOST_SIZES:  # the oldest but its own: a size that is tried once
                self._architectures.pop(list(self._architectures)[1], None)
            self._architectures[shape] = found
            return found
        return self._architectures[shape]

    def _graph_at(self, height: int, width: int) -> Graph:
        """Return the network for inputs of another size."""
        return read_graph(self._graph.model, (height, width), self._graph.output)

    def seen(self, image: ImageSource, preprocessing: str | Preprocessing | None = None) -> NDArray[np.uint8]:
        """Return what the model sees of an image: the input tensor read as the model's own preprocessing makes it.

        A photo preprocessed as the model expects looks as it should; with red and blue swapped, it is blue for the
        network, and for whoever looks at this picture.

        Args:
            image: Anything `read_image` takes.
            preprocessing: A preset's name or a `Preprocessing`; the model's own by default.

        Returns:
            uint8 (H, W, 3), RGB, cut off at 0 and 255; of several crops, the first.

        Raises:
            ImageError: The image cannot be read.
            PreprocessingError: The preset is unknown, or does not suit the model or the image.
        """
        how = self.resolve(preprocessing)
        return self.preprocessing.to_picture(how(read_image(image))[0])

    def kernels(self, layer: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return a convolution's weights and bias: float32 (out, in, height, width) and (out,).

        Raises:
            LayerError: There is no such layer, or it is no convolution.
        """
        found = self.architecture[layer]
        if not isinstance(found.op, Convolution):
            raise LayerError(f"{layer} has no kernels: expected a convolution, it is a {found.kind}")
        return found.op.kernels(), found.op.bias()

    def _at_once(self, how: Preprocessing) -> int:
        """Return how many images are run together: fewer where each has several crops."""
        return max(1, self._batch_size // len(how.windows))

    def resolve(self, preprocessing: str | Preprocessing | None) -> Preprocessing:
        """Return a preprocessing by name, the model's own for None, having checked that it suits the model.

        Raises:
            PreprocessingError: The preset is unknown, or makes an input of a size that the model does not take.
        """
        how = self.preprocessing if preprocessing is None else preset(preprocessing)
        channels, height, width = self.architecture.input_shape
        if channels != 3 or height != width:
            raise PreprocessingError(
                f"{self.name} takes inputs of {channels} × {height} × {width}; photos are made into three square "
                "channels. Give it input tensors: predict_tensor, activations_of_tensor"
            )
        try:
            self.architecture_at(how.crop_px, how.crop_px)
        except PreprocessingError as exc:
            raise PreprocessingError(f"preprocessing {how.name!r}: {exc}; set crop_px") from exc
        return how

    def _checked(self, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        expected = f"expected float32 (B, {', '.join(map(str, self.architecture.input_shape))})"
        if not isinstance(tensor, np.ndarray) or tensor.dtype != np.float32:
            found = tensor.dtype if isinstance(tensor, np.ndarray) else type(tensor).__name__
            raise ModelError(f"input tensor: {expected}, got {found}")
        if tensor.ndim != 4 or tensor.shape[1] != self.architecture.input_shape[0] or len(tensor) < 1:
            raise ModelError(f"input tensor: {expected}, got shape {tensor.shape}")
        try:
            self.architecture_at(*tensor.shape[2:])
        except PreprocessingError as exc:
            raise ModelError(f"input tensor: {expected}, got shape {tensor.shape}: {exc}") from exc
        if not np.isfinite(tensor).all():
            raise ModelError(f"input tensor: {expected}, got NaN or infinite values")
        return tensor

    def _provenance(self, how: Preprocessing | None) -> Provenance:
        return Provenance(self.name, self.sha256, how)

    def __reduce__(self) -> tuple[Any, ...]:
        return self._arrival

    def __repr__(self) -> str:
        arch = self.architecture
        sizes = f"{len(arch)} layers, {arch.mparams:.3f} M parameters, {arch.gflops:.3f} GFLOPs"
        return f"<Model {visible(self.name)}: {sizes}>"


def _from_content(content: bytes, name: str, sha256: str, threads: int, batch_size: int) -> Model:
    return Model(content, name=name, sha256=sha256, threads=threads, batch_size=batch_size)


def _batches(images: Sequence[Any], size: int) -> Iterator[list[Image]]:
    for start in range(0, len(images), size):
        yield [read_image(image) for image in images[start : start + size]]
