"""Which class of one model is which class of another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from squeezeviz.results.labels import Label, Labels

__all__ = ["ClassRule", "SharedClasses", "shared_classes"]

#: How classes were matched; ``"none"`` where nothing tells which is which.
ClassRule = Literal["same labels", "same order", "WordNet ids and names", "none"]


@dataclass(frozen=True)
class SharedClasses:
    """The classes that two models have in common.

    Attributes:
        counterparts: For each class of the first, its index in the second; None where it has none.
        rule: ``"same labels"``: both have the same, in the same order. ``"same order"``: one names no classes and both
            have as many, so that equal indices are taken for equal classes. ``"WordNet ids and names"``: by these, of
            those that only one class in each has. ``"none"``: no class of one is known to be a class of the other.
        words: The rule in a sentence.
    """

    counterparts: tuple[int | None, ...]
    rule: ClassRule
    words: str

    def __len__(self) -> int:
        """Return how many classes both have."""
        return len(self.counterparts) - self.counterparts.count(None)


def shared_classes(a: Labels, b: Labels) -> SharedClasses:
    """Match the classes of two models.

    Args:
        a: The classes of the first, in the order of its outputs.
        b: Those of the second.
    """
    unnamed = [which for which, labels in (("first", a), ("second", b)) if _is_numbered(labels)]
    if unnamed and len(a) == len(b):
        whose = "neither model names its classes" if len(unnamed) > 1 else f"the {unnamed[0]} model names no classes"
        return SharedClasses(
            tuple(range(len(a))), "same order", f"{whose}: both have {len(a):,}, taken to be in the same order"
        )
    if unnamed:
        return SharedClasses(
            (None,) * len(a),
            "none",
            f"one has {len(a):,} classes and the other {len(b):,}, and the {unnamed[0]} model does not name them",
        )
    if [(each.wnid, each.label) for each in a] == [(each.wnid, each.label) for each in b]:
        return SharedClasses(tuple(range(len(a))), "same labels", f"both have the same {len(a):,} labels")
    found = _by_identity(a, b)
    count = len(a) - found.count(None)
    if not count:
        return SharedClasses(
            found, "none", f"no class of the first model ({len(a):,}) is one of the second ({len(b):,})"
        )
    return SharedClasses(
        found,
        "WordNet ids and names",
        f"{count:,} {'class is' if count == 1 else 'classes are'} in both, by WordNet ids and names, of {len(a):,} and "
        f"{len(b):,}",
    )


def _is_numbered(labels: Labels) -> bool:
    """Whether a model names no classes, so that they are numbered."""
    return all(not each.wnid and each.label == f"class {each.class_index}" for each in labels)


def _by_identity(a: Labels, b: Labels) -> tuple[int | None, ...]:
    """Match classes by what only one in each is called; the surest first, and no class twice."""
    found: dict[int, int] = {}
    taken: set[int] = set()
    for names_of in (_wnids, _labels, _all_names):
        there = _sole(b, names_of)
        for name, index in _sole(a, names_of).items():
            other = there.get(name)
            if (
                other is not None
                and index not in found
                and other not in taken
                and not _are_told_apart(a[index], b[other])
            ):
                found[index] = other
                taken.add(other)
    return tuple(map(found.get, range(len(a))))


def _are_told_apart(first: Label, second: Label) -> bool:
    """Whether two classes of one name are two things, as the crane that flies and the one that lifts."""
    return bool(first.wnid and second.wnid and first.wnid != second.wnid)


def _sole(labels: Labels, names_of: Callable[[Label], Iterable[str]]) -> dict[str, int]:
    """Return name → class index, of the names that one class alone has."""
    given = [(name, each.class_index) for each in labels for name in {*names_of(each)}]
    counts = Counter(name for name, _ in given)
    return {name: index for name, index in given if counts[name] == 1}


def _wnids(label: Label) -> list[str]:
    return [label.wnid] if label.wnid else []


def _labels(label: Label) -> list[str]:
    return [label.label.casefold()]


def _all_names(label: Label) -> list[str]:
    return [name.casefold() for name in (label.label, *label.also)]
