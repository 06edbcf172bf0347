"""Blocks: layers grouped as people draw them, found by the graph's form alone."""

import random
from collections import Counter

import numpy as np
import pytest
from onnx import numpy_helper

from tests.stacks import Stack


def blocks(net, last, *, head=True):
    """The blocks of a network, which hold every layer once, each behind those it reads."""
    arch = net.architecture(net.head(last) if head else last)
    check(arch)
    return arch.blocks


def check(arch):
    place = {layer.name: at for at, layer in enumerate(arch)}
    assert Counter(name for block in arch.blocks for name in block.layers) == Counter(place.keys())
    assert len({block.name for block in arch.blocks}) == len(arch.blocks)
    seen = {arch.input_name}
    for block in arch.blocks:
        assert list(block.layers) == sorted(block.layers, key=place.get)
        assert block.inputs
        assert seen.issuperset(block.inputs)
        seen.add(block.name)
        inner = [name for branch in block.branches for name in branch]
        assert len(inner) == len(set(inner))
        assert set(inner) < set(block.layers)
        assert (block.join in block.layers) == bool(block.branches)
        assert block.output == block.layers[-1]
    # What is read of a block is its output, and only what a block reads is its input.
    block_of = {name: block for block in arch.blocks for name in block.layers}
    names_of = {block.name: set(block.layers) for block in arch.blocks}
    outputs = {arch.input_name: arch.input_name} | {block.name: block.output for block in arch.blocks}
    for layer in arch:
        own = block_of[layer.name]
        outside = {name for name in layer.inputs if name not in names_of[own.name]}
        if own.kind != "dense layer":  # may list anew what an earlier one has joined
            assert outside <= {outputs[name] for name in own.inputs}, own


def kinds(found):
    return [block.kind for block in found]


def test_fire_takes_its_squeeze_along():
    net = Stack()
    x = net.pool(net.conv("data", 8, 3, name="conv1"), name="pool1")
    squeeze = net.conv(x, 2, name="fire2/squeeze")
    joined = net.concat(net.conv(squeeze, 4, name="fire2/e1"), net.conv(squeeze, 4, 3, name="fire2/e3"), name="fire2/c")
    stem, fire, end = blocks(net, joined)
    assert (stem.name, stem.kind, stem.layers) == ("conv1.relu–pool1", "plain", ("conv1.relu", "pool1"))
    assert (fire.name, fire.kind, fire.inputs, fire.output) == ("fire2", "fire", (stem.name,), "fire2/c")
    assert fire.layers == ("fire2/squeeze.relu", "fire2/e1.relu", "fire2/e3.relu", "fire2/c")
    assert (fire.branches, fire.join) == ((("fire2/e1.relu",), ("fire2/e3.relu",)), "fire2/c")
    assert (end.name, end.kind, end.inputs) == ("mean–logits", "plain", ("fire2",))


def fire(net, x, *, norm=False):
    squeeze = net.conv(x, 2, norm=norm)
    return net.concat(net.conv(squeeze, 4, norm=norm), net.conv(squeeze, 4, 3, norm=norm))


def test_fire_with_a_bypass_and_with_normalisation():
    net = Stack()
    x = fire(net, net.conv("data", 8, 3))
    x = net.add(x, fire(net, x))
    x = fire(net, x, norm=True)
    found = blocks(net, x)
    assert [(block.name, block.kind, len(block.layers)) for block in found[1:-1]] == [
        ("fire 1", "fire", 4), ("fire 2", "fire", 5), ("fire 3", "fire", 7)
    ]  # fmt: skip
    assert found[2].branches[0] == ()
    assert [len(branch) for branch in found[3].branches] == [2, 2]
    arch = net.architecture("logits")
    # A Fire module whose parts stand apart is drawn as a block; its parts have no roles by which others find them.
    assert Counter(layer.branch for layer in arch if layer.module) == dict.fromkeys(
        ("squeeze", "expand1x1", "expand3x3", "concat"), 2
    )


