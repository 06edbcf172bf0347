"""What a page says of its model: labels and preprocessing hold at once, are kept beside its file, and taken back."""

import json
import pickle
import threading

import numpy as np
import onnx
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.errors import LabelError, PreprocessingError
from squeezeviz.explorer import protocol
from squeezeviz.explorer.state import State
from squeezeviz.preprocessing.candidates import choices
from squeezeviz.results.label_files import MOST_BYTES
from squeezeviz.runtime.metadata import LABELS_KEY
from squeezeviz.zoo.beside import path_beside, recall, remember
from tests.coloured import COLOURS, colour_content, colour_photo, write_photos
from tests.unit.dataset.test_diagnosis import trained_with
from tests.unit.test_known import NAMES, foreign

PHOTO = np.random.default_rng(3).integers(0, 256, (60, 70, 3), dtype=np.uint8)
FIELDS = {"resize": "squash", "resize_px": 40, "crop_px": 32, "channel_order": "RGB", "scale": 0.5, "mean": [1, 2, 3],
          "std": [4, 5, 6], "interpolation": "bilinear", "antialias": False, "crop": "centre"}  # fmt: skip


@pytest.fixture(autouse=True)
def no_app(monkeypatch):
    monkeypatch.delenv("SERVER_SOFTWARE", raising=False)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "my_model.onnx"
    path.write_bytes(foreign().SerializeToString())
    return path


class Page:
    """A page on a model, with one photo."""

    def __init__(self, path, photo=PHOTO):
        self.state = State(lambda: sv.load_model(path))
        self.replies = []
        self.state.send = lambda content, buffers=None: self.replies.append(content)
        if photo is not None:
            self.state.add(photo)
        self.replies.clear()

    def ask(self, kind, *buffers, **content):
        self.replies.clear()
        names = {"buffers": ["piece"]} if buffers else {}
        self.state._receive(None, {"kind": kind, "id": "q", **names, **content}, list(buffers))
        return self.replies

    def told(self, kind, *buffers, **content):
        """What is said of the model then."""
        (model,) = [each for each in self.ask(kind, *buffers, **content) if each["kind"] == "model"]
        assert model["id"] == "q", "whoever asked is answered"
        return model

    def failed(self, kind, *buffers, **content):
        (failed,) = self.ask(kind, *buffers, **content)
        assert (failed["kind"], failed["id"]) == ("failed", "q")
        return failed["message"]


@pytest.fixture
def page(path):
    made = Page(path)
    yield made
    made.state.close()


def name_classes(page, text, name="names.txt"):
    return page.told("labels", text.encode(), name=name, index=0, count=1)


# A model that is told something ---------------------------------------------------------------------------------------


def test_a_model_that_is_told_runs_the_same_sessions(path):
    model = sv.load_model(path)
    told = model.told(labels=NAMES, preprocessing="keras-style")
    assert told._sessions is model._sessions
    assert told.content is model.content
    assert (model.preprocessing.name, told.preprocessing.name) == ("assumed", "keras-style")
    assert model.labels[0].label == "class 0"
    same = sv.load_model(path, labels=NAMES, preprocessing="keras-style")
    for other in (told, pickle.loads(pickle.dumps(told)), pickle.loads(pickle.dumps(told.told(labels=NAMES)))):
        assert (other.labels, other.preprocessing, other.assumed) == (same.labels, same.preprocessing, ())
        assert other.predict(PHOTO).to_dict() | {"timing_ms": 0} == same.predict(PHOTO).to_dict() | {"timing_ms": 0}


def test_what_does_not_fit_is_refused_and_the_model_stays(path):
    model = sv.load_model(path)
    with pytest.raises(LabelError, match="expected 5 names, one an output of the network; got 2"):
        model.told(labels=["a", "b"])
    with pytest.raises(PreprocessingError, match="makes 1 channel"):
        model.told(preprocessing=sv.Preprocessing(name="grey", channel_order="grey", mean=0, crop_px=32))
    assert model.preprocessing.name == "assumed"
    assert model.predict(PHOTO).preprocessing.name == "assumed"


