"""ONNX Runtime sessions of one model: made when first needed, shared between threads, with errors in our words."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.arguments import check_whole
from squeezeviz.errors import ModelError, in_one_line, spoken
from squeezeviz.network.runnable import as_maps, as_stored, with_outputs
from squeezeviz.runtime.heap import trim_heap
from squeezeviz.runtime.integers import exact_integers
from squeezeviz.telemetry import import_onnxruntime

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import onnxruntime
    from numpy.typing import NDArray

    from squeezeviz.network.graph import Graph
    from squeezeviz.network.weights import Weights

__all__ = [
    "LARGE_BYTES",
    "Sessions",
    "available_threads",
    "is_large",
    "made_session",
    "plain_options",
    "sharing_options",
]


def available_threads() -> int:
    """Return how many processors this process may use; ``SQUEEZEVIZ_THREADS`` lowers or raises it.

    Raises:
        ModelError: The variable holds something else than a positive whole number.
    """
    asked = os.environ.get("SQUEEZEVIZ_THREADS", "").strip()
    if asked:
        if not asked.isdecimal() or len(asked) > 4 or int(asked) < 1:
            raise ModelError(f"SQUEEZEVIZ_THREADS is {spoken(asked)!r}; expected a number of threads from 1 to 9999")
        return int(asked)
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only; it knows about taskset and containers
    return len(affinity(0)) if affinity else os.cpu_count() or 1


_MOST_OTHERS = 8  # sessions for inputs of other sizes than the model's own
#: Of weights, or of a file that is little else: every session has them once more, in an order of its own.
LARGE_BYTES = 1 << 26
_LEAN_OUTPUTS = 2  # logits and probabilities


def is_large(graph: Graph) -> bool:
    """Whether a network's weights are so large that few sessions of it should be kept."""
    return sum(values.nbytes for values in graph.weights.values()) > LARGE_BYTES


def made_session(part: tuple[bytes, Weights], options: onnxruntime.SessionOptions) -> onnxruntime.InferenceSession:
    """Return a session of a network or a part of one.

    Args:
        part: It, and the large weights that it only names; ONNX Runtime takes them from where they are.
        options: Of the session.

    Raises:
        Exception: Of ONNX Runtime, which refuses it.
    """
    onnxruntime = import_onnxruntime()
    content, weights = part
    if weights:
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(each) for each in weights.values()]
        options.add_external_initializers(list(weights), values)
    made = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    if sum(each.nbytes for each in weights.values()) > LARGE_BYTES:
        trim_heap()  # making it took as much again
    return made


def plain_options(threads: int) -> onnxruntime.SessionOptions:
    """Return options for a session by itself, as another program would make one: it shares nothing, and may be timed.

    Args:
        threads: Of a run; 0 for ONNX Runtime's own choice.
    """
    options = import_onnxruntime().SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 4  # errors reach the caller as exceptions, and no terminal besides
    return options


def sharing_options(threads: int) -> onnxruntime.SessionOptions:
    """Return options for one of many small sessions, which share their working memory.

    Args:
        threads: Of a run.
    """
    options = plain_options(threads)
    _share_memory()
    options.add_session_config_entry("session.use_env_allocators", "1")
    # Threads that wait by spinning take the processors from whoever computes between two runs: NumPy, another session.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


@cache
def _share_memory() -> None:
    """Let sessions that ask for it share one arena, once a process; others keep their own."""
    ort = import_onnxruntime()
    info = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    # No limit; grown by what is asked for, and not by powers of two.
    with suppress(Exception):  # another library of this process has done so already: then theirs is shared
        ort.create_and_register_allocator(info, ort.OrtArenaCfg(0, 1, -1, -1))


