"""Reading ``init_net.pb``: a Caffe2 network whose operators fill blobs with learned values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.caffe2.arguments import Operator
from squeezeviz.caffe2.schema import NetDef, parse

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE = "init_net.pb"
_FILLS = {"GivenTensorFill": np.float32, "GivenTensorIntFill": np.int64, "GivenTensorInt64Fill": np.int64}
_MOST_VALUES = 1 << 28  # a gigabyte of float32: far above any network this package is for
_MOST_AXES = 8


@dataclass(frozen=True)
class Weights:
    """What ``init_net.pb`` holds.

    Attributes:
        arrays: Blob name → learned values: float32, convolution kernels as (out, in, height, width); int64 where the
            file fills a shape.
        placeholders: Blobs the file declares without giving them values: the network's input, normally.
    """

    arrays: dict[str, NDArray[Any]]
    placeholders: frozenset[str]


def read_weights(content: bytes) -> Weights:
    """Read ``init_net.pb``.

    Raises:
        ConversionError: The bytes are malformed, a blob's values do not fill its shape, or are not finite.
    """
    net = parse(NetDef, content, what=FILE)
    arrays: dict[str, NDArray[Any]] = {}
    placeholders: set[str] = set()
    for position, definition in enumerate(net.op):
        op = Operator(definition, position, file=FILE)
        op.expect(inputs=range(1), outputs=range(1, 2))
        blob = op.outputs[0]
        if blob in arrays or blob in placeholders:
            raise op.error("fills a blob that an earlier operator filled")
        if op.type == "ConstantFill":
            placeholders.add(blob)
        elif op.type in _FILLS:
            arrays[blob] = _filled(op)
        else:
            known = ", ".join([*_FILLS, "ConstantFill"])
            raise op.error(f"is of a type this reader does not know; known here: {known}")
    return Weights(arrays, frozenset(placeholders))


def _filled(op: Operator) -> NDArray[Any]:
    shape_argument, values_argument = op.message("shape"), op.message("values")
    if shape_argument is None or values_argument is None:
        raise op.error("lacks its 'shape' or its 'values'")
    op.finish()
    shape = tuple(int(size) for size in shape_argument.ints)
    count = math.prod(shape)
    if any(size < 1 for size in shape) or count > _MOST_VALUES or len(shape) > _MOST_AXES:
        raise op.error(f"has the impossible shape {shape}")
    dtype = _FILLS[op.type]
    values = values_argument.floats if dtype is np.float32 else values_argument.ints
    if len(values) != count:
        raise op.error(f"holds {len(values):,} values, but its shape {shape} takes {count:,}")
    array = np.array(values, dtype=dtype).reshape(shape)  # not fromiter: protobuf hands the block over, 50 × faster
    if not np.isfinite(array).all():
        raise op.error("holds values that are not finite numbers")
    return array
