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
    return None in _said(model)


def input_size(model: onnx.ModelProto, usual: tuple[int, int] = (DEFAULT_PX, DEFAULT_PX)) -> tuple[int, int]:
    """Return height and width of a network's image.

    Args:
        model: The network.
        usual: What stands for a side that the file leaves open.
    """
    height, width = _said(model) or usual
    return usual[0] if height is None else height, usual[1] if width is None else width


def set_size(source: onnx.ValueInfoProto, size: tuple[int, int]) -> None:
    """Write height and width into an image input."""
    for axis, length in zip(source.type.tensor_type.shape.dim[2:], size, strict=False):
        axis.dim_value = length


def _said(model: onnx.ModelProto) -> tuple[int | None, ...]:
    """Return height and width as the file has them, None for one left open; nothing where there is no image."""
    inputs = image_inputs(model.graph)
    axes = inputs[0].type.tensor_type.shape.dim if len(inputs) == 1 else ()
    return tuple(axis.dim_value if axis.HasField("dim_value") else None for axis in axes[2:]) if len(axes) == 4 else ()
