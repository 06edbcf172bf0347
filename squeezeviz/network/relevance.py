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
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import LayerError, SqueezeVizError
from squeezeviz.network.ops.activation import Function
from squeezeviz.network.ops.rearrangement import Concatenation, Padding
from squeezeviz.network.relevance_nodes import RelevanceNodes
from squeezeviz.network.relevance_parts import added, is_linear, is_route, parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import onnx

    from squeezeviz.network.ops.base import Op

__all__ = ["AlphaBetaRule", "EpsilonRule", "RelevanceRule", "RelevanceRun"]

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


class RelevanceRun(RelevanceNodes):
    """Nodes that hand relevance back by a rule, operator by operator.

    Args:
        rule: How linear operators share it out.
        taken: Names that the network uses.
        ops: The network's operators, by what they compute.
        forward: Its nodes, of the operator set that is written in.
    """

    def __init__(
        self, rule: RelevanceRule, taken: set[str], ops: Mapping[str, Op], forward: Mapping[str, onnx.NodeProto]
    ) -> None:
        super().__init__(taken, ops, forward)
        self._by = rule

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
        return self._by.share(self, op, gradient)


def _check(what: str, value: float, least: float, most: float) -> None:
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not least <= value <= most:
        raise SqueezeVizError(f"{what} is {value!r}, expected a number from {least:g} to {most:g}")
