"""One photo in several preprocessings, against arithmetic done by hand on a tiny network."""

import json
from dataclasses import replace

import numpy as np
import pytest

from squeezeviz.errors import ImageError, LabelError, LayerError, PreprocessingError
from squeezeviz.evidence.comparison import MOST_VARIANTS, compare_preprocessing, layer_drift
from squeezeviz.image import read_image
from squeezeviz.preprocessing import PRESETS, preset
from tests import icc
from tests.nets import tiny_model

CAFFE2 = preset("caffe2").replace(resize_px=60, crop_px=33)
OTHERS = [
    CAFFE2.replace(name="swapped", channel_order="RGB"),
    CAFFE2.replace(name="faint", scale=0.01, mean=0),
    CAFFE2.replace(name="smaller", crop_px=21),
    CAFFE2.replace(name="ten", crop="ten", crop_px=40),
]
IMAGE = read_image(np.random.default_rng(3).integers(0, 256, (50, 70, 3), dtype=np.uint8), name="noise")


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture(scope="module")
def made(model):
    return compare_preprocessing(model, IMAGE, [CAFFE2, *OTHERS])


# Drift ---------------------------------------------------------------------------------------------------------------


def test_drift_of_arrays_by_hand():
    reference = np.array([[[3.0, 0]], [[0, 4.0]]], np.float32)
    values = np.array([[[3.0, 0]], [[0, 1.0]]], np.float32)
    drift = layer_drift("x", values, reference)
    assert drift.relative_l2 == pytest.approx(3 / 5)
    assert drift.cosine == pytest.approx((9 + 4) / (5 * 10**0.5))
    assert drift.strongest == (0, 1)
    assert not drift.agrees
    assert drift.to_dict() == {
        "layer": "x",
        "relative_l2": pytest.approx(0.6),
        "cosine": pytest.approx(0.822, abs=1e-3),
        "strongest": [0, 1],
    }


def test_drift_from_and_to_nothing():
    something, nothing = np.ones((2, 3, 3), np.float32), np.zeros((2, 3, 3), np.float32)
    assert (layer_drift("x", something, nothing).relative_l2, layer_drift("x", something, nothing).cosine) == (
        None,
        None,
    )
    assert (layer_drift("x", nothing, something).relative_l2, layer_drift("x", nothing, something).cosine) == (1, None)


def test_drift_of_every_layer(model, made):
    names = [layer.name for layer in model.architecture if layer.kind != "softmax"]
    reference = {k: v.astype(np.float64) for k, v in model.activations(IMAGE, preprocessing=CAFFE2).items()}
    for variant in made:
        one = variant.preprocessing.replace(crop="centre")
        values = {k: v.astype(np.float64) for k, v in model.activations(IMAGE, preprocessing=one).items()}
        assert [drift.layer for drift in variant.drift] == names
        for drift in variant.drift:
            a, r = values[drift.layer], reference[drift.layer]
            assert drift.strongest == (a.mean(axis=(1, 2)).argmax(), r.mean(axis=(1, 2)).argmax())
            if a.shape != r.shape:
                assert (drift.relative_l2, drift.cosine) == (None, None)
                continue
            assert drift.relative_l2 == pytest.approx(np.linalg.norm(a - r) / np.linalg.norm(r), abs=1e-5)
            product = np.linalg.norm(a) * np.linalg.norm(r)
            assert drift.cosine == (pytest.approx((a * r).sum() / product, abs=1e-5) if product else None)


def test_the_reference_has_not_moved(made):
    assert made.reference.name == "caffe2"
    assert made.reference.first_divergent_layer is None
    for drift in made.reference.drift:
        assert (drift.relative_l2, drift.cosine) == (0, pytest.approx(1, abs=1e-6))
        assert drift.agrees


def test_maps_of_other_sizes_cannot_be_compared(made):
    smaller = {drift.layer: drift for drift in made["smaller"].drift}
    assert smaller["conv1"].relative_l2 is smaller["conv1"].cosine is None
    assert smaller["pool10"].relative_l2 > 0, "one value a class, whatever the size"


def test_they_part_at_the_first_layer_whose_strongest_channel_differs(made):
    parted = 0
    for variant in made:
        differing = [drift.layer for drift in variant.drift if drift.strongest[0] != drift.strongest[1]]
        assert (variant.first_divergent_layer.layer if variant.first_divergent_layer else None) == (
            differing[0] if differing else None
        )
        parted += bool(differing)
        if len(variant.preprocessing.windows) == 1:
            assert variant.drift[-1].strongest[0] == variant.prediction.top(1)[0].class_index
    assert parted, "or this would prove nothing"


# Answers -------------------------------------------------------------------------------------------------------------


def test_predictions_are_the_models_own(model, made):
    assert len(made) == 5
    assert [variant.name for variant in made] == ["caffe2", "swapped", "faint", "smaller", "ten"]
    for variant in made:
        expected = model.predict(IMAGE, variant.preprocessing)
        np.testing.assert_allclose(variant.prediction.logits, expected.logits, rtol=1e-5)
        np.testing.assert_array_equal(variant.seen, model.seen(IMAGE, variant.preprocessing))


