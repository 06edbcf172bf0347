"""Class index ↔ WordNet id ↔ name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from numbers import Integral
from typing import TYPE_CHECKING, overload

from squeezeviz.arguments import check_whole, expect, is_whole
from squeezeviz.errors import LabelError, did_you_mean, spoken
from squeezeviz.resources import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Label", "Labels", "imagenet_labels"]

_MOST_LETTERS = 1000  # of one label


@dataclass(frozen=True)
class Label:
    """One class.

    Attributes:
        class_index: Position in the network's output, from 0.
        wnid: WordNet id such as ``"n02123159"``; empty where a class has none.
        label: The name to show.
        also: Other names of the same class.
    """

    class_index: int
    wnid: str
    label: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Labels:
    """The classes of one model, in the order of its outputs.

    Attributes:
        classes: One `Label` an output.
    """

    classes: tuple[Label, ...]

    def __len__(self) -> int:
        return len(self.classes)

    def __iter__(self) -> Iterator[Label]:
        return iter(self.classes)

    @overload
    def __getitem__(self, key: int) -> Label: ...
    @overload
    def __getitem__(self, key: str) -> Label: ...
    def __getitem__(self, key: int | str) -> Label:
        """Return a class by index, WordNet id or any of its names (case does not matter).

        Raises:
            LabelError: No class is called that.
        """
        if isinstance(key, str) and key.isdecimal() and len(key) < 20:  # more digits name no class, if any number
            key = int(key)
        if not isinstance(key, str):
            if not is_whole(key):  # of NumPy's numbers, too
                said = f"{spoken(repr(key))} ({type(key).__name__})"
                raise LabelError(f"expected a class's index, WordNet id or name, got {said}")
            if 0 <= key < len(self.classes):
                return self.classes[key]
            raise LabelError(f"class index {key} does not exist; this model has the classes 0 to {len(self) - 1}")
        wanted = key.strip().casefold()
        # A first name outranks a synonym: "crane" is a bird before it is part of another class's names.
        for names_of in (lambda c: (c.wnid, c.label), lambda c: c.also):
            for candidate in self.classes:
                if wanted in (name.casefold() for name in names_of(candidate)):
                    return candidate
        names = [name for c in self.classes for name in (c.label, *c.also)]
        raise LabelError(f"no class is called {spoken(key)!r}.{did_you_mean(key, names)}")

    def search(self, text: str, *, limit: int = 20) -> tuple[Label, ...]:
        """Return the classes with a name that contains the text: names that begin with it first, then by index.

        Raises:
            LabelError: It is no text, or the limit is less than 1.
        """
        expect(text, str, "text to look for", LabelError)
        check_whole("limit", limit, error=LabelError)
        wanted = text.strip().casefold()

        def rank(candidate: Label) -> int | None:
            names = [name.casefold() for name in (candidate.label, *candidate.also, candidate.wnid)]
            if not wanted or not any(wanted in name for name in names):
                return None
            return 0 if names[0].startswith(wanted) else 1 if any(n.startswith(wanted) for n in names) else 2

        ranked = [(position, c) for c in self.classes if (position := rank(c)) is not None]
        ranked.sort(key=lambda pair: (pair[0], pair[1].class_index))
        return tuple(c for _, c in ranked[:limit])

    def to_rows(self) -> list[list[str]]:
        """Return ``[wnid, label]`` a class, the form in which converted models carry their labels."""
        return [[c.wnid, c.label] for c in self.classes]

    @classmethod
    def from_rows(cls, rows: object) -> Labels:
        """Read what `to_rows` wrote.

        Raises:
            LabelError: It is anything else.
        """
        if not isinstance(rows, list):
            raise LabelError(f"expected a list with [WordNet id, label] a class, got {type(rows).__name__}")
        for index, row in enumerate(rows):
            is_pair = isinstance(row, list) and len(row) == 2 and all(isinstance(text, str) for text in row)
            if not is_pair or not row[1].strip():
                raise LabelError(f"class {index}: expected [WordNet id, label], got {spoken(repr(row))}")
            if any(len(text) > _MOST_LETTERS or _has_surrogates(text) for text in row):
                raise LabelError(
                    f"class {index}: expected text of at most {_MOST_LETTERS} characters, got {spoken(ascii(row))}"
                )
        return cls(tuple(Label(index, wnid, label) for index, (wnid, label) in enumerate(rows)))

    @classmethod
    def numbered(cls, count: int) -> Labels:
        """Return stand-ins for a model that names no classes."""
        expect(count, Integral, "the number of classes, a whole number", LabelError)
        return cls(tuple(Label(index, "", f"class {index}") for index in range(count)))


def _has_surrogates(text: str) -> bool:
    """Say whether a text holds halves of characters, as JSON can: no file and no terminal takes them."""
    return any("\ud800" <= letter <= "\udfff" for letter in text)


@cache
def read_labels(relative: str) -> Labels:
    """Read a shipped label file: tab-separated index, wnid, label, other names; ``#`` begins a comment."""
    classes = []
    for line in shipped(relative).read_text(encoding="utf-8").splitlines():
        if line.startswith(("#", "index\t")) or not line:
            continue
        index, wnid, label, also = line.split("\t")
        classes.append(Label(int(index), wnid, label, tuple(also.split("; ")) if also else ()))
    return Labels(tuple(classes))


def imagenet_labels() -> Labels:
    """Return the 1000 classes of ILSVRC 2012, in the order of the published model's outputs."""
    return read_labels("data/imagenet1000.tsv")
