"""Zarr stores of activations that another run finds: what is damaged is refused or made anew, and never believed."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import zarr

from squeezeviz.dataset.stored import store_activations
from tests.fuzz.worker import read, write
from tests.mutations import damaged, twisted_json
from tests.nets import tiny_model
from tests.surveys import paint

_LAYERS = "fire2/concat", "conv10"
_ARRAYS = "photo", "logits", *(f"{layer}/activation" for layer in _LAYERS)
_GONE = "gone.json"


@cache
def _model():
    return tiny_model()


@cache
def _photos():
    """A folder that lives as long as this process."""
    folder = tempfile.mkdtemp(dir=Path(tempfile.gettempdir()).parent)
    return paint(folder, 12)


@cache
def _made():
    """The files of a whole store, by name, and the values of its arrays."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "made.zarr")
        _store(path)
        return read(path), _values(path)


def _values(path):
    return {name: zarr.open_array(path, path=name, mode="r")[:] for name in _ARRAYS}


def _store(path):
    # Whether the disk has room is measured by making a store in memory: no matter here.
    return store_activations(_model(), _photos(), path, list(_LAYERS), workers=1, force=True)


def whole():
    return {_GONE: b"[]"}


def make(rng):
    """Return the files that changed, and the names of those that are gone."""
    files, changed, gone = _made()[0], {}, []
    for name in rng.choices(sorted(files), k=rng.choice([1, 1, 2, 5])):
        if rng.random() < 0.15:
            gone.append(name)
        elif name.endswith(".json") and rng.random() < 0.8:
            changed[name] = twisted_json(files[name], rng)
        else:
            # Not exchanged with one of the same array: it would be as right, of other photos.
            others = [other for other in sorted(files) if other.partition("/c/")[0] != name.partition("/c/")[0]]
            changed[name] = rng.choice([damaged(files[name], rng), files[rng.choice(others)]])
    return {**changed, _GONE: json.dumps(gone).encode()}


def try_(case, folder):
    """Go on in the store; what it then holds is what a whole one does."""
    gone, path = json.loads(case[_GONE]), folder / "x.zarr"
    whole, values = _made()
    files = {**whole, **{name: content for name, content in case.items() if name != _GONE}}
    write({name: content for name, content in files.items() if name not in gone}, path)
    made = _store(path)
    assert (made.photos, made.answered) == (12, 12)
    for name, found in _values(path).items():
        assert np.array_equal(found, values[name]), f"{name} holds other values"
