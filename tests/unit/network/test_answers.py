"""What a network's answer is, however its end is written: recognised by what it computes, or said to be unknown."""

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

import squeezeviz as sv
from squeezeviz.runtime.model import Model

NODE, CLASSES = helper.make_node, 5
PHOTO = np.random.default_rng(1).integers(0, 255, (12, 12, 3), dtype=np.uint8)
CONSTANTS = {
    "one": np.float32(1), "half": np.float32(0.5), "zero": np.float32(0), "small": np.float32(1e-7), "T": np.float32(2.5),
    "most": np.float32(1 - 1e-7), "axes": np.array([1]), "row": np.array([0, CLASSES]), "scale": np.float32(1 / 255),
    "none": np.uint8(0), "last": np.array([-1]), "spots": np.array([2, 3]), "six": np.float32(6),
}  # fmt: skip


def network(nodes, answers=("y",), opset=17):
    """A convolution, its mean as ``f`` (1, 5), a second head as ``f2``; and what a test puts behind them."""
    draw = np.random.default_rng(0)
    weights = {
        "w": draw.normal(size=(4, 3, 3, 3)), "u": draw.normal(size=(CLASSES, 4, 1, 1)), "b": [1, 0, -1, 2, 3],
        "v": draw.normal(size=(CLASSES, 3, 3, 3)),
    }  # fmt: skip
    begin = [
        NODE("Conv", ["x", "w"], ["k0"], pads=[1] * 4),
        NODE("Relu", ["k0"], ["r"]),
        NODE("Conv", ["r", "u", "b"], ["c"]),
        NODE("GlobalAveragePool", ["c"], ["g"]),
        NODE("Flatten", ["g"], ["f"]),
        NODE("Conv", ["x", "v"], ["c2"], pads=[1] * 4),
        NODE("GlobalAveragePool", ["c2"], ["g2"]),
        NODE("Flatten", ["g2"], ["f2"]),
    ]
    held = {name: np.asarray(values, np.float32) for name, values in weights.items()} | CONSTANTS
    if opset < 13:  # sums take their axes as an attribute
        held = {name: values for name, values in held.items() if name != "axes"}
    graph = helper.make_graph(
        begin + nodes, "g", [helper.make_tensor_value_info("x", 1, ("B", 3, 12, 12))],
        [onnx.ValueInfoProto(name=name) for name in answers], [numpy_helper.from_array(v, n) for n, v in held.items()],
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def model_of(nodes, **how):
    return Model(network(nodes, **how).SerializeToString(), name="net", sha256="00", threads=1)


def softmaxed(logits):
    shares = np.exp(logits.astype(np.float64) - logits.max())
    return shares / shares.sum()


def as_wholes(x, y):
    return [NODE("QuantizeLinear", [x, "scale", "none"], ["q"]), NODE("DequantizeLinear", ["q", "scale", "none"], [y])]


SOFTMAX_AT = NODE("Softmax", ["f"], ["s"], axis=1)
BY_HAND = [NODE("Exp", ["f"], ["e"]), NODE("ReduceSum", ["e", "axes"], ["n"]), NODE("Div", ["e", "n"], ["y"])]
LESS_LARGEST = [
    NODE("ReduceMax", ["f"], ["m"], axes=[1]), NODE("Sub", ["f", "m"], ["d"]), NODE("Exp", ["d"], ["e"]),
    NODE("ReduceSum", ["e", "axes"], ["n"]), NODE("Div", ["e", "n"], ["y"]),
]  # fmt: skip
#: Ends that are a softmax of a layer, whatever they are written as: name → nodes, and that layer.
SOFTMAXES = {
    "by hand": (BY_HAND, "g"),
    "by hand, the largest subtracted": (LESS_LARGEST, "g"),
    "by hand, in older operators": (
        [NODE("Exp", ["f"], ["e"]), NODE("ReduceSum", ["e"], ["n"], axes=[1]), NODE("Div", ["e", "n"], ["y"])], "g",
    ),
    "by hand, along another axis": (
        [
            NODE("Exp", ["g"], ["e"]), NODE("ReduceSum", ["e", "axes"], ["n"]), NODE("Div", ["e", "n"], ["s"]),
            NODE("Flatten", ["s"], ["y"]),
        ], "g",
    ),
    "by hand, with a reciprocal": (
        [
            NODE("Exp", ["f"], ["e"]), NODE("ReduceSum", ["e", "axes"], ["n"]), NODE("Reciprocal", ["n"], ["i"]),
            NODE("Mul", ["e", "i"], ["y"]),
        ], "g",
    ),
    "clipped": ([SOFTMAX_AT, NODE("Clip", ["s", "zero", "one"], ["y"])], "g"),
    "clipped off zero": ([SOFTMAX_AT, NODE("Clip", ["s", "small", "most"], ["y"])], "g"),
    "at most one": ([SOFTMAX_AT, NODE("Min", ["s", "one"], ["y"])], "g"),
    "at least zero": ([SOFTMAX_AT, NODE("Max", ["s", "zero"], ["y"])], "g"),
    "reshaped": ([SOFTMAX_AT, NODE("Unsqueeze", ["s", "spots"], ["o"]), NODE("Squeeze", ["o", "spots"], ["y"])], "g"),
    "in half precision": (
        [SOFTMAX_AT, NODE("Cast", ["s"], ["h"], to=10), NODE("Cast", ["h"], ["y"], to=1)], "g",
    ),
    "transposed": (
        [NODE("Softmax", ["g"], ["s"], axis=1), NODE("Transpose", ["s"], ["t"], perm=[0, 2, 3, 1]), NODE("Flatten", ["t"], ["y"])],
        "g",
    ),
    "as whole numbers": ([SOFTMAX_AT, *as_wholes("s", "y")], "g"),
    "divided by a temperature": ([NODE("Div", ["f", "T"], ["z"]), NODE("Softmax", ["z"], ["y"], axis=1)], "z"),
    "by hand, with a temperature": (
        [NODE("Mul", ["f", "T"], ["z"]), NODE("Exp", ["z"], ["e"]), *BY_HAND[1:]], "z",
    ),
    "of a log softmax": ([NODE("LogSoftmax", ["f"], ["l"], axis=1), NODE("Exp", ["l"], ["y"])], "g"),
    "in two halves": (
        [
            SOFTMAX_AT, NODE("Slice", ["s", "none64", "two", "ones"], ["a"]), NODE("Slice", ["s", "two", "row1", "ones"], ["d"]),
            NODE("Concat", ["a", "d"], ["y"], axis=1),
        ], "g",
    ),
}  # fmt: skip
CONSTANTS |= {"none64": np.array([0]), "two": np.array([2]), "row1": np.array([CLASSES]), "ones": np.array([1])}


@pytest.mark.parametrize("end", SOFTMAXES)
def test_a_softmax_is_recognised_however_it_is_written(end):
    nodes, logits = SOFTMAXES[end]
    model = model_of(nodes, opset=11 if "older" in end else 17)
    arch, said = model.architecture, model.predict(PHOTO)
    assert (arch.head, arch.logits_name) == ("softmax", logits)
    kept = model.activations(PHOTO, [arch.output_name, arch.logits_name])
    np.testing.assert_array_equal(said.probabilities, kept[arch.output_name].ravel(), "as the network says them")
    np.testing.assert_array_equal(said.logits, kept[logits].ravel())
    loose = 1 / 255 if "whole" in end else 1e-3 if "half" in end else 1e-6
    np.testing.assert_allclose(said.probabilities, softmaxed(said.logits), atol=loose)
    source = sv.Arithmetic(model, PHOTO)
    assert sv.decompose_logit(source, 1).residual == pytest.approx(0, abs=1e-5), "what adds up still does"
    assert sv.softmax_analysis(source, 1).probability == pytest.approx(said.probabilities[1], abs=loose)


SIGMOIDS = {
    "by hand": [NODE("Neg", ["f"], ["m"]), NODE("Exp", ["m"], ["e"]), NODE("Add", ["e", "one"], ["n"]), NODE("Div", ["one", "n"], ["y"])],
    "with a reciprocal": [
        NODE("Neg", ["f"], ["m"]), NODE("Exp", ["m"], ["e"]), NODE("Add", ["one", "e"], ["n"]), NODE("Reciprocal", ["n"], ["y"]),
    ],
    "by tanh": [
        NODE("Mul", ["f", "half"], ["m"]), NODE("Tanh", ["m"], ["t"]), NODE("Add", ["t", "one"], ["n"]), NODE("Mul", ["n", "half"], ["y"]),
    ],
    "clipped": [NODE("Sigmoid", ["f"], ["s"]), NODE("Clip", ["s", "zero", "one"], ["y"])],
    "reshaped": [NODE("Sigmoid", ["g"], ["s"]), NODE("Squeeze", ["s", "spots"], ["y"])],
}  # fmt: skip


@pytest.mark.parametrize("end", SIGMOIDS)
def test_a_sigmoid_is_recognised_however_it_is_written(end):
    model = model_of(SIGMOIDS[end])
    said = model.predict(PHOTO)
    assert (model.architecture.head, model.architecture.logits_name) == ("sigmoid", "g")
    assert said.is_sigmoid
    np.testing.assert_allclose(said.probabilities, 1 / (1 + np.exp(-said.logits)), atol=1e-6)


LOGARITHMS = {
    "in two": [SOFTMAX_AT, NODE("Log", ["s"], ["y"])],
    "by hand": [
        NODE("Exp", ["f"], ["e"]), NODE("ReduceSum", ["e", "axes"], ["n"]), NODE("Log", ["n"], ["l"]), NODE("Sub", ["f", "l"], ["y"]),
    ],
    "handed on": [NODE("LogSoftmax", ["f"], ["l"], axis=1), NODE("Identity", ["l"], ["y"])],
}  # fmt: skip


@pytest.mark.parametrize("end", LOGARITHMS)
def test_logarithms_of_probabilities_are_no_logits_of_a_layer_of_their_own(end):
    model = model_of(LOGARITHMS[end])
    assert (model.architecture.head, model.architecture.logits_name) == ("log softmax", "g")
    said, answer = model.predict(PHOTO), model.activations(PHOTO, "y")["y"].ravel()
    np.testing.assert_allclose(np.log(said.probabilities), answer, rtol=1e-4, atol=1e-4)


ENSEMBLE = [
    SOFTMAX_AT, NODE("Softmax", ["f2"], ["s2"], axis=1), NODE("Add", ["s", "s2"], ["a"]), NODE("Mul", ["a", "half"], ["y"]),
]  # fmt: skip
#: Probabilities that sum to 1, and no softmax of any layer.
SHARES = {
    "mean of two networks": ENSEMBLE,
    "mean of two, clipped": [*ENSEMBLE[:-1], NODE("Mul", ["a", "half"], ["k"]), NODE("Clip", ["k", "zero", "one"], ["y"])],
    "mean of what each place says": [
        NODE("Softmax", ["c"], ["p"], axis=1), NODE("GlobalAveragePool", ["p"], ["o"]), NODE("Flatten", ["o"], ["y"]),
    ],
    "shares of softplus": [
        NODE("Softplus", ["f"], ["e"]), NODE("ReduceSum", ["e", "axes"], ["n"]), NODE("Div", ["e", "n"], ["y"]),
    ],
    "shares of sigmoids": [
        NODE("Sigmoid", ["f"], ["e"]), NODE("ReduceSum", ["e", "axes"], ["n"]), NODE("Div", ["e", "n"], ["y"]),
    ],
}  # fmt: skip
#: Numbers between 0 and 1 that do not sum to 1, and no sigmoid of any layer.
APART = {
    "hard sigmoid": [NODE("HardSigmoid", ["f"], ["y"])],
    "mean of sigmoids": [
        NODE("Sigmoid", ["f"], ["s"]), NODE("Sigmoid", ["f2"], ["s2"]), NODE("Add", ["s", "s2"], ["a"]), NODE("Mul", ["a", "half"], ["y"]),
    ],
    "a softmax along no classes": [NODE("Softmax", ["c"], ["p"], axis=3), NODE("GlobalMaxPool", ["p"], ["o"]), NODE("Flatten", ["o"], ["y"])],
}  # fmt: skip


def refused(model):
    """What takes logits apart, of a network of which none are known."""
    source = sv.Arithmetic(model, PHOTO)
    for ask in (
        lambda: sv.decompose_logit(source, 1),
        lambda: sv.contrast(source, 1, 2),
        lambda: sv.softmax_analysis(source, 1),
        lambda: sv.predictions_per_location(source),
        lambda: sv.contributions_by_receptive_field(source, 1),
        lambda: sv.ablation_sweep(model, PHOTO, ["c"], target=1),
    ):
        with pytest.raises(sv.LayerError, match="the logits of net are not known: its answer, y, is") as caught:
            ask()
        assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("end", SHARES)
def test_probabilities_by_other_means_are_taken_as_they_are(end):
    model = model_of(SHARES[end])
    arch, said = model.architecture, model.predict(PHOTO)
    assert arch.head == "probabilities"
    answer = model.activations(PHOTO, "y")["y"].ravel()
    np.testing.assert_array_equal(said.probabilities, answer)
    np.testing.assert_allclose(said.logits, np.log(answer), rtol=1e-5)
    assert said.top(1)[0].class_index == answer.argmax()
    assert any("probabilities" in note and "no softmax" in note for note in model.notes)
    refused(model)
    ablated = sv.ablate(model, PHOTO, {"c": [1]})
    assert ablated.after.probabilities.sum() == pytest.approx(1, abs=1e-5)
    by_hand = sv.run_from(model, "c", ablated.activations["c"][None], ["y"], beside=ablated.activations)["y"].ravel()
    np.testing.assert_allclose(ablated.after.probabilities, by_hand, atol=1e-6)
    hidden = sv.occlude(model, PHOTO, patch_px=4, stride_px=4)
    np.testing.assert_allclose(hidden.answer(0, 0).probabilities.sum(), 1, atol=1e-5)


def test_what_is_appended_is_no_part_of_the_network():
    model = model_of(ENSEMBLE)
    arch = model.architecture
    assert arch.appended == {"y:single", "y:clip", "y:log"}
    without = [layer for layer in arch if layer.name not in arch.appended]
    assert without[-1].name == arch.output_name == "y"
    assert arch.operations == sum(layer.operations for layer in without)
    compared = sv.compare_models(model, model, PHOTO)
    assert [pair.a for pair in compared.pairs][-1] == "y"


@pytest.mark.parametrize("end", APART)
def test_numbers_from_0_to_1_are_taken_each_for_itself(end):
    model = model_of(APART[end])
    arch, said = model.architecture, model.predict(PHOTO)
    assert arch.head == "independent probabilities"
    answer = model.activations(PHOTO, "y")["y"].ravel()
    np.testing.assert_array_equal(said.probabilities, answer)
    assert said.is_sigmoid, "no softmax is taken of them"
    np.testing.assert_allclose(1 / (1 + np.exp(-said.logits)), answer, atol=1e-6)
    assert np.isfinite(said.logits).all()
    refused(model)
    after = sv.ablate(model, PHOTO, {"c": [1]}).after
    np.testing.assert_allclose(after.probabilities, 1 / (1 + np.exp(-after.logits)), atol=1e-6)


def test_several_crops_of_probabilities_are_averaged():
    model = model_of(ENSEMBLE)
    how = model.preprocessing.replace(crop="ten", resize_px=14, crop_px=12, resize="squash")
    said = model.predict(PHOTO, how)
    apart = [model.predict_tensor(each[None])[0].probabilities for each in how([sv.read_image(PHOTO)])]
    np.testing.assert_allclose(said.probabilities, np.mean(apart, axis=0), atol=1e-6)


def test_probabilities_at_another_size():
    model = model_of(ENSEMBLE)
    made = model.predict_tensor(np.random.default_rng(3).normal(size=(2, 3, 20, 16)).astype(np.float32))
    assert [each.probabilities.sum() for each in made] == pytest.approx([1, 1], abs=1e-5)
    assert model.architecture_at(20, 16).head == "probabilities"


LOGITS = {
    "plain": [NODE("Identity", ["f"], ["y"])],
    "added": [NODE("Add", ["f", "f2"], ["y"])],
    "softplus": [NODE("Softplus", ["f"], ["y"])],
    "tanh": [NODE("Tanh", ["f"], ["y"])],
    "relu6": [NODE("Clip", ["f", "zero", "six"], ["y"])],
}


@pytest.mark.parametrize("end", LOGITS)
def test_what_is_no_probability_is_read_as_logits_and_odd_ones_are_said_to_be(end):
    model = model_of(LOGITS[end])
    assert model.architecture.head == "logits"
    said = [note for note in model.notes if "read as logits" in note]
    assert len(said) == (end not in ("plain", "added"))


def test_of_two_outputs_of_which_one_is_probabilities_a_sigmoid_is_not_overlooked():
    model = model_of(
        [NODE("Identity", ["f"], ["logits"]), NODE("Sigmoid", ["f"], ["probs"])], answers=("logits", "probs")
    )
    arch, said = model.architecture, model.predict(PHOTO)
    assert (arch.output_name, arch.head) == ("probs", "sigmoid")
    np.testing.assert_allclose(said.probabilities, 1 / (1 + np.exp(-said.logits)), atol=1e-6)
    asked = Model(model.content, name="net", sha256="00", chosen=sv.runtime.chosen.Chosen.told(output="logits"))
    assert asked.architecture.head == "logits", "who says which one is the answer is heard"


def test_features_before_probabilities_are_not_the_answer():
    nodes = [
        NODE("Concat", ["f", "f2"], ["features"], axis=1),
        NODE("Gemm", ["features", "many"], ["z"]),
        NODE("Softmax", ["z"], ["probs"]),
    ]
    made = network(nodes, ("features", "probs"))
    made.graph.initializer.append(numpy_helper.from_array(np.ones((10, 3), np.float32), "many"))
    model = Model(made.SerializeToString(), name="net", sha256="00")
    assert (model.architecture.output_name, model.architecture.logits_name) == ("probs", "z")


def test_an_answer_of_whole_numbers_is_refused_by_name():
    with pytest.raises(
        sv.ModelError, match=r"its answer, 'y' \(ArgMax\), is whole numbers; expected one number a class"
    ):
        model_of([NODE("ArgMax", ["f"], ["y"], axis=1, keepdims=1)])
