"""The arrays of a store: what describes photos, classes and cells, and the values themselves, made and filled.

This file and `store.py` are the only ones that know Zarr. Compression is Zarr's plain ``zstd`` at level 1, without a
shuffle: after ReLU most values are zero, and runs of zero bytes that are left in their places pack better than shuffled
ones (fire5/concat to 29 % against 35 %), faster. Values before ReLU hold no such runs, and keep about 92 % of their
size (85 % shuffled). Each chunk carries a CRC-32C, and so does each shard's index. A megabyte of values takes 4 to 6 ms
of one core that way, and 1.5 ms uncompressed.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.errors import DatasetError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import zarr
    from numpy.typing import NDArray
    from zarr.abc.store import Store as ZarrStore
    from zarr.core.buffer import Buffer

    from squeezeviz.dataset.stored.layout import Layout, Value
    from squeezeviz.dataset.stored.seen import Seen

__all__ = [
    "MARK", "STORED", "UNREADABLE", "WAITING", "SideColumn", "as_texts", "compressed_bytes", "consolidate",
    "descriptions", "make_arrays", "side_columns", "write_anew", "write_rows", "zarr_module",
]  # fmt: skip

#: What the array `state` says of a photo.
WAITING, STORED, UNREADABLE = 0, 1, 2
#: The attribute that tells our stores from others.
MARK = "squeezeviz"


@dataclass(frozen=True)
class SideColumn:
    """A column that describes photos, classes or cells, and that is known before anything is stored.

    Attributes:
        path: Where its array lies within the store.
        dimension: Name of its axis.
        values: (n,), text as objects.
        said: Its attributes.
    """

    path: str
    dimension: str
    values: NDArray[Any]
    said: dict[str, Any] = field(default_factory=dict)


def side_columns(
    layout: Layout, photos: Mapping[str, Sequence[Any]], classes: Mapping[str, Sequence[str]]
) -> list[SideColumn]:
    """Return all of them: of the root, and of each layer's group.

    Args:
        layout: Of the store.
        photos: Columns of the photos: ``photo`` (names, ascending), ``class_index``.
        classes: Columns of the classes: ``class_name`` and ``class_wnid``.
    """
    name = {"long_name": "the photo's path within the data set"}
    names, index = as_texts(photos["photo"]), np.asarray(photos["class_index"], np.int32)
    made = [
        SideColumn("photo", "photo", names, name),
        SideColumn("class_index", "photo", index, {"long_name": "what it shows; -1: not known"}),
    ]
    said = {"long_name": "of the model's classes, by class index"}
    made += [SideColumn(key, "class", as_texts(texts), said) for key, texts in classes.items()]
    for group, layer in {value.group: value.layer for value in layout.values}.items():
        made += [
            SideColumn(f"{group}/photo", "photo", names, name),
            SideColumn(f"{group}/class_index", "photo", index, {"long_name": "-1: not known"}),
        ]
        if layer.stride is None or layer.offset is None:
            continue  # it is not known where its cells lie
        for at, (axis, size) in enumerate(zip(("y", "x"), layer.shape[1:], strict=False)):
            middles = layer.offset[at] + 0.5 + layer.stride[at] * np.arange(size, dtype=np.float64)
            described = {
                "long_name": "middle of what the cell sees; pixel i reaches from i to i + 1",
                "units": "pixels of the input tensor",
                "receptive_field": layer.receptive_field[at],
                "receptive_fields": sorted({each[at] for each in layer.receptive_fields}),
                "stride": layer.stride[at],
            }
            made.append(SideColumn(f"{group}/{axis}", axis, middles, described))
    return made


def compressed_bytes(layout: Layout, seen: Sequence[Seen]) -> int:
    """Return what some photos take as they would be stored, without storing them."""
    from zarr.storage import MemoryStore  # noqa: PLC0415 - an extra

    held: dict[str, Any] = {}
    root: zarr.Group = zarr_module().create_group(MemoryStore(held))
    arrays = _make_answers(root, layout, len(seen))
    before = sum(len(content) for content in held.values())
    for start in range(0, len(seen), layout.shard_photos):
        rows = slice(start, min(start + layout.shard_photos, len(seen)))
        write_rows(arrays.__getitem__, layout, rows, seen[rows])
    return sum(len(content) for content in held.values()) - before


def descriptions(
    layout: Layout, photos: Mapping[str, Sequence[Any]], classes: Mapping[str, Sequence[str]]
) -> dict[str, bytes]:
    """Return what describes every array and group of a new store but its root: a file of JSON each, by its path.

    Args:
        layout: Of the store.
        photos: Columns of the photos; see `side_columns`.
        classes: Columns of the classes.
    """
    from zarr.storage import MemoryStore  # noqa: PLC0415 - an extra

    held: dict[str, Any] = {}
    make_arrays(MemoryStore(held), layout, {**photos, "file_stamp": photos["photo"]}, classes, {}, is_filled=False)
    return {path: content.to_bytes() for path, content in held.items() if path.endswith("/zarr.json")}


def zarr_module() -> Any:  # noqa: ANN401 - a module
    """Return Zarr.

    Raises:
        DatasetError: It is not installed.
    """
    try:
        import zarr  # noqa: PLC0415 - an extra
    except ImportError as exc:
        raise DatasetError("storing activations takes zarr: pip install 'squeezeviz[dataset]'") from exc
    return zarr


def make_arrays(
    store: ZarrStore,
    layout: Layout,
    photos: Mapping[str, Sequence[Any]],
    classes: Mapping[str, Sequence[str]],
    about: dict[str, Any],
    *,
    is_filled: bool = True,
) -> zarr.Group:
    """Make a store anew, with a row for every photo and nothing in them yet.

    Args:
        store: Where.
        layout: What it holds.
        photos: Columns of the photos, ``file_stamp`` among them; see `side_columns`.
        classes: Columns of the classes.
        about: Attributes for readers.
        is_filled: Whether columns get their values as well.
    """
    root: zarr.Group = zarr_module().create_group(
        store, overwrite=True, attributes={MARK: {"is_ready": False}, **about}
    )
    root.attrs["coordinates"] = "class_index answered width height file_stamp state class_name class_wnid"
    count = len(photos["photo"])
    for value in layout.values:
        if value.group not in root:
            said = {"layer": value.layer.to_dict(), "coordinates": "class_index answered"}
            root.require_group(value.group).attrs.update(said)
    stamps = {"long_name": "the file, as it was when it was read"}
    columns = [
        *side_columns(layout, photos, classes),
        SideColumn("file_stamp", "photo", as_texts(photos["file_stamp"]), stamps),
    ]
    for path in ("answered", *dict.fromkeys(f"{value.group}/answered" for value in layout.values)):
        said = {"long_name": "whether its values are here; where not, they are NaN"}
        columns.append(SideColumn(path, "photo", np.zeros(count, bool), said))
    for column in columns:
        array = _make_column(root, column)
        if is_filled:
            array[:] = column.values
    _make_answers(root, layout, count)
    return root


def write_anew(
    store: ZarrStore,
    layout: Layout,
    photos: Mapping[str, Sequence[Any]],
    classes: Mapping[str, Sequence[str]],
    about: Mapping[str, Any],
    *,
    made_of: Mapping[str, Any],
) -> None:
    """Write a store anew, with nothing in it yet; what was there goes.

    It is made in memory first: where it is to lie, each file takes Zarr several calls to the disk or over the net, and
    a thread of its own. The root's description, which says that all is there, is written last.

    Args:
        store: Where.
        layout: What it holds.
        photos: As for `make_arrays`.
        classes: The same.
        about: Attributes for readers.
        made_of: What another run has to agree with to go on here.
    """
    from zarr.core.sync import sync  # noqa: PLC0415 - an extra; Zarr has no other door to single files
    from zarr.storage import MemoryStore  # noqa: PLC0415 - an extra

    zarr_module().create_group(store, overwrite=True, attributes={MARK: {"is_ready": False}})
    held: dict[str, Buffer] = {}
    memory = MemoryStore(held)
    root = make_arrays(memory, layout, photos, classes, dict(about))
    root.attrs[MARK] = {**made_of, "is_ready": True}
    consolidate(memory, layout)

    async def put() -> None:
        for path in sorted(held, key="zarr.json".__eq__):
            await store.set(path, held[path])

    sync(put())


def consolidate(store: ZarrStore, layout: Layout) -> None:
    """Copy all metadata into each group's own: xarray then opens it in one go, and without a remark."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Consolidated metadata is currently not part")
        root = zarr_module().consolidate_metadata(store, zarr_format=3)
        for group in sorted({value.group for value in layout.values}):
            root[group].update_attributes({})  # written as the root knows it, and not read a second time


