"""Caffe2 pairs: damaged bytes, and well-formed files that say odd things."""

from __future__ import annotations

import onnx

from squeezeviz.caffe2 import convert_pair
from squeezeviz.caffe2.schema import NetDef
from tests.mutations import damaged
from tests.nets import as_bytes, exported_net, fire_net

PAIRS = as_bytes(fire_net()), as_bytes(exported_net())
_ARGUMENTS = ("stride", "pad", "kernel", "kernels", "pads", "dilation", "group", "axis", "legacy_pad", "global_pooling",
              "is_test", "shape", "values", "broadcast")  # fmt: skip
_KINDS = "Conv", "Relu", "MaxPool", "AveragePool", "Concat", "Dropout", "Softmax", "Add", "Reshape", ""
_NAMES = "data", "0", "conv1", "conv1_w", "conv1:pre", "pool10", "fire2/concat", "softmaxout", "?", ""
_NUMBERS = -3, -1, 0, 1, 2, 3, 99, 300, 1 << 31, (1 << 63) - 1


def whole():
    return dict(zip(("init_net.pb", "predict_net.pb"), PAIRS[0], strict=True))


def make(rng):
    init, predict = rng.choice(PAIRS)
    if rng.random() < 0.5:
        init, predict = (
            (damaged(init, rng, most=2), predict) if rng.random() < 0.5 else (init, damaged(predict, rng, most=2))
        )
    else:
        init, predict = (odd_net(init, rng), predict) if rng.random() < 0.2 else (init, odd_net(predict, rng))
    return {"init_net.pb": init, "predict_net.pb": predict}


def try_(case, folder):
    content = convert_pair(case["init_net.pb"], case["predict_net.pb"], name="fuzzed", input_size=31)
    onnx.checker.check_model(onnx.load_model_from_string(content), full_check=True)


def odd_net(content, rng):
    """Shuffled operators and hostile arguments: the deeper half of the reader."""
    net = NetDef.FromString(content)
    for _ in range(rng.randint(1, 3)):
        if net.op:
            rng.choice(_ACTIONS)(net, rng.choice(list(net.op)), rng)
    return net.SerializeToString()


def _argument(net, op, rng):
    name = rng.choice(_ARGUMENTS)
    for existing in [each for each in op.arg if each.name == name]:
        op.arg.remove(existing)
    op.arg.add(name=name, i=rng.choice(_NUMBERS), ints=rng.choices(_NUMBERS, k=rng.randint(0, 5)))


def _input(net, op, rng):
    if op.input:
        op.input[rng.randrange(len(op.input))] = rng.choice(_NAMES)


def _output(net, op, rng):
    if op.output:
        op.output[0] = rng.choice(_NAMES)


def _kind(net, op, rng):
    op.type = rng.choice(_KINDS)


def _drop(net, op, rng):
    net.op.remove(op)


def _repeat(net, op, rng):
    net.op.append(op)


_ACTIONS = (_argument, _input, _output, _kind, _drop, _repeat)
