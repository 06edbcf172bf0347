"""Channels ablated after their activation, in layers of every kind: equal to a graph that is edited by hand."""

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

import squeezeviz as sv
from squeezeviz.evidence.after_activation import after_activation, bottlenecks
from squeezeviz.telemetry import import_onnxruntime
from tests.stacks import Stack
from tests.unit.test_endings import flat, gemm, model_of


def body(net):
    """A residual block, an inverted one with squeeze-and-excite, and a dense layer; batch normalisation apart."""
    x = net.conv("data", 6, 3, stride=2, norm=True, name="stem")
    thin = net.conv(x, 3, norm=True, name="thin")
    x = net.relu(net.add(net.conv(thin, 6, 3, relu=False, norm=True, name="wide"), x), "residual")
    inner = net.node("HardSwish", [net.conv(x, 12, relu=False, norm=True, name="expand")], 12, "expand.swish")
    deep = net.depthwise(inner, relu=False, norm=True, name="depthwise")
    deep = net.node("Clip", [deep, net.held(0), net.held(6)], 12, "depthwise.relu6")
    gate = net.conv(net.conv(net.mean(deep, "mean"), 4, name="fewer"), 12, relu=False, name="gate")
    deep = net.node("Mul", [deep, net.node("Sigmoid", [gate], 12, "gate.sigmoid")], 12, "gated")
    x = net.add(net.conv(deep, 6, relu=False, norm=True, name="project"), x, name="inverted")
    silu = net.conv(x, 4, 3, relu=False, norm=True, name="silu")
    silu = net.node("Mul", [f"{silu}", net.node("Sigmoid", [silu], 4, "silu.sigmoid")], 4, "silu.mul")
    return net.concat(x, silu, name="dense")


#: Layer → where its channels are silenced: by hand, from the drawing above.
AT = {
    "stem": "stem.relu", "thin": "thin.relu", "wide": "wide.bn", "expand": "expand.swish",
    "expand.bn": "expand.swish", "depthwise": "depthwise.relu6", "fewer": "fewer.relu", "gate": "gate.sigmoid",
    "project": "project.bn", "silu": "silu.mul", "silu.bn": "silu.mul", "dense": "dense", "residual": "residual",
    "inverted": "inverted", "scores": "scores",
}  # fmt: skip


@pytest.fixture(scope="module")
def model():
    net = Stack(seed=1)
    return model_of(net, gemm(net, flat(net, net.mean(body(net)))))


@pytest.fixture(scope="module")
def image():
    return sv.read_image(np.random.default_rng(5).integers(0, 256, (16, 16, 3), dtype=np.uint8))


def silenced(model, value, channels, tensor):
    """The logits of the file itself with a mask put behind one of its values, by plain ONNX Runtime."""
    return silenced_all(model, {value: channels}, tensor)


def silenced_all(model, asked, tensor):
    """The same with masks behind several values: value → channels."""
    proto = onnx.load_model_from_string(model.content)
    shapes = {each.name: each for each in onnx.shape_inference.infer_shapes(proto).graph.value_info}
    for value, channels in asked.items():
        count = shapes[value].type.tensor_type.shape.dim[1].dim_value
        rank = len(shapes[value].type.tensor_type.shape.dim)
        mask = np.ones((1, count, *[1] * (rank - 2)), np.float32)
        mask[:, list(channels)] = 0
        for node in proto.graph.node:
            node.input[:] = [f"{value}.masked" if name == value else name for name in node.input]
        at = next(at for at, node in enumerate(proto.graph.node) if value in node.output)
        proto.graph.node.insert(at + 1, helper.make_node("Mul", [value, f"{value}.mask"], [f"{value}.masked"]))
        proto.graph.initializer.append(numpy_helper.from_array(mask, f"{value}.mask"))
    del proto.graph.output[:]
    proto.graph.output.append(onnx.ValueInfoProto(name="scores"))
    session = import_onnxruntime().InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"data": tensor})[0].ravel()


def name_of(model, raw):
    """A layer by the file's name of a value: of the convolution, or of what it becomes."""
    return next(layer.name for layer in model.architecture if raw in (layer.raw_name, layer.name, layer.pre_relu))


def asked(model, raw):
    """The layer that holds a value: where ReLU follows a convolution at once, both are one."""
    for layer in model.architecture:
        if raw in (layer.name, layer.raw_name, layer.pre_relu) or layer.name == f"{raw}.relu":
            return layer.name
    raise AssertionError(raw)


