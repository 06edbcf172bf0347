"""Both Caffe2 dialects become the same network, and it computes what an independent implementation computes."""

import numpy as np
import onnx
import pytest

from squeezeviz.caffe2 import convert_pair
from squeezeviz.errors import ConversionError
from squeezeviz.telemetry import import_onnxruntime
from tests.nets import add_op, as_bytes, exported_net, fill, fire_net, weights

SIZE = 31  # conv1 → 15, Caffe's pool → 7 (rounding down would give 7 too) …
ODD = 33  # … conv1 → 16, Caffe's pool → 8, rounding down → 7


def convert(pair, size=SIZE):
    return convert_pair(*as_bytes(pair), name="tiny", input_size=size)


def run(content, tensor):
    session = import_onnxruntime().InferenceSession(content, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: tensor})[0]


def by_hand(init, tensor):
    """The network of `fire_net`, in plain NumPy loops."""
    w = {op.output[0]: np.array(op.arg[1].floats, np.float64).reshape(list(op.arg[0].ints)) for op in init.op}

    def conv(name, x, pad=0, stride=1):
        kernel, bias = w[f"{name}_w"], w[f"{name}_b"]
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
        k = kernel.shape[2]
        size = (x.shape[1] - k) // stride + 1
        out = np.empty((len(kernel), size, size))
        for i in range(size):
            for j in range(size):
                window = x[:, i * stride : i * stride + k, j * stride : j * stride + k]
                out[:, i, j] = (kernel * window).sum(axis=(1, 2, 3)) + bias
        return np.maximum(out, 0)

    def pool(x):
        size = -(-(x.shape[1] - 3) // 2) + 1
        return np.array(
            [[[c[2 * i : 2 * i + 3, 2 * j : 2 * j + 3].max() for j in range(size)] for i in range(size)] for c in x]
        )

    x = pool(conv("conv1", tensor.astype(np.float64), stride=2))
    s = conv("fire2/squeeze1x1", x)
    x = np.concatenate([conv("fire2/expand1x1", s), conv("fire2/expand3x3", s, pad=1)])
    logits = conv("conv10", x).mean(axis=(1, 2))
    e = np.exp(logits - logits.max())
    return e / e.sum()


@pytest.mark.parametrize("size", [SIZE, ODD])
@pytest.mark.parametrize("make", [fire_net, exported_net])
def test_both_dialects_compute_what_numpy_computes(make, size):
    tensor = np.random.default_rng(1).normal(size=(2, 3, size, size)).astype(np.float32)
    got = run(convert(make(), size), tensor)
    expected = np.stack([by_hand(fire_net()[0], image) for image in tensor])
    assert got.shape == (2, 5)
    np.testing.assert_allclose(got, expected, atol=1e-6)


def test_published_names_stand_for_the_value_after_relu():
    graph = onnx.load_model_from_string(convert(fire_net())).graph
    outputs = {node.output[0]: node for node in graph.node}
    assert outputs["conv1"].op_type == "Relu"
    assert list(outputs["conv1"].input) == ["conv1:pre"]
    assert outputs["conv1:pre"].op_type == "Conv"
    assert outputs["fire2/concat"].op_type == "Concat", "dropout in test mode leaves no trace"
    assert next(iter(outputs["conv10:pre"].input)) == "fire2/concat"
    assert [o.name for o in graph.output] == ["softmaxout"]
    assert len(outputs) == len(graph.node), "every value is written once"


def test_numbered_blobs_get_pre_names_too():
    graph = onnx.load_model_from_string(convert(exported_net())).graph
    relu = next(node for node in graph.node if node.op_type == "Relu")
    assert relu.input[0] == relu.output[0] + ":pre"


def test_pooling_rounds_down_without_legacy_pad():
    init, net = fire_net()
    pool = next(op for op in net.op if op.type == "MaxPool")
    del pool.arg[-1]
    shapes = {v.name: [d.dim_value for d in v.type.tensor_type.shape.dim] for v in
              onnx.load_model_from_string(convert((init, net), ODD)).graph.value_info}  # fmt: skip
    assert shapes["pool1"][1:] == [4, 7, 7]
    legacy = onnx.load_model_from_string(convert(fire_net(), ODD)).graph.value_info
    assert [d.dim_value for v in legacy if v.name == "pool1" for d in v.type.tensor_type.shape.dim][1:] == [4, 8, 8]


def test_metadata_and_versions_are_written():
    content = convert_pair(*as_bytes(fire_net()), name="tiny", metadata={"key": "value"}, input_size=SIZE)
    model = onnx.load_model_from_string(content)
    onnx.checker.check_model(model, full_check=True)
    assert model.ir_version == 8
    assert model.opset_import[0].version == 17
    assert {p.key: p.value for p in model.metadata_props} == {"key": "value", "squeezeviz.source": '"caffe2"'}
    assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "B"


def test_an_add_that_is_not_a_bias_stays_an_add():
    init, net = fire_net()
    rng = np.random.default_rng(3)
    fill(init, "shift", weights(rng, 5))
    net.external_input.append("shift")
    average = next(op for op in net.op if op.type == "AveragePool")
    average.output[0] = "before"
    softmax = net.op[-1]
    del net.op[-1]
    add_op(net, "Add", ["before", "shift"], ["pool10"], broadcast=1, axis=1)
    net.op.append(softmax)
    tensor = rng.normal(size=(1, 3, SIZE, SIZE)).astype(np.float32)
    got = run(convert((init, net)), tensor)
    base = run(convert(fire_net()), tensor)
    shift = np.array(init.op[-1].arg[1].floats)
    expected = base * np.exp(shift)
    np.testing.assert_allclose(got, expected / expected.sum(), atol=1e-6)


def test_reshape_with_a_shape_blob():
    init, net = exported_net()
    reshape = next(op for op in net.op if op.type == "Reshape")
    del reshape.arg[:]
    reshape.input.append("target")
    fill(init, "target", np.array([1, -1]))
    net.external_input.append("target")
    tensor = np.random.default_rng(5).normal(size=(3, 3, SIZE, SIZE)).astype(np.float32)
    np.testing.assert_allclose(run(convert((init, net)), tensor), run(convert(fire_net()), tensor), atol=1e-6)


def _op(net, kind):
    return next(op for op in net.op if op.type == kind)


def _set(op, name, value):
    for argument in op.arg:
        if argument.name == name:
            argument.i = value
            return
    op.arg.add(name=name, i=value)


def _unknown(init, net):
    add_op(net, "LRN", ["conv1"], ["norm1"])


def _missing_blob(init, net):
    del init.op[0]


def _unwritten(init, net):
    _op(net, "Concat").input[1] = "nowhere"


def _training_dropout(init, net):
    _set(_op(net, "Dropout"), "is_test", 0)


def _nhwc(init, net):
    next(a for a in _op(net, "MaxPool").arg if a.name == "order").s = b"NHWC"


def _odd_legacy_pad(init, net):
    _set(_op(net, "MaxPool"), "legacy_pad", 2)


def _unknown_argument(init, net):
    _set(_op(net, "Conv"), "rotate", 90)


def _wrong_kernel(init, net):
    _set(_op(net, "Conv"), "kernel", 5)


def _too_large_stride(init, net):
    _set(_op(net, "Conv"), "stride", 1 << 40)


def _zero_stride(init, net):
    _set(_op(net, "Conv"), "stride", 0)


def _contradicting_channels(init, net):
    squeeze = next(op for op in net.op if "fire2/squeeze1x1_w" in op.input)
    squeeze.input[0] = "data"


def _values_do_not_fill(init, net):
    del init.op[0].arg[1].floats[-1]


def _nan_weight(init, net):
    init.op[0].arg[1].floats[0] = float("nan")


def _filled_twice(init, net):
    init.op.append(init.op[0])


def _unknown_fill(init, net):
    init.op[0].type = "XavierFill"


def _no_operators(init, net):
    del net.op[:]


def _two_outputs(init, net):
    net.external_output.append("conv1")


def _no_input(init, net):
    while "data" in net.external_input:
        net.external_input.remove("data")


def _output_not_written(init, net):
    net.external_output[0] = "elsewhere"


def _argument_twice(init, net):
    op = _op(net, "Conv")
    op.arg.append(op.arg[0])


def _joins_sizes(init, net):
    _op(net, "Concat").input[0] = "data"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_unknown, ["LRN", "norm1", "operator 15", "Conv"]),
        (_missing_blob, ["conv1_w", "operator 0", "Conv"]),
        (_unwritten, ["nowhere", "Concat", "fire2/concat"]),
        (_training_dropout, ["Dropout", "is_test", "training"]),
        (_nhwc, ["NHWC", "MaxPool"]),
        (_odd_legacy_pad, ["legacy_pad = 2", "MaxPool"]),
        (_unknown_argument, ["'rotate'", "operator 0"]),
        (_wrong_kernel, ["(5, 5)", "conv1_w", "(4, 3, 3, 3)"]),
        (_too_large_stride, ["stride = 1099511627776"]),
        (_zero_stride, ["strides (0, 0)"]),
        (_contradicting_channels, ["'data'", "3 channels", "fire2/squeeze1x1_w"]),
        (_values_do_not_fill, ["init_net.pb", "operator 0", "conv1_w", "107", "108"]),
        (_nan_weight, ["conv1_w", "finite"]),
        (_filled_twice, ["conv1_w", "earlier operator"]),
        (_unknown_fill, ["XavierFill", "init_net.pb"]),
        (_no_operators, ["no operators"]),
        (_two_outputs, ["one output", "'conv1'"]),
        (_no_input, ["one input", "none"]),
        (_output_not_written, ["elsewhere"]),
        (_argument_twice, ["twice"]),
        (_joins_sizes, ["(3, 31, 31)", "Concat"]),
    ],
)
def test_what_is_wrong_is_named(damage, words):
    init, net = fire_net()
    damage(init, net)
    with pytest.raises(ConversionError) as caught:
        convert((init, net))
    message = str(caught.value)
    assert all(word in message for word in words), message


def test_swapped_files_are_told_apart():
    init, net = as_bytes(fire_net())
    with pytest.raises(ConversionError, match=r"init_net\.pb: operator 0 \(Conv"):
        convert_pair(net, init, name="swapped")


@pytest.mark.parametrize("cut", [1, 7, 50, 200])
def test_a_cut_file_is_a_conversion_error(cut):
    init, net = as_bytes(fire_net())
    with pytest.raises(ConversionError):
        convert_pair(init[:-cut], net, name="cut", input_size=SIZE)
