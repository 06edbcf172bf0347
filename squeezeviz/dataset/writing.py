"""Tables of plain values → CSV, JSON or Parquet, by the file's name."""

from __future__ import annotations

import csv
import io
import tempfile
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from squeezeviz.errors import DatasetError
from squeezeviz.files import write_whole
from squeezeviz.visible import json_text

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FORMATS", "check_format", "write_table"]

FORMATS = (".csv", ".json", ".parquet")
# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def check_format(path: Path) -> None:
    """Refuse a file that could not be written, before any work is done.

    Raises:
        DatasetError: Its name ends in something else, its folder cannot be written, or pyarrow is missing for Parquet.
    """
    if path.suffix.lower() not in FORMATS:
        raise DatasetError(f"{path}: expected a name that ends in {', '.join(FORMATS)}")
    if path.suffix.lower() == ".parquet" and find_spec("pyarrow") is None:
        raise DatasetError("writing Parquet takes pyarrow: pip install 'squeezeviz[dataset]'")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise DatasetError(f"{path}: expected a file to write, found a folder")
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as exc:
        raise DatasetError(f"{path}: cannot be written ({exc.strerror or exc})") from exc


def write_table(path: Path, table: list[dict[str, Any]]) -> None:
    """Write a table whole, or not at all.

    Text that a spreadsheet would run as a formula gets an apostrophe before it in CSV, for somebody else's photo may be
    called ``=HYPERLINK(…)``; JSON and Parquet hold it as it is.

    Raises:
        DatasetError: The name ends in something else, pyarrow is missing, or the disk refuses.
    """
    check_format(path)
    suffix = path.suffix.lower()
    if suffix == ".json":
        content = json_text(table, "utf-8", indent=1).encode()
    elif suffix == ".csv":
        names = list(table[0]) if table else []
        lines = [_csv_line(names), *(_csv_line([_as_text(row[name]) for name in names]) for row in table)]
        content = "".join(lines).encode(errors="backslashreplace")
    else:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        from pyarrow import parquet  # noqa: PLC0415 - as above

        buffer = io.BytesIO()
        parquet.write_table(pa.Table.from_pylist(table), buffer)
        content = buffer.getvalue()
    try:
        write_whole(path, content)
    except OSError as exc:
        raise DatasetError(f"{path}: cannot be written ({exc.strerror or exc})") from exc


def _csv_line(cells: list[Any]) -> str:
    """Return a row; a carriage return within a cell is quoted, which csv does only where lines end in one."""
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().removesuffix("\r\n") + "\n"


def _as_text(value: Any) -> Any:  # noqa: ANN401 - a cell
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