def test_two_convolutions_of_another_form_are_no_fire():
    net = Stack()
    x = net.conv(net.conv("data", 8, 3), 4)
    joined = net.concat(net.conv(x, 4, 3), net.conv(x, 4, 5))
    stem, block, _ = blocks(net, joined)
    assert (block.kind, len(stem.layers)) == ("inception", 2)
    assert not any(layer.module for layer in net.architecture("logits"))


@pytest.mark.parametrize("gate", [False, True], ids=["", "gated"])
@pytest.mark.parametrize("norm", [False, True], ids=["", "norm"])
def test_residual_blocks_and_bottlenecks(norm, gate):
    net = Stack()
    x = net.pool(net.conv("data", 8, 7, stride=2, norm=norm, name="conv1"))

    def residual(x, widths, name, *, stride=1, project=False):
        path = x
        for at, (width, kernel) in enumerate(widths):
            is_last = at == len(widths) - 1
            step = stride if kernel == 3 else 1
            stride = 1 if kernel == 3 else stride
            path = net.conv(path, width, kernel, stride=step, norm=norm, relu=not is_last, name=f"{name}.conv{at}")
        path = net.squeeze_and_excite(path) if gate else path
        other = net.conv(x, widths[-1][0], stride=2 if project == 2 else 1, norm=norm, relu=False) if project else x
        return net.relu(net.add(path, other, name=f"{name}.add"), name=f"{name}.relu")

    x = residual(x, [(8, 3), (8, 3)], "layer1.0")
    x = residual(x, [(16, 3), (16, 3)], "layer1.1", stride=2, project=2)
    x = residual(x, [(4, 1), (4, 3), (16, 1)], "layer2.0")
    x = residual(x, [(8, 1), (8, 3), (32, 1)], "layer2.1", project=1)
    found = blocks(net, x)
    assert kinds(found) == ["plain", "residual", "residual", "bottleneck", "bottleneck", "plain"]
    if not gate and not norm:
        assert [block.branches for block in found[1:3]] == [
            ((), ("layer1.0.conv0.relu", "layer1.0.conv1")),
            (("layer1.1.conv0.relu", "layer1.1.conv1"), ("n11",)),
        ]
    assert found[1].join == found[1].output == "layer1.0.relu"
    assert found[3].inputs == (found[2].name,)
    assert found[1].name.startswith("residual 1" if gate else "layer1.0")


def test_pre_activation_goes_with_the_block_behind_it():
    net = Stack()
    x = net.conv("data", 8, 3, relu=False)
    ends = []
    for width in (8, 16, 16):
        before = net.relu(net.norm(x))
        path = net.conv(net.conv(before, width, 3, norm=True), width, 3, relu=False)
        x = net.add(path, net.conv(before, width, relu=False) if width != net.channels[x] else x)
        ends.append(x)
    found = blocks(net, net.relu(net.norm(x)))
    assert kinds(found) == ["plain", "residual", "residual", "residual", "plain"]
    assert [block.output for block in found[1:4]] == ends
    assert len(found[2].layers) == 6  # normalised once, before it forks
    assert found[-1].inputs == ("residual 3",)