# Labels ---------------------------------------------------------------------------------------------------------------


def test_until_told_the_page_knows_what_is_unknown(page):
    page.state.send_everything("r")
    (model,) = [each for each in page.replies if each["kind"] == "model"]
    assert [each["about"] for each in model["assumed"]] == ["labels", "preprocessing"]
    assert model["said"] == {
        "labels": "nobody", "preprocessing": "nobody", "in_file": [], "keepable": [],
        "kept_in": "my_model.squeezeviz.json", "undo": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("names.txt", "\n".join(NAMES)),
        ("names.csv", "index,label\n" + "".join(f"{i},{n}\n" for i, n in enumerate(NAMES))),
    ],
)
def test_a_file_names_the_classes_at_once(page, name, text):
    model = name_classes(page, text, name)
    assert [each["label"] for each in model["labels"]] == NAMES
    assert [each["about"] for each in model["assumed"]] == ["preprocessing"]
    assert (model["said"]["labels"], model["said"]["keepable"]) == ("said", ["labels"])
    assert page.state.prediction.top(1)[0].label in NAMES
    assert [each["kind"] for each in page.replies].count("photo") == 1


def test_a_file_in_pieces_is_one_file(page):
    content = "\n".join(NAMES).encode()
    page.ask("labels", content[:9], name="names.txt", index=0, count=2)
    assert [each["kind"] for each in page.replies] == ["working"]
    model = page.told("labels", content[9:], name="names.txt", index=1, count=2)
    assert [each["label"] for each in model["labels"]] == NAMES


def test_another_number_of_labels_is_said_and_nothing_is_lost(page):
    name_classes(page, "\n".join(NAMES))
    before = page.state.model
    said = page.failed("labels", b"cat\ndog\n", name="two.txt", index=0, count=1)
    assert "expected 5 names, one an output of the network; got 2" in said
    assert page.state.model is before
    assert "empty" in page.failed("labels", b" ", name="none.txt", index=0, count=1)
    assert "UTF-8" in page.failed("labels", b"\xff\xfe\xfd", name="odd.txt", index=0, count=1)
    assert page.state.model is before


def test_a_file_of_labels_is_bounded(page, monkeypatch):
    from squeezeviz.results import label_files

    monkeypatch.setattr(label_files, "MOST_BYTES", 8)
    assert "expected at most" in page.failed("labels", b"x" * 9, name="n.txt", index=0, count=1)
    assert MOST_BYTES <= 1 << 25


def test_imagenet_by_name_is_for_a_thousand_classes_and_one_more(page, tmp_path):
    assert "stands for 1,000 classes" in page.failed("tell", labels="imagenet")
    for count, first in ((1000, "tench"), (1001, "background")):
        path = tmp_path / f"{count}.onnx"
        path.write_bytes(foreign(classes=count).SerializeToString())
        other = Page(path)
        model = other.told("tell", labels="imagenet")
        assert (len(model["labels"]), model["labels"][0]["label"]) == (count, first)
        other.state.close()


def test_numbers_may_stay_and_are_asked_for_no_more(page):
    model = page.told("tell", labels="numbers")
    assert model["labels"][3]["label"] == "class 3"
    assert [each["about"] for each in model["assumed"]] == ["preprocessing"]


# Preprocessing --------------------------------------------------------------------------------------------------------


def test_a_preset_is_brought_to_the_model_s_size_and_takes_effect_at_once(page, path):
    model = page.told("tell", preset="keras-style")
    expected = sv.load_model(path, preprocessing="keras-style").predict(PHOTO)
    assert model["preprocessing"] == page.state.preset == "keras-style"
    assert page.state.prediction.logits.tolist() == expected.logits.tolist()
    assert page.state.prediction.provenance.preprocessing == expected.provenance.preprocessing
    assert [each["about"] for each in model["assumed"]] == ["labels"]


def test_what_python_has_given_is_told_by_its_name(path):
    mine = sv.preset("torchvision").replace(name="mine", crop_px=32, resize_px=50)
    page = Page(path)
    page.state._known["mine"] = page.state._presets["mine"] = mine
    page.told("tell", preset="mine")
    assert page.state.model.preprocessing == mine
    page.state.close()
    assert page.state.feeding.first is None, "what is closed holds no model"


