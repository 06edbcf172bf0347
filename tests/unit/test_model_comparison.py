"""Two models on one photo, against arithmetic done by hand on tiny networks."""

import json

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

import squeezeviz as sv
from squeezeviz import cli
from squeezeviz.evidence.model_comparison import difference_of
from squeezeviz.network.matching import match_layers
from squeezeviz.report.terminal.show import show
from squeezeviz.results.labels import Label, Labels
from squeezeviz.results.shared_classes import shared_classes
from squeezeviz.runtime.model import Model
from tests.coloured import COLOURS, colour_content
from tests.nets import exported_net, fire_net, tiny_content, tiny_model

IMAGE = sv.read_image(np.random.default_rng(3).integers(0, 256, (50, 70, 3), dtype=np.uint8), name="noise")


def changed(layer, factor=1.5, *, content=None, name="changed", labels=None, preprocessing=None):
    """The tiny network with one layer's weights multiplied."""
    proto = onnx.load_model_from_string(content or tiny_content())
    (weights,) = (each for each in proto.graph.initializer if each.name == f"{layer}_w")
    weights.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weights) * np.float32(factor), weights.name))
    from squeezeviz.runtime.chosen import Chosen

    chosen = Chosen.told(labels=labels, preprocessing=preprocessing)
    return Model(proto.SerializeToString(), name=name, sha256="01", chosen=chosen)


@pytest.fixture(scope="module")
def made():
    return sv.compare_models(tiny_model(), changed("fire2/expand3x3"), IMAGE)


# Numbers --------------------------------------------------------------------------------------------------------------


def test_difference_and_correlation_by_hand():
    a, b = np.array([[3.0, 0], [0, 4]], np.float32), np.array([[3.0, 0], [0, 1]], np.float32)
    relative, correlation = difference_of(a, b)
    assert relative == pytest.approx(3 / 5)
    assert correlation == pytest.approx(np.corrcoef(a.ravel(), b.ravel())[0, 1])
    assert difference_of(a, -a) == (2, pytest.approx(-1))


def test_what_has_no_difference_or_no_correlation_says_none():
    something, nothing = np.eye(2, dtype=np.float32), np.zeros((2, 2), np.float32)
    assert difference_of(nothing, nothing) == (0, None)
    assert difference_of(nothing, something) == (None, None)
    assert difference_of(something, nothing) == (1, None)
    assert difference_of(something, np.zeros((2, 3), np.float32)) == (None, None)
    assert difference_of(something + 0.1, something + 0.1)[0] == 0


def test_every_pair_is_measured_on_the_maps_themselves(made):
    first, second = tiny_model().activations(IMAGE), changed("fire2/expand3x3").activations(IMAGE)
    assert [pair.a for pair in made.pairs] == [layer.name for layer in tiny_model().architecture]
    for pair in made.pairs:
        a, b = (maps.astype(np.float64).ravel() for maps in (first[pair.a], second[pair.b]))
        assert pair.relative_l2 == pytest.approx(np.linalg.norm(b - a) / np.linalg.norm(a), abs=1e-9)
        if pair.correlation is not None:
            assert pair.correlation == pytest.approx(np.corrcoef(a, b)[0, 1], abs=1e-9)


def test_the_first_layer_to_differ_is_the_one_that_was_changed(made):
    assert made.has_same_input
    assert (made.first_divergent_layer.a, made.first_divergent_layer.matched_by) == ("fire2/expand3x3", "name")
    assert [pair.a for pair in made.pairs if pair.relative_l2 == 0] == [
        "conv1", "pool1", "fire2/squeeze1x1", "fire2/expand1x1",
    ]  # fmt: skip
    assert "by more than 0.01 is fire2/expand3x3" in made.verdict


def test_a_network_diverges_nowhere_from_itself():
    made = sv.compare_models(tiny_model(), tiny_model(), IMAGE)
    assert made.first_divergent_layer is None
    assert {pair.relative_l2 for pair in made.pairs} == {0}
    assert (made.agreement.is_same_top1, made.agreement.shared_top5, made.agreement.total_variation) == (True, 5, 0)


def test_the_tolerance_says_what_is_a_difference():
    a, b = tiny_model(), changed("conv1", 1.001)
    assert sv.compare_models(a, b, IMAGE).pairs[0].relative_l2 == pytest.approx(0.001, rel=0.2)
    assert sv.compare_models(a, b, IMAGE, tolerance=0.0001).first_divergent_layer.a == "conv1"
    parting = sv.compare_models(a, b, IMAGE, tolerance=0.5).first_divergent_layer
    assert parting is None
    for wrong in (-1, float("nan")):
        with pytest.raises(ValueError, match="at least 0"):
            sv.compare_models(a, b, IMAGE, tolerance=wrong)


