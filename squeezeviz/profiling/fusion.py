"""Which layers ONNX Runtime computes in which of its kernels.

Its optimiser works in two halves. The first joins nodes and keeps the names of the values that remain: there, what a
node computes is everything between the values that it reads and those that it writes. The second arranges the same
nodes for this processor (channels in blocks, channels last), names them after what they were, puts conversions between
them, and joins a sum to the convolution before it. So the network is optimised twice, by halves and as a whole, and
what the whole runs is looked up in what the halves say.

Of a network in half precision it casts each value to float32 and computes that, under a longer name; and what has no
kernel of half precision, such as a softmax, becomes several nodes without names, which the profiler calls by operator
and number.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.profiling.tokens import token_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    import onnx

__all__ = ["Kernel", "kernels_of"]

#: What ONNX Runtime puts between nodes: another arrangement of the same numbers, or another type.
_CONVERSIONS = frozenset({"ReorderInput", "ReorderOutput", "Transpose", "Cast"})
#: What it puts before the name of a value in half precision that it computes in float32.
_CAST = "InsertedPrecisionFreeCast_"


@dataclass
class Kernel:
    """A node that ONNX Runtime runs, and what it computes of the network that it was given.

    Attributes:
        values: What it computes, of the network's own values.
        converts: The value that it only arranges anew or gives another type; None where it computes.
        weight_bytes: Of the stored numbers that it reads.
    """

    values: set[str] = field(default_factory=set)
    converts: str | None = None
    weight_bytes: int = 0

    @property
    def is_known(self) -> bool:
        """Whether it is known what it stands for."""
        return bool(self.values) or self.converts is not None


def kernels_of(
    given: onnx.ModelProto, joined: onnx.ModelProto, run: onnx.ModelProto, order: Sequence[str]
) -> dict[str, Kernel]:
    """Return every node that is run, by its name.

    Args:
        given: The network, its names made by `squeezeviz.profiling.tokens.tokenised`.
        joined: What the first half of the optimiser makes of it.
        run: What both halves make of it.
        order: Names of the nodes of `run`, in the order in which they run.
    """
    _name_nodes(joined.graph, order)
    _name_nodes(run.graph, order)
    covered = _covered(given.graph, joined.graph)
    made_by: dict[str, str] = {}
    for node in joined.graph.node:
        for value in node.output:
            made_by.setdefault(_own(value), node.name)  # and not the cast behind it
    stored = {tensor.name: _bytes(tensor) for tensor in run.graph.initializer}
    found: dict[str, Kernel] = {}
    stands_for: dict[str, str] = {}  # a node of the first half → the node of the whole that runs it
    for node in run.graph.node:
        kernel = found[node.name] = Kernel(weight_bytes=sum(stored.get(name, 0) for name in set(node.input)))
        source = _source(node, covered, made_by)
        if source is not None:
            kernel.values |= covered[source]
            stands_for[source] = node.name
        elif node.op_type in _CONVERSIONS:
            kernel.converts = next((name for name in [*node.output, *node.input] if token_in(name) == name), "")
    _add_missing(joined.graph, covered, stands_for, found, order)
    return found


def _name_nodes(graph: onnx.GraphProto, order: Sequence[str]) -> None:
    """Name nodes without a name as the profiler does, where only one can be meant; else as nothing that is run."""
    numbered = [name.rpartition("_") for name in order]
    counts = Counter(node.op_type for node in graph.node if not node.name)
    for place, node in enumerate(graph.node):
        if not node.name:
            called = [f"{kind}_{at}" for kind, _, at in numbered if kind == node.op_type and at.isdecimal()]
            is_clear = counts[node.op_type] == len(called) == 1
            node.name = called[0] if is_clear else f"{node.op_type} without a name, {place}"


def _covered(given: onnx.GraphProto, joined: onnx.GraphProto) -> dict[str, set[str]]:
    """Return what each node of the first half computes: all that its values hang on and that none before it has."""
    reads = {value: node.input for node in given.node for value in node.output if value}
    done: set[str] = set()
    found: dict[str, set[str]] = {}
    for node in joined.node:
        ahead, mine = [_own(name) for name in node.output if name], set()
        while ahead:
            value = ahead.pop()
            if value in reads and value not in done:
                done.add(value)
                mine.add(value)
                ahead.extend(reads[value])
        found[node.name] = mine
    for node in reversed(joined.node):  # what is only a part of one computation
        if not found[node.name] and node.op_type not in _CONVERSIONS:
            readers = [each.name for each in joined.node if set(node.output) & set(each.input)]
            found[node.name] = set().union(*(found[name] for name in readers[:1]))
    return found


def _own(value: str) -> str:
    """Return a value's name in the network that was given."""
    return value.removeprefix(_CAST)


def _source(node: onnx.NodeProto, covered: dict[str, set[str]], made_by: dict[str, str]) -> str | None:
    """Return the node of the first half that a node of the whole is."""
    if node.name in covered and (covered[node.name] or node.op_type not in _CONVERSIONS):
        return str(node.name)
    token = token_in(node.name)
    if node.op_type in _CONVERSIONS and not (token and node.name.startswith(token)):
        return None  # its values are those of another, converted
    if token is not None and (token in covered or token in made_by):
        return token if token in covered else made_by[token]
    return next((made_by[value] for value in map(_own, node.output) if value in made_by), None)


def _add_missing(
    joined: onnx.GraphProto,
    covered: dict[str, set[str]],
    stands_for: dict[str, str],
    found: dict[str, Kernel],
    order: Sequence[str],
) -> None:
    """Give what the second half has joined to others to them.

    To the last that runs of those whose values it reads; or, where it reads none that is computed, to its first reader.
    """
    place = {name: at for at, name in enumerate(order)}
    makes = {value: node.name for node in joined.node for value in node.output}
    for node in joined.node:
        if node.name in stands_for or not covered[node.name]:
            continue
        sources = [stands_for[makes[name]] for name in node.input if makes.get(name) in stands_for]
        readers = [each.name for each in joined.node if set(node.output) & set(each.input)]
        sources = sources or [stands_for[name] for name in readers if name in stands_for][:1]
        if sources:
            last = max(sources, key=lambda name: place.get(name, -1))
            found[last].values |= covered[node.name]
            stands_for[node.name] = last


def _bytes(tensor: onnx.TensorProto) -> int:
    from onnx import helper  # noqa: PLC0415 - heavy

    return int(np.prod(tensor.dims, dtype=np.int64)) * helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
