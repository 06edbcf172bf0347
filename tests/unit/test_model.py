"""What a model does at other sizes, with several crops, and with its own weights: on a tiny network."""

import numpy as np
import onnx
import pytest

from squeezeviz.errors import LayerError, ModelError, PreprocessingError
from squeezeviz.image import read_image
from squeezeviz.preprocessing import preset
from squeezeviz.results.prediction import softmax
from squeezeviz.runtime.export import halve_weights
from squeezeviz.runtime.model import Model
from tests.nets import exported_net, fire_net, tiny_content, tiny_model

RNG = np.random.default_rng(0)
SIZE = 33


def photo(width=60, height=44):
    return read_image(RNG.integers(0, 256, (height, width, 3), dtype=np.uint8))


def tensor(batch, height, width):
    return RNG.normal(0, 50, (batch, 3, height, width)).astype(np.float32)


@pytest.fixture(scope="module")
def model():
    return tiny_model()


# Other sizes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("height", "width"), [(SIZE, SIZE), (5, 5), (40, 40), (64, 35)])
@pytest.mark.parametrize("net", [fire_net, exported_net])
def test_the_layer_table_of_another_size_is_what_running_gives(net, height, width):
    model = tiny_model(net())
    arch = model.architecture_at(height, width)
    assert arch.input_shape == (3, height, width)
    got = model.activations_of_tensor(tensor(2, height, width))
    assert {name: array.shape[1:] for name, array in got.items()} == {layer.name: layer.shape for layer in arch}
    assert arch.parameters == model.architecture.parameters
    assert arch.macs == sum(
        np.prod(layer.shape) * model.kernels(layer.name)[0][0].size for layer in arch if layer.kind == "convolution"
    )


def test_its_own_size_is_its_own_table(model):
    assert model.architecture_at(SIZE, SIZE) is model.architecture
    assert model.architecture_at(40, 40) is model.architecture_at(40, 40)


@pytest.mark.parametrize(("height", "width"), [(4, 4), (33, 4), (1, 1), (0, 0), (-1, 33)])
def test_sizes_that_leave_nothing_are_refused(model, height, width):
    with pytest.raises(PreprocessingError, match=rf"3 × {height} × {width}.*made for 3 × 33 × 33"):
        model.architecture_at(height, width)