# Inputs ---------------------------------------------------------------------------------------------------------------


def test_other_preprocessings_make_other_inputs_and_it_says_so():
    model, how = tiny_model(), tiny_model().preprocessing
    swapped = how.replace(name="swapped", channel_order="RGB", mean=(123.68, 116.78, 103.96))
    made = sv.compare_models(model, changed("conv1", 1, preprocessing=swapped), IMAGE)
    a, b = how(IMAGE).ravel(), swapped(IMAGE).ravel()
    assert made.input_difference == pytest.approx(np.linalg.norm(b - a) / np.linalg.norm(a), rel=1e-5)
    assert not made.has_same_input
    assert "The input itself differs by" in made.verdict
    assert "against swapped" in made.verdict
    assert made.first_divergent_layer.a == "conv1"
    assert (made.b.seen != made.a.seen).any() or made.b.preprocessing.name == "swapped"


def test_layers_of_other_sizes_are_pairs_without_numbers():
    made = sv.compare_models(tiny_model(), tiny_model(size=65), IMAGE)
    first = made.pairs[0]
    assert (first.a, first.matched_by, first.relative_l2, first.correlation) == ("conv1", "name", None, None)
    assert (first.shape_a, first.shape_b) == ((4, 16, 16), (4, 32, 32))
    assert made.first_divergent_layer is first
    assert made.input_difference is None
    assert "33 × 33 px against 65 × 65 px" in made.verdict
    assert made.verdict.endswith("conv1: in shape.")


# Layers ---------------------------------------------------------------------------------------------------------------


def test_the_same_network_in_another_dialect_is_matched_by_form():
    made = sv.compare_models(tiny_model(), tiny_model(exported_net()), IMAGE)
    assert {pair.matched_by for pair in made.pairs} == {"form"}
    assert [pair.a for pair in made.pairs] == [layer.name for layer in tiny_model().architecture]
    assert max(pair.relative_l2 for pair in made.pairs) < 1e-5
    assert made.a.unmatched == made.b.unmatched == ()


def graph_model(names_and_ops, size=8):
    """A chain of layers by name and operator, ending in a mean and four classes."""
    nodes, weights, source = [], [], "data"
    for name, (op, channels) in names_and_ops.items():
        before = 3 if source == "data" else 4
        if op == "Conv":
            weights.append(numpy_helper.from_array(np.ones((channels, before, 1, 1), np.float32), f"{name}_w"))
            nodes.append(helper.make_node(op, [source, f"{name}_w"], [name], name=name))
        else:
            nodes.append(helper.make_node(op, [source], [name], name=name))
        source = name
    nodes += [helper.make_node("GlobalAveragePool", [source], ["mean"]), helper.make_node("Flatten", ["mean"], ["out"])]
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, "chain", [info("data", 1, ["N", 3, size, size])], [info("out", 1, ["N", 4])], weights
    )
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return Model(proto.SerializeToString(), name="chain", sha256="02")


def pairs(a, b):
    return [
        (match.a.name, match.b.name, match.rule)
        for match in match_layers(graph_model(a).architecture, graph_model(b).architecture).pairs
    ]


def test_names_come_first_and_form_keeps_the_order():
    a = {"one": ("Conv", 4), "two": ("Sigmoid", 4), "three": ("Tanh", 4), "four": ("Conv", 4)}
    b = {"eins": ("Conv", 4), "two": ("Sigmoid", 4), "vier": ("Conv", 4), "tief": ("Tanh", 4)}
    # "three" and "four" are in the other order there: the longest stretch that both have is one layer.
    found = pairs(a, b)
    assert found[:2] == [("one", "eins", "form"), ("two", "two", "name")]
    assert len({*found[2:]} & {("three", "tief", "form"), ("four", "vier", "form")}) == 1
    assert found[-1] == ("mean", "mean", "name")


def test_a_form_does_not_cross_a_name():
    a = {"one": ("Conv", 4), "two": ("Sigmoid", 4)}
    b = {"two": ("Conv", 4), "three": ("Sigmoid", 4)}  # "two" is of the same shape: by name
    assert pairs(a, b) == [("two", "two", "name"), ("mean", "mean", "name")]


def test_a_name_alone_makes_no_pair():
    a, b = {"one": ("Conv", 4), "same": ("Tanh", 4)}, {"same": ("Conv", 4), "other": ("Tanh", 4)}
    small = match_layers(graph_model(a).architecture, graph_model(b, size=6).architecture)
    assert [(match.a.name, match.b.name) for match in small.pairs] == [("mean", "mean")]