def test_fields_make_one_that_is_no_preset(page):
    page.told("tell", preprocessing=FIELDS)
    how = page.state.prediction.preprocessing
    assert (how.name, how.origin) == ("as-said", "said on this page")
    assert (how.scale, how.mean, how.std, how.crop_px) == (0.5, (1, 2, 3), (4, 5, 6), 32)
    page.told("tell", preprocessing={**FIELDS, "scale": 2.0})
    assert page.state.prediction.preprocessing.scale == 2
    page.told("tell", preprocessing={**FIELDS, "name": "caffe2"})
    assert page.state.prediction.preprocessing.name == "as-said", "a preset's name stands for the preset"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"preset": "no-such"}, "no preset is called"),
        ({"preprocessing": {**FIELDS, "scale": 0}}, "must be finite and not zero"),
        ({"preprocessing": {**FIELDS, "odd": 1}}, "no field of a preprocessing"),
        ({"preprocessing": {**FIELDS, "crop_px": 4096, "resize_px": 4096}}, "expected up to 512 on a page"),
        ({"preprocessing": {**FIELDS, "channel_order": "grey", "mean": 0, "std": 1}}, "makes 1 channel"),
        ({"labels": "else"}, "expected one of imagenet, numbers"),
        ({}, "said nothing"),
    ],
)
def test_what_is_no_preprocessing_is_said_and_the_model_stays(page, said, words):
    before = page.state.model
    assert words in page.failed("tell", **said)
    assert page.state.model is before
    assert page.state.preset == "assumed"


def test_what_was_chosen_of_the_page_stays(page):
    page.state.class_index, page.state.pinned, page.state.channel = 3, [1], 1
    name_classes(page, "\n".join(NAMES))
    page.told("tell", preset="torchvision")
    assert (page.state.class_index, page.state.pinned, page.state.channel) == (3, [1], 1)


# Kept, and taken back -------------------------------------------------------------------------------------------------


def test_what_was_said_is_kept_beside_the_file_when_asked(page, path):
    name_classes(page, "\n".join(NAMES))
    page.told("tell", preset="keras-style")
    assert not path_beside(path).exists(), "not before somebody says so"
    model = page.told("remember")
    assert (model["said"]["keepable"], model["said"]["kept_in"]) == ([], "my_model.squeezeviz.json")
    again = sv.load_model(path)
    assert [each.label for each in again.labels] == NAMES
    assert again.preprocessing == page.state.model.preprocessing
    assert again.assumed == ()
    assert "could be kept and is not kept already" in page.failed("remember")


def test_each_step_is_taken_back(page, path):
    beside = path_beside(path)
    name_classes(page, "\n".join(NAMES))
    page.told("tell", preset="keras-style")
    page.told("remember")
    assert "kept" in page.told("undo")["said"]["undo"] or not beside.exists()
    assert not beside.exists()
    model = page.told("undo")
    assert (model["preprocessing"], page.state.preset) == ("assumed", "assumed")
    assert [each["label"] for each in model["labels"]] == NAMES
    model = page.told("undo")
    assert model["labels"][0]["label"] == "class 0"
    assert model["said"]["undo"] == ""
    assert page.state.prediction.top(1)[0].label.startswith("class ")
    assert "nothing was said" in page.failed("undo")


def test_what_lay_beside_the_file_before_comes_back(path):
    remember(path, labels=[["", name] for name in NAMES])
    page = Page(path)
    name_classes(page, "\n".join(reversed(NAMES)))
    page.told("remember")
    assert recall(path_beside(path))[0].labels[0] == ("", NAMES[-1])
    page.told("undo")
    assert recall(path_beside(path))[0].labels[0] == ("", NAMES[0])
    page.state.close()


