"""What a network's answer is where its last layer does not say so: tried out on numbers.

There are many ways to write a softmax: by hand, with the largest number subtracted, clipped, quantised, along one axis
or another. So it is not looked for in the graph. What lies behind the last learned weights is run by itself, on numbers
drawn at random from small to large, and a layer there is what it makes of them: where the answer is its softmax each
time, within rounding, the layer has the logits. Where no layer's is, and the answer sums to 1 each time, it is
probabilities all the same: a mean of several networks', say. No softmax is taken of these. Their logarithm is appended
to the graph, and stands where others have logits: softmax makes the probabilities of it again.

Networks that end in a linear layer, a mean or a ReLU, as most do, are not tried out.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.network.graph import read_graph
from squeezeviz.network.head import Closing
from squeezeviz.network.ops.activation import PRelu, Relu
from squeezeviz.network.ops.base import Op
from squeezeviz.network.ops.elementwise import Product, Quotient, Sum
from squeezeviz.network.ops.normalisation import BatchNormalisation
from squeezeviz.network.ops.pooling import GlobalPooling, Reduction
from squeezeviz.network.ops.quantisation import Dequantisation, Quantisation
from squeezeviz.network.ops.rearrangement import Concatenation, Rearrangement
from squeezeviz.network.ops.sliding import Sliding
from squeezeviz.network.runnable import between
from squeezeviz.telemetry import import_onnxruntime

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import onnx
    from numpy.typing import NDArray

    from squeezeviz.network.architecture import Architecture
    from squeezeviz.network.graph import Graph
    from squeezeviz.network.head import Head

    Numbers = NDArray[np.float64]

__all__ = ["with_closing"]

_MOST_VALUES = 64  # looked at, from the answer backwards
_FEW_NUMBERS = 8  # a constant of more is learned: others are bounds, axes and shapes
_SCALES = (0.3, 2.0, 8.0, 30.0)
_DRAWS = 3  # of each scale
_LEAST_DRAWS = 6  # of which the answer must be finite
_HALF_TYPES = (10, 16)  # float16, bfloat16 of TensorProto
_SMALLEST = float(np.finfo(np.float32).tiny)  # a probability of 0 counts as this
_LARGEST = 1 - 2.0**-24
_BROADCASTS = 7  # from this operator set on, operators of two numbers do


def with_closing(graph: Graph, architecture: Architecture) -> Graph:
    """Return a network with what its answer is, as far as it can be told; the same where its last layer says it.

    Args:
        graph: A network.
        architecture: Its layers, as read from it.
    """
    if architecture.head != "logits":
        return graph
    tail, begin = _tail(graph)
    if all(map(_is_plain, tail.values())):
        return graph
    names = [name for name in (*begin, *reversed(tail)) if _may_be_logits(name, graph, architecture)]
    drawn = _drawn(graph, begin, names)
    found = _recognised(drawn, names, graph, _rounding(graph, tail))
    if found is None:
        last = _last(graph, tail)
        if last is None or _is_plain(last):
            return graph
        note = f"its answer, {graph.output}, after {last.label}, is read as logits: probabilities are its softmax"
        return replace(graph, closing=Closing("logits", architecture.logits_name, note))
    if found.logits:
        return replace(graph, closing=found)
    return _with_logarithms(graph, found)


# What lies behind the last learned weights ----------------------------------------------------------------------------


def _tail(graph: Graph) -> tuple[dict[str, Op], list[str]]:
    """Return the values between what learned weights make and the answer, the answer first, and where they begin."""
    tail: dict[str, Op] = {}
    begin: dict[str, None] = {}
    ahead = [graph.output]
    while ahead:
        name = ahead.pop(0)
        op = graph.ops.get(name)
        if op is None or _is_learned(op) or len(tail) >= _MOST_VALUES:
            begin[name] = None
        elif name not in tail:
            tail[name] = op
            ahead.extend(op.node.inputs[at].name for at in op.moving)
    order = {name: at for at, name in enumerate(graph.ops)}
    inner = sorted(tail, key=lambda name: -order[name])
    return {name: tail[name] for name in inner}, list(begin)


def _is_learned(op: Op) -> bool:
    if type(op) is Op:  # not in the table: how it is called says little, what it reads does
        return any(each.constant is not None and each.size > _FEW_NUMBERS for each in op.node.inputs)
    return op.cost.parameters > 0


def _is_plain(op: Op) -> bool:
    """Whether what an operator makes of logits is still logits, as people write networks."""
    if isinstance(op, (Product, Quotient)):
        return op.moving == (0,) or (isinstance(op, Product) and len(op.moving) == 1)
    if isinstance(op, Reduction):
        return op.node.op_type == "ReduceMean"
    plain = (Rearrangement, Concatenation, Relu, PRelu, Sum, Sliding, GlobalPooling, BatchNormalisation)
    return isinstance(op, (*plain, Quantisation, Dequantisation))


def _last(graph: Graph, tail: Mapping[str, Op]) -> Op | None:
    """Return the operator that makes the answer, but for what hands its numbers on."""
    name = graph.output
    while (op := tail.get(name)) is not None and isinstance(op, (Rearrangement, Quantisation, Dequantisation)):
        name = op.node.inputs[0].name
    return op


def _may_be_logits(name: str, graph: Graph, architecture: Architecture) -> bool:
    is_layer = name in architecture and architecture[name].name == name
    return is_layer and math.prod(graph.shapes[name]) == math.prod(graph.shapes[graph.output])


# Tried out ------------------------------------------------------------------------------------------------------------


def _drawn(graph: Graph, begin: Sequence[str], names: Sequence[str]) -> list[dict[str, Numbers]]:
    """Return the answer and the values of some layers, flat, for numbers drawn at random; none if it cannot be run."""
    from onnx import helper  # noqa: PLC0415 - heavy

    onnxruntime = import_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4  # errors reach the caller as exceptions
    wanted = [name for name in dict.fromkeys([*names, graph.output]) if name not in begin]
    kinds = {name: helper.tensor_dtype_to_np_dtype(graph.types[name]) for name in begin}
    draw, found = np.random.default_rng(0), []
    try:
        part, weights = between(graph, begin, wanted)
        if weights:
            values = [onnxruntime.OrtValue.ortvalue_from_numpy(each) for each in weights.values()]
            options.add_external_initializers(list(weights), values)
        session = onnxruntime.InferenceSession(part, options, providers=["CPUExecutionProvider"])
        for scale in (scale for scale in _SCALES for _ in range(_DRAWS)):
            given = {name: _maps(draw, graph.shapes[name], scale).astype(kinds[name]) for name in begin}
            made = dict(zip(wanted, session.run(wanted, given), strict=True)) | given
            found.append({name: np.ravel(values).astype(np.float64) for name, values in made.items()})
    except Exception:  # noqa: BLE001 - whatever an operator refuses: then nothing is known
        return []
    return [values for values in found if np.isfinite(values[graph.output]).all()]


def _maps(draw: np.random.Generator, shape: tuple[int, ...], scale: float) -> Numbers:
    """Return maps each of which lies around a number of its own, so that their means are as far apart."""
    around = draw.normal(size=(*shape[:2], *[1] * (len(shape) - 2)))
    return scale * (around + 0.1 * draw.normal(size=shape))


def _recognised(
    drawn: Sequence[Mapping[str, Numbers]], names: Sequence[str], graph: Graph, apart: float
) -> Closing | None:
    """Return what the answer is; without logits where they are no layer's, None where it is nothing that is known."""
    if len(drawn) < _LEAST_DRAWS:
        return None
    answers = [values[graph.output] for values in drawn]
    exponentials = [np.exp(np.minimum(each, 1)) for each in answers]  # of more, no logarithm of a probability
    is_one = len(answers[0]) == 1  # its softmax is 1, whatever it is
    forms: tuple[tuple[Head, Callable[[Numbers], Numbers], Sequence[Numbers]], ...] = (
        ("softmax", _softmax, answers),
        ("log softmax", _softmax, exponentials),
        ("sigmoid", _sigmoid, answers),
    )
    for name in names:
        layers = [values[name] for values in drawn]
        for head, function, made in forms[2 * is_one :]:
            if name != graph.output and _agree(function, layers, made, apart):
                return Closing(head, name)
    if not is_one and graph.output in names and _are_shares(exponentials, apart):
        return Closing("log softmax", graph.output)
    if any(each.min() < -apart or each.max() > 1 + apart for each in answers):
        return None
    return Closing("probabilities" if not is_one and _are_shares(answers, apart) else "independent probabilities", "")


