"""Which channels are connected with which by weights: against sums over the kernels themselves."""

import numpy as np
import pytest

from squeezeviz.network.connections import inputs_by_weight, origin, outputs_by_weight
from tests.nets import tiny_model
from tests.stacks import Stack


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture(scope="module")
def architecture(model):
    return model.architecture


def test_inputs_have_the_kernels_size_and_sign(model, architecture):
    kernels, _ = model.kernels("fire2/expand3x3")
    found = inputs_by_weight(architecture, "fire2/expand3x3", 1)
    sizes = np.sqrt((kernels[1].astype(float) ** 2).sum(axis=(1, 2)))
    assert [each.channel for each in found] == list(np.argsort(-sizes))
    for each in found:
        assert each.layer == "fire2/squeeze1x1"
        assert each.size == pytest.approx(sizes[each.channel])
        assert each.total == pytest.approx(kernels[1, each.channel].sum(), abs=1e-6)


def test_a_concatenations_channel_is_its_branchs(architecture):
    assert origin(architecture, "fire2/concat", 2) == ("fire2/expand1x1", 2)
    assert origin(architecture, "fire2/concat", 4) == ("fire2/expand3x3", 1)
    assert origin(architecture, "conv10", 4) == ("conv10", 4)
    assert inputs_by_weight(architecture, "fire2/concat", 4) == inputs_by_weight(architecture, "fire2/expand3x3", 1)


def test_outputs_are_found_through_pools_and_concatenations(model, architecture):
    kernels, _ = model.kernels("conv10")
    sizes = np.abs(kernels[:, 4, 0, 0].astype(float))
    for layer, channel in (("fire2/concat", 4), ("fire2/expand3x3", 1)):
        found = outputs_by_weight(architecture, layer, channel)
        assert [each.channel for each in found] == list(np.argsort(-sizes))
        assert found[0].size == pytest.approx(sizes.max())
    squeezed, _ = model.kernels("fire2/squeeze1x1")
    for layer in ("conv1", "pool1"):
        found = outputs_by_weight(architecture, layer, 3)
        assert {each.layer for each in found} == {"fire2/squeeze1x1"}
        assert found[0].size == pytest.approx(np.abs(squeezed[:, 3, 0, 0]).max())
    (first, *_) = inputs_by_weight(architecture, "fire2/squeeze1x1", 0)
    assert first.layer == "conv1"


def test_nothing_is_said_where_weights_connect_nothing_directly(architecture):
    assert inputs_by_weight(architecture, "conv1", 0) == ()  # it reads the image
    assert inputs_by_weight(architecture, "pool1", 0) == ()
    assert outputs_by_weight(architecture, "conv10", 0) == ()
    assert inputs_by_weight(architecture, "softmaxout", 0) == ()


def test_groups_read_channels_of_their_own():
    from squeezeviz.network.ops.convolution import Convolution

    stack = Stack(seed=1)
    first = stack.conv("data", 4, 3, name="first")
    architecture = stack.architecture(stack.head(stack.conv(first, 4, 3, groups=2, name="second")))
    before, grouped = (layer for layer in architecture if isinstance(layer.op, Convolution))
    kernels = grouped.op.kernels()
    found = inputs_by_weight(architecture, grouped.name, 3)
    assert {(each.layer, each.channel) for each in found} == {(before.name, 2), (before.name, 3)}
    outputs = outputs_by_weight(architecture, before.name, 3)
    assert {each.channel for each in outputs} == {2, 3}
    assert outputs[0].size == pytest.approx(np.sqrt((kernels[2:, 1].astype(float) ** 2).sum(axis=(1, 2))).max())
    # A fully connected layer behind a global mean reads channels, too.
    logits = architecture["logits"]
    assert {each.layer for each in outputs_by_weight(architecture, grouped.name, 1)} == {logits.name}
    assert {each.layer for each in inputs_by_weight(architecture, logits.name, 1)} == {grouped.name}
