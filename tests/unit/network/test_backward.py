"""The column `backward` of the operator table, walked; and the subgradients it says it has."""

from functools import cache

import numpy as np
import onnx
import onnx.reference
import pytest
from onnx import TensorProto, helper, numpy_helper

from squeezeviz.errors import LayerError
from squeezeviz.network.backward import backward
from squeezeviz.network.graph import read_graph
from squeezeviz.network.ops import TABLE
from squeezeviz.network.runnable import with_outputs
from squeezeviz.runtime.sessions import made_session
from squeezeviz.telemetry import import_onnxruntime
from tests.op_cases import CASES, Case

#: Operators that round: their derivative is 0 or none.
WITHOUT = {"QuantizeLinear", "DequantizeLinear"}
WITH = [case for case in CASES if case.op not in WITHOUT]
#: What stands beside the image in these is of one image, so that they take but one.
ONE_IMAGE = {"Concat-channels", "Concat-rows", "Concat-flat", "Resize-sizes"}
#: x − x and x / x: their derivative is 0.
LEVEL = {"Sub-itself", "Div-itself"}
PLACES = 40  # numbers of an output that are looked at
LINEAR = ("sum", "mean", "max", "copy")
MOST_DIFFERENCES = 600  # of a function's operands, one after the other: fewer places where each reads many
STEP = 1e-5


def session(content):
    options = import_onnxruntime().SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    return made_session(content, options)


@cache
def forward_of(name):
    graph = next(each for each in CASES if each.name == name).graph()
    return graph, session(with_outputs(graph, list(graph.ops)))


@cache
def backward_of(name):
    graph, _ = forward_of(name)
    made = backward(graph, graph.output, [graph.source])
    return made, session((made.content, made.weights))


def gradient(case, tensor, weights):
    made, run = backward_of(case.name)
    value, found = run.run([made.of, made.gradients[made.image]], {made.image: tensor, made.seed: weights})
    return value, found


def image_of(case, seed=0):
    graph, _ = forward_of(case.name)
    return case.tensor(seed).reshape(1, *graph.input_shape)


def reader(op, values):
    return lambda at: op.constant(at) if op.node.inputs[at].constant is not None else values[op.node.inputs[at].name]


def terms(op, place, values):
    return op.terms(place, reader(op, values))


def derivative(op, place, values):
    """The derivative of one number by each of its operands' numbers, in float64: value's name → array.

    What the table says of a number has been held against ONNX Runtime: a sum's weights are its derivatives, those of
    a function are central differences.
    """
    names = [each.name for each in op.node.inputs]
    read, made = reader(op, values), terms(op, place, values)
    found = {name: np.zeros(values[name].size) for name in names if name in values}
    for operand, at, weight in zip(made.operands, made.places, made.weights, strict=True):
        if made.kind in LINEAR:
            slope = weight
        else:
            slope = (moved(op, place, read, (operand, at, STEP)) - moved(op, place, read, (operand, at, -STEP))) / (
                2 * STEP
            )
        found[names[operand]][at] += slope
    return found


def differences(op, place, values):
    made = terms(op, place, values)
    return 0 if made.kind in LINEAR else len(made.values)


def moved(op, place, read, by):
    operand, at, step = by
    values = read(operand).copy()
    values.reshape(-1)[at] += step
    return op.terms(place, lambda other: values if other == operand else read(other)).total


