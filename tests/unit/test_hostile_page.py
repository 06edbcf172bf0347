"""A page is whoever has it open: whatever it sends, the kernel answers in a line, does nothing else, and goes on."""

import io
import logging
import random

import numpy as np
import pytest
from PIL import Image as Pillow

from squeezeviz.errors import ModelNotFound
from squeezeviz.explorer.actions import ACTIONS
from squeezeviz.explorer.limits import MOST_ID, MOST_LISTED
from squeezeviz.explorer.questions import QUESTIONS
from squeezeviz.explorer.selection import Selection
from squeezeviz.explorer.state import State
from squeezeviz.explorer.what_if import WORKS
from tests.fires import fires_net
from tests.nets import tiny_model


def nested(depth):
    value = "deep"
    for _ in range(depth):
        value = [value]
    return value


# What JSON can carry, and what Python's parser lets through beside it.
GARBAGE = (
    None, True, False, 0, -1, 1, 7, 2**31, 2**63, -(2**63), 10**300, 0.5, -0.0, 1e308, float("nan"), float("inf"), "", " ",
    "\0", "photo", "../../etc/passwd", "/etc/passwd", "~root", "x" * 300, "y" * 3_000_000, "\ud800", "\u202e", [], {},
    [None], [[]], [0], [0, 0], [0, -1], [1.5, "a"], list(range(5000)), ["conv1"] * 50_000, {"a": 1}, {"": {}}, nested(900),
    {"layer": "conv1"}, {str(n): [n] for n in range(6000)}, {"conv1": [10**30]}, {"conv1": "all"}, [{"layer": {}}],
)  # fmt: skip
FIELDS = (
    "id", "kind", "name", "photo", "other", "of", "layer", "layers", "channel", "cell", "class_index", "contrast_class", "count",
    "index", "preset", "presets", "preset_key", "preprocessing", "width", "height", "view", "format", "work", "patch_px", "stride_px",
    "fill", "buffers", "labels", "photos", "classes", "folder", "method", "methods", "left", "top",
    "aim", "begin", "seed", "steps", "form", "smoothness", "motion", "stray", "source",
)  # fmt: skip
BUFFERS = ([], [b""], [b"x"], [b"x" * 12], [b"a", b"b"], [memoryview(bytes(40 * 30 * 3))])
KINDS = (*ACTIONS, *QUESTIONS)
PROPER = {
    "name": "p.png", "photo": "p", "other": "p", "layer": "fire2/concat", "layers": ["conv1"], "channel": 1, "cell": [0, 0],
    "class_index": 1, "contrast_class": 0, "count": 4, "index": 0, "preset": "no-mean", "presets": ["no-mean"], "preset_key": "no-mean",
    "width": 40, "height": 30, "view": "maps", "format": "svg", "work": "occlusion", "patch_px": 16, "stride_px": 16,
    "method": "saliency", "methods": ["saliency"], "left": 0, "top": 0,
    "aim": "least", "begin": "on", "seed": 3, "steps": 2, "form": "phases", "smoothness": 50, "motion": 0, "stray": 9,
    "source": "grown",
    "fill": "grey", "labels": "numbers", "photos": ["p"], "classes": [1], "folder": "",
    "buffers": ["pixels"],
}  # fmt: skip


class Page:
    """A page on a small network of two Fire modules, with one photo."""

    def __init__(self, **options):
        self.model = tiny_model(fires_net(4))
        self.state = State(lambda: self.model, **options)
        self.replies = []
        self.state.send = lambda content, buffers=None: self.replies.append((content, buffers))
        rng = np.random.default_rng(1)
        self.state.show("p", lambda: kept_of(rng.integers(0, 256, (90, 120, 3), dtype=np.uint8)))
        self.replies.clear()

    def receive(self, content, buffers=()):
        """What it is told, in text."""
        self.replies.clear()
        self.state._handle_msg(
            {"content": {"data": {"method": "custom", "content": content}}, "buffers": list(buffers)}
        )
        return [reply for reply, _ in self.replies]

    def update(self, **traits):
        self.state._handle_msg(
            {"content": {"data": {"method": "update", "state": traits, "buffer_paths": []}}, "buffers": []}
        )


def kept_of(pixels):
    from squeezeviz.explorer.kept import kept

    return kept(pixels)


@pytest.fixture
def page():
    made = Page()
    yield made
    made.state.close()


@pytest.fixture(autouse=True)
def of_a_visitor(monkeypatch):
    """Whoever may run code in a notebook needs no page for it."""
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")


