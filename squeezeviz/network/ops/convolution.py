"""Convolution."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from squeezeviz.network.ops.sliding import Sliding
from squeezeviz.network.ops.table import register
from squeezeviz.network.ops.window import POINT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from squeezeviz.network.gradient_nodes import GradientNodes
    from squeezeviz.network.ops.base import CellMap, Read, Terms

__all__ = ["Convolution"]


@register
class Convolution(Sliding):
    """``Conv``: each number is the sum of kernel × input under the window, over its group's channels, and a bias."""

    types = ("Conv",)
    label = "convolution"
    learned: ClassVar = (1, 2)

    def read(self) -> None:
        weight = self.node.inputs[1] if self.has(1) else None
        if weight is None or weight.constant is None:
            raise self.refuse("its weights are computed; expected stored ones")
        #: Of its weights: (out, in of a group, height, width).
        self.weight_shape = weight.shape
        #: Groups of channels, each of which reads channels of its own.
        self.groups = int(self.attribute("group", 1))
        channels_in = self.node.inputs[0].shape[1]
        if self.groups < 1 or weight.shape[0] % self.groups or weight.shape[1] * self.groups != channels_in:
            raise self.refuse(
                f"{channels_in} channels in {self.groups} groups do not go with weights of the shape {weight.shape}"
            )
        declared = tuple(self.attribute("kernel_shape", weight.shape[2:]))
        if declared != weight.shape[2:]:
            raise self.refuse(f"kernel_shape is {declared}; its weights have the shape {weight.shape}")
        super().read()

    def kernel(self) -> tuple[int, ...]:
        return self.weight_shape[2:]

    @property
    def is_pointwise(self) -> bool:
        """Whether each cell reads only the one at its own place, in all channels."""
        return self.window == POINT and self.groups == 1 and not any(self.pads)

    def work(self) -> tuple[int, int]:
        cells = math.prod(self.shape[1:])
        macs = cells * math.prod(self.weight_shape[1:])
        return macs, 2 * macs + (cells if self.has(2) else 0)

    def kernels(self) -> NDArray[np.float32]:
        """Return the weights, float32 (out, in of a group, height, width)."""
        return self.constant(1).astype(np.float32, copy=False)

    def bias(self) -> NDArray[np.float32]:
        """Return the bias, float32 (out,): 0 where there is none."""
        if not self.has(2):
            return np.zeros(self.weight_shape[0], np.float32)
        return self.constant(2).astype(np.float32, copy=False)

    def cell_map(self) -> CellMap | None:
        if not self.is_pointwise:
            return None
        return self.kernels()[:, :, 0, 0].astype(np.float64), self.bias().astype(np.float64)

    def window_at(self, place: int) -> tuple[int, NDArray[np.intp], tuple[Any, ...]]:
        """Return what one number reads: its channel, places of its input's numbers, and where its kernel's lie.

        Args:
            place: Which: an index into the output's numbers, in their order.

        Returns:
            The output's channel; int (n,), indices into the input's numbers for one image; and what picks, of that
            channel's kernel (in of a group, height, width), the n weights they are multiplied by.
        """
        channel, rows, columns = self.under(place)
        inner = self.weight_shape[1]
        first = channel // (self.weight_shape[0] // self.groups) * inner  # a group reads channels of its own
        dy, y = (np.array([pair[at] for pair in rows], np.intp) for at in (0, 1))
        dx, x = (np.array([pair[at] for pair in columns], np.intp) for at in (0, 1))
        height, width = self.node.inputs[0].shape[2:]
        channels = first + np.arange(inner)[:, None, None]
        return channel, ((channels * height + y[:, None]) * width + x).ravel(), (slice(None), dy[:, None], dx)

    def terms(self, place: int, read: Read) -> Terms:
        channel, places, picked = self.window_at(place)
        return self.made(
            "sum",
            0,
            places,
            self.kernels()[channel][picked].ravel(),
            np.asarray(read(0)).reshape(-1)[places],
            bias=float(self.bias()[channel]),
        )

    def backward(self, at: GradientNodes, gradient: str) -> Mapping[int, str]:
        self.needs_two_axes()
        if not self.is_plain_backward():
            return {0: self.spread(at, gradient, self.node.inputs[1].name, self.groups)}
        # What a window has spread is gathered by the same window, turned by 180°, from outputs to inputs.
        out, inner, *kernel = self.weight_shape
        held = self.constant(1).reshape(self.groups, out // self.groups, inner, *kernel)
        turned = held.swapaxes(1, 2)[..., ::-1, ::-1].reshape(self.groups * inner, out // self.groups, *kernel)
        return {0: self.gathered(at, gradient, at.numbers(turned), self.groups)}

    def spec(self) -> dict[str, Any] | None:
        return {"op": "Conv", "group": self.groups, **self.moves()} if self.window else None

    def stored(self) -> tuple[NDArray[Any], NDArray[Any]] | None:
        return self.kernels(), self.bias()
