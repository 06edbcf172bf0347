"""Networks tried on the same photos: what they answer, how far from the network in float32, and how long they take."""

from __future__ import annotations

import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import DatasetError, ImageError, ModelError, PreprocessingError, in_one_line
from squeezeviz.image import read_image
from squeezeviz.quantization.planned import Speed
from squeezeviz.runtime.integers import exact_integers
from squeezeviz.runtime.sessions import available_threads, made_session, plain_options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    import onnx
    import onnxruntime
    from numpy.typing import NDArray

    from squeezeviz.dataset.photos import Photo
    from squeezeviz.runtime.model import Model

__all__ = ["Trials", "timed"]

_ROUNDS, _BLOCK, _PAUSE_S = 12, 5, 0.02


class Trials:
    """Photos as a network takes them, read once and kept in a file as long as a ``with`` block lasts.

    Args:
        model: The network in float32; its own preprocessing, of several crops the first.
        photos: Which; where some are labelled, those alone.

    Attributes:
        is_labelled: Whether photos say what is right.
        troubles: Of each photo that cannot be read, what is the matter.

    Raises:
        DatasetError: None can be read.
        ModelError: The network cannot be run.
    """

    def __init__(self, model: Model, photos: Sequence[Photo]) -> None:
        self.is_labelled = any(photo.class_index is not None for photo in photos)
        asked = [photo for photo in photos if photo.class_index is not None or not self.is_labelled]
        self.troubles: list[str] = []
        self._model, self._classes = model, list[int]()
        shape = (len(asked), *model.architecture.input_shape)
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - as long as this lasts
        try:
            self._tensors = np.memmap(self._file, np.float32, "w+", shape=shape)
            self._read(asked)
            self._exact = self._probabilities(model.as_run())
        except BaseException:
            self._file.close()
            raise
        self._truth = np.array(self._classes) if self.is_labelled else self._exact.argmax(axis=1)

    def _read(self, asked: Sequence[Photo]) -> None:
        model = self._model
        for photo in asked:
            try:
                tensor = model.preprocessing.first_crop([read_image(photo.place, name=photo.name)])
            except (ImageError, PreprocessingError) as exc:
                self.troubles.append(str(exc))
                continue
            self._tensors[len(self._classes)] = tensor[0]
            self._classes.append(-1 if photo.class_index is None else photo.class_index)
        if not self._classes:
            raise DatasetError(f"none of the {len(asked):,} photos can be read: {self.troubles[0]}")

    def __len__(self) -> int:
        return len(self._classes)

    def hits(self, network: onnx.ModelProto | None = None) -> tuple[tuple[bool, ...], float]:
        """Return, photo by photo, whether a network is right, and how far its probabilities are from those in float32.

        Args:
            network: Which; by default the one in float32.
        """
        found = self._exact if network is None else self._probabilities(network)
        distance = float(np.abs(found - self._exact).sum(axis=1).mean() / 2)
        return tuple((found.argmax(axis=1) == self._truth).tolist()), distance

    def _probabilities(self, network: onnx.ModelProto) -> NDArray[np.float64]:
        """Return a network's answers as probabilities, float64 (photos, classes)."""
        session, head = session_of(network, 1), self._model.architecture.head
        name = session.get_inputs()[0].name

        def answer(at: int) -> NDArray[np.float64]:
            given = {name: self._tensors[at : at + 1]}
            return session.run(None, given)[0].reshape(-1).astype(np.float64)  # type: ignore[no-any-return]  # any array

        # A photo a thread: threads that share one photo wait for each other, at the cost of whoever else computes.
        with ThreadPoolExecutor(available_threads()) as pool:
            found: NDArray[np.float64] = np.stack(list(pool.map(answer, range(len(self)))))
        if head == "logits":
            found = np.exp(found - found.max(axis=1, keepdims=True))
            found /= found.sum(axis=1, keepdims=True)
        return np.exp(found) if head == "log softmax" else found

    def __enter__(self) -> Trials:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def first(self) -> NDArray[np.float32]:
        """One photo's input tensor, float32 (1, C, H, W)."""
        return np.array(self._tensors[:1])


def session_of(network: onnx.ModelProto, threads: int) -> onnxruntime.InferenceSession:
    """Return a session of a network.

    Args:
        network: Which.
        threads: Of a run; 0 for ONNX Runtime's own choice.

    Raises:
        ModelError: ONNX Runtime refuses it.
    """
    try:
        return made_session((network.SerializeToString(), {}), exact_integers(plain_options(threads)))
    except Exception as exc:  # ONNX Runtime's exceptions share no base but Exception
        raise ModelError(f"ONNX Runtime cannot load the quantised network: {in_one_line(exc)}") from exc


def timed(
    networks: tuple[onnx.ModelProto, onnx.ModelProto, onnx.ModelProto], tensor: NDArray[np.float32], threads: int
) -> Speed:
    """Time networks in turns, in short blocks, so that whatever else the machine does meets all of them.

    Args:
        networks: In float32, in integers throughout, with some layers in float32.
        tensor: An input, float32 (1, C, H, W).
        threads: Of a run.
    """
    sessions = [session_of(network, threads) for network in networks]
    feeds = [{session.get_inputs()[0].name: tensor} for session in sessions]
    kept = [[_block_ms(session, feed) for session, feed in zip(sessions, feeds, strict=True)] for _ in range(_ROUNDS)]
    medians = [statistics.median(row[at] for row in kept) for at in range(3)]
    ratios = [plan / whole for _, whole, plan in kept]
    low, _, high = statistics.quantiles(ratios, n=4)
    return Speed(medians[0], medians[1], medians[2], _ROUNDS, statistics.median(ratios), (low, high))


def _block_ms(session: onnxruntime.InferenceSession, feed: dict[str, NDArray[np.float32]]) -> float:
    """Return the median of some runs, in milliseconds; the one before them only warms up.

    Threads of the session before wait by spinning, and would take the processors from this one: hence the pause.
    """
    time.sleep(_PAUSE_S)
    session.run(None, feed)
    took = []
    for _ in range(_BLOCK):
        start = time.perf_counter()
        session.run(None, feed)
        took.append((time.perf_counter() - start) * 1e3)
    return statistics.median(took)
