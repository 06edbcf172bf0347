"""The original Caffe file → the published Caffe2 pair, byte for byte."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.caffe2.schema import NetParameter, parse
from squeezeviz.errors import ConversionError
from squeezeviz.zoo.squeezenet11 import init_net, predict_net

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["rebuild_pair"]


def rebuild_pair(caffemodel: bytes) -> dict[str, bytes]:
    """Rebuild both Caffe2 files from the Caffe file with the same weights.

    Args:
        caffemodel: Content of the ``.caffemodel``, in the old (V1) or the new layer form.

    Returns:
        File name → content.

    Raises:
        ConversionError: It is not a Caffe file, or holds other layers than SqueezeNet 1.1 has.
    """
    net = parse(NetParameter, caffemodel, what="the Caffe file")
    weights = {}
    for layer in [*net.layers, *net.layer]:
        if not layer.blobs:
            continue  # data, ReLU, pooling: nothing learned
        if len(layer.blobs) != 2:
            raise ConversionError(f"the Caffe file: layer {layer.name!r} has {len(layer.blobs)} blobs, expected 2")
        kernel, bias = (_array(blob, layer.name) for blob in layer.blobs)
        # Old files give every blob four axes: a bias is then 1 × 1 × 1 × N.
        weights[str(layer.name)] = kernel, bias.reshape(-1)
    return {"init_net.pb": init_net(weights), "predict_net.pb": predict_net()}


def _array(blob: Any, layer: str) -> NDArray[np.float32]:  # noqa: ANN401 - BlobProto is made at run time
    old = (blob.num, blob.channels, blob.height, blob.width)
    shape = tuple(blob.shape.dim) if blob.HasField("shape") else old
    if any(size < 1 for size in shape) or math.prod(shape) != len(blob.data):
        raise ConversionError(f"the Caffe file: layer {layer!r} holds {len(blob.data):,} values in the shape {shape}")
    return np.fromiter(blob.data, dtype=np.float32, count=len(blob.data)).reshape(shape)