@pytest.mark.parametrize("how", ["ReLU", "swish", "gated", "padded"])
def test_inverted_residual_with_its_addition_and_without(how):
    net = Stack()

    def active(x):
        return net.swish(x) if how == "swish" else net.relu(x)

    def inverted(x, channels, *, widen=4, stride=1):
        path = active(net.conv(x, net.channels[x] * widen, relu=False, norm=True)) if widen > 1 else x
        if how == "padded":
            pads = net.whole(0, 0, 1, 1, 0, 0, 1, 1)
            path = net.node("Pad", [path, pads], net.channels[path])
        path = active(net.depthwise(path, stride=stride, relu=False))
        path = net.squeeze_and_excite(path) if how == "gated" else path
        path = net.conv(path, channels, relu=False, norm=True)
        return net.add(path, x) if stride == 1 and channels == net.channels[x] and how != "padded" else path

    x = active(net.conv("data", 8, 3, stride=2, relu=False))
    for channels, stride, widen in ((4, 1, 1), (8, 2, 6), (8, 1, 6), (8, 1, 6), (12, 1, 6), (12, 1, 6)):
        x = inverted(x, channels, stride=stride, widen=widen)
    x = active(net.conv(x, 64, relu=False))
    found = blocks(net, x)
    assert kinds(found) == ["plain", *["inverted residual"] * 6, "plain"]
    joins = [] if how == "padded" else [3, 4, 6]
    assert [at for at, block in enumerate(found) if block.branches] == joins
    assert all(block.branches[0] == () for at, block in enumerate(found) if at in joins)


def test_inverted_residual_with_its_convolutions_fused():
    net = Stack()
    x = net.conv("data", 8, 3, stride=2)
    x = net.conv(net.conv(x, 32, 3, stride=2, norm=True), 12, relu=False, norm=True)
    x = net.add(x, net.conv(net.conv(x, 48, 3), 12, relu=False))
    x = net.conv(x, 64)
    assert kinds(blocks(net, x)) == ["plain", "inverted residual", "inverted residual", "plain"]


def test_depthwise_separable_convolutions():
    net = Stack()
    x = net.conv("data", 8, 3, stride=2)
    for channels, stride in ((16, 1), (32, 2), (32, 1)):
        x = net.conv(net.depthwise(x, stride=stride, norm=True), channels, norm=True)
    found = blocks(net, x)
    assert kinds(found) == ["plain", *["depthwise separable"] * 3, "plain"]
    assert [len(block.layers) for block in found[1:4]] == [4] * 3


def inception(net, x, name=""):
    def named(text):
        return f"{name}/{text}" if name else None

    return net.concat(
        net.conv(x, 4, name=named("1x1")),
        net.conv(net.conv(x, 2, name=named("3x3_reduce")), 4, 3, name=named("3x3")),
        net.conv(net.pool(x, 3, stride=1, name=named("pool")), 4, name=named("pool_proj")),
        name=named("output"),
    )


def test_inception_with_pooled_branches():
    net = Stack()
    x = inception(net, net.conv("data", 8, 3), "inception_3a")
    x = inception(net, x, "inception_3b")
    x = net.concat(
        net.conv(x, 4, 3, stride=2), net.pool(x, 3, stride=2)
    )  # as maps are halved from the third version on
    ends = net.conv(x, 4, 3)
    x = net.concat(net.conv(x, 4), net.conv(ends, 4, 1), net.conv(ends, 4, 3))  # a branch that forks at its end
    found = blocks(net, x)
    assert [block.name for block in found[1:-1]] == ["inception_3a", "inception_3b", "inception 3", "inception 4"]
    assert kinds(found)[1:-1] == ["inception"] * 4
    assert found[1].branches[2] == ("inception_3a/pool", "inception_3a/pool_proj.relu")
    assert [len(branch) for branch in found[4].branches] == [3, 1]


def test_a_residual_block_around_an_inception():
    net = Stack()
    x = net.conv("data", 12, 3)
    x = net.relu(net.add(x, net.conv(inception(net, x), 12, relu=False)))
    (_, block, _) = blocks(net, x)
    assert (block.kind, [len(branch) for branch in block.branches]) == ("residual", [0, 7])


