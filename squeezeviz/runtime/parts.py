"""Parts of a network: from any layers on, or between two. What lies before them is not run again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from squeezeviz.errors import ConversionError, LayerError, ModelError, did_you_mean, in_one_line
from squeezeviz.network.runnable import ALONE, as_maps, as_stored, between, croppable, each_alone, reads
from squeezeviz.runtime.integers import exact_integers
from squeezeviz.runtime.sessions import is_large, made_session, sharing_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import onnxruntime
    from numpy.typing import NDArray

    from squeezeviz.network.architecture import Architecture
    from squeezeviz.network.graph import Graph
    from squeezeviz.network.weights import Weights

__all__ = ["PART_BATCH", "Parts"]

#: Rows that are run together on each thread. More of them are no faster, and take more memory: see `_MOST_SESSIONS`.
PART_BATCH = 2

# A session holds the weights it uses, twice over (5 MB for the whole network); an ablation sweep takes ten, and
# occlusion seven. Their working memory they share: a process that held 125 MB after a prediction holds 345 to 355 after
# an ablation sweep, occlusion and an ablation, and no more after six of each. With an arena to each session it held
# 520; with none, or with sessions made anew each time, it went on growing.
_MOST_SESSIONS = 20
_MOST_OF_LARGE = 3  # of a network whose weights alone are hundreds of megabytes

#: Part, large weights, types of values → part and large weights.
Change: TypeAlias = "Callable[[bytes, Weights, Mapping[str, int]], tuple[bytes, Weights]]"
_Key = tuple[tuple[str, ...], tuple[str, ...], int]
_ANY = ("*",)  # in the place of what is given: each value of all others


class Parts:
    """The parts of one model, each a session of ONNX Runtime, made when first needed; the latest twenty are kept.

    Values are named as `squeezeviz.Model.activations` names them, the network's input and values before ReLU included.
    Batch, height and width of what is given are free.

    Args:
        graph: The network.
        architecture: Its layers.
        threads: Threads of one run.
        change: What becomes of a part and its large weights before it is run, by the types of values.
    """

    def __init__(self, graph: Graph, *, architecture: Architecture, threads: int, change: Change | None = None) -> None:
        self._graph, self._architecture, self._change = graph, architecture, change
        #: Threads of one run, where a run is not told otherwise.
        self.threads = threads
        self._sources = reads(graph)
        self._shapes: dict[str, tuple[int, ...]] = {architecture.input_name: architecture.input_shape}
        for layer in architecture:
            self._shapes[layer.name] = layer.shape
            if layer.pre_relu:
                self._shapes[layer.pre_relu] = layer.shape
        self._shapes.setdefault(architecture.output_name, architecture.output_shape)  # no layer where it is flattened
        #: Values whose computation from the input can be run on a crop of it.
        self.croppable = croppable(graph)
        # What hangs on no image is a weight, or made of weights.
        self._depends = self._after([architecture.input_name])
        self._sessions: OrderedDict[_Key, onnxruntime.InferenceSession] = OrderedDict()
        self._lock = threading.Lock()
        self._is_large = is_large(graph)

    def changed(self, change: Change) -> Parts:
        """Return the same parts, each changed before it is run.

        Args:
            change: A part, its large weights, and the types of values → part and weights; it may raise
                `ConversionError`.
        """
        return Parts(self._graph, architecture=self._architecture, threads=self.threads, change=change)

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
            feed = {name: as_stored(_rows(given[name], rows), self._graph, name) for name in used}
            session = self._session((used, computed, threads or self.threads))
            batches = [feed] if self._graph.is_batch_free else _one_by_one(feed, rows)
            try:
                outputs = [session.run(list(computed), batch) for batch in batches]
            except Exception as exc:  # ONNX Runtime's exceptions share no base but Exception
                shapes = ", ".join(f"{name} {value.shape}" for name, value in feed.items())
                said = in_one_line(exc)
                raise ModelError(f"ONNX Runtime could not run the network from {shapes} on: {said}") from exc
            for name, each in zip(computed, zip(*outputs, strict=True), strict=True):
                results[name] = as_maps(each[0]) if len(each) == 1 else np.concatenate([as_maps(row) for row in each])
        return {name: results[name] for name in wanted}

    def run_each_alone(
        self, given: Mapping[str, NDArray[np.float32]], wanted: Sequence[str], *, threads: int | None = None
    ) -> dict[str, NDArray[np.float32]]:
        """Compute each value of the others that are given: what its layer makes of them, and of no error before it.

        Args:
            given: Name → float32 (1, C, H, W): the network's input, and every value wanted.
            wanted: Names of the values to compute; what lies between two of them belongs to the later one.
            threads: Of this run.

        Returns:
            Name → float32 (1, C, H, W), or (1, N).

        Raises:
            LayerError: A name is unknown, or not given.
            ModelError: ONNX Runtime refuses the values.
        """
        for name in wanted:
            if name not in self._shapes or name not in given:
                problem = "it is not given" if name in self._shapes else "no layer is called so"
                raise LayerError(f"{name!r} cannot be computed of the others: {problem}")
        session = self._session((_ANY, tuple(wanted), threads or self.threads))
        feed = {each.name: as_stored(given[each.name], self._graph, each.name) for each in session.get_inputs()}
        try:
            outputs = session.run([f"{name}{ALONE}" for name in wanted], feed)
        except Exception as exc:  # see run
            raise ModelError(f"ONNX Runtime could not run each layer by itself: {in_one_line(exc)}") from exc
        return {name: as_maps(values) for name, values in zip(wanted, outputs, strict=True)}

    def _cut(self, given: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return which of the given values are read, and what has to be read beside them."""
        for name in (*given, *wanted):
            if not isinstance(name, str) or name not in self._shapes:
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
                if len(self._sessions) > (_MOST_OF_LARGE if self._is_large else _MOST_SESSIONS):
                    self._sessions.popitem(last=False)
            self._sessions.move_to_end(key)
            return self._sessions[key]

    def _make(self, given: tuple[str, ...], wanted: tuple[str, ...], threads: int) -> onnxruntime.InferenceSession:
        is_alone = given == _ANY
        try:
            part = each_alone(self._graph, wanted) if is_alone else between(self._graph, given, wanted)
            part = self._change(*part, self._graph.types) if self._change else part
            options = sharing_options(threads)
            return made_session(part, exact_integers(options) if self._graph.has_integers else options)
        except ConversionError:
            raise
        except Exception as exc:  # see run
            said = in_one_line(exc)
            raise ModelError(f"ONNX Runtime cannot load the part from {', '.join(given)} on: {said}") from exc


def _rows(values: NDArray[np.float32], rows: int) -> NDArray[np.float32]:
    """Return values for each row of a batch, one standing for all."""
    return np.repeat(values, rows, axis=0) if len(values) == 1 < rows else np.ascontiguousarray(values)


def _one_by_one(feed: Mapping[str, NDArray[np.generic]], rows: int) -> list[dict[str, NDArray[np.generic]]]:
    """Return what is given for each row of a batch, for a file that takes but one."""
    return [{name: values[row : row + 1] for name, values in feed.items()} for row in range(rows)]
