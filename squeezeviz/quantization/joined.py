"""One scale for what a concatenation joins and for what it makes of it: it only copies, and rounds nothing.

A quantiser finds the range of every value by itself: each value that is joined has a scale of its own, the result has
another, and every number is rounded twice, one by one. Rounded in the result's steps at once, numbers are nearer to
float32, and joining them takes a quarter of the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import onnx

__all__ = ["round_once"]


def round_once(made: onnx.ModelProto, given: onnx.ModelProto) -> None:
    """Let what concatenations join be rounded in the steps of the result; the network is changed.

    What something else reads as well keeps its steps: kernels and biases are told for them. So does what has another
    zero point, which may stand for a ReLU, and what was clipped, where the end of the range may stand for the clip.

    Args:
        made: The network in integers: pairs of QuantizeLinear and DequantizeLinear.
        given: What it was made of, in float32.
    """
    graph = _Pairs(made)
    clipped = {name for node in given.graph.node if node.op_type == "Clip" for name in node.output}
    # The last first: a concatenation that another one joins has taken over its steps before its own are handed on.
    for node in reversed([each for each in made.graph.node if each.op_type == "Concat"]):
        result = graph.rounding_of(node.output[0])
        if result is None:
            continue
        for name in dict.fromkeys(node.input):
            pair = graph.pair_before(name, node)
            if pair and pair[0].input[0] not in clipped and graph.zero_point(pair[0]) == graph.zero_point(result):
                for each in pair:
                    each.input[1:] = result.input[1:]
    graph.drop_unused()


class _Pairs:
    """Who makes and who reads each value of a network."""

    def __init__(self, made: onnx.ModelProto) -> None:
        self._graph = made.graph
        self._maker = {output: node for node in made.graph.node for output in node.output}
        self._readers: dict[str, list[onnx.NodeProto]] = {}
        for node in made.graph.node:
            for name in dict.fromkeys(node.input):
                self._readers.setdefault(name, []).append(node)
        self._outputs = {output.name for output in made.graph.output}

    def rounding_of(self, name: str) -> onnx.NodeProto | None:
        """Return what alone rounds a value, or None."""
        return self._only_reader(name, "QuantizeLinear")

    def pair_before(self, name: str, reader: onnx.NodeProto) -> tuple[onnx.NodeProto, onnx.NodeProto] | None:
        """Return the two nodes that round what one node alone reads, if their steps are their own."""
        back = self._maker.get(name)
        if back is None or back.op_type != "DequantizeLinear" or self._readers[name] != [reader]:
            return None
        there = self._maker.get(back.input[0])
        if there is None or there.op_type != "QuantizeLinear" or there.input[1:] != back.input[1:]:
            return None  # kernels, say, which are stored in whole numbers
        is_own = all(len(self._readers[each]) == 2 for each in there.input[1:])
        return (there, back) if is_own and self._only_reader(there.output[0], back.op_type) else None

    def zero_point(self, node: onnx.NodeProto) -> int | None:
        """Return a QuantizeLinear's zero point, where it has one for all its numbers."""
        from onnx import numpy_helper  # noqa: PLC0415 - heavy

        found = [each for each in self._graph.initializer if len(node.input) > 2 and each.name == node.input[2]]
        values = numpy_helper.to_array(found[0]) if found else np.zeros(0)
        return int(values.item()) if values.size == 1 else None

    def drop_unused(self) -> None:
        """Take out steps that nothing reads any more."""
        read = {name for node in self._graph.node for name in node.input}
        kept = [each for each in self._graph.initializer if each.name in read | self._outputs]
        del self._graph.initializer[:]
        self._graph.initializer.extend(kept)

    def _only_reader(self, name: str, kind: str) -> onnx.NodeProto | None:
        readers = self._readers.get(name, [])
        alone = len(readers) == 1 and readers[0].op_type == kind and name not in self._outputs
        return readers[0] if alone else None