@pytest.mark.parametrize("form", ["joined two at a time", "listed anew", "newest first"])
def test_dense_blocks_are_the_same_however_a_program_joins(form):
    net = Stack()
    x = net.pool(net.conv("data", 8, 3))
    for stage, count in enumerate((3, 4)):
        made = [x]
        for layer in range(count):
            name = f"features.denseblock{stage}.denselayer{layer}"
            path = net.conv(net.relu(net.norm(x, f"{name}.norm1"), f"{name}.relu1"), 8, norm=True, name=f"{name}.conv1")
            made.append(net.conv(path, 4, 3, relu=False, name=f"{name}.conv2"))
            after = f"features.denseblock{stage}.denselayer{layer + 1}.Concat"
            parts = {"listed anew": made, "newest first": [made[-1], x]}.get(form, [x, made[-1]])
            x = net.concat(*parts, name=after)
        if stage == 0:
            path = net.conv(net.relu(net.norm(x)), 10, relu=False, name="features.transition")
            x = net.pool(path, kind="AveragePool", name="features.transition.pool")
    found = blocks(net, net.relu(net.norm(x)))
    assert kinds(found) == ["plain", *["dense layer"] * 3, "transition", *["dense layer"] * 4, "plain"]
    groups = [None, *["features.denseblock0"] * 3, None, *["features.denseblock1"] * 4, None]
    assert [block.group for block in found] == groups
    assert found[5].name == "features.denseblock1.denselayer0"
    assert {len(block.layers) for block in found if block.kind == "dense layer"} == {5}
    assert all(block.branches[0] == () for block in found if block.kind == "dense layer")
    assert [block.inputs for block in found[1:]] == [(block.name,) for block in found[:-1]]


def test_dense_blocks_without_names_are_numbered():
    net = Stack()
    x = net.conv("data", 8, 3)
    for _ in range(2):
        for _ in range(2):
            x = net.concat(x, net.conv(x, 4, 3))
        x = net.pool(net.conv(x, 8))
    found = blocks(net, x)
    assert [block.group for block in found] == [None, *["dense block 1"] * 2, None, *["dense block 2"] * 2, None, None]
    assert found[4].name == "dense layer 3"


def test_shuffle_units_of_both_versions():
    net = Stack()
    x = net.conv("data", 8, 3)
    # The first: the shuffle within; joined by an addition, or to a pooled map.
    path = net.depthwise(net.shuffle(net.conv(x, 4, groups=2), 2, 16), relu=False)
    x = net.relu(net.add(x, net.conv(path, 8, groups=2, relu=False)))
    path = net.depthwise(net.shuffle(net.conv(x, 4, groups=2), 2, 16), relu=False, stride=2)
    x = net.relu(net.concat(net.conv(path, 8, groups=2, relu=False), net.pool(x, 3, kind="AveragePool")))
    # The second: channels split, and the shuffle behind the join.
    kept, path = net.halves(x)
    path = net.conv(net.depthwise(net.conv(path, 8), relu=False), 8)
    x = net.shuffle(net.concat(kept, path), 2, 8)
    other = net.conv(net.depthwise(x, stride=2, relu=False), 8)
    path = net.conv(net.depthwise(net.conv(x, 8), stride=2, relu=False), 8)
    x = net.shuffle(net.concat(other, path), 2, 4)
    found = blocks(net, x)
    assert kinds(found) == ["plain", *["shuffle unit"] * 4, "plain"]
    assert [len(block.branches) for block in found[1:5]] == [2] * 4
    assert found[1].branches[0] == ()
    assert found[3].layers[-1] != found[3].join  # the shuffle


def test_plain_layers_are_cut_where_the_map_shrinks():
    net = Stack(64)
    x = "data"
    for stage, count in enumerate((2, 2, 3)):
        for at in range(count):
            x = net.conv(x, 8, 3, name=f"features.{stage}{at}")
        x = net.pool(x, name=f"features.{stage}9")
    for at in (4, 5):
        x = net.conv(net.conv(x, 8, 3, stride=2, name=f"features.{at}0"), 8, 3, name=f"features.{at}1")
    x = net.norm(x)
    found = blocks(net, x)
    assert kinds(found) == ["plain"] * 5
    assert [block.name for block in found] == [
        "features.00.relu–09", "features.10.relu–19", "features.20.relu–29", "features.40.relu–41.relu",
        "features.50.relu–logits",
    ]  # fmt: skip
    assert all(not block.branches and block.join is None for block in found)


