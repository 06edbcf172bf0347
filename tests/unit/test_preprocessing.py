"""Preprocessing against arithmetic done by hand, and its geometry as a property."""

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from squeezeviz.errors import PreprocessingError
from squeezeviz.image import read_image
from squeezeviz.preprocessing import PRESETS, Preprocessing, preset

RNG = np.random.default_rng(0)
CAFFE2 = preset("caffe2")


def photo(width, height):
    return read_image(RNG.integers(0, 256, (height, width, 3), dtype=np.uint8))


def bilinear_by_hand(pixels, left, top, size, resized):
    """One output pixel at a time, in float64: resize to `resized` = (width, height), then crop."""
    height, width = pixels.shape[:2]
    out = np.empty((size, size, 3), np.uint8)
    for y in range(size):
        for x in range(size):
            sx = (x + left + 0.5) * width / resized[0] - 0.5
            sy = (y + top + 0.5) * height / resized[1] - 0.5
            x0, y0 = math.floor(sx), math.floor(sy)
            fx, fy = sx - x0, sy - y0
            xs = [min(max(x0 + k, 0), width - 1) for k in (0, 1)]
            ys = [min(max(y0 + k, 0), height - 1) for k in (0, 1)]
            p = pixels.astype(np.float64)
            upper = p[ys[0], xs[0]] * (1 - fx) + p[ys[0], xs[1]] * fx
            lower = p[ys[1], xs[0]] * (1 - fx) + p[ys[1], xs[1]] * fx
            out[y, x] = np.floor(upper * (1 - fy) + lower * fy + 0.5)
    return out


