"""Storing what layers saw of a folder of photos: what there is to do, what it will take, doing it."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from squeezeviz.dataset.alone import alone
from squeezeviz.dataset.find import as_list, find
from squeezeviz.dataset.identity import model_key, real_place
from squeezeviz.dataset.kept import Unkept
from squeezeviz.dataset.photos import Trouble
from squeezeviz.dataset.places import read_bytes
from squeezeviz.dataset.stored.arrays import UNREADABLE, WAITING
from squeezeviz.dataset.stored.layout import plan_layout
from squeezeviz.dataset.stored.result import StoredActivations
from squeezeviz.dataset.stored.space import Space, free_bytes, measure
from squeezeviz.dataset.stored.store import Store
from squeezeviz.dataset.stored.study import ActivationStudy, Held, see
from squeezeviz.dataset.survey import survey
from squeezeviz.errors import DatasetError, ImageError, PreprocessingError
from squeezeviz.files import given_path, readable_name
from squeezeviz.image import read_image
from squeezeviz.results.provenance import Provenance
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from squeezeviz.dataset.photos import Photo
    from squeezeviz.dataset.survey import Progress, Survey
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = ["ActivationJob", "store_activations"]

_FORMAT = 2
_MOST_LISTED = 1_000  # troubles among the attributes of a store

# What another run has to agree with to go on in a store, in the words of an error.
_SPOKEN = {
    "format": "another version of squeezeviz",
    "model_sha256": "another model",
    "network": "another model",
    "chosen": "another input size or output of the model",
    "labels": "a model with other classes",
    "versions": "other versions of what computes them",
    "data_set": "photos that lie elsewhere",
    "preprocessing": "another preprocessing",
    "values": "other layers",
    "dtype": "another dtype",
    "photos": "other photos or labels",
    "shard_photos": "another version of squeezeviz",
}


def store_activations(
    model: ModelSource,
    photos: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    path: str | os.PathLike[str],
    layers: Sequence[str] | str,
    *,
    pre_relu: bool = False,
    dtype: str = "float32",
    preprocessing: str | Preprocessing | None = None,
    listing: str | os.PathLike[str] | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
    overwrite: bool = False,
    force: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
) -> StoredActivations:
    """Store what layers saw of a folder of photos, as a Zarr group that xarray reads.

    Each layer is a group under its published name::

        ds = xr.open_zarr("birds.zarr", group="fire5/concat")
        ds.activation  # (photo, channel, y, x); photos by name, y and x in pixels of the input tensor
        ds.activation.sel(photo="robin/01.jpg").isel(channel=142)
        ds.activation[ds.answered]  # photos that could not be read are rows of NaN
        xr.open_zarr("birds.zarr").logits  # the answers themselves: (photo, class)
        xr.open_datatree("birds.zarr", engine="zarr")  # all of it

    float32 values are those of `Model.activations`, to the last bit. A store that was left half-done is gone on with;
    what is damaged in one is made anew. Its attributes say what made it.

    Args:
        model: A loaded model, or the name or path of one.
        photos: A folder, single photos or several of such, local or addresses such as ``s3://…``. Labels are taken from
            folders named after classes, or from a list; photos without one are stored as well.
        path: The store: a folder that ends in ``.zarr``, or an address.
        layers: Names of layers; ``"<layer>:pre"`` is the value before ReLU; ``"all"`` is every layer.
        pre_relu: Whether to add the values before ReLU of every layer that has one, as `pre_relu` in the same group.
        dtype: ``"float32"``, or ``"float16"`` for half the size: 11 significant bits, and no more than 65,504.
        preprocessing: A preset's name or one of your own; the model's own by default.
        listing: The list that labels the photos.
        scheduler: As for `squeezeviz.dataset.survey`.
        workers: The same.
        overwrite: Whether to begin anew, whatever activations are stored there.
        force: Whether to begin although the disk seems too small.
        on_progress: Told how far it is.

    Raises:
        DatasetError: There are no photos, something else lies at that path or activations of something else do, the
            disk is too small or refuses, another process stores there, or zarr is missing.
        LayerError: A layer is unknown.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or makes an input of a size that the model does not take.
    """
    job = ActivationJob(
        loaded(model), photos, path, layers,
        pre_relu=pre_relu, dtype=dtype, preprocessing=preprocessing, listing=listing, overwrite=overwrite,
    )  # fmt: skip
    return job.run(scheduler=scheduler, workers=workers, force=force, on_progress=on_progress)


class ActivationJob:
    """What `store_activations` does, in steps: until `run` is called nothing is written.

    Its arguments are those of `store_activations`.

    Attributes:
        store: Where.
        is_begun: Whether an earlier run has left something there to go on with.
    """

    def __init__(
        self,
        model: Model,
        photos: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
        path: str | os.PathLike[str],
        layers: Sequence[str] | str,
        *,
        pre_relu: bool = False,
        dtype: str = "float32",
        preprocessing: str | Preprocessing | None = None,
        listing: str | os.PathLike[str] | None = None,
        overwrite: bool = False,
    ) -> None:
        where = os.fspath(given_path(path, "birds.zarr", DatasetError)) if not isinstance(path, str) else path
        self._model, self._how = model, model.resolve(preprocessing)
        found = find(photos, model.labels, listing=listing)
        self._photos = sorted(found.photos, key=lambda photo: photo.name)
        self._left_out = found.troubles
        self._sources = as_list(photos)
        architecture = model.architecture_at(*self._how.input_px)
        layout = plan_layout(architecture, layers, photos=len(self._photos), pre_relu=pre_relu, dtype=dtype)
        self.store = Store(where, layout)
        self._overwrite = overwrite
        self._seen: dict[str, tuple[str, ...]] | None = None  # its files, as they were when it was looked at
        self._look()

    @property
    def photos(self) -> int:
        """How many photos the store will have rows for."""
        return len(self._photos)

    @cached_property
    def space(self) -> Space:
        """What it will take. The first look at it stores a few photos in memory."""
        free = free_bytes(self.store)
        if free is not None and self._goes:
            free += self.store.size_bytes()
        due = sum(len(self._chunk(chunk)) for chunk in self._due)
        return measure(self._model, self._how, self.store.layout, self._photos, due=due, free=free)

    def run(
        self,
        *,
        scheduler: str | None = None,
        workers: int | None = None,
        force: bool = False,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> StoredActivations:
        """Do it; see `store_activations`."""
        with alone(self.store.where, "another process stores activations there"):
            self._look_again()
            return self._run(scheduler=scheduler, workers=workers, force=force, on_progress=on_progress)

    def _run(
        self,
        *,
        scheduler: str | None,
        workers: int | None,
        force: bool,
        on_progress: Callable[[Progress], None] | None,
    ) -> StoredActivations:
        if not force and self._due and not self.space.fits:
            needed, free = self.space.due_bytes / 1e9, (self.space.free_bytes or 0) / 1e9
            raise DatasetError(
                f"{self.store.where}: about {needed:,.3g} GB are needed there, {free:,.3g} GB are free; store fewer "
                f"layers, float16, or elsewhere; --force begins all the same"
            )
        due = [photo for chunk in self._due for photo in self._chunk(chunk)]
        self._prepare()
        resumed = len(self._photos) - len(due)
        troubles, seconds, twice = [*self._troubles, *self._left_out], 0.0, 0
        if due:
            told = on_progress and _shifted(on_progress, resumed, len(self._photos))
            made = self._survey(due, scheduler=scheduler, workers=workers, on_progress=told)
            self._write_rest(made.part)
            troubles, seconds = [*troubles, *made.troubles], made.seconds
            twice = sum(len(names) - 1 for names in made.duplicates)
        troubles.sort(key=lambda trouble: trouble.name)
        missing = self.store.close(_told(troubles))
        if missing:
            raise DatasetError(
                f"{self.store.where}: {len(missing):,} chunks that were stored are not there, as if others had written "
                "there, too; the same command stores them again"
            )
        layout, answered = self.store.layout, int(self.store.answered().sum())
        if not answered:
            names = {photo.name for photo in self._photos}
            first = next((trouble.message for trouble in troubles if trouble.name in names), "no reason is known")
            raise DatasetError(f"none of the {len(self._photos):,} photos could be stored: {first}")
        return StoredActivations(
            self.store.where, self._model.name, layout.names, layout.dtype, len(self._photos), answered,
            tuple(troubles), twice, resumed, answered * layout.photo_bytes, self.store.size_bytes(), seconds,
        )  # fmt: skip

    def _survey(
        self,
        due: Sequence[Photo],
        *,
        scheduler: str | None,
        workers: int | None,
        on_progress: Callable[[Progress], None] | None,
    ) -> Survey[Held]:
        """Ask the photos that are due; chunks are shards, and what the survey keeps on the way is of no more use."""
        try:
            return survey(
                ActivationStudy(self.store, self._how), self._model, due, batch=self.store.layout.shard_photos,
                scheduler=scheduler, workers=workers, kept=Unkept(), on_progress=on_progress,
            )  # fmt: skip
        except BaseException:
            with suppress(DatasetError):  # such as a full disk: what led here matters more
                self.store.close(_told([*self._troubles, *self._left_out]))
            raise

    # What is there already ----------------------------------------------------------------------------------------

    def _look(self) -> None:
        there = self.store.made_of()
        self.is_begun = there is not None and not self._overwrite
        self._goes = there is not None and self._overwrite
        if there is not None and not self._overwrite:
            self._check(there)

    def _look_again(self) -> None:
        """See, once the store is held, whether another process has changed it since it was looked at."""
        if self._seen is not None and self._seen != self.store.listing():
            for known in ("_due", "space", "_troubles", "_still"):
                self.__dict__.pop(known, None)
        self._look()
        if self.is_begun:
            self.store.mend(self._columns, self._classes)

    def _check(self, there: dict[str, Any]) -> None:
        for key, asked in self._made_of().items():
            if there.get(key) != asked:
                held = f" ({there.get(key)} there, {asked} now)" if key in ("model_sha256", "values", "dtype") else ""
                raise DatasetError(
                    f"{self.store.where}: holds activations of {_SPOKEN[key]}{held}; name another place, or begin anew "
                    f"with --overwrite"
                )

    def _made_of(self) -> dict[str, Any]:
        rows = [(photo.name, _index(photo)) for photo in self._photos]
        return {
            "format": _FORMAT,
            **model_key(self._model),
            "data_set": [readable_name(real_place(source)) for source in self._sources],
            "preprocessing": json.loads(self._how.to_json()),
            "values": list(self.store.layout.names),
            "dtype": self.store.layout.dtype,
            "photos": hashlib.sha256(json.dumps(rows).encode()).hexdigest(),
            "shard_photos": self.store.layout.shard_photos,
        }

    def _chunk(self, chunk: int) -> Sequence[Photo]:
        size = self.store.layout.shard_photos
        return self._photos[chunk * size : (chunk + 1) * size]

    @cached_property
    def _due(self) -> list[int]:
        """Chunks that are not there, not whole, or whose photos have changed since."""
        chunks = range(-(-len(self._photos) // self.store.layout.shard_photos))
        if not self.is_begun:
            return list(chunks)
        self._seen = self.store.look()
        size, then, now = self.store.layout.shard_photos, self.store.stamps(), self._stamps
        places = (slice(chunk * size, (chunk + 1) * size) for chunk in chunks)
        return [
            chunk
            for chunk, rows in zip(chunks, places, strict=True)
            if then[rows] != now[rows] or not self.store.is_whole(chunk) or self._can_be_read_now(chunk)
        ]

    @cached_property
    def _stamps(self) -> list[str]:
        """What tells whether photos have changed, as they are now."""
        return [" ".join(photo.stamped().stamp) for photo in self._photos]

    @cached_property
    def _troubles(self) -> tuple[Trouble, ...]:
        """What is the matter with photos that an earlier run could not read, and that are not asked again."""
        asked_again = {photo.name for chunk in self._due for photo in self._chunk(chunk)}
        return tuple(trouble for name, trouble in self._still.items() if name not in asked_again)

    @cached_property
    def _still(self) -> dict[str, Trouble]:
        """Filled as chunks are looked at."""
        return {}

    def _can_be_read_now(self, chunk: int) -> bool:
        """Say whether a photo that could not be read in an earlier run can be read by now; remember why not."""
        for photo, state in zip(self._chunk(chunk), self.store.state(chunk), strict=True):
            if state == UNREADABLE:
                try:
                    image = read_image(read_bytes(photo.place, photo.name), name=photo.name)
                    see(self._model, self._how, self.store.layout, image, photo.name)
                except (ImageError, PreprocessingError) as exc:
                    self._still[photo.name] = Trouble(photo.name, str(exc))
                else:
                    return True
        return False

    # Writing ------------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        if self.is_begun:
            if self._due:
                self.store.forget(self._due, self._stamps)
            return
        photos = {**self._columns, "file_stamp": self._stamps}
        self.store.make(photos, self._classes, self._about(), self._made_of())

    @property
    def _columns(self) -> dict[str, Sequence[Any]]:
        """What is known of photos before they are looked at."""
        return {
            "photo": [photo.name for photo in self._photos],
            "class_index": [_index(photo) for photo in self._photos],
        }

    @property
    def _classes(self) -> dict[str, Sequence[str]]:
        return {
            "class_name": [label.label for label in self._model.labels],
            "class_wnid": [label.wnid for label in self._model.labels],
        }

    def _write_rest(self, part: Held) -> None:
        """Write chunks that no worker has written, because they were asked in parts."""
        state, size = self.store.state(), self.store.layout.shard_photos
        for chunk in self._due:
            if (state[chunk * size : (chunk + 1) * size] == WAITING).any():
                self.store.write(chunk, part.waiting)

    def _about(self) -> dict[str, Any]:
        """Return what made the store, for its readers."""
        return {
            "title": f"Activations of {self._model.name}",
            **Provenance(self._model.name, self._model.sha256, self._how).to_dict(),
            "data_set": ", ".join(readable_name(os.fspath(source)) for source in self._sources),
            "layers": list(self.store.layout.names),
            "dtype": self.store.layout.dtype,
            "units": "activations and logits have none; y, x, width and height are in pixels",
            "crop": "of several crops of a photo, activations are the first's, logits the mean",
        }


def _told(troubles: Sequence[Trouble]) -> dict[str, Any]:
    return {"troubles": [trouble.message for trouble in troubles[:_MOST_LISTED]]}


def _index(photo: Photo) -> int:
    return -1 if photo.class_index is None else photo.class_index


def _shifted(on_progress: Callable[[Progress], None], before: int, count: int) -> Callable[[Progress], None]:
    """Return a listener that counts what an earlier run has done as well."""
    return lambda progress: on_progress(replace(progress, done=progress.done + before, all=count))
