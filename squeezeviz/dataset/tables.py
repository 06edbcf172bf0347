"""Tables of a folder that may come from anywhere: Parquet, with what each column holds declared in one place.

They are written by what is declared, and checked by it when read. A table is taken as a whole, or refused in one line:
its columns, their types, missing values, numbers out of range, and how much it would take in memory, which its
description tells before it is read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from squeezeviz.errors import DatasetError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = [
    "Column",
    "Columns",
    "Lists",
    "Table",
    "Texts",
    "arrow_table",
    "parquet",
    "read_table",
    "row_groups",
    "texts",
]

_MOST_BYTES = 1 << 30  # of a table, uncompressed: that of 100,000 channels takes a tenth of it
_LONGEST = 4096  # letters of a name or a place
_LARGEST = 2.0**31 - 1

Kind: TypeAlias = Literal["layer", "text", "int16", "int32", "int64", "float32", "float64", "counts", "ints", "floats"]


@dataclass(frozen=True)
class Column:
    """What a column holds.

    Attributes:
        kind: Of its values: ``"layer"`` and ``"text"`` are text; ``"counts"`` is `per_row` whole numbers; ``"ints"``
            and ``"floats"`` are lists of up to `per_row` numbers.
        least: No number is less.
        most: No number is more.
        is_optional: Whether values may be missing; they are read as NaN.
        per_row: How many values a row has at most.
    """

    kind: Kind
    least: float = 0.0
    most: float = _LARGEST
    is_optional: bool = False
    per_row: int = 1


#: Name of a column → what it holds, in their order.
Columns: TypeAlias = Mapping[str, Column]


@dataclass(frozen=True)
class Texts:
    """A column of text.

    Attributes:
        values: What occurs, each once.
        codes: Which of them each row has, int64 (rows,).
    """

    values: tuple[str, ...]
    codes: NDArray[np.int64]

    def __getitem__(self, row: int) -> str:
        return self.values[int(self.codes[row])]


@dataclass(frozen=True)
class Lists:
    """A column of lists.

    Attributes:
        starts: Where each row's begins among the values, and the last ends: int64 (rows + 1,).
        values: Of all rows, (n,).
    """

    starts: NDArray[np.int64]
    values: NDArray[Any]

    def __getitem__(self, row: int) -> list[Any]:
        values: list[Any] = self.values[self.starts[row] : self.starts[row + 1]].tolist()
        return values


@dataclass(frozen=True)
class Table:
    """A table that has been checked.

    Attributes:
        rows: How many.
        columns: Text as `Texts`, lists as `Lists`, counts (rows, per_row), other numbers (rows,).
    """

    rows: int
    columns: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:  # noqa: ANN401 - one of the above
        return self.columns[column]


def parquet(what: str = "an atlas") -> Any:  # noqa: ANN401 - a module without types
    """Return pyarrow's module for Parquet.

    Args:
        what: What takes it, for the error.

    Raises:
        DatasetError: It is not installed.
    """
    try:
        from pyarrow import parquet as module  # noqa: PLC0415 - an extra
    except ImportError as exc:
        raise DatasetError(f"{what} takes pyarrow: pip install 'squeezeviz[dataset]'") from exc
    return module


def arrow_table(declared: Columns, columns: Mapping[str, Any]) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return a table as pyarrow writes it, every column of the type that is declared, empty ones included.

    Args:
        declared: Its columns.
        columns: Values: arrays (rows,) or (rows, per_row), where NaN is missing in a column that is optional; lists of
            texts, of numbers and None, or of arrays; or what `texts` returns.
    """
    import pyarrow as pa  # noqa: PLC0415 - an extra

    schema = pa.schema([(key, _type(pa, column)) for key, column in declared.items()])
    made = [_array(pa, columns[key], schema.field(key).type, column) for key, column in declared.items()]
    return pa.Table.from_arrays(made, schema=schema)


