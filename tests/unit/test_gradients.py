"""`model.gradients`: derivatives of a network with Fire modules, by its input and its layers."""

import numpy as np
import pytest
from onnx import TensorProto

from squeezeviz.errors import LayerError, ModelError
from squeezeviz.runtime.gradients import Gradients
from tests.fires import fires_net
from tests.nets import tiny_model


@pytest.fixture(scope="module")
def model():
    return tiny_model(fires_net(4))


def tensors(model, count=1, seed=0):
    return np.random.default_rng(seed).normal(size=(count, *model.architecture.input_shape)).astype(np.float32)


def one_hot(model, of, index):
    weights = np.zeros((1, *model.gradients.shape(of)), np.float32)
    weights.reshape(-1)[index] = 1
    return weights


def logits_of(model, tensor):
    name = model.architecture.logits_name
    return model.gradients.run(tensor, name, one_hot(model, name, 0))[0].reshape(len(tensor), -1)


def test_a_logit_moves_with_the_input_as_its_gradient_says(model):
    name, tensor = model.architecture.logits_name, tensors(model)
    value, found = model.gradients.run(tensor, name, one_hot(model, name, 2))
    assert found["input"].shape == tensor.shape
    assert found["input"].dtype == value.dtype == np.float32
    # A step so small that no ReLU and no maximum changes; the network is piecewise linear.
    step = np.random.default_rng(1).normal(size=tensor.shape).astype(np.float32) * np.float32(1e-4)
    ahead, behind = (logits_of(model, tensor + sign * step)[0, 2].astype(float) for sign in (1, -1))
    assert (ahead - behind) / 2 == pytest.approx(float((found["input"] * step).sum()), rel=1e-2)


def test_values_are_those_of_a_prediction(model):
    tensor = tensors(model)
    seen = model.activations_of_tensor(tensor, pre_relu=True)
    for layer in ("fire2/concat", "fire2/expand3x3:pre", "pool1"):
        value, _ = model.gradients.run(tensor, layer, np.ones((1, *model.gradients.shape(layer)), np.float32))
        np.testing.assert_allclose(value, seen[layer], rtol=1e-5, atol=1e-6)


def test_by_the_map_that_is_averaged_a_logit_has_one_over_its_cells(model):
    name, tensor = model.architecture.logits_name, tensors(model)
    last = model.architecture["conv10"]
    _, found = model.gradients.run(tensor, name, one_hot(model, name, 1), by=["conv10"])
    expected = np.zeros(last.shape, np.float32)
    expected[1] = 1 / np.prod(last.shape[1:])
    np.testing.assert_allclose(found["conv10"][0], expected, rtol=1e-6)


def test_several_layers_are_differentiated_by_in_one_run_as_one_by_one(model):
    name, tensor = model.architecture.logits_name, tensors(model, 2)
    weights, layers = one_hot(model, name, 1), ["input", "fire2/concat", "fire3/squeeze1x1:pre", "fire2/concat"]
    _, together = model.gradients.run(tensor, name, weights, by=layers)
    assert list(together) == ["input", "fire2/concat", "fire3/squeeze1x1:pre"]
    for layer, found in together.items():
        _, alone = model.gradients.run(tensor, name, weights, by=[layer])
        np.testing.assert_allclose(found, alone[layer], rtol=1e-5, atol=1e-7)


def test_the_input_goes_by_its_own_name_too(model):
    name, tensor, source = model.architecture.logits_name, tensors(model), model.architecture.input_name
    weights = one_hot(model, name, 1)
    np.testing.assert_array_equal(
        model.gradients.run(tensor, name, weights, by=[source])[1][source],
        model.gradients.run(tensor, name, weights)[1]["input"],
    )


