"""The state behind the views, without a browser: what it answers to each message of a page."""

import io
import logging
import threading

import numpy as np
import pytest
import traitlets
from PIL import Image as Pillow

from squeezeviz.errors import ImageError, LayerError, ModelNotFound, PreprocessingError
from squeezeviz.explorer.encoding import as_halves, as_steps
from squeezeviz.explorer.state import State
from squeezeviz.explorer.uploads import Uploads
from squeezeviz.network.architecture import Architecture, Layer
from squeezeviz.network.ops import Node, Operand, op_of
from squeezeviz.preprocessing import PRESETS, preset
from squeezeviz.results.activations import Activations
from squeezeviz.results.labels import Labels
from squeezeviz.results.prediction import Prediction, softmax
from squeezeviz.results.provenance import Provenance
from squeezeviz.runtime.chosen import Chosen
from squeezeviz.runtime.model import Model
from squeezeviz.zoo import Fallback


def layer(name, kind, shape, inputs=()):
    op = op_of(Node(kind, "", 17, (Operand("x", (1, *shape)),), (name,), ((1, *shape),), {}))
    return Layer(
        name, op, shape, inputs, parameters=0, macs=0, operations=0, receptive_fields=((3, 3),), stride=(2, 2),
        offset=(1.0, 1.0), sees_all=False, kernel=(3, 3), module=None, branch=None, pre_relu=None, has_more_fields=False,
        raw_name=name,
    )  # fmt: skip


class FakeModel(Model):
    """Says that an image shows the class whose index is its mean brightness; no network needed."""

    label_space = "256 greys"
    sha256, file_bytes = "00", 0
    entry = fallback = None
    assumptions = assumed = notes = ()
    in_file, path, chosen = frozenset(), None, Chosen()
    labels = Labels.numbered(256)
    preprocessing = preset("caffe2")
    architecture = Architecture(
        "data", (3, 227, 227), "logits", (256,), "logits", "logits",
        (layer("conv1", "Relu", (4, 3, 5), ("data",)), layer("logits", "Relu", (256, 1, 1), ("conv1",))),
    )  # fmt: skip

    def __init__(self, name="fake", shift=0):
        self.name, self.shift = name, shift

    def resolve(self, preprocessing):
        return preprocessing

    def architecture_at(self, height, width):
        return self.architecture

    def seen(self, image, preprocessing):
        return preprocessing.seen_by_network(image)

    def predict(self, image, preprocessing):
        logits = np.zeros(256, np.float32)
        logits[int(image.pixels.mean()) + self.shift] = 9
        return Prediction(image.name, logits, softmax(logits), self.labels, Provenance(self.name, "00", preprocessing))

    def observe(self, image, preprocessing, *, threads=None):
        prediction = self.predict(image, preprocessing)
        level = image.pixels.mean()
        maps = {
            "conv1": np.arange(60, dtype=np.float32).reshape(4, 3, 5) * level,
            "logits": prediction.logits[:, None, None],
        }
        return prediction, Activations(image.name, maps, prediction.provenance)

    def activations(self, image, layer, *, preprocessing):
        return self.observe(image, preprocessing)[1]