def texts(values: Sequence[str], codes: NDArray[np.integer]) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return a column of text of which thousands of rows have the same.

    Args:
        values: What occurs, each once.
        codes: Which of them each row has, (rows,).
    """
    import pyarrow as pa  # noqa: PLC0415 - an extra

    return pa.DictionaryArray.from_arrays(_numbers_of(pa, codes, pa.int16()), _texts_of(pa, values))


def _type(pa: Any, column: Column) -> Any:  # noqa: ANN401 - pyarrow has no types
    known = {
        "layer": pa.dictionary(pa.int16(), pa.string()),
        "text": pa.string(),
        "counts": pa.list_(pa.int64(), column.per_row),
        "ints": pa.list_(pa.int32()),
        "floats": pa.list_(pa.float64()),
    }
    return known[column.kind] if column.kind in known else getattr(pa, column.kind)()


def _array(pa: Any, values: Any, kind: Any, declared: Column) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return a column as pyarrow has it. Its own `pyarrow.array` loads pandas, where that is installed, for nothing."""
    if isinstance(values, pa.Array):
        return values
    if declared.kind == "text":
        return _texts_of(pa, values)
    if declared.kind == "counts":
        inner = np.reshape(values, -1)
        return pa.FixedSizeListArray.from_arrays(_numbers_of(pa, inner, kind.value_type), declared.per_row)
    if declared.kind in ("ints", "floats"):
        inner = np.concatenate([np.empty(0, kind.value_type.to_pandas_dtype()), *values])
        starts = np.cumsum([0, *map(len, values)])
        return pa.ListArray.from_arrays(_numbers_of(pa, starts, pa.int32()), _numbers_of(pa, inner, kind.value_type))
    return _numbers_of(pa, values, kind, is_optional=declared.is_optional)


def _texts_of(pa: Any, values: Sequence[str]) -> Any:  # noqa: ANN401 - pyarrow has no types
    encoded = [each.encode() for each in values]
    starts = np.cumsum([0, *map(len, encoded)])
    content = pa.py_buffer(b"".join(encoded))
    return pa.StringArray.from_buffers(len(encoded), pa.py_buffer(_exactly(starts, np.int32)), content)


def _numbers_of(pa: Any, values: Any, kind: Any, *, is_optional: bool = False) -> Any:  # noqa: ANN401 - as above
    given = np.asarray(values, None if isinstance(values, np.ndarray) else np.float64)  # of None: NaN
    missing = np.isnan(given) if is_optional else np.zeros(len(given), bool)
    made = _exactly(np.where(missing, 0, given) if is_optional else given, kind.to_pandas_dtype())
    valid = pa.py_buffer(np.packbits(~missing, bitorder="little")) if missing.any() else None
    return pa.Array.from_buffers(kind, len(made), [valid, pa.py_buffer(made)])


def _exactly(given: NDArray[Any], dtype: Any) -> NDArray[Any]:  # noqa: ANN401 - whatever NumPy takes
    """Return numbers in another type; whole ones have to be the same in it."""
    made = np.ascontiguousarray(given, dtype)
    if made.dtype.kind == "i" and not np.array_equal(made, given):
        raise OverflowError(f"expected whole numbers that {made.dtype} has")
    return made


# Reading ----------------------------------------------------------------------------------------------------------


def read_table(path: Path, declared: Columns, *, most_rows: int, row_group: int | None = None) -> Table:
    """Read a table and check it.

    Args:
        path: Of the file.
        declared: Its columns.
        most_rows: More are not read.
        row_group: Which part to read; all by default.

    Raises:
        ValueError: It is no such table, or holds what no such table holds.
        OSError: It cannot be read.
    """
    with _opened(path, declared) as file:
        groups = range(file.metadata.num_row_groups) if row_group is None else (row_group,)
        _check_size(file.metadata, declared, groups, most_rows)
        read = file.read_row_groups(list(groups), use_threads=False)  # so small that threads cost more than they bring
        read.validate(full=True)  # pages carry no checksums: an index may lead out of its dictionary
        return Table(read.num_rows, {key: _checked(read[key], key, column) for key, column in declared.items()})


def row_groups(path: Path, declared: Columns) -> list[int]:
    """Return how many rows each part of a table has, without reading them.

    Raises:
        ValueError: It is no such table.
        OSError: It cannot be read.
    """
    with _opened(path, declared) as file:
        return [file.metadata.row_group(at).num_rows for at in range(file.metadata.num_row_groups)]


