"""A network as single assignments: every value is written once, and has one name.

Caffe2 lets an operator overwrite its input (a ReLU does, in the published file). Here each write is a `Value` of its
own; `name_values` then gives the *last* write of a blob the published name, and what went into a ReLU that name with
``:pre`` behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import ConversionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

PRE = ":pre"


@dataclass(eq=False)
class Value:
    """One array that flows through the network.

    Attributes:
        blob: The Caffe2 blob it was written to.
        shape: Without the batch axis: (C, H, W) or (C,).
        name: Its final name, given by `name_values`.
    """

    blob: str
    shape: tuple[int, ...]
    name: str = ""


@dataclass(eq=False)
class Node:
    """One ONNX operation.

    Attributes:
        op: ONNX operator type.
        inputs: Values, or names of weights.
        output: The value it writes.
        attributes: ONNX attributes.
    """

    op: str
    inputs: list[Value | str]
    output: Value
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Graph:
    """A whole network.

    Attributes:
        source: The input value, (C, H, W).
        result: The output value.
        nodes: In execution order.
        weights: Name → learned values.
    """

    source: Value
    result: Value
    nodes: list[Node]
    weights: dict[str, NDArray[Any]]

    def readers(self, value: Value) -> list[Node]:
        """Return the nodes that read a value."""
        return [node for node in self.nodes if value in node.inputs]


def name_values(graph: Graph) -> None:
    """Give every value its name.

    Raises:
        ConversionError: Two values, or a value and a weight, would bear the same name.
    """
    writes: dict[str, list[Value]] = {graph.source.blob: [graph.source]}
    for node in graph.nodes:
        writes.setdefault(node.output.blob, []).append(node.output)
    for blob, values in writes.items():
        for age, value in enumerate(reversed(values)):
            value.name = blob if age == 0 else f"{blob}{PRE}{age if age > 1 else ''}"
    produced = {id(node.output) for node in graph.nodes}
    for node in graph.nodes:
        if node.op == "Relu" and isinstance(node.inputs[0], Value):
            before = node.inputs[0]
            if id(before) in produced and before is not graph.result and PRE not in before.name:
                before.name = node.output.name + PRE
    taken = set(graph.weights)
    for value in [graph.source, *(node.output for node in graph.nodes)]:
        if value.name in taken or not value.name:
            raise ConversionError(f"predict_net.pb: two values would both be called {value.name!r}; rename one blob")
        taken.add(value.name)
