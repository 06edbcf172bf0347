"""Labelled photos on disk: a folder a class, or a flat folder with a list."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image as Pillow

from squeezeviz.errors import DatasetError, LabelError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from squeezeviz.labels import Labels

__all__ = ["LabelledPhoto", "find_photos"]

_LISTS = ("labels.tsv", "labels.csv", "labels.txt", "val.txt")
_FILE_COLUMNS = ("file", "filename", "path", "image", "name")
_CLASS_COLUMNS = ("class_index", "class", "wnid", "synset", "label", "target")


@dataclass(frozen=True)
class LabelledPhoto:
    """One photo and what it shows.

    Attributes:
        path: Where it lies.
        name: What it is called in results: its path within the folder.
        class_index: Position of its class in the network's output.
    """

    path: Path
    name: str
    class_index: int


def find_photos(
    folder: str | os.PathLike[str], labels: Labels, *, listing: str | os.PathLike[str] | None = None
) -> list[LabelledPhoto]:
    """Find labelled photos.

    Args:
        folder: Where they lie. Without a list: one subfolder a class, named by class index, WordNet id or name.
        labels: The model's classes.
        listing: A list of ``file label`` lines (as ImageNet's ``val.txt``), or a table with a header (CSV or TSV) that
            names a column of files and one of classes. By default ``labels.tsv``, ``labels.csv``, ``labels.txt`` or
            ``val.txt`` in the folder, where there is one.

    Returns:
        In the order of the list; of folders, by name. Files are not opened.

    Raises:
        DatasetError: There is no such folder, nothing in it is labelled, or the list cannot be understood.
    """
    root = Path(folder).expanduser()
    if not root.is_dir():
        found = "a file" if root.exists() else "nothing"
        raise DatasetError(f"{root}: expected a folder of photos, found {found}")
    lookup = _Lookup(labels)
    if listing is not None:
        listing = Path(listing).expanduser()
    else:
        listing = next((root / name for name in _LISTS if (root / name).is_file()), None)
    photos = list(_listed(root, listing, lookup) if listing else _in_folders(root, lookup))
    if not photos:
        where = f"{listing} lists no photos" if listing else f"{root} holds no subfolder named after a class"
        raise DatasetError(
            f"{where}. Expected one folder a class (named by class index, WordNet id or name), or a list of "
            f"'file label' lines: --labels FILE, or {' or '.join(_LISTS[:2])} in the folder"
        )
    return photos


class _Lookup:
    """Classes by what lists call them; each name is looked for once."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self.index_of = cache(self._find)

    def _find(self, text: str) -> int:
        return self._labels[text.replace("_", " ") if not self.knows(text) else text].class_index

    def knows(self, text: str) -> bool:
        try:
            return self._labels[text].class_index >= 0
        except LabelError:
            return False


def _in_folders(root: Path, lookup: _Lookup) -> Iterator[LabelledPhoto]:
    known = {suffix for suffix, name in Pillow.registered_extensions().items() if name in Pillow.OPEN}
    for folder in sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")):
        photos = sorted(path for path in _files(folder) if path.suffix.lower() in known)
        if not photos:
            continue
        try:
            index = lookup.index_of(folder.name)
        except LabelError as exc:
            raise DatasetError(f"{folder}: the folder's name is no class: {exc}") from exc
        for path in photos:
            yield LabelledPhoto(path, path.relative_to(root).as_posix(), index)


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):  # follows no links to folders: they may lead in a circle
        yield from (Path(parent) / name for name in names if not name.startswith("."))


def _listed(root: Path, listing: Path, lookup: _Lookup) -> Iterator[LabelledPhoto]:
    try:
        text = listing.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise DatasetError(
            f"{listing}: expected a list of 'file label' lines in UTF-8; cannot be read ({exc})"
        ) from exc
    seen: dict[str, int] = {}
    for number, name, label in _rows(text, listing, lookup):
        try:
            index = lookup.index_of(label)
        except LabelError as exc:
            raise DatasetError(f"{listing}, line {number}: {name}: {exc}") from exc
        path = Path(os.path.normpath(name))  # "./a.jpg" and "a.jpg" are one file
        if seen.setdefault(path.as_posix(), index) != index:
            raise DatasetError(f"{listing}, line {number}: {name} is listed twice, as two classes")
        yield LabelledPhoto(path if path.is_absolute() else root / path, path.as_posix(), index)


def _rows(text: str, listing: Path, lookup: _Lookup) -> Iterator[tuple[int, str, str]]:
    """Yield line number, file and label of every line that has them."""
    first = next((line for line in text.splitlines() if _says_something(line)), "")
    cells = [cell.strip().casefold() for cell in first.split(",")]
    is_header = bool({*cells} & {*_FILE_COLUMNS}) and bool({*cells} & {*_CLASS_COLUMNS})
    # A comma may be part of a file's name: it separates where a class follows it and none follows a space.
    name, _, label = first.strip().rpartition(" ")
    is_plain = lookup.knows(label) and not name.rstrip().endswith(",")
    is_commas = len(cells) > 1 and lookup.knows(cells[-1]) and not is_plain
    is_commas = is_commas or is_header or listing.suffix.lower() == ".csv"
    separator = "\t" if "\t" in first else "," if is_commas else None
    try:
        yield from _table_rows(text, listing, separator) if separator else _plain_rows(text, listing)
    except csv.Error as exc:
        raise DatasetError(f"{listing}: expected a table of files and labels; it cannot be parsed ({exc})") from exc


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _plain_rows(text: str, listing: Path) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not _says_something(line):
            continue
        name, _, label = line.strip().rpartition(" ")  # a file's name may hold spaces
        if not name:
            raise DatasetError(f"{listing}, line {number}: expected 'file label', found {line.strip()!r}")
        yield number, name.strip(), label


def _table_rows(text: str, listing: Path, separator: str) -> Iterator[tuple[int, str, str]]:
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
            raise DatasetError(f"{listing}, line {table.line_num}: expected a file and a label, found {row!r}")
        yield table.line_num, row[file].strip(), row[label].strip()