@pytest.fixture(autouse=True)
def nothing_unexpected(caplog, capsys):
    """No message may end in a traceback, in the log or on the page."""
    with caplog.at_level(logging.INFO, "squeezeviz"):
        yield
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING], caplog.text[:3000]
    shown = capsys.readouterr()
    assert "Traceback" not in shown.out + shown.err


def is_sound(page):
    """The page goes on: the photo is there, and what it is asked is answered."""
    page.state.preset, page.state.ablated = "caffe2", {}
    page.state._renewal.wait()
    assert page.state.find("p") is not None
    told = page.receive({"kind": "tensor", "id": "sound", "photo": "p", "layer": "conv1"})
    assert [reply["kind"] for reply in told if reply["id"] == "sound"] == ["tensor"]


def check(replies):
    for reply in replies:
        if reply["kind"] in ("failed", "model"):
            words = reply.get("message") or reply.get("error") or ""
            assert "something went wrong" not in words
            assert len(words) < 1200, words[:1500]
            assert "\n" not in words
        assert len(str(reply.get("id"))) <= MOST_ID
        assert len(str(reply.get("name", ""))) <= MOST_ID


class Read(dict):
    """A message that notes which of its fields are looked at."""

    def __init__(self, content):
        super().__init__(content)
        self.keys_read = set()

    def get(self, key, default=None):
        self.keys_read.add(key)
        return super().get(key, default)

    def __getitem__(self, key):
        self.keys_read.add(key)
        return super().__getitem__(key)

    def __contains__(self, key):
        self.keys_read.add(key)
        return super().__contains__(key)


def proper(kind, **more):
    content = {"kind": kind, "id": "another" if kind == "forget" else "q", **PROPER}
    if kind in ("tensor", "variants", "variant", "kernels", "tell"):
        content["preprocessing"] = {"name": "mine", "crop": "centre"}
    if kind in ("piece", "labels"):
        content["buffers"] = ["piece"]
    return {**content, **more}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "more"),
    [
        *((kind, {}) for kind in KINDS),
        *(("begin", {"work": work, "layer": "fire2/squeeze1x1"}) for work in WORKS),
        ("frame", {"of": "p"}),
        ("grow", {"layer": None}),
        ("tensor", {"preset": "yours"}),
    ],
)
def test_every_field_of_every_message_takes_any_value(page, kind, more):
    whole = proper(kind, **more)
    buffers = [memoryview(bytes(40 * 30 * 3))]
    noted = Read(whole)
    check(page.receive(noted, buffers))
    fields = noted.keys_read - {"id", "kind"}  # read alike for all of them: see below
    # Files take their time, whatever is asked of them.
    for key in [] if kind == "page" else sorted(fields):
        for value in GARBAGE[:: 4 if kind == "figure" else 1]:
            check(page.receive({**whole, key: value}, buffers))
        check(page.receive({name: each for name, each in whole.items() if name != key}, buffers))
    for other in BUFFERS if kind in ("piece", "labels", "frame", "freeze") else BUFFERS[:2]:
        check(page.receive(whole, other))
    is_sound(page)


@pytest.mark.parametrize("field", ["id", "kind"])
@pytest.mark.parametrize("kind", ["weights", "forget", "stop", "piece", "ready"])
def test_what_every_message_has_takes_any_value(page, kind, field):
    for value in GARBAGE:
        if not (kind == "forget" and value == "p"):
            check(page.receive({**proper(kind), field: value}, [b"x"]))
    check(page.receive({}))
    is_sound(page)


@pytest.mark.parametrize(
    "field", ["resize_px", "crop_px", "crop", "mean", "padding", "scale", "name", "resize", "unknown"]
)
def test_every_field_of_a_preprocessing_of_one_s_own_takes_any_value(page, field):
    for value in GARBAGE:
        check(page.receive(proper("variant", preset="yours", preprocessing={"name": "mine", field: value})))
        page.update(tuned={"name": "mine", field: value}, preset="yours")
    is_sound(page)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(9))
def test_messages_of_random_garbage(page, seed):
    rng = random.Random(seed)
    for _ in range(300):
        content = {
            key: rng.choice(GARBAGE) if rng.random() < 0.4 else PROPER.get(key) for key in rng.sample(FIELDS, 12)
        }
        content["kind"] = rng.choice([kind for kind in KINDS if kind not in ("page", "figure")])
        if content["kind"] == "forget":
            content["id"] = "another"
        check(page.receive(content, rng.choice(BUFFERS)))
    is_sound(page)