@pytest.mark.parametrize("case", WITH, ids=[case.name for case in WITH])
def test_backward_equals_finite_differences_in_float64(case):
    graph, run = forward_of(case.name)
    tensor = image_of(case)
    computed = dict(zip(graph.ops, run.run(list(graph.ops), {graph.source: tensor}), strict=True))
    values = {name: each.astype(np.float64) for name, each in computed.items()}
    values[graph.source] = tensor.astype(np.float64)
    op = graph.ops[graph.output]
    rng = np.random.default_rng(3)
    size = values[graph.output].size
    weights = np.zeros(size)
    expected = np.zeros(tensor.size)
    left = MOST_DIFFERENCES
    for place in rng.permutation(size)[:PLACES].tolist():
        left -= differences(op, place, values)
        if left < 0 and weights.any():
            break
        weights[place] = rng.normal()
        for each in derivative(op, place, values).values():  # the reshaping of a flat input moves nothing
            expected += weights[place] * each
    shape = values[graph.output].shape
    value, found = gradient(case, tensor, weights.reshape(shape).astype(computed[graph.output].dtype))
    np.testing.assert_allclose(value, computed[graph.output], rtol=1e-5, atol=1e-6)
    largest = np.abs(expected).max()
    if case.name in LEVEL:
        np.testing.assert_allclose(found, 0, atol=1e-5)
        return
    assert largest > 1e-6
    np.testing.assert_allclose(found.reshape(-1), expected, rtol=2e-5, atol=2e-6 * largest)


BATCHED = [case for case in WITH if case.name not in ONE_IMAGE]