def _are_shares(answers: Sequence[Numbers], apart: float) -> bool:
    """Whether numbers sum to 1 each time."""
    return all(abs(each.sum() - 1) <= 100 * apart for each in answers)


def _rounding(graph: Graph, tail: Mapping[str, Op]) -> float:
    """How far an answer may be from what it is, for the precision that it is computed in."""
    if any(isinstance(op, (Quantisation, Dequantisation)) or "Linear" in op.node.op_type for op in tail.values()):
        return 2.0**-7
    return 2e-3 if any(graph.types.get(name) in _HALF_TYPES for name in tail) else 1e-5


def _agree(
    function: Callable[[Numbers], Numbers], layers: Sequence[Numbers], answers: Sequence[Numbers], apart: float
) -> bool:
    return all(
        np.isfinite(layer).all() and float(np.abs(function(layer) - answer).max()) <= apart
        for layer, answer in zip(layers, answers, strict=True)
    )


def _softmax(values: Numbers) -> Numbers:
    shares = np.exp(values - values.max())
    made: Numbers = shares / shares.sum()
    return made


def _sigmoid(values: Numbers) -> Numbers:
    small = np.exp(-np.abs(values))
    made: Numbers = np.where(values >= 0, 1, small) / (1 + small)
    return made


# Where no layer has the logits ----------------------------------------------------------------------------------------