class Page:
    """What a page does: send messages, keep what comes back."""

    def __init__(self, load=FakeModel, choose=None, models=None):
        self.widget = State(load, choose=choose, models=models)
        self.replies = []
        self.widget.send = lambda content, buffers=None: self.replies.append((content, buffers))

    def tell(self, *buffers, **content):
        if buffers:
            content.setdefault("buffers", ["piece" if content["kind"].endswith("piece") else "pixels"])
        self.widget._receive(None, content, list(buffers))
        return self.replies[-1][0]

    def settle(self):
        """Wait for the photos that are answered beside the page."""
        self.widget._renewal.wait()

    def photos(self):
        return [content for content, _ in self.replies if content["kind"] == "photo"]

    def buffers(self, kind):
        """The buffers of the first reply of a kind, by name."""
        content, buffers = next(reply for reply in self.replies if reply[0]["kind"] == kind)
        return dict(zip(content["buffers"], buffers, strict=True))

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
    page.upload(png(7), name="grey.png", request="abc", pieces=pieces)
    (reply,) = page.photos()
    assert (reply["id"], reply["name"], reply["model"]) == ("abc", "grey.png", "fake")
    assert reply["size"] == [40, 30]
    assert reply["preset"] == "caffe2"
    assert page.widget.photo == "abc"
    assert page.widget.prediction is page.widget.predictions[0]
    named = page.buffers("photo")
    display, seen, logits = named["original"], named["seen"], named["logits"]
    assert Pillow.open(io.BytesIO(display)).size == (40, 30)
    assert Pillow.open(io.BytesIO(seen)).size == (227, 227)
    assert np.frombuffer(logits, "<f4").argmax() == 7
    left, top, right, bottom = reply["visible"]
    assert left == pytest.approx(14 / 256)
    assert right == pytest.approx(241 / 256)
    assert (left, right) == (top, bottom)


def test_with_the_answer_comes_the_layer_on_show():
    page = Page()
    page.upload(png(7))
    assert page.widget.layer == "conv1", "fire5/concat is no layer of this model"
    content, (halves, statistics) = page.replies[-1]
    assert content["buffers"] == ["values", "statistics"]
    assert (content["kind"], content["layer"], content["shape"]) == ("tensor", "conv1", [4, 3, 5])
    expected = page.widget.activations["conv1"]
    values = np.frombuffer(halves, "<f2").astype(np.float32).reshape(4, 3, 5) * content["scale"]
    np.testing.assert_allclose(values, expected, rtol=2**-11)
    most, mean, zero = np.frombuffer(statistics, "<f4").reshape(3, 4)
    np.testing.assert_allclose(most, expected.max((1, 2)))
    np.testing.assert_allclose(mean, expected.mean((1, 2)), rtol=1e-6)
    np.testing.assert_allclose(zero, (expected == 0).mean((1, 2)))
    photo = page.photos()[0]
    assert photo["rms_activation"]["conv1"] == pytest.approx(float(np.sqrt((expected**2).mean())))


def test_a_layer_is_sent_when_it_is_asked_for_and_unknown_ones_are_not():
    page = Page()
    page.upload(png(7), request="p")
    reply = page.tell(kind="tensor", id="t", photo="p", layer="logits")
    assert (reply["kind"], reply["id"], reply["shape"]) == ("tensor", "t", [256, 1, 1])
    assert page.tell(kind="tensor", id="u", photo="p", layer="conv99")["kind"] == "failed"
    # A photo that was removed while the question was on its way: answered, since the page waits, but no failure.
    assert page.tell(kind="tensor", id="v", photo="gone", layer="conv1") == {"kind": "gone", "id": "v"}
    assert page.tell(kind="variants", id="w", photo="gone") == {"kind": "gone", "id": "w"}


def test_other_preprocessings_are_answered_together():
    page = Page()
    page.upload(png(7), request="p")
    rows = page.tell(kind="variants", id="v", photo="p")["rows"]
    assert [row["preset"] for row in rows] == page.widget.compared
    assert {row["label"] for row in rows} == {"class 7"}
    page.widget.compared = ["letterbox"]
    page.widget.preset = "no-mean"
    rows = page.tell(kind="variants", id="v", photo="p")["rows"]
    assert [row["preset"] for row in rows] == ["no-mean", "letterbox"]


def test_a_preprocessing_that_does_not_fit_is_left_out_of_the_panel_and_said_side_by_side():
    page = Page()
    page.widget._known["as-is"] = preset("caffe2").replace(name="as-is", resize="none")
    page.widget.compared = ["as-is", "no-mean"]
    page.upload(png(7), request="p")
    page.widget._model.predict = lambda image, how: how(image) is None or FakeModel().predict(image, how)
    assert [r["preset"] for r in page.tell(kind="variants", id="v", photo="p")["rows"]] == ["caffe2", "no-mean"]
    page.widget._model.observe = lambda image, how: how(image)
    failed = page.tell(kind="variant", id="w", photo="p", preset="as-is", preset_key="as-is")
    assert (failed["kind"], failed["id"]) == ("failed", "w")
    assert "the crop must fit" in failed["message"]


