"""A network of ONNX as a PyTorch module that autograd differentiates: the operators of the two models that are ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from squeezeviz.network.ops.activation import Clip, Relu
from squeezeviz.network.ops.convolution import Convolution
from squeezeviz.network.ops.elementwise import Sum
from squeezeviz.network.ops.linear import FullyConnected
from squeezeviz.network.ops.pooling import GlobalPooling, MaxPooling
from squeezeviz.network.ops.rearrangement import Concatenation, HandOn, Padding
from squeezeviz.network.ops.window import POINT

if TYPE_CHECKING:
    import squeezeviz as sv
    from squeezeviz.network.ops import Op

__all__ = ["autograd_network"]


def autograd_network(model: sv.Model) -> Any:  # noqa: ANN401 - PyTorch is an extra
    """Return a PyTorch module from input tensor to logits, with a model's own weights."""
    import torch

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.ops = list(model._graph.ops.items())
            self.stored = torch.nn.ParameterDict()
            for at, (_, op) in enumerate(self.ops):
                for operand in range(1, len(op.node.inputs)):
                    if isinstance(op, (Convolution, FullyConnected)) and op.has(operand):
                        values = torch.from_numpy(op.constant(operand).copy())
                        self.stored[f"{at}_{operand}"] = torch.nn.Parameter(values, requires_grad=False)

        def forward(self, tensor: torch.Tensor) -> torch.Tensor:
            values = {model._graph.source: tensor}
            for at, (name, op) in enumerate(self.ops):
                inputs = [values[each.name] for each in op.node.inputs if each.name in values]
                stored = [self.stored[key] for key in (f"{at}_1", f"{at}_2") if key in self.stored]
                values[name] = _computed(op, inputs, stored)
            return values[model.architecture.logits_name]

    return Network().eval()


def _computed(op: Op, inputs: list[Any], stored: list[Any]) -> Any:  # noqa: ANN401, PLR0911 - tensors; one return an operator
    import torch
    from torch.nn import functional

    (first, *_) = inputs
    if isinstance(op, Convolution):
        down, right = op.windows(0) or (POINT[0], POINT[1])
        top, left, bottom, right_end = op.pads
        padded = functional.pad(first, (left, right_end, top, bottom))
        how = {"stride": (down.stride, right.stride), "dilation": (down.dilation, right.dilation), "groups": op.groups}
        return functional.conv2d(padded, *stored, **how)
    if isinstance(op, Relu):
        return functional.relu(first)
    if isinstance(op, Clip):
        return functional.hardtanh(first, op.low, op.high)
    if isinstance(op, MaxPooling):
        down, right = op.windows(0) or (POINT[0], POINT[1])
        how = {"stride": (down.stride, right.stride), "padding": tuple(op.pads[:2]), "ceil_mode": True}
        return functional.max_pool2d(first, (down.kernel, right.kernel), **how)
    if isinstance(op, GlobalPooling):
        return first.mean((2, 3), keepdim=True)
    if isinstance(op, Concatenation):
        return torch.cat(inputs, 1)
    if isinstance(op, Sum):
        return first + inputs[1]
    if isinstance(op, FullyConnected):
        return functional.linear(first, *stored)
    if isinstance(op, Padding):
        (_, _, rows, columns) = op._pads
        return functional.pad(first, (*columns, *rows))
    if isinstance(op, HandOn):
        return first.reshape(len(first), *op.shape[1:])
    return functional.softmax(first, 1)
