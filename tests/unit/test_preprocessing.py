"""Preprocessing against arithmetic done by hand, and its geometry as a property."""

import io
import math
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import ImageOps

from squeezeviz.errors import PreprocessingError
from squeezeviz.image import MOST_PIXELS, read_image
from squeezeviz.preprocessing import PRESETS, Preprocessing, Window, preset

RNG = np.random.default_rng(0)
CAFFE2 = preset("caffe2")
CORNERS = {"top-left": (0, 0), "top-right": (1, 0), "bottom-left": (0, 1), "bottom-right": (1, 1)}
FILTERS = {
    "box": Pillow.Resampling.BOX,
    "bilinear": Pillow.Resampling.BILINEAR,
    "hamming": Pillow.Resampling.HAMMING,
    "bicubic": Pillow.Resampling.BICUBIC,
    "lanczos": Pillow.Resampling.LANCZOS,
}


def photo(width, height):
    return read_image(RNG.integers(0, 256, (height, width, 3), dtype=np.uint8))


def neighbours(count, size):
    """For each of `count` output pixels, the shares of `size` input pixels; what lies beyond the edge is the edge."""
    shares = np.zeros((count, size))
    for at in range(count):
        centre = (at + 0.5) * size / count - 0.5
        below = math.floor(centre)
        for pixel, share in ((below, 1 - (centre - below)), (below + 1, centre - below)):
            shares[at, min(max(pixel, 0), size - 1)] += share
    return shares


def bilinear_by_hand(pixels, size):
    """Blend the four nearest, in float64; `size` is (width, height)."""
    rows, columns = neighbours(size[1], pixels.shape[0]), neighbours(size[0], pixels.shape[1])
    return np.floor(np.einsum("yh,hwc,xw->yxc", rows, pixels.astype(np.float64), columns) + 0.5).astype(np.uint8)


