"""Where models are looked for, and in which order."""

import hashlib
import os

import pytest

from squeezeviz import zoo
from squeezeviz.errors import ChecksumError, ModelNotFound
from squeezeviz.zoo import lookup
from squeezeviz.zoo.registry import ModelEntry, ModelFile

CONTENTS = {"init_net.pb": b"weights", "predict_net.pb": b"network"}
FILES = tuple(ModelFile(name, len(c), hashlib.sha256(c).hexdigest()) for name, c in CONTENTS.items())
TINY = ModelEntry("tiny", "A test", FILES, (), "CC0", "", "", "", "caffe2", "data/imagenet1000.tsv", "a test")


@pytest.fixture(autouse=True)
def _places(tmp_path, monkeypatch):
    monkeypatch.setattr(lookup, "REGISTRY", {"tiny": TINY})
    monkeypatch.setattr(lookup, "entry", lambda name: {"tiny": TINY}[name])
    monkeypatch.setattr(lookup, "CHECKOUT", tmp_path / "checkout")
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SQUEEZEVIZ_MODELS", os.pathsep.join([str(tmp_path / "first"), str(tmp_path / "second")]))
    monkeypatch.setenv("SQUEEZEVIZ_OFFLINE", "1")


def put(folder, contents=CONTENTS):
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def test_the_order_of_places(tmp_path):
    places = [
        tmp_path / "cache/models/tiny",
        tmp_path / "checkout/data/models/tiny",
        tmp_path / "second/tiny",
        tmp_path / "first/tiny",
    ]
    for place in places:  # each is looked at before those put earlier
        put(place)
        found = zoo.find("tiny")
        assert found.paths == (place / "init_net.pb", place / "predict_net.pb")
        assert found.entry is TINY
    explicit = zoo.find(put(tmp_path / "explicit"))
    assert explicit.paths[0].parent == tmp_path / "explicit"
    assert (explicit.name, explicit.entry) == ("tiny", TINY), "its hashes say what it is"


def test_nothing_anywhere(tmp_path):
    assert zoo.locate("tiny") is None
    with pytest.raises(ModelNotFound, match="SQUEEZEVIZ_OFFLINE") as caught:
        zoo.find("tiny")
    assert str(tmp_path / "first" / "tiny") in str(caught.value)


def test_wrong_bytes_under_a_registered_name(tmp_path):
    put(tmp_path / "first/tiny", {**CONTENTS, "predict_net.pb": b"netw0rk"})
    with pytest.raises(ChecksumError, match=r"predict_net\.pb"):
        zoo.find("tiny")


def test_half_a_pair_is_passed_over(tmp_path):
    put(tmp_path / "first/tiny", {"init_net.pb": b"weights"})
    put(tmp_path / "second/tiny")
    assert zoo.find("tiny").paths[0].parent == tmp_path / "second/tiny"


def test_other_models_by_path_and_by_folder_name(tmp_path):
    other = put(tmp_path / "first/mine", {"init_net.pb": b"a", "predict_net.pb": b"b"})
    for given in (other, str(other), other / "predict_net.pb", "mine"):
        found = zoo.find(given)
        assert (found.name, found.kind, found.entry) == ("mine", "caffe2", None)
        assert found.sha256[0] == hashlib.sha256(b"a").hexdigest()


def test_an_onnx_file_or_the_only_one_of_a_folder(tmp_path):
    folder = put(tmp_path / "onnx", {"net.onnx": b"x", "converted-0123.onnx": b"ours"})
    for given in (folder, folder / "net.onnx"):
        assert (zoo.find(given).kind, zoo.find(given).name) == ("onnx", "net")
    (folder / "second.onnx").write_bytes(b"y")
    with pytest.raises(ModelNotFound, match=r"found 2 \.onnx files"):
        zoo.find(folder)


@pytest.mark.parametrize(
    ("name", "words"),
    [("tiny1", "Did you mean 'tiny'"), ("no/such", "no such file"), ("gone.onnx", "no such file"), ("", "no model")],
)
def test_what_is_nowhere(name, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if name == "":
        with pytest.raises(ModelNotFound):
            zoo.find(name)
        return
    with pytest.raises(ModelNotFound, match=words):
        zoo.find(name)


def test_a_file_of_another_kind(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(ModelNotFound, match=r"expected an \.onnx file"):
        zoo.find(tmp_path / "notes.txt")
