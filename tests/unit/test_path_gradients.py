"""Contributions by receptive field of networks that are linear in pieces: they add up, and each path is counted where it belongs."""

import numpy as np
import pytest

import squeezeviz as sv
from tests.stacks import Stack
from tests.unit.test_endings import ENDS, WIDE, flat, gemm, model_of, source_of


def residual(net):
    x = net.conv("data", 5, 3, stride=2)
    return net.relu(net.add(net.conv(net.conv(x, 5, 3), 5, 3, relu=False, norm=True), x), "added")


def inverted_residual(net):
    x = net.conv("data", 4, 3, stride=2, relu=False)
    wide = net.node("Clip", [net.conv(x, 8, relu=False), net.held(0), net.held(6)], 8)
    deep = net.node("Clip", [net.depthwise(wide, relu=False), net.held(0), net.held(6)], 8)
    return net.add(net.conv(deep, 4, relu=False), x)


def dense(net):
    x = net.conv("data", 4, 3, stride=2)
    for _ in range(2):
        x = net.concat(x, net.conv(net.relu(net.norm(x)), 3, 3, relu=False))
    return net.pool(net.relu(net.norm(x)), 3, stride=2, kind="AveragePool")


def shuffled(net):
    x = net.conv("data", 4, 3, stride=2)
    first, second = net.halves(x)
    return net.shuffle(net.concat(first, net.depthwise(second, relu=False)), 2, net.size // 2)


def padded_and_leaky(net):
    x = net.node("Pad", ["data", net.whole(0, 0, 1, 0, 0, 0, 0, 2), net.held(0.7)], 3)
    x = net.node("LeakyRelu", [net.node("Sub", [net.conv(x, 4, 3, relu=False), net.held(0.2)], 4)], 4, alpha=0.2)
    x = net.pool(net.node("PRelu", [x, net.held([[[0.3]]])], 4))
    return net.node("HardSigmoid", [net.node("Mul", [x, net.held(0.5)], 4)], 4)


def two_layers_behind_a_flat_map(net):
    x = net.pool(net.conv("data", 3, 3, stride=2), 4, stride=4)
    net.channels["flat"] = 3 * 4
    x = net.node("Flatten", [x], 12, "flat")
    x = net.node("Gemm", [x, net.weight(12, 6), net.weight(6)], 6, "hidden")
    return net.relu(x)


BODIES = [residual, inverted_residual, dense, shuffled, padded_and_leaky]


def built(body, seed=1):
    net = Stack(seed=seed)
    return model_of(net, gemm(net, flat(net, net.mean(body(net)))))


def along_the_input(model, tensor, index):
    """The logit's derivative as the whole input grows: Σ gradient × input, by runs of the network alone."""
    name, step = model.architecture.logits_name, 1e-3
    both = np.concatenate([tensor * (1 + step), tensor * (1 - step)])
    more, less = model.activations_of_tensor(both, name)[name][:, index].astype(np.float64)
    return (more - less) / (2 * step)


@pytest.mark.parametrize("body", [*BODIES, two_layers_behind_a_flat_map], ids=lambda body: body.__name__)
def test_evidence_and_biases_are_the_logit_and_evidence_is_gradient_times_input(body):
    net = Stack(seed=10 if body is two_layers_behind_a_flat_map else 1)  # of seed 1, every hidden number would be 0
    last = body(net)
    model = model_of(net, gemm(net, last if body is two_layers_behind_a_flat_map else flat(net, net.mean(last))))
    source = source_of(model)
    for index in (0, 2):
        made = sv.contributions_by_receptive_field(source, index)
        assert made.evidence.sum() + made.bias == pytest.approx(made.logit, rel=1e-5, abs=1e-5)
        expected = along_the_input(model, source.tensor, index)
        assert made.evidence.sum() == pytest.approx(expected, rel=2e-2, abs=1e-2)
        assert np.abs(made.evidence).max() > 1e-3


def test_paths_of_a_residual_network_are_as_wide_as_the_branches_they_take():
    model = built(residual)
    made = sv.contributions_by_receptive_field(source_of(model), 1)
    assert made.sizes == ((3, 3), (11, 11))  # the shortcut's; and two 3 × 3 more, at stride 2
    fields = model.architecture["added"].receptive_fields
    assert (fields[0], fields[-1]) == made.sizes


def test_what_came_through_the_shortcut_alone_is_told_apart():
    """No convolution here has a bias: what the shortcut brings to the sum, where its ReLU is open, came along narrow paths."""
    model = built(residual)
    source = source_of(model)
    made = sv.contributions_by_receptive_field(source, 1)
    added, head = source.architecture["added"], source.architecture["scores"]
    is_open = source.values("added") > 0
    shortcut = source.values(added.inputs[1])
    weights, _ = head.op.cell_map()
    narrow, wide = (
        float(weights[1] @ (each * is_open).mean(axis=(1, 2))) for each in (shortcut, source.values(added.inputs[0]))
    )
    assert made.evidence[0] == pytest.approx(narrow, rel=1e-5, abs=1e-5)
    assert made.evidence[1] + made.biases[added.inputs[0]] == pytest.approx(wide, rel=1e-5, abs=1e-5)
    assert 0 < is_open.mean() < 1


@pytest.mark.parametrize("end", ENDS)
def test_any_affine_end_is_followed(end):
    net = Stack(seed=10)
    source = source_of(model_of(net, ENDS[end](net, net.conv("data", WIDE, 3, stride=2))))
    made = sv.contributions_by_receptive_field(source, 0, 3)
    assert made.evidence.sum() + made.bias == pytest.approx(made.logit, rel=1e-5, abs=1e-5)
    assert made.sizes == ((3, 3),)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda net, x: net.squeeze_and_excite(x), "multiplication"),
        (lambda net, x: net.node("HardSwish", [x], net.channels[x]), "hard swish"),
        (lambda net, x: net.swish(x), "multiplication"),
    ],
)
def test_what_is_not_linear_in_pieces_is_refused_by_name(spoil, said):
    net = Stack(seed=1)
    model = model_of(net, gemm(net, flat(net, net.mean(spoil(net, net.conv("data", 5, 3, stride=2))))))
    with pytest.raises(
        sv.LayerError, match=f"a layer of the kind '{said}' is not divided into paths: it is not linear"
    ):
        sv.contributions_by_receptive_field(source_of(model), 0)


def test_a_concatenation_through_which_all_paths_go_is_a_cut_and_no_other():
    made = sv.contributions_by_receptive_field(source_of(built(dense)), 0)
    assert len(made.splits) == 2
    for split in made.splits:
        assert sum(split.parts.values()) + split.biases == pytest.approx(made.logit, rel=1e-5, abs=1e-5)

    def passed_by(net):
        x = net.conv("data", 4, 3, stride=2)
        return net.add(net.concat(net.conv(x, 2), net.conv(x, 2, 3)), x)

    assert sv.contributions_by_receptive_field(source_of(built(passed_by)), 0).splits == ()
