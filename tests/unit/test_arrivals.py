"""A model that is dropped on the page: it comes in pieces, is kept by its digest, and answers if it can."""

import hashlib
import io
import os
import pickle
import shutil
import threading
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto

import squeezeviz as sv
from squeezeviz.explorer.limits import MOST_KEPT_MODELS
from squeezeviz.explorer.models import arrivals, bringing
from squeezeviz.explorer.models.folder import LIMIT_VARIABLE, VISITOR_VARIABLE, model_folder
from squeezeviz.explorer.state import State
from squeezeviz.zoo.received import plain_name, received
from tests.fires import fires_net
from tests.hostile_names import HOSTILE
from tests.nets import as_bytes, fire_net, tiny_model
from tests.stacks import Stack
from tests.unit.network.test_networks import MAPS, MEAN, NODE, SOFTMAX, network, weight
from tests.unit.test_known import foreign


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A person's own cache, with nothing in it."""
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv(LIMIT_VARIABLE, raising=False)
    monkeypatch.delenv("SERVER_SOFTWARE", raising=False)
    return tmp_path / "cache" / "received"


class Page:
    """A page on a small network, with one photo."""

    def __init__(self, load=lambda: tiny_model(fires_net(4))):
        self.state = State(load)
        self.replies = []
        self.state.send = lambda content, buffers=None: self.replies.append(content)
        photo = np.random.default_rng(1).integers(0, 256, (90, 120, 3), dtype=np.uint8)
        self.before = self.state.add(photo)
        self.replies.clear()

    def tell(self, content, *buffers):
        self.state._receive(None, content, [memoryview(each) for each in buffers])

    def piece(self, content, *, request="m", name="my_model.onnx", file=0, files=1, index=0, count=1):
        place = {"file": file, "files": files, "index": index, "count": count}
        self.tell({"kind": "model-piece", "id": request, "name": name, **place, "buffers": ["piece"]}, content)

    def drop(self, *files, request="m", pieces=1):
        """Send files as the page does, and wait until the kernel has said what becomes of them."""
        for file, (name, content) in enumerate(files):
            size = max(1, -(-len(content) // pieces))
            parts = [content[start : start + size] for start in range(0, len(content), size)] or [b""]
            for index, part in enumerate(parts):
                place = {"file": file, "files": len(files), "index": index, "count": len(parts)}
                self.piece(part, request=request, name=name, **place)
        return self.settled(request)

    def use(self, name, request="u"):
        self.tell({"kind": "use", "id": request, "name": name})
        return self.settled(request)

    def settled(self, request):
        self.state.arrivals.wait()
        return next(each for each in reversed(self.replies) if each["kind"] == "model" and each["id"] == request)

    def kinds(self):
        return [each["kind"] for each in self.replies]

    @property
    def offered(self):
        self.replies.clear()
        self.state.say(self.state.setting(""))
        return {each["name"]: each for each in self.replies[-1]["models"]}


@pytest.fixture
def page():
    page = Page()
    yield page
    page.state.close()
    page.state.arrivals.wait()


def listed(folder):
    return sorted(each.name for each in folder.iterdir())


def content_of(made):
    return made.SerializeToString()


def beside(location="net.data"):
    """A network whose weights lie in another file: its bytes, and theirs."""
    made = network([*MAPS, *MEAN, SOFTMAX], [weight("w", 4, 3, 3, 3)])
    (held,) = made.graph.initializer
    values = held.raw_data
    held.ClearField("raw_data")
    held.data_location = TensorProto.EXTERNAL
    held.external_data.add(key="location", value=location)
    return content_of(made), values


# It answers -----------------------------------------------------------------------------------------------------------


def test_a_model_in_pieces_answers_the_photo_that_is_there(page, cache):
    content = content_of(foreign())
    said = page.drop(("my_model.onnx", content), pieces=7)
    assert (said["name"], said["error"]) == ("my_model", None)
    coming = [each for each in page.replies if each["kind"] == "arriving"]
    assert [each["bytes"] for each in coming] == sorted({each["bytes"] for each in coming})
    assert [each["is_loading"] for each in coming] == [False] * 6 + [True]
    assert coming[-1]["bytes"] == len(content)
    assert page.state.prediction.model_id == "my_model"
    assert page.state.prediction != page.before
    digest = hashlib.sha256(content).hexdigest()
    assert page.state.model.sha256 == digest
    kept = cache / digest / "my_model.onnx"
    assert kept.read_bytes() == content
    assert listed(cache) == [digest], "nothing else is left"
    offered = page.offered["my_model"]
    assert (offered["sha256"], offered["size_bytes"], offered["used"]) == (digest[:12], len(content), "")


def test_what_does_not_hold_of_the_next_network_starts_over(page):
    page.state.pinned, page.state.class_index, page.state.contrast_class = [3], 2, 1
    page.state.layer, page.state.channel, page.state.cell = "fire2/concat", 3, (2, 1)
    page.state.opened = [{"layer": "fire2/concat", "channel": 1, "cell": (0, 0)}]
    page.state.ablated = {"fire2/concat": [1]}
    page.drop(("grey.onnx", content_of(foreign(channels=1))))
    state, model = page.state, page.state.model
    assert state.layer == model.architecture.layers[0].name
    assert (state.channel, state.cell, state.class_index, state.contrast_class) == (None, None, None, None)
    assert (state.pinned, state.opened, state.ablated) == ([], [], {})
    offered = {each["name"] for each in next(r for r in reversed(page.replies) if r["kind"] == "setting")["presets"]}
    assert {state.preset, *state.compared} <= offered
    assert state.prediction.model_id == "grey"
    page.drop(("my_model.onnx", content_of(foreign())))
    assert state.compared == ["caffe-classic", "rgb-by-mistake", "no-mean"] or set(state.compared) <= set(
        state._presets
    )


def test_a_caffe2_pair_dropped_together(page, cache):
    init, predict = as_bytes(fire_net())
    said = page.drop(("fires_init_net.pb", init), ("fires_predict_net.pb", predict))
    assert (said["name"], said["error"]) == ("fires", None)
    (kept,) = received(cache)
    assert sorted(listed(kept.path)) == ["init_net.pb", "predict_net.pb"]
    assert kept.size_bytes == len(init) + len(predict)


@pytest.mark.model
def test_the_published_pair_is_the_published_model_by_whatever_name(page, published_files, cache):
    names = ("init_net (1).pb", "predict_net (1).pb")
    said = page.drop(*zip(names, published_files.contents, strict=True))
    assert (said["name"], said["error"]) == ("squeezenet1.1-caffe2", None)
    assert not received(cache), "it is registered: kept once"


def test_weights_in_another_file_come_with_the_network(page, cache):
    network_file, values = beside()
    said = page.drop(("my_model.onnx", network_file), ("net.data", values))
    assert (said["name"], said["error"]) == ("my_model", None)
    (kept,) = received(cache)
    assert listed(cache / kept.sha256) == ["my_model.onnx"], "one file, with the weights in it"
    assert kept.sha256 == hashlib.sha256(kept.path.read_bytes()).hexdigest()
    assert page.drop(("net.data", values), ("my_model.onnx", network_file))["error"] is None, "in whatever order"


def test_two_views_of_one_file_share_the_weights(page, tmp_path):
    content = content_of(foreign())
    path = tmp_path / "my_model.onnx"
    path.write_bytes(content)
    other = Page(lambda: sv.load_model(path))
    third = Page(lambda: sv.load_model(os.path.relpath(path)))
    assert other.state.model is third.state.model
    page.drop(("my_model.onnx", content))
    again = Page()
    again.drop(("my_model.onnx", content))
    assert page.state.model is again.state.model
    for each in (other, third, again):
        each.state.close()


def test_a_model_that_python_opens_is_in_the_picker_with_its_size_and_digest(tmp_path):
    path = tmp_path / "my_model.onnx"
    path.write_bytes(content_of(foreign()))
    explorer = sv.explore(np.zeros((40, 40, 3), np.uint8), model=str(path))
    offered = next(each for each in explorer.state.offers.models if each.name == "my_model")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (offered.sha256, offered.size_bytes) == (digest[:12], path.stat().st_size)
    assert (offered.label_space, offered.used) == ("5 classes", "")
    explorer.close()


# It does not ----------------------------------------------------------------------------------------------------------


def torch_file():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("archive/data.pkl", pickle.dumps({}))
    return buffer.getvalue()


MAP_ANSWER = network(MAPS, [weight("w", 4, 3, 3, 3)], answers=("r",))
NO_IMAGE = network([NODE("Gemm", ["x", "w"], ["f"]), SOFTMAX], [weight("w", 8, 5)], image=("B", 8))
NO_MAPS = network([NODE("Flatten", ["x"], ["v"]), NODE("Gemm", ["v", "w"], ["f"]), SOFTMAX], [weight("w", 432, 5)])
REFUSED = {
    "damaged": ([("a.onnx", content_of(foreign())[:200])], "a: expected an ONNX model"),
    "nonsense": ([("a.onnx", b"\x08\x07" + bytes(range(200)))], "a: expected an ONNX model"),
    "empty": ([("a.onnx", b"")], "a.onnx is empty"),
    "a picture": ([("a.onnx", b"\x89PNG\r\n\x1a\n" + bytes(90))], "a: expected an ONNX model"),
    "no image": ([("a.onnx", content_of(NO_IMAGE))], "one image input"),
    "no classifier": (
        [("a.onnx", content_of(MAP_ANSWER))],
        "is no classifier: its answer r is of the shape (4, 12, 12)",
    ),
    "no CNN": ([("a.onnx", content_of(NO_MAPS))], "is no CNN: it has no convolution"),
    "PyTorch": ([("a.pt", torch_file())], "torch.onnx.export"),
    "a pickle under a network's name": ([("a.onnx", pickle.dumps({"w": 1}))], "is a pickle"),
    "an old pickle": ([("a.pth", pickle.dumps([1], protocol=2))], "is a pickle"),
    "Keras": ([("a.h5", b"\x89HDF\r\n\x1a\n" + bytes(90))], "Keras model"),
    "TFLite": ([("a.tflite", bytes(4) + b"TFL3" + bytes(90))], "tf2onnx.convert --tflite"),
    "safetensors": ([("a.safetensors", (99).to_bytes(8, "little") + b'{"w":{}}')], "weights only"),
    "TensorFlow": ([("frozen.pb", b"\x0a\x10" + bytes(90))], "tf2onnx.convert --graphdef"),
    "half a pair": ([("init_net.pb", as_bytes(fire_net())[0])], "drop predict_net.pb together with it"),
    "the other half": ([("predict_net.pb", as_bytes(fire_net())[1])], "drop init_net.pb together with it"),
    "a pair of others": ([("init_net.pb", b"\x01junk"), ("predict_net.pb", b"\x02junk")], "init_net"),
    "two networks": ([("a.onnx", b"\x08\x07a"), ("b.onnx", b"\x08\x07b")], "2 networks; drop one at a time"),
    "weights alone": ([("net.data", bytes(80))], "drop both together"),
    "weights missing": ([("a.onnx", beside()[0])], "keeps its weights in net.data, which is missing"),
    "weights too short": ([("a.onnx", beside()[0]), ("net.data", beside()[1][:8])], "holds 8 bytes where"),
    "what belongs to no network": ([("a.onnx", beside()[0]), ("z.data", b"x")], "z.data is none of the files"),
    "a name that leads elsewhere": ([("a.onnx", beside("../b.data")[0]), ("../b.data", b"x")], "b.data is none of"),
    "a folder's name": ([("a.onnx", beside("..")[0]), ("..", b"x")], ".. is none of the files"),
    "a file twice": ([("a.onnx", b"\x08\x07a"), ("a.onnx", b"\x08\x07a")], "two files are called so"),
}


@pytest.mark.parametrize("files, words", REFUSED.values(), ids=REFUSED)  # noqa: PT006 - two
def test_what_is_no_network_that_is_shown_gets_a_sentence_and_the_one_before_goes_on(page, cache, files, words):
    before, photo = page.state.model, page.state.prediction
    said = page.drop(*files)
    assert words in said["error"]
    assert "\n" not in said["error"]
    assert str(cache.parent) not in said["error"]
    assert said["name"] == before.name
    assert page.state.model is before
    assert page.state.prediction is photo
    assert not cache.exists() or listed(cache) == [], "nothing is kept of it"
    assert "failed" not in page.kinds()


def test_a_model_that_runs_into_an_error_only_when_it_is_run_is_not_shown(page, cache, monkeypatch):
    def refuse(model):
        raise sv.ModelError(f"{model.name}: ONNX Runtime could not run it")

    monkeypatch.setattr(bringing, "_try_out", refuse)
    before = page.state.model
    assert "could not run it" in page.drop(("a.onnx", content_of(foreign())))["error"]
    assert page.state.model is before
    assert listed(cache) == []


def test_more_than_the_bound_is_refused_as_it_comes(page, cache, monkeypatch):
    monkeypatch.setenv(LIMIT_VARIABLE, "1")
    page.piece(b"\x08\x07" + bytes(600_000), count=3)
    page.piece(bytes(600_000), index=1, count=3)
    said = page.settled("m")
    assert "a model of up to 1 MB is taken from a page" in said["error"]
    assert "sv.explore(model=PATH)" in said["error"]
    assert listed(cache) == []
    page.piece(bytes(600_000), index=2, count=3)
    assert page.replies[-1]["kind"] == "gone", "what was still on its way is no other failure"


def test_the_bound_may_be_another_or_none_at_all(page, monkeypatch):
    monkeypatch.setenv(LIMIT_VARIABLE, "0")
    page.offered  # noqa: B018 - has the page told
    assert page.replies[-1]["model_limit_bytes"] == 0
    assert "open-model" not in page.replies[-1]["abilities"]
    assert "up to 0 MB" in page.drop(("a.onnx", content_of(foreign())))["error"]
    monkeypatch.setenv(LIMIT_VARIABLE, "much")
    with pytest.raises(sv.ModelError, match="SQUEEZEVIZ_MOST_MODEL_MB is 'much'; expected a number of megabytes"):
        model_folder()


@pytest.mark.parametrize("place", [{"index": 1}, {"file": 1}, {"index": 5}, {"file": 1, "index": 1}])
def test_pieces_in_the_wrong_order_are_refused(page, place):
    page.piece(b"\x08\x07", count=3, files=2)
    page.piece(b"x", index=1, count=3, files=2)
    page.piece(b"x", **{"index": 0, "file": 0, **place}, count=3, files=2)
    assert "wrong order; drop it again" in page.settled("m")["error"]


def test_what_nobody_wants_any_more_leaves_nothing_and_changes_nothing(page, cache):
    before = page.state.model
    page.piece(b"\x08\x07abc", count=2)
    page.tell({"kind": "leave-model", "id": "m"})
    assert listed(cache) == []
    page.piece(b"x", index=1, count=2)
    assert page.kinds() == ["arriving", "gone"]
    assert page.state.model is before


def test_one_that_is_being_read_and_left_does_not_answer(page, monkeypatch):
    before, reading, left = page.state.model, threading.Event(), threading.Event()

    def slowly(_):
        reading.set()
        left.wait()

    monkeypatch.setattr(bringing, "_try_out", slowly)
    page.piece(content_of(foreign()))
    reading.wait()
    page.tell({"kind": "leave-model", "id": "m"})
    left.set()
    page.state.arrivals.wait()
    assert page.state.model is before
    assert page.kinds() == ["arriving"]


def test_reading_holds_no_message_up(page, monkeypatch):
    reading, asked = threading.Event(), threading.Event()

    def slowly(_):
        reading.set()
        asked.wait()

    monkeypatch.setattr(bringing, "_try_out", slowly)
    page.piece(content_of(foreign()))
    reading.wait()
    page.tell({"kind": "tensor", "id": "t", "photo": page.state.photo, "layer": "conv1"})
    assert page.replies[-1]["kind"] == "tensor"
    asked.set()
    assert page.settled("m")["name"] == "my_model"


def test_the_next_one_takes_its_place(page, cache):
    page.piece(b"\x08\x07abc", request="first", count=2)
    said = page.drop(("my_model.onnx", content_of(foreign())), request="second")
    assert said["name"] == "my_model"
    assert len(listed(cache)) == 1
    page.piece(b"x", request="first", index=1, count=2)
    assert page.replies[-1]["kind"] == "gone"


def test_a_full_disk_is_said(page, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(arrivals, "begin", full)
    said = page.drop(("a.onnx", content_of(foreign())))
    assert "a.onnx: cannot be written (No space left on device)" in said["error"]


# Names ----------------------------------------------------------------------------------------------------------------

NAMES = {
    "../../../etc/cron.d/x.onnx": "x",
    "C:\\Windows\\a.onnx": "a",
    "..": "model",
    ".onnx": "model",
    "a\0b.onnx": "a_b",
    "<img src=x onerror=alert(1)>.onnx": "_img src=x onerror=alert(1)_",
    "my model v1.5 (final).onnx": "my model v1.5 (final)",
    "网络.ONNX": "网络",
    "\u202egnp.onnx": "_gnp",
    ". . .": "model",
}


@pytest.mark.parametrize("name, plain", NAMES.items())  # noqa: PT006 - two
def test_a_name_is_made_plain(name, plain):
    assert plain_name(name) == plain


@pytest.mark.parametrize("name", [HOSTILE, f"{HOSTILE}.onnx", "x" * 250 + ".onnx", "é" * 200 + ".onnx", *NAMES])
def test_whatever_a_model_is_called_it_is_written_in_the_cache_and_nowhere_else(page, cache, name):
    if not name.lower().endswith(".onnx"):
        name += ".onnx"
    said = page.drop((name[:255], content_of(foreign())))
    assert said["error"] is None
    assert all(each.isprintable() and each not in "<>/\\" for each in said["name"])
    written = [path for path in cache.parent.parent.rglob("*") if path.is_file()]
    (kept,) = written
    assert kept.parent.parent == cache


def test_no_model_passes_for_a_registered_one_or_for_another(page):
    said = page.drop(("squeezenet1.1-caffe2.onnx", content_of(foreign())))
    assert said["name"] == "squeezenet1.1-caffe2 (not the published one)"
    first, second = content_of(foreign()), content_of(foreign(classes=7))
    assert page.drop(("net.onnx", first))["name"] == "net"
    digest = hashlib.sha256(second).hexdigest()
    assert page.drop(("net.onnx", second))["name"] == f"net ({digest[:8]})"
    assert {"net", f"net ({digest[:8]})"} <= set(page.offered)
    assert page.use("net")["label_space"] == "5 classes"


# Recent ones ----------------------------------------------------------------------------------------------------------


def test_a_model_of_another_day_is_offered_and_answers_again(page, cache):
    content = content_of(foreign())
    page.drop(("my_model.onnx", content))
    other = Page()
    offered = other.offered["my_model"]
    digest = hashlib.sha256(content).hexdigest()
    assert (offered["sha256"], offered["size_bytes"]) == (digest[:12], len(content))
    assert offered["used"].endswith("+00:00")
    second = other.state.offers.model("my_model")
    assert second.sha256 == digest, "as a second model, beside the one that answers"
    said = other.use("my_model")
    assert (said["name"], said["error"]) == ("my_model", None)
    assert other.offered["my_model"]["used"] == "", "it is one of this page's now"
    other.state.close()


def test_the_newest_come_first_and_the_oldest_go(page, cache):
    nets = [content_of(foreign(classes=5 + at)) for at in range(MOST_KEPT_MODELS + 2)]
    for at, content in enumerate(nets):
        page.drop((f"net{at}.onnx", content))
        kept = next(each for each in received(cache) if each.name == f"net{at}")
        os.utime(kept.path, (1_000_000 + at, 1_000_000 + at))
    other = Page()
    recent = [name for name, each in other.offered.items() if each["used"]]
    assert recent[0] == f"net{len(nets) - 1}"
    assert recent == [f"net{at}" for at in reversed(range(len(nets)))][: len(recent)]
    assert len(recent) <= MOST_KEPT_MODELS
    other.state.close()


def test_one_whose_file_is_gone_is_not_offered_and_one_that_was_changed_is_not_shown(page, cache):
    page.drop(("my_model.onnx", content_of(foreign())))
    other = Page()
    (kept,) = received(cache)
    before = other.state.model
    kept.path.write_bytes(content_of(foreign(classes=9)))
    said = other.use("my_model")
    assert "is not what was kept under that name; bring its file once more" in said["error"]
    assert other.state.model is before
    shutil.rmtree(cache / kept.sha256)
    assert "my_model" not in other.offered
    other.tell({"kind": "use", "id": "x", "name": "my_model"})
    assert "no model of this page is called so" in other.replies[-1]["error"]
    other.state.close()


def test_the_same_network_under_another_name_keeps_what_was_said_of_it(page, cache):
    content = content_of(foreign())
    page.drop(("one.onnx", content))
    (kept,) = received(cache)
    sv.load_model(kept.path, labels=["cat", "dog", "hen", "pig", "cow"]).remember()
    other = Page()
    assert other.drop(("two.onnx", content))["labels"][1]["label"] == "dog"
    assert sorted(listed(cache / kept.sha256)) == ["two.onnx", "two.squeezeviz.json"]
    other.state.close()


def test_what_lies_about_in_the_cache_is_no_model(page, cache):
    cache.mkdir(parents=True)
    (cache / ("0" * 64)).mkdir()
    (cache / ("1" * 64)).write_bytes(b"")
    (cache / "else").mkdir()
    (cache / "else" / "a.onnx").write_bytes(b"x")
    assert received(cache) == []
    assert not any(each["used"] for each in page.offered.values())


# Visitors -------------------------------------------------------------------------------------------------------------


def test_a_visitors_model_is_kept_in_its_own_folder_and_never_offered_to_another(page, cache, tmp_path, monkeypatch):
    page.drop(("mine.onnx", content_of(foreign())))
    monkeypatch.setenv(VISITOR_VARIABLE, str(tmp_path / "visitor"))
    visitor = Page()
    assert "mine" not in visitor.offered
    assert visitor.drop(("theirs.onnx", content_of(foreign(classes=6))))["error"] is None
    assert [each.name for each in received(tmp_path / "visitor")] == ["theirs"]
    assert [each.name for each in received(cache)] == ["mine"]
    assert model_folder().most_bytes == 128 << 20
    monkeypatch.setenv(VISITOR_VARIABLE, str(tmp_path / "other"))
    assert not {"mine", "theirs"} & set(Page().offered)
    visitor.state.close()


def test_visitors_of_another_voila_bring_no_models_and_are_offered_none(page, cache, monkeypatch):
    page.drop(("mine.onnx", content_of(foreign())))
    assert [each.name for each in model_folder().models] == ["mine"]
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    visitor = Page()
    assert "mine" not in visitor.offered
    assert visitor.replies[-1]["model_limit_bytes"] == 0
    assert "up to 0 MB" in visitor.drop(("theirs.onnx", content_of(foreign(classes=6))))["error"]
    assert [each.name for each in received(cache)] == ["mine"]
    visitor.state.close()


def test_files_that_were_given_up_are_removed_an_hour_later(page, cache):
    page.piece(b"\x08\x07abc", count=2)
    (old,) = cache.iterdir()
    left = cache / ".arriving-left"
    shutil.copytree(old, left)
    os.utime(left, (0, 0))
    page.drop(("a.onnx", content_of(foreign())), request="n")
    assert not left.exists()
    assert not Path(old).exists()


def test_the_answers_are_those_of_the_file(page, tmp_path):
    path = tmp_path / "my_model.onnx"
    path.write_bytes(content_of(foreign()))
    photo = page.state._photos.get(page.state.photo).kept.read()
    page.drop(("my_model.onnx", path.read_bytes()))
    np.testing.assert_array_equal(page.state.prediction.logits, sv.load_model(path).predict(photo).logits)
    assert onnx.load_from_string(page.state.model.content).graph.node


def test_a_network_that_begins_with_a_padding_is_shown_from_its_first_convolution(page):
    net = Stack(size=16, seed=0)
    padded = net.node("Pad", ["data", net.whole(0, 0, 1, 1, 0, 0, 1, 1)], 3, "pad")
    scaled = net.node("Mul", [padded, net.weight(3, 1, 1)], 3, "scale")
    made = net.model(net.head(net.conv(scaled, 6, 3, name="conv1")))
    page.drop(("padded.onnx", made.SerializeToString()))
    state = page.state
    assert state.model.architecture.layers[0].name == "pad"
    assert state.layer == "conv1.relu"
    assert state.model.architecture.first_convolution.name == "conv1.relu"