def test_ranks_under_the_reference(made):
    before = sorted(range(5), key=lambda index: (-made.reference.prediction.logits[index], index))
    for variant in made:
        now = sorted(range(5), key=lambda index: (-variant.prediction.logits[index], index))
        moved = made.moved(variant.name, 3)
        assert [(score.class_index, rank) for score, rank in moved] == [(at, before.index(at) + 1) for at in now[:3]]


def test_logit_differences(made):
    for key in (2, "2", "class 2"):
        differences = made.logit_differences(key)
        assert list(differences) == ["caffe2", "swapped", "faint", "smaller", "ten"]
        assert differences["caffe2"] == 0
        for variant in made:
            expected = variant.prediction.logits[2] - made.reference.prediction.logits[2]
            assert differences[variant.name] == pytest.approx(float(expected))
    with pytest.raises(LabelError):
        made.logit_differences("no class")


def test_activations_are_computed_anew(model, made):
    expected = model.activations(IMAGE, "pool1", preprocessing=OTHERS[0])
    np.testing.assert_array_equal(made.activations("swapped", "pool1")["pool1"], expected["pool1"])
    with pytest.raises(KeyError, match="there are caffe2, swapped"):
        made.activations("caffe2-aspect")
    with pytest.raises(LayerError):
        made.activations("swapped", "conv77")


# Refusals ------------------------------------------------------------------------------------------------------------


def test_as_many_as_are_shown_and_no_more(model):
    many = [CAFFE2.replace(name=f"p{at}") for at in range(MOST_VARIANTS + 1)]
    assert len(compare_preprocessing(model, IMAGE, many[:MOST_VARIANTS])) == MOST_VARIANTS
    assert len(compare_preprocessing(model, IMAGE, many[:1])) == 1
    for wrong in (many, []):
        with pytest.raises(PreprocessingError, match=f"1 to {MOST_VARIANTS}.*got {len(wrong)}"):
            compare_preprocessing(model, IMAGE, wrong)


@pytest.mark.parametrize(
    ("hows", "words"),
    [
        ([CAFFE2, CAFFE2.replace(mean=0)], "two preprocessings are called 'caffe2'"),
        (["caffe2", "cafe2"], "Did you mean 'caffe2'"),
        ([CAFFE2, CAFFE2.replace(name="tiny", crop_px=3)], "'tiny'.*does not take"),
        ([CAFFE2, CAFFE2.replace(name="raw", resize="none", crop_px=60)], "'raw'.*out of a photo of 70 × 50"),
    ],
)
def test_what_cannot_be_compared(model, hows, words):
    with pytest.raises(PreprocessingError, match=words):
        compare_preprocessing(model, IMAGE, hows)


def test_a_photo_that_cannot_be_read(model):
    with pytest.raises(ImageError):
        compare_preprocessing(model, b"not a photo", [CAFFE2])


# Displays ------------------------------------------------------------------------------------------------------------


def test_plain_data(made):
    plain = json.loads(json.dumps(made.to_dict(), allow_nan=False))
    assert (plain["image"], plain["model"], plain["reference"]) == ("noise", "tiny", "caffe2")
    assert [variant["preprocessing"]["name"] for variant in plain["variants"]] == [variant.name for variant in made]
    for variant, told in zip(made, plain["variants"], strict=True):
        assert told["preprocessing"] == json.loads(variant.preprocessing.to_json())
        assert [score["class_index"] for score in told["top"]] == variant.prediction.ranking[:5].tolist()
        assert told["first_divergent_layer"] == (
            variant.first_divergent_layer.layer if variant.first_divergent_layer else None
        )
        assert len(told["drift"]) == len(variant.drift)


def test_displays_mention_every_name(model):
    hostile = CAFFE2.replace(name="<script>")
    made = compare_preprocessing(model, IMAGE, [hostile, *OTHERS, *list(PRESETS)[1:3]])
    html = made._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    for variant in made:
        assert variant.name in repr(made)
        assert variant.name in html or variant is made.reference
        assert variant.prediction.top(1)[0].label in html
    assert html.count("<img") == len(made)


def test_every_preset_fits_into_one_comparison():
    assert len(PRESETS) <= MOST_VARIANTS


def test_a_comparison_shows_what_a_colour_profile_changes(model):
    plain = compare_preprocessing(model, IMAGE, [CAFFE2, CAFFE2.replace(name="managed", respect_icc=True)])
    np.testing.assert_array_equal(plain["managed"].seen, plain.reference.seen)
    assert plain["managed"].drift[0].relative_l2 == 0
    image = replace(IMAGE, icc_profile=icc.profile("Display P3"))
    made = compare_preprocessing(model, image, [CAFFE2, CAFFE2.replace(name="managed", respect_icc=True)])
    assert np.abs(made["managed"].seen.astype(int) - made.reference.seen).max() > 10
    assert made["managed"].drift[0].relative_l2 > 0.01
    assert made["managed"].prediction.preprocessing.respect_icc
