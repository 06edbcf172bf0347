"""What is chosen in a layer, which branch it comes from, and what it sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.evidence.arithmetic import check_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from squeezeviz.network.architecture import Architecture, Layer

__all__ = ["as_maps", "branch_of", "branches", "checked", "chosen", "seen_span", "strongest_cells"]


def as_maps(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return an activation as maps (C, H, W), one cell where a channel is one number."""
    maps: NDArray[np.float32] = values.reshape(len(values), *(values.shape[1:] or (1, 1)))
    return maps


def chosen(
    layer: str, maps: NDArray[np.float32], channel: int | None, cell: tuple[int, int] | None
) -> tuple[int, tuple[int, int]]:
    """Return the channel and the cell on show, as the page chooses them: the largest mean, the strongest cell.

    Raises:
        LayerError: There is no such channel or cell.
    """
    if channel is None:
        channel = int(maps.reshape(len(maps), -1).mean(axis=1, dtype=np.float64).argmax())
    checked(layer, maps.shape, channel, cell)
    if cell is None:
        row, column = np.unravel_index(int(maps[channel].argmax()), maps.shape[1:])
        cell = int(row), int(column)
    return channel, cell


def checked(layer: str, shape: tuple[int, ...], channel: int | None, cell: tuple[int, int] | None) -> None:
    """See that a channel and a cell are there.

    Raises:
        LayerError: They are not.
    """
    check_place(layer, shape, 0 if channel is None else channel, (0, 0) if cell is None else cell)


def branches(layer: str, activations: Mapping[str, NDArray[np.float32]]) -> list[tuple[str, int, int]]:
    """Return the parts of a concatenation: (name, first channel, last + 1); of any other layer, itself.

    They are found by their names, and believed if their values are the very same.
    """
    values = activations[layer]
    module, _, last = layer.rpartition("/")
    parts: list[tuple[str, int, int]] = []
    start = 0
    for name in (name for name in activations if last == "concat" and name.startswith(f"{module}/expand")):
        stop = start + len(activations[name])
        if ":" not in name and np.array_equal(values[start:stop], activations[name]):
            parts.append((name, start, stop))
            start = stop
    return parts if parts and start == len(values) else [(layer, 0, len(values))]


def branch_of(architecture: Architecture, layer: Layer, channel: int) -> Layer:
    """Return the layer that a channel comes from: of a concatenation, one of its inputs."""
    if layer.op.joins_channels:
        for name in layer.inputs:
            part = architecture[name]
            if channel < part.channels:
                return part
            channel -= part.channels
    return layer


def seen_span(layer: Layer, axis: int, index: int, size: int, limit: int) -> tuple[float, float]:
    """Return the input pixels that a cell sees along one axis, [first, last + 1), cut off at the input's edge."""
    if size >= limit or layer.sees_all:
        return 0.0, float(limit)
    stride, offset = layer.located()
    first = offset[axis] + stride[axis] * index - (size - 1) / 2
    return max(0.0, first), min(float(limit), first + size)


def strongest_cells(values: NDArray[np.float32], count: int) -> list[tuple[int, int]]:
    """Return the strongest cells of a map (H, W) above zero, each some way from those before it."""
    height, width = values.shape
    apart = max(2, round(height / 9))
    found: list[tuple[int, int]] = []
    for place in np.argsort(-values, axis=None, kind="stable"):
        y, x = divmod(int(place), width)
        if values[y, x] <= 0 or len(found) == count:
            break
        if all(max(abs(y - row), abs(x - column)) >= apart for row, column in found):
            found.append((y, x))
    return found
