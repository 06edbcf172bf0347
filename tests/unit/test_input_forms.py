"""Inputs that are not square, and grey ones: what a preprocessing makes of a photo for them."""

import io

import numpy as np
import pytest
from PIL import Image as Pillow

from squeezeviz.errors import PreprocessingError
from squeezeviz.image import read_image
from squeezeviz.preprocessing import PRESETS, Preprocessing, preset

RNG = np.random.default_rng(0)
PLAIN = preset("caffe2").replace(name="plain", mean=0, channel_order="RGB")
GREY = Preprocessing(name="grey", channel_order="grey", mean=0.5, std=0.25, scale=1 / 255, resize_px=20, crop_px=20)


def photo(width=60, height=44):
    return read_image(RNG.integers(0, 256, (height, width, 3), dtype=np.uint8))


# Not square ----------------------------------------------------------------------------------------------------------


def test_a_size_is_one_number_or_height_and_width():
    wide = PLAIN.replace(resize_px=(24, 32), crop_px=(24, 32))
    assert wide.input_px == (24, 32)
    assert wide(photo()).shape == (1, 3, 24, 32)
    assert wide.cropped(photo()).shape == wide.seen_by_network(photo()).shape == (24, 32, 3)
    assert PLAIN.replace(crop_px=(24, 24)) == PLAIN.replace(crop_px=24)
    assert PLAIN.input_px == (227, 227)
    assert Preprocessing.from_json(wide.to_json()) == wide


@pytest.mark.parametrize("px", [(24,), (24, 32, 3), (0, 24), (24, 4097), (24, 2.0), (True, 24), [24, 32], "24", None])
def test_what_is_no_size_is_refused(px):
    for what in ("crop_px", "resize_px"):
        with pytest.raises(PreprocessingError, match=rf"{what} is .*expected a whole number of pixels .*height, width"):
            PLAIN.replace(**{what: px})


@pytest.mark.parametrize(("resize_px", "crop_px"), [(20, (24, 32)), ((24, 20), (24, 32)), ((20, 32), 24)])
def test_a_crop_must_fit_along_both_sides(resize_px, crop_px):
    with pytest.raises(PreprocessingError, match="the crop must fit"):
        PLAIN.replace(resize_px=resize_px, crop_px=crop_px)
    with pytest.raises(PreprocessingError, match=r"crops 32 × 24 px out of a photo of 30 × 60 px"):
        PLAIN.replace(resize="none", crop_px=(24, 32)).cropped(photo(30, 60))


@pytest.mark.parametrize(("width", "height"), [(60, 44), (44, 60), (40, 30), (30, 30), (200, 7), (7, 200)])
def test_a_photo_covers_a_rectangle_or_fits_into_it_in_its_own_aspect_ratio(width, height):
    image = photo(width, height)
    covers = PLAIN.replace(resize="shorter-side", resize_px=(24, 32), crop_px=(24, 32)).geometry(width, height)
    across, down = covers.resized
    assert across >= 32
    assert down >= 24
    assert across == 32 or down == 24
    assert abs(across * height - down * width) <= max(width, height), "but for half a pixel, its own aspect ratio"
    fits = PLAIN.replace(resize="longer-side", resize_px=(24, 32), crop_px=(24, 32), padding=(1, 2, 3))
    across, down = fits.geometry(width, height).resized
    assert across <= 32
    assert down <= 24
    assert across == 32 or down == 24
    left, top, right, bottom = fits.geometry(width, height).filled
    assert (right - left, bottom - top) == (across, down)
    outside = np.ones((24, 32), bool)
    outside[top:bottom, left:right] = False
    assert (fits.cropped(image)[outside] == (1, 2, 3)).all()