@pytest.mark.parametrize("trait", ["given", "_model_name", "comm", "keys", "nothing", *Selection.SETTABLE])
def test_every_trait_takes_any_value_from_a_page(page, trait):
    for value in GARBAGE:
        page.update(**{trait: value})
        page.state._renewal.wait()
    # What it holds is something that it may hold: setting it once more raises nothing.
    if trait in page.state.traits():
        page.state.set_trait(trait, getattr(page.state, trait))
    assert page.state.given == []
    assert page.state._model_name == "WidgetModel"
    is_sound(page)


def test_a_refused_trait_is_sent_back_and_those_beside_it_are_taken(page):
    sent = []
    page.state.send_state = lambda names: sent.append(sorted(names))
    page.update(sort="mean", preset="nonsense", layer="conv99", channel=2, ablated={"conv99": [1]})
    state = page.state
    assert (state.sort, state.channel, state.preset, state.ablated) == ("mean", 2, "caffe2", {})
    assert state.layer == "conv1"
    assert sent == [["ablated", "layer", "preset"]]


@pytest.mark.parametrize("value", GARBAGE)
def test_garbage_in_the_widget_protocol_itself_changes_nothing(page, value):
    before = page.state.get_state()
    for message in (
        {},
        {"content": value if isinstance(value, dict) else None},
        {"content": {"data": value}},
        {"content": {"data": {"method": value}}},
        {"content": {"data": {"method": "update", "state": value}}},
        {
            "content": {"data": {"method": "update", "state": {"preset": "no-mean"}, "buffer_paths": [["preset"]]}},
            "buffers": [b""],
        },
        {"content": {"data": {"method": "custom", "content": value}}},
    ):
        page.state._handle_msg({"buffers": [], **message})
    assert page.state.get_state() == before


def test_a_view_takes_nothing_from_a_page(page):
    from squeezeviz.widgets.views import FeatureMaps

    view = FeatureMaps(page.state)
    before = view.get_state()
    state = {"_esm": "alert(1)", "view": "x" * 300, "state": "IPY_MODEL_nothing", "layout": None}
    view._handle_msg({"content": {"data": {"method": "update", "state": state}}, "buffers": []})
    assert view.get_state() == before
    view.close()


# What a page may name ------------------------------------------------------------------------------------------------


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "a folder" / "secret.png"
    path.parent.mkdir()
    Pillow.new("RGB", (40, 30), "red").save(path)
    return path


def test_no_picture_of_the_disk_is_a_sample(page, secret, monkeypatch):
    monkeypatch.chdir(secret.parent)
    secret.with_name("chelsea").write_bytes(secret.read_bytes())
    is_there = [str(secret), "secret.png", f"./{secret.name}", str(secret.parent), "/etc/passwd", "~", "shape-ring"]
    for name in [*is_there, str(secret.parent / "nothing.png"), "/nowhere", "nothing.png"]:
        (told,) = page.receive({"kind": "sample", "id": "s", "name": name})
        assert told["kind"] == "failed"
        # The same words whether it is there or not, but for the name, which is the page's own.
        assert told["message"].startswith(f"'{name}': no sample of this page is called so.") or "…/" in told["message"]
        assert "is a folder" not in told["message"]
        assert "cannot be read" not in told["message"]
    assert len(page.state.predictions) == 1
    pytest.importorskip("skimage", reason="the samples come with scikit-image, which is not installed")
    page.receive({"kind": "sample", "id": "s", "name": "chelsea"})
    assert page.state.find("s").kept.size == (451, 300), "the sample, not a file of that name in the working folder"


