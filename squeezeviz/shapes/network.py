"""SqueezeNet 1.1 in PyTorch for training: batch normalisation behind each convolution, folded away afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from squeezeviz.zoo.squeezenet11 import convolutions

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SqueezeNet", "folded_weights"]


class SqueezeNet(nn.Module):
    """The architecture of the published model, layer by layer under the published names.

    Args:
        classes: How many conv10 tells apart.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.convolutions = nn.ModuleDict()
        self.norms = nn.ModuleDict()
        for spec in convolutions(classes):
            channels_out, channels_in, kernel, _ = spec.shape
            conv = nn.Conv2d(channels_in, channels_out, kernel, stride=spec.stride, padding=spec.pad)
            nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
            if conv.bias is not None:
                nn.init.zeros_(conv.bias)
            self.convolutions[_key(spec.name)] = conv
            if spec.name != "conv10":  # its output is the answer; a norm there would tie an image's answer to its batch
                self.norms[_key(spec.name)] = nn.BatchNorm2d(channels_out)
        nn.init.normal_(self.convolutions["conv10"].weight, std=0.02)
        self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)  # Caffe's rounding
        self.dropout = nn.Dropout(0.3)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (B, classes) of an input tensor (B, 3, H, W)."""
        x = self.pool(self._convolve("conv1", x))
        for number in range(2, 10):
            squeezed = self._convolve(f"fire{number}/squeeze1x1", x)
            expands = [self._convolve(f"fire{number}/expand{size}", squeezed) for size in ("1x1", "3x3")]
            x = torch.cat(expands, 1)
            if number in (3, 5):
                x = self.pool(x)
        return self._convolve("conv10", self.dropout(x)).mean((2, 3))

    def _convolve(self, name: str, x: Tensor) -> Tensor:
        x = self.convolutions[_key(name)](x)
        if _key(name) in self.norms:
            x = self.norms[_key(name)](x)
        return torch.relu(x)


def folded_weights(network: SqueezeNet) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Return each convolution's (kernel, bias) with its normalisation folded in, rounded to half precision.

    In test mode a norm is ``scale · (x − mean) + shift`` a channel, which is a convolution's own form.
    """
    weights = {}
    for spec in convolutions(network.convolutions["conv10"].out_channels):
        conv = network.convolutions[_key(spec.name)]
        kernel, bias = conv.weight.detach().double(), conv.bias.detach().double()
        if _key(spec.name) in network.norms:
            norm = network.norms[_key(spec.name)]
            scale = norm.weight.detach().double() / torch.sqrt(norm.running_var.double() + norm.eps)
            kernel = kernel * scale[:, None, None, None]
            bias = (bias - norm.running_mean.double()) * scale + norm.bias.detach().double()
        weights[spec.name] = tuple(part.numpy().astype(np.float16).astype(np.float32) for part in (kernel, bias))
    return weights


def _key(name: str) -> str:
    """Return a name that PyTorch accepts for a module."""
    return name.replace("/", "_")