def _with_logarithms(graph: Graph, found: Closing) -> Graph:
    """Return a network with the logarithm of its probabilities, or of their odds, computed behind its answer."""
    version = next((held.version for held in graph.model.opset_import if held.domain in ("", "ai.onnx")), 1)
    if version < _BROADCASTS:
        return graph
    is_apart = found.head == "independent probabilities"
    appended = _append(graph.model, graph.output, version, is_apart=is_apart)
    stands = "the logarithms of their odds, ln(p / (1 − p))," if is_apart else "their logarithms,"
    said = "numbers from 0 to 1, one a class" if is_apart else "probabilities that sum to 1"
    note = (
        f"its answer, {graph.output}, is {said}, made in another way than by a {'sigmoid' if is_apart else 'softmax'} "
        f"of a layer: it is taken as it is, and no softmax of it; {stands} {appended[-1]}, stand where others have "
        "logits, and what takes logits apart is not offered"
    )
    closing = Closing(found.head, appended[-1], note, appended)
    size = graph.input_shape[1], graph.input_shape[2]
    made = read_graph(graph.model, size, graph.output, weights=graph.weights, closing=closing)
    return replace(made, raw_names=graph.raw_names)


def _append(model: onnx.ModelProto, answer: str, version: int, *, is_apart: bool) -> tuple[str, ...]:
    """Append operators that make the logarithm of an answer, or of its odds; return what they compute."""
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415 - heavy

    limits = {"min": _SMALLEST} | ({"max": _LARGEST} if is_apart else {})
    single, kept, logarithm = f"{answer}:single", f"{answer}:clip", f"{answer}:log"
    nodes = [helper.make_node("Cast", [answer], [single], to=TensorProto.FLOAT)]
    constants = {f"{answer}:one": 1.0}
    if version < 11:  # from then on, they are inputs
        nodes.append(helper.make_node("Clip", [single], [kept], None, None, None, None, **limits))
    else:
        named = {f"{answer}:{name}": value for name, value in limits.items()}
        constants |= named
        nodes.append(helper.make_node("Clip", [single, *named], [kept]))
    source = kept
    if is_apart:
        source = f"{answer}:odds"
        nodes.append(helper.make_node("Sub", [f"{answer}:one", kept], [f"{answer}:rest"]))
        nodes.append(helper.make_node("Div", [kept, f"{answer}:rest"], [source]))
    nodes.append(helper.make_node("Log", [source], [logarithm]))
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(
        numpy_helper.from_array(np.array(value, np.float32), name) for name, value in constants.items()
    )
    return tuple(node.output[0] for node in nodes)
