"""What is said of a model on a page, its classes and its preprocessing; and what photos tell of the latter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from squeezeviz.explorer.protocol.fields import Description, Id, Index, Message, Path, Request, Text
from squeezeviz.explorer.protocol.photos import PieceRequest

__all__ = [
    "ChoiceFound",
    "DiagnoseRequest",
    "DiagnosisFound",
    "DiagnosisMessage",
    "LabelsRequest",
    "Ranked",
    "RememberRequest",
    "TellRequest",
    "UndoRequest",
]


@dataclass(frozen=True, kw_only=True)
class TellRequest(Request):
    """Say something of the model that answers: it holds at once, for all that it answers.

    Attributes:
        labels: Its classes: those of ImageNet, or numbers.
        preset: The preset that its photos go through, brought to its input's size.
        preprocessing: What they go through, where it is no preset.
    """

    kind: ClassVar = "tell"

    labels: Literal["imagenet", "numbers"] | None = None
    preset: Text | None = None
    preprocessing: Description | None = None


@dataclass(frozen=True, kw_only=True)
class LabelsRequest(PieceRequest):
    """A piece of a file that names the model's classes."""

    kind: ClassVar = "labels"


@dataclass(frozen=True, kw_only=True)
class RememberRequest(Request):
    """Keep what was said of the model beside its file."""

    kind: ClassVar = "remember"


@dataclass(frozen=True, kw_only=True)
class UndoRequest(Request):
    """Take back what was said of the model last, or that it was kept."""

    kind: ClassVar = "undo"


@dataclass(frozen=True, kw_only=True)
class DiagnoseRequest(Request):
    """Try preprocessings on photos: those of the page that are named, or those of a folder.

    Attributes:
        photos: Ids of photos.
        classes: Their true classes, in the same order; empty where none is known.
        folder: A folder of photos on the kernel's machine, in place of these.
        labels: A list that labels its photos; empty for the one that is in it, or its subfolders.
    """

    kind: ClassVar = "diagnose"

    photos: tuple[Id, ...] = ()
    classes: tuple[Index, ...] = ()
    folder: Path = ""
    labels: Path = ""


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """How one preprocessing did: with labels by its hits, without by how steady its answers are.

    Attributes:
        preset: Its name.
        words: What it does, in a line.
        preprocessing: It as plain data.
        is_in_use: Whether the model is fed so now.
        is_habit: Whether it is what people feed to a network of which they know nothing.
        hits: Photos named right.
        top1: Share of them, 0–1.
        interval: Its 95 % interval.
        p: How often chance alone makes a difference as large to the best.
        confidence: Mean probability of the most probable class, 0–1.
        entropy: Of the probabilities, in bits.
        agreement: Of two crops of one photo, beyond chance; at most 1.
    """

    preset: str
    words: str
    preprocessing: Description
    is_in_use: bool
    is_habit: bool
    hits: int | None = None
    top1: float | None = None
    interval: tuple[float, float] | None = None
    p: float | None = None
    confidence: float | None = None
    entropy: float | None = None
    agreement: float | None = None


@dataclass(frozen=True)
class ChoiceFound:
    """What photos tell of one choice of the best.

    Attributes:
        choice: What was to be chosen.
        taken: What the best has chosen.
        told_apart: What the photos show to be worse.
        open: What may be as good, for all that they tell.
    """

    choice: str
    taken: str
    told_apart: tuple[str, ...]
    open: tuple[str, ...]


@dataclass(frozen=True)
class DiagnosisFound:
    """What trying preprocessings has shown.

    Attributes:
        is_labelled: Whether photos were labelled.
        photos: On how many each of the ranking was tried.
        tried: How many preprocessings were.
        verdict: What was found, in a sentence.
        ranking: Those that were tried on all photos, the best first.
        choices: What the photos tell apart; empty without labels.
        left_out: What else was given and is none of the photos, in words.
        seconds: How long it took.
    """

    is_labelled: bool
    photos: int
    tried: int
    verdict: str
    ranking: tuple[Ranked, ...]
    choices: tuple[ChoiceFound, ...]
    left_out: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, kw_only=True)
class DiagnosisMessage(Message):
    """How far trying preprocessings is, and at last what it has shown.

    Attributes:
        model: The model that is tried.
        done: Photos read and runs of the network so far.
        total: In all.
        is_whole: Whether that was all.
        found: What it has shown.
    """

    kind: ClassVar = "diagnosis"

    model: str
    done: int
    total: int
    is_whole: bool
    found: DiagnosisFound | None = None
