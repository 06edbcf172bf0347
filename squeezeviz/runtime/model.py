"""A loaded model: what does it say of an image, and what did every layer see?"""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from squeezeviz.errors import LayerError
from squeezeviz.image import Image, ImageSource, batches, read_image
from squeezeviz.network.ops.convolution import Convolution
from squeezeviz.network.runnable import with_outputs
from squeezeviz.network.shared_weights import sharing
from squeezeviz.network.weights import with_weights
from squeezeviz.results.activations import Activations
from squeezeviz.runtime.chosen import Chosen
from squeezeviz.runtime.gradients import Gradients
from squeezeviz.runtime.inputs import Inputs, names_of_images
from squeezeviz.runtime.parts import Parts
from squeezeviz.runtime.reading import read_network
from squeezeviz.runtime.sessions import LARGE_BYTES, Sessions, available_threads
from squeezeviz.runtime.told import Told
from squeezeviz.runtime.values import Values
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    import onnx
    from numpy.typing import NDArray

    from squeezeviz.network.architecture import Architecture
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.prediction import Prediction
    from squeezeviz.zoo import Fallback, ModelEntry

__all__ = ["Model"]

#: Images preprocessed and run together. Larger batches gain no speed on a CPU, and memory grows with them.
BATCH_SIZE = 8
_ACTIVATIONS_COST = 2  # every layer of one image is 12 MB: so many fewer are run together


