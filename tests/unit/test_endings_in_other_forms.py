"""Endings and joins that exporters write and people rarely draw: what is said of them is right, or refused by name."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import squeezeviz as sv
from squeezeviz.errors import LayerError
from squeezeviz.evidence.ablated_runs import AblatedRuns
from squeezeviz.evidence.after_activation import after_activation
from squeezeviz.evidence.baseline import baseline
from squeezeviz.evidence.model_comparison import difference_of
from squeezeviz.evidence.receptive_field import contributions_by_receptive_field
from squeezeviz.results.labels import Label, Labels
from squeezeviz.results.shared_classes import shared_classes

RNG = np.random.default_rng(0)
PHOTO = RNG.integers(0, 255, (8, 8, 3), dtype=np.uint8)


def weights(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def node(op, reads, writes, **attributes):
    return helper.make_node(op, reads.split(), writes.split(), **attributes)


@pytest.fixture
def made(tmp_path):
    """Make a model of nodes and constants; its input is x, 3 × 8 × 8, its answer y."""

    def make(*nodes, **constants):
        graph = helper.make_graph(
            nodes,
            "net",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
            [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
        )
        path = tmp_path / "net.onnx"
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
        return sv.load_model(path, threads=1)

    return make


def tf2onnx_ending():
    nodes = [
        node("Conv", "x a", "c1"),
        node("GlobalAveragePool", "c1", "g"),
        node("Conv", "g w b", "c2"),
        node("Transpose", "c2", "t", perm=[0, 2, 3, 1]),
        node("Squeeze", "t axes", "q"),
        node("Softmax", "q", "y", axis=-1),
    ]
    return nodes, {"a": weights(2, 3, 3, 3), "w": weights(5, 2, 1, 1), "b": weights(5), "axes": np.array([1, 2])}


def reshaped_ending():
    nodes = [
        node("Conv", "x a", "c1"),
        node("GlobalAveragePool", "c1", "g"),
        node("Flatten", "g", "f"),
        node("Gemm", "f w b", "z"),
        node("Reshape", "z form", "q"),
        node("Softmax", "q", "y", axis=-1),
    ]
    return nodes, {"a": weights(2, 3, 3, 3), "w": weights(2, 5), "b": weights(5), "form": np.array([1, 1, 5])}


@pytest.mark.parametrize("ending", [tf2onnx_ending, reshaped_ending])
@pytest.mark.parametrize("index", [0, 3])
def test_logits_that_lie_along_the_last_axis(made, ending, index):
    nodes, constants = ending()
    model = made(*nodes, **constants)
    source, logits = sv.Arithmetic(model, PHOTO), model.predict(PHOTO).logits
    assert contributions_by_receptive_field(source, index).logit == pytest.approx(logits[index], rel=1e-5)
    assert contributions_by_receptive_field(source, index, 1).logit == pytest.approx(
        logits[index] - logits[1], rel=1e-4
    )
    analysis = sv.softmax_analysis(source, index)
    assert analysis.probability == pytest.approx(model.predict(PHOTO).probabilities[index], rel=1e-5)


def test_an_answer_by_sigmoid_has_no_softmax_to_analyse(made):
    model = made(
        node("Conv", "x a", "c"), node("GlobalAveragePool", "c", "g"), node("Flatten", "g", "f"), node("Sigmoid", "f", "y"),
        a=weights(5, 3, 3, 3),
    )  # fmt: skip
    with pytest.raises(LayerError, match="no softmax: it answers by a sigmoid"):
        sv.softmax_analysis(sv.Arithmetic(model, PHOTO), 1)


def test_a_softmax_that_is_rectified_is_a_softmax(made):
    model = made(
        node("Conv", "x a", "c"), node("GlobalAveragePool", "c", "g"), node("Flatten", "g", "f"),
        node("Softmax", "f", "s", axis=1), node("Relu", "s", "y"),
        a=weights(5, 3, 3, 3),
    )  # fmt: skip
    assert model.architecture.head == "softmax"
    answer = model.activations(PHOTO)[model.architecture.output_name].ravel()
    np.testing.assert_allclose(model.predict(PHOTO).probabilities, answer, rtol=1e-5)


@pytest.mark.parametrize("is_late", [False, True])
def test_a_path_beside_a_concatenation_leaves_no_cut_there(made, is_late):
    beside = [node("Conv", "x d", "c3"), node("GlobalAveragePool", "c3", "g2")]
    joined = [
        node("Conv", "x a", "c1"),
        node("Conv", "x b", "c2", pads=[1, 1, 1, 1]),
        node("Concat", "c1 c2", "cat", axis=1),
        node("GlobalAveragePool", "cat", "g1"),
    ]
    nodes = joined + beside if is_late else beside + joined
    constants = {"a": weights(2, 3, 1, 1), "b": weights(2, 3, 3, 3), "d": weights(4, 3, 5, 5)}
    model = made(*nodes, node("Add", "g1 g2", "s"), node("Flatten", "s", "y"), **constants)
    assert contributions_by_receptive_field(sv.Arithmetic(model, PHOTO), 1).splits == ()


def test_a_layer_joined_with_itself_counts_twice(made):
    model = made(
        node("Conv", "x a ab", "c1"), node("Concat", "c1 c1", "cat", axis=1), node("GlobalAveragePool", "cat", "g"),
        node("Flatten", "g", "f"), node("Gemm", "f w b", "y"),
        a=weights(2, 3, 3, 3), ab=weights(2), w=weights(4, 5), b=weights(5),
    )  # fmt: skip
    source = sv.Arithmetic(model, PHOTO)
    (split,) = contributions_by_receptive_field(source, 1).splits
    decomposed = sv.decompose_logit(source, 1)
    assert sum(split.parts.values()) + split.biases == pytest.approx(decomposed.logit, rel=1e-5)
    assert sum(decomposed.branches.values()) + decomposed.bias == pytest.approx(decomposed.logit, rel=1e-5)
    rest = sum(decomposed.other_channels(1).values()) + decomposed.top_channels(1)[0].evidence
    assert rest + decomposed.bias == pytest.approx(decomposed.logit, rel=1e-5)


def test_the_image_among_what_is_joined_has_a_branch_too(made):
    model = made(
        node("Conv", "x a ab", "c1", pads=[1, 1, 1, 1]), node("Concat", "x c1", "cat", axis=1),
        node("GlobalAveragePool", "cat", "g"), node("Flatten", "g", "f"), node("Gemm", "f w b", "y"),
        a=weights(2, 3, 3, 3), ab=weights(2), w=weights(5, 5), b=weights(5),
    )  # fmt: skip
    decomposed = sv.decompose_logit(sv.Arithmetic(model, PHOTO), 1)
    assert set(decomposed.branches) == {"x", "c1"}
    assert sum(decomposed.branches.values()) + decomposed.bias == pytest.approx(decomposed.logit, rel=1e-5)


def adds_up(model, index=1):
    made = contributions_by_receptive_field(sv.Arithmetic(model, PHOTO), index)
    assert made.evidence.sum() + made.bias == pytest.approx(model.predict(PHOTO).logits[index], rel=1e-4)


def test_a_pointwise_convolution_that_pads_at_its_end_reads_more_than_its_own_place(made):
    model = made(
        node("Conv", "x a", "c0"), node("Conv", "c0 w b", "c1", pads=[0, 0, 1, 1]), node("GlobalAveragePool", "c1", "g"),
        node("Flatten", "g", "y"), a=weights(2, 3, 3, 3), w=weights(5, 2, 1, 1), b=weights(5),
    )  # fmt: skip
    adds_up(model)
    with pytest.raises(LayerError, match="is no 1 × 1 convolution"):
        sv.decompose_logit(sv.Arithmetic(model, PHOTO), 1)


@pytest.mark.parametrize("is_last", [False, True])
def test_the_mean_of_a_map_in_another_form_has_no_map_a_class(made, is_last):
    nodes = [
        node("Conv", "x a", "c0"),
        node("Flatten", "c0", "f"),
        node("Reshape", "f form", "r"),
        node("GlobalAveragePool", "r", "g"),
        node("Flatten", "g", "y" if is_last else "f2"),
    ]
    if not is_last:
        nodes.append(node("Gemm", "f2 w", "y"))
    model = made(*nodes, a=weights(2, 3, 7, 7), w=weights(8, 5), form=np.array([1, -1, 1, 1]))
    adds_up(model)
    for refused in (lambda source: sv.decompose_logit(source, 1), sv.predictions_per_location):
        with pytest.raises(LayerError, match="its cells are mixed"):
            refused(sv.Arithmetic(model, PHOTO))


def test_a_map_joined_as_one_cell_has_more_numbers_than_channels(made):
    model = made(
        node("Conv", "x a", "c0"), node("Relu", "c0", "r0"), node("Reshape", "r0 form", "r"),
        node("GlobalAveragePool", "r0", "g"), node("Concat", "r g", "cat", axis=1), node("Flatten", "cat", "f"),
        node("Gemm", "f w", "y"), a=weights(2, 3, 7, 7), w=weights(10, 5), form=np.array([1, -1, 1, 1]),
    )  # fmt: skip
    adds_up(model)


def test_a_gate_that_others_read_is_no_activation_function_of_its_layer(made):
    model = made(
        node("Conv", "x a ab", "c"), node("Sigmoid", "c", "s"), node("Mul", "c s", "p"), node("Conv", "p w", "q"),
        node("Conv", "s w2", "t"), node("Add", "q t", "u"), node("GlobalAveragePool", "u", "g"), node("Flatten", "g", "y"),
        a=weights(4, 3, 3, 3), ab=weights(4), w=weights(5, 4, 1, 1), w2=weights(5, 4, 1, 1),
    )  # fmt: skip
    assert after_activation(model.architecture, "c") == ("c",)
    alone = sv.ablate(model, PHOTO, {"c": [1]}).after.logits
    swept = AblatedRuns(baseline(model, PHOTO, None), ["c"], "zero")([("c", (1,))])
    np.testing.assert_allclose(np.ravel(swept), alone, rtol=1e-5)


def test_what_overflows_goes_with_nothing():
    values = np.array([1, 2, np.inf, 3], np.float32)
    assert difference_of(values, values)[1] is None
    assert difference_of(np.array([1, np.nan], np.float32), np.array([1, 2], np.float32))[1] is None


def test_two_things_of_one_name_are_not_one_class():
    bird, lift = Label(0, "n02012849", "crane", ()), Label(1, "n03126707", "crane", ())
    cat = ("n02123159", "tiger cat", ())
    first, second = Labels((bird, Label(1, *cat))), Labels((Label(0, *cat), lift))
    assert shared_classes(first, second).counterparts == (None, 0)


def test_where_each_class_is_answered_for_itself_everything_says_so(made):
    model = made(
        node("Conv", "x a b", "c"), node("Relu", "c", "r"), node("GlobalAveragePool", "r", "g"), node("Flatten", "g", "f"),
        node("Gemm", "f w v", "z"), node("Sigmoid", "z", "y"),
        a=weights(4, 3, 3, 3), b=weights(4), w=weights(4, 5), v=weights(5),
    )  # fmt: skip
    before = model.predict(PHOTO)
    np.testing.assert_allclose(before.probabilities, 1 / (1 + np.exp(-before.logits)), rtol=1e-5)
    after = sv.ablate(model, PHOTO, {"r": [1]}).after
    np.testing.assert_allclose(after.probabilities, 1 / (1 + np.exp(-after.logits)), rtol=1e-5)
    swept = sv.ablation_sweep(model, PHOTO, ["r"])
    change = swept.changes(1, "probability")
    assert change[1] == pytest.approx(after.probabilities[1] - before.probabilities[1], abs=1e-6)
    hidden = sv.occlude(model, PHOTO, patch_px=4, stride_px=4)
    answer = hidden.answer(0, 0)
    np.testing.assert_allclose(answer.probabilities, 1 / (1 + np.exp(-answer.logits)), rtol=1e-5)
    where = sv.predictions_per_location(sv.Arithmetic(model, PHOTO))
    (first,) = where.top(0, 0, 1)
    assert first.probability == pytest.approx(1 / (1 + np.exp(-first.logit)), rel=1e-5)
    assert where.probability_map[0, 0] == pytest.approx(first.probability, rel=1e-5)