@pytest.mark.parametrize("raw", [name for name in AT if name != "scores"])
def test_a_channel_without_is_the_graph_with_its_activation_masked(model, image, raw):
    layer = model.architecture[asked(model, raw)]
    tensor = model.preprocessing(image)
    for channels in ([0], [1, 2]):
        made = sv.ablate(model, image, {layer.name: channels})
        expected = silenced(model, AT[raw], channels, tensor)
        np.testing.assert_allclose(made.after.logits, expected, rtol=1e-5, atol=1e-5)
        assert np.abs(made.logit_changes).max() > 1e-4
        for name in after_activation(model.architecture, layer.name):
            assert not made.activations[name][channels].any()
    assert after_activation(model.architecture, layer.name)[0] == layer.name


@pytest.mark.parametrize("raw", ["thin", "expand", "depthwise", "gate", "project", "silu", "dense"])
def test_a_sweep_and_its_pairs_are_single_ablations(model, image, raw):
    name = asked(model, raw)
    sweep = sv.ablation_sweep(model, image, name)
    tensor = model.preprocessing(image)
    for at, (layer, channel) in enumerate(sweep.channels):
        assert layer == name
        np.testing.assert_allclose(sweep.logits[at], silenced(model, AT[raw], [channel], tensor), rtol=1e-4, atol=1e-5)
    pairs = sv.pairwise_ablation(model, image, name)
    for at in (0, len(pairs.pairs) - 1):
        expected = silenced(model, AT[raw], pairs.pairs[at], tensor)
        np.testing.assert_allclose(pairs.pair_logits[at], expected, rtol=1e-4, atol=1e-5)


def test_two_layers_at_once_the_later_one_as_the_earlier_leaves_it(model, image):
    both = sv.ablate(model, image, {asked(model, "stem"): [0, 1], asked(model, "silu"): [2]}, fill="mean")
    first = sv.ablate(model, image, {asked(model, "stem"): [0, 1]}, fill="mean")
    name = asked(model, "silu.mul")
    np.testing.assert_allclose(
        both.activations[name][2], np.full((8, 8), first.activations[name][2].mean()), rtol=1e-5, atol=1e-6
    )
    assert np.abs(both.activations[name][2] - both.activations[name][2].mean()).max() < 1e-5
    assert np.abs(both.logit_changes).max() > 1e-3


@pytest.mark.parametrize("raws", [("silu", "silu.sigmoid"), ("silu.bn", "silu.sigmoid"), ("silu.sigmoid", "silu")])
def test_a_gate_is_ablated_beside_the_convolution_that_it_is_the_gate_of(model, image, raws):
    """What the convolution becomes is computed from the gate as it is by then, of every other channel."""
    channels = {"silu.sigmoid": [2], "silu": [0], "silu.bn": [0]}
    both = sv.ablate(model, image, {asked(model, raw): channels[raw] for raw in raws})
    expected = silenced_all(model, {"silu.sigmoid": [2], "silu.mul": [0]}, model.preprocessing(image))
    np.testing.assert_allclose(both.after.logits, expected, rtol=1e-5, atol=1e-5)
    gate, product = (both.activations[asked(model, raw)] for raw in ("silu.sigmoid", "silu.mul"))
    assert not product[[0, 2]].any()
    assert not gate[[0, 2]].any()
    assert product[1].any()


def test_a_mean_in_a_gated_convolutions_place_is_that_of_what_the_ablated_gate_leaves(model, image):
    alone = sv.ablate(model, image, {asked(model, "silu.sigmoid"): [0, 2]}, fill="mean")
    both = sv.ablate(model, image, {asked(model, "silu.sigmoid"): [0, 2], asked(model, "silu"): [0]}, fill="mean")
    left, now = (made.activations[asked(model, "silu.mul")] for made in (alone, both))
    np.testing.assert_allclose(now[0], np.full_like(left[0], left[0].mean()), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(now[1:], left[1:], rtol=1e-5, atol=1e-6)


def test_by_default_every_blocks_narrowest_convolution_is_swept(model, image):
    names = bottlenecks(model.architecture)
    assert names
    sweep = sv.ablation_sweep(model, image)
    assert list(dict.fromkeys(layer for layer, _ in sweep.channels)) == names
    assert sv.pairwise_ablation(model, image).layer == names[-1]
    for name in names:
        assert model.architecture[name].kind == "convolution"
        assert model.architecture[name].shape[1:] != (1, 1)


def test_a_network_without_blocks_asks_for_layers(image):
    net = Stack(seed=10)
    plain = model_of(net, gemm(net, flat(net, net.mean(net.conv("data", 4, 3, stride=2)))))
    with pytest.raises(
        sv.LayerError, match="stack has no blocks, such as Fire modules, and so no bottleneck; name the"
    ):
        sv.ablation_sweep(plain, image)


def test_squeezes_are_the_bottlenecks_of_fire_modules():
    from tests.fires import fires_net
    from tests.nets import tiny_model

    arch = tiny_model(fires_net(0)).architecture
    assert bottlenecks(arch) == [layer.name for layer in arch if layer.branch == "squeeze"]
