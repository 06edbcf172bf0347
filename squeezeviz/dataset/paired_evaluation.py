"""Two models on the same photos: who is right where the other is wrong, and whether that is chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from squeezeviz.dataset.statistics import mcnemar, wilson
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.results.diagnosis import SURE
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from squeezeviz.dataset.evaluation import Answer
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.labels import Labels
    from squeezeviz.results.shared_classes import SharedClasses

__all__ = ["EvaluatedModel", "PairedEvaluation", "PairedPhoto"]


@dataclass(frozen=True, slots=True)
class PairedPhoto:
    """One photo, and what both models say of it.

    Attributes:
        name: Its path within the folder.
        class_index: What it shows, as the first model counts; None where nobody says.
        answers: The first model's and the second's; none where there are none.
        error: Why there are none; empty as a rule.
    """

    name: str
    class_index: int | None
    answers: tuple[Answer, ...] = ()
    error: str = ""

    @property
    def hits(self) -> tuple[bool, bool]:
        """Whether the first model names it right, and whether the second does."""
        return self.answers[0].rank == 1, self.answers[1].rank == 1


@dataclass(frozen=True)
class EvaluatedModel:
    """One of the two models.

    Attributes:
        name: What it is called.
        sha256: Hash of its weights file, hexadecimal.
        preprocessing: Its own, which the photos went through.
        labels: Its classes.
    """

    name: str
    sha256: str
    preprocessing: Preprocessing
    labels: Labels = field(repr=False)


@dataclass(frozen=True, eq=False)
class PairedEvaluation(NotebookDisplay):
    """How two models fared on the same photos, each with its own preprocessing.

    Attributes:
        a: The first model.
        b: The second.
        folder: Of the photos, or several.
        classes: Which classes both have.
        photos: One each, those that could not be asked included.
        seconds: How long it took.
        duplicates: Names of photos with the same bytes, a group each; all of them count.
        left_out: What else was given and is none of the photos, in words.
    """

    a: EvaluatedModel
    b: EvaluatedModel
    folder: str
    classes: SharedClasses
    photos: tuple[PairedPhoto, ...] = field(repr=False)
    seconds: float = 0.0
    duplicates: tuple[tuple[str, ...], ...] = ()
    left_out: tuple[str, ...] = ()

    @cached_property
    def read(self) -> tuple[PairedPhoto, ...]:
        """The photos that both answered."""
        return tuple(photo for photo in self.photos if not photo.error)

    @cached_property
    def unreadable(self) -> tuple[PairedPhoto, ...]:
        """Those that they could not answer."""
        return tuple(photo for photo in self.photos if photo.error)

    @property
    def is_labelled(self) -> bool:
        """Whether photos are labelled: where they are not, nothing says who is right."""
        return any(photo.class_index is not None for photo in self.photos)

    def _count(self, hits: tuple[bool, bool]) -> int | None:
        return sum(photo.hits == hits for photo in self.read) if self.is_labelled else None

    @cached_property
    def both_right(self) -> int | None:
        """Photos that both name right; None where photos are not labelled, as of all that takes labels."""
        return self._count((True, True))

    @cached_property
    def only_a(self) -> int | None:
        """Photos that the first alone names right."""
        return self._count((True, False))

    @cached_property
    def only_b(self) -> int | None:
        """Photos that the second alone names right."""
        return self._count((False, True))

    @cached_property
    def neither(self) -> int | None:
        """Photos that neither names right."""
        return self._count((False, False))

    @property
    def top1(self) -> tuple[float, float] | None:
        """Shares that the first and the second name right, 0–1."""
        hits = self._hits
        return (hits[0] / len(self.read), hits[1] / len(self.read)) if hits else None

    @property
    def top1_intervals(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """95 % intervals of both shares (Wilson 1927)."""
        hits = self._hits
        return (wilson(hits[0], len(self.read)), wilson(hits[1], len(self.read))) if hits else None

    @cached_property
    def _hits(self) -> tuple[int, int] | None:
        if not self.is_labelled:
            return None
        return sum(photo.hits[0] for photo in self.read), sum(photo.hits[1] for photo in self.read)

    @cached_property
    def p_value(self) -> float | None:
        """How often chance alone parts two equally good models so far, 0–1: McNemar's exact test (McNemar 1947)."""
        only_a, only_b = self.only_a, self.only_b
        return mcnemar(only_b, only_a) if only_a is not None and only_b is not None else None

    def agree(self, photo: PairedPhoto) -> bool:
        """Say whether both give a photo the same class."""
        first, second = photo.answers
        return self.classes.counterparts[first.class_index] == second.class_index

    @cached_property
    def parted(self) -> tuple[PairedPhoto, ...]:
        """The photos to which they give different classes; those first of which one alone is right."""
        apart = (photo for photo in self.read if not self.agree(photo))
        return tuple(sorted(apart, key=lambda photo: photo.hits[0] == photo.hits[1]))

    @property
    def agreement(self) -> float:
        """Share of photos to which both give the same class, right or wrong, 0–1."""
        return (len(self.read) - len(self.parted)) / len(self.read)

    @property
    def agreement_interval(self) -> tuple[float, float]:
        """95 % interval of that share (Wilson 1927)."""
        return wilson(len(self.read) - len(self.parted), len(self.read))

    @property
    def verdict(self) -> str:
        """What was found, in a sentence or two."""
        said = (
            f"They agree on {len(self.read) - len(self.parted):,} of {len(self.read):,} photos ({self.agreement:.1%})."
        )
        p_value, only_a, only_b = self.p_value, self.only_a, self.only_b
        if p_value is None:
            return f"{said} No photo is labelled, so nothing here says who is right."
        if not only_a and not only_b:
            return f"{said} Neither is right where the other is wrong."
        alone = f"{self.a.name} alone is right on {only_a}, {self.b.name} alone on {only_b}"
        sure = "hardly by chance" if p_value < SURE else "which may be chance"
        return f"{said} {alone}: {sure} (p = {p_value:.2g}, McNemar's exact test)."

    def by_photo(self) -> list[dict[str, Any]]:
        """Return a table of plain values, one row a photo."""
        return [self._row(photo) for photo in self.photos]

    def _row(self, photo: PairedPhoto) -> dict[str, Any]:
        index = photo.class_index
        row: dict[str, Any] = {
            "file": photo.name,
            "class_index": index,
            "label": None if index is None else self.a.labels[index].label,
        }
        for side, model, answer in zip(("a", "b"), (self.a, self.b), photo.answers or (None, None), strict=True):
            row |= {
                f"{side}_index": answer and answer.class_index,
                f"{side}_answer": answer and model.labels[answer.class_index].label,
                f"{side}_probability": answer and answer.probability,
                f"{side}_is_right": None if answer is None or index is None else answer.rank == 1,
            }
        return row | {"error": photo.error}

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON; shares are 0–1, and what takes labels is None without them."""
        sides = {}
        for at, (side, model) in enumerate((("a", self.a), ("b", self.b))):
            sides[side] = {
                "model": model.name,
                "model_sha256": model.sha256,
                "preprocessing": model.preprocessing.to_dict(),
                "top1": self.top1 and self.top1[at],
                "top1_interval": self.top1_intervals and list(self.top1_intervals[at]),
            }
        return {
            "folder": self.folder,
            **sides,
            "classes": {"shared": len(self.classes), "rule": self.classes.rule, "words": self.classes.words},
            "images": len(self.read),
            "both_right": self.both_right,
            "only_a": self.only_a,
            "only_b": self.only_b,
            "neither": self.neither,
            "p": self.p_value,
            "agreement": self.agreement,
            "agreement_interval": list(self.agreement_interval),
            "parted": [self._row(photo) for photo in self.parted],
            "unreadable_files": [{"file": photo.name, "error": photo.error} for photo in self.unreadable],
            "left_out": list(self.left_out),
            "duplicates": [list(names) for names in self.duplicates],
            "seconds": self.seconds,
            "verdict": self.verdict,
        }

    def __repr__(self) -> str:
        return visible(f"<PairedEvaluation of {self.a.name} and {self.b.name}: {self.verdict}>")