@pytest.mark.parametrize("px", [21, 40])
def test_a_tensor_of_another_size_gets_what_a_model_of_that_size_says(model, px):
    given = tensor(3, px, px)
    theirs = tiny_model(size=px).predict_tensor(given)
    for ours, expected in zip(model.predict_tensor(given), theirs, strict=True):
        np.testing.assert_allclose(ours.logits, expected.logits, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(ours.probabilities, softmax(ours.logits), atol=1e-6)


@pytest.mark.parametrize("shape", [(1, 3, 4, 4), (1, 3, 0, 0), (0, 3, 33, 33), (1, 4, 33, 33), (3, 33, 33)])
def test_tensors_of_no_use_are_refused(model, shape):
    with pytest.raises(ModelError, match=r"float32 \(B, 3, 33, 33\), got shape"):
        model.predict_tensor(np.zeros(shape, np.float32))


def test_a_preprocessing_may_make_another_size(model):
    how = preset("caffe2").replace(name="larger", crop_px=50)
    image = photo()
    assert model.resolve(how) is how
    np.testing.assert_allclose(model.predict(image, how).logits, model.predict_tensor(how(image))[0].logits)
    with pytest.raises(PreprocessingError, match="'small'.*3 × 3 × 3.*set crop_px"):
        model.predict(image, how.replace(name="small", crop_px=3))


def test_what_it_sees_is_read_as_its_own_preprocessing_makes_it(model):
    image = photo()
    own = model.preprocessing
    cut = own.cropped(image)
    np.testing.assert_array_equal(model.seen(image), cut)
    np.testing.assert_array_equal(model.seen(image, own.replace(channel_order="RGB")), cut[:, :, ::-1])
    brighter = np.minimum(cut + np.rint(own.mean[::-1]), 255)
    assert np.abs(model.seen(image, own.replace(mean=0)) - brighter).max() <= 1
    flat = model.seen(image, own.replace(scale=1 / 255, mean=0)).astype(float)
    assert np.abs(flat - own.mean[::-1]).max() <= 1.5, "nothing but the means is left"


# Several crops -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("crop", ["five", "ten"])
def test_answers_to_several_crops_are_averaged(model, crop):
    how = preset("caffe2-aspect").replace(name="several", crop=crop, resize_px=60, crop_px=40)
    images = [photo(), photo(30, 70), photo(80, 80)]
    logits, probabilities = model.answers(how(images), how)
    for row, (image, prediction) in enumerate(zip(images, model.predict(images, how), strict=True)):
        singles = [model.predict_tensor(how(image)[at : at + 1])[0] for at in range(len(how.windows))]
        mean = np.mean([single.probabilities for single in singles], axis=0)
        np.testing.assert_allclose(prediction.probabilities, mean, atol=1e-5)
        np.testing.assert_allclose(softmax(prediction.logits), mean, atol=1e-5)
        np.testing.assert_allclose(prediction.logits, logits[row], atol=1e-5)
        np.testing.assert_allclose(prediction.probabilities, probabilities[row], atol=1e-6)


def test_activations_are_the_first_crops(model):
    image = photo()
    several = preset("ten-crop").replace(resize_px=60, crop_px=40)
    one = several.replace(crop="centre")
    expected = model.activations(image, preprocessing=one)
    prediction, observed = model.observe(image, several)
    for name, array in model.activations(image, preprocessing=several).items():
        np.testing.assert_allclose(array, expected[name], rtol=1e-5, atol=1e-4)
        np.testing.assert_allclose(observed[name], expected[name], rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(prediction.logits, model.predict(image, several).logits, rtol=1e-5)


def test_ranges_are_those_of_the_arrays(model):
    activations = model.activations(photo())
    ranges = activations.ranges()
    assert [*ranges] == [*activations]
    for name, (least, largest, zeros) in ranges.items():
        array = activations[name]
        assert (least, largest) == (array.min(), array.max())
        assert zeros == np.count_nonzero(array == 0) / array.size


@pytest.mark.parametrize(
    ("layers", "names"),
    [("conv1", ["conv1"]), (["pool10", "conv1:pre"], ["pool10", "conv1:pre"]), (("softmaxout",), ["softmaxout"])],
)
def test_observe_some_layers(model, layers, names):
    image = photo()
    prediction, activations = model.observe(image, layers=layers)
    expected = model.activations(image, names)
    assert list(activations) == names
    for name in names:
        np.testing.assert_allclose(activations[name], expected[name], rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(prediction.logits, model.predict(image).logits, rtol=1e-5)


def test_observe_refuses_unknown_layers(model):
    with pytest.raises(LayerError, match="Did you mean 'conv1'"):
        model.observe(photo(), layers="conv_1")
    with pytest.raises(LayerError, match="empty list"):
        model.observe(photo(), layers=[])


# Weights -------------------------------------------------------------------------------------------------------------

CONVOLUTIONS = ["conv1", "fire2/squeeze1x1", "fire2/expand1x1", "fire2/expand3x3", "conv10"]


def stored(init):
    return {op.output[0]: np.array(op.arg[1].floats, np.float32).reshape(list(op.arg[0].ints)) for op in init.op}


def test_kernels_are_the_stored_weights(model):
    weights = stored(fire_net()[0])
    other = tiny_model(exported_net())
    theirs = [layer.name for layer in other.architecture if layer.kind == "convolution"]
    for name, number in zip(CONVOLUTIONS, theirs, strict=True):
        for source, layer in ((model, name), (other, number)):
            kernels, bias = source.kernels(layer)
            assert kernels.dtype == bias.dtype == np.float32
            np.testing.assert_array_equal(kernels, weights[f"{name}_w"])
            np.testing.assert_array_equal(bias, weights[f"{name}_b"])


def test_kernels_in_half_precision():
    halved = halve_weights(onnx.load_model_from_string(tiny_content()))
    model = Model(halved.SerializeToString(), name="half", sha256="00")
    weights = stored(fire_net()[0])
    for name in CONVOLUTIONS:
        kernels, bias = model.kernels(name)
        assert kernels.dtype == bias.dtype == np.float32
        np.testing.assert_array_equal(kernels, weights[f"{name}_w"].astype(np.float16))
        np.testing.assert_array_equal(bias, weights[f"{name}_b"].astype(np.float16))


@pytest.mark.parametrize("layer", ["pool1", "fire2/concat", "pool10", "softmaxout"])
def test_layers_without_kernels(model, layer):
    kind = model.architecture[layer].kind
    with pytest.raises(LayerError, match=f"{layer} has no kernels.*{kind}"):
        model.kernels(layer)


def test_kernels_of_an_unknown_layer(model):
    with pytest.raises(LayerError, match="Did you mean 'conv10'"):
        model.kernels("conv_10")
