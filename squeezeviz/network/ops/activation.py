"""Activation functions, and other functions of one number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.errors import LayerError
from squeezeviz.network.ops.base import Pointwise
from squeezeviz.network.ops.derivatives import DERIVATIVES
from squeezeviz.network.ops.table import register

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from squeezeviz.network.gradient_nodes import GradientNodes
    from squeezeviz.network.ops.base import Read, Terms
    from squeezeviz.network.ops.window import Windows

__all__ = ["Clip", "Function", "PRelu", "Relu"]

_SELU_ALPHA, _SELU_GAMMA = 1.67326319217681884765625, 1.05070102214813232421875  # ONNX's own, of operator set 6


class Function(Pointwise):
    """A function of one number, which opens as input, function, output: never as a sum."""

    def work(self) -> tuple[int, int]:
        return 0, math.prod(self.shape[1:])

    def function(self, place: int) -> tuple[Callable[[float], float], str]:
        """Return the function of one cell's number, in float64, and how it is written."""
        raise NotImplementedError

    def terms(self, place: int, read: Read) -> Terms:
        function, formula = self.function(place)
        value = float(np.asarray(read(0)).ravel()[place])
        return self.made("function", [0], [place], [1.0], [value], total=function(value), formula=formula)

    def no_rule(self, at: GradientNodes) -> LayerError:
        """Return an error: guided backpropagation and DeconvNet are about ReLU alone."""
        method = {"guided": "guided backpropagation", "deconvnet": "DeconvNet"}[at.rule]
        return LayerError(
            f"{self.describe()} is no ReLU; {method} is defined for networks whose activations are ReLU. Take the "
            "gradient itself (saliency, the rule 'exact')"
        )

    def parameters(self) -> dict[str, Any]:
        """Return the numbers, and names, that tell this function from others of its operator, as plain data."""
        return {}

    def spec(self) -> dict[str, Any] | None:
        return {"op": self.node.op_type, "formula": self.function(0)[1], **self.parameters()}


@register
class Relu(Function):
    """``Relu``: what is below zero becomes zero."""

    types = ("Relu",)
    label = "ReLU"

    def function(self, place: int) -> tuple[Callable[[float], float], str]:
        return lambda x: max(0.0, x), "max(0, x)"

    def slopes(self, values: NDArray[np.float64]) -> NDArray[np.float64] | None:
        return (values > 0).astype(np.float64)

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        """At 0, the derivative is 0."""
        # By what came out: so the number before it is not needed, and stays within a fused convolution.
        return {0: rectified(at, gradient, at.node("Greater", self.node.outputs[0], at.numbers(0)))}


@register
class Clip(Function):
    """``Clip``: cut off below and above; ReLU6 from 0 to 6."""

    types = ("Clip",)

    def read(self) -> None:
        low, high = self.parameter("min", 1), self.parameter("max", 2)
        #: Smallest and largest number that is left.
        self.low = -math.inf if low is None else float(np.ravel(low)[0])
        self.high = math.inf if high is None else float(np.ravel(high)[0])
        self.label = "ReLU6" if (self.low, self.high) == (0.0, 6.0) else "clipping"

    def function(self, place: int) -> tuple[Callable[[float], float], str]:
        return lambda x: min(max(x, self.low), self.high), f"min(max(x, {self.low:g}), {self.high:g})"

    def slopes(self, values: NDArray[np.float64]) -> NDArray[np.float64] | None:
        return ((values > self.low) & (values < self.high)).astype(np.float64)

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        """At either end, the derivative is 0: as ReLU6 and hardtanh have it; ``torch.clamp`` has 1 there."""
        if at.rule != "exact" and (self.low, self.high > 0) != (0, True):
            raise self.no_rule(at)
        inside = [
            at.node(sign, self.node.outputs[0], at.numbers(end))
            for sign, end in (("Greater", self.low), ("Less", self.high))
            if math.isfinite(end)
        ]
        if not inside:
            return {0: gradient}
        return {0: rectified(at, gradient, inside[0] if len(inside) == 1 else at.node("And", *inside))}

    def parameters(self) -> dict[str, Any]:
        ends = {"low": self.low, "high": self.high}
        return {name: end for name, end in ends.items() if math.isfinite(end)}


