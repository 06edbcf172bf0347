"""The picture that stands for a view where no kernel runs: true, small, and never in the view's way."""

import io
import logging
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.explorer.kept import kept
from squeezeviz.explorer.state import State
from squeezeviz.results.activations import Activations
from squeezeviz.widgets import views
from squeezeviz.widgets.still import maps
from squeezeviz.widgets.still.drawing import still
from squeezeviz.zoo import Fallback
from tests.hostile_names import hostile_content
from tests.unit.test_widgets import FakeModel, png

WIDGET = "application/vnd.jupyter.widget-view+json"
DRAWN = [
    *(views.Explorer, views.Predictor, views.FeatureMaps, views.NetworkMap),
    *(views.TopK, views.PhotoView, views.ChannelView),
]
TEXT_ONLY = [views.ReceptiveField, views.SideBySide, views.InsideNumber, views.HeldBeside]


class Counting(FakeModel):
    """Counts how often the network is run."""

    runs = 0

    def observe(self, image, preprocessing, *, threads=None):
        self.runs += 1
        return super().observe(image, preprocessing, threads=threads)


def shown(view):
    data, _ = view._repr_mimebundle_()
    return data


def picture(view):
    """The picture of a view, as an array of colours."""
    data = shown(view)
    return np.asarray(Pillow.open(io.BytesIO(data["image/png"])).convert("RGB"))


@pytest.fixture
def explorer():
    made = views.Explorer(png(200), model=Counting(), layer="conv1")
    yield made
    made.close()


@pytest.mark.parametrize("kind", DRAWN)
def test_a_picture_stands_beside_the_widget_and_its_text(explorer, kind):
    view = explorer if kind is views.Explorer else kind(explorer)
    data = shown(view)
    assert data["text/plain"] == f"<{kind.__name__} of 1 photo, conv1>"
    assert data[WIDGET]["model_id"] == view.model_id
    opened = Pillow.open(io.BytesIO(data["image/png"]))
    opened.load()
    assert opened.format == "PNG"
    assert 300 <= opened.width <= 1024
    assert 100 <= opened.height <= 1200
    assert len(data["image/png"]) < 150_000


@pytest.mark.parametrize("kind", TEXT_ONLY)
def test_a_view_of_what_would_have_to_be_computed_has_its_text(explorer, kind):
    assert set(shown(kind(explorer))) == {"text/plain", WIDGET}


def test_every_view_is_one_or_the_other():
    assert {*DRAWN, *TEXT_ONLY} == {*views.View.__subclasses__()}


def test_the_network_is_not_run_again(explorer):
    before = explorer.state.model.runs
    for kind in DRAWN:
        picture(kind(explorer))
    assert explorer.state.model.runs == before == 1


def test_without_a_photo_there_is_no_picture():
    view = views.Explorer(State(FakeModel))
    assert set(shown(view)) == {"text/plain", WIDGET}


def test_a_photo_that_is_not_answered_as_is_chosen_is_no_picture(explorer):
    explorer.state._choice += 1  # as between a choice and its answer
    assert still("explorer", explorer.state) is None


def test_a_view_that_was_closed_has_none(explorer):
    explorer.close()
    assert explorer.state.on_stage is None


def test_it_shows_what_is_chosen(explorer):
    before = picture(explorer)
    np.testing.assert_array_equal(before, picture(explorer))
    choices = {"channel": 1, "scale": "layer", "view": "seen", "preset": "no-mean", "layer": "logits"}
    for trait, value in choices.items():
        setattr(explorer.state, trait, value)
        after = picture(explorer)
        assert not np.array_equal(before, after), trait
        before = after


def test_maps_are_drawn_in_their_colours(explorer):
    explorer.state.scale = "layer"
    values = explorer.activations["conv1"]
    assert (values == 0).any()
    flat = picture(views.FeatureMaps(explorer)).reshape(-1, 3).astype(int)
    for colour in ((0xED, 0xF0, 0xF3), (0x20, 0x0A, 0x0C)):  # of exactly zero, and of the largest
        assert np.abs(flat - colour).sum(axis=1).min() < 24, colour


def test_why_not_to_believe_an_answer_is_written_under_it(explorer, monkeypatch):
    plain = picture(views.TopK(explorer))
    reason = Fallback("squeezenet1.1-caffe2", "squeezenet1.1-shapes", "it is not here")
    monkeypatch.setattr(Counting, "fallback", reason)
    assert picture(views.TopK(explorer)).shape[0] > plain.shape[0]


def test_activations_that_were_let_go_are_said_to_be(explorer):
    whole = picture(explorer)
    explorer.state.rest()
    assert not np.array_equal(picture(explorer), whole)
    assert explorer.state.model.runs == 1


@pytest.mark.parametrize(
    "shape",
    [
        (1, 1, 1),
        (3, 1, 1),
        (1000, 1, 1),
        (64, 113, 113),
        (1000, 14, 14),
        (256, 28, 28),
        (2, 900, 7),
        (60_000, 3, 3),
        (5, 0, 4),
    ],
)
def test_maps_of_any_shape_have_room(shape):
    state = State(FakeModel, layer="conv1")
    state.show("p", lambda: kept(png(9)))
    photo = state.find("p")
    noise = np.random.default_rng(0).random(shape, np.float32)
    photo.activations = Activations("p", {"conv1": noise}, photo.prediction.provenance)
    for view in ("explorer", "maps", "channel"):
        content = still(view, state)
        assert len(content) < 330_000, "noise is the worst of all"
        assert Pillow.open(io.BytesIO(content)).height <= 1200
    if noise.size:
        fit = maps._fit(shape, 652)
        tall, wide = maps._tile(shape, fit)
        assert fit.columns * (wide + 1) - 1 <= 652 or fit.columns == 1
        assert -(-fit.shown // fit.columns) * (tall + 1) - 1 <= 400


def test_names_from_outside_are_shown_and_nothing_more(explorer):
    photo = explorer.state.find(explorer.state.photo)
    for name in ("x" * 100_000, "猫\u202e.jpg\n\x1b[2J", ""):
        photo.kept.name = name
        content = shown(explorer)["image/png"]
        assert Pillow.open(io.BytesIO(content)).height <= 1200


def test_a_network_s_own_names_are_shown_and_nothing_more(tmp_path, caplog):
    (tmp_path / "hostile.onnx").write_bytes(hostile_content())
    with caplog.at_level(logging.WARNING):
        explorer = views.Explorer(png(200), model=sv.load_model(tmp_path / "hostile.onnx"))
        try:
            for kind in DRAWN:
                assert picture(explorer if kind is views.Explorer else kind(explorer)).std() > 10
        finally:
            explorer.close()
    assert caplog.records == []


def test_a_fault_in_it_costs_the_picture_alone(explorer, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("no letters")

    monkeypatch.setattr(views, "still", broken)
    with caplog.at_level(logging.ERROR, "squeezeviz"):
        data = shown(explorer)
    assert set(data) == {"text/plain", WIDGET}
    assert "no letters" in caplog.text


@pytest.mark.slow
def test_it_takes_no_matplotlib_and_fits_for_the_network_itself():
    code = """
import sys, squeezeviz as sv
explorer = sv.explore("shape-star", model="squeezenet1.1-shapes")
for layer in ("conv1", "fire2/concat", "fire5/concat", "fire9/concat", "conv10", "softmaxout"):
    explorer.state.layer = layer
    data, _ = explorer._repr_mimebundle_()
    assert len(data["image/png"]) < 200_000, (layer, len(data["image/png"]))
assert "matplotlib" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
