"""Reading Caffe2 network pairs, and turning them into ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SOURCE", "convert_pair"]

#: Text that a converted model carries: of networks from Caffe2 other things are assumed than of others.
SOURCE = {"squeezeviz.source": '"caffe2"'}  # as JSON, like all our text there


def convert_pair(
    init_net: bytes, predict_net: bytes, *, name: str, metadata: Mapping[str, str] | None = None, input_size: int = 227
) -> bytes:
    """Turn a pair of Caffe2 files into an ONNX model.

    Args:
        init_net: Content of ``init_net.pb``: the weights.
        predict_net: Content of ``predict_net.pb``: the network.
        name: What to call the model.
        metadata: Text to store in it, by key.
        input_size: Height and width of the input in pixels.

    Returns:
        The ONNX file's bytes: opset 17, input (B, C, H, W) float32 with a free batch axis, published names throughout.

    Raises:
        ConversionError: The files are malformed, unknown or contradictory; the message names operator, position, blob.
    """
    from squeezeviz.caffe2.onnx_writer import write_onnx  # noqa: PLC0415 - onnx is heavy
    from squeezeviz.caffe2.reader import read_pair  # noqa: PLC0415 - protobuf is heavy

    graph = read_pair(init_net, predict_net, input_size=input_size)
    return write_onnx(graph, name=name, metadata={**SOURCE, **(metadata or {})})
