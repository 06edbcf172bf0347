"""Layer-wise relevance propagation: a number handed back through a network, layer by layer, as plain ONNX.

S. Bach, A. Binder, G. Montavon, F. Klauschen, K.-R. Müller and W. Samek, "On Pixel-Wise Explanations for Non-Linear
Classifier Decisions by Layer-Wise Relevance Propagation" (2015). A graph is written as for a gradient
(`squeezeviz.network.backward`); what differs is what each operator does with what comes back to it:

- A function of one number (ReLU) hands on all of it, and so does what picks or moves numbers (maximum, concatenation).
- What is linear in the image's numbers (convolution, fully connected layer, mean, sum, product with stored numbers)
  shares it out among them, by a rule: `EpsilonRule` or `AlphaBetaRule`.
- Of anything else (a product of two of the image's numbers, softmax, normalisation by neighbours) no rule is known
  here, and it is refused by name.

Nothing is lost: what a layer's biases take, and what is left over, are summed beside, so that with these two the
relevance of the input adds up to the number.
"""

from __future__ import annotations

import math
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from squeezeviz.errors import LayerError, SqueezeVizError
from squeezeviz.network.gradient_nodes import GradientNodes
from squeezeviz.network.ops.activation import Clip, Function, Relu
from squeezeviz.network.ops.pooling import AveragePooling, GlobalPooling, MaxPooling
from squeezeviz.network.ops.rearrangement import Concatenation, Padding, Rearrangement
from squeezeviz.network.relevance_parts import added, is_linear, is_route, parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import onnx

    from squeezeviz.network.ops.base import Op

__all__ = ["TAKERS", "AlphaBetaRule", "EpsilonRule", "RelevanceNodes", "RelevanceRule", "Taker"]

#: What takes relevance that does not go on to the input: biases, and what is left over.
Taker = Literal["biases", "rest"]
TAKERS: tuple[Taker, ...] = get_args(Taker)

_LEAST = 1e-9  # of a stabiliser: 0 is divided by no less
_MOST_ALPHA = 100.0


@dataclass(frozen=True)
class EpsilonRule:
    """With x a layer's inputs, w its weights, z = Σ x · w + bias, and R what comes back to its outputs.

        R_i = Σ over outputs j: x_i · w_ij / (z_j ± ε) · R_j,     ± as z_j has it

    ε is the larger, the larger a layer's values are: `epsilon` × their root mean square on this image (Montavon et al.,
    "Layer-Wise Relevance Propagation: An Overview", 2019), where Bach et al. take one number for all layers.

    Attributes:
        epsilon: From 0 to 10.

    Raises:
        SqueezeVizError: It is none of these.
    """

    epsilon: float = 0.1

    def __post_init__(self) -> None:
        _check("epsilon", self.epsilon, 0.0, 10.0)

    @property
    def says(self) -> str:
        """The rule in a few words, for a file's documentation."""
        return f"layer-wise relevance propagation, epsilon rule (Bach et al., 2015) with epsilon {self.epsilon:g}"

    def share(self, at: RelevanceNodes, op: Op, relevance: str) -> Mapping[int, str]:
        """Share out what comes back to a linear operator; return operand → relevance."""
        value = op.node.outputs[op.output]
        axes = range(1, len(op.shape))
        mean = at.scaled(at.summed(at.node("Mul", value, value), axes), 1 / max(1, math.prod(op.shape[1:])))
        least = at.numbers(max(_LEAST, float(np.finfo(at.dtype).tiny)))
        size = at.node("Add", at.scaled(at.node("Sqrt", mean), self.epsilon), least)
        is_below = at.node("Less", value, at.numbers(0))
        apart = at.node("Where", is_below, at.node("Neg", size), size)
        shares = at.node("Div", relevance, at.node("Add", value, apart))
        at.take("rest", op, at.node("Sub", relevance, at.node("Mul", shares, value)))
        bias = added(op)
        if bias is not None:
            at.take("biases", op, at.node("Mul", shares, at.numbers(bias)))
        return {own: at.node("Mul", op.node.inputs[own].name, each) for own, each in op.backward(at, shares).items()}


