"""What is known of a model's classes and its preprocessing: said, in its file, kept beside it; or assumed, and said so."""

import pickle
import warnings

import numpy as np
import onnx
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.dataset.identity import model_key
from squeezeviz.explorer.messages import model as model_message
from squeezeviz.explorer.state import State
from squeezeviz.runtime.export import export_model, known_text
from squeezeviz.runtime.loading import load_content
from squeezeviz.runtime.metadata import LABELS_KEY, PREPROCESSING_KEY
from squeezeviz.zoo.beside import remember
from tests.nets import as_bytes, fire_net, tiny_content
from tests.unit.network.test_networks import MAPS, MEAN, NODE, SOFTMAX, network, weight
from tests.unit.test_page import contents_of

NAMES = ["cat", "dog", "hen", "pig", "cow"]
OPEN = network([*MAPS, *MEAN, SOFTMAX], [weight("w", 5, 3, 3, 3)], image=("B", 3, "H", "W"))
PHOTO = np.random.default_rng(3).integers(0, 256, (60, 70, 3), dtype=np.uint8)


def foreign(size=32, channels=3, classes=5, fixed=False):
    """A network that says nothing of itself; one of fixed size takes no other."""
    ends = [NODE("Flatten", ["r"], ["f"]), NODE("Gemm", ["f", "h"], ["l"]), NODE("Softmax", ["l"], ["y"])]
    nodes = [*MAPS, *(ends if fixed else [*MEAN, SOFTMAX])]
    weights = [weight("w", 4 if fixed else classes, channels, 3, 3)]
    weights += [weight("h", 4 * size * size, classes)] if fixed else []
    return network(nodes, weights, image=("B", channels, size, size))


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "my_model.onnx"
    path.write_bytes(foreign().SerializeToString())
    return path


def about(model):
    return [each.about for each in model.assumptions]


# Assumed --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "resize_px"), [(224, 256), (299, 342), (32, 37)])
def test_a_network_that_says_nothing_is_given_what_most_people_use_at_its_own_size(path, size, resize_px):
    path.write_bytes(foreign(size).SerializeToString())
    model = sv.load_model(path)
    how, usual = model.preprocessing, sv.preset("torchvision")
    assert how.name == "assumed"
    assert (how.resize_px, how.crop_px) == (resize_px, size)
    same = ("resize", "antialias", "interpolation", "channel_order", "scale", "mean", "std")
    assert [getattr(how, field) for field in same] == [getattr(usual, field) for field in same]
    assert about(model) == ["labels", "preprocessing"]


def test_what_is_assumed_is_said_wherever_it_matters(path):
    model = sv.load_model(path)
    for said in model.assumed:
        assert said in repr(model)
        assert said in model.notes
    assert "labels= (--labels)" in model.assumed[0]
    assert model.preprocessing.describe() in model.assumed[1]
    assert "preprocessing= (--preprocessing)" in model.assumed[1]
    prediction = model.predict(PHOTO)
    assert prediction.top(1)[0].label.startswith("class ")
    assert prediction.provenance.to_dict()["preprocessing"]["name"] == "assumed"
    assert prediction.to_dict()["preprocessing"] == "assumed"
    assert prediction.provenance.preprocessing.origin.startswith("assumed")
    message = model_message("", model)
    assert [each.words for each in message.assumed] == [each.words for each in model.assumptions]
    assert message.notes == ()