def test_a_preprocessing_is_compared_with_the_one_in_use():
    page = Page()
    page.upload(png(7), request="p")
    reply = page.tell(kind="variant", id="v", photo="p", preset="no-mean", preset_key="no-mean")
    assert (reply["kind"], reply["id"], reply["reference"], reply["preset"]) == ("variant", "v", "caffe2", "no-mean")
    assert reply["drift"][0] == ["conv1", pytest.approx(0, abs=1e-6), pytest.approx(1)]
    assert reply["first_divergent_layer"] is None
    seen, logits = page.replies[-1][1]
    assert Pillow.open(io.BytesIO(seen)).size == (227, 227)
    assert np.frombuffer(logits, "<f4").argmax() == 7
    tensor = page.tell(kind="tensor", id="t", photo="p", layer="conv1", preset="no-mean", preset_key="so")
    assert (tensor["preset"], tensor["shape"]) == ("so", [4, 3, 5])


def test_one_of_your_own_follows_what_is_tuned():
    page = Page()
    page.upload(png(7), request="p")
    page.widget.tuned = {**preset("caffe2").to_dict(), "crop": [0.25, 1.0]}
    reply = page.tell(kind="variant", id="v", photo="p", preset="yours", preset_key="yours 1")
    assert (reply["preset"], reply["preset_key"]) == ("yours", "yours 1")
    assert "crop at 25%, 100%" in reply["words"]
    page.widget.preset = "yours"
    assert page.photos()[-1]["preset"] == "yours"
    page.widget.tuned = {**page.widget.tuned, "crop": "top-left"}
    assert "top-left" in page.photos()[-1]["preprocessing_words"]
    page.widget.tuned = {**page.widget.tuned, "crop_px": 9999}
    assert "4096" in page.replies[-1][0]["message"]
    assert "top-left" in page.photos()[-1]["preprocessing_words"], "the answer before stays"
    assert "4096" in page.tell(kind="variant", id="v", photo="p", preset="yours", preset_key="x")["message"]


def test_only_the_latest_photos_keep_their_activations():
    page = Page()
    for number in range(6):
        page.upload(png(number), request=f"p{number}")
    assert sum(photo.activations is not None for photo in page.widget._photos) == 3
    assert page.tell(kind="tensor", id="t", photo="p0", layer="conv1")["kind"] == "tensor", "computed anew"
    assert sum(photo.activations is not None for photo in page.widget._photos) == 3


def test_what_is_chosen_is_checked():
    page = Page()
    page.upload(png(7))
    with pytest.raises(LayerError, match="Did you mean 'conv1'"):
        page.widget.layer = "conv2"
    for trait, value in [("sort", "size"), ("scale", "page"), ("palette", "jet"), ("channel", "first"), ("cell", (1,))]:
        with pytest.raises(traitlets.TraitError):
            setattr(page.widget, trait, value)
    assert page.widget.layer == "conv1"


@pytest.mark.parametrize("top", [0.0, 1e-30, 1e-7, 0.5, 1.0, 300.0, 65520.0, 1e9])
def test_halves_keep_their_precision_at_any_size_and_what_is_above_zero_above_it(top):
    values = np.linspace(0, top, 4001, dtype=np.float32)
    halves, scale = as_halves(values)
    back = halves.astype(np.float64) * scale
    assert np.isfinite(back).all()
    assert ((back > 0) == (values > 0)).all()
    large = values > top * 1e-4
    np.testing.assert_allclose(back[large], values[large], rtol=2**-11)


