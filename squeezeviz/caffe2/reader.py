"""A pair of Caffe2 files → a `Graph`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.caffe2.arguments import Operator
from squeezeviz.caffe2.graph import Graph, Node, Value, name_values
from squeezeviz.caffe2.operators import Translation
from squeezeviz.caffe2.schema import NetDef, parse
from squeezeviz.caffe2.weights import read_weights
from squeezeviz.errors import ConversionError

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "predict_net.pb"
_MOST_OPERATORS = 10_000  # a hundred times the published network's


def read_pair(init_net: bytes, predict_net: bytes, *, input_size: int = 227) -> Graph:
    """Read a network and its weights.

    Args:
        init_net: Content of ``init_net.pb``.
        predict_net: Content of ``predict_net.pb``.
        input_size: Height and width of the input in pixels; a Caffe2 file does not say.

    Returns:
        The network in single assignments, its weights included.

    Raises:
        ConversionError: Anything about the two files that is malformed, unknown or contradictory, by operator,
            position and blob.
    """
    weights = read_weights(init_net)
    net = parse(NetDef, predict_net, what=FILE)
    operators = [Operator(definition, position, file=FILE) for position, definition in enumerate(net.op)]
    if len(operators) > _MOST_OPERATORS:
        raise ConversionError(f"{FILE}: holds {len(operators):,} operators, expected at most {_MOST_OPERATORS:,}")
    if not operators:
        raise ConversionError(f"{FILE}: holds no operators; is it the file of the weights?")
    # A kernel or bias that init_net.pb lacks is no second input: its operator will say what it misses.
    learned = {name for op in operators if op.type == "Conv" for name in op.inputs[1:]} | set(weights.arrays)
    source_blob = _only("input", [name for name in net.external_input if name not in learned])
    result_blob = _only("output", list(net.external_output))
    source = Value(source_blob, (_input_channels(operators, source_blob, weights.arrays), input_size, input_size))
    graph = Graph(source, source, [], dict(weights.arrays))
    translation = Translation(graph)
    for op in operators:
        translation.add(op)
    if result_blob not in translation.current:
        raise ConversionError(f"{FILE}: promises the output {result_blob!r}, but no operator writes it")
    graph.result = translation.current[result_blob]
    if graph.result.blob != result_blob:  # a dropout in test mode stood last: the promised name still has to exist
        renamed = Value(result_blob, graph.result.shape)
        graph.nodes.append(Node("Identity", [graph.result], renamed))
        graph.result = renamed
    name_values(graph)
    return graph


def _only(what: str, names: list[str]) -> str:
    if len(names) != 1 or not isinstance(names[0], str):  # bytes where a string is not UTF-8
        listed = ", ".join(map(repr, names[:8])) or "none"
        raise ConversionError(f"{FILE}: expected one {what} that is not a weight, found {len(names)}: {listed}")
    return names[0]


def _input_channels(operators: list[Operator], source: str, arrays: Mapping[str, object]) -> int:
    """Return how many channels the first convolution takes from the input; 3 where none reads it."""
    for op in operators:
        if op.type == "Conv" and len(op.inputs) >= 2 and op.inputs[0] == source:
            shape: tuple[int, ...] = getattr(arrays.get(op.inputs[1]), "shape", ())
            group = op.message("group")
            if len(shape) == 4:
                return shape[1] * max(1, group.i if group is not None else 1)
    return 3
