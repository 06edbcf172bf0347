"""Receptive fields: which part of the input the cells of a value hang on, for every path through the network at once.

A. Araujo, W. Norris and J. Sim, "Computing Receptive Fields of Convolutional Neural Networks" (Distill, 2019), along
each axis for itself, and kept apart for paths of different windows: a Fire module has a narrow and a wide one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from squeezeviz.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from squeezeviz.network.ops import Op, Windows

__all__ = ["Box", "Field", "field_of"]

_MOST_PX = 1 << 53  # of a receptive field or stride: whole numbers that a page's program can hold
_MOST_PATHS = 512  # of one value; DenseNet-201 has 478

#: (top, left, bottom, right) in input pixels, half open.
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Field:
    """What the cells of one value hang on.

    The number of paths may double with every block: beyond `_MOST_PATHS` some between the smallest and the largest are
    left out. What a window adds is the same for all, so that the ends stay exact.

    Attributes:
        boxes: Of cell (0, 0), each of a path, by size; the last is all of them together. Not clipped at the border.
        stride: Input pixels between neighbouring cells, (down, right).
        sees_all: Whether every cell also hangs on the whole input.
        has_more: Whether paths are left out.
        is_mixed: Whether the value's numbers are those of different cells in a row.
    """

    boxes: tuple[Box, ...]
    stride: tuple[int, int]
    sees_all: bool = False
    has_more: bool = False
    is_mixed: bool = False

    @classmethod
    def of_pixels(cls) -> Field:
        """Return that of the input itself."""
        return cls(((0, 0, 1, 1),), (1, 1))

    @property
    def offset(self) -> tuple[float, float]:
        """Centre of all of cell (0, 0)'s boxes together, (y, x); pixel centres are whole numbers."""
        top, left, bottom, right = self.boxes[-1]
        return (top + bottom - 1) / 2, (left + right - 1) / 2

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        """(height, width) of the boxes that lie round the same centre as all together, which are the last."""
        twice = tuple(2 * each for each in self.offset)
        found = {
            (bottom - top, right - left)
            for top, left, bottom, right in self.boxes
            if (top + bottom - 1, left + right - 1) == twice
        }
        return tuple(sorted(found, key=lambda size: (size[0] * size[1], size)))

    def through(self, windows: Windows) -> Field:
        """Return the field of what windows over this value compute.

        Raises:
            ModelError: It grows beyond all bounds.
        """
        (down, right), (sy, sx) = windows, self.stride
        if max(sy * max(down.stride, down.span), sx * max(right.stride, right.span)) > _MOST_PX:
            raise ModelError("its windows and strides add up to receptive fields beyond all bounds")
        boxes = tuple(
            (
                top - down.pad * sy,
                left - right.pad * sx,
                bottom + (down.span - 1 - down.pad) * sy,
                end + (right.span - 1 - right.pad) * sx,
            )
            for top, left, bottom, end in self.boxes
        )
        if max(map(abs, boxes[-1])) > _MOST_PX:
            raise ModelError("its windows and strides add up to receptive fields beyond all bounds")
        return replace(self, boxes=boxes, stride=(sy * down.stride, sx * right.stride))


def field_of(op: Op, fields: Mapping[str, Field | None], input_shape: tuple[int, int, int]) -> Field | None:
    """Return what the cells of an operator's output hang on; None where it is not known.

    Args:
        op: The operator.
        fields: Of its inputs, by name.
        input_shape: (C, H, W) of the network's input.
    """
    found: list[Field] = []
    for at in op.moving:
        operand = op.node.inputs[at]
        known, windows = fields[operand.name], op.windows(at)
        if op.reads_all(at):
            found.append(_whole(known, input_shape))
        elif known is None or windows is None or known.is_mixed:
            return None
        else:
            found.append(known.through(windows))
    return _together(found)


def _whole(known: Field | None, input_shape: tuple[int, int, int]) -> Field:
    """Return the field of one cell that hangs on all cells of a value, which together see the whole input."""
    _, height, width = input_shape
    stride = known.stride if known else (height, width)
    return Field(((0, 0, height, width),), stride, sees_all=True)


def _together(fields: list[Field]) -> Field | None:
    """Return what cells hang on that are computed from several values; None where these lie at different strides."""
    local = [each for each in fields if not each.sees_all or len(each.boxes) > 1] or fields[:1]
    if len({each.stride for each in local}) != 1:
        return None
    boxes = {box for each in local for box in each.boxes}
    union = (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
    ordered = sorted(boxes - {union}, key=lambda box: ((box[2] - box[0]) * (box[3] - box[1]), box))
    has_more = any(each.has_more for each in fields)
    if len(ordered) >= _MOST_PATHS:
        last = len(ordered) - 1
        ordered = [ordered[place * last // (_MOST_PATHS - 2)] for place in range(_MOST_PATHS - 1)]
        has_more = True
    sees_all = any(each.sees_all for each in fields)
    return Field((*ordered, union), local[0].stride, sees_all, has_more)
