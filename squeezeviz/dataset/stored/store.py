"""Zarr: the only file that knows it. A store is made whole and empty, then filled shard by shard.

Compression is Zarr's plain ``zstd`` at level 1, without a shuffle: after ReLU most values are zero, and runs of zero
bytes that are left in their places pack better than shuffled ones (fire5/concat to 29 % against 35 %), faster.
Values before ReLU hold no such runs, and keep about 92 % of their size (85 % shuffled). Each chunk carries a CRC-32C,
and so does each shard's index. A megabyte of values takes 4 to 6 ms of one core that way, and 1.5 ms uncompressed.
"""

from __future__ import annotations

import contextlib
import itertools
import shutil
import warnings
from bisect import bisect_left
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.dataset.places import absolute, fsspec_at, is_address
from squeezeviz.errors import DatasetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import zarr
    from numpy.typing import NDArray
    from zarr.abc.store import Store as ZarrStore

    from squeezeviz.dataset.stored.layout import Layout, Value
    from squeezeviz.dataset.stored.study import Seen

__all__ = ["STORED", "UNREADABLE", "WAITING", "Store", "compressed_bytes"]

#: What the array `state` says of a photo.
WAITING, STORED, UNREADABLE = 0, 1, 2

_MARK = "squeezeviz"  # the attribute that tells our stores from others


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
        _zarr()

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
                mark = _zarr().open_group(self._zarr_store(read_only=True), mode="r").attrs.get(_MARK)
            except (FileNotFoundError, ValueError, KeyError) as exc:  # of Zarr, for what is no group
                raise self._foreign() from exc
        if not isinstance(mark, dict):
            raise self._foreign()
        return dict(mark) if mark.get("is_ready") else None

    def is_whole(self, chunk: int) -> bool:
        """Say whether all of a chunk's photos have had their turn, and what was stored of them can be read.

        What lies on this machine is read to its last byte, and its checksums compared. What lies elsewhere arrived
        whole or not at all, and reading it would take as long as making it: its `state` is believed.
        """
        rows = self._rows(chunk)
        try:
            state = self._array("state")[rows]
            if (state == WAITING).any():
                return False
            if self.is_remote:
                return True
            paths = ("logits", *(value.path for value in self.layout.values))
            has_sizes = (np.asarray(self._array(side)[rows]) > 0 for side in ("width", "height"))
            has_values = (_has_row(np.asarray(self._array(path)[rows])) for path in paths)
            return all(np.array_equal(is_there, state == STORED) for is_there in itertools.chain(has_sizes, has_values))
        except Exception:  # noqa: BLE001 - whatever codecs, Zarr and the file system say of damaged bytes
            return False

    def state(self, chunk: int | None = None) -> NDArray[np.int8]:
        """Return what has become of every photo, or of a chunk's: `WAITING`, `STORED` or `UNREADABLE`."""
        with self._told("read"):
            return np.asarray(self._array("state")[slice(None) if chunk is None else self._rows(chunk)])

    def stamps(self) -> list[str]:
        """Return every photo's stamp, as it was when the photo's turn began."""
        with self._told("read"):
            return [str(stamp) for stamp in self._array("file_stamp")[:]]

    def size_bytes(self) -> int:
        """Return what it takes on its disk."""
        with self._told("read"):
            if self.is_remote:
                system, path = fsspec_at(self.where)
                return int(system.du(path))
            return sum(path.stat().st_size for path in Path(self.where).rglob("*") if path.is_file())

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
            root = _make(self._zarr_store(), self.layout, photos, classes, dict(about))
            root.attrs[_MARK] = {**made_of, "is_ready": True}
            self._consolidate()
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
            _write(self._array, self.layout, rows, [seen.get(name) for name in self._names[rows]])

    def forget(self, chunks: Sequence[int], stamps: Sequence[str]) -> None:
        """Clear chunks that are to be made again, so that nothing of what was there is mistaken for them.

        Args:
            chunks: Which.
            stamps: Of all photos, as they are now.
        """
        names = ("state", "logits", "width", "height", *(value.path for value in self.layout.values))
        with self._told("written"):
            for chunk in chunks:
                if self.is_remote:
                    self._array("state")[self._rows(chunk)] = WAITING
                else:
                    for name in names:
                        shutil.rmtree(Path(self.where, name, "c", str(chunk)), ignore_errors=True)
                        Path(self.where, name, "c", str(chunk)).unlink(missing_ok=True)
            if not self.is_remote:  # what a process that was killed has left half-written beside
                for name in names:
                    for left in Path(self.where, name, "c").glob("*.partial"):
                        left.unlink(missing_ok=True)
            if self.stamps() != list(stamps):
                self._array("file_stamp")[:] = _texts(stamps)

    def close(self, about: Mapping[str, Any]) -> None:
        """Write down what has been answered, in the root and with every layer, and attributes for readers."""
        answered = self.state() == STORED
        with self._told("written"):
            for path in ("", *{value.group + "/" for value in self.layout.values}):
                self._array(f"{path}answered")[:] = answered
            self._group.attrs.update(dict(about))
            self._consolidate()

    # Inside -------------------------------------------------------------------------------------------------------

    @cached_property
    def _group(self) -> zarr.Group:
        try:
            return _zarr().open_group(self._zarr_store(), mode="r+")
        except FileNotFoundError as exc:
            raise DatasetError(
                f"{self.where}: this process finds no store there. It has to lie where every worker writes: on a disk "
                "that all share, or at an address (s3://…)"
            ) from exc

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
        return slice(chunk * size, min((chunk + 1) * size, len(self._names)))

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

    def _consolidate(self) -> None:
        """Copy all metadata into each group's own: xarray then opens it in one go, and without a remark."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Consolidated metadata is currently not part")
            store = self._zarr_store()
            for group in sorted({value.group for value in self.layout.values}):
                _zarr().consolidate_metadata(store, path=group, zarr_format=3)
            _zarr().consolidate_metadata(store, zarr_format=3)

    @contextlib.contextmanager
    def _told(self, deed: str) -> Iterator[None]:
        """Turn what the file system says into our words."""
        try:
            yield
        except OSError as exc:
            more = "; what is stored is kept, and the same command goes on there" if deed == "written" else ""
            raise DatasetError(f"{self.where}: cannot be {deed} ({exc.strerror or exc}){more}") from exc
        except (ValueError, RuntimeError) as exc:  # of Zarr and of codecs, where what lists the photos is damaged
            raise DatasetError(f"{self.where}: is damaged ({exc}); begin anew with --overwrite") from exc


@lru_cache(maxsize=4)
def _arrived(where: str, layout: Layout) -> Store:
    """Return the store of this process: each chunk arrives with a study of its own, and names are read once."""
    return Store(where, layout)


def compressed_bytes(layout: Layout, seen: Sequence[Seen]) -> int:
    """Return what some photos take as they would be stored, without storing them."""
    from zarr.storage import MemoryStore  # noqa: PLC0415 - an extra

    held: dict[str, Any] = {}
    names = [str(at) for at in range(len(seen))]
    photos: dict[str, Sequence[Any]] = {"photo": names, "class_index": [-1] * len(seen), "file_stamp": names}
    root = _make(MemoryStore(held), layout, photos, {"class_name": [], "class_wnid": []}, {})
    before = sum(len(content) for content in held.values())
    for start in range(0, len(seen), layout.shard_photos):
        rows = slice(start, min(start + layout.shard_photos, len(seen)))
        _write(root.__getitem__, layout, rows, seen[rows])
    return sum(len(content) for content in held.values()) - before


def _zarr() -> Any:  # noqa: ANN401 - a module
    try:
        import zarr  # noqa: PLC0415 - an extra
    except ImportError as exc:
        raise DatasetError("storing activations takes zarr: pip install 'squeezeviz[dataset]'") from exc
    return zarr


def _make(
    store: ZarrStore,
    layout: Layout,
    photos: Mapping[str, Sequence[Any]],
    classes: Mapping[str, Sequence[str]],
    about: dict[str, Any],
) -> zarr.Group:
    root: zarr.Group = _zarr().create_group(store, overwrite=True, attributes={_MARK: {"is_ready": False}, **about})
    root.attrs["coordinates"] = "class_index answered width height file_stamp state class_name class_wnid"
    count, shard = len(photos["photo"]), layout.shard_photos
    _column(root, "photo", _texts(photos["photo"]), long_name="the photo's path within the data set")
    _column(root, "class_index", np.asarray(photos["class_index"], np.int32), long_name="what it shows; -1: not known")
    _column(root, "file_stamp", _texts(photos["file_stamp"]), long_name="the file, as it was when it was read")
    _column(root, "answered", np.zeros(count, bool), long_name="whether its values are here; where not, they are NaN")
    for name, dtype, says in (
        ("width", "int32", "of the photo as the preprocessing takes it"),
        ("height", "int32", "of the photo as the preprocessing takes it"),
        ("state", "int8", "0: its turn has not come; 1: stored; 2: it cannot be read"),
    ):
        described = {"long_name": says} | ({} if name == "state" else {"units": "pixels"})
        root.create_array(
            name, shape=(count,), chunks=(shard,), dtype=dtype, dimension_names=["photo"], attributes=described,
            compressors=_compressors(),
        )  # fmt: skip
    for name, texts in classes.items():
        _column(root, name, _texts(texts), dimension="class", long_name="of the model's classes, by class index")
    said = {"long_name": "what goes into the closing softmax; of several crops, the mean"}
    root.create_array(
        "logits", shape=(count, layout.classes), chunks=(shard, layout.classes), dtype="float32", fill_value=np.nan,
        compressors=_compressors(), dimension_names=["photo", "class"], attributes=said,
    )  # fmt: skip
    for value in layout.values:
        _make_value(root, layout, value, photos)
    return root


def _make_value(root: zarr.Group, layout: Layout, value: Value, photos: Mapping[str, Sequence[Any]]) -> None:
    layer, count = value.layer, len(photos["photo"])
    group = root.require_group(value.group)
    if "photo" not in group:
        group.attrs.update({"layer": layer.to_dict(), "coordinates": "class_index answered"})
        _column(group, "photo", _texts(photos["photo"]), long_name="the photo's path within the data set")
        _column(group, "class_index", np.asarray(photos["class_index"], np.int32), long_name="-1: not known")
        _column(group, "answered", np.zeros(count, bool), long_name="where not, values are NaN")
        for axis, size in zip(("y", "x"), layer.shape[1:], strict=False):
            _column(
                group, axis, layer.offset + 0.5 + layer.stride * np.arange(size, dtype=np.float64), dimension=axis,
                long_name="middle of what the cell sees; pixel i reaches from i to i + 1",
                units="pixels of the input tensor", receptive_field=layer.receptive_field,
                receptive_fields=list(layer.receptive_fields), stride=layer.stride,
            )  # fmt: skip
    is_pre = value.variable == "pre_relu"
    says = "before ReLU" if is_pre else "after ReLU, so 0 or more" if layer.pre_relu else "its output"
    group.create_array(
        value.variable,
        shape=(count, *layer.shape),
        shards=(layout.shard_photos, *layer.shape),
        chunks=(value.chunk_photos, *layer.shape),
        dtype=layout.dtype,
        fill_value=np.nan,
        compressors=_compressors(),
        dimension_names=list(value.dimensions),
        attributes={
            "long_name": f"{layer.name}, {says}",
            "layer": layer.name,
            "units": "none: what the network computes",
            "precision": _PRECISION[layout.dtype],
        },
    )


_PRECISION = {
    "float32": "what the network computed, to the last bit",
    "float16": "rounded to 11 significant bits: off by up to 1 part in 2048, below 6.1e-5 by up to 3.0e-8; "
    "photos with values beyond 65504 are left out",
}


def _compressors() -> list[Any]:
    from zarr.codecs import Crc32cCodec, ZstdCodec  # noqa: PLC0415 - an extra

    return [ZstdCodec(level=1), Crc32cCodec()]


def _column(group: zarr.Group, name: str, values: NDArray[Any], dimension: str = "photo", **said: Any) -> None:  # noqa: ANN401 - plain data
    dtype = str if values.dtype == object else values.dtype
    array = group.create_array(
        name, shape=values.shape, chunks=(max(1, min(len(values), 1 << 16)),), dtype=dtype,
        dimension_names=[dimension], attributes=said, compressors=_compressors(),
    )  # fmt: skip
    array[:] = values


def _texts(texts: Sequence[str]) -> NDArray[np.object_]:
    made = np.empty(len(texts), object)
    made[:] = texts
    return made


def _write(array: Callable[[str], Any], layout: Layout, rows: slice, seen: Sequence[Seen | None]) -> None:
    """Write a chunk's arrays, and last of all its `state`: until that is there, the rest does not count."""
    for at, value in enumerate(layout.values):
        array(value.path)[rows] = _block(
            [each.arrays[at] if each else None for each in seen], value.layer.shape, layout.dtype
        )
    array("logits")[rows] = _block([each.logits if each else None for each in seen], (layout.classes,), "float32")
    for name in ("width", "height"):
        array(name)[rows] = np.array([getattr(each, name) if each else 0 for each in seen], np.int32)
    array("state")[rows] = np.array([STORED if each else UNREADABLE for each in seen], np.int8)


def _block(arrays: Sequence[NDArray[Any] | None], shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    block = np.full((len(arrays), *shape), np.nan, dtype)
    for at, array in enumerate(arrays):
        if array is not None:
            block[at] = array
    return block


def _has_row(block: NDArray[Any]) -> NDArray[np.bool_]:
    """Say which photos of a block are there: no value that is stored is NaN, and what is missing is nothing else."""
    is_there: NDArray[np.bool_] = ~np.isnan(block.reshape(len(block), -1)[:, 0])
    return is_there