@pytest.mark.parametrize("top", [0.0, 1e-40, 1e-7, 0.5, 1.0, 300.0, 65520.0, 3e38])
def test_a_passing_frame_keeps_zero_and_each_maximum_and_errs_by_less_than_a_step(top):
    values = np.stack([np.linspace(0, top, 4001, dtype=np.float32), np.zeros(4001, np.float32)])
    steps = as_steps(values, values.max(axis=1))
    assert not steps[1].any()
    if top < 1e-30:
        assert not steps.any(), "next to nothing is nothing"
        return
    assert ((steps[0] > 0) == (values[0] > 0)).all()
    assert steps[0, -1] == 255
    np.testing.assert_allclose(steps[0] * (top / 255), values[0], rtol=0, atol=top / 254)


def test_a_large_photo_is_scaled_down_for_display():
    page = Page()
    page.upload(png(7, (3000, 1500)))
    assert Pillow.open(io.BytesIO(next(b for c, b in page.replies if c["kind"] == "photo")[0])).size == (680, 340)


@pytest.mark.parametrize("content", [b"", b"a letter", png(9)[:40]])
def test_a_bad_file_fails_with_its_id_and_the_rest_goes_on(content):
    page = Page()
    reply = page.upload(content, name="bad.png", request="bad")
    assert (reply["kind"], reply["id"]) == ("failed", "bad")
    assert reply["message"].startswith("bad.png: ")
    page.upload(png(5), request="good")
    assert [photo["id"] for photo in page.photos()] == ["good"]


def test_samples_and_unknown_samples():
    page = Page()
    page.tell(kind="sample", id="s", name="hopper")
    assert [photo["id"] for photo in page.photos()] == ["s"]
    assert page.tell(kind="sample", id="t", name="no such")["kind"] == "failed"


def test_ready_brings_everything_back():
    page = Page()
    page.upload(png(3), request="one")
    page.upload(png(4), request="two")
    page.replies.clear()
    page.tell(kind="ready", id="q")
    kinds = [(content["kind"], content["id"]) for content, _ in page.replies]
    assert kinds == [("setting", "q"), ("model", "q"), ("photo", "one"), ("photo", "two"), ("tensor", "")]
    setting, pictures = page.replies[0]
    assert [p["name"] for p in setting["presets"]] == list(PRESETS)
    assert len(setting["samples"]) == len(pictures)
    known = {"name": "squeezenet1.1-shapes", "label_space": "24 drawn shapes and patterns"}
    assert {**known, "sha256": "", "size_bytes": 0, "used": ""} in setting["models"]
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
    assert (page.photos()[0]["id"], page.photos()[0]["preset"]) == ("two", "caffe2-aspect"), (
        "the one on the stage first"
    )
    page.settle()
    assert [(c["id"], c["preset"]) for c in page.photos()] == [("two", "caffe2-aspect"), ("one", "caffe2-aspect")]
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
    assert (ready["label_space"], ready["fallback"], ready["is_drawn"]) == ("256 greys", None, False)


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
        content["id"]: int(np.frombuffer(buffers[2], "<f4").argmax())
        for content, buffers in page.replies
        if content["kind"] == "photo"
    }
    assert answers == {f"r{n}": n for n in range(20)}
    assert len(page.widget.predictions) == 20


def test_an_unexpected_error_is_logged_and_told_in_words(caplog):
    class Broken(FakeModel):
        def observe(self, image, preprocessing, *, threads=None):
            raise ZeroDivisionError("inside")

    page = Page(Broken)
    with caplog.at_level(logging.ERROR, "squeezeviz"):
        reply = page.upload(png(3))
    assert "something went wrong" in reply["message"]
    assert "ZeroDivisionError" in caplog.text


def test_add_from_python():
    page = Page()
    seen = []
    page.widget.observe(lambda change: seen.append(change["new"]), "photo")
    prediction = page.widget.add(np.full((5, 5, 3), 200, np.uint8))
    assert prediction.top(1)[0].class_index == 200
    assert seen == [page.widget.photo]
    with pytest.raises(ImageError):
        page.widget.add(b"nothing")
    with pytest.raises(traitlets.TraitError):
        page.widget.photo = 3


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
    assert len(uploads) <= 64


