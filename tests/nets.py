"""Small Caffe2 networks, made in the tests."""

from __future__ import annotations

import json
import math
from functools import lru_cache

import numpy as np
import onnx

from squeezeviz.caffe2 import convert_pair
from squeezeviz.caffe2.schema import NetDef
from squeezeviz.preprocessing import preset
from squeezeviz.preprocessing.fitting import fitted
from squeezeviz.results.labels import Labels
from squeezeviz.runtime.metadata import LABELS_KEY, PREPROCESSING_KEY
from squeezeviz.runtime.model import Model


def add_op(net, kind, inputs, outputs, **arguments):
    """Append an operator; arguments are int, float, str, or lists of int or float."""
    op = net.op.add(type=kind)
    op.input.extend(inputs)
    op.output.extend(outputs)
    for name, value in arguments.items():
        argument = op.arg.add(name=name)
        if isinstance(value, int):
            argument.i = value
        elif isinstance(value, float):
            argument.f = value
        elif isinstance(value, str):
            argument.s = value.encode()
        elif all(isinstance(v, int) for v in value):
            argument.ints.extend(value)
        else:
            argument.floats.extend(value)
    return op


def fill(net, name, array):
    array = np.asarray(array)
    kind = "GivenTensorFill" if array.dtype.kind == "f" else "GivenTensorInt64Fill"
    op = add_op(net, kind, [], [name], shape=list(array.shape))
    argument = op.arg.add(name="values")
    (argument.floats if array.dtype.kind == "f" else argument.ints).extend(array.ravel().tolist())


def weights(rng, *shape):
    return rng.normal(0, 0.3, shape).astype(np.float32)


def fire_net(seed=0):
    """The published dialect: scalar arguments, in-place ReLU and dropout, Caffe's pooling, softmax over (B, C, 1, 1)."""
    rng = np.random.default_rng(seed)
    init, net = NetDef(), NetDef()

    def conv(name, source, shape, *, pad=0, stride=1):
        fill(init, f"{name}_w", weights(rng, *shape))
        fill(init, f"{name}_b", weights(rng, shape[0]))
        net.external_input.extend([f"{name}_w", f"{name}_b"])
        add_op(net, "Conv", [source, f"{name}_w", f"{name}_b"], [name], stride=stride, pad=pad, kernel=shape[2])
        add_op(net, "Relu", [name], [name])

    net.external_input.append("data")
    conv("conv1", "data", (4, 3, 3, 3), stride=2)
    add_op(net, "MaxPool", ["conv1"], ["pool1"], stride=2, pad=0, kernel=3, order="NCHW", legacy_pad=3)
    conv("fire2/squeeze1x1", "pool1", (2, 4, 1, 1))
    conv("fire2/expand1x1", "fire2/squeeze1x1", (3, 2, 1, 1))
    conv("fire2/expand3x3", "fire2/squeeze1x1", (3, 2, 3, 3), pad=1)
    add_op(net, "Concat", ["fire2/expand1x1", "fire2/expand3x3"], ["fire2/concat", "_dims"], order="NCHW")
    add_op(net, "Dropout", ["fire2/concat"], ["fire2/concat", "_mask"], ratio=0.5, is_test=1)
    conv("conv10", "fire2/concat", (5, 6, 1, 1))
    add_op(
        net,
        "AveragePool",
        ["conv10"],
        ["pool10"],
        stride=1,
        pad=0,
        kernel=0,
        order="NCHW",
        legacy_pad=3,
        global_pooling=1,
    )
    add_op(net, "Softmax", ["pool10"], ["softmaxout"])
    net.external_output.append("softmaxout")
    return init, net


def exported_net(seed=0):
    """The second dialect, with the same arithmetic as `fire_net(seed)`: lists, numbered blobs, bias as Add, Reshape."""
    init, net = NetDef(), NetDef()
    published, _ = fire_net(seed)
    arrays = {op.output[0]: (list(op.arg[0].ints), list(op.arg[1].floats)) for op in published.op}
    number = iter(range(100, 999))
    net.external_input.append("0")

    def weight(name):
        shape, values = arrays[name]
        fill(init, name, np.array(values, np.float32).reshape(shape))
        net.external_input.append(name)
        return name

    def conv(name, source, kernel, *, pad=0, stride=1):
        product, added, rectified = (str(next(number)) for _ in range(3))
        add_op(net, "Conv", [source, weight(f"{name}_w")], [product], kernels=[kernel, kernel], strides=[stride, stride],
               pads=[pad] * 4, dilations=[1, 1], group=1)  # fmt: skip
        add_op(net, "Add", [product, weight(f"{name}_b")], [added], broadcast=1, axis=1)
        add_op(net, "Relu", [added], [rectified])
        return rectified

    x = conv("conv1", "0", 3, stride=2)
    pooled = str(next(number))
    add_op(net, "MaxPool", [x], [pooled], kernels=[3, 3], strides=[2, 2], pads=[0, 0, 0, 0], legacy_pad=3)
    squeeze = conv("fire2/squeeze1x1", pooled, 1)
    left, right = conv("fire2/expand1x1", squeeze, 1), conv("fire2/expand3x3", squeeze, 3, pad=1)
    joined, dropped, mask = (str(next(number)) for _ in range(3))
    add_op(net, "Concat", [left, right], [joined, "dims"], axis=1)
    add_op(net, "Dropout", [joined], [dropped, mask], is_test=1, ratio=0.5)
    x = conv("conv10", dropped, 1)
    average, flat, old, out = (str(next(number)) for _ in range(4))
    add_op(net, "AveragePool", [x], [average], global_pooling=1)
    add_op(net, "Reshape", [average], [flat, old], shape=[1, 5])
    add_op(net, "Softmax", [flat], [out])
    net.external_output.append(out)
    return init, net


def as_bytes(pair):
    return tuple(message.SerializeToString() for message in pair)


def tiny_content(pair=None, *, size=33, metadata=None):
    """The ONNX form of a pair, by default of `fire_net()`, for inputs of `size`.

    It says of itself what there is to know, unless the test gives other text, or none: ``metadata={}``.
    """
    parts = as_bytes(pair or fire_net())
    return _converted(parts, size, tuple((_all_known(parts, size) if metadata is None else metadata).items()))


@lru_cache(maxsize=64)
def _all_known(parts, size):
    answer = onnx.load_model_from_string(_converted(parts, size, ())).graph.output[0].type.tensor_type.shape.dim
    count = math.prod(axis.dim_value for axis in answer[1:])
    how = preset("caffe2")
    how = how if size == 227 else fitted(how, (size, size))
    return {LABELS_KEY: json.dumps(Labels.numbered(count).to_rows()), PREPROCESSING_KEY: how.to_json()}


@lru_cache(maxsize=64)
def _converted(pair, size, metadata):
    return convert_pair(*pair, name="tiny", input_size=size, metadata=dict(metadata) or None)


def tiny_model(pair=None, *, size=33, metadata=None):
    """A model of the test's own, on the graph and the sessions of all that are made of the same network."""
    shared, made = _loaded(tiny_content(pair, size=size, metadata=metadata)), object.__new__(Model)
    vars(made).update(vars(shared))
    return made


@lru_cache(maxsize=64)
def _loaded(content):
    return Model(content, name="tiny", sha256="00")