def test_no_model_of_the_disk_is_on_offer_but_what_python_gave(tmp_path, monkeypatch):
    asked = []

    known = {name: tiny_model(fires_net(seed)) for seed, name in enumerate(["registered", "given"])}
    known["given"].name = "given"

    def choose(name):
        asked.append(name)
        return known["registered" if name == "registered" else "given"]

    page = Page(choose=choose, models={"registered": "three classes"})
    path = tmp_path / "given.onnx"
    path.write_bytes(b"its content does not matter here")
    for name in (str(path), path.name, "given", "/etc/passwd", "../given.onnx", str(tmp_path / "nothing.onnx")):
        (told,) = page.receive({"kind": "use", "id": "u", "name": name})
        assert (told["kind"], told["id"]) == ("model", "u")
        assert "no model of this page is called so" in told["error"]
    assert asked == [], "nothing was looked for"
    # Python says it by its path, from wherever it happens to be.
    monkeypatch.chdir(tmp_path)
    page.replies.clear()
    page.state.use("given.onnx")
    offered = [
        {m["name"]: m["label_space"] for m in reply["models"]}
        for reply, _ in page.replies
        if reply["kind"] == "setting"
    ]
    assert list(offered[0]) == ["tiny", "given", "registered"], "the page learns that it may choose it"
    monkeypatch.chdir("/")
    for name in ("registered", "given"):
        assert page.receive({"kind": "use", "id": "u", "name": name})[-1]["error"] is None
        assert page.state.model is known[name]
    assert asked == ["given.onnx", "registered", str(path)]
    page.state.close()


def test_the_model_a_page_began_with_stays_on_offer():
    page = Page(choose=lambda name: tiny_model(fires_net(3)), models={"registered": "three classes"})
    mine = page.state.model
    assert page.receive({"kind": "use", "id": "u", "name": "registered"})[-1]["error"] is None
    assert page.receive({"kind": "use", "id": "u", "name": mine.name})[-1]["error"] is None
    assert page.state.model is mine
    page.state.close()


def test_no_message_shows_where_anything_lies(tmp_path, monkeypatch):
    monkeypatch.setenv("SQUEEZEVIZ_MODELS", str(tmp_path / "my models"))

    def choose(name):
        raise ModelNotFound(
            f"{name} is nowhere (looked in {tmp_path}/my models/{name}, /srv/{name}/x.onnx), see ~/notes.txt"
        )

    page = Page(choose=choose, models={"registered": ""})
    (told,) = page.receive({"kind": "use", "id": "u", "name": "registered"})
    assert told["error"] == "registered is nowhere (looked in …/registered, …/x.onnx), see …/notes.txt"
    page.state.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/etc/passwd: cannot be read", "…/passwd: cannot be read"),
        ("'/srv/a/b.onnx' and C:\\Users\\me\\c.onnx", "'…/b.onnx' and …/c.onnx"),
        ("file:///etc/passwd", "…/passwd"),
        ("\\\\server\\share\\x.pb", "…/x.pb"),
        ("fire2/expand3x3 has 1/2 of conv10/x; 3 / 4", "fire2/expand3x3 has 1/2 of conv10/x; 3 / 4"),
        ("https://host.example/a/b.pb failed", "https://host.example/a/b.pb failed"),
        ("the photo birds/owl.jpg, at /data/birds/owl.jpg", "the photo birds/owl.jpg, at …/owl.jpg"),
        ("/a folder/of mine/x.png is gone", "…/x.png is gone"),
    ],
)
def test_folders_are_cut_off(text, expected):
    from squeezeviz.explorer.error_text import without_folders

    assert without_folders(text, ["/a folder/of mine"]) == expected


def test_a_missing_atlas_photo_does_not_say_where_it_was(page, tmp_path):
    class Atlas:
        path, model_sha256, model_id = tmp_path / "birds.atlas", page.model.sha256, page.model.name
        photos, classes = 1, {}

        def place(self, name):
            from squeezeviz.errors import DatasetError

            raise DatasetError(f"{self.path}: no crop is of a photo called {name!r}")

    page.state.atlas = Atlas()
    (told,) = page.receive({"kind": "example", "id": "s", "name": "../../etc/passwd"})
    assert told["kind"] == "failed"
    assert str(tmp_path) not in told["message"]


def test_an_unknown_question_is_not_answered(page):
    assert page.receive({"kind": "execute", "id": "x", "code": "1"}) == []


def test_a_name_of_megabytes_is_cut_off(page):
    buffer = io.BytesIO()
    Pillow.new("RGB", (40, 30)).save(buffer, "PNG")
    told = page.receive(
        {"kind": "piece", "id": "u", "name": "n" * 3_000_000, "index": 0, "count": 1, "buffers": ["piece"]},
        [buffer.getvalue()],
    )
    assert [len(reply["name"]) for reply in told if reply["kind"] == "photo"] == [255]
    assert (
        page.receive({"kind": "variants", "id": "v", "photo": "p", "presets": ["no-mean"] * MOST_LISTED})[0]["rows"][1:]
        != []
    )
    assert set(WORKS) == {"occlusion", "ablation_sweep", "pairwise_ablation"}
