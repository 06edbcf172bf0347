"""What was told of a model's file is kept beside it, when somebody says so."""

import json

import pytest

from squeezeviz.errors import ModelError, PreprocessingError
from squeezeviz.preprocessing import preset
from squeezeviz.zoo.beside import Remembered, path_beside, recall, remember

LABELS = (("", "cat"), ("n02084071", "dog"))


@pytest.fixture
def model_path(tmp_path):
    path = tmp_path / "my_model.onnx"
    path.write_bytes(b"a network")
    return path


def test_what_was_told_is_read_again(model_path):
    how = preset("torchvision").replace(name="mine", crop_px=(200, 210))
    written = remember(model_path, labels=LABELS, preprocessing=how, input_px=(200, 210), output="logits")

    assert written == model_path.with_name("my_model.squeezeviz.json")
    assert recall(written) == (Remembered(LABELS, how, (200, 210), "logits"), "")
    assert json.loads(written.read_text("utf-8"))["squeezeviz"] == 1, "versioned"


def test_what_is_not_told_stays_as_it_was(model_path):
    remember(model_path, labels=LABELS)
    written = remember(str(model_path), preprocessing="torchvision")

    assert recall(written)[0] == Remembered(LABELS, preset("torchvision"))
    with pytest.raises(PreprocessingError, match="no preset is called"):
        remember(model_path, preprocessing="torchvison")
    assert recall(written)[0] == Remembered(LABELS, preset("torchvision"))


def test_nothing_is_told_where_there_is_no_file(model_path):
    told, problem = recall(path_beside(model_path))

    assert (told, problem, bool(told)) == (Remembered(), "", False)


def test_every_way_to_name_a_model_leads_to_the_same_file(model_path, tmp_path):
    assert path_beside(tmp_path) == path_beside(model_path)
    pair = tmp_path / "pair"
    pair.mkdir()
    for name in ("init_net.pb", "predict_net.pb"):
        (pair / name).write_bytes(b"")
    named = {path_beside(path) for path in (pair, pair / "init_net.pb", pair / "predict_net.pb")}
    assert named == {pair / "predict_net.squeezeviz.json"}


@pytest.mark.parametrize("name", ["squeezenet1.1-caffe2", "nowhere.onnx", "model.txt", "\0.onnx", "empty"])
def test_what_is_no_model_file_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.txt").write_bytes(b"")
    (tmp_path / "empty").mkdir()

    with pytest.raises(ModelError):
        remember(name, labels=LABELS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "model.txt"]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"[1, 2]", b"{}", b"[" * 100_000, b'{"squeezeviz": 2}', b'{"squeezeviz": 1, "lables": []}',
        b'{"squeezeviz": 1, "labels": ["cat"]}', b'{"squeezeviz": 1, "preprocessing": "torchvision"}',
        b'{"squeezeviz": 1, "preprocessing": {"name": "mine", "scale": 0}}', b'{"squeezeviz": 1, "input_px": 0}',
        b'{"squeezeviz": 1, "preprocessing": {"name": "mine", "resize_px": "many"}}', b'{"squeezeviz": 1, "output": 3}',
    ],
)  # fmt: skip
def test_what_is_damaged_or_foreign_is_named_and_never_written_over(model_path, content):
    path = path_beside(model_path)
    path.write_bytes(content)

    told, problem = recall(path)
    assert not told
    assert problem.startswith("my_model.squeezeviz.json: ")
    assert "\n" not in problem
    with pytest.raises(ModelError, match="move it away"):
        remember(model_path, labels=LABELS)
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_written_is_said(model_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("squeezeviz.zoo.beside.write_whole", refuse)  # root may write anywhere
    with pytest.raises(ModelError, match=r"my_model\.squeezeviz\.json: cannot be written \(Permission denied\)"):
        remember(model_path, labels=LABELS)
