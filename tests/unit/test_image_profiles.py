"""Embedded colour profiles: noted where they say anything, and applied where a preprocessing asks for it."""

import io
import pickle

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageCms

import squeezeviz as sv
from squeezeviz.image import read_image
from squeezeviz.preprocessing import Preprocessing, preset
from tests import icc

RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 256, (20, 30, 3), dtype=np.uint8)
P3 = icc.profile("Display P3")
NOTE = "colour profile Display P3, read as stored, as the published preprocessing does"


def encoded(pixels, file_format="PNG", **options):
    buffer = io.BytesIO()
    Pillow.fromarray(pixels).save(buffer, file_format, **options)
    return buffer.getvalue()


def in_srgb_by_hand(pixels):
    """Display P3 → sRGB, in float64, from the two standards' primaries and their one curve."""
    encoded = pixels / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ (np.linalg.inv(icc.SRGB) @ icc.DISPLAY_P3).T, 0, 1)
    return 255 * np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("file_format", ["PNG", "TIFF", "WEBP", "AVIF", "JPEG"])
def test_a_profile_is_noted_and_the_pixels_stay_as_stored(file_format):
    options = {"lossless": True} if file_format == "WEBP" else {}
    content = encoded(PIXELS, file_format, icc_profile=P3, **options)
    image = read_image(content)
    assert image.notes == (NOTE,)
    np.testing.assert_array_equal(image.pixels, np.asarray(Pillow.open(io.BytesIO(content))))


def test_colours_are_brought_to_srgb_as_the_standards_say():
    image = read_image(encoded(PIXELS, icc_profile=P3))
    turned = image.in_srgb
    assert np.abs(turned.pixels - in_srgb_by_hand(PIXELS)).max() <= 1.01
    assert np.abs(turned.pixels.astype(int) - PIXELS).max() > 20
    assert turned.notes == ("colours brought from Display P3 to sRGB",)
    assert turned.in_srgb is turned


def test_srgb_under_any_name_is_no_news():
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (own, icc.profile("c2", primaries=icc.SRGB)):
        image = read_image(encoded(PIXELS, icc_profile=profile))
        assert image.notes == ()
        assert image.in_srgb is image


def test_a_profile_that_only_calls_itself_srgb_is_not():
    assert "sRGB, read as stored" in read_image(encoded(PIXELS, icc_profile=icc.profile("sRGB"))).notes[0]


def test_grey_profiles():
    linear = icc.profile("Linear grey", b"GRAY", parameters=(1.0,))
    image = read_image(encoded(PIXELS[:, :, 0], icc_profile=linear))
    assert image.notes[-1] == "colour profile Linear grey, read as stored, as the published preprocessing does"
    u = PIXELS[:, :, 0] / 255
    expected = 255 * np.where(u <= 0.0031308, u * 12.92, 1.055 * u ** (1 / 2.4) - 0.055)
    assert np.abs(image.in_srgb.pixels - expected[:, :, None]).max() <= 1.01


def test_a_grey_profile_of_a_colour_picture_is_not_used():
    linear = icc.profile("Linear grey", b"GRAY", parameters=(1.0,))
    content = encoded(PIXELS, "TIFF", icc_profile=linear)
    assert read_image(content).notes == ("its colour profile is damaged, and not used",)


@pytest.mark.parametrize("profile", [b"junk", P3[:90], P3[:-200], P3[:128] + b"\xff" * 300, bytes(500)])
def test_a_damaged_profile_is_noted_and_passed_over(profile):
    image = read_image(encoded(PIXELS, icc_profile=profile))
    np.testing.assert_array_equal(image.pixels, PIXELS)
    assert image.notes == ("its colour profile is damaged, and not used",)
    assert image.in_srgb is image


def test_a_profile_of_other_numbers_than_rgb_is_noted_and_passed_over():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    picture = Pillow.fromarray(PIXELS).convert("CMYK")
    buffer = io.BytesIO()
    picture.save(buffer, "TIFF", icc_profile=lab)
    image = read_image(buffer.getvalue())
    assert image.notes[0] == "CMYK brought to RGB"
    assert "not used" in image.notes[1]
    assert image.in_srgb is image


def test_a_hostile_name_is_said_in_one_line():
    image = read_image(encoded(PIXELS, icc_profile=icc.profile("evil\n\x1b[31m<script>" + "x" * 500)))
    assert "\n" not in image.notes[0]
    assert "\x1b" not in image.notes[0]
    assert len(image.notes[0]) < 200


def test_a_lying_photo_keeps_its_profile():
    exif = Pillow.Exif()
    exif[0x0112] = 6
    image = read_image(encoded(PIXELS, icc_profile=P3, exif=exif))
    np.testing.assert_array_equal(image.as_stored.in_srgb.pixels, np.rot90(image.in_srgb.pixels, 1))
    assert NOTE in image.as_stored.notes


def test_an_image_with_a_profile_travels():
    image = pickle.loads(pickle.dumps(read_image(encoded(PIXELS, icc_profile=P3))))
    assert image.in_srgb.notes == ("colours brought from Display P3 to sRGB",)


# Preprocessing -------------------------------------------------------------------------------------------------------


def test_a_preprocessing_respects_the_profile_when_asked():
    image = read_image(encoded(PIXELS, icc_profile=P3))
    how = preset("caffe2").replace(name="t", resize="none", crop_px=20, crop="top-left")
    np.testing.assert_array_equal(how.cropped(image), PIXELS[:, :20])
    respecting = how.replace(respect_icc=True)
    np.testing.assert_array_equal(respecting.cropped(image), image.in_srgb.pixels[:, :20])
    np.testing.assert_array_equal(respecting.cropped(read_image(PIXELS)), PIXELS[:, :20])
    assert respecting.describe().startswith("colours to sRGB → ")


def test_the_field_is_checked_and_survives_json():
    with pytest.raises(sv.PreprocessingError, match="respect_icc is 'yes', expected True or False"):
        preset("caffe2").replace(respect_icc="yes")
    assert Preprocessing.from_json(preset("srgb").to_json()).respect_icc
    older = preset("caffe2").to_dict()
    del older["respect_icc"]
    assert Preprocessing.from_dict(older) == preset("caffe2")


def test_the_presets_differ_in_that_alone():
    assert preset("srgb").replace(name="caffe2", origin=preset("caffe2").origin, respect_icc=False) == preset("caffe2")
