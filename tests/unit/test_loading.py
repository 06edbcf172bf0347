"""One model for whoever asks for the same in a process, for as long as anybody has it."""

import gc
import weakref

import pytest

import squeezeviz as sv
from tests.fires import fires_net
from tests.nets import tiny_model


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "mine.onnx"
    path.write_bytes(tiny_model().content)
    return path


def test_the_same_file_is_loaded_once(path):
    first = sv.load_model(path)
    assert sv.load_model(path) is first
    assert sv.load_model(str(path)) is first


def test_what_is_asked_otherwise_is_another(path, tmp_path, monkeypatch):
    first = sv.load_model(path)
    assert sv.load_model(path, threads=1) is not sv.load_model(path, threads=2)
    assert sv.load_model(path, batch_size=3) is not first
    copy = tmp_path / "yours.onnx"
    copy.write_bytes(path.read_bytes())
    assert sv.load_model(copy).name == "yours"
    monkeypatch.setenv("SQUEEZEVIZ_THREADS", "3")
    assert sv.load_model(path) is not first, "of as many threads as there may be now"


def test_a_file_that_has_changed_is_another_model(path):
    first = sv.load_model(path)
    path.write_bytes(tiny_model(fires_net(1)).content)
    second = sv.load_model(path)
    assert second is not first
    assert second.sha256 != first.sha256


def test_a_model_that_nobody_has_any_more_is_let_go(path):
    gone = weakref.ref(sv.load_model(path))
    gc.collect()
    assert gone() is None


def test_a_prediction_that_is_kept_holds_nothing_of_the_session_that_made_it(path):
    prediction = sv.load_model(path).predict("shape-star")
    assert prediction.logits.flags.owndata
    assert prediction.probabilities.flags.owndata
