"""One model for whoever asks for the same in a process, for as long as anybody has it."""

import gc
import re
import weakref

import onnx
import pytest

import squeezeviz as sv
from squeezeviz.runtime.loading import loaded
from squeezeviz.zoo.beside import path_beside
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


def test_a_public_function_is_given_the_same_one(path):
    first = sv.load_model(path)
    assert loaded(first) is loaded(path) is loaded(str(path)) is first


def test_what_is_kept_beside_a_file_and_cannot_be_read_is_told_where_a_function_was_asked(path):
    path_beside(path).write_text("nothing of the kind")
    with pytest.warns(sv.ModelFileWarning, match="mine") as told:
        sv.gradient(path, "shape-star")
    assert [each.filename for each in told] == [__file__]


class Module:
    """As others make models of."""


Module.__module__ = "torch.nn.modules.module"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "got None: squeezeviz.load_model() loads the published one"),
        (3, "got int"),
        (b"...", "got bytes: write them to a file called *.onnx, and give its path"),
        (onnx.ModelProto(), "got onnx.ModelProto: write it to a file with onnx.save, and give its path"),
        (type("Net", (Module,), {})(), "Net: write it to a file with torch.onnx.export, and give its path"),
    ],
)
def test_what_is_no_model_is_refused_with_what_to_do(given, said):
    with pytest.raises(sv.ModelError, match=re.escape(said)):
        loaded(given)


def test_what_is_loaded_is_not_loaded_again(path):
    with pytest.raises(sv.ModelError, match="got mine, which is loaded: use it as it is"):
        sv.load_model(sv.load_model(path))


@pytest.mark.usefixtures("only_new_garbage")
def test_a_model_that_nobody_has_any_more_is_let_go(path):
    gone = weakref.ref(sv.load_model(path))
    gc.collect()
    assert gone() is None


def test_a_prediction_that_is_kept_holds_nothing_of_the_session_that_made_it(path):
    prediction = sv.load_model(path).predict("shape-star")
    assert prediction.logits.flags.owndata
    assert prediction.probabilities.flags.owndata
