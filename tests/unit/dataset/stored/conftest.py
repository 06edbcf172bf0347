import shutil
from pathlib import Path

import pytest

from squeezeviz.dataset.stored.study import ActivationStudy
from tests.nets import tiny_model
from tests.stores import Shared


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return Shared(tmp_path_factory.mktemp("shared"))


@pytest.fixture
def folder(shared, tmp_path, monkeypatch):
    """30 photos of five classes, one of them damaged: four shards of eight, the last with room to spare."""
    monkeypatch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path / "cache"))
    return shared.as_painted()


@pytest.fixture
def whole(model, folder, shared, tmp_path):
    """The activations of `folder`, every one of them stored."""
    return Path(shutil.copytree(shared.stored(model), tmp_path / "x.zarr"))


@pytest.fixture
def looks(monkeypatch):
    """The names of photos that are looked at, in a list."""
    asked, look = [], ActivationStudy.look

    def remember(self, model, image, name, class_index):
        asked.append(name)
        return look(self, model, image, name, class_index)

    monkeypatch.setattr(ActivationStudy, "look", remember)
    return asked
