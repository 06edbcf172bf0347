"""What a page is shown from a catalogue: of which model, of which layer, and what of it goes onto the stage."""

import pytest

import squeezeviz as sv
from squeezeviz.dataset.catalog.reading import bundled_catalog
from squeezeviz.errors import DatasetError, LayerError
from squeezeviz.explorer import protocol
from squeezeviz.explorer.catalog import CatalogInUse, opened_catalog
from squeezeviz.runtime.model import Model
from squeezeviz.zoo import EMBEDDED_MODEL
from tests.nets import tiny_content, tiny_model

pytest.importorskip("pyarrow", reason="a catalogue takes pyarrow, which is not installed")

MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture(scope="module")
def given(model, tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path_factory.mktemp("cache")))
    try:
        return sv.make_catalog(model, tmp_path_factory.mktemp("made") / "a.catalog", layers=["fire2/concat"], steps=1)
    finally:
        patch.undo()


def asked(layer, channel, number=None):
    if number is None:
        return protocol.CatalogRequest(id="1", layer=layer, channel=channel)
    return protocol.CatalogPhotoRequest(id="1", layer=layer, channel=channel, number=number)


@pytest.fixture
def in_use(given):
    made = CatalogInUse()
    made.given = given
    return made


def test_a_channel_comes_with_its_pictures(in_use, given, model):
    told = in_use.channel(model, asked("fire2/concat", 4))
    known = given.channel("fire2/concat", 4)
    assert (told.catalog, told.steps, told.trouble) == ("a.catalog", 1, "")
    assert [(each.value, each.is_negative) for each in told.pictures] == [(known.pictures[0].value, False)]
    assert told.files == {"0": known.pictures[0].file}
    photo = in_use.photo(model, asked("fire2/concat", 4, 0))
    assert (photo.name, photo.file) == ("fire2-concat-4-0.jpg", known.pictures[0].file)


def test_a_branchs_channel_is_that_of_what_joins_it(in_use, given, model):
    told = in_use.channel(model, asked("fire2/expand3x3", 1))
    assert told.files == {"0": given.channel("fire2/concat", 4).pictures[0].file}
    assert (told.layer, told.channel) == ("fire2/expand3x3", 1)


def test_what_it_has_not_is_said(in_use, model):
    told = in_use.channel(model, asked("conv1", 0))
    assert (told.pictures, told.trouble) == ((), "This catalogue has pictures of fire2/concat.")
    with pytest.raises(DatasetError, match="no catalogue has picture 7 of it"):
        in_use.photo(model, asked("fire2/concat", 4, 7))
    with pytest.raises(LayerError, match="there is no 99"):
        in_use.channel(model, asked("fire2/concat", 99))
    with pytest.raises(LayerError, match="nonsense"):
        in_use.channel(model, asked("nonsense", 0))


def test_of_another_model_there_is_none(in_use):
    other = Model(tiny_content(), name="../other", sha256="another")
    told = in_use.channel(other, asked("fire2/concat", 0))
    assert (told.catalog, told.pictures) == ("", ())
    with pytest.raises(DatasetError, match="no catalogue has picture 0"):
        in_use.photo(other, asked("fire2/concat", 0, 0))


def test_it_is_found_by_its_folder_or_the_environment(given, monkeypatch):
    assert opened_catalog(None) is None
    assert opened_catalog(given) is given
    assert opened_catalog(given.path).pictures == given.pictures
    monkeypatch.setenv("SQUEEZEVIZ_CATALOG", str(given.path))
    assert opened_catalog(None).pictures == given.pictures
    monkeypatch.setenv("SQUEEZEVIZ_CATALOG", str(given.path.parent))
    with pytest.raises(DatasetError, match="expected a catalogue"):
        opened_catalog(None)


def test_the_bundled_models_is_whole_small_and_its_own():
    model = sv.load_model(EMBEDDED_MODEL)
    path = bundled_catalog(EMBEDDED_MODEL)
    assert sum(file.stat().st_size for file in path.iterdir()) <= MOST_BYTES
    found = sv.read_catalog(path)
    assert found.model_sha256 == model.sha256
    assert len(found.layers) == 2
    for layer in found.layers:
        assert found.channels(layer) == model.architecture[layer].channels
        assert all(found.channel(layer, channel).pictures for channel in range(found.channels(layer)))
    told = CatalogInUse().channel(model, asked("conv10", 4))
    shown = sv.read_image(told.files["0"])
    mean = float(model.activations(shown, "conv10")["conv10"][4].mean())
    assert told.pictures[0].value == pytest.approx(mean, rel=1e-4)
    assert model.predict(shown).top(1)[0].label == "star"