def test_layers_without_a_counterpart_are_listed():
    a = graph_model({"one": ("Conv", 4), "two": ("Sigmoid", 4)})
    b = graph_model({"one": ("Conv", 4), "left": ("Tanh", 4)})
    made = sv.compare_models(a, b, IMAGE)
    assert (made.a.unmatched, made.b.unmatched) == (("two",), ("left",))
    assert (made.a.layers, made.b.layers) == (3, 3)


def quantised(content):
    """The network with every layer's output brought to whole numbers and back, a ReLU left to that, as quantisers do."""
    proto = onnx.load_model_from_string(content)
    nodes, initializers = list(proto.graph.node), proto.graph.initializer
    read_by = {}
    del proto.graph.node[:]
    relus = {node.input[0]: node.output[0] for node in nodes if node.op_type == "Relu"}
    for node in nodes:
        if node.op_type == "Relu":
            continue
        node.input[:] = [read_by.get(name, name) for name in node.input]
        name = relus.get(node.output[0], node.output[0])
        if name == proto.graph.output[0].name:
            node.output[0] = f"{name}_before"
        scale = 1 / 256 if name == proto.graph.output[0].name else 4.0
        back = name if name == proto.graph.output[0].name else f"{name}_DequantizeLinear_Output"
        initializers.extend([numpy_helper.from_array(np.array(scale, np.float32), f"{name}_scale"),
                             numpy_helper.from_array(np.array(0, np.uint8), f"{name}_zero")])  # fmt: skip
        constants = [f"{name}_scale", f"{name}_zero"]
        proto.graph.node.append(node)
        proto.graph.node.append(helper.make_node("QuantizeLinear", [node.output[0], *constants], [f"{name}_whole"]))
        proto.graph.node.append(helper.make_node("DequantizeLinear", [f"{name}_whole", *constants], [back]))
        read_by[name] = read_by[node.output[0]] = back
    return proto.SerializeToString()


def test_a_quantised_layer_is_compared_as_others_read_it():
    """Its ReLU is in the quantisation: before that its numbers are of both signs."""
    whole = Model(quantised(tiny_content()), name="int8", sha256="06")
    made = sv.compare_models(tiny_model(), whole, IMAGE)
    conv = made.pairs[0]
    assert (conv.a, conv.b, conv.kind, conv.matched_by) == (
        "conv1",
        "conv1_DequantizeLinear_Output",
        "convolution",
        "form",
    )
    a, b = (model.activations(IMAGE, name)[name] for model, name in ((tiny_model(), conv.a), (whole, conv.b)))
    np.testing.assert_allclose(b, np.minimum(np.rint(a / 4), 255) * 4, atol=4.01)
    assert conv.relative_l2 < 0.2
    assert len(made.pairs) == len(tiny_model().architecture)
    assert made.b.unmatched == ()
    assert made.b.layers == made.a.layers


def test_a_quantised_answer_is_still_probabilities():
    whole, plain = Model(quantised(tiny_content()), name="int8", sha256="06"), tiny_model()
    assert (whole.architecture.head, plain.architecture.head) == ("softmax", "softmax")
    prediction = whole.predict(IMAGE)
    assert abs(prediction.probabilities.sum() - 1) < 5 / 256
    assert (prediction.probabilities * 256 == np.rint(prediction.probabilities * 256)).all()


# Classes --------------------------------------------------------------------------------------------------------------


def labels(*names):
    return Labels(tuple(Label(at, *name) for at, name in enumerate(names)))


def test_the_same_classes_are_found_wherever_they_stand():
    a = labels(("n1", "cat"), ("n2", "crane"), ("n3", "crane"), ("", "dog", ("hound",)), ("", "fox"))
    b = labels(("", "background"), ("n3", "crane"), ("n2", "crane"), ("", "Hound"), ("", "CAT"))
    found = shared_classes(a, b)
    assert found.counterparts == (4, 2, 1, 3, None)
    assert (found.rule, len(found)) == ("WordNet ids and names", 4)
    assert shared_classes(a, a).counterparts == (0, 1, 2, 3, 4)
    assert shared_classes(a, a).rule == "same labels"


def test_classes_of_one_name_and_two_wordnet_ids_are_two_classes():
    found = shared_classes(labels(("n1", "crane"), ("n2", "cat")), labels(("n9", "crane"), ("n2", "Cat")))
    assert found.counterparts == (None, 1)


def test_a_name_that_two_classes_have_is_matched_with_none():
    found = shared_classes(labels(("", "crane"), ("", "crane"), ("", "cat")), labels(("", "crane"), ("", "cat")))
    assert found.counterparts == (None, None, 1)


def test_numbered_classes_are_the_same_only_where_there_are_as_many():
    named = labels(*(("", name) for name in "abcde"))
    found = shared_classes(named, Labels.numbered(5))
    assert (found.rule, found.counterparts) == ("same order", (0, 1, 2, 3, 4))
    assert "the second model names no classes" in found.words
    refused = shared_classes(Labels.numbered(6), named)
    assert (refused.rule, len(refused)) == ("none", 0)
    assert "one has 6 classes and the other 5" in refused.words