def test_of_grey_and_of_caffe2_other_things_are_usual(path, tmp_path):
    path.write_bytes(foreign(28, channels=1).SerializeToString())
    grey = sv.load_model(path)
    assert (grey.preprocessing.name, grey.preprocessing.channel_order) == ("assumed", "grey")
    folder = tmp_path / "pair"
    folder.mkdir()
    for name, content in zip(("init_net.pb", "predict_net.pb"), as_bytes(fire_net()), strict=True):
        (folder / name).write_bytes(content)
    pair, usual = sv.load_model(folder), sv.preset("caffe2")
    assert pair.preprocessing == usual.replace(name="assumed", origin=pair.preprocessing.origin)
    assert about(pair) == ["labels", "preprocessing"]
    assert [each.label for each in pair.labels][:2] == ["class 0", "class 1"]
    # Converted, it is what it was: nothing that was assumed has become a fact.
    (copy,) = export_model(load_content(folder)[1], tmp_path / "copy.onnx", text=known_text(pair))
    assert (sv.load_model(copy).preprocessing, about(sv.load_model(copy))) == (pair.preprocessing, about(pair))


# Said -----------------------------------------------------------------------------------------------------------------


def test_what_is_said_is_known(path, tmp_path):
    (tmp_path / "names.txt").write_text("\n".join(NAMES))
    for labels in (NAMES, tmp_path / "names.txt", str(tmp_path / "names.txt")):
        model = sv.load_model(path, labels=labels, preprocessing="keras-style")
        assert [each.label for each in model.labels] == NAMES
        assert (model.preprocessing.name, model.preprocessing.input_px) == ("keras-style", (32, 32))
        assert model.assumptions == ()
        assert model.predict(PHOTO).preprocessing == model.preprocessing
    mine = sv.Preprocessing(name="mine", crop_px=32, channel_order="RGB")
    assert sv.load_model(path, preprocessing=mine).preprocessing is mine, "one of one's own is taken as it is"


