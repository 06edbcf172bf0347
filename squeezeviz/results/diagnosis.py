"""What trying preprocessings on photos has shown: which one a model was probably trained with, and how sure that is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from squeezeviz.preprocessing import Preprocessing

__all__ = ["SURE", "ChoiceTest", "ChoiceTests", "Diagnosis", "Ranked", "Signs", "Standing", "UnlabelledDiagnosis"]

#: A difference that comes about by chance less often than this counts as one.
SURE = 0.05


@dataclass(frozen=True)
class Standing:
    """How one preprocessing did on labelled photos, beside the best.

    Attributes:
        preprocessing: Which.
        photos: How many it was tried on.
        hits: How many of them were named right.
        top1_interval: 95 % interval of the share named right, 0–1 (Wilson 1927).
        gained: Photos that it names right and the best names wrong.
        lost: The other way round.
        p_value: How often chance alone makes a difference as large, 0–1: McNemar's exact test (McNemar 1947) of the
            same photos in both. It is of one comparison; where many are made, some are small by chance.
    """

    preprocessing: Preprocessing
    photos: int
    hits: int
    top1_interval: tuple[float, float]
    gained: int
    lost: int
    p_value: float

    @property
    def top1(self) -> float:
        """Share named right, 0–1."""
        return self.hits / self.photos if self.photos else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON; shares are 0–1."""
        return {
            "preprocessing": self.preprocessing.name,
            "top1": self.top1,
            "top1_interval": list(self.top1_interval),
            "p": self.p_value,
        }


@dataclass(frozen=True)
class ChoiceTest:
    """Whether photos tell what the best preprocessing chose from something else.

    Attributes:
        choice: What was to be chosen: ``"channel order"``, ``"values"``, ``"resize and crop"`` or ``"interpolation"``.
        taken: What the best has chosen, in words.
        other: What it is compared with.
        against: The preprocessing with that other choice that differs least from the best.
        is_alone: Whether it differs in nothing else.
        gained: Photos named right with what was taken, and wrong with the other.
        lost: The other way round.
        p_value: Of McNemar's exact test (McNemar 1947), 0–1.
        adjusted_p_value: The same, corrected for all the comparisons made here (Holm 1979), 0–1.
    """

    choice: str
    taken: str
    other: str
    against: Preprocessing
    is_alone: bool
    gained: int
    lost: int
    p_value: float
    adjusted_p_value: float

    @property
    def is_told_apart(self) -> bool:
        """Whether the photos tell both apart, at 5 % after the correction."""
        return self.adjusted_p_value < SURE


@dataclass(frozen=True)
class ChoiceTests:
    """One choice of the best preprocessing against all that was tried in its place.

    Attributes:
        tests: One a possibility, of one choice; at least one.
    """

    tests: tuple[ChoiceTest, ...]

    @property
    def choice(self) -> str:
        """What was to be chosen."""
        return self.tests[0].choice

    @property
    def told_apart(self) -> tuple[str, ...]:
        """What the photos show to be worse, in words: for itself, and not together with other choices."""
        return tuple(each.other for each in self.tests if each.is_told_apart and each.is_alone)

    @property
    def open(self) -> tuple[str, ...]:
        """What may be as good, for all that these photos tell."""
        return tuple(each.other for each in self.tests if not (each.is_told_apart and each.is_alone))

    @property
    def words(self) -> str:
        """What is known of the choice, in a line."""
        parts = (("better than", self.told_apart), ("these photos cannot tell it from", self.open))
        return f"{self.tests[0].taken}; " + "; ".join(f"{said} {_listed(names)}" for said, names in parts if names)


def _listed(names: tuple[str, ...]) -> str:
    return " · ".join(names)


_Mark = TypeVar("_Mark", "Standing", "Signs")


