"""Layer-wise relevance propagation, walked through the operator table: each operator's rule, and what adds up."""

import numpy as np
import onnx
import onnx.reference
import pytest
from onnx import TensorProto, helper, numpy_helper

from squeezeviz.errors import LayerError, SqueezeVizError
from squeezeviz.network.backward import backward, relevance
from squeezeviz.network.graph import read_graph
from squeezeviz.network.ops import TABLE
from squeezeviz.network.ops.activation import Function
from squeezeviz.network.relevance import AlphaBetaRule, EpsilonRule
from tests.op_cases import CASES
from tests.unit.network.test_backward import forward_of, image_of, reader, session

RULES = {
    "epsilon": EpsilonRule(0.1),
    "alpha-2": AlphaBetaRule(2.0),
    "alpha-1": AlphaBetaRule(1.0),
}
#: Operators of which no rule is known, and cases of operators that have one for stored numbers alone.
WITHOUT = {"LpPool", "GlobalLpPool", "LRN", "LayerNormalization", "Softmax", "LogSoftmax", "QuantizeLinear"}
OF_THE_IMAGE = {"Mul-itself", "Div-itself", *(case.name for case in CASES if case.op == "Div" and case.before == 1)}
WITH = [case for case in CASES if case.op not in WITHOUT and case.name not in OF_THE_IMAGE]
#: Of attributes, which the gradient is held to in full, every third of many.
WALKED = [
    case
    for op in TABLE
    for each in [[case for case in WITH if case.op == op]]
    for case in each[:: 3 if len(each) > 9 else 1]
]
#: Of equal largest numbers, `ReduceMax` gives each its share; no two are equal here.
ROUTES = {
    "MaxPool", "GlobalMaxPool", "ReduceMax", "Concat", "Identity", "Dropout", "Cast", "Flatten", "Reshape", "Squeeze",
    "Unsqueeze", "Transpose", "Pad", "Slice", "Split",
}  # fmt: skip
FUNCTIONS = {name for name, row in TABLE.items() if issubclass(row, Function)}
PLACES = 5


def shared(op, place, given, values, rule):
    """What comes back to one number, shared out by its terms: value's name → (places, relevance), biases, rest."""
    made = op.terms(place, reader(op, values))
    names, parts = [each.name for each in op.node.inputs], made.weights * made.values
    if isinstance(op, Function) or op.node.op_type in ROUTES:
        own = made.weights != 0 if made.kind == "max" else np.ones(len(parts), bool)
        each, taken, rest = given * own, 0.0 if own.any() else given, 0.0
    elif isinstance(rule, EpsilonRule):
        whole = values[op.node.outputs[op.output]]
        size = np.sqrt((whole**2).mean(axis=tuple(range(1, whole.ndim)), keepdims=True)) * rule.epsilon + 1e-9
        z = whole.reshape(-1)[place]
        unit = given / (z + np.broadcast_to(size, whole.shape).reshape(-1)[place] * (1 if z >= 0 else -1))
        each, taken, rest = parts * unit, made.bias * unit, given - z * unit
    else:
        above, below = (part(parts, 0).sum() + part(made.bias, 0) for part in (np.maximum, np.minimum))
        alpha, beta = (rule.alpha, rule.alpha - 1) if above and below else (float(above > 0), -float(below < 0))
        upper, lower = given * alpha / (above or 1), given * -beta / (below or 1)
        each = np.maximum(parts, 0) * upper + np.minimum(parts, 0) * lower
        taken = max(made.bias, 0) * upper + min(made.bias, 0) * lower
        rest = 0.0 if above or below else given
    found = [(names[operand], at, one) for operand, at, one in zip(made.operands, made.places, each, strict=True)]
    return found, taken, rest


@pytest.mark.parametrize("case", WALKED, ids=[case.name for case in WALKED])
def test_each_operator_shares_relevance_out_by_its_terms_and_nothing_is_lost(case):
    for rule in ("epsilon", "alpha-2") if case.op in ROUTES or case.op in FUNCTIONS else RULES:
        check(case, RULES[rule])


def check(case, rule):
    graph, run = forward_of(case.name)
    image = image_of(case)
    computed = dict(zip(graph.ops, run.run(list(graph.ops), {graph.source: image}), strict=True))
    values = {name: each.astype(np.float64) for name, each in computed.items()} | {graph.source: image.astype(float)}
    op, whole = graph.ops[graph.output], values[graph.output]
    random = np.random.default_rng(3)
    weights, expected, takes = np.zeros(whole.size), np.zeros(image.size), {"biases": 0.0, "rest": 0.0}
    for place in random.permutation(whole.size)[:PLACES].tolist():
        weights[place] = random.normal()
        found, taken, rest = shared(op, place, weights[place] * whole.reshape(-1)[place], values, rule)
        takes["biases"] += taken
        takes["rest"] += rest
        for _, at, one in found:
            expected[at] += one
    asked = weights.reshape(whole.shape).astype(computed[graph.output].dtype)
    got, took = handed_back(graph, rule, image, asked)
    scale = np.abs(expected).max() + np.abs(weights * whole.reshape(-1)).max()
    np.testing.assert_allclose(got.reshape(-1), expected, rtol=1e-4, atol=1e-5 * scale)
    for who, value in takes.items():
        assert took.get(who, 0.0) == pytest.approx(value, rel=1e-4, abs=1e-5 * scale)
    assert got.sum(dtype=np.float64) + sum(took.values()) == pytest.approx(
        weights @ whole.reshape(-1), abs=1e-4 * scale
    )