def _make_answers(root: zarr.Group, layout: Layout, count: int) -> dict[str, zarr.Array]:
    """Make the arrays that are filled chunk by chunk, and return them by their paths."""
    shard, made = layout.shard_photos, {}
    for name, dtype, says in (
        ("width", "int32", "of the photo as the preprocessing takes it"),
        ("height", "int32", "of the photo as the preprocessing takes it"),
        ("state", "int8", "0: its turn has not come; 1: stored; 2: it cannot be read"),
    ):
        described = {"long_name": says} | ({} if name == "state" else {"units": "pixels"})
        made[name] = root.create_array(
            name, shape=(count,), chunks=(shard,), dtype=dtype, dimension_names=["photo"], attributes=described,
            compressors=_compressors(),
        )  # fmt: skip
    said = {"long_name": "what goes into the closing softmax, or stands for it; of several crops, the mean"}
    made["logits"] = root.create_array(
        "logits", shape=(count, layout.classes), chunks=(shard, layout.classes), dtype="float32", fill_value=np.nan,
        compressors=_compressors(), dimension_names=["photo", "class"], attributes=said,
    )  # fmt: skip
    for value in layout.values:
        made[value.path] = _make_value(root, layout, value, count)
    return made


def _make_value(root: zarr.Group, layout: Layout, value: Value, count: int) -> zarr.Array:
    layer = value.layer
    is_pre = value.variable == "pre_relu"
    says = "before ReLU" if is_pre else "after ReLU, so 0 or more" if layer.pre_relu else "its output"
    return root.create_array(
        value.path,
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


def _make_column(root: zarr.Group, column: SideColumn) -> zarr.Array:
    values = column.values
    return root.create_array(
        column.path, shape=values.shape, chunks=(max(1, min(len(values), 1 << 16)),),
        dtype=str if values.dtype == object else values.dtype, dimension_names=[column.dimension],
        attributes=column.said, compressors=_compressors(),
    )  # fmt: skip


def as_texts(texts: Sequence[str]) -> NDArray[np.object_]:
    """Return texts as Zarr takes them."""
    made = np.empty(len(texts), object)
    made[:] = texts
    return made


def write_rows(array: Callable[[str], Any], layout: Layout, rows: slice, seen: Sequence[Seen | None]) -> None:
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
