"""Whether this processor adds up products of 8-bit integers as they are, found by trying; and what to do if not.

x86 processors without instructions for such sums (VNNI) add products of uint8 and int8 two by two in 16 bits, where
they saturate: 255 · 127 + 255 · 127 is 64,770 there is no room for. ONNX Runtime takes a slower way without that if a
session says ``session.x64quantprecision``. With VNNI nothing saturates, and the slower way would be all that is gained:
so a session is told only where a small product, tried once a process, comes out wrong.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.telemetry import import_onnxruntime

if TYPE_CHECKING:
    import onnxruntime

__all__ = ["exact_integers", "products_saturate"]

_TERMS, _COLUMNS = 64, 16


def exact_integers(options: onnxruntime.SessionOptions) -> onnxruntime.SessionOptions:
    """Let a session add up integers as they are, on any processor.

    Args:
        options: Of the session; they are changed where they have to be.
    """
    if products_saturate():
        options.add_session_config_entry("session.x64quantprecision", "1")
    return options


@cache
def products_saturate() -> bool:
    """Say whether sums of products of uint8 and int8 come out wrong on this processor."""
    import onnx  # noqa: PLC0415 - heavy
    from onnx import TensorProto, helper  # noqa: PLC0415

    onnxruntime = import_onnxruntime()
    kernels = np.full((_TERMS, _COLUMNS), 127, np.int8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["y"])],
        "products",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [1, _TERMS])],
        [helper.make_tensor_value_info("y", TensorProto.INT32, [1, _COLUMNS])],
        [onnx.numpy_helper.from_array(kernels, "b")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"a": np.full((1, _TERMS), 255, np.uint8)})
    return bool((found != 255 * 127 * _TERMS).any())
