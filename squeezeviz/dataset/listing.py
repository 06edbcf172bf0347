"""Lists that label photos: lines of ``file label``, or tables with a header."""

from __future__ import annotations

import codecs
import csv
import io
import os
import unicodedata
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.errors import DatasetError, LabelError, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from squeezeviz.results.labels import Labels

__all__ = ["LISTS", "Lookup", "Names", "read_listing"]

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
        text = unicodedata.normalize("NFC", text)  # macOS names folders in another form than people type
        return self._labels[text.replace("_", " ") if not self.knows(text) else text].class_index

    def knows(self, text: str) -> bool:
        """Say whether a class is called that, as it stands."""
        try:
            return self._labels[text].class_index >= 0
        except LabelError:
            return False


class Names:
    """The files that lie in a folder, by what lists call them.

    Lists are made elsewhere: with backslashes, capital letters, or accents in another form of Unicode than the disk's.

    Args:
        names: Of the files, within the folder.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)

    def meant(self, given: str) -> str:
        """Return the file that is meant; what is given, cleared of dots, where none is, or several may be."""
        name = Path(os.path.normpath(given)).as_posix()  # "./a.jpg" and "a.jpg" are one
        if name in self._names:
            return name
        alike = self._by_look.get(_look(given), [])
        return alike[0] if len(alike) == 1 else name

    @cached_property
    def _by_look(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self._names:
            found.setdefault(_look(name), []).append(name)
        return found


def _look(name: str) -> str:
    slashed = os.path.normpath(name.replace("\\", "/")).replace("\\", "/")
    return unicodedata.normalize("NFC", slashed).casefold()


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
        is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # a spreadsheet's "Unicode text"
        text = content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as exc:
        raise DatasetError(f"{name}: expected a list of 'file label' lines in UTF-8; cannot be read ({exc})") from exc
    yield from _rows(text, name, lookup)


def _rows(text: str, listing: str, lookup: Lookup) -> Iterator[tuple[int, str, str]]:
    """Yield line number, file and label of every line that has them."""
    first = next((line for line in text.splitlines() if _says_something(line)), "")
    separator = (
        "\t" if "\t" in first else next((each for each in ",;" if _separates(each, first, listing, lookup)), None)
    )
    try:
        yield from _table_rows(text, listing, separator) if separator else _plain_rows(text, listing)
    except csv.Error as exc:
        raise DatasetError(f"{listing}: expected a table of files and labels; it cannot be parsed ({exc})") from exc


def _separates(separator: str, first: str, listing: str, lookup: Lookup) -> bool:
    """Say whether a comma or a semicolon separates cells: it may be part of a file's name as well.

    It does so between the heads of a table, and where a class follows it and none follows a space.
    """
    cells = [cell.strip().strip('"').casefold() for cell in first.split(separator)]
    if {*cells} & {*_FILE_COLUMNS} and {*cells} & {*_CLASS_COLUMNS}:
        return True
    name, _, label = first.strip().rpartition(" ")
    is_plain = lookup.knows(label) and not name.rstrip().endswith(separator)
    is_table = listing.lower().endswith(".csv") and (separator != "," or ";" not in first)
    return len(cells) > 1 and (is_table or (lookup.knows(cells[-1]) and not is_plain))


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _plain_rows(text: str, listing: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not _says_something(line):
            continue
        name, _, label = line.strip().rpartition(" ")  # a file's name may hold spaces
        if not name:
            raise DatasetError(f"{listing}, line {number}: expected 'file label', found {spoken(line.strip())!r}")
        yield number, name.strip().strip('"'), label.strip('"')


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