def test_cells_that_read_the_two_before_are_blocks_of_several_inputs():
    """As in NASNet: no layer but the first and the last lies on every path."""
    net = Stack()
    first = net.conv("data", 4, 3)
    before, x = first, net.conv(first, 4, 3, name="stem")
    for at in range(8):
        cell = f"cell_{at}"
        left, right = net.conv(before, 4, name=f"{cell}.left"), net.conv(x, 4, name=f"{cell}.right")
        sums = [
            net.add(net.depthwise(left, name=f"{cell}.a"), net.pool(right, 3, stride=1, name=f"{cell}.p")),
            net.add(net.depthwise(right, name=f"{cell}.b"), left),
        ]
        before, x = x, net.conv(net.concat(*sums), 4, name=f"{cell}.out")
    found = blocks(net, net.concat(before, x))
    assert max(len(block.inputs) for block in found) == 2
    assert max(len(block.layers) for block in found) <= 8
    assert len([block for block in found if block.kind == "branched"]) == 8


def test_stages_side_by_side_are_taken_apart():
    """As in CSP networks: residual blocks in a row, beside a path around them all."""
    net = Stack()
    x = net.conv("data", 8, 3)
    path, around = net.conv(x, 4), net.conv(x, 4)
    for _ in range(3):
        path = net.add(path, net.conv(net.conv(path, 4), 4, 3))
    found = blocks(net, net.conv(net.concat(path, around), 8))
    assert kinds(found).count("residual") == 3
    join = next(block for block in found if len(block.inputs) == 2)
    assert set(join.inputs) == {"residual 3", found[2].name if found[2].kind == "plain" else "n5"}


def test_one_aggregation_of_all_is_one_block():
    """As in VoVNet: a row of convolutions, all of which are joined at the end."""
    net = Stack()
    made = [net.conv("data", 8, 3)]
    for _ in range(4):
        made.append(net.conv(made[-1], 8, 3))
    assert kinds(blocks(net, net.conv(net.concat(*made), 8))) == ["plain", "branched", "plain"]


