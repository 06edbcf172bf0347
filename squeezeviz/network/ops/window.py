"""How an operator's window moves along one axis."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["POINT", "Interval", "Window", "Windows"]

#: Cells along one axis, half open: (first, end).
Interval = tuple[int, int]


@dataclass(frozen=True)
class Window:
    """A window along one axis: cell ``i`` of the output reads the cells ``i · stride − pad + k · dilation``.

    Attributes:
        kernel: Places of the window.
        stride: Cells of the input between neighbouring cells of the output.
        pad: Cells of padding before the first one of the input; below 0 where cells are cut off there.
        dilation: Cells of the input between neighbouring places of the window.
    """

    kernel: int = 1
    stride: int = 1
    pad: int = 0
    dilation: int = 1

    @property
    def span(self) -> int:
        """Cells of the input from the window's first place to its last, both included."""
        return (self.kernel - 1) * self.dilation + 1

    def cells(self, cell: int, size: int) -> list[tuple[int, int]]:
        """Return (place in the window, cell of the input) of one cell of the output; nothing beyond the edge.

        Args:
            cell: Of the output.
            size: Cells of the input.
        """
        first = cell * self.stride - self.pad
        every = ((place, first + place * self.dilation) for place in range(self.kernel))
        return [(place, at) for place, at in every if 0 <= at < size]

    def touched(self, cells: Interval, size: int) -> Interval:
        """Return which cells of the output read at least one of these cells of the input; perhaps a few more.

        Args:
            cells: Of the input.
            size: Cells of the output.
        """
        first, end = cells
        low = max(0, -((self.span - 1 - self.pad - first) // self.stride))
        high = min(size, (end - 1 + self.pad) // self.stride + 1)
        return min(low, size), max(high, 0)

    def made_of(self, cells: Interval, size: int) -> Interval:
        """Return which cells of the input these cells of the output are computed from.

        Args:
            cells: Of the output.
            size: Cells of the input.
        """
        first, end = cells
        low = max(0, first * self.stride - self.pad)
        return low, max(low, min(size, (end - 1) * self.stride - self.pad + self.span))


#: Windows along (y, x).
Windows = tuple[Window, Window]

#: Each cell of the output reads the cell of the input at its own place, and no other.
POINT: Windows = (Window(), Window())