def test_rows_of_a_batch_have_weights_of_their_own(model):
    name, tensor = model.architecture.logits_name, tensors(model, 3)
    rows = np.concatenate([one_hot(model, name, index) for index in range(3)])
    value, together = model.gradients.run(tensor, name, rows)
    for row in range(3):
        alone_value, alone = model.gradients.run(tensor[row : row + 1], name, rows[row : row + 1])
        np.testing.assert_allclose(together["input"][row], alone["input"][0], rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(value[row], alone_value[0], rtol=1e-5, atol=1e-6)


def test_layers_are_observed_in_the_same_run(model):
    name, tensor = model.architecture.logits_name, tensors(model, 2)
    layers = ["fire2/concat", "fire3/squeeze1x1:pre", name, "input"]
    weights = one_hot(model, name, 1)
    value, found, seen = model.gradients.observe(tensor, name, weights, by=["fire2/concat"], keep=layers)
    expected = model.activations_of_tensor(tensor, layers[:2])
    assert list(seen) == layers
    for layer in layers[:2]:
        np.testing.assert_allclose(seen[layer], expected[layer], rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(seen[name], value)
    np.testing.assert_array_equal(seen["input"], tensor)
    alone = model.gradients.run(tensor, name, weights, by=["fire2/concat"])[1]
    np.testing.assert_allclose(found["fire2/concat"], alone["fire2/concat"], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("kind", [TensorProto.FLOAT16, TensorProto.DOUBLE])
def test_a_network_of_another_precision_answers_as_float32(kind):
    from onnx import helper, numpy_helper

    from squeezeviz.runtime.model import Model

    dtype = helper.tensor_dtype_to_np_dtype(kind)
    matrix = np.random.default_rng(2).normal(size=(12, 5)).astype(dtype)
    graph = helper.make_graph(
        [
            helper.make_node("Relu", ["image"], ["open"]),
            helper.make_node("Flatten", ["open"], ["flat"]),
            helper.make_node("MatMul", ["flat", "matrix"], ["logits"]),
        ],
        "half",
        [helper.make_tensor_value_info("image", kind, ["B", 3, 2, 2])],
        [helper.make_tensor_value_info("logits", kind, ["B", 5])],
        [numpy_helper.from_array(matrix, "matrix")],
    )
    content = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()
    model = Model(content, name="half", sha256="0" * 64)
    tensor = tensors(model)
    weights = np.array([[1, 0, -1, 0, 0]], np.float32)
    _, found = model.gradients.run(tensor, "logits", weights)
    assert found["input"].dtype == np.float32
    expected = (tensor > 0) * (matrix @ weights[0].astype(dtype)).astype(np.float32).reshape(1, 3, 2, 2)
    np.testing.assert_allclose(found["input"], expected, rtol=2e-3, atol=2e-3)


def test_a_file_that_takes_one_image_at_a_time_differentiates_several(model):
    fixed = tiny_model(fires_net(4))
    graph = fixed._graph
    single = Gradients(type(graph)(**{**vars(graph), "is_batch_free": False}), fixed._inputs, threads=1)
    name, tensor = model.architecture.logits_name, tensors(model, 2)
    weights = one_hot(model, name, 1)
    np.testing.assert_allclose(
        single.run(tensor, name, weights)[1]["input"],
        model.gradients.run(tensor, name, weights)[1]["input"],
        rtol=1e-5,
        atol=1e-7,
    )


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"of": "fire2/conct"}, LayerError, "no layer is called 'fire2/conct'. Did you mean 'fire2/concat'"),
        ({"by": ["fire9"]}, LayerError, "no layer is called 'fire9'"),
        ({"by": ["softmaxout"]}, LayerError, "does not depend on 'softmaxout'"),
        ({"by": "input"}, LayerError, "by is the text 'input'; expected a list of names"),
        ({"rule": "guide"}, LayerError, "no rule is called 'guide'"),
        ({"weights": np.zeros((1, 4, 1, 1), np.float32)}, ModelError, "expected float32 (B, 5, 1, 1), got shape (1, 4"),
        (
            {"weights": np.zeros((3, 5, 1, 1), np.float32)},
            ModelError,
            "expected one row of weights, or 2, one an image; got 3",
        ),
        ({"weights": np.zeros((1, 5, 1, 1))}, ModelError, "expected float32 (B, 5, 1, 1), got float64"),
        ({"tensor": np.full((2, 3, 33, 33), np.nan, np.float32)}, ModelError, "got NaN or infinite values"),
        ({"tensor": np.zeros((2, 3, 2, 33), np.float32)}, ModelError, "expected float32 (B, 3, 33, 33), got shape"),
    ],
)
def test_what_cannot_be_differentiated_is_said_in_words(model, change, error, said):
    name = model.architecture.logits_name
    asked = {"tensor": tensors(model, 2), "of": name, "weights": np.zeros((1, 5, 1, 1), np.float32)} | change
    with pytest.raises(error) as caught:
        model.gradients.run(**asked)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("size", [(40, 33), (65, 47)])
def test_an_input_of_another_size_is_differentiated_at_that_size(model, size):
    """Maps are of other sizes there, and a mean is of other cells."""
    rng = np.random.default_rng(3)
    tensor = rng.normal(0, 1, (2, 3, *size)).astype(np.float32)
    step = rng.normal(0, 1, tensor.shape).astype(np.float32) * np.float32(1e-4)
    arch = model.architecture_at(*size)
    for of in (arch.logits_name, "fire2/concat"):
        weights = np.zeros((2, *arch[of].shape), np.float32)
        for row, place in enumerate(np.unravel_index([2, 3], arch[of].shape)[0]):
            weights[row, place] = 1

        def numbers(values, of=of, weights=weights):
            said, _ = model.gradients.run(values, of, weights)
            return (said.astype(np.float64) * weights).reshape(2, -1).sum(axis=1)

        _, found = model.gradients.run(tensor, of, weights)
        assert found["input"].shape == tensor.shape
        expected = (found["input"].astype(np.float64) * step).sum(axis=(1, 2, 3))
        np.testing.assert_allclose(
            (numbers(tensor + step) - numbers(tensor - step)) / 2, expected, rtol=2e-2, atol=1e-7
        )
    with pytest.raises(ModelError, match=r"the weights of fire2/concat: expected float32 \(B, "):
        model.gradients.run(tensor, "fire2/concat", np.ones((1, *model.gradients.shape("fire2/concat")), np.float32))
