"""How steep functions of one number are, as ONNX nodes: the derivative at each number of a value.

At a kink, it is what PyTorch's autograd takes: see each function's note.
"""

# ruff: noqa: ARG001 - all are called alike

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from squeezeviz.network.gradient_nodes import GradientNodes

__all__ = ["DERIVATIVES"]


def _sigmoid(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    return at.node("Mul", y, at.node("Sub", at.numbers(1), y))


def _hard_sigmoid(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    """At both ends: 0."""
    inside = at.node("And", at.node("Greater", y, at.numbers(0)), at.node("Less", y, at.numbers(1)))
    return at.node("Where", inside, at.numbers(own["alpha"]), at.numbers(0))


def _hard_swish(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    """At −3: 0; at 3: 1."""
    rising = at.node("Add", at.node("Div", x, at.numbers(3)), at.numbers(0.5))
    below = at.node("Where", at.node("Greater", x, at.numbers(-3)), rising, at.numbers(0))
    return at.node("Where", at.node("Less", x, at.numbers(3)), below, at.numbers(1))


def _tanh(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    return at.node("Sub", at.numbers(1), at.node("Mul", y, y))


def _leaky_relu(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    """At 0: the slope below."""
    return at.node("Where", at.node("Greater", x, at.numbers(0)), at.numbers(1), at.numbers(own["alpha"]))


def _elu(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    """At 0: that of the exponential below."""
    below = at.scaled(at.node("Exp", at.node("Min", x, at.numbers(0))), own["alpha"])
    return at.node("Where", at.node("Greater", x, at.numbers(0)), at.numbers(1), below)


def _selu(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    """At 0: that of the exponential below."""
    return at.scaled(_elu(at, x, y, own), own["gamma"])


def _gelu(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    square = at.node("Mul", x, x)
    if not own["tanh"]:
        density = at.scaled(at.node("Exp", at.scaled(square, -0.5)), 1 / math.sqrt(2 * math.pi))
        error = at.node("Erf", at.scaled(x, 1 / math.sqrt(2)))
        share = at.scaled(at.node("Add", error, at.numbers(1)), 0.5)
        return at.node("Add", share, at.node("Mul", x, density))
    root = math.sqrt(2 / math.pi)
    cubic = at.node("Add", at.scaled(square, 0.044715 * root), at.numbers(root))
    bent = at.node("Tanh", at.node("Mul", x, cubic))
    slope = at.node("Add", at.scaled(square, 3 * 0.044715 * root), at.numbers(root))
    steep = at.node("Mul", at.node("Mul", x, _tanh(at, x, bent, own)), slope)
    return at.scaled(at.node("Add", at.node("Add", bent, at.numbers(1)), steep), 0.5)


def _erf(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    return at.scaled(at.node("Exp", at.node("Neg", at.node("Mul", x, x))), 2 / math.sqrt(math.pi))


def _softplus(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    return at.node("Sigmoid", x)


def _softsign(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    under = at.node("Add", at.node("Abs", x), at.numbers(1))
    return at.node("Reciprocal", at.node("Mul", under, under))


def _exp(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    return y


def _log(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    at.is_steep = True
    return at.node("Reciprocal", x)


def _sqrt(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    """At 0: infinite."""
    at.is_steep = True
    return at.node("Div", at.numbers(0.5), y)


def _abs(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    """At 0: 0."""
    return at.node("Sign", x)


def _neg(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    return at.numbers(-1)


def _reciprocal(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    at.is_steep = True
    return at.node("Neg", at.node("Mul", y, y))


def _mish(at: GradientNodes, x: str, y: str, own: Mapping[str, Any]) -> str:
    bent = at.node("Tanh", at.node("Softplus", x))
    steep = at.node("Mul", at.node("Mul", x, at.node("Sigmoid", x)), _tanh(at, x, bent, own))
    return at.node("Add", bent, steep)


#: ONNX's name of a function → what writes its derivative: given the nodes, the names of the numbers before and after
#: the function, and its parameters, it returns a name.
DERIVATIVES: dict[str, Callable[[GradientNodes, str, str, Mapping[str, Any]], str]] = {
    "Sigmoid": _sigmoid, "HardSigmoid": _hard_sigmoid, "HardSwish": _hard_swish, "Tanh": _tanh,
    "LeakyRelu": _leaky_relu, "Elu": _elu, "Selu": _selu, "Gelu": _gelu, "Erf": _erf, "Softplus": _softplus,
    "Softsign": _softsign, "Exp": _exp, "Log": _log, "Sqrt": _sqrt, "Abs": _abs, "Neg": _neg,
    "Reciprocal": _reciprocal, "Mish": _mish,
}  # fmt: skip
