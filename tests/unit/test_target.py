"""Targets: numbers of a network in words, and as weighted sums of a layer's values."""

import numpy as np
import pytest

import squeezeviz as sv
from squeezeviz.evidence.target import Target
from tests.fires import fires_net
from tests.nets import tiny_model
from tests.unit.test_endings import ending_in


@pytest.fixture(scope="module")
def model():
    return tiny_model(fires_net(4))


@pytest.fixture(scope="module")
def values(model):
    tensor = np.random.default_rng(0).normal(0, 50, (2, 3, 33, 33)).astype(np.float32)
    return model.activations_of_tensor(tensor, pre_relu=True)


def on(model, asked, logits=None):
    return Target.read(asked, model.architecture).on(model.architecture, model.labels, logits)


@pytest.mark.parametrize(
    ("asked", "where", "said"),
    [
        (2, ("pool10", (2,)), ("logit of class 2", "logits")),
        ("class 3", ("pool10", (3,)), ("logit of class 3", "logits")),
        (Target.probability(1), ("softmaxout", (1,)), ("probability of class 1", "probability")),
        ("fire2/concat:4", ("fire2/concat", (4,)), ("mean of fire2/concat, channel 4", "activation of fire2/concat")),
        ("conv1:pre:2@3,7", ("conv1:pre", (2, 3, 7)), ("conv1:pre, channel 2 at row 3, column 7", "activation of conv1:pre")),
        (Target.cell("fire3/concat", 5, 1, 0), ("fire3/concat", (5, 1, 0)), ("fire3/concat, channel 5 at row 1, column 0",
         "activation of fire3/concat")),
        (Target.channel("pool10", 3), ("pool10", (3,)), ("pool10, channel 3", "activation of pool10")),
    ],
)  # fmt: skip
def test_a_number_is_a_weighted_sum_of_one_layers_values(model, values, asked, where, said):
    (layer, place), number = where, on(model, asked)
    assert (number.of, number.words, number.unit) == (layer, *said)
    assert number.weights.dtype == np.float32
    assert number.weights.shape == (1, *values[layer].shape[1:])
    expected = values[layer].reshape(2, *values[layer].shape[1:])[(slice(None), *place)]
    expected = expected.mean(axis=tuple(range(1, expected.ndim))) if expected.ndim > 1 else expected
    np.testing.assert_allclose(number.value(values[layer]), expected, rtol=1e-6, atol=1e-6)


def test_the_most_probable_class_stands_where_none_is_named(model, values):
    logits = values["pool10"][0].ravel()
    first, second = np.argsort(-logits)[:2]
    assert [Target.read(each, model.architecture).needs_logits for each in (None, 2, "fire2/concat:4")] == [
        True,
        False,
        False,
    ]
    assert Target.difference(2).needs_logits
    assert not Target.difference(2, 0).needs_logits
    assert on(model, None, logits).label.class_index == first
    both = on(model, Target.difference(), logits)
    assert (both.label.class_index, both.contrast.class_index) == (first, second)
    assert both.words == f"logit of class {first} less logit of class {second}"
    assert both.value(values["pool10"])[0] == pytest.approx(float(logits[first] - logits[second]), rel=1e-6)
    assert on(model, Target.difference(int(second)), logits).contrast.class_index == first
    plain = both.to_dict()
    assert (plain["class_index"], plain["contrast_class_index"], plain["of"]) == (first, second, "pool10")


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ("class 33", sv.LabelError, "no class is called 'class 33'"),
        (9, sv.LabelError, "class index 9 does not exist"),
        (Target.difference(2, 2), sv.LabelError, "'class 2' less itself is 0"),
        ("fire2/concatt:4", sv.LayerError, "no layer is called 'fire2/concatt'. Did you mean 'fire2/concat'"),
        (Target.channel("nothing at all", 0), sv.LayerError, "The layers are conv1:?"),
        ("fire2/concat:6", sv.LayerError, "fire2/concat has no channel 6; there are 6"),
        ("fire2/concat:5@8,0", sv.LayerError, "fire2/concat has no row 8"),
        ("fire2/concat:5@0,8", sv.LayerError, "fire2/concat has no column 8"),
        ("fire2/concat", sv.LayerError, "names no number of fire2/concat; expected a channel, fire2/concat:0, or one"),
        ("fire2/concat:-1", sv.LayerError, "names no number of fire2/concat"),
        ("fire2/concat: 4", sv.LayerError, "names no number of fire2/concat"),
        ("fire2/concat:4@3", sv.LayerError, "names no number of fire2/concat"),
        ("data:0@3,3", sv.LayerError, "names the network's input; expected a number that the network computes"),
        (1.5, sv.LabelError, r"expected a class's index, WordNet id or name, got 1\.5 \(float\)"),
        (True, sv.LabelError, r"got True \(bool\)"),
        ([1], sv.LabelError, r"got \[1\] \(list\)"),
        (b"tabby", sv.LabelError, r"\(bytes\)"),
        (Target.channel(None, 0), sv.LayerError, "no layer is called None"),
        (Target.channel("fire2/concat", "4"), sv.LayerError, "channel is '4', expected a whole number from 0 to 5"),
        (Target.cell("fire2/concat", 4, 1.0, 2), sv.LayerError, r"row is 1\.0, expected a whole number"),
        (Target.channel("fire2/concat", True), sv.LayerError, "channel is True, expected a whole number"),
        ("class 2:7", sv.LabelError, "no class is called 'class 2:7'"),
    ],
)
def test_what_there_is_not_is_refused_by_name(model, asked, error, says):
    with pytest.raises(error, match=says):
        on(model, asked)


def test_numbers_of_numpy_name_classes_and_cells_too(model):
    assert on(model, np.int64(2)).label.class_index == 2
    cell = on(model, Target.cell("fire2/concat", *map(np.int64, (4, 3, 2))))
    np.testing.assert_array_equal(np.argwhere(cell.weights), [[0, 4, 3, 2]])


def test_text_that_names_no_number_of_a_layer_is_refused():
    assert Target.of_layer(" conv1:pre:2@3,7 ") == Target.cell("conv1:pre", 2, 3, 7)
    for text in ("conv1", "conv1:", "conv1:two", "conv1:2@3", "conv1:2@3,", ":2", ""):
        with pytest.raises(sv.LayerError, match="names no number of a layer; expected LAYER:CHANNEL"):
            Target.of_layer(text)


def test_a_probability_that_no_layer_has_is_refused():
    model = ending_in("gemm", softmax=False)
    assert on(model, 1).of == "scores"
    with pytest.raises(sv.LayerError, match=r"no layer has the probability of 'class 1'.*is logits\. Take the logit"):
        on(model, Target.probability(1))