@dataclass(frozen=True)
class AlphaBetaRule:
    """With z⁺ the sum of all x · w above 0 that make an output, its bias among them, z⁻ of those below, R as above.

        R_i = Σ over outputs j: (α · (x_i · w_ij)⁺ / z⁺_j − β · (x_i · w_ij)⁻ / z⁻_j) · R_j,     α − β = 1

    Where an output has parts of one sign alone, these share all of R_j: with α and β it would not be conserved.

    Attributes:
        alpha: From 1 to 100; β is one less.

    Raises:
        SqueezeVizError: It is none of these.
    """

    alpha: float = 2.0

    def __post_init__(self) -> None:
        _check("alpha", self.alpha, 1.0, _MOST_ALPHA)

    @property
    def says(self) -> str:
        """The rule in a few words, for a file's documentation."""
        return (
            f"layer-wise relevance propagation, alpha-beta rule (Bach et al., 2015) with alpha {self.alpha:g}, "
            f"beta {self.alpha - 1:g}"
        )

    def share(self, at: RelevanceNodes, op: Op, relevance: str) -> Mapping[int, str]:
        """Share out what comes back to a linear operator; return operand → relevance."""
        parts = parts_of(at, op)
        above, below = parts.above(), parts.below()
        bias = added(op)
        if bias is not None:
            more, less = np.maximum(bias, 0), np.minimum(bias, 0)
            above, below = at.node("Add", above, at.numbers(more)), at.node("Add", below, at.numbers(less))
        upper, lower = self._per_unit(at, relevance, above, below)
        met = at.node("Add", at.node("Mul", upper, above), at.node("Mul", lower, below))
        at.take("rest", op, at.node("Sub", relevance, met))
        if bias is not None:
            taken = at.node("Mul", upper, at.numbers(more)), at.node("Mul", lower, at.numbers(less))
            at.take("biases", op, at.node("Add", *taken))
        return parts.back(upper, lower)

    def _per_unit(self, at: RelevanceNodes, relevance: str, above: str, below: str) -> tuple[str, str]:
        """Return what each unit of the parts above 0, and of those below, has of the relevance."""
        zero, one = at.numbers(0), at.numbers(1)
        is_above, is_below = at.flag("Greater", above, zero), at.flag("Less", below, zero)

        def of(part: str, is_there: str, is_other: str, factor: float) -> str:
            """Return it of one: all of the relevance, or that times the factor where there is the other, too."""
            share = at.node("Mul", is_there, at.node("Add", one, at.scaled(is_other, factor - 1)))
            whole = at.node("Add", part, at.node("Sub", one, is_there))  # 1 where it is 0
            return at.node("Div", at.node("Mul", relevance, share), whole)

        return of(above, is_above, is_below, self.alpha), of(below, is_below, is_above, 1 - self.alpha)


RelevanceRule = EpsilonRule | AlphaBetaRule


class RelevanceNodes(GradientNodes):
    """Nodes that hand relevance back, by a rule.

    Args:
        rule: How linear operators share it out.
        taken: Names that the network uses.
        ops: The network's operators, by what they compute.
        forward: Its nodes, of the operator set that is written in.

    Attributes:
        takes: What took relevance on the way → names of how much, (B, 1) each.
    """

    def __init__(
        self,
        rule: RelevanceRule,
        taken: set[str],
        ops: Mapping[str, Op],
        forward: Mapping[str, onnx.NodeProto],
    ) -> None:
        super().__init__("exact", taken)
        self.relevance_rule = rule
        self.takes: dict[Taker, list[str]] = {who: [] for who in TAKERS}
        self._ops, self._forward = ops, forward
        self._is_nonnegative: dict[str, bool] = {}

    def first(self, seed: str, of: str) -> str:
        """Return the relevance of the numbers that are explained: each times its weight."""
        return self.node("Mul", seed, of)

    def carry(self, op: Op, gradient: str) -> Mapping[int, str]:
        """Hand relevance back from an operator's output to its inputs.

        Raises:
            LayerError: No rule is known of it.
        """
        if isinstance(op, Function):
            return {op.moving[0]: gradient}
        if is_route(op):
            found = op.backward(self, gradient)
            is_joined = isinstance(op, Concatenation) and len(op.moving) < len(op.node.inputs)
            if is_joined or isinstance(op, Padding):  # what comes back to constants among the numbers is theirs
                self.take("biases", op, gradient)
                for own, each in found.items():
                    self.take("biases", op, self.node("Neg", each), size=op.node.inputs[own].size)
            return found
        if not is_linear(op):
            raise LayerError(
                f"{op.describe()} has no rule of layer-wise relevance propagation here; take a method of gradients, or "
                "a number before that layer"
            )
        return self.relevance_rule.share(self, op, gradient)

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


def _check(what: str, value: float, least: float, most: float) -> None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not least <= value <= most:
        raise SqueezeVizError(f"{what} is {value!r}, expected a number from {least:g} to {most:g}")
