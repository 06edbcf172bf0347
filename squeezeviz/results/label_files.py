"""Names of classes as people bring them: ImageNet's, a text file with a name a line, a table, or a list."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Literal, TypeAlias

from squeezeviz.errors import LabelError, spoken
from squeezeviz.files import expanded, read_file
from squeezeviz.results.labels import Label, Labels, imagenet_labels

__all__ = ["IMAGENET", "MOST_BYTES", "LabelsTold", "LabelsToldAs", "labels_for", "labels_of_content", "read_told"]

#: ImageNet's classes, by name: whether 1,000 or 1,001 hangs on the network.
IMAGENET: Literal["imagenet"] = "imagenet"
#: What a person may give, and what becomes of it once it is read.
LabelsTold: TypeAlias = str | os.PathLike[str] | Sequence[str] | Labels
LabelsToldAs: TypeAlias = Labels | Literal["imagenet"]

#: A file of labels. Those of 21,841 classes take one megabyte.
MOST_BYTES = 1 << 25
_NAMES, _INDICES, _WNIDS = ("label", "name", "class"), ("index", "class_index", "id"), ("wnid", "synset")
_COLUMNS = "label (or name, class), and where there are any index (or class_index, id) and wnid (or synset)"
# As Caffe's synset_words.txt has it: "n01440764 tench, Tinca tinca".
_SYNSET = re.compile(r"(n\d{8})\s+(\S.*)")


def read_told(labels: LabelsTold) -> LabelsToldAs:
    """Read names of classes; how many there should be is checked by `labels_for`.

    Args:
        labels: ``"imagenet"``; the path of a text file in UTF-8 with a name a line, in the order of the network's
            outputs, or of a table (``.csv``, ``.tsv``) with a head; a list of names; or `Labels`.

    Raises:
        LabelError: The file cannot be read or holds no names, or a name stands twice.
    """
    if isinstance(labels, Labels):
        return labels
    if isinstance(labels, (str, os.PathLike)):
        if labels == IMAGENET:
            return IMAGENET
        return _of_file(labels)
    if not isinstance(labels, Sequence) or not all(isinstance(name, str) for name in labels):
        raise LabelError(
            f"labels: expected {IMAGENET!r}, the path of a file, or a list of names; got {spoken(repr(labels))}"
        )
    return _checked([("", name.strip()) for name in labels], "labels")


def labels_for(told: LabelsToldAs, count: int) -> Labels:
    """Return the classes of a network.

    Args:
        told: What `read_told` returned.
        count: How many classes the network tells apart.

    Raises:
        LabelError: They are another number.
    """
    if isinstance(told, Labels):
        if len(told) != count:
            hint = " (is the first line a head, or the background?)" if len(told) == count + 1 else ""
            raise LabelError(
                f"labels: expected {count:,} names, one an output of the network; got {len(told):,}{hint}. "
                "Give a name a line, in the order of the outputs"
            )
        return told
    known = imagenet_labels().classes
    if count == len(known):
        return Labels(known)
    if count != len(known) + 1:
        raise LabelError(
            f"labels {IMAGENET!r}: stands for {len(known):,} classes, or {len(known) + 1:,} with the background first; "
            f"this network tells {count:,} apart: give a file with a name a line, or a list"
        )
    behind = [Label(each.class_index + 1, each.wnid, each.label, each.also) for each in known]
    return Labels((Label(0, "", "background"), *behind))


def _of_file(given: str | os.PathLike[str]) -> Labels:
    what = f"labels {spoken(os.fsdecode(given))}"
    try:
        path = expanded(os.fsdecode(given))
        content = read_file(path, most_bytes=MOST_BYTES)
    except OSError as exc:
        hint = f"; expected {IMAGENET!r} or the path of a file with a name a line" if os.sep not in str(given) else ""
        raise LabelError(f"{what}: cannot be read ({exc.strerror or exc}){hint}") from exc
    return labels_of_content(content, path.name, what=what)


def labels_of_content(content: bytes, name: str, *, what: str | None = None) -> Labels:
    """Read names of classes out of a file's content; how many there should be is checked by `labels_for`.

    Args:
        content: Of a text file with a name a line, or of a table, in UTF-8.
        name: The file's: a table's ends in ``.csv`` or ``.tsv``.
        what: What to call it in errors.

    Raises:
        LabelError: It is too large or holds no names, or a name stands twice.
    """
    what = what or f"labels {spoken(name)}"
    if len(content) > MOST_BYTES:
        raise LabelError(f"{what}: the file has {len(content) >> 20:,} MiB; expected at most {MOST_BYTES >> 20}")
    try:
        is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # a spreadsheet's "Unicode text"
        text = content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as exc:
        raise LabelError(
            f"{what}: expected text in UTF-8; cannot be decoded ({exc.reason} at byte {exc.start})"
        ) from exc
    if "\0" in text:
        raise LabelError(f"{what}: expected a text file with a name a line; this is none")
    ending = os.path.splitext(name)[1].lower()  # noqa: PTH122 - of a name that may be no path
    return _checked(_table(text, ending, what) if ending in (".csv", ".tsv") else _lines(text), what)


def _lines(text: str) -> list[tuple[str, str]]:
    lines = [line.strip() for line in text.rstrip().split("\n")] if text.strip() else []
    found = [_SYNSET.fullmatch(line) for line in lines]
    if lines and all(found):
        return [(match[1], match[2]) for match in found if match]
    return [("", line) for line in lines]


def _table(text: str, ending: str, what: str) -> list[tuple[str, str]]:
    separator = "\t" if ending == ".tsv" else ";" if ";" in text.partition("\n")[0] else ","
    kept = (line for line in io.StringIO(text, newline="") if line.strip() and not line.startswith("#"))
    try:
        head, *rows = [[cell.strip() for cell in row] for row in csv.reader(kept, delimiter=separator)] or [[]]
    except csv.Error as exc:
        raise LabelError(f"{what}: expected a table; it cannot be parsed ({exc})") from exc
    columns = {name.casefold(): at for at, name in reversed(list(enumerate(head)))}
    name_at, index_at, wnid_at = (
        next((columns[name] for name in names if name in columns), None) for names in (_NAMES, _INDICES, _WNIDS)
    )
    if name_at is None:
        raise LabelError(f"{what}: expected a first line with the columns {_COLUMNS}; got {spoken(', '.join(head))!r}")
    if any(len(row) != len(head) for row in rows):
        line = next(at for at, row in enumerate(rows, 2) if len(row) != len(head))
        raise LabelError(f"{what}: row {line}: expected {len(head)} cells, got {len(rows[line - 2])}")
    made = [("" if wnid_at is None else row[wnid_at], row[name_at]) for row in rows]
    if index_at is None:
        return made
    indices = [row[index_at] for row in rows]
    if sorted(indices) != sorted(map(str, range(len(rows)))):
        raise LabelError(f"{what}: column {head[index_at]}: expected every number from 0 to {len(rows) - 1} once")
    return [row for _, row in sorted(zip(map(int, indices), made, strict=True))]


def _checked(rows: list[tuple[str, str]], what: str) -> Labels:
    if not rows:
        raise LabelError(f"{what}: is empty; expected a name for each output of the network")
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        if not row[1]:
            raise LabelError(f"{what}: class {index} has no name; expected one for each output, in order")
        places[row].append(index)
    for (_, name), indices in places.items():
        if len(indices) > 1 and not _are_imagenets(name, indices, len(rows)):
            listed = ", ".join(map(str, indices[:5]))
            raise LabelError(
                f"{what}: {spoken(name)!r} stands for classes {listed}; expected each name once: make them differ"
            )
    return Labels.from_rows([list(row) for row in rows])


def _are_imagenets(name: str, indices: Sequence[int], count: int) -> bool:
    """Whether a name stands twice because it does in ImageNet: there are two cranes, a bird and a machine."""
    known = imagenet_labels().classes
    shift = count - len(known)
    if shift not in (0, 1):
        return False
    at = [index - shift for index in indices]
    folded = name.casefold()
    return min(at) >= 0 and all(folded in (each.casefold() for each in (known[i].label, *known[i].also)) for i in at)
