"""Parts of a network: from any layers on, or between two. What lies before them is not run again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import LayerError, ModelError, did_you_mean, in_one_line
from squeezeviz.telemetry import import_onnxruntime

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import onnxruntime
    from numpy.typing import NDArray

    from squeezeviz.architecture import Architecture
    from squeezeviz.model import Model

__all__ = ["PART_BATCH", "Parts", "run_from"]

#: Rows that are run together on each thread. More of them are no faster, and take more memory: see `_MOST_SESSIONS`.
PART_BATCH = 2

# A session holds the weights it uses, twice over (5 MB for the whole network); a census takes ten and occlusion seven.
# Their working memory they share: a process that held 125 MB after a prediction holds 345 to 355 after a census,
# occlusion and an ablation, and no more after six of each. With an arena to each session it held 520; with none, or
# with sessions made anew each time, it went on growing.
_MOST_SESSIONS = 20

_Key = tuple[tuple[str, ...], tuple[str, ...], int]


class Parts:
    """The parts of one model, each a session of ONNX Runtime, made when first needed; the latest twenty are kept.

    Values are named as `squeezeviz.Model.activations` names them, the network's input and values before ReLU included.
    Batch, height and width of what is given are free.

    Args:
        content: The ONNX file's bytes.
        architecture: Its layers.
        threads: Threads of one run.
    """

    def __init__(self, content: bytes, *, architecture: Architecture, threads: int) -> None:
        import onnx  # noqa: PLC0415 - heavy

        graph = onnx.load_model_from_string(content).graph
        self._content = content
        #: Threads of one run, where a run is not told otherwise.
        self.threads = threads
        self._sources = {output: tuple(node.input) for node in graph.node for output in node.output if output}
        self._shapes: dict[str, tuple[int, ...]] = {architecture.input_name: architecture.input_shape}
        for layer in architecture:
            self._shapes[layer.name] = layer.shape
            if layer.pre_relu:
                self._shapes[layer.pre_relu] = layer.shape
        # What hangs on no image is a weight, or made of weights.
        self._depends = self._after([architecture.input_name])
        self._sessions: OrderedDict[_Key, onnxruntime.InferenceSession] = OrderedDict()
        self._lock = threading.Lock()

    def beside(self, given: Iterable[str], wanted: Iterable[str]) -> tuple[str, ...]:
        """Return what is read beside the values given: a Fire module's other branch, as a rule nothing.

        Args:
            given: Names of the values that a run starts from.
            wanted: Names of the values that it ends with.

        Raises:
            LayerError: A name is unknown, or what is wanted hangs on nothing that is given.
        """
        return self._cut(tuple(given), tuple(wanted))[1]

    def run(
        self, given: Mapping[str, NDArray[np.float32]], wanted: Sequence[str], *, threads: int | None = None
    ) -> dict[str, NDArray[np.float32]]:
        """Run what lies between; a value that is given is taken as it is, whatever else is given.

        Args:
            given: Name → float32 (B, C, H, W), those of `beside` included; one row stands for B.
            wanted: Names of the values to return.
            threads: Of this run. One is best where several runs go on side by side.

        Returns:
            Name → float32 (B, C, H, W), or (B, N).

        Raises:
            LayerError: A name is unknown, something is missing, or what is wanted hangs on nothing that is given.
            ModelError: ONNX Runtime refuses the values.
        """
        used, missing = self._cut(tuple(given), tuple(wanted))
        if missing:
            raise LayerError(
                f"from {', '.join(used)} on, the network also reads {' and '.join(missing)}; give them too"
            )
        computed = tuple(dict.fromkeys(name for name in wanted if name not in given))
        results = {name: given[name] for name in wanted if name in given}
        if computed:
            rows = max(len(given[name]) for name in used)
            feed = {name: _rows(given[name], rows) for name in used}
            session = self._session((used, computed, threads or self.threads))
            try:
                outputs = session.run(list(computed), feed)
            except Exception as exc:  # ONNX Runtime's exceptions share no base but Exception
                shapes = ", ".join(f"{name} {value.shape}" for name, value in feed.items())
                said = in_one_line(exc)
                raise ModelError(f"ONNX Runtime could not run the network from {shapes} on: {said}") from exc
            results.update(zip(computed, outputs, strict=True))
        return {name: results[name] for name in wanted}

    def _cut(self, given: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return which of the given values are read, and what has to be read beside them."""
        for name in (*given, *wanted):
            if name not in self._shapes:
                raise LayerError(f"no layer is called {name!r}.{did_you_mean(str(name), self._shapes)}")
        after = self._after(given)
        used: dict[str, None] = {}
        beside: dict[str, None] = {}
        seen: set[str] = set()
        ahead = list(wanted)
        for name in wanted:
            if name not in after:
                raise LayerError(
                    f"{name!r} does not depend on {' or '.join(map(repr, given))}; nothing would change it"
                )
        while ahead:
            name = ahead.pop()
            if name in seen or name not in self._depends:
                continue
            seen.add(name)
            if name in given:
                used[name] = None
            elif name in after:
                ahead.extend(self._sources[name])
            else:
                beside[name] = None
        return tuple(name for name in given if name in used), tuple(beside)

    def _after(self, names: Iterable[str]) -> set[str]:
        """Return the values themselves, and all that is computed from them."""
        after = set(names)
        for output, inputs in self._sources.items():  # an ONNX graph is in execution order
            if after.intersection(inputs):
                after.add(output)
        return after

    def _session(self, key: _Key) -> onnxruntime.InferenceSession:
        with self._lock:
            if key not in self._sessions:
                self._sessions[key] = self._make(*key)
                if len(self._sessions) > _MOST_SESSIONS:
                    self._sessions.popitem(last=False)
            self._sessions.move_to_end(key)
            return self._sessions[key]

    def _make(self, given: tuple[str, ...], wanted: tuple[str, ...], threads: int) -> onnxruntime.InferenceSession:
        onnxruntime = import_onnxruntime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        _share_memory()
        options.add_session_config_entry("session.use_env_allocators", "1")
        options.log_severity_level = 4  # errors reach the caller as exceptions, and no terminal besides
        try:
            return onnxruntime.InferenceSession(
                self._between(given, wanted), options, providers=["CPUExecutionProvider"]
            )
        except Exception as exc:  # see run
            said = in_one_line(exc)
            raise ModelError(f"ONNX Runtime cannot load the part from {', '.join(given)} on: {said}") from exc

    def _between(self, given: tuple[str, ...], wanted: tuple[str, ...]) -> bytes:
        """Return the part as a model of its own, with free axes but for the channels."""
        import onnx  # noqa: PLC0415 - heavy

        whole = onnx.load_model_from_string(self._content)
        needed: set[str] = set()
        nodes = []
        for node in reversed(whole.graph.node):
            makes = {name for name in node.output if name not in given}
            if makes & (needed | set(wanted)):
                nodes.append(node)
                needed.update(node.input)
        axes = ("batch", "channels", "height", "width")
        inputs = []
        for name in given:
            shape = self._shapes[name]
            free = [shape[0] if axis == "channels" else axis for axis in axes[: 1 + len(shape)]]
            inputs.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, free))
        part = onnx.helper.make_graph(
            nodes[::-1],
            "part",
            inputs,
            [onnx.ValueInfoProto(name=name) for name in wanted],
            [tensor for tensor in whole.graph.initializer if tensor.name in needed],
        )
        made: bytes = onnx.helper.make_model(
            part, opset_imports=whole.opset_import, ir_version=whole.ir_version
        ).SerializeToString()
        return made