def test_what_is_said_comes_before_what_the_file_says(path):
    path.write_bytes(tiny_content())
    assert sv.load_model(path).assumptions == ()
    said = sv.load_model(path, labels=NAMES, preprocessing="no-mean")
    assert (said.labels[0].label, said.preprocessing.name) == ("cat", "no-mean")


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        ({"labels": NAMES[:4]}, sv.LabelError, "my_model: labels: expected 5 names, .*got 4"),
        ({"labels": "imagenet"}, sv.LabelError, "my_model: labels 'imagenet': .*tells 5 apart"),
        ({"labels": "nowhere.txt"}, sv.LabelError, "nowhere.txt: cannot be read"),
        ({"preprocessing": "torchvison"}, sv.PreprocessingError, "Did you mean 'torchvision'"),
        ({"preprocessing": sv.Preprocessing(name="grey", channel_order="grey", mean=0.0)}, sv.PreprocessingError, "makes 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_as_it_is_said(path, said, error, words):
    with pytest.raises(error, match=words) as caught:
        sv.load_model(path, **said)
    assert "\n" not in str(caught.value)


def test_a_size_that_the_file_leaves_open_is_that_of_the_preprocessing_that_is_said(path):
    path.write_bytes(
        network([*MAPS, *MEAN, SOFTMAX], [weight("w", 5, 3, 3, 3)], image=("B", 3, "H", "W")).SerializeToString()
    )
    mine = sv.Preprocessing(name="mine", crop_px=(40, 50))
    model = sv.load_model(path, preprocessing=mine, labels=NAMES)
    assert (model.architecture.input_shape, model.assumptions) == ((3, 40, 50), ())
    assert about(sv.load_model(path, preprocessing="straight", labels=NAMES)) == ["input size"]


def test_what_was_said_travels_and_is_another_model(path):
    model = sv.load_model(path, labels=NAMES, preprocessing="keras-style")
    assert sv.load_model(path) is not model
    assert sv.load_model(path, labels=list(NAMES), preprocessing="keras-style") is model
    for copy in (pickle.loads(pickle.dumps(model)), pickle.loads(pickle.dumps(sv.load_model(path)))):
        assert copy.chosen in (model.chosen, sv.load_model(path).chosen)
    assert len({str(model_key(each)) for each in (model, sv.load_model(path))}) == 2


def test_presets_by_name_are_brought_to_the_models_size(path):
    model = sv.load_model(path)
    made = sv.compare_preprocessing(model, PHOTO, ["assumed", "caffe2", "torchvision", "letterbox"])
    assert [each.preprocessing.input_px for each in made.variants] == [(32, 32)] * 4
    assert model.predict(PHOTO, sv.preset("caffe2")).preprocessing.input_px == (227, 227), (
        "unless one is given as it is"
    )


# Kept beside the file -------------------------------------------------------------------------------------------------


def test_what_is_remembered_is_there_for_whoever_loads_the_file(path):
    beside = path.with_name("my_model.squeezeviz.json")
    told = sv.load_model(path, labels=NAMES, preprocessing="keras-style", input_px=40)
    assert not beside.exists(), "never unasked"
    assert told.remember() == beside
    again = sv.load_model(path)
    assert (again.labels, again.preprocessing, again.assumptions) == (told.labels, told.preprocessing, ())
    assert again.architecture.input_shape == (3, 40, 40)
    assert sv.load_model(path, labels=NAMES[::-1]).labels[0].label == "cow", "what is said now comes first"
    beside.unlink()
    assert about(sv.load_model(path)) == ["labels", "preprocessing"]
    assert pickle.loads(pickle.dumps(again)).labels == told.labels, "as it was, wherever it arrives"


def test_what_the_file_says_itself_comes_first_and_that_is_said(path):
    path.write_bytes(tiny_content())
    own = sv.load_model(path)
    remember(path, labels=[("", name) for name in NAMES], preprocessing="no-mean")
    again = sv.load_model(path)
    assert (again.labels, again.preprocessing) == (own.labels, own.preprocessing)
    assert sum("kept beside its file" in note for note in again.notes) == 2
    with pytest.raises(sv.ModelError, match="the file says its labels itself, .*squeezeviz convert"):
        sv.load_model(path, labels=NAMES).remember()


@pytest.mark.parametrize("content", [b"", b"{}", b'{"squeezeviz": 9}', b"\xff"])
def test_a_damaged_file_is_a_warning_by_name(path, content):
    path.with_name("my_model.squeezeviz.json").write_bytes(content)
    with pytest.warns(sv.ModelFileWarning, match=r"my_model: my_model\.squeezeviz\.json: "):
        model = sv.load_model(path)
    assert about(model) == ["labels", "preprocessing"]
    assert any("my_model.squeezeviz.json" in note for note in model.notes)


def test_what_no_longer_fits_is_said_and_nothing_breaks(path):
    remember(path, labels=[("", "one"), ("", "two")], preprocessing=sv.Preprocessing(name="mine", crop_px=32))
    path.write_bytes(foreign(48, fixed=True).SerializeToString())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = sv.load_model(path)
    assert about(model) == ["labels"]
    assert (model.preprocessing.name, model.preprocessing.input_px) == ("mine", (48, 48))
    assert model.predict(PHOTO).probabilities.shape == (5,)
    assert sum("kept beside its file" in note for note in model.notes) == 2
    path.write_bytes(foreign(28, channels=1).SerializeToString())
    assert any("makes 3 channels" in note for note in sv.load_model(path).notes)


def test_nothing_is_kept_where_nothing_was_said_or_there_is_no_file(path):
    with pytest.raises(sv.ModelError, match="nothing was said"):
        sv.load_model(path).remember()
    with pytest.raises(sv.ModelError, match="no file of yours"):
        sv.load_model("squeezenet1.1-shapes").remember()


# In the file ----------------------------------------------------------------------------------------------------------


def test_what_is_known_is_written_into_a_copy_and_nothing_else(path, tmp_path):
    told = sv.load_model(path, labels=NAMES)
    (copy,) = export_model(told.content, tmp_path / "copy.onnx", text=known_text(told))
    keys = {entry.key for entry in onnx.load(copy).metadata_props}
    assert keys == {LABELS_KEY}
    assert sv.load_model(copy).labels == told.labels
    assert about(sv.load_model(copy)) == ["preprocessing"]
    assert PREPROCESSING_KEY in known_text(sv.load_model(path, preprocessing="torchvision"))


# Every entry begins with it -------------------------------------------------------------------------------------------


@pytest.fixture(params=["assumed", "folded", "said"])
def other(request, path, tmp_path):
    """Models whose own preprocessing is none of the presets."""
    if request.param == "folded":
        whole = sv.load_model("squeezenet1.1-shapes")
        (folded,) = export_model(whole.content, tmp_path / "folded.onnx", preprocessing=whole.preprocessing)
        return sv.load_model(folded)
    if request.param == "said":
        return sv.load_model(path, preprocessing=sv.Preprocessing(name="mine", crop_px=32, mean=(1, 2, 3)))
    return sv.load_model(path)


def test_a_page_begins_with_the_models_own(other):
    expected = other.predict(PHOTO).logits
    for page in (sv.explore(PHOTO, model=other), sv.predictor(other, images=[PHOTO])):
        np.testing.assert_allclose(page.prediction.logits, expected, rtol=1e-4, atol=1e-5)
        assert page.state.preset == other.preprocessing.name
        page.close()


def test_a_page_that_takes_over_follows_its_own_model(other):
    """The same cell, run again: the page before had no photo yet, and so no model, and had chosen nothing."""
    before, after = State(lambda: other), State(lambda: other)
    after.add(PHOTO)
    after.take_over(before)
    assert after.preset == other.preprocessing.name
    np.testing.assert_allclose(after.prediction.logits, other.predict(PHOTO).logits, rtol=1e-4, atol=1e-5)
    chosen = State(lambda: other)
    chosen.add(PHOTO)
    chosen.preset = "straight"
    after.take_over(chosen)
    assert after.preset == "straight", "what somebody has chosen is taken over"
    for state in (before, after, chosen):
        state.close()


def test_presets_on_a_page_are_of_the_models_size(path):
    state = State(lambda: sv.load_model(path))
    state.add(PHOTO)
    for name in ("assumed", "caffe2", "letterbox", "torchvision"):
        assert state.preprocessing_called(name).input_px == (32, 32)
    state.close()


def test_an_exported_page_begins_with_the_models_own(path, tmp_path):
    model = sv.load_model(path)
    page = sv.export_page(PHOTO, tmp_path / "page.html", model=model, compared=[])
    content = contents_of(page.read_text("utf-8"))
    assert content["traits"]["preset"] == "assumed"
    assert content["model"]["assumed"][0]["words"] == "labels unknown: classes are numbered"


@pytest.mark.parametrize(
    "entry",
    {
        "evaluate": lambda model, photos: sv.evaluate(model, photos).results[0].preprocessing,
        "figure": lambda model, _: sv.figures.of_view("photo", model=model, image=PHOTO, selection={}).caption,
        "compare": lambda model, _: sv.compare_preprocessing(model, PHOTO, [model.preprocessing]).variants[0].preprocessing,
        "arithmetic": lambda model, _: sv.Arithmetic(model, PHOTO).preprocessing,
        "occlusion": lambda model, _: sv.occlude(model, PHOTO, patch_px=16, stride_px=16).prediction.preprocessing,
        "activations": lambda model, _: model.activations(PHOTO).provenance.preprocessing,
    }.items(),
    ids=lambda entry: entry[0],
)  # fmt: skip
def test_every_other_entry_begins_with_it(path, tmp_path, entry):

    model = sv.load_model(path, labels=NAMES)
    (tmp_path / "photos" / "cat").mkdir(parents=True)
    Pillow.fromarray(PHOTO).save(tmp_path / "photos" / "cat" / "a.png")
    used = entry[1](model, tmp_path / "photos")
    if isinstance(used, str):  # a figure's caption
        assert model.preprocessing.describe() in used
        assert "assumed" in used
    else:
        assert used == model.preprocessing