def handed_back(graph, rule, image, weights, runner=lambda made: session((made.content, made.weights))):
    made = relevance(graph, graph.output, rule)
    run = runner(made)
    wanted = [made.gradients[made.image], *made.takes.values()]
    found, *took = run.run(wanted, {made.image: image, made.seed: weights})
    return found, {who: float(each.item()) for who, each in zip(made.takes, took, strict=True)}


@pytest.mark.parametrize("case", [case for case in CASES if case not in WITH], ids=lambda case: case.name)
def test_what_has_no_rule_is_refused_by_name(case):
    graph, _ = forward_of(case.name)
    for rule in RULES.values():
        with pytest.raises(LayerError, match="has no rule of layer-wise relevance propagation here"):
            relevance(graph, graph.output, rule)


def test_every_operator_of_the_table_is_walked():
    walked = {case.op for case in CASES} | {"DequantizeLinear"}  # after QuantizeLinear, which is refused
    assert walked == set(TABLE)


# Whole networks, in double precision ----------------------------------------------------------------------------------

EXACT = 1e-11


def network(*, with_biases=True):
    """Convolutions, ReLU, a branch that is added, one that is joined, both poolings and a fully connected layer."""
    random = np.random.default_rng(1)
    tensors, nodes = [], []

    def held(*shape):
        tensors.append(numpy_helper.from_array(random.normal(0, 0.5, shape), f"w{len(tensors)}"))
        return tensors[-1].name

    def node(kind, *inputs, **how):
        nodes.append(helper.make_node(kind, inputs, [f"v{len(nodes)}"], **how))
        return nodes[-1].output[0]

    def conv(source, out, inner, kernel, **how):
        bias = [held(out)] if with_biases else []
        return node("Conv", source, held(out, inner, kernel, kernel), *bias, **how)

    x = node("Relu", conv("image", 4, 3, 3, strides=[2, 2]))
    x = node("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])  # by one cell, onnx's reference has other places
    x = node("Relu", node("Add", x, conv(x, 4, 4, 3, pads=[1] * 4)))
    x = node("Concat", x, node("Relu", conv(x, 2, 4, 1)), axis=1)
    x = node("Flatten", node("GlobalAveragePool", node("AveragePool", x, kernel_shape=[2, 2])))
    node("Gemm", x, held(6, 3), *([held(3)] if with_biases else []))
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("image", TensorProto.DOUBLE, ["B", 3, 20, 22])],
        [onnx.ValueInfoProto(name=nodes[-1].output[0])],
        tensors,
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    made.ir_version = 8
    return read_graph(made)


def in_double(made):
    """ONNX's own reference: ONNX Runtime convolves in single precision alone."""
    return onnx.reference.ReferenceEvaluator(made.model())


def explained(graph, rule):
    """The relevance of a difference of two numbers, what took some of it, and the number."""
    image, weights = np.random.default_rng(2).normal(0, 2, (1, *graph.input_shape)), np.array([[1.0, 0.0, -1.0]])
    got, took = handed_back(graph, rule, image, weights, in_double)
    made = backward(graph, graph.output, [graph.source])
    value, found = in_double(made).run([made.of, made.gradients[made.image]], {made.image: image, made.seed: weights})
    return got, took, float((weights * value).sum()), image * found


def test_without_epsilon_relevance_is_input_times_gradient_where_activations_are_relu():
    got, _, _, expected = explained(network(), EpsilonRule(0.0))
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-7 * np.abs(expected).max())
    assert np.abs(got).max() > 0.01


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_relevance_and_what_is_taken_add_up_to_the_number(rule):
    got, took, number, _ = explained(network(), rule)
    assert abs(took["biases"]) > 0.01
    assert got.sum() + took["biases"] + took["rest"] == pytest.approx(number, abs=EXACT)


@pytest.mark.parametrize("alpha", [1, 1.5, 2, 5])
def test_alpha_and_beta_conserve_all_where_there_are_no_biases(alpha):
    got, took, number, _ = explained(network(with_biases=False), AlphaBetaRule(alpha))
    assert set(took) == {"rest"}
    assert took["rest"] == pytest.approx(0, abs=EXACT)
    assert got.sum() == pytest.approx(number, abs=EXACT)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_graph_is_plain_onnx_and_says_what_it_is(rule):
    graph = network()
    whole = relevance(graph, graph.output, rule).model()
    onnx.checker.check_model(whole, full_check=True)
    assert "Bach et al., 2015" in whole.doc_string
    assert {value.name for value in whole.graph.output} == {
        "relevance", "relevance:biases", "relevance:rest", graph.output
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "value"),
    [(EpsilonRule, -0.1), (EpsilonRule, float("nan")), (EpsilonRule, True), (AlphaBetaRule, 0.5), (AlphaBetaRule, "2")],
)
def test_numbers_that_make_no_rule_are_refused(rule, value):
    with pytest.raises(SqueezeVizError, match=r"is .*, expected a number from [01] to \d+"):
        rule(value)
