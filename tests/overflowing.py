"""Networks whose numbers grow beyond single precision: infinity, and what is not a number."""

import numpy as np
from onnx import helper, numpy_helper

NODE = helper.make_node


def weight(name, size, *shape, is_signed=False):
    values = np.random.default_rng(1).normal(0, size, shape)
    values = values if is_signed else np.abs(values)
    return numpy_helper.from_array(values.astype(np.float32), name)


def overflowing(*, to_nan):
    """Two convolutions; each number of the second's maps is infinite, or with `to_nan` infinity less infinity."""
    nodes = [
        NODE("Conv", ["x", "w"], ["conv1"], strides=[2, 2]), NODE("Relu", ["conv1"], ["relu1"]),
        NODE("Conv", ["relu1", "k"], ["classes"]),
        NODE("GlobalAveragePool", ["classes"], ["mean"]), NODE("Softmax", ["mean"], ["y"], axis=1),
    ]  # fmt: skip
    graph = helper.make_graph(
        nodes, "g",
        [helper.make_tensor_value_info("x", 1, ("B", 3, 32, 32))],
        [helper.make_tensor_value_info("y", 1, ("B", 5, 1, 1))],
        [weight("w", 1e18, 6, 3, 3, 3), weight("k", 1e25, 5, 6, 1, 1, is_signed=to_nan)],
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()
