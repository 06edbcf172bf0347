"""What people really do to photos, as candidates."""

import numpy as np
import pytest

from squeezeviz.image import read_image
from squeezeviz.preprocessing import PRESETS, Preprocessing, preset
from squeezeviz.preprocessing.candidates import candidates, choices, framing, habit, in_words

PHOTO = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)


def bare(how):
    return how.replace(name="x", origin="")


def test_the_habit_is_that_of_torchvision():
    assert bare(habit((3, 224, 224))) == bare(preset("torchvision"))
    assert candidates((3, 224, 224))[0] == habit((3, 224, 224))


@pytest.mark.parametrize("shape", [(3, 224, 224), (3, 24, 32), (1, 28, 28), (3, 4096, 4096), (3, 1, 1)])
def test_each_is_another_one_with_a_name_that_says_which(shape):
    made = candidates(shape)
    margins = 7 if max(shape) == 4096 or min(shape[1:]) == 1 else 10  # no margin can be cut off one pixel, or the most
    assert len(made) == (14 if shape[0] == 3 else 6) * margins
    assert len({bare(how) for how in made}) == len(made)
    assert len({how.name for how in made}) == len({tuple(choices(how).values()) for how in made})
    assert {(how.channels, *how.input_px) for how in made} == {shape}
    assert all(how.name == in_words(how) for how in made)


@pytest.mark.parametrize("own", [how for how in PRESETS.values() if len(how.windows) == 1], ids=lambda how: how.name)
def test_what_is_in_use_is_among_them_once(own):
    made = candidates((3, *own.input_px), own)
    assert made.count(own) == 1
    assert sum(choices(how) == choices(own) for how in made) == 1
    assert len({how.name for how in made}) == len(made)


def test_what_is_nearly_in_use_gives_way_to_it():
    """Two that no photo tells apart would share what speaks for them."""
    own = preset("caffe2")  # means of 103.96 where others have 103.94; 256 pixels where 259 would be the custom
    assert len(candidates((3, 227, 227), own)) == len(candidates((3, 227, 227)))
    assert {how.mean for how in candidates((3, 227, 227), own) if choices(how)["values"] == choices(own)["values"]} == {
        (103.96, 116.78, 123.68),
        (123.68, 116.78, 103.96),
    }


def test_of_several_crops_the_first_stands_for_all():
    own = preset("ten-crop")
    assert own.first_crop in candidates((3, 227, 227), own)
    assert all(len(how.windows) == 1 for how in candidates((3, 227, 227), own))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"scale": 2 / 255, "mean": 1.0}, "BGR -1 to 1, squash 256, crop 227, bilinear"),
        ({"scale": 1 / 510, "mean": 0.25, "std": 0.25}, "BGR -1 to 1, squash 256, crop 227, bilinear"),
        (
            {"scale": 0.5, "mean": 3.0},
            "BGR times 0.5, mean 3, 3, 3, std 1, 1, 1, squash 256, crop 227, bilinear",
        ),
        ({"resize": "none", "crop": (0.0, 1.0)}, None),
        ({"respect_exif": False, "respect_icc": True}, None),
    ],
)
def test_what_is_chosen_is_said_in_words(changes, words):
    how = preset("caffe2").replace(**changes)
    assert words in (None, in_words(how))
    assert in_words(how) != in_words(preset("caffe2"))


@pytest.mark.parametrize("size", [(24, 32), (16, 16)])
def test_one_framing_takes_the_same_pixels(size):
    image = read_image(PHOTO)
    for how in candidates((3, *size)):
        taken = np.empty((3, *size), np.float32)
        how.fill(taken, framing(how).cropped(image))
        assert np.array_equal(taken, how(image)[0])


def test_of_grey_one_channel_is_enough():
    image = read_image(PHOTO)
    for how in candidates((1, 16, 16)):
        taken = np.empty((1, 16, 16), np.float32)
        how.fill(taken, framing(how).cropped(image)[:, :, :1])
        assert np.array_equal(taken, how(image)[0])


def test_a_framing_is_of_pixels_alone():
    how = Preprocessing(name="mine", origin="here", scale=0.1, mean=1.0, std=2.0)
    assert framing(how) == framing(preset("caffe2"))
    assert framing(how.replace(crop=(0.5, 0.5))) == framing(how)
    assert framing(how.replace(respect_exif=False)) != framing(how)