class Model(Told):
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
        chosen: What was said of it: the size of its input, its output, its labels, its preprocessing.
        assumptions: What neither its file nor anybody has said and was decided: any of these.
        assumed: These in words, each with how to say it otherwise.
        notes: These, and what else is worth knowing of its input and its answer.
        in_file: What of these its own file says.
        path: Its file, or one of them; None where it was made of bytes.
        file_bytes: Of the ONNX file.
        is_half: Whether it computes in half precision: its numbers have eleven bits, and rounding shows.
        other_outputs: Outputs that its file has besides the answer.
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
        chosen: Chosen | None = None,
        path: Path | None = None,
        again: Callable[[], bytes] | None = None,
        arrival: tuple[Callable[..., Model], tuple[Any, ...]] | None = None,
    ) -> None:
        with sharing(is_registered=entry is not None):
            network = self._network = read_network(content, chosen or Chosen(), name=name)
        self.name, self.sha256 = name, sha256
        self._graph = network.graph
        self.architecture: Architecture = network.architecture
        self.path, self.file_bytes = path, len(content)
        self._content = again if again and len(content) > LARGE_BYTES else lambda: content
        self.is_half, self.other_outputs = self._graph.is_half, self._graph.other_outputs
        self.entry, self.fallback = entry, fallback
        self._threads, self._batch_size = threads or available_threads(), batch_size
        # How a pickled copy comes to life: loaded where it arrives if it was loaded here, else from the bytes.
        rest = {"name": name, "sha256": sha256, "threads": self._threads, "batch_size": batch_size}
        self._arrival = arrival or (_from_content, (content, {**rest, "chosen": chosen or Chosen()}))
        self._know(Inputs(self._graph, self.architecture, name=name), chosen or Chosen())
        self._values = Values(self.architecture)
        self._sessions = Sessions(self._graph, at=self._inputs.graph_at, threads=self._threads)
        self._sessions.prepare(self._values.lean)  # here, so that the first prediction is as quick as the next

    @property
    def content(self) -> bytes:
        """The ONNX file's bytes; those of a large file are read again, if they are still the same."""
        return self._content()

    def as_run(self) -> onnx.ModelProto:
        """Return the network as it is run: values named as layers are, functions unfolded, the one answer."""
        return with_weights(*with_outputs(self._graph, [self._graph.output]))

    @cached_property
    def parts(self) -> Parts:
        """Its parts, to be run by themselves: from any layer on, or between two."""
        return Parts(self._graph, architecture=self.architecture, threads=self._threads)

    @cached_property
    def gradients(self) -> Gradients:
        """Derivatives of its numbers by its input, or by layers."""
        return Gradients(self._graph, self._inputs, threads=self._threads)

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
        answered = (self._predict_batch(batch, how) for batch in batches(images, self._at_once(how)))
        return [prediction for batch in answered for prediction in batch]

    def predict_tensor(self, tensor: NDArray[np.float32], *, names: Sequence[str] | None = None) -> list[Prediction]:
        """Say what preprocessed images show.

        Args:
            tensor: Input tensor, float32 (B, 3, H, W), of a size that the model takes; see `architecture_at`.
            names: What to call the images.

        Raises:
            ModelError: The tensor has another shape or dtype, or holds NaN or infinities; or names are not one each.
        """
        tensor = self._inputs.checked(tensor)
        labels = names_of_images(names, len(tensor))
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
        return self._answers.of(self._run_lean(tensor, threads), len(preprocessing.windows))

    def _predict_batch(self, images: Sequence[Image], how: Preprocessing) -> list[Prediction]:
        start = time.perf_counter()
        tensor = how(images)
        return self._predict(tensor, images, how, (time.perf_counter() - start) * 1e3 / len(images))

    def _predict(
        self,
        tensor: NDArray[np.float32],
        images: Sequence[Image | str],
        how: Preprocessing | None,
        preprocess_ms: float,
    ) -> list[Prediction]:
        start = time.perf_counter()
        values = self._run_lean(tensor)
        took_ms = (time.perf_counter() - start) * 1e3
        return self._answers.predictions(values, images, how, preprocess_ms, took_ms / len(tensor))

    def _run_lean(self, tensor: NDArray[np.float32], threads: int | None = None) -> dict[str, NDArray[np.float32]]:
        lean = self._values.lean
        return dict(zip(lean, self._sessions.run(tensor, declared=lean, wanted=lean, threads=threads), strict=True))

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
        wanted = self._values.named(layers, pre_relu=pre_relu)
        is_single = not isinstance(images, (list, tuple))
        asked: Sequence[Any] = images if isinstance(images, (list, tuple)) else [images]
        results, how = [], how.first_crop
        for batch in batches(asked, max(1, self._at_once(how) // _ACTIVATIONS_COST)):
            arrays = self._run_layers(how(batch), wanted)
            provenance = self._answers.provenance(how)
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
        read, how, asked = read_image(image), self.resolve(preprocessing), self._values.named(layers, pre_relu=False)
        start = time.perf_counter()
        tensor = how([read])
        preprocessed = time.perf_counter()
        if len(how.windows) == 1:
            arrays = self._run_layers(tensor, list(dict.fromkeys([*asked, *self._values.lean])), threads)
        else:  # the answer takes every crop, the layers only the first
            arrays = self._run_layers(tensor[:1], asked, threads) | self._run_lean(tensor, threads)
        preprocess_ms, run_ms = (preprocessed - start) * 1e3, (time.perf_counter() - preprocessed) * 1e3
        (prediction,) = self._answers.predictions(arrays, [read], how, preprocess_ms, run_ms)
        maps = {layer: arrays[layer][0] for layer in asked}
        return prediction, Activations(read.name, maps, self._answers.provenance(how))

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
        return self._run_layers(self._inputs.checked(tensor), self._values.named(layers, pre_relu=pre_relu))

    def _run_layers(
        self, tensor: NDArray[np.float32], wanted: Sequence[str], threads: int | None = None
    ) -> dict[str, NDArray[np.float32]]:
        outputs = self._sessions.run(tensor, declared=self._values.declared_for(wanted), wanted=wanted, threads=threads)
        return dict(zip(wanted, outputs, strict=True))

    # Shared -----------------------------------------------------------------------------------------------------------

    def architecture_at(self, height: int, width: int) -> Architecture:
        """Return the layer table for inputs of another size: larger inputs give larger maps.

        Raises:
            PreprocessingError: The network does not take inputs of that size.
        """
        return self._inputs.architecture_at(height, width)

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
        return self.preprocessing.to_picture(self.resolve(preprocessing)(read_image(image))[0])

    def kernels(self, layer: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return a convolution's weights and bias: float32 (out, in, height, width) and (out,).

        Raises:
            LayerError: There is no such layer, or it is no convolution.
        """
        found = self.architecture[layer]
        if not isinstance(found.op, Convolution):
            raise LayerError(f"{layer} has no kernels: expected a convolution, it is a {found.kind}")
        return found.op.kernels(), found.op.bias()

    def with_content(self, content: bytes) -> Model:
        """Return the same network with other weights, of which the same is said.

        Args:
            content: An ONNX file's bytes: the model's own, but for the numbers in it.
        """
        return Model(
            content, name=self.name, sha256=self.sha256, threads=self._threads, batch_size=self._batch_size,
            entry=self.entry, fallback=self.fallback, chosen=self.chosen,
        )  # fmt: skip

    def _at_once(self, how: Preprocessing) -> int:
        """Return how many images are run together: fewer where each has several crops."""
        return max(1, self._batch_size // len(how.windows))

    def resolve(self, preprocessing: str | Preprocessing | None) -> Preprocessing:
        """Return a preprocessing by name, the model's own for None, having checked that it suits the model.

        A preset, by name, is brought to the model's input size; a `Preprocessing` is taken as it is.

        Raises:
            PreprocessingError: The preset is unknown, or makes an input of a size that the model does not take.
        """
        return self._inputs.resolve(preprocessing)

    def __repr__(self) -> str:
        arch = self.architecture
        sizes = f"{len(arch)} layers, {arch.mparams:.3f} M parameters, {arch.gflops:.3f} GFLOPs"
        return visible(f"<Model {self.name}: {'; '.join((sizes, *self.notes))}>")


def _from_content(content: bytes, rest: dict[str, Any]) -> Model:
    return Model(content, **rest)
