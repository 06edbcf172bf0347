"""What lies beside a model, in the cache, or under a famous name never passes for the model."""

import hashlib
import json
import os
import pickle

import numpy as np
import onnx
import pytest

import squeezeviz as sv
from squeezeviz.runtime.loading import caffe2_metadata, load_content, reload_model
from squeezeviz.zoo import EMBEDDED_MODEL, find, lookup
from tests.nets import as_bytes, exported_net, fire_net, tiny_content

PUBLISHED = "squeezenet1.1-caffe2"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a Caffe2 pair, of a user whose cache is empty."""
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache"))
    return put(tmp_path / "mine", fire_net())


def put(folder, pair):
    folder.mkdir(parents=True)
    for name, content in zip(("init_net.pb", "predict_net.pb"), as_bytes(pair), strict=True):
        (folder / name).write_bytes(content)
    return folder


def planted(folder, cache):
    """Where version 0.1 kept the converted form of a pair, and trusted it."""
    files = find(folder)
    parts = [*files.sha256, json.dumps(caffe2_metadata(files), sort_keys=True), "1"]
    name = f"converted-{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:16]}.onnx"
    return [folder / name, cache / "converted" / name]


def changed_bias(content):
    proto = onnx.load_model_from_string(content)
    bias = next(tensor for tensor in proto.graph.initializer if tensor.name == "conv10_b")
    bias.CopyFrom(onnx.numpy_helper.from_array(np.array([99, 0, 0, 0, 0], np.float32), "conv10_b"))
    return proto.SerializeToString()


PLANTS = {
    "another bias": lambda path, content: path.write_bytes(changed_bias(content)),
    "cut off": lambda path, content: path.write_bytes(content[:-100]),
    "empty": lambda path, _: path.write_bytes(b""),
    "a folder": lambda path, _: path.mkdir(),
    "a link to another": lambda path, content: (
        path.with_suffix(".x").write_bytes(changed_bias(content)),
        path.symlink_to(path.with_suffix(".x")),
    ),
    "a pipe": lambda path, _: os.mkfifo(path),
}


@pytest.mark.parametrize("plant", PLANTS)
def test_a_converted_model_that_lies_about_is_not_used(folder, tmp_path, plant):
    _, content = load_content(folder)
    for path in planted(folder, tmp_path / "cache"):
        path.parent.mkdir(parents=True, exist_ok=True)
        PLANTS[plant](path, content)
    assert load_content(folder)[1] == content


def test_nothing_is_written_when_a_pair_is_loaded(folder, tmp_path):
    sv.load_model(folder, threads=1)
    assert {path.name for path in tmp_path.rglob("*")} == {"mine", "init_net.pb", "predict_net.pb"}


def test_what_was_hashed_is_what_is_run(folder):
    """The files are exchanged after the hash was taken: neither name nor digest goes with the new ones."""
    files = find(folder)
    for name, content in zip(("init_net.pb", "predict_net.pb"), as_bytes(fire_net(seed=7)), strict=True):
        (folder / name).write_bytes(content)
    assert tuple(hashlib.sha256(content).hexdigest() for content in files.contents) == files.sha256
    assert files.contents == as_bytes(fire_net())


def test_a_registered_model_is_read_once(monkeypatch):
    files = find(EMBEDDED_MODEL)
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda path: pytest.fail(f"{path} is read again"))
    assert tuple(hashlib.sha256(content).hexdigest() for content in files.contents) == files.sha256
    assert tuple(file.sha256 for file in files.entry.files) == files.sha256


# Names ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [PUBLISHED, EMBEDDED_MODEL, "SqueezeNet1.1-Caffe2", "squeezenet1.1-\uff43affe2"])
def test_no_other_model_bears_a_registered_name(tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"{name}.onnx").write_bytes(tiny_content())
    (tmp_path / "alone" / name).mkdir(parents=True)
    (tmp_path / "alone" / name / "net.onnx").write_bytes(tiny_content())
    pair = put(tmp_path / "pairs" / name, fire_net())
    for given in (f"{name}.onnx", tmp_path / f"{name}.onnx", pair):
        files = find(given)
        assert (files.name, files.entry) == (f"{name} (not the published one)", None)
    assert sv.load_model(f"{name}.onnx", threads=1).predict("coffee").provenance.model_id.endswith("published one)")


def test_a_folder_of_a_registered_name_is_verified_wherever_models_are_looked_up(tmp_path, monkeypatch):
    put(tmp_path / EMBEDDED_MODEL, fire_net())
    monkeypatch.setenv("SQUEEZEVIZ_MODELS", str(tmp_path))
    with pytest.raises(sv.ChecksumError, match="not the published bytes"):
        sv.load_model(EMBEDDED_MODEL)


@pytest.mark.parametrize("size", [5_000_000, 20 << 30])
def test_a_published_file_that_is_too_large_is_not_read(tmp_path, monkeypatch, size):
    put(tmp_path / EMBEDDED_MODEL, fire_net())
    os.truncate(tmp_path / EMBEDDED_MODEL / "init_net.pb", size)  # full of holes
    monkeypatch.setenv("SQUEEZEVIZ_MODELS", str(tmp_path))
    with pytest.raises(sv.ChecksumError, match=r"is larger than 3,677,557 bytes\. Delete"):
        sv.load_model(EMBEDDED_MODEL)


def test_a_pickled_model_is_another_if_only_its_network_changed(folder):
    pickled = pickle.dumps(sv.load_model(folder, threads=1))
    assert pickle.loads(pickled).name == "mine"
    (folder / "predict_net.pb").write_bytes(as_bytes(exported_net())[1])
    with pytest.raises(sv.ModelError, match="bring the same files"):
        pickle.loads(pickled)


def test_models_pickled_by_hand_are_compared_too(folder):
    with pytest.raises(sv.ModelError, match="bring the same files"):
        reload_model(str(folder), ("0" * 64,), 1, 1)


# Paths ---------------------------------------------------------------------------------------------------------------


def device(path):
    os.mkfifo(path)
    return path


DEEP = "/".join(["d"] * 2600)
HOSTILE = {
    "no such user": (lambda _: "~nosuchuser/model.onnx", "no user is called 'nosuchuser'"),
    "a NUL": (lambda _: "model\0.onnx", "no file can have that name"),
    "a lone surrogate": (lambda _: "\ud800.onnx", "no file can have that name"),
    "5,000 letters": (lambda _: "x" * 5000, r"File name too long.*"),
    "5,000 letters of a file": (lambda _: "x" * 5000 + ".onnx", "5,005 characters.*File name too long"),
    "1,300 folders": (lambda _: DEEP, "File name too long"),
    "a pipe": (lambda tmp: device(tmp / "pipe.onnx"), r"cannot be read \(is a pipe\)"),
    "a pipe without a suffix": (lambda tmp: device(tmp / "pipe"), "expected an .onnx file"),
    "/dev/zero": (lambda _: "/dev/zero", "expected an .onnx file"),
    "a link to /dev/zero": (lambda tmp: linked(tmp / "zero.onnx", "/dev/zero"), r"cannot be read \(is a device\)"),
    "a link to itself": (lambda tmp: linked(tmp / "loop.onnx", "loop.onnx"), "Too many levels of symbolic links"),
    "an empty file": (lambda tmp: written(tmp / "empty.onnx", 0), "is the file empty"),
    "20 GB of nothing": (lambda tmp: written(tmp / "huge.onnx", 20 << 30), "is larger than 2,147,483,647 bytes"),
}


def linked(path, target):
    path.symlink_to(target)
    return path


def written(path, size):
    path.touch()
    os.truncate(path, size)
    return path


@pytest.mark.parametrize("kind", HOSTILE)
def test_paths_that_lead_to_no_model(tmp_path, kind):
    make, words = HOSTILE[kind]
    with pytest.raises(sv.ModelError, match=words) as caught:
        sv.load_model(make(tmp_path))
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 1500


@pytest.fixture
def as_nobody(tmp_path):
    """Files are seen as by a user who owns none of them; for the superuser, nothing is forbidden."""
    if os.geteuid() == 0:
        os.seteuid(65534)
        is_open = os.access(sv.__file__, os.R_OK, effective_ids=True)
        if is_open:
            yield tmp_path
        os.seteuid(0)
        if not is_open:
            pytest.skip("this checkout lies where the superuser alone may enter")
    else:
        yield tmp_path


def test_paths_that_the_user_may_not_enter_or_read(folder, tmp_path, as_nobody, monkeypatch):
    closed = tmp_path / "closed"
    if os.geteuid() != 65534:
        closed.mkdir(mode=0)
    for given in (closed / "net.onnx", closed):
        with pytest.raises(sv.ModelError, match="Permission denied"):
            sv.load_model(given)
    monkeypatch.setenv("SQUEEZEVIZ_MODELS", str(closed / "models"))
    with pytest.raises(sv.ModelError, match="Permission denied"):
        sv.load_model(EMBEDDED_MODEL)


@pytest.mark.parametrize("variable", ["SQUEEZEVIZ_MODELS", "SQUEEZEVIZ_CACHE"])
def test_variables_that_name_the_home_of_nobody(monkeypatch, variable):
    monkeypatch.setenv(variable, "~nosuchuser/models")
    monkeypatch.setattr(lookup, "is_checkout", lambda: False)
    with pytest.raises(sv.ModelError, match=f"^{variable}: ~nosuchuser/models: no user is called 'nosuchuser'$"):
        sv.load_model("mine")