def test_what_the_file_says_itself_is_not_kept_twice(tmp_path):
    content = foreign()
    onnx.helper.set_model_props(content, {LABELS_KEY: json.dumps([["", name] for name in NAMES])})
    path = tmp_path / "named.onnx"
    path.write_bytes(content.SerializeToString())
    page = Page(path)
    model = name_classes(page, "\n".join(reversed(NAMES)))
    assert model["labels"][0]["label"] == NAMES[-1], "it holds on this page"
    assert (model["said"]["in_file"], model["said"]["keepable"]) == (["labels"], [])
    page.told("tell", preset="keras-style")
    page.told("remember")
    kept, _ = recall(path_beside(path))
    assert (kept.labels, kept.preprocessing.name) == (None, "keras-style")
    page.state.close()


def test_a_folder_that_cannot_be_written_is_said_and_what_was_said_holds(page, path, monkeypatch):
    from squeezeviz.zoo import beside

    def refused(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(beside, "write_whole", refused)
    name_classes(page, "\n".join(NAMES))
    said = page.failed("remember")
    assert "cannot be written (Permission denied); what was told holds for this time only" in said
    assert str(path.parent) not in said
    assert page.state.model.labels[0].label == NAMES[0]


def test_another_model_begins_anew_and_what_was_said_holds_when_the_page_comes_back(page, path, tmp_path):
    other = tmp_path / "other.onnx"
    other.write_bytes(foreign(classes=7).SerializeToString())
    page.state.use(str(path))
    name_classes(page, "\n".join(NAMES))
    page.state.use(str(other))
    assert "nothing was said" in page.failed("undo")
    page.ask("use", name="my_model")
    assert page.state.model.labels[0].label == NAMES[0]


def test_a_cell_that_is_run_again_goes_on_with_what_was_said(page, path):
    name_classes(page, "\n".join(NAMES))
    page.told("tell", preset="keras-style")
    again = Page(path)
    again.state.take_over(page.state)
    assert again.state.model.labels[0].label == NAMES[0]
    assert again.state.preset == "keras-style"
    assert again.state.prediction.top(1)[0].label in NAMES
    assert again.told("undo")["preprocessing"] == "assumed"
    again.state.close()


# Visitors -------------------------------------------------------------------------------------------------------------


def test_a_visitor_of_an_app_says_what_it_likes_but_nothing_is_written_or_read(page, path, tmp_path, monkeypatch):
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    assert "folders" not in page.state.setting("").abilities
    model = name_classes(page, "\n".join(NAMES))
    assert (model["labels"][0]["label"], model["said"]["kept_in"], model["said"]["keepable"]) == (NAMES[0], "", [])
    assert "visitors" in page.failed("remember")
    assert not path_beside(path).exists()
    assert "visitors" in page.failed("diagnose", folder=str(tmp_path))


def test_a_person_with_a_notebook_is_no_visitor(page):
    assert {"folders", "tell", "diagnose"} <= {*page.state.setting("").abilities}


# The doctor -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def coloured(tmp_path):
    """A page on a network that was trained with values from -1 to 1, with two photos of each of its classes."""
    path = tmp_path / "colours.onnx"
    path.write_bytes(colour_content(trained_with("-1 to 1")))
    page = Page(path, None)
    page.truths = {}
    for index in range(len(COLOURS)):
        for seed in range(2):
            page.state.show(f"p{index}-{seed}", lambda i=index, s=seed: _kept(colour_photo(i, s)))
            page.truths[f"p{index}-{seed}"] = index
    yield page
    page.state.work.forget()
    page.state.close()


def _kept(pixels):
    from squeezeviz.explorer.kept import kept

    return kept(Pillow.fromarray(pixels))


def diagnosed(page, **asked):
    """The messages of a diagnosis, the last of which says what was found; waits for its thread."""
    page.ask("diagnose", **asked)
    worked()
    assert {each["id"] for each in page.replies} == {"q"}
    return page.replies


def worked():
    for thread in threading.enumerate():
        if thread.name == "squeezeviz-diagnosis":
            thread.join()


def test_photos_of_the_page_find_what_the_network_was_trained_with(coloured):
    *steps, last = diagnosed(coloured, photos=[*coloured.truths], classes=[*coloured.truths.values()])
    assert steps
    assert all(each["kind"] == "diagnosis" and not each["is_whole"] and each["done"] <= each["total"] for each in steps)
    found = last["found"]
    best = sv.Preprocessing.from_dict(found["ranking"][0]["preprocessing"])
    assert (choices(best)["values"], best.channel_order) == ("-1 to 1", "RGB")
    assert (found["is_labelled"], found["photos"], found["ranking"][0]["hits"]) == (True, 28, 28)
    assert [each["is_habit"] for each in found["ranking"]].count(True) == 1
    assert [each["choice"] for each in found["choices"]][:2] == ["channel order", "values"]
    assert "BGR" in found["choices"][0]["told_apart"]
    json.dumps(last, allow_nan=False)


def test_what_was_found_is_used_as_the_model_s_own(coloured):
    last = diagnosed(coloured, photos=[*coloured.truths], classes=[*coloured.truths.values()])[-1]
    best = last["found"]["ranking"][0]["preprocessing"]
    model = coloured.told("tell", preprocessing=best)
    assert coloured.state.model.preprocessing.to_dict() == best
    assert (model["said"]["preprocessing"], model["said"]["keepable"]) == ("said", ["preprocessing"])
    assert coloured.state.find("p3-0").prediction is not None
    assert all(
        each.top(1)[0].class_index == t
        for each, t in zip(coloured.state.predictions, coloured.truths.values(), strict=True)
    )


def test_a_folder_gives_what_the_command_gives(coloured, tmp_path):
    folder = write_photos(tmp_path / "photos", 2)
    found = diagnosed(coloured, folder=str(folder))[-1]["found"]
    expected = sv.diagnose_preprocessing(coloured.state.model, folder)
    assert [each["preset"] for each in found["ranking"]] == [each.preprocessing.name for each in expected.ranking]
    assert [each["p"] for each in found["ranking"]] == [each.p_value for each in expected.ranking]
    assert found["verdict"] == expected.verdict
    assert found["tried"] == expected.tried


def test_without_labels_the_evidence_is_weaker_and_says_so(coloured):
    found = diagnosed(coloured, photos=[*coloured.truths])[-1]["found"]
    assert not found["is_labelled"]
    assert "weaker evidence" in found["verdict"]
    first = found["ranking"][0]
    assert first["hits"] is first["top1"] is first["p"] is None
    assert 0 <= first["confidence"] <= 1
    assert found["choices"] == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "there is no photo on this page"),
        ({"photos": ["gone"]}, "not here any more"),
        ({"photos": ["p0-0", "p1-0"], "classes": [0]}, "expected one for each of 2 photos"),
        ({"photos": ["p0-0"], "classes": [99]}, "expected a whole number from 0 to 13"),
        ({"photos": "p0-0"}, "expected a list"),
        ({"photos": [1]}, "expected a text"),
    ],
)
def test_what_cannot_be_tried_is_said(coloured, asked, words):
    assert words in coloured.failed("diagnose", **asked)


def test_one_photo_without_a_label_and_no_folder_are_said(coloured, tmp_path):
    assert "one photo without a label" in diagnosed(coloured, photos=["p0-0"])[-1]["message"]
    (failed,) = diagnosed(coloured, folder=str(tmp_path / "nowhere"))
    assert "nowhere" in failed["message"]
    assert str(tmp_path) not in failed["message"]


def test_what_is_stopped_says_no_more(coloured):
    stopped = []

    def stop(content, buffers=None):
        stopped.append(content)
        coloured.state.work.stop("q")

    coloured.state.send = stop
    coloured.ask("diagnose", photos=[*coloured.truths])
    worked()
    assert [each["is_whole"] for each in stopped] == [False]


def test_the_same_question_is_answered_at_once(coloured):
    asked = {"photos": [*coloured.truths], "classes": [*coloured.truths.values()]}
    diagnosed(coloured, **asked)
    (again,) = coloured.ask("diagnose", **asked)
    assert again["is_whole"]


def test_every_message_says_what_it_is():
    assert {"tell", "labels", "remember", "undo", "diagnose"} <= {*protocol.REQUESTS}
    assert "diagnosis" in protocol.MESSAGES
