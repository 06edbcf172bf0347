"""What operators share whose window slides over the map: how it moves along each axis, by every attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from squeezeviz.errors import LayerError
from squeezeviz.network.ops.base import Op
from squeezeviz.network.ops.window import POINT, Window, Windows

if TYPE_CHECKING:
    from squeezeviz.network.gradient_nodes import GradientNodes

__all__ = ["Sliding"]


class Sliding(Op):
    """An operator whose window slides over the height and width of its first input.

    Attributes:
        window: Along (y, x); None where the map has not two axes: such an operator is run, and not taken apart.
    """

    window: Windows | None

    def read(self) -> None:
        kernel = self.kernel()
        rank = len(self.node.inputs[0].shape) - 2
        if rank != 2 or len(kernel) != 2:
            self.window = None
            return
        strides, dilations = self._ints("strides", 1), self._ints("dilations", 1)
        if min(*kernel, *strides, *dilations) < 1:
            raise self.refuse(f"kernel {kernel}, strides {strides} and dilations {dilations} must be 1 or more")
        pads = self._pads(kernel, strides, dilations)
        self.window = tuple(Window(kernel[axis], strides[axis], pads[axis], dilations[axis]) for axis in (0, 1))  # type: ignore[assignment]  # two axes
        #: Padding: top, left, bottom, right.
        self.pads = pads

    def kernel(self) -> tuple[int, ...]:
        """Return the window's size along each axis."""
        return tuple(self.attribute("kernel_shape", ()))

    def windows(self, operand: int) -> Windows | None:
        return self.window if operand == 0 else None

    def under(self, place: int) -> tuple[int, list[tuple[int, int]], list[tuple[int, int]]]:
        """Return a number's channel, and what its window lies on: (place, cell) along y and along x.

        Raises:
            LayerError: The map has not two axes.
        """
        if self.window is None:
            raise LayerError(f"{self.describe()} is opened over two axes only")
        _, height, width = self.map_shape
        channel, cell = divmod(place, height * width)
        y, x = divmod(cell, width)
        rows, columns = self.node.inputs[0].shape[2:]
        return channel, self.window[0].cells(y, rows), self.window[1].cells(x, columns)

    # Backward ---------------------------------------------------------------------------------------------------------

    def needs_two_axes(self) -> None:
        """Refuse an operator over another number of axes.

        Raises:
            LayerError: The map has not two axes.
        """
        if self.window is None:
            raise LayerError(f"{self.describe()} has a gradient here over two axes only")

    def is_plain_backward(self) -> bool:
        """Whether its gradient is a convolution: windows move by one cell, with no more padding than they reach."""
        down, right = self.window or POINT
        ends = self._ends()
        is_within = all(
            0 <= pad <= each.span - 1
            for each, pads in ((down, (ends[0], ends[2])), (right, (ends[1], ends[3])))
            for pad in pads
        )
        return down.stride == right.stride == 1 and is_within

    def gathered(self, at: GradientNodes, gradient: str, kernels: str, groups: int) -> str:
        """Carry a gradient back by a convolution, where `is_plain_backward`.

        Args:
            at: Takes the nodes.
            gradient: Of the output.
            kernels: Turned by 180°, from outputs to inputs.
            groups: Of channels.
        """
        down, right = self.window or POINT
        spans, ends = (down.span, right.span), self._ends()
        return at.node(
            "Conv",
            gradient,
            kernels,
            pads=[spans[at % 2] - 1 - pad for at, pad in enumerate(ends)],
            dilations=[down.dilation, right.dilation],
            group=groups,
        )

    def spread(self, at: GradientNodes, gradient: str, kernels: str, groups: int) -> str:
        """Carry a gradient back by a transposed convolution: each number is spread over what its window lay on.

        Args:
            at: Takes the nodes.
            gradient: Of the output.
            kernels: (outputs, inputs of a group, height, width).
            groups: Of channels.
        """
        down, right = self.window or POINT
        top, left, bottom, right_end = self._ends()
        return at.node(
            "ConvTranspose",
            gradient,
            kernels,
            strides=[down.stride, right.stride],
            dilations=[down.dilation, right.dilation],
            group=groups,
            pads=[top, left, max(0, bottom), max(0, right_end)],
            output_padding=[max(0, -bottom), max(0, -right_end)],
        )

    def _ends(self) -> list[int]:
        """Return by how much its windows jut out: top, left, bottom, right; below 0 where cells are left over."""
        windows = self.window or POINT
        sizes = self.node.inputs[0].shape[2:]
        over = [
            (self.shape[2 + axis] - 1) * each.stride + each.span - each.pad - sizes[axis]
            for axis, each in enumerate(windows)
        ]
        return [windows[0].pad, windows[1].pad, *over]

    def moves(self) -> dict[str, Any]:
        """Return how the window moves, for the standalone page."""
        down, right = self.window or (Window(), Window())
        return {
            "kernel": [down.kernel, right.kernel],
            "strides": [down.stride, right.stride],
            "dilations": [down.dilation, right.dilation],
            "pads": list(self.pads),
        }

    def _ints(self, name: str, default: int) -> list[int]:
        found = list(self.attribute(name, [default] * 2))
        if len(found) != 2:
            raise self.refuse(f"{name} is {found}; expected two numbers, for height and width")
        return found

    def _pads(self, kernel: tuple[int, ...], strides: list[int], dilations: list[int]) -> list[int]:
        """Return the padding (top, left, bottom, right), worked out where a rule gives it."""
        rule = str(self.attribute("auto_pad", "NOTSET"))
        if rule == "VALID":
            return [0, 0, 0, 0]
        if rule in ("SAME_UPPER", "SAME_LOWER"):
            pads = [0, 0, 0, 0]
            for axis in (0, 1):
                size = self.node.inputs[0].shape[2 + axis]
                span = (kernel[axis] - 1) * dilations[axis] + 1
                total = max(0, (-(-size // strides[axis]) - 1) * strides[axis] + span - size)
                small, large = total // 2, total - total // 2
                pads[axis], pads[2 + axis] = (small, large) if rule == "SAME_UPPER" else (large, small)
            return pads
        if rule not in ("NOTSET", ""):
            raise self.refuse(f"auto_pad is {rule!r}; expected NOTSET, VALID, SAME_UPPER or SAME_LOWER")
        pads = list(self.attribute("pads", [0, 0, 0, 0]))
        if len(pads) != 4:
            raise self.refuse(f"pads is {pads}; expected four numbers: top, left, bottom, right")
        return pads
