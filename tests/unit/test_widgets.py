"""The widget without a browser: what it answers to each message of a page."""

import io
import logging
import threading

import numpy as np
import pytest
import traitlets
from PIL import Image as Pillow

from squeezeviz.errors import ImageError, ModelNotFound, PreprocessingError
from squeezeviz.labels import Labels
from squeezeviz.prediction import Prediction, softmax
from squeezeviz.preprocessing import PRESETS
from squeezeviz.provenance import Provenance
from squeezeviz.widgets.predictor import Predictor
from squeezeviz.widgets.uploads import Uploads
from squeezeviz.zoo import Fallback


class FakeModel:
    """Says that an image shows the class whose index is its mean brightness; no network needed."""

    world = "256 greys"
    entry = fallback = None

    def __init__(self, name="fake", shift=0):
        self.name, self.shift = name, shift

    def predict(self, image, preprocessing):
        logits = np.zeros(256, np.float32)
        logits[int(image.pixels.mean()) + self.shift] = 9
        return Prediction(
            image.name, logits, softmax(logits), Labels.numbered(256), Provenance(self.name, "00", preprocessing)
        )


class Page:
    """What a page does: send messages, keep what comes back."""

    def __init__(self, load=FakeModel, choose=None):
        self.widget = Predictor(load, choose=choose)
        self.replies = []
        self.widget.send = lambda content, buffers=None: self.replies.append((content, buffers))

    def tell(self, *buffers, **content):
        self.widget._receive(None, content, list(buffers))
        return self.replies[-1][0]

    def upload(self, content, name="p.png", request="r1", pieces=1):
        size = -(-len(content) // pieces) if content else 0
        reply = None
        for index in range(pieces):
            piece = memoryview(content[index * size : (index + 1) * size])
            reply = self.tell(piece, kind="piece", id=request, name=name, index=index, count=pieces)
        return reply


def png(level, size=(40, 30)):
    buffer = io.BytesIO()
    Pillow.new("RGB", size, (level, level, level)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("pieces", [1, 3])
def test_an_upload_is_answered_with_its_id(pieces):
    page = Page()
    reply = page.upload(png(7), name="grey.png", request="abc", pieces=pieces)
    assert (reply["kind"], reply["id"], reply["name"]) == ("photo", "abc", "grey.png")
    assert reply["top"][0]["label"] == "class 7"
    assert reply["size"] == [40, 30]
    assert reply["preset"] == "caffe2"
    assert page.widget.chosen == "abc"
    assert page.widget.prediction is page.widget.predictions[0]
    display, seen = page.replies[-1][1]
    assert Pillow.open(io.BytesIO(display)).size == (40, 30)
    assert Pillow.open(io.BytesIO(seen)).size == (227, 227)
    left, top, right, bottom = reply["visible"]
    assert left == pytest.approx(14 / 256)
    assert right == pytest.approx(241 / 256)
    assert (left, right) == (top, bottom)


def test_a_large_photo_is_scaled_down_for_display():
    page = Page()
    page.upload(png(7, (3000, 1500)))
    assert Pillow.open(io.BytesIO(page.replies[-1][1][0])).size == (680, 340)


@pytest.mark.parametrize("content", [b"", b"a letter", png(9)[:40]])
def test_a_bad_file_fails_with_its_id_and_the_rest_goes_on(content):
    page = Page()
    reply = page.upload(content, name="bad.png", request="bad")
    assert (reply["kind"], reply["id"]) == ("failed", "bad")
    assert reply["message"].startswith("bad.png: ")
    assert page.upload(png(5), request="good")["kind"] == "photo"


def test_samples_and_unknown_samples():
    page = Page()
    assert page.tell(kind="sample", id="s", name="hopper")["kind"] == "photo"
    assert page.tell(kind="sample", id="t", name="no such")["kind"] == "failed"


def test_ready_brings_everything_back():
    page = Page()
    page.upload(png(3), request="one")
    page.upload(png(4), request="two")
    page.replies.clear()
    page.tell(kind="ready", id="q")
    kinds = [(content["kind"], content["id"]) for content, _ in page.replies]
    assert kinds == [("setting", "q"), ("model", "q"), ("photo", "one"), ("photo", "two")]
    setting, pictures = page.replies[0]
    assert [p["name"] for p in setting["presets"]] == list(PRESETS)
    assert len(setting["samples"]) == len(pictures)
    assert {"name": "squeezenet1.1-shapes", "world": "24 drawn shapes and patterns"} in setting["models"]
    assert [s["name"] for s in setting["samples"] if s["is_drawn"]][:2] == ["shape-triangle", "shape-star"]


def test_a_forgotten_photo_is_gone():
    page = Page()
    page.upload(png(3), request="one")
    assert page.tell(kind="forget", id="one") == {"kind": "forgotten", "id": "one"}
    assert page.widget.predictions == []
    assert page.widget.prediction is None


def test_another_preset_answers_every_photo_anew():
    page = Page()
    page.upload(png(3), request="one")
    page.upload(png(4), request="two")
    page.replies.clear()
    page.widget.preset = "caffe2-aspect"
    assert [(c["id"], c["preset"]) for c, _ in page.replies] == [("one", "caffe2-aspect"), ("two", "caffe2-aspect")]
    with pytest.raises(PreprocessingError, match="Did you mean"):
        page.widget.preset = "caffe2-aspct"
    assert page.widget.preset == "caffe2-aspect"


def test_without_a_model_the_page_says_so_and_stays():
    def load():
        raise ModelNotFound("the model is nowhere; fetch it so: ...")

    page = Page(load)
    page.tell(kind="ready", id="q")
    assert "nowhere" in page.replies[1][0]["error"]
    assert "nowhere" in page.upload(png(3))["message"]


def test_a_model_that_takes_its_time_keeps_nothing_else_waiting():
    loading, go_on = threading.Event(), threading.Event()

    def load():
        loading.set()
        assert go_on.wait(10)
        return FakeModel()

    page = Page(load)
    first = threading.Thread(target=page.tell, kwargs={"kind": "ready", "id": "q"})
    first.start()
    assert loading.wait(10)
    assert [content["kind"] for content, _ in page.replies] == ["setting"], "samples and limits need no model"
    assert page.widget.predictions == []
    assert page.tell(kind="forget", id="none")["kind"] == "forgotten"
    go_on.set()
    first.join(10)
    ready = page.replies[-1][0]
    assert (ready["kind"], ready["id"], ready["name"], ready["error"]) == ("model", "q", "fake", None)
    assert (ready["world"], ready["fallback"], ready["is_drawn"]) == ("256 greys", None, False)


def test_a_model_that_breaks_in_an_unexpected_way_is_logged_and_told_in_words(caplog):
    def load():
        raise ZeroDivisionError("inside")

    page = Page(load)
    with caplog.at_level(logging.ERROR, "squeezeviz"):
        assert "something went wrong" in page.tell(kind="ready", id="q")["error"]
    assert "ZeroDivisionError" in caplog.text


def test_threads_at_once_lose_nothing():
    page = Page()
    threads = [
        threading.Thread(target=page.upload, args=(png(n),), kwargs={"request": f"r{n}", "pieces": 3})
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    answers = {
        content["id"]: content["top"][0]["class_index"] for content, _ in page.replies if content["kind"] == "photo"
    }
    assert answers == {f"r{n}": n for n in range(20)}
    assert len(page.widget.predictions) == 20


def test_an_unexpected_error_is_logged_and_told_in_words(caplog):
    class Broken(FakeModel):
        def predict(self, image, preprocessing):
            raise ZeroDivisionError("inside")

    page = Page(Broken)
    with caplog.at_level(logging.ERROR, "squeezeviz"):
        reply = page.upload(png(3))
    assert "something went wrong" in reply["message"]
    assert "ZeroDivisionError" in caplog.text


def test_add_from_python():
    page = Page()
    seen = []
    page.widget.observe(lambda change: seen.append(change["new"]), "chosen")
    prediction = page.widget.add(np.full((5, 5, 3), 200, np.uint8))
    assert prediction.top(1)[0].class_index == 200
    assert seen == [page.widget.chosen]
    with pytest.raises(ImageError):
        page.widget.add(b"nothing")
    with pytest.raises(traitlets.TraitError):
        page.widget.chosen = 3


def test_pieces_out_of_order_are_refused_and_forgotten():
    uploads = Uploads()
    assert uploads.add("a", b"1", index=0, count=3) is None
    with pytest.raises(ImageError, match="wrong order"):
        uploads.add("a", b"3", index=2, count=3)
    assert uploads.add("a", b"1", index=0, count=1) == b"1"


def test_abandoned_uploads_are_dropped():
    uploads = Uploads()
    for number in range(200):
        uploads.add(str(number), b"x", index=0, count=2)
    assert len(uploads._pieces) <= 65


def choose(name):
    if name == "nowhere":
        raise ModelNotFound("nowhere: no such model")
    if name == "broken":
        raise ZeroDivisionError("inside")
    return FakeModel(name, shift=1)


def test_another_model_answers_every_photo_anew():
    page = Page(choose=choose)
    page.upload(png(3), request="one")
    page.upload(png(4), request="two")
    assert page.replies[-1][0]["model"] == "fake"
    page.replies.clear()
    page.tell(kind="use", id="u", name="other")
    kinds = [(content["kind"], content["id"]) for content, _ in page.replies]
    assert kinds == [("model", ""), ("photo", "one"), ("photo", "two"), ("model", "u")]
    assert [content["model"] for content, _ in page.replies[1:3]] == ["other", "other"]
    assert [p.top(1)[0].class_index for p in page.widget.predictions] == [4, 5]
    page.widget.use("third")
    assert page.widget.prediction.model_id == "third"


@pytest.mark.parametrize(("name", "words"), [("nowhere", "no such model"), ("broken", "something went wrong")])
def test_a_model_that_cannot_be_had_leaves_the_one_before(name, words):
    page = Page(choose=choose)
    page.upload(png(3), request="one")
    reply = page.tell(kind="use", id="u", name=name)
    assert (reply["kind"], reply["id"], reply["name"]) == ("model", "u", "fake")
    assert words in reply["error"]
    assert page.upload(png(4))["model"] == "fake"
    with pytest.raises((ModelNotFound, ZeroDivisionError)):
        page.widget.use(name)


def test_a_model_chosen_while_the_first_is_loading_stays_chosen():
    loading, go_on = threading.Event(), threading.Event()

    def load():
        loading.set()
        assert go_on.wait(10)
        return FakeModel()

    page = Page(load, choose)
    first = threading.Thread(target=page.tell, kwargs={"kind": "ready", "id": "q"})
    first.start()
    assert loading.wait(10)
    page.widget.use("other")
    go_on.set()
    first.join(10)
    assert page.upload(png(3))["model"] == "other"


def test_a_model_that_stands_in_is_told_with_its_reason_and_remedy():
    class StandIn(FakeModel):
        fallback = Fallback("squeezenet1.1-caffe2", "squeezenet1.1-shapes", "no network\nat all")

    told = Page(StandIn).tell(kind="ready", id="q")["fallback"]
    assert told["headline"].startswith("This is squeezenet1.1-shapes, not squeezenet1.1-caffe2")
    assert "squeezeviz download" in told["details"]
    assert told["details"].endswith("no network\nat all")
