"""Which cells of its input a layer's window lies on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from squeezeviz.architecture import Architecture, Layer

__all__ = ["step_and_pad"]


def step_and_pad(architecture: Architecture, layer: Layer) -> tuple[int, int]:
    """Return a convolution's or pool's step and padding, in cells of its input.

    The layer table has both in input pixels, as stride and offset; they are turned back here.
    """
    name = layer.inputs[0]
    is_first = name == architecture.input_name
    before, offset = (1, 0.0) if is_first else (architecture[name].stride, architecture[name].offset)
    _, width = layer.kernel or (1, 1)
    return layer.stride // before, round((width - 1) / 2 - (layer.offset - offset) / before)
