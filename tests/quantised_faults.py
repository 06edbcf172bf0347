"""A quantised network with a fault in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import numpy_helper

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


@dataclass
class Quantised:
    """A file of `squeezeviz.quantize`, whose constants can be changed."""

    model: onnx.ModelProto

    def tensor(self, name: str) -> onnx.TensorProto:
        return next(each for each in self.model.graph.initializer if each.name == name)

    def change(self, name: str, become: Callable[[NDArray[Any]], NDArray[Any]]) -> None:
        tensor = self.tensor(name)
        was = numpy_helper.to_array(tensor).copy()
        now = np.asarray(become(was.copy()), was.dtype)
        assert now.shape == was.shape
        assert not np.array_equal(now, was), f"{name} is as it was"
        tensor.CopyFrom(numpy_helper.from_array(now, name))

    def maker(self, layer: str) -> onnx.NodeProto:
        return next(node for node in self.model.graph.node if layer in node.output)

    def dequantised(self, value: str) -> list[str]:
        """Names of the integers, the scale and the zero point that a value is made of."""
        return list(next(node for node in self.model.graph.node if value in node.output).input)

    def kernels(self, layer: str) -> list[str]:
        return self.dequantised(self.maker(layer).input[1])

    def bias(self, layer: str) -> list[str]:
        return self.dequantised(self.maker(layer).input[2])

    def steps(self, layer: str) -> tuple[str, str]:
        """Names of the scale and zero point of a layer's own values."""
        node = next(
            node for node in self.model.graph.node if node.op_type == "QuantizeLinear" and node.input[0] == layer
        )
        return node.input[1], node.input[2]


def _at(channel: int, become: Callable[[Any], Any]) -> Callable[[NDArray[Any]], NDArray[Any]]:
    def changed(values: NDArray[Any]) -> NDArray[Any]:
        values[channel] = become(values[channel])
        return values

    return changed


def _read_otherwise(file: Quantised, layer: str) -> None:
    """Dequantise a layer with another zero point than it was quantised with."""
    scale, zero = file.steps(layer)
    other = numpy_helper.from_array(numpy_helper.to_array(file.tensor(zero)) + np.uint8(9), "another zero point")
    file.model.graph.initializer.append(other)
    for node in file.model.graph.node:
        if node.op_type == "DequantizeLinear" and node.input[1] == scale:
            node.input[2] = other.name


#: What is broken → layer, channel where it is one, and how.
FAULTS: dict[str, tuple[str, int | None, Callable[[Quantised, str], None]]] = {
    "the scale of one kernel is ruined": (
        "fire5/expand3x3", 19, lambda file, layer: file.change(file.kernels(layer)[1], _at(19, lambda scale: 3 * scale)),
    ),
    "a layer is saturated": (
        "fire4/squeeze1x1", None, lambda file, layer: file.change(file.steps(layer)[0], lambda scale: scale / 4),
    ),
    "a layer's range is far too wide": (
        "fire6/squeeze1x1", None, lambda file, layer: file.change(file.steps(layer)[0], lambda scale: 12 * scale),
    ),
    "a bias is dropped": (
        "fire3/squeeze1x1", None, lambda file, layer: file.change(file.bias(layer)[0], np.zeros_like),
    ),
    "the bias of one channel is a hundred times as large": (
        "fire7/expand1x1", 30, lambda file, layer: file.change(file.bias(layer)[0], _at(30, lambda bias: 100 * bias)),
    ),
    "the zero point of one kernel is shifted": (
        "fire2/squeeze1x1", 3, lambda file, layer: file.change(file.kernels(layer)[2], _at(3, lambda zero: zero + 9)),
    ),
    "a layer is read with another zero point": ("fire8/squeeze1x1", None, _read_otherwise),
    "two kernels are exchanged": (
        "fire9/squeeze1x1", None,
        lambda file, layer: file.change(file.kernels(layer)[0], lambda kernels: kernels[[1, 0, *range(2, len(kernels))]]),
    ),
    "kernels have four bits": (
        "fire6/expand3x3", None, lambda file, layer: file.change(file.kernels(layer)[0], lambda kernels: kernels // 16 * 16),
    ),
    "the input's range is far too narrow": (
        "data", None, lambda file, layer: file.change(file.steps(layer)[0], lambda scale: scale / 2),
    ),
}  # fmt: skip