class Sessions:
    """The sessions of one model, one per set of values asked for and size of the input.

    ONNX Runtime hands out declared outputs only, and keeps Convolution + ReLU fused unless the value between them is
    one. So there is a lean session for predictions, one that also returns activations, and one with values before ReLU.
    Of a large network one is kept at a time: what asks for less takes what the one that is there has besides.

    Args:
        graph: The network at its own size.
        at: Height and width → the network at another size.
        threads: Threads of one run.
    """

    def __init__(self, graph: Graph, *, at: Callable[[int, int], Graph], threads: int) -> None:
        self._graph = graph
        self._at = at
        self._threads = threads
        self._sessions: dict[tuple[tuple[str, ...], tuple[int, ...], int], onnxruntime.InferenceSession] = {}
        self._lock = threading.Lock()
        self._is_large = is_large(graph)

    def prepare(self, declared: tuple[str, ...]) -> None:
        """Make a session before it is needed; of a large network the one is made that is needed first.

        Raises:
            ModelError: ONNX Runtime refuses the model.
        """
        if not self._is_large:
            self._session(declared, self._graph.input_shape, self._threads)

    def run(
        self,
        tensor: NDArray[np.float32],
        *,
        declared: tuple[str, ...],
        wanted: Sequence[str],
        threads: int | None = None,
    ) -> list[NDArray[np.float32]]:
        """Run the network once; image by image where the file takes but one.

        Args:
            tensor: float32 (B, C, H, W).
            declared: Outputs of the session to use; a session is made for each distinct tuple, so keep them few.
            wanted: Which of them to return.
            threads: Of this run; by default those of all.

        Returns:
            float32 (B, C, H, W) or (B, N) each.

        Raises:
            ModelError: ONNX Runtime refuses the model or the input.
        """
        if threads is not None:
            check_whole("threads", threads, error=ModelError)
        session = self._session(declared, tensor.shape[1:], threads or self._threads)
        given = as_stored(tensor, self._graph, self._graph.source)
        batches = [given] if self._graph.is_batch_free else [given[row : row + 1] for row in range(len(given))]
        try:
            outputs = [self._outputs(session, wanted, batch) for batch in batches]
        except Exception as exc:  # ONNX Runtime's exceptions share no base but Exception
            raise ModelError(
                f"ONNX Runtime could not run the model on an input of shape {tensor.shape}: {in_one_line(exc)}"
            ) from exc
        if len(outputs) == 1:
            return [as_maps(values) for values in outputs[0]]
        return [np.concatenate([as_maps(values) for values in rows]) for rows in zip(*outputs, strict=True)]

    def _outputs(
        self, session: onnxruntime.InferenceSession, wanted: Sequence[str], batch: NDArray[np.generic]
    ) -> list[NDArray[np.generic]]:
        """Run a session; of a large network one image's values are written where they stay.

        ONNX Runtime makes them in memory of its own, and copies all of them then: 200 MB of 60 million parameters.
        """
        graph = self._graph
        if not self._is_large or batch.shape != graph.shapes[graph.source]:
            return list(session.run(list(wanted), {graph.source: batch}))
        from onnx import helper  # noqa: PLC0415 - heavy

        binding = session.io_binding()
        binding.bind_cpu_input(graph.source, np.ascontiguousarray(batch))
        made = [np.empty(graph.shapes[name], helper.tensor_dtype_to_np_dtype(graph.types[name])) for name in wanted]
        for name, values in zip(wanted, made, strict=True):
            binding.bind_output(name, "cpu", 0, values.dtype.type, values.shape, values.ctypes.data)
        session.run_with_iobinding(binding)
        return made

    def _session(self, declared: tuple[str, ...], shape: tuple[int, ...], threads: int) -> onnxruntime.InferenceSession:
        key = declared, shape, threads
        with self._lock:
            if self._is_large:
                key = self._with_more(key)
            if key not in self._sessions:
                others = [other for other in self._sessions if other[1] != self._graph.input_shape]
                if self._is_large:
                    self._sessions.clear()
                elif shape != self._graph.input_shape and len(others) >= _MOST_OTHERS:
                    del self._sessions[others[0]]  # the oldest: a size that is tried once is seldom tried again
                self._sessions[key] = self._make(*key)
            return self._sessions[key]

    def _with_more(
        self, key: tuple[tuple[str, ...], tuple[int, ...], int]
    ) -> tuple[tuple[str, ...], tuple[int, ...], int]:
        """Return the session that is there and has all that is asked for, whatever its threads; or what was asked."""
        return next((held for held in self._sessions if held[1] == key[1] and {*key[0]} <= {*held[0]}), key)

    def _make(self, declared: tuple[str, ...], shape: tuple[int, ...], threads: int) -> onnxruntime.InferenceSession:
        onnxruntime = import_onnxruntime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # One planned block of memory helps a lean run. With many outputs, which leave with the caller, it has to be
        # made anew each time, and costs 8 % (all 26 convolutions on two cores: 5.1 ms without it, 5.5 ms with).
        options.enable_mem_pattern = len(declared) <= _LEAN_OUTPUTS
        # What a run of another size has needed goes back after it: a page tries many sizes, and each session's arena
        # would keep the most that it ever took (nine sizes up to 512 pixels: 2.3 GB with arenas, 0.4 GB without).
        options.enable_cpu_mem_arena = shape == self._graph.input_shape
        options.log_severity_level = 4  # errors reach the caller as exceptions, and no terminal besides
        if self._graph.has_integers:
            exact_integers(options)
        try:
            graph = self._graph if shape == self._graph.input_shape else self._at(*shape[1:])
            return made_session(with_outputs(graph, declared), options)
        except ModelError:
            raise
        except Exception as exc:  # see run
            said = in_one_line(exc)
            raise ModelError(f"ONNX Runtime {onnxruntime.__version__} cannot load the model: {said}") from exc