@pytest.mark.parametrize("crop", ["centre", "top-left", "bottom-right", (0.25, 0.75), "ten"])
def test_crops_of_a_rectangle_are_those_of_the_resized_photo(crop):
    image = photo()
    how = PLAIN.replace(interpolation="bilinear", antialias=True, resize_px=(30, 50), crop_px=(24, 32), crop=crop)
    resized = np.asarray(image.picture.resize((50, 30), Pillow.Resampling.BILINEAR))
    for window, tensor in zip(how.windows, how(image), strict=True):
        top, left = int((30 - 24) * window.y), int((50 - 32) * window.x)
        expected = resized[top : top + 24, left : left + 32]
        np.testing.assert_array_equal(tensor.transpose(1, 2, 0), expected[:, ::-1] if window.is_flipped else expected)


def test_points_go_to_the_photo_and_back():
    geometry = PLAIN.replace(resize_px=(27, 37), crop_px=(24, 32)).geometry(60, 44)
    assert geometry.crop == (2, 1, 32, 24)
    for point in ((0, 0), (32, 24), (7.5, 20.25)):
        assert geometry.to_input(*geometry.to_original(*point)) == pytest.approx(point)
    assert geometry.to_original(32, 24) == pytest.approx((34 * 60 / 37, 25 * 44 / 27))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"resize_px": (24, 32)}, "squash to 24 × 32 → RGB"),
        ({"resize_px": (27, 37)}, "squash to 27 × 37 → centre crop 24 × 32 → RGB"),
        ({"resize": "shorter-side", "resize_px": (27, 37)}, "scaled to cover 27 × 37 → centre crop 24 × 32 → RGB"),
        ({"resize": "longer-side", "resize_px": (24, 32)}, "scaled to fit into 24 × 32, padded to it → RGB"),
        ({"resize": "none"}, "centre crop 24 × 32 → RGB"),
    ],
)
def test_rectangles_in_words(changes, words):
    assert PLAIN.replace(crop_px=(24, 32), **changes).describe() == words


# Grey ----------------------------------------------------------------------------------------------------------------


def test_grey_is_pillows_luma():
    image = photo()
    levels = np.asarray(image.picture.convert("L").resize((20, 20), Pillow.Resampling.BICUBIC), np.float32)
    how = GREY.replace(interpolation="bicubic", antialias=True)
    tensor = how(image)
    assert tensor.shape == (1, 1, 20, 20)
    np.testing.assert_allclose(tensor[0, 0], (levels / 255 - 0.5) / 0.25, atol=1e-5)
    np.testing.assert_array_equal(how.seen_by_network(image), np.repeat(levels[..., None], 3, 2))
    assert how.channels == 1
    assert all(known.channels == 3 for known in PRESETS.values())
    assert how.describe().endswith("bicubic, antialiased → grey (ITU-R 601 luma) → values ÷ 255 → "
                                   "minus the mean 0.5 → divided by 0.25")  # fmt: skip


def test_that_a_photo_was_turned_to_grey_is_noted_once():
    image = photo()
    taken = GREY.photo(image)
    assert taken.notes == (*image.notes, "turned to grey (ITU-R 601 luma)")
    assert GREY.photo(taken) is taken
    buffer = io.BytesIO()
    Pillow.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16)).save(buffer, "PNG")
    grey = read_image(buffer.getvalue())
    assert GREY.photo(grey).notes == grey.notes, "nothing was done to it"
    np.testing.assert_array_equal(GREY.photo(grey).pixels, grey.pixels)


def test_one_mean_and_one_deviation_go_with_grey():
    assert (GREY.mean, GREY.std) == ((0.5,), (0.25,))
    assert Preprocessing.from_json(GREY.to_json()) == GREY
    assert GREY.replace(mean=(0.5,), std=(1, 1, 1)).std == (1.0,)
    with pytest.raises(PreprocessingError, match="mean is .*expected one finite number for grey"):
        preset("caffe2").replace(channel_order="grey")
    with pytest.raises(PreprocessingError, match="expected 'BGR' or 'RGB' or 'grey'"):
        GREY.replace(channel_order="gray")
    assert GREY.replace(channel_order="RGB").mean == (0.5, 0.5, 0.5), "one number stands for all"
