"""An atlas of the published model over the labelled photos: what it names is what the model answers, photo by photo."""

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv

pytest.importorskip("pyarrow", reason="an atlas takes pyarrow, which is not installed")
pytestmark = [pytest.mark.model, pytest.mark.photos]

LAYERS = ["conv1", "fire5/expand3x3", "fire5/concat", "fire9/concat", "conv10", "softmaxout"]


@pytest.fixture(scope="module")
def atlas(model, photos, tmp_path_factory):
    return sv.make_atlas(model, photos / "images", tmp_path_factory.mktemp("made") / "photos.atlas", layers=LAYERS, k=3)


@pytest.fixture(scope="module")
def activations(model, photos):
    """Each photo's, as they are asked for."""
    known = {}

    def of(name):
        if name not in known:
            known[name] = model.activations(photos / "images" / name, LAYERS)
        return known[name]

    return of


def test_the_strongest_cell_is_where_the_model_has_it(atlas, activations):
    assert atlas.photos == 94
    assert atlas.layers == tuple(LAYERS)
    for layer in LAYERS[:-1]:
        for channel in range(0, atlas.channels(layer), 97):
            for each in atlas.channel(layer, channel).strongest:
                maps = activations(each.photo)[layer]
                # The atlas runs the model on one thread; sums of floats may differ in their last bits.
                assert each.value == pytest.approx(float(maps[channel][each.cell]), rel=1e-5)
                assert each.value == pytest.approx(float(maps[channel].max()), rel=1e-5)


def test_no_photo_answers_more(atlas, photos, activations):
    for layer, channel in (("fire5/concat", 142), ("fire9/concat", 426), ("conv1", 5)):
        names = sorted(path.name for path in (photos / "images").glob("*.JPEG"))
        maxima = {name: float(activations(name)[layer][channel].max()) for name in names}
        best = sorted(maxima, key=lambda name: (-maxima[name], name))[:3]
        assert [each.photo for each in atlas.channel(layer, channel).strongest] == best


def test_a_branch_is_part_of_its_concatenation(atlas):
    for channel in (0, 14, 127):
        alone, together = atlas.channel("fire5/expand3x3", channel), atlas.channel("fire5/concat", 128 + channel)
        assert alone.strongest == together.strongest
        assert alone.peaks.tolist() == together.peaks.tolist()
        assert all(other < 128 for other, _ in alone.similar)


def test_crops_are_what_the_photo_shows(atlas, photos):
    for layer, channel in (("fire5/concat", 142), ("fire9/concat", 426)):
        for each in atlas.channel(layer, channel).strongest:
            picture = sv.read_image(photos / "images" / each.photo).picture.crop(atlas.crop_box(each.crop))
            picture.thumbnail((96, 96), Pillow.Resampling.BICUBIC)
            found = atlas.crop(each)
            assert found.size == picture.size
            assert np.abs(np.asarray(found, float) - np.asarray(picture, float)).mean() < 8  # JPEG


def test_classes_have_their_channels(atlas, model):
    # A class's own map, and its probability, answer to its photo.
    for name in ("tiger shark", "Persian cat", "snail"):
        index = model.labels[name].class_index
        assert ("conv10", index) in [(each.layer, each.channel) for each in atlas.channels_for(name, 30)]
        first = atlas.channels_for(name, 3, layers="softmaxout")
        assert index in [each.channel for each in first]
