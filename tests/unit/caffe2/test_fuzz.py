"""Whatever the bytes, the reader says `ConversionError` or makes a valid model."""

import onnx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from squeezeviz.caffe2 import convert_pair
from squeezeviz.caffe2.schema import NetDef
from squeezeviz.errors import ConversionError
from tests.nets import as_bytes, fire_net

INIT, PREDICT = as_bytes(fire_net())
relaxed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def holds(init, predict):
    try:
        content = convert_pair(init, predict, name="fuzzed", input_size=31)
    except ConversionError as exc:
        assert str(exc)
        return
    onnx.checker.check_model(onnx.load_model_from_string(content), full_check=True)


@relaxed
@given(st.binary(max_size=400), st.binary(max_size=400))
def test_random_bytes(init, predict):
    holds(init, predict)


@relaxed
@given(st.data())
def test_damaged_bytes(data):
    which = data.draw(st.sampled_from(["init", "predict"]))
    content = bytearray(INIT if which == "init" else PREDICT)
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(content) - 1))
        content[position] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, 8))
    damaged = bytes(content[: len(content) - cut])
    holds(*((damaged, PREDICT) if which == "init" else (INIT, damaged)))


@relaxed
@given(st.data())
def test_shuffled_operators_and_hostile_arguments(data):
    """Well-formed files that say odd things: the deeper half of the reader."""
    net = NetDef.FromString(PREDICT)
    for _ in range(data.draw(st.integers(1, 3))):
        op = net.op[data.draw(st.integers(0, len(net.op) - 1))]
        action = data.draw(st.sampled_from(["argument", "input", "output", "type", "drop", "repeat"]))
        if action == "argument":
            name = data.draw(st.sampled_from(["stride", "pad", "kernel", "kernels", "pads", "dilation", "group", "axis", "legacy_pad",
                                              "global_pooling", "is_test", "shape", "broadcast"]))  # fmt: skip
            for existing in [a for a in op.arg if a.name == name]:
                op.arg.remove(existing)
            op.arg.add(
                name=name, i=data.draw(st.integers(-3, 300)), ints=data.draw(st.lists(st.integers(-3, 99), max_size=5))
            )
        elif action == "input" and op.input:
            op.input[0] = data.draw(st.sampled_from(["data", "conv1", "conv1_w", "pool10", "fire2/concat", "?", ""]))
        elif action == "output" and op.output:
            op.output[0] = data.draw(st.sampled_from(["data", "conv1", "conv1_w", "conv1:pre", "softmaxout", ""]))
        elif action == "type":
            op.type = data.draw(st.sampled_from(["Conv", "Relu", "MaxPool", "AveragePool", "Concat", "Dropout", "Softmax", "Add",
                                                 "Reshape", ""]))  # fmt: skip
        elif action == "drop":
            net.op.remove(op)
        else:
            net.op.append(op)
        if not net.op:
            return
    holds(INIT, net.SerializeToString())