@pytest.mark.parametrize(("width", "height"), [(40, 30), (9, 50), (8, 8), (1, 1), (100, 3)])
@pytest.mark.parametrize("resize", ["squash", "shorter-side"])
def test_bilinear_blends_the_four_nearest_pixels(width, height, resize):
    how = CAFFE2.replace(name="small", resize=resize, resize_px=16, crop_px=11)
    image = photo(width, height)
    shorter = min(width, height)
    resized = (16, 16) if resize == "squash" else tuple(math.floor(s * 16 / shorter + 0.5) for s in (width, height))
    expected = bilinear_by_hand(image.pixels, (resized[0] - 11) // 2, (resized[1] - 11) // 2, 11, resized)
    difference = np.abs(how.crop(image).astype(int) - expected)
    assert difference.max() <= 1, "float32 may round a tie the other way, never more"
    assert (difference > 0).mean() < 0.01


def test_antialiased_is_pillows_own_resize():
    image = photo(60, 44)
    how = CAFFE2.replace(name="a", interpolation="bilinear-antialiased", resize_px=20, crop_px=12)
    resized = image.picture.resize((20, 20), Pillow.Resampling.BILINEAR)
    np.testing.assert_array_equal(how.crop(image), np.asarray(resized)[4:16, 4:16])


def test_nearest_takes_the_pixel_under_the_centre():
    image = photo(60, 44)
    how = CAFFE2.replace(name="n", interpolation="nearest", resize_px=20, crop_px=12)
    expected = [[image.pixels[int((y + 4.5) * 44 / 20), int((x + 4.5) * 3)] for x in range(12)] for y in range(12)]
    np.testing.assert_array_equal(how.crop(image), expected)


def test_the_published_arithmetic():
    image = photo(300, 200)
    tensor = CAFFE2(image)
    assert tensor.shape == (1, 3, 227, 227)
    assert tensor.dtype == np.float32
    bgr = CAFFE2.crop(image)[:, :, ::-1].astype(np.float64) - [103.96, 116.78, 123.68]
    np.testing.assert_allclose(tensor[0], bgr.transpose(2, 0, 1), atol=1e-5)


def test_scale_mean_and_std_in_rgb_order():
    how = Preprocessing(name="t", channel_order="RGB", scale=1 / 255, mean=(0.1, 0.2, 0.3), std=(0.5, 0.25, 2.0))
    image = photo(50, 50)
    expected = (how.crop(image) / 255.0 - [0.1, 0.2, 0.3]) / [0.5, 0.25, 2.0]
    np.testing.assert_allclose(how(image)[0], expected.transpose(2, 0, 1), atol=1e-5)


@pytest.mark.parametrize(
    "how",
    [CAFFE2, Preprocessing(name="t", channel_order="RGB", scale=1 / 255, mean=(0.1, 0.2, 0.3), std=(0.5, 0.25, 2.0))],
)
def test_the_tensor_maps_back_to_the_picture(how):
    image = photo(70, 90)
    np.testing.assert_array_equal(how.seen_by_network(image), how.crop(image))


def test_a_batch_is_its_images():
    images = [photo(30, 40), photo(90, 20)]
    np.testing.assert_array_equal(CAFFE2(images), np.concatenate([CAFFE2(image) for image in images]))


# Geometry ------------------------------------------------------------------------------------------------------------

sizes = st.integers(1, 20000)
points = st.floats(-500, 800)


@given(sizes, sizes, st.sampled_from(list(PRESETS.values())), points, points)
def test_there_and_back_is_where_one_was(width, height, how, x, y):
    geometry = how.geometry(width, height)
    back = geometry.to_input(*geometry.to_original(x, y))
    assert back == pytest.approx((x, y), abs=1e-6)


@given(sizes, sizes, st.sampled_from(list(PRESETS.values())))
def test_the_crop_lies_inside_and_is_centred(width, height, how):
    geometry = how.geometry(width, height)
    left, top, right, bottom = geometry.visible
    assert left >= 0 <= top
    assert right <= width * (1 + 1e-9)
    assert bottom <= height * (1 + 1e-9)
    assert abs(geometry.resized[0] - 2 * geometry.crop[0] - 227) <= 1
    if how.resize == "shorter-side":
        assert min(geometry.resized) == 256
        assert (
            geometry.resized[0] / geometry.resized[1] == pytest.approx(width / height, rel=0.01)
            or max(geometry.resized) < 300
        )


def test_a_pixel_is_found_where_the_geometry_says():
    """One bright pixel in the photo, big enough to be one pixel of the input too."""
    pixels = np.zeros((512, 512, 3), np.uint8)
    pixels[100:102, 300:302] = 255
    image = read_image(pixels)
    x, y = CAFFE2.geometry(512, 512).to_input(301, 101)
    row, column = np.argwhere(CAFFE2.crop(image)[:, :, 0] == 255)[0]
    assert (column + 0.5, row + 0.5) == (x, y)


# Descriptions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", PRESETS.values(), ids=lambda p: p.name)
def test_presets_are_values(how):
    assert Preprocessing.from_json(how.to_json()) == how
    assert pickle.loads(pickle.dumps(how)) == how
    assert hash(how) == hash(Preprocessing.from_dict(how.to_dict()))
    assert how.origin
    assert preset(how.name) is how
    assert preset(how) is how


def test_the_published_preset_in_words():
    assert (
        CAFFE2.describe()
        == "squash to 256 × 256 → centre crop 227 × 227 → BGR → minus the means 103.96, 116.78, 123.68"
    )
    assert "shorter side to 256" in preset("caffe2-aspect").describe()
    assert "<li>BGR</li>" in CAFFE2._repr_html_()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"resize": "stretch"}, "'squash'"),
        ({"interpolation": "cubic"}, "'bilinear'"),
        ({"channel_order": "GRB"}, "'BGR'"),
        ({"resize_px": 0}, "resize_px"),
        ({"resize_px": 256.0}, "whole number"),
        ({"crop_px": 300}, "must fit"),
        ({"crop_px": 100_000}, "4096"),
        ({"mean": (1.0, float("nan"), 2.0)}, "mean"),
        ({"mean": (1.0, 2.0)}, "three finite numbers"),
        ({"std": (1.0, 0.0, 1.0)}, "not zero"),
        ({"scale": float("inf")}, "finite"),
        ({"colour": 1}, "no field"),
        ({"resize_py": 1}, "Did you mean 'resize_px'"),
    ],
)
def test_impossible_choices_are_refused_in_words(changes, words):
    with pytest.raises(PreprocessingError) as caught:
        CAFFE2.replace(**changes)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "[]", "3", '{"mean": [1]}', '{"name": "x", "extra": 1}', '{"name": "x", "mean": "grey"}']
)
def test_malformed_json_is_refused(text):
    with pytest.raises(PreprocessingError):
        Preprocessing.from_json(text)


def test_an_unknown_preset_suggests_the_nearest():
    with pytest.raises(PreprocessingError, match="Did you mean 'caffe2'"):
        preset("cafe2")