@pytest.mark.parametrize("case", BATCHED, ids=[case.name for case in BATCHED])
def test_images_of_a_batch_are_differentiated_each_by_itself(case):
    tensors = [image_of(case, seed) for seed in (0, 1)]
    rng = np.random.default_rng(4)
    graph, _ = forward_of(case.name)
    kind = np.float64 if graph.types[graph.output] == TensorProto.DOUBLE else np.float32
    weights = [rng.normal(size=graph.shapes[graph.output]).astype(kind) for _ in tensors]
    alone = [gradient(case, *pair)[1] for pair in zip(tensors, weights, strict=True)]
    _, together = gradient(case, np.concatenate(tensors), np.concatenate(weights))
    np.testing.assert_allclose(together, np.concatenate(alone), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("case", [case for case in CASES if case.op in WITHOUT], ids=lambda case: case.name)
def test_what_rounds_has_no_gradient_and_says_so(case):
    graph, _ = forward_of(case.name)
    with pytest.raises(
        LayerError, match=r"a layer of the kind '(de)?quantisation' has no gradient here; take a number before it"
    ):
        backward(graph, graph.output, [graph.source])


def test_every_row_of_the_table_has_a_gradient_or_is_known_to_have_none():
    differentiated = {case.op for case in WITH} | {op for case in WITH for op, _ in case.chain}
    assert differentiated == set(TABLE) - WITHOUT


def test_an_operator_that_is_not_in_the_table_is_refused_by_name():
    graph = Case("odd", "Celu").graph()
    with pytest.raises(LayerError, match=r"o0: a layer of the kind 'Celu' has no gradient here"):
        backward(graph, "o0", ["x"])


@pytest.mark.parametrize(("op", "opset"), [("Resize", 10), ("Upsample", 9)])
@pytest.mark.parametrize("mode", ["nearest", "linear"])
def test_an_old_resizing_means_in_the_newer_set_what_it_meant(op, opset, mode):
    case = Case("old", op, {"mode": mode}, constants=(np.array([1, 1, 1.5, 2.5], np.float32),), opset=opset)
    graph = case.graph()
    tensor = case.tensor()
    (expected,) = session(with_outputs(graph, ["o0"])).run(None, {"x": tensor})
    made = backward(graph, "o0", ["x"])
    (found,) = session((made.content, made.weights)).run(["o0"], {"x": tensor, "weights": expected})
    np.testing.assert_array_equal(found, expected)


# Networks of several operators -----------------------------------------------------------------------------------------

#: Name → nodes from x (B, 4, 6, 6) to y: operands that both hang on the image, are broadcast, split or read many times.
SEVERAL = {
    "squeeze and excitation": [
        ("GlobalAveragePool", ["x"], ["mean"], {}),
        ("Sigmoid", ["mean"], ["gate"], {}),
        ("Mul", ["x", "gate"], ["y"], {}),
    ],
    "a quotient by something broadcast": [
        ("ReduceSum", ["x", "rows"], ["sum"], {"keepdims": 1}),
        ("Exp", ["sum"], ["above"], {}),
        ("Div", ["x", "above"], ["y"], {}),
    ],
    "attention": [
        ("Reshape", ["x", "flat"], ["query"], {}),
        ("Transpose", ["query"], ["key"], {"perm": [0, 2, 1]}),
        ("MatMul", ["query", "key"], ["scores"], {}),
        ("Softmax", ["scores"], ["shares"], {"axis": -1}),
        ("MatMul", ["shares", "query"], ["y"], {}),
    ],
    "a split shuffled": [
        ("Split", ["x"], ["left", "right"], {"axis": 1}),
        ("Relu", ["left"], ["open"], {}),
        ("Sub", ["right", "open"], ["rest"], {}),
        ("Concat", ["rest", "left", "open"], ["y"], {"axis": 1}),
    ],
    "what is read three times": [
        ("Tanh", ["x"], ["bent"], {}),
        ("Mul", ["bent", "bent"], ["square"], {}),
        ("Sum", ["bent", "square", "x"], ["y"], {}),
    ],
    "a normalisation in steps": [
        ("ReduceMean", ["x"], ["mean"], {"axes": [1], "keepdims": 1}),
        ("Sub", ["x", "mean"], ["apart"], {}),
        ("Mul", ["apart", "apart"], ["square"], {}),
        ("ReduceMean", ["square"], ["variance"], {"axes": [1], "keepdims": 1}),
        ("Sqrt", ["variance"], ["deviation"], {}),
        ("Div", ["apart", "deviation"], ["y"], {}),
    ],
}


def several(name, kind):
    shared = [numpy_helper.from_array(np.array(values, np.int64), key) for key, values in
              {"rows": [2, 3], "flat": [0, 4, 36]}.items()]  # fmt: skip
    nodes = [helper.make_node(op, inputs, outputs, **how) for op, inputs, outputs, how in SEVERAL[name]]
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", kind, ["B", 4, 6, 6])], [onnx.ValueInfoProto(name="y")], shared
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.mark.parametrize("name", SEVERAL)
def test_networks_of_several_operators_equal_differences_of_the_reference_in_float64(name):
    graph = read_graph(several(name, TensorProto.FLOAT), output=None)
    made = backward(graph, "y", ["x"])
    rng = np.random.default_rng(6)
    tensor = rng.normal(size=(2, 4, 6, 6)).astype(np.float32)
    weights = rng.normal(size=(2, *graph.shapes["y"][1:])).astype(np.float32)
    _, found = session((made.content, made.weights)).run(["y", "gradient"], {"x": tensor, "weights": weights})
    reference = onnx.reference.ReferenceEvaluator(several(name, TensorProto.DOUBLE))
    for _ in range(5):
        step = rng.normal(size=tensor.shape)
        (ahead,), (behind,) = (reference.run(["y"], {"x": tensor + sign * 1e-6 * step}) for sign in (1, -1))
        slopes_ahead = float(((ahead - behind) * weights).sum() / 2e-6)
        assert float((found * step).sum()) == pytest.approx(slopes_ahead, rel=1e-4, abs=1e-3)


# Where a function has a kink -------------------------------------------------------------------------------------------


def slopes(op, numbers, *, attributes=None, constants=(), opset=17):
    """The derivative of the sum of an operator's output by each number of one row."""
    case = Case("kink", op, attributes or {}, shape=(1, 1, len(numbers)), constants=constants, opset=opset)
    graph = case.graph()
    made = backward(graph, "o0", ["x"])
    tensor = np.array(numbers, np.float32).reshape(1, 1, 1, -1)
    weights = np.ones(graph.shapes["o0"], np.float32)
    (found,) = session((made.content, made.weights)).run(["gradient"], {"x": tensor, "weights": weights})
    return found.reshape(-1).tolist()


@pytest.mark.parametrize(
    ("op", "attributes", "at", "expected"),
    [
        ("Relu", {}, 0, 0),
        ("Abs", {}, 0, 0),
        ("LeakyRelu", {"alpha": 0.25}, 0, 0.25),
        ("Elu", {"alpha": 0.5}, 0, 0.5),
        ("Selu", {"alpha": 2.0, "gamma": 1.5}, 0, 3.0),
        ("HardSigmoid", {"alpha": 0.25, "beta": 0.5}, -2, 0),
        ("HardSigmoid", {"alpha": 0.25, "beta": 0.5}, 2, 0),
        ("HardSwish", {}, -3, 0),
        ("HardSwish", {}, 3, 1),
    ],
)
def test_at_a_kink_a_function_is_as_steep_as_autograd_has_it(op, attributes, at, expected):
    assert slopes(op, [at], attributes=attributes) == [expected]


PIECEWISE = [case for case in WITH if case.op in {"Relu", "Clip", "PRelu", "LeakyRelu", "HardSigmoid", "Abs", "Neg"}]


@pytest.mark.parametrize("case", PIECEWISE, ids=[case.name for case in PIECEWISE])
def test_slopes_are_those_of_the_gradient_at_kinks_too(case):
    graph, _ = forward_of(case.name)
    tensor = image_of(case)
    tensor.reshape(-1)[::2] = 0  # a kink of all but one of them
    _, found = gradient(case, tensor, np.ones(tensor.shape, np.float32))
    np.testing.assert_allclose(found, graph.ops[graph.output].slopes(tensor.astype(np.float64)), rtol=1e-6)


def test_clipping_is_level_at_both_its_ends_as_relu6_is():
    ends = np.float32(0), np.float32(6)
    assert slopes("Clip", [-1, 0, 3, 6, 7], constants=ends) == [0, 0, 1, 0, 0]
    assert slopes("PRelu", [-1, 0, 1], constants=(np.float32([0.25]),)) == [0.25, 0.25, 1]


def test_of_equal_numbers_the_first_of_each_window_has_the_gradient_of_max_pooling():
    how = {"kernel_shape": [1, 3], "strides": [1, 2]}
    assert slopes("MaxPool", [1, 2, 2, 2, 2], attributes=how) == [0, 1, 1, 0, 0]
    assert slopes("MaxPool", [0, 0, 0, 0, 0], attributes=how) == [1, 0, 1, 0, 0]
    assert slopes("MaxPool", [1, 0, 5, 0, 1], attributes=how) == [0, 0, 2, 0, 0]  # of two windows
    assert slopes("GlobalMaxPool", [1, 3, 3, 2]) == [0, 1, 0, 0]


def test_equal_largest_numbers_share_the_gradient_of_a_maximum_along_axes():
    assert slopes("ReduceMax", [1, 3, 3, 2], attributes={"axes": [3]}) == [0, 0.5, 0.5, 0]


def test_ties_of_max_pooling_are_found_row_by_row_in_every_channel():
    """A map of few different numbers, against a plain search."""
    case = Case("ties", "MaxPool", {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}, shape=(2, 6, 7))
    graph = case.graph()
    made = backward(graph, "o0", ["x"])
    rng = np.random.default_rng(5)
    tensor = rng.integers(-1, 1, (2, 2, 6, 7)).astype(np.float32)
    weights = rng.normal(size=(2, *graph.shapes["o0"][1:])).astype(np.float32)
    (found,) = session((made.content, made.weights)).run(["gradient"], {"x": tensor, "weights": weights})
    expected = np.zeros_like(tensor)
    for image, channel, row, column in np.ndindex(weights.shape):
        window = [
            (y, x)
            for y in range(max(0, 2 * row - 1), min(6, 2 * row + 2))
            for x in range(max(0, 2 * column - 1), min(7, 2 * column + 2))
        ]
        first = max(window, key=lambda place: tensor[image, channel, *place])
        expected[image, channel, *first] += weights[image, channel, row, column]
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_where_a_relu_is_closed_nothing_passes_not_even_what_is_infinite():
    graph = Case("steep", "Relu", shape=(1, 1, 3), chain=(("Sqrt", {}),)).graph()
    made = backward(graph, graph.output, ["x"])
    tensor, weights = (np.array(values, np.float32).reshape(1, 1, 1, 3) for values in ([-1, 0, 4], [1, 1, 1]))
    (found,) = session((made.content, made.weights)).run(["gradient"], {"x": tensor, "weights": weights})
    assert found.reshape(-1).tolist() == [0, 0, 0.25]


def test_a_norm_of_nothing_but_zeros_is_level():
    assert slopes("GlobalLpPool", [0, 0]) == [0, 0]
    assert slopes("LpPool", [0, 0], attributes={"kernel_shape": [1, 2], "p": 3}) == [0, 0]


# Rules -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "expected"), [("exact", [0, 0, -1, 2]), ("guided", [0, 0, 0, 2]), ("deconvnet", [0, 2, 0, 2])]
)
@pytest.mark.parametrize("constants", [None, (np.float32(0), np.float32(6))], ids=["Relu", "ReLU6"])
def test_rules_differ_at_relu(rule, expected, constants):
    case = Case("rule", "Clip" if constants else "Relu", shape=(1, 1, 4), constants=constants or ())
    made = backward(case.graph(), "o0", ["x"], rule)
    given = {"x": np.array([-1, -1, 1, 1], np.float32), "weights": np.array([-1, 2, -1, 2], np.float32)}
    feed = {name: each.reshape(1, 1, 1, 4) for name, each in given.items()}
    (found,) = session((made.content, made.weights)).run(["gradient"], feed)
    assert found.reshape(-1).tolist() == expected


