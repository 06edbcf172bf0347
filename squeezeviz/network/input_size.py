"""How large the image is that a network takes: as its file says, or as somebody says where the file leaves it open."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import onnx

__all__ = ["DEFAULT_PX", "image_inputs", "input_size", "leaves_size_open", "set_size"]

#: Height and width where nobody says anything: what most networks for photos are trained with.
DEFAULT_PX = 224


def image_inputs(graph: onnx.GraphProto) -> list[onnx.ValueInfoProto]:
    """Return the inputs that are no stored weights."""
    stored = {tensor.name for tensor in graph.initializer}
    return [value for value in graph.input if value.name not in stored]


def leaves_size_open(model: onnx.ModelProto) -> bool:
    """Whether a file does not say how high or how wide its image is."""
    return any(side < 1 for side in _said(model))


def input_size(model: onnx.ModelProto, usual: tuple[int, int] = (DEFAULT_PX, DEFAULT_PX)) -> tuple[int, int]:
    """Return height and width of a network's image.

    Args:
        model: The network.
        usual: What stands for a side that the file leaves open.
    """
    height, width = _said(model) or (0, 0)
    return height if height > 0 else usual[0], width if width > 0 else usual[1]


def set_size(source: onnx.ValueInfoProto, size: tuple[int, int]) -> None:
    """Write height and width into an image input."""
    for axis, length in zip(source.type.tensor_type.shape.dim[2:], size, strict=False):
        axis.dim_value = length


def _said(model: onnx.ModelProto) -> tuple[int, ...]:
    """Return height and width as the file has them, 0 for one that it leaves open; nothing where there is no image."""
    inputs = image_inputs(model.graph)
    axes = inputs[0].type.tensor_type.shape.dim if len(inputs) == 1 else ()
    return tuple(axis.dim_value for axis in axes[2:]) if len(axes) == 4 else ()
