"""Class activation maps of networks that end in a global mean and something affine: found from the graph, and exact."""

import json

import numpy as np
import pytest
from onnx import helper

import squeezeviz as sv
from squeezeviz.evidence.ending import class_maps
from squeezeviz.results.labels import Labels
from squeezeviz.runtime.metadata import LABELS_KEY, PREPROCESSING_KEY
from squeezeviz.runtime.model import Model
from tests.stacks import Stack

CLASSES, WIDE = 4, 6


def gemm(net, x, **attributes):
    wide = net.channels[x]
    shape = (CLASSES, wide) if attributes.get("transB") else (wide, CLASSES)
    inputs = [x, net.weight(*shape), net.weight(CLASSES)]
    return net.node("Gemm", inputs, CLASSES, "scores", **attributes)


def flat(net, x):
    return net.node("Flatten", [x], net.channels[x])


def matmul_and_add(net, x):
    product = net.node("MatMul", [flat(net, net.mean(x)), net.weight(WIDE, CLASSES)], CLASSES)
    return net.node("Add", [net.weight(CLASSES), product], CLASSES, "scores")


def pointwise(net, x):
    return flat(
        net, net.node("Conv", [net.mean(x), net.weight(CLASSES, WIDE, 1, 1), net.weight(CLASSES)], CLASSES, "scores")
    )


def mean_by_axes(net, x):
    mean = net.node("ReduceMean", [x], WIDE, axes=[2, 3], keepdims=0)
    return gemm(net, net.node("Dropout", [net.node("Identity", [mean], WIDE)], WIDE))


def mean_by_pooling(net, x):
    return gemm(net, flat(net, net.node("AveragePool", [x], WIDE, kernel_shape=[8, 8])), transB=1, alpha=0.5, beta=2.0)


def normalised(net, x):
    return gemm(net, flat(net, net.norm(net.mean(x))), transB=1)


def tempered(net, x):
    return net.node("Div", [gemm(net, flat(net, net.mean(x))), net.held([0.25])], CLASSES, "tempered")


def twice(net, x):
    first = net.node("Gemm", [flat(net, net.mean(x)), net.weight(WIDE, 5), net.weight(5)], 5)
    return net.node("Gemm", [first, net.weight(5, CLASSES)], CLASSES, "scores")


def subtracted(net, x):
    return net.node("Sub", [net.held([3.0]), gemm(net, flat(net, net.mean(x)))], CLASSES, "from_three")


ENDS = {
    "gemm": lambda net, x: gemm(net, flat(net, net.mean(x))), "matmul and add": matmul_and_add, "1 × 1": pointwise,
    "mean by axes": mean_by_axes, "mean by pooling": mean_by_pooling, "normalised": normalised, "tempered": tempered,
    "twice": twice, "subtracted": subtracted,
}  # fmt: skip


def model_of(net, answer, *, softmax=True, name="stack"):
    """A model that says of itself what there is to know."""
    answer = net.node("Softmax", [answer], CLASSES, "probabilities", axis=1) if softmax else answer
    proto = net.model(answer)
    how = sv.preset("caffe2").replace(name="small", resize="none", crop_px=net.size, mean=(2.0, 2.2, 2.4), scale=0.02)
    helper.set_model_props(
        proto, {LABELS_KEY: json.dumps(Labels.numbered(CLASSES).to_rows()), PREPROCESSING_KEY: how.to_json()}
    )
    return Model(proto.SerializeToString(), name=name, sha256="00")


def ending_in(end, seed=1, **how):
    net = Stack(seed=seed)
    x = net.conv("data", 5, 3, stride=2, name="first")
    x = net.relu(net.add(net.conv(x, 5, 3, relu=False, norm=True), x), "added")
    x = net.node("Clip", [net.conv(x, WIDE, relu=False, name="features"), net.held(0), net.held(6)], WIDE, "relu6")
    return model_of(net, ENDS[end](net, x), **how)