@register
class PRelu(Function):
    """``PRelu``: what is below zero is multiplied with a learned slope."""

    types = ("PRelu",)
    label = "PReLU"
    learned = (1,)

    def windows(self, operand: int) -> Windows | None:
        return super().windows(operand) if operand == 0 else None

    def function(self, place: int) -> tuple[Callable[[float], float], str]:
        slope = float(np.broadcast_to(self.constant(1), self.shape).ravel()[place])
        return lambda x: x if x >= 0 else slope * x, f"x if x ≥ 0, else {slope:g} · x"

    def slopes(self, values: NDArray[np.float64]) -> NDArray[np.float64] | None:
        below = np.broadcast_to(self.constant(1), self.shape).reshape(values.shape)
        return np.where(values > 0, 1.0, below)  # at 0 as `backward` has it

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        """At 0, the derivative is the slope below."""
        if at.rule != "exact":
            raise self.no_rule(at)
        slope = self.constant(1)
        below = at.node("Mul", gradient, at.numbers(slope))
        is_above = at.node("Greater", self.node.inputs[0].name, at.numbers(0))
        return {0: at.node("Where", is_above, gradient, below)}

    def spec(self) -> dict[str, Any] | None:
        return {"op": "PRelu", **self.operands()}


def rectified(at: GradientNodes, gradient: str, is_open: str) -> str:
    """Hand a gradient on through a ReLU, by the rule."""
    if at.rule == "exact":
        return at.where(is_open, gradient)
    above = at.node("Relu", gradient)
    return above if at.rule == "deconvnet" else at.where(is_open, above)


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