@cache
def _share_memory() -> None:
    """Let sessions that ask for it share one arena, once a process; others keep their own."""
    ort = import_onnxruntime()
    info = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    # No limit; grown by what is asked for, and not by powers of two.
    with suppress(Exception):  # another library of this process has done so already: then theirs is shared
        ort.create_and_register_allocator(info, ort.OrtArenaCfg(0, 1, -1, -1))


def _rows(values: NDArray[np.float32], rows: int) -> NDArray[np.float32]:
    """Return values for each row of a batch, one standing for all."""
    return np.repeat(values, rows, axis=0) if len(values) == 1 < rows else np.ascontiguousarray(values)


def run_from(
    model: Model,
    layer: str,
    values: NDArray[np.float32],
    layers: Sequence[str] | str | None = None,
    *,
    beside: Mapping[str, NDArray[np.float32]] | None = None,
) -> dict[str, NDArray[np.float32]]:
    """Run only what follows a layer, as if the layer had said something else.

    The result is that of a whole run with the layer's values replaced, but for rounding: 1e-5 of the largest value.

    Args:
        model: Whose.
        layer: Its name; the network's input, or ``"<layer>:pre"`` for the values before ReLU.
        values: What it says instead, float32 (B, C, H, W).
        layers: What to return: names of later layers; logits and probabilities by default.
        beside: The image's other activations, such as `Model.activations` returns: (C, H, W), or (B, C, H, W). They are
            needed where the network reads more than this layer: from one expand of a Fire module on, the other.

    Returns:
        Layer → float32 (B, C, H, W), or (B, N).

    Raises:
        LayerError: A layer is unknown, does not follow, or the activations beside are missing.
        ModelError: The values have another shape or dtype, or hold NaN or infinities.
    """
    arch = model.architecture
    ends = list(dict.fromkeys((arch.logits_name, arch.output_name))) if layers is None else layers
    wanted = [ends] if isinstance(ends, str) else list(ends)
    needed = model.parts.beside([layer], wanted)
    _check(model, layer, values)
    held = beside or {}
    missing = [name for name in needed if name not in held]
    if missing:
        raise LayerError(
            f"from {layer} on, {model.name} also reads {' and '.join(missing)}: "
            "give the image's activations as beside=model.activations(image)"
        )
    rest = {name: held[name] if held[name].ndim == 4 else held[name][None] for name in needed}
    return model.parts.run({layer: values, **rest}, wanted)


def _check(model: Model, name: str, values: NDArray[np.float32]) -> None:
    arch = model.architecture
    pre = {layer.pre_relu: layer.shape for layer in arch if layer.pre_relu}
    shape = arch.input_shape if name == arch.input_name else pre.get(name) or arch[name].shape
    expected = f"{name}: expected float32 (B, {', '.join(map(str, shape))})"
    if not isinstance(values, np.ndarray) or values.dtype != np.float32:
        raise ModelError(f"{expected}, got {values.dtype if isinstance(values, np.ndarray) else type(values).__name__}")
    if values.ndim != 1 + len(shape) or values.shape[1] != shape[0] or 0 in values.shape:
        raise ModelError(f"{expected}, or of another height and width; got shape {values.shape}")
    if not np.isfinite(values).all():
        raise ModelError(f"{expected}, got NaN or infinite values")