OFFERED = dict.fromkeys(("other", "third", "nowhere", "broken"), "256 greys")


def choose(name):
    if name == "nowhere":
        raise ModelNotFound("nowhere: no such model")
    if name == "broken":
        raise ZeroDivisionError("inside")
    return FakeModel(name, shift=1)


def test_another_model_answers_every_photo_anew():
    page = Page(choose=choose, models=OFFERED)
    page.upload(png(3), request="one")
    page.upload(png(4), request="two")
    assert page.photos()[-1]["model"] == "fake"
    page.replies.clear()
    page.tell(kind="use", id="u", name="other")
    kinds = [(content["kind"], content["id"]) for content, _ in page.replies]
    stage = [("model", ""), ("photo", "two"), ("tensor", "")]
    assert [kind for kind in kinds if kind != ("photo", "one")] == [*stage, ("model", "u")]
    page.settle()
    assert [photo["model"] for photo in page.photos()] == ["other", "other"]
    assert [p.top(1)[0].class_index for p in page.widget.predictions] == [4, 5]
    page.widget.use("third")
    assert page.widget.prediction.model_id == "third"


@pytest.mark.parametrize(("name", "words"), [("nowhere", "no such model"), ("broken", "something went wrong")])
def test_a_model_that_cannot_be_had_leaves_the_one_before(name, words):
    page = Page(choose=choose, models=OFFERED)
    page.upload(png(3), request="one")
    reply = page.tell(kind="use", id="u", name=name)
    assert (reply["kind"], reply["id"], reply["name"]) == ("model", "u", "fake")
    assert words in reply["error"]
    page.upload(png(4))
    assert page.photos()[-1]["model"] == "fake"
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
    page.upload(png(3))
    assert page.photos()[-1]["model"] == "other"


def test_a_model_that_stands_in_is_told_with_its_reason_and_remedy():
    class StandIn(FakeModel):
        fallback = Fallback("squeezenet1.1-caffe2", "squeezenet1.1-shapes", "no network\nat all")

    told = Page(StandIn).tell(kind="ready", id="q")["fallback"]
    assert told["headline"].startswith("This is squeezenet1.1-shapes, not squeezenet1.1-caffe2")
    assert "squeezeviz download" in told["details"]
    assert told["details"].endswith("no network\nat all")


def test_a_state_goes_on_where_another_was():
    before, after = Page(), Page(load=lambda: pytest.fail("the model is taken over"))
    before.upload(png(3), name="one.png", request="one")
    before.upload(png(4), name="two.png", request="two")
    before.widget.set_trait("channel", 2)
    before.widget.sort, before.widget.photo = "max", "one"
    after.widget.take_over(before.widget, but=["sort"])
    assert (after.widget.photo, after.widget.channel, after.widget.sort) == ("one", 2, "index")
    assert [p.image for p in after.widget.predictions] == ["one.png", "two.png"]
    assert after.widget.model is before.widget.model


def test_a_cell_that_is_run_again_keeps_its_explorer(monkeypatch):
    from squeezeviz.widgets import views

    class Shell:
        run = 0

        def get_parent(self):
            return {"metadata": {"cellId": "c1"}, "header": {"msg_id": str(self.run)}}

    shell = Shell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    monkeypatch.setattr(views, "load_quietly", lambda name: FakeModel(name or "fake"))
    first, second = views.explore(), views.explore()
    first.add(png(9))
    first.state.sort = "mean"
    assert (second.state.sort, second.predictions) == ("index", [])
    shell.run = 1
    again = views.explore(), views.explore()
    assert [e.state.sort for e in again] == ["mean", "index"]
    assert [len(e.predictions) for e in again] == [1, 0]
    shell.run = 2
    assert views.explore(sort="max").state.sort == "max", "what the call says comes first"
    assert views.explore(model="other").predictions == []


