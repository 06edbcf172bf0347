"""What the rules of layer-wise relevance propagation write their graphs with: more than gradients need."""

from __future__ import annotations

import math
from copy import copy
from typing import TYPE_CHECKING, Literal, get_args

from squeezeviz.network.gradient_nodes import GradientNodes
from squeezeviz.network.ops.activation import Clip, Relu
from squeezeviz.network.ops.pooling import AveragePooling, GlobalPooling, MaxPooling
from squeezeviz.network.ops.rearrangement import Concatenation, Padding, Rearrangement

if TYPE_CHECKING:
    from collections.abc import Mapping

    import onnx

    from squeezeviz.network.ops.base import Op

__all__ = ["TAKERS", "RelevanceNodes", "Taker"]

#: What takes relevance that does not go on to the input: biases, and what is left over.
Taker = Literal["biases", "rest"]
TAKERS: tuple[Taker, ...] = get_args(Taker)


class RelevanceNodes(GradientNodes):
    """Nodes that hand relevance back.

    Args:
        taken: Names that the network uses.
        ops: The network's operators, by what they compute.
        forward: Its nodes, of the operator set that is written in.

    Attributes:
        takes: What took relevance on the way → names of how much, (B, 1) each.
    """

    def __init__(self, taken: set[str], ops: Mapping[str, Op], forward: Mapping[str, onnx.NodeProto]) -> None:
        super().__init__("exact", taken)
        self.takes: dict[Taker, list[str]] = {who: [] for who in TAKERS}
        self._ops, self._forward = ops, forward
        self._is_nonnegative: dict[str, bool] = {}

    def first(self, seed: str, of: str) -> str:
        """Return the relevance of the numbers that are explained: each times its weight."""
        return self.node("Mul", seed, of)

    def take(self, who: Taker, op: Op, values: str, *, size: int = 0) -> None:
        """Note what took relevance, of the output's shape or of so many numbers an image; it is summed an image."""
        from onnx import TensorProto  # noqa: PLC0415 - heavy

        flat = self.node("Reshape", values, self.ints([-1, size or math.prod(op.shape)]))
        self.takes[who].append(self.node("Cast", self.summed(flat, [1]), to=TensorProto.DOUBLE))

    def flag(self, sign: str, one: str, other: str) -> str:
        """Return 1 where a comparison holds, else 0."""
        from onnx import helper  # noqa: PLC0415 - heavy

        return self.node("Cast", self.node(sign, one, other), to=helper.np_dtype_to_tensor_dtype(self.dtype))

    def again(self, op: Op, inputs: Mapping[int, str], *, count: int | None = None) -> str:
        """Add an operator's own node once more, with other inputs in some places.

        Args:
            op: Which.
            inputs: Place → name.
            count: How many of its inputs it has then; all by default.
        """
        node = copy(self._forward[op.node.outputs[op.output]])
        names = [inputs.get(at, name) for at, name in enumerate(node.input)][:count]
        del node.input[:], node.output[:]
        node.name = ""
        node.input.extend(names)
        node.output.append(self._new(node.op_type))
        self.nodes.append(node)
        return str(node.output[0])

    def halves(self, name: str) -> tuple[str, str | None]:
        """Return a value's numbers above 0, 0 elsewhere, and those below; None where it is known to have none."""
        if self._has_none_below(name):
            return name, None
        return self.node("Relu", name), self.node("Neg", self.node("Relu", self.node("Neg", name)))

    def _has_none_below(self, name: str) -> bool:
        if name not in self._is_nonnegative:
            op = self._ops.get(name)
            hands_on = isinstance(op, (MaxPooling, AveragePooling, GlobalPooling, Concatenation, Rearrangement))
            is_more = isinstance(op, Padding) and op.filling() < 0
            self._is_nonnegative[name] = (
                isinstance(op, Relu)
                or (isinstance(op, Clip) and op.low >= 0)
                or (op is not None and hands_on and not is_more and self._are_none_below(op))
            )
        return self._is_nonnegative[name]

    def _are_none_below(self, op: Op) -> bool:
        data = range(len(op.node.inputs)) if isinstance(op, Concatenation) else (0,)
        return all(at in op.moving and self._has_none_below(op.node.inputs[at].name) for at in data)