def test_what_other_families_have():
    net = Stack()
    x = net.conv("data", 8, 3)
    # Xception: depthwise separable convolutions beside a projection.
    path = net.conv(net.depthwise(net.conv(net.depthwise(x, relu=False), 16), relu=False), 16, relu=False)
    x = net.add(net.pool(path, 3), net.conv(x, 16, stride=2, relu=False))

    # GhostNet: half of the channels are made of the other half; its shortcut has a convolution a channel, too.
    def ghost(x, channels):
        first = net.conv(x, channels // 2)
        return net.concat(first, net.depthwise(first))

    x = net.add(ghost(net.squeeze_and_excite(ghost(x, 24)), 12), net.conv(net.depthwise(x, relu=False), 12))
    # Res2Net: groups of channels that add to the next.
    kept, passed = net.halves(net.conv(x, 12))
    passed = net.conv(net.add(kept, passed), 6, 3)
    x = net.add(x, net.conv(net.concat(kept, passed), 12, relu=False))
    # SE-Inception: the gate belongs to what it weighs.
    x = net.squeeze_and_excite(inception(net, x))
    # ConvNeXt: a depthwise convolution, then one that widens and one that narrows.
    x = net.add(x, net.conv(net.swish(net.conv(net.norm(net.depthwise(x, 7, relu=False)), 48, relu=False)), 12))
    # RepVGG, as it is trained.
    x = net.add(net.add(net.conv(x, 12, 3, relu=False), net.conv(x, 12, relu=False)), net.norm(x))
    # DLA: two residual blocks, joined.
    first = net.add(x, net.conv(net.conv(x, 12, 3), 12, 3))
    x = net.concat(first, net.add(first, net.conv(net.conv(first, 12, 3), 12, 3)))
    found = blocks(net, x)
    assert kinds(found) == [
        "plain", "residual", "residual", "residual", "inception", "inverted residual", "residual", "residual",
        "branched", "plain",
    ]  # fmt: skip


def test_quantised_networks_have_the_same_blocks():
    net = Stack()

    def quantised(x):
        scale, zero = net.weight(), net.whole(0)
        net.weights[-1] = numpy_helper.from_array(np.uint8(0), zero)
        whole = net.node("QuantizeLinear", [x, scale, zero], net.channels[x])
        return net.node("DequantizeLinear", [whole, scale, zero], net.channels[x])

    x = quantised(net.conv(quantised("data"), 8, 3))
    path = quantised(net.conv(x, 4))
    x = quantised(net.add(x, quantised(net.conv(path, 8, 3, relu=False))))
    squeeze = quantised(net.conv(x, 2))
    x = net.concat(quantised(net.conv(squeeze, 4)), quantised(net.conv(squeeze, 4, 3)))
    path = quantised(net.depthwise(quantised(net.conv(x, 32))))
    x = quantised(net.conv(path, 12, relu=False))
    assert kinds(blocks(net, x)) == ["plain", "bottleneck", "fire", "inverted residual", "plain"]


def test_a_fork_of_the_input_itself():
    net = Stack()
    found = blocks(net, net.concat(net.conv("data", 4, 3), net.conv("data", 4, 5)))
    assert (kinds(found), found[0].inputs) == (["inception", "plain"], ("data",))


def test_a_layer_called_as_another_block_or_the_input():
    net = Stack()
    x = net.conv("data", 8, 3, name="residual 1")
    x = net.pool(x, name="data.pool")
    x = net.add(x, net.conv(x, 8, 3))
    x = net.add(x, net.conv(x, 8, 3, name="residual 1.path", relu=False), name="residual 1.path.add")
    names = [block.name for block in blocks(net, x)]
    assert len(set(names)) == 4


def test_deep_networks():
    """Neither forks in a row nor forks within forks run into Python's limit."""
    depth = 600
    row = Stack(2)
    x = row.conv("data", 2)
    for _ in range(depth):
        x = row.add(x, row.conv(x, 2))
    assert kinds(blocks(row, x)) == ["plain", *["residual"] * depth, "plain"]
    nested = Stack(2)
    opened = [nested.conv("data", 2)]
    for _ in range(depth):
        opened.append(nested.conv(opened[-1], 2))
    x = opened.pop()
    while opened:
        x = nested.add(nested.conv(x, 2), opened.pop())
    assert blocks(nested, x)


@pytest.mark.parametrize("seed", range(60))
def test_any_graph_is_grouped(seed):
    """Whatever forks and joins: every layer is in one block, and blocks stand behind those they read."""
    rng = random.Random(seed)
    net = Stack(4)
    made = [net.conv("data", 4, 3)]
    unread = set(made)
    for _ in range(rng.randrange(5, 60)):
        near = made[-rng.choice([1, 2, 3, 60]) :]
        x, other = rng.choice(near), rng.choice(near)
        kind = rng.choice(["conv", "conv", "add", "concat", "depthwise", "swish", "norm", "gate", "mul"])
        layer = {
            "conv": lambda x=x: net.conv(x, 4, rng.choice([1, 3])),
            "add": lambda x=x, other=other: net.add(x, other),
            "concat": lambda x=x, other=other: net.conv(net.concat(x, other), 4),
            "depthwise": lambda x=x: net.depthwise(x),
            "swish": lambda x=x: net.swish(x),
            "norm": lambda x=x: net.norm(x),
            "gate": lambda x=x: net.squeeze_and_excite(x),
            "mul": lambda x=x, other=other: net.node("Mul", [x, other], 4),
        }[kind]()
        unread -= {x, other}
        unread.add(layer)
        made.append(layer)
    last = net.add(*sorted(unread)[:2]) if len(unread) > 1 else made[-1]
    assert blocks(net, last)