def test_views_share_a_state_or_have_their_own(monkeypatch):
    from squeezeviz.widgets import views

    monkeypatch.setattr(views, "load_quietly", lambda name: FakeModel())
    explorer = views.Explorer(png(3), layer="conv1", channel=2)
    assert (explorer.view, explorer.state.layer, explorer.state.channel) == ("explorer", "conv1", 2)
    assert explorer.prediction.top(1)[0].class_index == 3
    maps = views.FeatureMaps(explorer, sort="mean")
    assert maps.state is explorer.state
    assert views.TopK(explorer.state).state is explorer.state
    assert explorer.state.sort == "mean"
    assert {cls(explorer).view for cls in (views.NetworkMap, views.PhotoView, views.ChannelView, views.ReceptiveField)} == {
        "network", "photo", "channel", "field"
    }  # fmt: skip
    with pytest.raises(TypeError, match="palette"):
        views.FeatureMaps(explorer, colour="red")
    with pytest.raises(LayerError):
        views.Explorer(png(3), layer="conv7")
    assert views.predictor(images=[png(5)]).predictions[0].top(1)[0].class_index == 5


# The model's own preprocessing ----------------------------------------------------------------------------------------

FOLDED = preset("caffe2").replace(name="caffe2-folded", mean=(0.0, 0.0, 0.0))


class FoldedModel(FakeModel):
    """Expects pixel values: what the others subtract is part of its first layer."""

    preprocessing = FOLDED


def by_page(state, **content):
    """What a page sends, and what it is answered."""
    sent = []
    state.send = lambda content, buffers=None: sent.append(content)
    state._receive(None, content, [])
    return sent


def test_a_page_begins_with_the_models_own_preprocessing():
    state = State(FoldedModel)
    assert state.add(np.zeros((9, 9, 3), np.uint8)).preprocessing == FOLDED
    assert state.preset == "caffe2-folded"
    (offered,) = [sent for sent in by_page(state, kind="ready", id="1") if sent["kind"] == "setting"]
    assert [how["name"] for how in offered["presets"]].count("caffe2-folded") == 1


def test_a_page_that_opens_before_its_model_is_there_is_told_of_its_preprocessing():
    sent = by_page(State(FoldedModel), kind="ready", id="1")
    offers = [{how["name"] for how in each["presets"]} for each in sent if each["kind"] == "setting"]
    assert ["caffe2-folded" in names for names in offers] == [False, True]
    assert [each["preprocessing"] for each in sent if each["kind"] == "model"] == ["caffe2-folded"]


def test_what_was_chosen_stays_with_a_model_that_would_have_another():
    state = State(FoldedModel)
    state.choose_preset("caffe2")
    assert state.add(np.zeros((9, 9, 3), np.uint8)).preprocessing == preset("caffe2")
    state = State(FoldedModel, choose=FakeModel)
    state.preset = "no-mean"
    state.add(np.zeros((9, 9, 3), np.uint8))
    state.use("other")
    assert state.prediction.preprocessing == preset("no-mean")


def test_another_model_brings_its_own_preprocessing():
    models = {"folded": FoldedModel("folded"), "plain": FakeModel("plain")}
    state = State(lambda: models["plain"], choose=models.get)
    state.add(np.zeros((9, 9, 3), np.uint8))
    for name in ("folded", "plain", "folded"):
        answers = []
        state.send = lambda content, buffers=None, told=answers: told.append(content)
        state.use(name)
        assert state.prediction.preprocessing == models[name].preprocessing
        assert [sent["preset"] for sent in answers if sent["kind"] == "photo"] == [models[name].preprocessing.name]
    state.use("plain")
    assert "caffe2-folded" not in state._presets


def test_a_model_of_another_size_has_its_own_preset_of_that_name():
    own = preset("caffe2").replace(crop_px=224)
    small = FakeModel("small")
    small.preprocessing = own
    state = State(lambda: small)
    assert state.add(np.zeros((9, 9, 3), np.uint8)).preprocessing == own