@pytest.mark.parametrize(
    ("op", "constants"), [("Sigmoid", ()), ("Clip", (np.float32(-1),)), ("PRelu", (np.ones(1, "f4"),))]
)
def test_other_activations_are_refused_by_name_under_these_rules(op, constants):
    graph = Case("rule", op, constants=constants).graph()
    with pytest.raises(
        LayerError, match=r"o0: a layer of the kind .* is no ReLU; guided backpropagation is defined for"
    ):
        backward(graph, "o0", ["x"], "guided")


# What is asked ---------------------------------------------------------------------------------------------------------


def test_what_is_asked_in_vain_is_said():
    graph = Case("two", "Relu", chain=(("Sigmoid", {}),)).graph()
    last = graph.output
    with pytest.raises(LayerError, match=r"no layer is called 'n1'.*Did you mean"):
        backward(graph, "n1", ["x"])
    with pytest.raises(LayerError, match=rf"'x' does not depend on '{last}'"):
        backward(graph, "x", [last])
    with pytest.raises(LayerError, match=rf"'{last}' does not depend on '{last}'"):
        backward(graph, last, [last])
    with pytest.raises(LayerError, match="no rule is called 'guide'; there are exact, guided, deconvnet"):
        backward(graph, last, ["x"], "guide")
    with pytest.raises(LayerError, match="by names no value"):
        backward(graph, last, [])


def test_names_of_the_network_are_left_to_it():
    model = Case("taken", "Relu", chain=(("Sigmoid", {}),)).model()
    for node in model.graph.node:
        node.input[:] = ["weights" if name == "o0" else name for name in node.input]
        node.output[:] = ["weights" if name == "o0" else name for name in node.output]
    made = backward(read_graph(model), "n0", ["x"])
    assert made.seed != "weights"
    onnx.checker.check_model(onnx.load_from_string(made.content), full_check=True)
