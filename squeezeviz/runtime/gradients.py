"""Derivatives of a model's numbers by its input or its layers, and their relevance: graphs, run by ONNX Runtime."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import LayerError, ModelError, did_you_mean, in_one_line, spoken
from squeezeviz.network.backward import BackwardGraph, Rule, backward, relevance
from squeezeviz.network.relevance_nodes import TAKERS
from squeezeviz.network.runnable import as_maps, as_stored
from squeezeviz.runtime.sessions import is_large, made_session, sharing_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    import onnxruntime
    from numpy.typing import NDArray

    from squeezeviz.network.graph import Graph
    from squeezeviz.network.relevance import RelevanceRule
    from squeezeviz.network.relevance_nodes import Taker
    from squeezeviz.runtime.inputs import Inputs

__all__ = ["Gradients"]

_MOST_SESSIONS = 12
_MOST_OF_LARGE = 2  # of a network whose weights alone are hundreds of megabytes

_Key = tuple[str, tuple[str, ...], "Rule | RelevanceRule", tuple[str, ...], tuple[int, ...], int]


class Gradients:
    """The derivatives of one model: backward graphs, each a session made when first needed; the latest are kept.

    Values are named as `squeezeviz.Model.activations` names them, values before ReLU included; the network's input by
    its own name, or ``"input"``.

    Args:
        graph: The network at its own size.
        inputs: What it may be given, and its layers at other sizes.
        threads: Threads of one run.
    """

    def __init__(self, graph: Graph, inputs: Inputs, *, threads: int) -> None:
        self._graph, self._inputs = graph, inputs
        self._threads = threads
        self._input = graph.source
        self._shapes = self._shapes_at(graph.input_shape)
        self._sessions: OrderedDict[_Key, tuple[Graph, BackwardGraph, onnxruntime.InferenceSession]] = OrderedDict()
        self._lock = threading.Lock()

    def shape(self, name: str) -> tuple[int, ...]:
        """Return a value's shape for one image, (C, H, W) or (N,).

        Raises:
            LayerError: There is no value of that name.
        """
        return self._shapes[self._named(name)]

    def graph(self, of: str, by: Sequence[str] = ("input",), rule: Rule = "exact") -> BackwardGraph:
        """Return the backward graph itself, as it is run.

        Args:
            of: The value that is differentiated.
            by: The values by which.
            rule: How ReLU hands a gradient on.

        Raises:
            LayerError: As `run`.
            ModelError: As `run`.
        """
        return backward(self._graph, self._named(of), self._distinct(by), rule)

    def run(
        self,
        tensor: NDArray[np.float32],
        of: str,
        weights: NDArray[np.float32],
        by: Sequence[str] = ("input",),
        rule: Rule = "exact",
        *,
        threads: int | None = None,
    ) -> tuple[NDArray[np.float32], dict[str, NDArray[np.float32]]]:
        """Differentiate Σ weights · of by each number of other values, for each image by itself.

        Args:
            tensor: Input tensor, float32 (B, C, H, W), of a size that the model takes.
            of: The value that is differentiated.
            weights: How much each of its numbers counts, float32 of its shape, (B, …); one row stands for all images.
            by: The values by whose numbers: ``"input"``, or layers before `of`.
            rule: ``"exact"``; or ``"guided"``, ``"deconvnet"``: see `squeezeviz.network.backward`.
            threads: Of this run; the model's own number by default.

        Returns:
            The value `of`, float32 (B, C, H, W) or (B, N); and name, as in `by` → derivative, float32 (B, C, H, W).

        Raises:
            LayerError: A value is unknown, nothing hangs on it, or an operator between has no gradient.
            ModelError: The shape of the tensor or of the weights is another, or ONNX Runtime refuses the graph.
        """
        value, gradients, _ = self.observe(tensor, of, weights, by, rule, threads=threads)
        return value, gradients

    def observe(
        self,
        tensor: NDArray[np.float32],
        of: str,
        weights: NDArray[np.float32],
        by: Sequence[str] = ("input",),
        rule: Rule = "exact",
        *,
        keep: Sequence[str] = (),
        threads: int | None = None,
    ) -> tuple[NDArray[np.float32], dict[str, NDArray[np.float32]], dict[str, NDArray[np.float32]]]:
        """Differentiate as `run`, and return what layers saw of the images, from the same run.

        Args:
            tensor: As `run` takes it, float32 (B, C, H, W).
            of: The value that is differentiated.
            weights: How much each of its numbers counts, float32 (B, …).
            by: The values by whose numbers.
            rule: How ReLU hands a gradient on.
            keep: Values that are returned as they are: the layers of `by`, or others.
            threads: Of this run; the model's own number by default.

        Returns:
            What `run` returns; and name, as in `keep` → float32 (B, C, H, W) or (B, N).

        Raises:
            LayerError: As `run`.
            ModelError: As `run`.
        """
        value, found, values, _ = self._observed(tensor, of, weights, by, rule, keep=keep, threads=threads)
        return value, found, values

    def relevance(
        self,
        tensor: NDArray[np.float32],
        of: str,
        weights: NDArray[np.float32],
        rule: RelevanceRule,
        *,
        threads: int | None = None,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], dict[Taker, NDArray[np.float64]]]:
        """Hand Σ weights · of back to the input by layer-wise relevance propagation, for each image by itself.

        Args:
            tensor: As `run` takes it, float32 (B, C, H, W).
            of: The value whose numbers are explained.
            weights: How much each of its numbers counts, float32 (B, …).
            rule: How linear operators share relevance out: `squeezeviz.network.relevance`.
            threads: Of this run; the model's own number by default.

        Returns:
            The value `of`; the relevance of the input, float32 (B, C, H, W); and what biases took (``"biases"``) and
            what was left over (``"rest"``), float64 (B,) each. Relevance and these add up to Σ weights · of.

        Raises:
            LayerError: As `run`; an operator between has no rule.
            ModelError: As `run`.
        """
        value, found, _, takes = self._observed(tensor, of, weights, [self._input], rule, threads=threads)
        return value, found[self._input], {who: takes.get(who, np.zeros(len(tensor))) for who in TAKERS}

    def _observed(
        self,
        tensor: NDArray[np.float32],
        of: str,
        weights: NDArray[np.float32],
        by: Sequence[str],
        rule: Rule | RelevanceRule,
        *,
        keep: Sequence[str] = (),
        threads: int | None,
    ) -> tuple[
        NDArray[np.float32],
        dict[str, NDArray[np.float32]],
        dict[str, NDArray[np.float32]],
        dict[Taker, NDArray[np.float64]],
    ]:  # fmt: skip
        of, distinct, kept = self._named(of), self._distinct(by), tuple(dict.fromkeys(map(self._named, keep)))
        self._check(tensor, of, weights)
        graph, made, session = self._session((of, distinct, rule, kept, tensor.shape[1:], threads or self._threads))
        if len(weights) == 1 < len(tensor):
            weights = np.repeat(weights, len(tensor), axis=0)
        feed = {
            made.image: as_stored(tensor, graph, made.image),
            made.seed: as_stored(np.ascontiguousarray(weights), graph, of),
        }
        outputs = [of, *made.gradients.values(), *kept, *made.takes.values()]
        rows = [slice(None)] if self._graph.is_batch_free else [slice(row, row + 1) for row in range(len(tensor))]
        try:
            found = [session.run(outputs, {name: each[row] for name, each in feed.items()}) for row in rows]
        except Exception as exc:  # ONNX Runtime's exceptions share no base but Exception
            raise ModelError(
                f"ONNX Runtime could not differentiate {spoken(of)} for an input of shape {tensor.shape}: "
                f"{in_one_line(exc)}"
            ) from exc
        whole = [np.concatenate(each) if len(each) > 1 else each[0] for each in zip(*found, strict=True)]
        named = (of, *made.gradients, *kept)
        value, *others = [_as_maps(each, graph.shapes[name][0]) for each, name in zip(whole, named, strict=False)]
        gradients = dict(zip(made.gradients, others[: len(distinct)], strict=True))
        values = dict(zip(kept, others[len(distinct) :], strict=True))
        return (
            value,
            {name: gradients[self._named(name)] for name in by},
            {name: values[self._named(name)] for name in keep},
            dict(zip(made.takes, (each[:, 0] for each in whole[len(named) :]), strict=True)),
        )

    def _shapes_at(self, input_shape: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
        """Return value → shape for one image of that size."""
        architecture = self._inputs.architecture_at(*input_shape[1:])
        shapes: dict[str, tuple[int, ...]] = {architecture.input_name: architecture.input_shape}
        for layer in architecture:
            shapes[layer.name] = layer.shape
            if layer.pre_relu:
                shapes[layer.pre_relu] = layer.shape
        return {architecture.output_name: architecture.output_shape, **shapes}

    def _named(self, name: str) -> str:
        if name == "input" and name not in self._shapes:
            return self._input
        if name not in self._shapes:
            known = [*self._shapes, "input"]
            raise LayerError(f"no layer is called {spoken(str(name))!r}.{did_you_mean(str(name), known)}")
        return name

    def _distinct(self, by: Sequence[str]) -> tuple[str, ...]:
        if isinstance(by, str):
            raise LayerError(f"by is the text {by!r}; expected a list of names, [{by!r}]")
        if not isinstance(by, Iterable):
            raise LayerError(f"by is {by!r}, expected 'input', a layer's name or a list of names")
        return tuple(dict.fromkeys(map(self._named, by)))

    def _check(self, tensor: NDArray[np.float32], of: str, weights: NDArray[np.float32]) -> None:
        self._inputs.checked(tensor)
        shape = self._shapes_at(tensor.shape[1:])[of]
        expected = f"the weights of {of}: expected float32 (B, {', '.join(map(str, shape))})"
        if not isinstance(weights, np.ndarray) or weights.dtype != np.float32:
            found = weights.dtype if isinstance(weights, np.ndarray) else type(weights).__name__
            raise ModelError(f"{expected}, got {found}")
        if weights.shape[1:] != shape or not len(weights):
            raise ModelError(f"{expected}, got shape {weights.shape}")
        if not np.isfinite(weights).all():
            raise ModelError(f"{expected}, got NaN or infinite values")
        if len(weights) not in (1, len(tensor)):
            raise ModelError(f"expected one row of weights, or {len(tensor)}, one an image; got {len(weights)}")

    def _session(self, key: _Key) -> tuple[Graph, BackwardGraph, onnxruntime.InferenceSession]:
        with self._lock:
            if key not in self._sessions:
                of, by, rule, keep, shape, threads = key
                graph = self._graph if shape == self._graph.input_shape else self._inputs.graph_at(*shape[1:])
                made = backward(graph, of, by, rule, keep=keep) if isinstance(rule, str) else relevance(graph, of, rule)
                # ONNX Runtime may read large numbers where they lie: they stay for as long as the session does.
                self._sessions[key] = graph, replace(made, content=b""), _session_of(made, threads)
                if len(self._sessions) > (_MOST_OF_LARGE if is_large(graph) else _MOST_SESSIONS):
                    self._sessions.popitem(last=False)
            self._sessions.move_to_end(key)
            return self._sessions[key]


def _session_of(made: BackwardGraph, threads: int) -> onnxruntime.InferenceSession:
    try:
        return made_session((made.content, made.weights), sharing_options(threads))
    except Exception as exc:  # see observe
        raise ModelError(f"ONNX Runtime cannot load the gradient of {spoken(made.of)}: {in_one_line(exc)}") from exc


def _as_maps(values: NDArray[np.generic], rows: int) -> NDArray[np.float32]:
    """Return what a session gave, a row for each image."""
    return as_maps(values if rows == 1 else values.reshape(-1, rows, *values.shape[1:]))