@dataclass(frozen=True, eq=False, kw_only=True)
class Ranked(NotebookDisplay, ABC, Generic[_Mark]):
    """Preprocessings that were tried on photos, ranked by what a model answered; each has a mark that says how it did.

    Attributes:
        model_id: Name of the model.
        photos: How many photos each in `ranking` was tried on.
        ranking: Those that were tried on all photos, the best first. What the model is fed now and the usual habit are
            always here.
        dropped: Those that were left behind on the way, after few photos, the later ones first.
        in_use: What the model is fed now.
        habit: What people feed to a network of which they know nothing.
        left_out: What else was given and is none of the photos, in words.
        seconds: How long it took.
    """

    model_id: str
    photos: int
    ranking: tuple[_Mark, ...]
    dropped: tuple[_Mark, ...] = field(repr=False)
    in_use: _Mark
    habit: _Mark
    left_out: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def best(self) -> Preprocessing:
        """The preprocessing that is ranked first."""
        return self.ranking[0].preprocessing

    @property
    def tried(self) -> int:
        """How many preprocessings were tried."""
        return len(self.ranking) + len(self.dropped)

    @property
    @abstractmethod
    def verdict(self) -> str:
        """What was found, in a sentence."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON: the best preset, and the ranking, best first; shares are 0–1."""
        return {"best": self.best.to_dict(), "ranking": [each.to_dict() for each in self.ranking]}

    def __repr__(self) -> str:
        return visible(f"<{type(self).__name__} of {self.model_id} on {self.photos:,} photos: {self.verdict}>")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Diagnosis(Ranked["Standing"]):
    """Which preprocessing suits a model, judged by labelled photos: the best is the one that names most of them right.

    Of equals what the model is fed now comes first, else the one that gives the true classes the larger probability.

    Attributes:
        tests: What the best has chosen, against everything else that was tried in its place.
    """

    tests: tuple[ChoiceTest, ...] = field(repr=False)

    @property
    def is_labelled(self) -> bool:
        """Whether photos were labelled: here they were."""
        return True

    @cached_property
    def by_choice(self) -> tuple[ChoiceTests, ...]:
        """What the photos tell apart and what they do not, a choice each."""
        names = dict.fromkeys(each.choice for each in self.tests)
        return tuple(ChoiceTests(tuple(each for each in self.tests if each.choice == name)) for name in names)

    @property
    def verdict(self) -> str:
        """What was found, in one sentence: the best, what it gains over the habit, and whether that is chance."""
        begin = f"{self.best.name}: {self.ranking[0].hits} of {self.photos:,} photos named right"
        known: dict[Standing, list[str]] = {}
        for words, each in (("the usual habit", self.habit), ("what it is fed now", self.in_use)):
            known.setdefault(each, []).append(words)
        same = known.pop(self.ranking[0], None)
        begin += f", and this is {' and '.join(same)}" if same else ""
        told = (f"{each.hits} with {' and '.join(words)}, {_sureness(each)}" for each, words in known.items())
        return "; ".join((begin, *told)) + "."


def _sureness(other: Standing) -> str:
    told = "hardly by chance" if other.p_value < SURE else "which these photos cannot tell from it"
    return f"{told} ({other.lost} won, {other.gained} lost, p = {other.p_value:.2g})"


@dataclass(frozen=True)
class Signs:
    """What a model's answers to unlabelled photos say for one preprocessing. None of it says that an answer is right.

    Attributes:
        preprocessing: Which.
        photos: How many it was tried on.
        confidence: Mean probability of the most probable class, 0–1.
        entropy: Mean entropy of the probabilities, in bits: 0 for certainty, log₂ of the number of classes at most.
        agreement: How much more often two crops of one photo, one of them shifted and mirrored, are answered alike than
            crops of two photos: Cohen's κ (Cohen 1960) with the probabilities taken as shares of answers. 1 where
            answers are sure, the same for both crops and different from photo to photo, 0 for chance.
    """

    preprocessing: Preprocessing
    photos: int
    confidence: float
    entropy: float
    agreement: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON: what takes labels is None."""
        return {
            "preprocessing": self.preprocessing.name,
            "top1": None,
            "top1_interval": None,
            "p": None,
            "confidence": self.confidence,
            "entropy": self.entropy,
            "agreement": self.agreement,
        }


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class UnlabelledDiagnosis(Ranked["Signs"]):
    """Which preprocessing a model answers most steadily with: all that photos without labels can say, and weaker.

    The best is the one with the largest agreement.
    """

    @property
    def is_labelled(self) -> bool:
        """Whether photos were labelled: here none was."""
        return False

    @property
    def verdict(self) -> str:
        """What was found, in a sentence, and how little that is."""
        first, habit = self.ranking[0], self.habit
        beside = "the usual habit" if habit is first else f"{habit.agreement:.2f} with the usual habit"
        return (
            f"{self.best.name}: answers are steadiest (agreement {first.agreement:.2f}; {beside}). No photo is "
            "labelled, so nothing here says that an answer is right: this is weaker evidence than labels would be."
        )
