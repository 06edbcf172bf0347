"""ONNX Runtime sessions of one model: made when first needed, shared between threads, with errors in our words."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from squeezeviz.errors import ModelError, in_one_line, spoken
from squeezeviz.telemetry import import_onnxruntime

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import onnxruntime
    from numpy.typing import NDArray

__all__ = ["Sessions", "available_threads"]


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
_LEAN_OUTPUTS = 2  # logits and probabilities


class Sessions:
    """The sessions of one model, one per set of values asked for and size of the input.

    ONNX Runtime hands out declared outputs only, and keeps Convolution + ReLU fused unless the value between them is
    one. So there is a lean session for predictions, one that also returns activations, and one with values before ReLU.

    Args:
        content: The ONNX file's bytes.
        input_shape: (C, H, W) that the file declares.
        threads: Threads of one run.
    """

    def __init__(self, content: bytes, *, input_shape: tuple[int, ...], threads: int) -> None:
        self._content = content
        self._input_shape = input_shape
        self._threads = threads
        self._sessions: dict[tuple[tuple[str, ...], tuple[int, ...], int], onnxruntime.InferenceSession] = {}
        self._lock = threading.Lock()

    def prepare(self, declared: tuple[str, ...]) -> None:
        """Make a session before it is needed.

        Raises:
            ModelError: ONNX Runtime refuses the model.
        """
        self._session(declared, self._input_shape, self._threads)

    def run(
        self,
        input_name: str,
        tensor: NDArray[np.float32],
        *,
        declared: tuple[str, ...],
        wanted: Sequence[str],
        threads: int | None = None,
    ) -> list[NDArray[np.float32]]:
        """Run the network once.

        Args:
            input_name: Name of the input.
            tensor: float32 (B, C, H, W).
            declared: Outputs of the session to use; a session is made for each distinct tuple, so keep them few.
            wanted: Which of them to return.
            threads: Of this run; by default those of all.

        Raises:
            ModelError: ONNX Runtime refuses the model or the input.
        """
        session = self._session(declared, tensor.shape[1:], threads or self._threads)
        try:
            outputs: list[NDArray[np.float32]] = session.run(list(wanted), {input_name: tensor})
        except Exception as exc:  # ONNX Runtime's exceptions share no base but Exception
            raise ModelError(
                f"ONNX Runtime could not run the model on an input of shape {tensor.shape}: {in_one_line(exc)}"
            ) from exc
        return outputs

    def _session(self, declared: tuple[str, ...], shape: tuple[int, ...], threads: int) -> onnxruntime.InferenceSession:
        key = declared, shape, threads
        with self._lock:
            if key not in self._sessions:
                others = [other for other in self._sessions if other[1] != self._input_shape]
                if shape != self._input_shape and len(others) >= _MOST_OTHERS:
                    del self._sessions[others[0]]  # the oldest: a size that is tried once is seldom tried again
                self._sessions[key] = self._make(*key)
            return self._sessions[key]

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
        options.enable_cpu_mem_arena = shape == self._input_shape
        options.log_severity_level = 4  # errors reach the caller as exceptions, and no terminal besides
        try:
            content = self._content if shape == self._input_shape else with_input_shape(self._content, shape)
            content = with_outputs(content, declared)
            return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except ModelError:
            raise
        except Exception as exc:  # see run
            said = in_one_line(exc)
            raise ModelError(f"ONNX Runtime {onnxruntime.__version__} cannot load the model: {said}") from exc


def with_input_shape(content: bytes, shape: tuple[int, ...]) -> bytes:
    """Return the model for inputs of another (C, H, W); what lies between input and output is of no fixed size then."""
    import onnx  # noqa: PLC0415 - heavy

    model = onnx.load_model_from_string(content)
    weights = {tensor.name for tensor in model.graph.initializer}
    source = next(value for value in model.graph.input if value.name not in weights)
    for axis, size in zip(source.type.tensor_type.shape.dim[1:], shape, strict=True):
        axis.dim_value = size
    del model.graph.value_info[:]
    resized: bytes = model.SerializeToString()
    return resized


def with_outputs(content: bytes, names: Sequence[str]) -> bytes:
    """Return the model with exactly these values declared as outputs, in this order."""
    import onnx  # noqa: PLC0415 - heavy

    model = onnx.load_model_from_string(content)
    known = {info.name: info for info in [*model.graph.output, *model.graph.value_info]}
    del model.graph.output[:]
    for name in names:
        model.graph.output.append(known.get(name) or onnx.ValueInfoProto(name=name))
    extended: bytes = model.SerializeToString()
    return extended
