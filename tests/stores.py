"""Stores of activations, and the photos that they are of, for tests that share them."""

import hashlib
import shutil
from pathlib import Path

from squeezeviz.dataset import stored
from squeezeviz.dataset.places import stamp_of
from tests.surveys import paint

LAYERS = ["fire2/concat", "conv10", "pool10"]


class Shared:
    """Photos that tests share, and their activations, for as long as nobody has touched a photo: what is stored knows
    each by its file, and when that was changed."""

    def __init__(self, place):
        self.photos, self.store, self._place = place / "photos", None, place
        paint(place / "pristine", 29)
        (place / "pristine/2/damaged.jpg").write_bytes(b"\xff\xd8\xff")
        self._stamps = None

    def as_painted(self):
        """Return the folder, laid anew where a test has changed it."""
        if self._stamps is None or self._seen() != self._stamps:
            shutil.rmtree(self.photos, ignore_errors=True)
            shutil.copytree(self._place / "pristine", self.photos)
            self._stamps, self.store = self._seen(), None
        return self.photos

    def stored(self, model):
        """Return the activations of the folder as it is, of one worker."""
        if self.store is None:
            self.store = self._place / "x.zarr"
            store(model, self.photos, self.store, workers=1, overwrite=self.store.exists())
        return self.store

    def _seen(self):
        return {path: stamp_of(str(path)) for path in self.photos.rglob("*.*")}


def store(model, folder, path, layers=tuple(LAYERS), *, force=True, **how):
    """Store without asking first whether the disk has room, which takes a fifth of the time: other tests ask that."""
    return stored.store_activations(model, folder, path, layers, force=force, **how)


def contents(path):
    """Every file of a store and the hash of what is in it."""
    files = [each for each in Path(path).rglob("*") if each.is_file()]
    return {each.relative_to(path).as_posix(): hashlib.sha256(each.read_bytes()).hexdigest() for each in files}


def opened(path, group=None):
    import xarray as xr  # with pandas: a second to import

    return xr.open_zarr(path, group=group, chunks=None)


def stop_after(photos):
    def stop(progress):
        if progress.done >= photos:
            raise KeyboardInterrupt

    return stop
