"""A store of activations: made whole and empty, then filled shard by shard; what is there is found by looking at it.

No flag says that a store is complete. A photo has its values if its `state` says so and every file that they lie in is
there; on this machine all of them are read, and their checksums compared, before another run goes on.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
from bisect import bisect_left
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from squeezeviz.dataset.places import absolute, fsspec_at, is_address, stamp_of, stamp_of_listing
from squeezeviz.dataset.stored.arrays import (
    MARK,
    STORED,
    WAITING,
    as_texts,
    consolidate,
    descriptions,
    side_columns,
    write_anew,
    write_rows,
    zarr_module,
)
from squeezeviz.errors import DatasetError
from squeezeviz.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import zarr
    from numpy.typing import NDArray
    from zarr.abc.store import Store as ZarrStore

    from squeezeviz.dataset.places import Stamp
    from squeezeviz.dataset.stored.layout import Layout
    from squeezeviz.dataset.stored.seen import Seen

__all__ = ["Store"]


class Store:
    """A folder or fsspec URL that holds activations, or is to hold them. It may be pickled to other processes.

    Args:
        where: A path, or a URL such as ``s3://bucket/name.zarr``.
        layout: What it holds.

    Raises:
        DatasetError: A package is missing.
    """

    def __init__(self, where: str, layout: Layout) -> None:
        self.is_remote = is_address(where)
        self.where = absolute(where)
        self.layout = layout
        self._arrays: dict[str, zarr.Array] = {}
        self._chunk_files: set[str] = set()  # such as "conv10/activation/c/3"
        zarr_module()

    def __reduce__(self) -> tuple[Callable[[str, Layout], Store], tuple[str, Layout]]:
        return _arrived, (self.where, self.layout)

    # What is there ------------------------------------------------------------------------------------------------

    def made_of(self) -> dict[str, Any] | None:
        """Return what a store that is there was made of; None where nothing is, or one was left before it was ready.

        Raises:
            DatasetError: Something else lies there, or it cannot be read.
        """
        with self._told("read"):
            if not self._is_anything():
                return None
            try:
                mark = self._opened("r").attrs.get(MARK)
            except (FileNotFoundError, ValueError, KeyError) as exc:  # of Zarr, for what is no group
                raise self._foreign() from exc
        if not isinstance(mark, dict):
            raise self._foreign()
        return dict(mark) if mark.get("is_ready") else None

    def is_whole(self, chunk: int) -> bool:
        """Say whether all of a chunk's photos have had their turn, and what was stored of them can be read.

        What lies on this machine is read to its last byte, and its checksums compared. What lies elsewhere arrived
        whole or not at all, and reading it would take as long as making it: its files have to be there.
        """
        rows = self._rows(chunk)
        try:
            state = self._array("state")[rows]
            if (state == WAITING).any():
                return False
            if self.is_remote:
                return self._has_files(chunk, state)
            paths = ("logits", *(value.path for value in self.layout.values))
            has_sizes = (np.asarray(self._array(side)[rows]) > 0 for side in ("width", "height"))
            has_values = (_has_row(np.asarray(self._array(path)[rows])) for path in paths)
            return all(np.array_equal(is_there, state == STORED) for is_there in itertools.chain(has_sizes, has_values))
        except Exception:  # noqa: BLE001 - whatever codecs, Zarr and the file system say of damaged bytes
            return False

    def missing(self) -> list[int]:
        """Return the chunks that are not there: some of their photos wait, or what was stored of them has gone."""
        self.look()
        state, size = self.state(), self.layout.shard_photos
        chunks = ((chunk, state[chunk * size : (chunk + 1) * size]) for chunk in range(-(-len(state) // size)))
        return [chunk for chunk, own in chunks if (own == WAITING).any() or not self._has_files(chunk, own)]

    def _has_files(self, chunk: int, state: NDArray[np.int8]) -> bool:
        """Say whether every file is there that a chunk's values lie in; where none is stored there is none."""
        names = ("logits", "width", "height", *(value.path for value in self.layout.values))
        return not (state == STORED).any() or all(f"{name}/c/{chunk}" in self._chunk_files for name in names)

    def state(self, chunk: int | None = None) -> NDArray[np.int8]:
        """Return what has become of every photo, or of a chunk's: `WAITING`, `STORED` or `UNREADABLE`."""
        with self._told("read"):
            return np.asarray(self._array("state")[slice(None) if chunk is None else self._rows(chunk)])

    def stamps(self) -> list[str]:
        """Return every photo's stamp, as it was when the photo's turn began."""
        with self._told("read"):
            return [str(stamp) for stamp in self._array("file_stamp")[:]]

    def look(self) -> dict[str, tuple[str, ...]]:
        """Take down which chunks have files, and return its `listing`."""
        files = self.listing()
        parts = (name.partition("/c/") for name in files)
        self._chunk_files = {f"{array}/c/{at.partition('/')[0]}" for array, _, at in parts if at}
        return files

    def listing(self) -> dict[str, tuple[str, ...]]:
        """Return its files by their paths within it, each with its size and what tells that it has changed."""
        with self._told("read"):
            if self.is_remote:
                system, path = fsspec_at(self.where)
                system.invalidate_cache()
                found = system.find(path, detail=True)
                above = path.rstrip("/") + "/"
                return {
                    name.removeprefix(above): (str(entry["size"]), *stamp_of_listing(entry))
                    for name, entry in found.items()
                }
            return _files_below(self.where)

    def size_bytes(self) -> int:
        """Return what it takes on its disk."""
        return sum(int(stamp[0]) for stamp in self.listing().values() if stamp)

    # Changing it --------------------------------------------------------------------------------------------------

    def make(self, photos: Mapping[str, Sequence[Any]], classes: Mapping[str, Sequence[str]], about: Mapping[str, Any],
             made_of: Mapping[str, Any]) -> None:  # fmt: skip
        """Make it anew, with a row for every photo and nothing in them yet; what was there goes.

        Args:
            photos: Columns of the photos: ``photo`` (names, ascending), ``class_index``, ``file_stamp``.
            classes: Columns of the classes: ``class_name`` and ``class_wnid``.
            about: Attributes for readers.
            made_of: What another run has to agree with to go on here.
        """
        with self._told("written"):
            write_anew(self._zarr_store(), self.layout, photos, classes, about, made_of=made_of)
        self._forget_what_is_known()

    def chunk_of(self, names: Sequence[str]) -> int | None:
        """Return which chunk consists of these photos, in their order; None where none does."""
        for is_fresh in (False, True):  # a worker may outlive the store it knew, and find another in its place
            if is_fresh:
                self._forget_what_is_known()
            start = bisect_left(self._names, names[0])
            chunk = start // self.layout.shard_photos
            rows = self._rows(chunk)
            if rows.start == start and self._names[rows] == list(names):
                return chunk
        return None

    def write(self, chunk: int, seen: Mapping[str, Seen]) -> None:
        """Write what was seen of a whole chunk of photos; photos that nothing was seen of are marked unreadable.

        Args:
            chunk: Which.
            seen: By the photo's name.

        Raises:
            DatasetError: The disk refuses.
        """
        rows = self._rows(chunk)
        with self._told("written"):
            write_rows(self._array, self.layout, rows, [seen.get(name) for name in self._names[rows]])

    def mend(self, photos: Mapping[str, Sequence[Any]], classes: Mapping[str, Sequence[str]]) -> None:
        """Write anew what describes arrays, photos, classes and cells where it is damaged; see `side_columns`.

        What describes arrays arrived whole where it lies elsewhere; there it is believed.
        """
        if not self.is_remote:
            with self._told("written"):
                self._mend_descriptions(descriptions(self.layout, photos, classes))
            self._forget_what_is_known()
        for column in side_columns(self.layout, photos, classes):
            try:
                is_right = np.array_equal(np.asarray(self._array(column.path)[:]), column.values)
            except Exception:  # noqa: BLE001 - as in `is_whole`
                is_right = False
            if not is_right:
                self._rewrite(column.path, column.values)
        self._forget_what_is_known()

    def _mend_descriptions(self, expected: Mapping[str, bytes]) -> None:
        """Zarr goes by them, and so does whoever reads the store: a column that they do not name is not there."""
        for path, content in expected.items():
            file = Path(self.where, path)
            try:
                said = json.loads(file.read_bytes())
                said.pop("consolidated_metadata", None)  # a group's: copies, which are made anew in the end
            except (OSError, ValueError, AttributeError):
                said = None
            if said != json.loads(content):
                write_whole(file, content)

    def forget(self, chunks: Sequence[int], stamps: Sequence[str]) -> None:
        """Clear chunks that are to be made again, so that nothing of what was there is mistaken for them.

        Args:
            chunks: Which.
            stamps: Of all photos, as they are now.
        """
        self._write_answered(without=chunks)  # first of all: whoever reads it from now on, or after a crash, is told
        names = ("state", "logits", "width", "height", *(value.path for value in self.layout.values))
        with self._told("written"):
            for chunk in chunks:
                if self.is_remote:
                    self._array("state")[self._rows(chunk)] = WAITING
                else:
                    for name in names:
                        shutil.rmtree(Path(self.where, name, "c", str(chunk)), ignore_errors=True)
                        Path(self.where, name, "c", str(chunk)).unlink(missing_ok=True)
            if not self.is_remote:  # what a process that was killed has left half-written
                for left in Path(self.where).rglob("*.partial"):
                    left.unlink(missing_ok=True)
            if self.stamps() != list(stamps):
                self._rewrite("file_stamp", as_texts(stamps))

    def close(self, about: Mapping[str, Any]) -> list[int]:
        """Write down what has been answered, in the root and with every layer, and attributes for readers.

        Returns:
            The chunks that are not there; nothing in them counts as answered.
        """
        missing = self.missing()
        self._write_answered(without=missing)
        with self._told("written"):
            self._group.attrs.update(dict(about))
            consolidate(self._zarr_store(), self.layout)
        return missing

    def answered(self, without: Sequence[int] = ()) -> NDArray[np.bool_]:
        """Return which photos have values, but for those of some chunks."""
        count, size, left_out = self._array("state").shape[0], self.layout.shard_photos, set(without)
        try:
            answered: NDArray[np.bool_] = self.state() == STORED
        except DatasetError:  # the state of one of those chunks is damaged
            answered = np.zeros(count, bool)
            for chunk in set(range(-(-count // size))) - left_out:
                answered[self._rows(chunk)] = self.state(chunk) == STORED
        for chunk in left_out:
            answered[self._rows(chunk)] = False
        return answered

    def _write_answered(self, *, without: Sequence[int]) -> None:
        answered = self.answered(without)
        with self._told("written"):
            for path in ("", *{value.group + "/" for value in self.layout.values}):
                self._rewrite(f"{path}answered", answered)

    def _rewrite(self, path: str, values: NDArray[Any]) -> None:
        """Write all of a column; what is there is not read, for it may be damaged."""
        with self._told("written"):
            if not self.is_remote:
                shutil.rmtree(Path(self.where, path, "c"), ignore_errors=True)
            self._array(path)[:] = values

    # Inside -------------------------------------------------------------------------------------------------------

    @cached_property
    def _group(self) -> zarr.Group:
        try:
            return self._opened("r+")
        except FileNotFoundError as exc:
            raise DatasetError(
                f"{self.where}: this process finds no store there. It has to lie where every worker writes: on a disk "
                "that all share, or at an address (s3://…)"
            ) from exc

    def _opened(self, mode: Literal["r", "r+"]) -> zarr.Group:
        """Open the root, going by what lies there and not by the copies in its own description, which may be older."""
        store = self._zarr_store(read_only=mode == "r")
        group: zarr.Group = zarr_module().open_group(store, mode=mode, use_consolidated=False)
        return group

    @cached_property
    def _names(self) -> list[str]:
        with self._told("read"):
            return [str(name) for name in self._array("photo")[:]]

    def _array(self, path: str) -> zarr.Array:
        if path not in self._arrays:  # opening one reads its description anew: 2 ms
            self._arrays[path] = self._group[path]
        return self._arrays[path]

    def _forget_what_is_known(self) -> None:
        for known in ("_group", "_names"):
            self.__dict__.pop(known, None)
        self._arrays.clear()

    def _rows(self, chunk: int) -> slice:
        size = self.layout.shard_photos
        return slice(chunk * size, min((chunk + 1) * size, self._array("state").shape[0]))

    def _zarr_store(self, *, read_only: bool = False) -> ZarrStore:
        from zarr.storage import FsspecStore, LocalStore  # noqa: PLC0415 - an extra

        if not self.is_remote:
            return LocalStore(self.where, read_only=read_only)
        fsspec_at(self.where)  # says in our words what is missing
        return FsspecStore.from_url(self.where, read_only=read_only)

    def _is_anything(self) -> bool:
        if self.is_remote:
            from zarr.core.sync import sync  # noqa: PLC0415 - an extra; Zarr has no other door to an empty store

            return not sync(self._zarr_store(read_only=True).is_empty(""))
        path = Path(self.where)
        if path.exists() and not path.is_dir():
            raise DatasetError(f"{self.where}: expected a folder to write into, found a file")
        return path.is_dir() and any(path.iterdir())

    def _foreign(self) -> DatasetError:
        return DatasetError(f"{self.where}: holds something else than activations of squeezeviz; name another place")

    @contextlib.contextmanager
    def _told(self, deed: str) -> Iterator[None]:
        """Turn what the file system says into our words."""
        try:
            yield
        except OSError as exc:
            more = "; what is stored is kept, and the same command goes on there" if deed == "written" else ""
            raise DatasetError(f"{self.where}: cannot be {deed} ({exc.strerror or exc}){more}") from exc
        except (
            ValueError,
            RuntimeError,
            KeyError,
            TypeError,
        ) as exc:  # of Zarr and of codecs, where what lists the photos is damaged
            raise DatasetError(f"{self.where}: is damaged ({exc}); begin anew with --overwrite") from exc


@lru_cache(maxsize=4)
def _arrived(where: str, layout: Layout) -> Store:
    """Return the store of this process: each chunk arrives with a study of its own, and names are read once."""
    return Store(where, layout)


def _files_below(root: str) -> dict[str, Stamp]:
    """Return all files in a folder by their paths within it; in a third of the time that `Path.rglob` takes."""
    found = {}
    for folder, _, names in os.walk(root):
        above = "".join(f"{part}/" for part in Path(folder).relative_to(root).parts)
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118 - hundreds of thousands of them
            if os.path.isfile(path):  # noqa: PTH113 - as above
                found[above + name] = stamp_of(path)
    return found


def _has_row(block: NDArray[Any]) -> NDArray[np.bool_]:
    """Say which photos of a block are there: no value that is stored is NaN, and what is missing is nothing else."""
    is_there: NDArray[np.bool_] = ~np.isnan(block.reshape(len(block), -1)[:, 0])
    return is_there