def nearest_by_hand(pixels, size):
    return np.array(
        [
            [pixels[(2 * y + 1) * pixels.shape[0] // (2 * size[1]), (2 * x + 1) * pixels.shape[1] // (2 * size[0])]
             for x in range(size[0])]
            for y in range(size[1])
        ]
    )  # fmt: skip


def size_by_hand(image, how):
    if how.resize == "none":
        return image.width, image.height
    if how.resize == "squash":
        return how.resize_px, how.resize_px
    side = (min if how.resize == "shorter-side" else max)(image.width, image.height)
    exact = (Fraction(s * how.resize_px, side) for s in (image.width, image.height))
    return tuple(max(1, math.floor(s + Fraction(1, 2))) for s in exact)


def canvas_by_hand(image, how):
    """What crops are taken from: the resized photo, in the middle of a square where it is padded."""
    size = size_by_hand(image, how)
    if how.antialias:
        resized = image.picture.resize(size, FILTERS[how.interpolation])
    else:
        by_hand = bilinear_by_hand if how.interpolation == "bilinear" else nearest_by_hand
        resized = Pillow.fromarray(by_hand(image.pixels, size))
    if how.resize != "longer-side":
        return resized
    square = Pillow.new("RGB", (how.resize_px, how.resize_px), how.padding)
    square.paste(resized, ((how.resize_px - size[0]) // 2, (how.resize_px - size[1]) // 2))
    return square


def crop_by_hand(canvas, how, x, y):
    left, top = (math.floor((side - how.crop_px) * place) for side, place in zip(canvas.size, (x, y), strict=True))
    return canvas.crop((left, top, left + how.crop_px, top + how.crop_px))


# Resize and crop -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), [(40, 30), (9, 50), (8, 8), (1, 1), (100, 3)])
@pytest.mark.parametrize("resize", ["squash", "shorter-side"])
def test_bilinear_blends_the_four_nearest_pixels(width, height, resize):
    how = CAFFE2.replace(name="small", resize=resize, resize_px=16, crop_px=11)
    image = photo(width, height)
    expected = np.asarray(crop_by_hand(canvas_by_hand(image, how), how, 0.5, 0.5)).astype(int)
    difference = np.abs(how.cropped(image) - expected)
    assert difference.max() <= 1, "float32 may round a tie the other way, never more"
    assert (difference > 0).mean() < 0.01


def test_antialiased_is_pillows_own_resize():
    image = photo(60, 44)
    how = CAFFE2.replace(name="a", antialias=True, resize_px=20, crop_px=12)
    resized = image.picture.resize((20, 20), Pillow.Resampling.BILINEAR)
    np.testing.assert_array_equal(how.cropped(image), np.asarray(resized)[4:16, 4:16])


def test_nearest_takes_the_pixel_under_the_centre():
    image = photo(60, 44)
    how = CAFFE2.replace(name="n", interpolation="nearest", resize_px=20, crop_px=12)
    expected = [[image.pixels[int((y + 4.5) * 44 / 20), int((x + 4.5) * 3)] for x in range(12)] for y in range(12)]
    np.testing.assert_array_equal(how.cropped(image), expected)


INTERPOLATIONS = [("nearest", False), ("bilinear", False), *((name, True) for name in FILTERS)]


@pytest.mark.parametrize(("interpolation", "antialias"), INTERPOLATIONS)
@pytest.mark.parametrize("resize", ["squash", "shorter-side", "longer-side", "none"])
def test_every_window_is_cut_from_the_canvas(resize, interpolation, antialias):
    how = CAFFE2.replace(
        name="t", resize=resize, interpolation=interpolation, antialias=antialias, resize_px=24, crop_px=15
    )
    for width, height in ((61, 44), (44, 61), (24, 24), (15, 90)):
        image = photo(width, height)
        canvas = canvas_by_hand(image, how)
        for crop, place in [("centre", (0.5, 0.5)), *CORNERS.items(), ((0.3, 0.85), (0.3, 0.85))]:
            expected = np.asarray(crop_by_hand(canvas, how, *place)).astype(int)
            difference = np.abs(how.replace(crop=crop).cropped(image) - expected)
            # Blending in float32 may round a tie the other way; everything else is exact.
            assert difference.max() <= (interpolation == "bilinear" and not antialias), (width, height, crop)


def test_nearest_agrees_with_pillow():
    image = photo(60, 44)
    how = CAFFE2.replace(name="n", interpolation="nearest", resize_px=23, crop_px=23)
    expected = image.picture.resize((23, 23), Pillow.Resampling.NEAREST)
    np.testing.assert_array_equal(how.cropped(image), np.asarray(expected))


@pytest.mark.parametrize("crop", ["five", "ten"])
def test_several_windows_are_centre_corners_and_their_mirror_images(crop):
    how = CAFFE2.replace(name="t", resize="shorter-side", resize_px=24, crop_px=15)
    image = photo(61, 44)
    five = [how.replace(crop=place).cropped(image) for place in ("centre", *CORNERS)]
    mirrored = [np.asarray(ImageOps.mirror(Pillow.fromarray(window))) for window in five]
    several = how.replace(crop=crop)
    expected = five + mirrored if crop == "ten" else five
    assert len(several.windows) == len(expected)
    for window, pixels in zip(several.windows, expected, strict=True):
        np.testing.assert_array_equal(several.cropped(image, window), pixels)
    np.testing.assert_array_equal(several.cropped(image), five[0])
    assert several.first_crop.windows == several.windows[:1]
    np.testing.assert_array_equal(several.first_crop(image), several(image)[:1])
    assert how.first_crop is how


def test_windows_of_one_picture_stand_together():
    how = CAFFE2.replace(name="t", resize_px=24, crop_px=15, crop="ten")
    images = [photo(61, 44), photo(20, 90)]
    tensor = how(images)
    assert tensor.shape == (20, 3, 15, 15)
    for at, image in enumerate(images):
        for row, window in enumerate(how.windows):
            alone = how.to_picture(tensor[10 * at + row])
            np.testing.assert_array_equal(alone, how.cropped(image, window))


def test_an_odd_row_of_padding_is_below():
    image = photo(10, 7)
    how = CAFFE2.replace(name="t", resize="longer-side", resize_px=10, crop_px=10, padding=(1, 2, 3))
    cut = how.cropped(image)
    np.testing.assert_array_equal(cut[1:8], image.pixels)
    assert (cut[[0, 8, 9]] == (1, 2, 3)).all()


def test_a_crop_may_hold_nothing_but_padding():
    how = CAFFE2.replace(name="t", resize="longer-side", resize_px=40, crop_px=5, crop="top-left", padding=(9, 8, 7))
    assert (how.cropped(photo(40, 4)) == (9, 8, 7)).all()
    assert how.geometry(40, 4).filled[1] == how.geometry(40, 4).filled[3] == 5


def test_the_photo_as_it_is_must_be_large_enough():
    how = CAFFE2.replace(name="t", resize="none", crop_px=20)
    image = photo(20, 20)
    np.testing.assert_array_equal(how.cropped(image), image.pixels)
    with pytest.raises(PreprocessingError, match=r"20 × 20 px out of a photo of 30 × 19 px.*must fit"):
        how.cropped(photo(30, 19))


def test_half_a_pixel_is_rounded_up():
    assert preset("letterbox").geometry(20, 40).resized == (114, 227)
    # 1494 · 227 / 332 is 1021.5.
    assert CAFFE2.replace(resize="shorter-side", resize_px=227).geometry(1494, 332).resized == (1022, 227)


def test_a_thin_photo_is_not_blown_up_whole(monkeypatch):
    """Its shorter side to 256 would make a picture larger than any that is read."""
    resize = Pillow.Image.resize

    def spy(picture, size, *rest, **options):
        assert size[0] * size[1] <= MOST_PIXELS, size
        return resize(picture, size, *rest, **options)

    monkeypatch.setattr(Pillow.Image, "resize", spy)
    assert preset("torchvision").cropped(photo(1, 2000)).shape == (224, 224, 3)


# Which way is up -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file_format", ["PNG", "JPEG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_ignored_takes_the_pixels_as_they_are_stored(orientation, file_format):
    buffer = io.BytesIO()
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    photo(48, 32).picture.save(buffer, file_format, exif=exif)
    stored = Pillow.open(buffer)
    image = read_image(buffer.getvalue())
    assert image.orientation == orientation
    np.testing.assert_array_equal(image.as_stored.pixels, np.asarray(stored))
    np.testing.assert_array_equal(image.pixels, np.asarray(ImageOps.exif_transpose(stored)))
    how = CAFFE2.replace(name="t", resize="shorter-side", resize_px=24, crop_px=20, crop="top-left")
    ignoring = how.replace(respect_exif=False)
    np.testing.assert_array_equal(how.cropped(image), how.cropped(read_image(ImageOps.exif_transpose(stored))))
    np.testing.assert_array_equal(ignoring.cropped(image), how.cropped(read_image(np.asarray(stored))))
    assert image.as_stored.as_stored is image.as_stored
    assert bool(image.as_stored.notes) == (orientation != 1)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_means_nothing(orientation):
    buffer = io.BytesIO()
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    photo(4, 6).picture.save(buffer, "PNG", exif=exif)
    image = read_image(buffer.getvalue())
    assert (image.orientation, image.notes) == (1, ())
    assert image.as_stored is image


# Levels --------------------------------------------------------------------------------------------------------------


def test_the_published_arithmetic():
    image = photo(300, 200)
    tensor = CAFFE2(image)
    assert tensor.shape == (1, 3, 227, 227)
    assert tensor.dtype == np.float32
    bgr = CAFFE2.cropped(image)[:, :, ::-1].astype(np.float64) - [103.96, 116.78, 123.68]
    np.testing.assert_allclose(tensor[0], bgr.transpose(2, 0, 1), atol=1e-5)


@pytest.mark.parametrize("order", ["RGB", "BGR"])
def test_channels_scale_mean_and_std(order):
    mean, std = (0.1, 0.2, -0.3), (0.5, -0.25, 2.0)
    how = Preprocessing(
        name="t", channel_order=order, scale=1 / 255, mean=mean, std=std, crop="ten", resize_px=40, crop_px=30
    )
    image = photo(50, 50)
    for planes, window in zip(how(image), how.windows, strict=True):
        values = how.cropped(image, window).astype(np.float64)[:, :, :: 1 if order == "RGB" else -1]
        expected = (values / 255 - mean) / std
        np.testing.assert_allclose(planes, expected.transpose(2, 0, 1), atol=1e-5)


def test_one_number_stands_for_three():
    one = CAFFE2.replace(mean=5, std=2)
    assert (one.mean, one.std) == ((5.0, 5.0, 5.0), (2.0, 2.0, 2.0))
    assert one == CAFFE2.replace(mean=[5, 5, 5], std=(2, 2, 2))
    assert hash(one) == hash(CAFFE2.replace(mean=(5, 5, 5), std=2.0))


@pytest.mark.parametrize(
    "how",
    [CAFFE2, Preprocessing(name="t", channel_order="RGB", scale=1 / 255, mean=(0.1, 0.2, 0.3), std=(0.5, 0.25, 2.0))],
)
def test_the_tensor_maps_back_to_the_picture(how):
    image = photo(70, 90)
    np.testing.assert_array_equal(how.seen_by_network(image), how.cropped(image))


def test_a_batch_is_its_images():
    images = [photo(30, 40), photo(90, 20)]
    np.testing.assert_array_equal(CAFFE2(images), np.concatenate([CAFFE2(image) for image in images]))


# Geometry ------------------------------------------------------------------------------------------------------------

sizes = st.integers(1, 20000)
points = st.tuples(st.floats(-500, 800), st.floats(-500, 800))
shares = st.floats(0, 1)
windows = st.builds(Window, x=shares, y=shares, is_flipped=st.booleans())


@st.composite
def preprocessings(draw, most_px=400, interpolation="bilinear"):
    resize_px = draw(st.integers(1, most_px))
    return CAFFE2.replace(
        name="t",
        resize=draw(st.sampled_from(["squash", "shorter-side", "longer-side"])),
        interpolation=interpolation,
        resize_px=resize_px,
        crop_px=draw(st.integers(1, resize_px)),
        crop=draw(st.sampled_from(["centre", "five", "ten", *CORNERS]) | st.tuples(shares, shares)),
        padding=draw(st.tuples(*[st.integers(0, 255)] * 3)),
    )


@given(sizes, sizes, preprocessings() | st.sampled_from(list(PRESETS.values())), windows, points)
def test_there_and_back_is_where_one_was(width, height, how, window, point):
    geometry = how.geometry(width, height, window)
    back = geometry.to_input(*geometry.to_original(*point))
    assert back == pytest.approx(point, abs=1e-6)


@given(sizes, sizes, preprocessings() | st.sampled_from(list(PRESETS.values())))
def test_the_photo_is_resized_as_it_says(width, height, how):
    resized = how.geometry(width, height).resized
    if how.resize == "squash":
        assert resized == (how.resize_px, how.resize_px)
        return
    side = (min if how.resize == "shorter-side" else max)(width, height)
    assert (min if how.resize == "shorter-side" else max)(resized) == how.resize_px
    for after, before in zip(resized, (width, height), strict=True):
        exact = before * how.resize_px / side
        assert abs(after - exact) <= 0.5 + 1e-9 * exact or (after == 1 and exact < 1)


@given(sizes, sizes, preprocessings() | st.sampled_from(list(PRESETS.values())), windows)
def test_every_window_lies_in_the_canvas_where_it_should(width, height, how, window):
    for chosen in (*how.windows, window):
        geometry = how.geometry(width, height, chosen)
        assert geometry.crop[2:] == (how.crop_px, how.crop_px)
        assert geometry.is_flipped == chosen.is_flipped
        for start, photo_px, place in zip(geometry.crop[:2], geometry.resized, (chosen.x, chosen.y), strict=True):
            canvas_px = how.resize_px if how.resize == "longer-side" else photo_px
            room = canvas_px - how.crop_px
            before = start + (canvas_px - photo_px) // 2
            assert 0 <= before <= room
            assert abs(before - room * place) < 1
        left, top, right, bottom = geometry.visible
        if how.resize != "longer-side":
            assert left >= 0 <= top
            assert right <= width * (1 + 1e-9)
            assert bottom <= height * (1 + 1e-9)


@given(sizes, sizes, preprocessings(), windows)
def test_a_mirrored_window_shows_the_same_part(width, height, how, window):
    mirrored = Window(window.x, window.y, is_flipped=not window.is_flipped)
    one, other = how.geometry(width, height, window), how.geometry(width, height, mirrored)
    assert one.visible == other.visible
    assert one.filled == other.filled
    x, y = one.to_original(3.25, 1.5)
    assert other.to_original(how.crop_px - 3.25, 1.5) == pytest.approx((x, y), abs=1e-9 * width)


small = st.integers(1, 50)


@settings(max_examples=60, deadline=None)
@given(small, small, preprocessings(40, "nearest"), windows, st.randoms(use_true_random=False))
def test_each_pixel_comes_from_where_the_geometry_says(width, height, how, window, random):
    pixels = np.frombuffer(random.randbytes(width * height * 3), np.uint8).reshape(height, width, 3)
    geometry = how.geometry(width, height, window)
    cut = how.cropped(read_image(pixels), window)
    left, top, right, bottom = geometry.filled
    if window.is_flipped:
        left, right = how.crop_px - right, how.crop_px - left
    for row in range(how.crop_px):
        for column in range(how.crop_px):
            x, y = geometry.to_original(column + 0.5, row + 0.5)
            if not (left <= column < right and top <= row < bottom):
                assert not (0 <= x < width and 0 <= y < height)
                assert tuple(cut[row, column]) == how.padding
                continue
            # A centre exactly between two pixels may belong to either.
            either = {(int(x + e), int(y + f)) for e in (-1e-9, 1e-9) for f in (-1e-9, 1e-9)}
            assert tuple(cut[row, column]) in {tuple(pixels[b, a]) for a, b in either if a < width and b < height}


def test_a_pixel_is_found_where_the_geometry_says():
    """One bright pixel in the photo, big enough to be one pixel of the input too."""
    pixels = np.zeros((512, 512, 3), np.uint8)
    pixels[100:102, 300:302] = 255
    image = read_image(pixels)
    x, y = CAFFE2.geometry(512, 512).to_input(301, 101)
    row, column = np.argwhere(CAFFE2.cropped(image)[:, :, 0] == 255)[0]
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


@given(preprocessings())
def test_any_description_survives_json(how):
    odd = how.replace(name="Ünïcode → \u2028", origin='"', scale=1 / 3, mean=1e-9, std=(1e9, -0.1, 5))
    arrived = Preprocessing.from_json(odd.to_json())
    assert arrived == odd
    assert hash(arrived) == hash(odd)
    assert arrived.windows == odd.windows


def test_what_json_leaves_out_is_the_default():
    assert Preprocessing.from_json('{"name": "x", "mean": 2, "crop": [0, 1], "padding": [0, 0, 0]}') == Preprocessing(
        name="x", mean=(2, 2, 2), crop=(0, 1), padding=(0, 0, 0)
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"resize": "none"}, "centre crop 227 × 227 → BGR"),
        ({"resize": "longer-side"}, "longer side to 256, padded to a square → centre crop 227 × 227"),
        ({"resize": "longer-side", "resize_px": 227}, "longer side to 227, padded to a square → BGR"),
        ({"resize_px": 227}, "squash to 227 × 227 → BGR"),
        ({"crop": "ten"}, "ten crops 227 × 227"),
        ({"crop": "five"}, "five crops 227 × 227"),
        ({"crop": "top-left"}, "crop at top-left 227 × 227"),
        ({"crop": (0.25, 1)}, "crop at 25%, 100% 227 × 227"),
        ({"respect_exif": False}, "EXIF ignored → squash"),
        ({"interpolation": "lanczos", "antialias": True}, "lanczos, antialiased"),
        ({"scale": 0.5, "std": 2}, "values × 0.5 → minus the means"),
        ({"std": 2}, "123.68 → divided by 2"),
        ({"scale": 1 / 255, "mean": 0}, "BGR → values ÷ 255"),
        ({"scale": 1 / 127.5, "mean": 1}, "values ÷ 127.5 → minus 1"),
        ({"scale": 0.0078125, "mean": -1}, "values ÷ 128 → plus 1"),
        ({"scale": 0.0039, "mean": 0.5, "std": 0.25}, "values × 0.0039 → minus 0.5 → divided by 0.25"),
        ({"scale": 0.00392157, "mean": 0}, "values × 0.00392157"),
        ({"scale": -1}, "values × -1 → minus the means"),
    ],
)
def test_descriptions_in_words(changes, words):
    assert words in CAFFE2.replace(**changes).describe()


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
        ({"mean": float("nan")}, "mean"),
        ({"mean": "grey"}, "mean"),
        ({"mean": True}, "mean"),
        ({"mean": (1, 2, True)}, "mean"),
        ({"mean": 10**400}, "mean"),
        ({"std": 0}, "not zero"),
        ({"std": (1, 2, 3, 4)}, "three finite numbers"),
        ({"scale": 0}, "not zero"),
        ({"scale": True}, "scale"),
        ({"scale": "1"}, "scale"),
        ({"scale": 10**400}, "scale"),
        ({"scale": float("inf")}, "finite"),
        # What float32 cannot hold would reach the network as infinity, and nothing as a picture.
        ({"mean": 1e39}, "mean"),
        ({"std": 1e-300}, "std"),
        ({"scale": 1e-300}, "scale"),
        ({"crop_px": 0}, "crop_px"),
        ({"crop_px": -1}, "crop_px"),
        ({"crop_px": True}, "crop_px"),
        ({"resize_px": True}, "resize_px"),
        ({"resize_px": "256"}, "resize_px"),
        ({"interpolation": "bicubic"}, "set antialias=True"),
        ({"interpolation": "box"}, "set antialias=True"),
        ({"interpolation": "nearest", "antialias": True}, "set antialias=False"),
        ({"respect_exif": "no"}, "respect_exif"),
        ({"respect_exif": 1}, "respect_exif"),
        ({"antialias": None}, "antialias"),
        ({"padding": (0, 0)}, "red, green, blue"),
        ({"padding": (0, 0, 256)}, "padding"),
        ({"padding": (0, 0, -1)}, "padding"),
        ({"padding": (0.5, 0, 0)}, "padding"),
        ({"padding": (True, 0, 0)}, "padding"),
        ({"padding": "black"}, "padding"),
        ({"padding": 0}, "padding"),
        ({"crop": "middle"}, "'centre'"),
        ({"crop": "ten", "resize": "none", "crop_px": 5000}, "4096"),
        ({"crop": (1.01, 0)}, "from 0 to 1"),
        ({"crop": (-0.01, 0)}, "from 0 to 1"),
        ({"crop": (0, float("nan"))}, "from 0 to 1"),
        ({"crop": (True, 0)}, "from 0 to 1"),
        ({"crop": (0.5, 0.5, 0.5)}, "from 0 to 1"),
        ({"crop": (10**400, 0)}, "from 0 to 1"),
        ({"crop": None}, "'centre'"),
        ({"name": 3}, "name"),
        ({"name": None}, "name"),
        ({"origin": 3}, "origin"),
        ({"colour": 1}, "no field"),
        ({"resize_py": 1}, "Did you mean 'resize_px'"),
    ],
)
def test_impossible_choices_are_refused_in_words(changes, words):
    with pytest.raises(PreprocessingError) as caught:
        CAFFE2.replace(**changes)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "3",
        "null",
        "[" * 100_000,
        '{"mean": [1]}',
        '{"name": "x", "extra": 1}',
        '{"name": "x", "mean": "grey"}',
        '{"name": "x", "mean": [[1], 2, 3]}',
        '{"name": "x", "mean": NaN}',
        '{"name": "x", "scale": 1e999}',
        '{"name": "x", "crop": {"x": 0, "y": 0}}',
        '{"name": "x", "crop": [[0, 0]]}',
        '{"name": "x", "resize": ["squash"]}',
        '{"name": ["x"]}',
    ],
    ids=lambda text: text[:32],
)
def test_malformed_json_is_refused(text):
    with pytest.raises(PreprocessingError):
        Preprocessing.from_json(text)


def test_an_unknown_preset_suggests_the_nearest():
    with pytest.raises(PreprocessingError, match="Did you mean 'caffe2'"):
        preset("cafe2")


def test_no_preset_says_that_it_is_the_default_for_each_model_begins_with_its_own():
    assert [how.name for how in PRESETS.values() if "default" in how.origin] == []


def test_slope_and_offset_are_worked_out_once_and_nobody_writes_to_them():
    how = preset("torchvision")
    slope, offset = how.affine
    for each in (slope, offset):
        with pytest.raises(ValueError, match="read-only"):
            each[0] = 1
    assert how.affine[0] is slope
    assert how.replace(scale=2 * how.scale).affine[0] == pytest.approx(2 * slope)
