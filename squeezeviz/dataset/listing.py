"""Lists that label photos: lines of ``file label``, or tables with a header."""

from __future__ import annotations

import csv
import io
from functools import cache
from typing import TYPE_CHECKING

from squeezeviz.errors import DatasetError, LabelError, spoken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from squeezeviz.labels import Labels

__all__ = ["LISTS", "Lookup", "read_listing"]

#: What lists are called that are taken up by themselves, the first first.
LISTS = ("labels.tsv", "labels.csv", "labels.txt", "val.txt")
_FILE_COLUMNS = ("file", "filename", "path", "image", "name")
_CLASS_COLUMNS = ("class_index", "class", "wnid", "synset", "label", "target")


class Lookup:
    """Classes by what lists call them; each name is looked for once."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self.index_of = cache(self._find)  # raises LabelError

    def _find(self, text: str) -> int:
        return self._labels[text.replace("_", " ") if not self.knows(text) else text].class_index

    def knows(self, text: str) -> bool:
        """Say whether a class is called that, as it stands."""
        try:
            return self._labels[text].class_index >= 0
        except LabelError:
            return False


def read_listing(content: bytes, name: str, lookup: Lookup) -> Iterator[tuple[int, str, str]]:
    """Yield line number, file and label of every line of a list that has them.

    Args:
        content: Of the file, in UTF-8.
        name: Of the file, for errors.
        lookup: Tells labels from files' names where a line does not.

    Raises:
        DatasetError: It is no such list.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise DatasetError(f"{name}: expected a list of 'file label' lines in UTF-8; cannot be read ({exc})") from exc
    yield from _rows(text, name, lookup)


def _rows(text: str, listing: str, lookup: Lookup) -> Iterator[tuple[int, str, str]]:
    """Yield line number, file and label of every line that has them."""
    first = next((line for line in text.splitlines() if _says_something(line)), "")
    cells = [cell.strip().casefold() for cell in first.split(",")]
    is_header = bool({*cells} & {*_FILE_COLUMNS}) and bool({*cells} & {*_CLASS_COLUMNS})
    # A comma may be part of a file's name: it separates where a class follows it and none follows a space.
    name, _, label = first.strip().rpartition(" ")
    is_plain = lookup.knows(label) and not name.rstrip().endswith(",")
    is_commas = len(cells) > 1 and lookup.knows(cells[-1]) and not is_plain
    is_commas = is_commas or is_header or listing.lower().endswith(".csv")
    separator = "\t" if "\t" in first else "," if is_commas else None
    try:
        yield from _table_rows(text, listing, separator) if separator else _plain_rows(text, listing)
    except csv.Error as exc:
        raise DatasetError(f"{listing}: expected a table of files and labels; it cannot be parsed ({exc})") from exc


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _plain_rows(text: str, listing: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not _says_something(line):
            continue
        name, _, label = line.strip().rpartition(" ")  # a file's name may hold spaces
        if not name:
            raise DatasetError(f"{listing}, line {number}: expected 'file label', found {spoken(line.strip())!r}")
        yield number, name.strip(), label


def _table_rows(text: str, listing: str, separator: str) -> Iterator[tuple[int, str, str]]:
    table = csv.reader(io.StringIO(text), delimiter=separator)
    file, label, is_first = 0, 1, True
    for row in table:
        if not any(cell.strip() for cell in row) or row[0].startswith("#"):
            continue
        if is_first:
            is_first = False
            heads = [cell.strip().casefold() for cell in row]
            if any(head in _FILE_COLUMNS for head in heads):
                file = next(at for at, head in enumerate(heads) if head in _FILE_COLUMNS)
                known = [heads.index(name) for name in _CLASS_COLUMNS if name in heads]
                label = known[0] if known else int(file == 0)
                continue
        if len(row) <= max(file, label) or not row[file].strip():
            raise DatasetError(
                f"{listing}, line {table.line_num}: expected a file and a label, found {spoken(repr(row))}"
            )
        yield table.line_num, row[file].strip(), row[label].strip()
