"""Atlases: damaged files, tables with other columns, types and values, JSON that says odd things."""

from __future__ import annotations

import io
import json
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from squeezeviz.dataset.atlas import make_atlas, read_atlas
from squeezeviz.report.html.atlas import atlas_html, channel_html
from tests.fires import fires_net
from tests.fuzz.worker import read, write
from tests.mutations import damaged, odd, twisted_json
from tests.nets import tiny_model
from tests.surveys import paint


@cache
def model():
    return tiny_model(fires_net(4))


@cache
def made():
    """The files of a small atlas, by name."""
    with tempfile.TemporaryDirectory() as folder:
        photos = paint(Path(folder, "photos"), 8)
        atlas = make_atlas(
            model(), photos, Path(folder, "made.atlas"), k=2, layers=["conv1", "fire2/concat", "conv10"], workers=1
        )
        return read(atlas.path)


def whole():
    return made()


def make(rng):
    files = dict(made())
    for _ in range(rng.choice([1, 1, 1, 2])):
        name = rng.choice(sorted(files))
        kind = Path(name).suffix
        if kind == ".json" and rng.random() < 0.8:
            files[name] = twisted_json(files[name], rng)
        elif kind == ".parquet" and rng.random() < 0.8:
            files[name] = _other_table(files[name], rng)
        elif rng.random() < 0.05:
            del files[name]
        else:
            files[name] = damaged(files[name], rng)
    return files


def try_(case, folder):
    """Ask an atlas whatever can be asked."""
    write(case, folder)
    atlas = read_atlas(folder)
    for layer in atlas.layers:
        for channel in range(atlas.channels(layer)):
            known = atlas.channel(layer, channel)
            json.dumps(known.to_dict(), allow_nan=False)
            channel_html(known)
            for each in known.strongest:
                atlas.crop(each).load()
                atlas.place(each.photo)
                atlas.size(each.photo)
    for index in atlas.classes:
        atlas.channels_for(index)
    atlas.dead()
    atlas.always_on()
    atlas_html(atlas)
    json.dumps(atlas.to_dict(), allow_nan=False)


def _other_table(content, rng):
    """Change a table, and write it in as many groups of rows as it had."""
    buffer = io.BytesIO()
    try:
        file = parquet.ParquetFile(io.BytesIO(content))
        table, groups = rng.choice(_ACTIONS)(file.read(), rng), max(1, file.metadata.num_row_groups)
        parquet.write_table(table, buffer, row_group_size=max(1, -(-table.num_rows // groups)))
    # Not every column takes every value; or it is damaged already.
    except (pa.ArrowException, IndexError, OSError, OverflowError, TypeError, ValueError):
        return damaged(content, rng)
    return buffer.getvalue()


def _gone(table, rng):
    return table.drop_columns([rng.choice(table.column_names)])


def _renamed(table, rng):
    at = rng.choice(table.column_names)
    return table.rename_columns([name + "2" if name == at else name for name in table.column_names])


def _twice(table, rng):
    name = rng.choice(table.column_names)
    return table.append_column(rng.choice([name, "more"]), table[name])


def _rows(table, rng):
    count = table.num_rows
    order = rng.choice([[], list(range(1, count)), list(range(count)) * 2, list(range(count))[::-1], [0] * count])
    return table.take(pa.array(order, pa.int64()))


def _retyped(table, rng):
    kinds = (
        pa.int8(),
        pa.uint64(),
        pa.float16(),
        pa.float64(),
        pa.string(),
        pa.binary(),
        pa.list_(pa.int8()),
        pa.bool_(),
    )
    kind, count = rng.choice(kinds), table.num_rows
    return _with(table, rng.choice(table.column_names), pa.array([_value_of(kind)] * count, kind))


def _value_of(kind):
    if pa.types.is_list(kind):
        return [1]
    if pa.types.is_float16(kind):
        return np.float16(1)
    return (
        b"x"
        if pa.types.is_binary(kind)
        else "x"
        if pa.types.is_string(kind)
        else True
        if pa.types.is_boolean(kind)
        else 1
    )


def _valued(table, rng):
    """Another value of the same type in a few rows."""
    name = rng.choice(table.column_names)
    kind, values = table.schema.field(name).type, table[name].to_pylist()
    ends = (None, 0, -1, 1, 127, 255, 2**15 - 1, 2**31 - 1, -(2**31), 2**63 - 1, 0.5, float("nan"), float("inf"), -1e300, "", "nobody",
            "x" * 3000, "\x1b[31m", "s3://bucket/x.jpg", "/dev/zero")  # fmt: skip
    for at in rng.choices(range(len(values)), k=rng.choice([1, 1, 3, len(values)])):
        is_list = isinstance(values[at], list)
        values[at] = (
            [rng.choice(ends)] * rng.choice([len(values[at]), 0, 1, 500]) if is_list else rng.choice([*ends, odd(rng)])
        )
    return _with(table, name, pa.array(values, kind))


def _with(table, name, values):
    return table.set_column(table.schema.get_field_index(name), name, values)


_ACTIONS = (_gone, _renamed, _twice, _rows, _retyped, _valued, _valued, _valued)