@register
class Named(Function):
    """Functions that are known by their name, with their parameters."""

    types = (
        "LeakyRelu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Elu", "Selu", "Gelu", "Erf", "Softplus",
        "Softsign", "Exp", "Log", "Sqrt", "Abs", "Neg", "Reciprocal", "Mish",
    )  # fmt: skip

    def read(self) -> None:
        names = {
            "LeakyRelu": "leaky ReLU", "Sigmoid": "sigmoid", "HardSigmoid": "hard sigmoid", "HardSwish": "hard swish",
            "Tanh": "tanh", "Elu": "ELU", "Selu": "SELU", "Gelu": "GELU", "Erf": "error function",
            "Softplus": "softplus", "Softsign": "softsign", "Exp": "exponential", "Log": "logarithm",
            "Sqrt": "square root", "Abs": "absolute value", "Neg": "negation", "Reciprocal": "reciprocal",
        }  # fmt: skip
        self.label = names.get(self.node.op_type, self.node.op_type)
        self.function(0)  # parameters that are no numbers are refused here

    def _number(self, name: str, default: float) -> float:
        return float(self.attribute(name, default))

    def function(self, place: int) -> tuple[Callable[[float], float], str]:
        return getattr(self, f"_{self.node.op_type.lower()}")()  # type: ignore[no-any-return]  # one method a name

    def slopes(self, values: NDArray[np.float64]) -> NDArray[np.float64] | None:
        if self.node.op_type == "LeakyRelu":
            return np.where(values > 0, 1.0, self._number("alpha", 0.01))  # at 0 as `backward` has it
        if self.node.op_type == "HardSigmoid":
            alpha, inner = self._number("alpha", 0.2), self._number("beta", 0.5)
            return np.where((alpha * values + inner > 0) & (alpha * values + inner < 1), alpha, 0.0)
        if self.node.op_type == "Abs":
            return np.sign(values)
        return np.full(values.shape, -1.0) if self.node.op_type == "Neg" else None

    def parameters(self) -> dict[str, Any]:
        defaults = {
            "LeakyRelu": {"alpha": 0.01}, "HardSigmoid": {"alpha": 0.2, "beta": 0.5}, "Elu": {"alpha": 1.0},
            "Selu": {"alpha": _SELU_ALPHA, "gamma": _SELU_GAMMA},
        }.get(self.node.op_type, {})  # fmt: skip
        found: dict[str, Any] = {name: self._number(name, value) for name, value in defaults.items()}
        return {**found, "tanh": str(self.attribute("approximate", "none")) == "tanh"} if self._is_gelu else found

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        if at.rule != "exact" and self.node.op_type != "Neg":
            raise self.no_rule(at)
        write = DERIVATIVES[self.node.op_type]
        slope = write(at, self.node.inputs[0].name, self.node.outputs[0], self.parameters())
        return {0: at.node("Mul", gradient, slope)}

    @property
    def _is_gelu(self) -> bool:
        return self.node.op_type == "Gelu"

    def _leakyrelu(self) -> tuple[Callable[[float], float], str]:
        slope = self._number("alpha", 0.01)
        return lambda x: x if x >= 0 else slope * x, f"x if x ≥ 0, else {slope:g} · x"

    def _sigmoid(self) -> tuple[Callable[[float], float], str]:
        return _sigmoid, "1 / (1 + e^−x)"

    def _hardsigmoid(self) -> tuple[Callable[[float], float], str]:
        alpha, beta = self._number("alpha", 0.2), self._number("beta", 0.5)
        return lambda x: min(1.0, max(0.0, alpha * x + beta)), f"min(1, max(0, {alpha:g} · x + {beta:g}))"

    def _hardswish(self) -> tuple[Callable[[float], float], str]:
        return lambda x: x * min(1.0, max(0.0, x / 6 + 0.5)), "x · min(1, max(0, x/6 + 1/2))"

    def _tanh(self) -> tuple[Callable[[float], float], str]:
        return math.tanh, "tanh(x)"

    def _elu(self) -> tuple[Callable[[float], float], str]:
        alpha = self._number("alpha", 1.0)
        return lambda x: x if x >= 0 else alpha * math.expm1(x), f"x if x ≥ 0, else {alpha:g} · (e^x − 1)"

    def _selu(self) -> tuple[Callable[[float], float], str]:
        alpha, gamma = self._number("alpha", _SELU_ALPHA), self._number("gamma", _SELU_GAMMA)
        formula = f"{gamma:g} · (x if x ≥ 0, else {alpha:g} · (e^x − 1))"
        return lambda x: gamma * (x if x >= 0 else alpha * math.expm1(x)), formula

    def _gelu(self) -> tuple[Callable[[float], float], str]:
        if str(self.attribute("approximate", "none")) == "tanh":
            root, formula = math.sqrt(2 / math.pi), "x/2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))"
            return lambda x: x / 2 * (1 + math.tanh(root * (x + 0.044715 * x**3))), formula
        return lambda x: x / 2 * (1 + math.erf(x / math.sqrt(2))), "x/2 · (1 + erf(x/√2))"

    def _erf(self) -> tuple[Callable[[float], float], str]:
        return math.erf, "erf(x)"

    def _softplus(self) -> tuple[Callable[[float], float], str]:
        return _softplus, "log(1 + e^x)"

    def _softsign(self) -> tuple[Callable[[float], float], str]:
        return lambda x: x / (1 + abs(x)), "x / (1 + |x|)"

    def _exp(self) -> tuple[Callable[[float], float], str]:
        return math.exp, "e^x"

    def _log(self) -> tuple[Callable[[float], float], str]:
        return math.log, "log(x)"

    def _sqrt(self) -> tuple[Callable[[float], float], str]:
        return math.sqrt, "√x"

    def _abs(self) -> tuple[Callable[[float], float], str]:
        return abs, "|x|"

    def _neg(self) -> tuple[Callable[[float], float], str]:
        return lambda x: -x, "−x"

    def _reciprocal(self) -> tuple[Callable[[float], float], str]:
        return lambda x: 1 / x, "1 / x"

    def _mish(self) -> tuple[Callable[[float], float], str]:
        return lambda x: x * math.tanh(_softplus(x)), "x · tanh(log(1 + e^x))"