def source_of(model, seed=0):
    size = model.architecture.input_shape[1]
    pixels = np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)
    return sv.Arithmetic(model, sv.read_image(pixels))


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("seed", [1, 10])
def test_the_mean_of_a_classs_map_is_its_logit(end, seed):
    source = source_of(ending_in(end, seed), seed)
    arch = source.architecture
    logits = source.values(arch.logits_name)[:, 0, 0]
    found = class_maps(arch, "stack")
    features = source.values("relu6")
    assert 0 < (features > 0).mean() < 1
    assert (found.layer.name, found.is_weighted, found.has_relu) == ("relu6", True, False)
    maps = found.of(features)
    assert maps.shape == (CLASSES, 8, 8)
    np.testing.assert_allclose(maps.mean(axis=(1, 2)), logits, rtol=1e-5, atol=1e-5)
    for index in range(CLASSES):
        np.testing.assert_allclose(found.of_class(features, index), maps[index], rtol=1e-6, atol=1e-6)
        made = sv.decompose_logit(source, index)
        assert made.is_signed
        assert made.cells.sum() == pytest.approx(logits[index], rel=1e-5, abs=1e-5)
        assert made.channels.sum() + made.bias == pytest.approx(logits[index], rel=1e-5, abs=1e-5)
        assert (made.features, made.maps_name) == ("relu6", f"{arch.logits_name}:cam")
        assert not made.cut.any()
        opened = made.cell(3, 5)
        assert opened.value / 64 == pytest.approx(made.cells[3, 5], rel=1e-6, abs=1e-7)
        assert opened.total == pytest.approx(opened.value, rel=1e-5, abs=1e-5)
        assert {term.layer for term in opened.terms} == {"relu6"}
        assert sum(term.product for term in opened.terms) + opened.bias == pytest.approx(opened.total)
    np.testing.assert_allclose(
        made.channels, (found.linear[0][index] * features.mean(axis=(1, 2))), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("end", ENDS)
def test_one_cell_moved_moves_the_logit_by_its_share(end):
    """Not by our own formula: the network is run from its features on, with one cell changed."""
    model = ending_in(end)
    source = source_of(model)
    arch, found = source.architecture, class_maps(source.architecture, "stack")
    features = source.values("relu6")[None]
    moved = features.copy()
    moved[0, :, 2, 7] += 1.5
    before, after = (
        model.parts.run({"relu6": each}, [arch.logits_name])[arch.logits_name] for each in (features, moved)
    )
    expected = (found.of(moved[0]) - found.of(features[0]))[:, 2, 7] / 64
    np.testing.assert_allclose((after - before).reshape(-1), expected, rtol=1e-3, atol=1e-5)


def test_contrast_and_locations_add_up_there():
    source = source_of(ending_in("gemm"))
    logits = source.values("scores")[:, 0, 0]
    against = sv.contrast(source, 0, 2)
    assert against.cells.sum() == pytest.approx(logits[0] - logits[2], rel=1e-5, abs=1e-5)
    assert against.channels.sum() + against.bias == pytest.approx(logits[0] - logits[2], rel=1e-5, abs=1e-5)
    assert against.branches == {"relu6": pytest.approx(against.channels.sum())}
    where = sv.predictions_per_location(source)
    np.testing.assert_allclose(where.maps.mean(axis=(1, 2)), logits, rtol=1e-5, atol=1e-5)
    assert not where.is_silent.any()  # every class may be below zero, and one leads all the same
    assert where.name == "scores:cam"
    for made in (against, where, sv.decompose_logit(source, 1)):
        json.dumps(made.to_dict(), allow_nan=False)
        assert made._repr_html_()


def test_a_sweep_for_one_class_is_that_for_all():
    model, size = ending_in("normalised"), 16
    image = sv.read_image(np.random.default_rng(4).integers(0, 256, (size, size, 3), dtype=np.uint8))
    whole = sv.ablation_sweep(model, image, "added")
    one = sv.ablation_sweep(model, image, "added", target=3)
    np.testing.assert_allclose(one.changes(3), whole.changes(3), rtol=1e-4, atol=1e-5)
    assert np.abs(whole.changes(3)).max() > 1e-3


def spoilt(name):
    net = Stack(seed=0)
    x = net.conv("data", WIDE, 3, stride=2, name="features")
    mean = flat(net, net.mean(x, "mean"))
    if name == "hidden layer":
        mean = net.node("Relu", [net.node("Gemm", [mean, net.weight(WIDE, WIDE)], WIDE, "hidden")], WIDE, "hidden.relu")
    elif name == "hard swish":
        mean = net.node("HardSwish", [mean], WIDE, "swish")
    elif name == "flat map":
        net.channels["flat"] = WIDE * 64
        mean = net.node("Flatten", [x], WIDE * 64, "flat")
    elif name == "largest":
        mean = flat(net, net.node("GlobalMaxPool", [x], WIDE, "largest"))
    return model_of(net, gemm(net, mean))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("hidden layer", r"hidden.relu \(fully connected, ReLU\) is not affine"),
        ("hard swish", r"swish \(hard swish\) is neither a global mean nor affine in the channels of one"),
        ("flat map", r"features.relu \(convolution, ReLU\) is not affine"),
        ("largest", r"largest \(global max pooling\) is neither a global mean nor affine"),
    ],
)
def test_what_does_not_end_so_is_refused_by_the_layer_in_the_way(name, said):
    with pytest.raises(
        sv.LayerError, match=rf"stack has no map a class: its logits, scores, are no means of maps; {said}"
    ):
        sv.decompose_logit(source_of(spoilt(name)), 0)


def test_a_factor_of_each_cell_is_no_weight_of_a_channel():
    from squeezeviz.network.graph import read_graph

    net = Stack(seed=0)
    made = net.node("Mul", ["data", net.held(np.arange(256).reshape(16, 16))], 3, "m")
    (op,) = read_graph(net.model(made)).ops.values()
    assert op.cell_map() is None