@contextmanager
def _opened(path: Path, declared: Columns) -> Iterator[Any]:
    """Open a table of the right columns; say of whatever is wrong with it which file it is."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    if not path.is_file():
        raise FileNotFoundError(2, f"there is no {path.name}")
    texts = [key for key, column in declared.items() if column.kind in ("layer", "text")]
    try:
        # Not read_table: that loads what reads whole folders from anywhere, and takes seconds the first time. Given a
        # path, ParquetFile would look for its file system first, both times.
        with pa.OSFile(str(path)) as opened:
            with parquet().ParquetFile(opened) as file:
                _check_schema(pa, file.schema_arrow, declared)
                described = file.metadata
            # Text is read as a dictionary: a thousand rows may name one, and a small file a large one a thousand times.
            with parquet().ParquetFile(opened, metadata=described, read_dictionary=texts) as file:
                yield file
    except (pa.ArrowException, ValueError, OSError, OverflowError) as exc:
        said = str(exc).splitlines()[0][:300] if str(exc) else type(exc).__name__
        raise ValueError(f"{path.name}: {said}") from exc


def _check_schema(pa: Any, schema: Any, declared: Columns) -> None:  # noqa: ANN401 - pyarrow has no types
    if schema.names != list(declared):
        raise ValueError(f"expected the columns {', '.join(declared)}, found {', '.join(schema.names)[:300]}")
    for field, column in zip(schema, declared.values(), strict=True):
        found = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        expected = pa.string() if column.kind in ("layer", "text") else _type(pa, column)
        if found != expected:
            raise ValueError(f"expected {expected} in the column {field.name}, found {str(found)[:100]}")


def _check_size(described: Any, declared: Columns, groups: Sequence[int], most_rows: int) -> None:  # noqa: ANN401 - as above
    """Refuse what would take more memory than any such table does."""
    rows, total = 0, 0
    for at in groups:
        group = described.row_group(at)
        rows += group.num_rows
        for which, column in enumerate(declared.values()):
            chunk = group.column(which)
            total += chunk.total_uncompressed_size
            if chunk.num_values > max(1, group.num_rows) * column.per_row:
                raise ValueError(f"expected {column.per_row} values a row at most in {chunk.path_in_schema}")
    if rows > most_rows:
        raise ValueError(f"expected {most_rows:,} rows at most, found {rows:,}")
    if total > _MOST_BYTES:
        raise ValueError(f"expected {_MOST_BYTES >> 20:,} MiB at most, found {total >> 20:,} MiB")


def _checked(column: Any, name: str, declared: Column) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return a column's values, as `Table` has them."""
    if column.null_count and not declared.is_optional:
        raise ValueError(f"values are missing in the column {name}")
    if declared.kind in ("layer", "text"):
        return _texts(column, name)
    if declared.is_optional:
        numbers = np.array([math.nan if each is None else each for each in column.to_pylist()], np.float64)
        _check_range(numbers[[each is not None for each in column.to_pylist()]], name, declared)
        return numbers
    if declared.kind in ("counts", "ints", "floats"):
        return _lists(column, name, declared)
    return _numbers(column.chunks, name, declared)


def _texts(column: Any, name: str) -> Texts:  # noqa: ANN401 - pyarrow has no types
    parts = column.unify_dictionaries().chunks
    if not parts:
        return Texts((), np.empty(0, np.int64))
    values = parts[0].dictionary.to_pylist()
    if any(value is None or len(value) > _LONGEST for value in values):
        raise ValueError(f"expected texts of up to {_LONGEST:,} letters in the column {name}")
    codes = [np.from_dlpack(part.indices).astype(np.int64) for part in parts if len(part)]
    return Texts(tuple(values), np.concatenate([np.empty(0, np.int64), *codes]))


def _lists(column: Any, name: str, declared: Column) -> Any:  # noqa: ANN401 - pyarrow has no types
    parts = [part for part in column.chunks if len(part)]
    inner = [part.flatten() for part in parts]
    if any(part.null_count for part in inner):
        raise ValueError(f"values are missing in the column {name}")
    values = _numbers(inner, name, declared)
    if declared.kind == "counts":
        return values.reshape(len(column), declared.per_row)
    lengths = [np.diff(np.from_dlpack(part.offsets)).astype(np.int64) for part in parts]
    return Lists(np.cumsum(np.concatenate([np.zeros(1, np.int64), *lengths])), values)


def _numbers(parts: Any, name: str, declared: Column) -> NDArray[Any]:  # noqa: ANN401 - pyarrow has no types
    dtype = {"counts": "int64", "ints": "int32", "floats": "float64"}.get(declared.kind, declared.kind)
    # pyarrow's own way to NumPy loads pandas where it is installed, for nothing.
    values = np.concatenate([np.empty(0, dtype), *(np.from_dlpack(part) for part in parts if len(part))])
    _check_range(values, name, declared)
    return values


def _check_range(values: NDArray[Any], name: str, declared: Column) -> None:
    if not len(values):
        return
    least, most = values.min(), values.max()
    if not (least >= declared.least and most <= declared.most):  # NaN is neither
        raise ValueError(
            f"expected numbers from {declared.least:,g} to {declared.most:,g} in the column {name}, found {least:,g} "
            f"to {most:,g}"
        )
