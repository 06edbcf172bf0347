"""Preprocessing folded into weights, against a convolution done in loops."""

import numpy as np
import pytest

from squeezeviz.errors import ConversionError, ModelError
from squeezeviz.evidence.effective_kernels import effective_kernels
from squeezeviz.image import read_image
from squeezeviz.preprocessing import PRESETS, preset
from squeezeviz.preprocessing.folding import fold
from squeezeviz.runtime.export import fold_preprocessing
from tests.nets import fire_net, tiny_model
from tests.stacks import Stack
from tests.unit.test_endings import flat, gemm, model_of

RNG = np.random.default_rng(0)
ODD = preset("torchvision").replace(name="odd", channel_order="BGR", mean=(3, -2, 0.1), std=(0.5, -0.25, 7))


def convolved(values, kernels, bias):
    """(C, H, W) → (out, rows, columns), in float64, without padding."""
    high, wide = kernels.shape[2:]
    rows, columns = values.shape[1] - high + 1, values.shape[2] - wide + 1
    return np.array(
        [
            [[(k * values[:, y : y + high, x : x + wide]).sum() + b for x in range(columns)] for y in range(rows)]
            for k, b in zip(kernels.astype(np.float64), bias, strict=True)
        ]
    )


@pytest.mark.parametrize("how", [*PRESETS.values(), ODD], ids=lambda how: how.name)
def test_folded_kernels_on_plain_values_do_what_kernels_do_on_preprocessed_ones(how):
    how = how.replace(resize_px=9, crop_px=9)
    image = read_image(RNG.integers(0, 256, (20, 14, 3), dtype=np.uint8))
    kernels, bias = RNG.normal(size=(4, 3, 3, 2)).astype(np.float32), RNG.normal(size=4).astype(np.float32)
    plain = how.cropped(image).astype(np.float64)[:, :, :: -1 if how.channel_order == "BGR" else 1].transpose(2, 0, 1)
    preprocessed = (plain * how.scale - np.reshape(how.mean, (3, 1, 1))) / np.reshape(how.std, (3, 1, 1))
    expected = convolved(preprocessed, kernels, bias)
    got = convolved(plain, *fold(kernels, bias, how))
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("how", [*PRESETS.values(), ODD], ids=lambda how: how.name)
def test_effective_kernels_see_the_photos_own_pixels(how):
    model = tiny_model()
    image = read_image(RNG.integers(0, 256, (300, 240, 3), dtype=np.uint8))
    made = effective_kernels(model, image, how)
    assert (made.preprocessing, made.layer, made.kernels.shape, made.bias.shape) == (how, "conv1", (4, 3, 3, 3), (4,))
    (window, *_) = how.windows
    values = how.cropped(image, window).astype(np.float64).transpose(2, 0, 1)[:, :30, :30]
    expected = np.maximum(convolved(values, made.kernels, made.bias)[:, ::2, ::2], 0)
    activation = model.activations(image, "conv1", preprocessing=how)["conv1"]
    largest = activation.max()
    np.testing.assert_allclose(activation[:, :14, :14], expected, atol=1e-5 * largest)
    assert made.largest == largest
    assert 0 <= made.difference < 1e-5 * largest


def test_a_first_layer_without_relu():
    init, net = fire_net()
    del net.op[1]
    made = effective_kernels(tiny_model((init, net)), read_image("hopper"), preset("caffe2"))
    assert made.difference < 1e-5 * made.largest


def test_a_first_layer_that_pads_is_refused():
    init, net = fire_net()
    next(argument for argument in net.op[0].arg if argument.name == "pad").i = 1
    with pytest.raises(ModelError, match="without padding"):
        effective_kernels(tiny_model((init, net)), read_image("hopper"), preset("caffe2"))


def test_a_first_layer_in_groups_is_refused():
    net = Stack(seed=1)
    model = model_of(net, gemm(net, flat(net, net.mean(net.conv("data", 6, groups=3)))))
    with pytest.raises(ModelError, match="read all 3 channels of the input, found kernels of 1"):
        effective_kernels(model, read_image(RNG.integers(0, 256, (16, 16, 3), dtype=np.uint8)), model.preprocessing)


@pytest.mark.parametrize("how", [{"pads": [0, 1, 0, 0]}, {"auto_pad": "SAME_UPPER"}, {"auto_pad": "SAME_LOWER"}])
def test_no_file_is_made_where_padding_would_see_no_means(how):
    net = Stack(seed=1)
    proto = net.model(net.mean(net.node("Conv", ["data", net.weight(4, 3, 3, 3)], 4, **how)))
    with pytest.raises(ConversionError, match="pads its input"):
        fold_preprocessing(proto, ODD)