def test_distance_counts_what_only_one_model_knows():
    names = labels(("", "a"), ("", "b"), ("", "c"), ("", "d"), ("", "e"))
    moved = labels(("", "e"), ("", "b"), ("", "c"), ("", "d"), ("", "z"))
    a, b = changed("conv1", 1, labels=names, name="a"), changed("conv1", 1, labels=moved, name="b")
    made = sv.compare_models(a, b, IMAGE)
    p = a.predict(IMAGE).probabilities.astype(np.float64)
    # b's class 0 is a's class 4; a's "a" and b's "z" are nobody else's.
    expected = (p[0] + p[4] + abs(p[4] - p[0])) / 2
    assert made.agreement.total_variation == pytest.approx(expected, abs=1e-6)
    assert made.agreement.shared_top5 == 4
    assert made.agreement.classes.rule == "WordNet ids and names"


def test_answers_that_cannot_be_compared_say_why():
    made = sv.compare_models(
        tiny_model(), Model(colour_content(sv.preset("torchvision")), name="c", sha256="03"), IMAGE
    )
    told = made.agreement
    assert (told.is_same_top1, told.shared_top5, told.total_variation) == (None, None, None)
    assert f"one has 5 classes and the other {len(COLOURS)}" in told.problem
    assert told.problem in made.verdict
    assert made.pairs == ()
    assert "No layer of one stands for a layer of the other" in made.verdict


def sigmoid_model():
    proto = onnx.load_model_from_string(tiny_content())
    (node,) = (each for each in proto.graph.node if each.op_type == "Softmax")
    node.op_type = "Sigmoid"
    del node.attribute[:]
    return Model(proto.SerializeToString(), name="each for itself", sha256="04")


def test_probabilities_that_do_not_sum_to_one_are_refused_by_name():
    made = sv.compare_models(tiny_model(), sigmoid_model(), IMAGE)
    assert made.agreement.is_same_top1
    assert made.agreement.total_variation is None
    assert "each for itself answers each class for itself (sigmoid)" in made.agreement.problem
    assert "cannot be compared: each for itself" in made.verdict


# Told -----------------------------------------------------------------------------------------------------------------


def test_names_and_paths_are_loaded(tmp_path):
    (tmp_path / "own.onnx").write_bytes(tiny_content(fire_net(1)))
    made = sv.compare_models(tmp_path / "own.onnx", str(tmp_path / "own.onnx"), IMAGE)
    assert (made.a.name, made.b.name) == ("own", "own")
    assert made.a.prediction.provenance.model_sha256 == made.b.prediction.provenance.model_sha256
    with pytest.raises(sv.ModelNotFound):
        sv.compare_models(tiny_model(), tmp_path / "none.onnx", IMAGE)


def test_plain_data_displays_and_tables(made, capsys):
    plain = json.loads(json.dumps(made.to_dict(), allow_nan=False))
    assert plain["first_divergent_layer"] == {"a": "fire2/expand3x3", "b": "fire2/expand3x3"}
    assert [pair["relative_l2"] for pair in plain["pairs"]] == [pair.relative_l2 for pair in made.pairs]
    assert plain["verdict"] == made.verdict
    assert plain["agreement"]["classes"]["shared"] == 5
    assert made.verdict in repr(made)
    assert "fire2/expand3x3" in made._repr_html_()
    assert made._repr_html_().count("the first to differ") == 1
    show(made)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines if line.lstrip().startswith(">")] == ["fire2/expand3x3"]


def test_the_command_line(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "a.onnx").write_bytes(tiny_content())
    (tmp_path / "b.onnx").write_bytes(tiny_content(fire_net(1), metadata={}))
    given = ["compare-models", str(tmp_path / "a.onnx"), str(tmp_path / "b.onnx"), "coffee"]
    with pytest.raises(SystemExit) as caught:
        cli.main([*given, "--json"])
    assert caught.value.code in (0, None)
    told = capsys.readouterr()
    plain = json.loads(told.out)
    assert (plain["a"]["model"], plain["b"]["model"], plain["image"]) == ("a", "b", "coffee")
    assert "(--labels-b)" in told.err
    assert "(--preprocessing-b)" in told.err
    with pytest.raises(SystemExit) as caught:
        cli.main([*given, "--labels-b", str(tmp_path / "none.txt")])
    assert caught.value.code == 2
    with pytest.raises(SystemExit):
        cli.main([*given, "--preprocessing-b", "caffe2", "--tolerance", "1000000"])
    told = capsys.readouterr().out
    assert "None of the 9 pairs of layers differs by more than 1e+06" in " ".join(told.split())
