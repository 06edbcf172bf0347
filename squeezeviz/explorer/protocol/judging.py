"""Which attribution may be believed: methods measured side by side on one photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from squeezeviz.explorer.protocol.attribution import AttributionMethod
from squeezeviz.explorer.protocol.fields import Index, Message, PhotoRequest, Positive

__all__ = ["JudgedFinding", "JudgedMessage", "JudgingRequest", "Pointed", "PointingMessage", "PointingRequest"]

#: Those of `squeezeviz.evidence.judging` that need no box, and a method's map itself.
JudgedMeasure = Literal["map", "deletion", "insertion", "exact map", "sensitivity", "randomised"]


@dataclass(frozen=True, kw_only=True)
class JudgingRequest(PhotoRequest):
    """Measure methods of attribution, and tell each finding.

    Attributes:
        class_index: The class whose logit is attributed.
        contrast_class: Another, whose logit is subtracted, if any.
        methods: Which.
    """

    kind: ClassVar = "judge"

    class_index: Index
    contrast_class: Index | None = None
    methods: tuple[AttributionMethod, ...] = ()


@dataclass(frozen=True)
class JudgedFinding:
    """What one measure says of one method.

    Attributes:
        method: The method; "chance" of random numbers; empty where the measure cannot be taken of any.
        measure: The measure, or that the method's map is there.
        stage: Of randomised: which step of random weights, from 0.
        value: What it says; None of a map, and where there is a problem.
        curve: Of deletion and insertion: what is left of the answer, from none of the pixels to all.
        shape: Of a map: height and width of what comes with it, one number a pixel or cell, brought to a small size.
        problem: Why there is none; empty as a rule.
    """

    method: str
    measure: JudgedMeasure
    stage: int
    value: float | None
    curve: tuple[float, ...]
    shape: tuple[int, int]
    problem: str


@dataclass(frozen=True, kw_only=True)
class JudgedMessage(Message):
    """What has been found since the message before.

    Attributes:
        done: Attributions made so far.
        total: Of those that were not there already.
        is_whole: Whether these are all.
        samples: Changed photos that sensitivity is measured with.
        radius: Largest change of a pixel value there, of 255.
        stages: Of each step of random weights, the lowest layer that is random from then on; empty where none can be.
        findings: What has been found.
        maps: Method → its map, float32, of the finding's shape.
    """

    kind: ClassVar = "judged"

    done: int
    total: int
    is_whole: bool
    samples: int
    radius: float
    stages: tuple[str, ...]
    findings: tuple[JudgedFinding, ...]
    maps: dict[str, bytes]


@dataclass(frozen=True)
class Pointed:
    """Whether a map points at a box.

    Attributes:
        method: Whose map.
        hit: Whether its largest value lies in the box.
        share: Of what is above 0, how much lies in it, 0 to 1.
    """

    method: str
    hit: bool
    share: float


@dataclass(frozen=True, kw_only=True)
class PointingMessage(Message):
    """Which maps point at a box.

    Attributes:
        box: Left, top, right, bottom, in pixels of the photo.
        found: By method; those whose maps are known.
    """

    kind: ClassVar = "pointing"

    box: tuple[float, float, float, float]
    found: tuple[Pointed, ...]


@dataclass(frozen=True, kw_only=True)
class PointingRequest(PhotoRequest):
    """Do the maps that are known point at a box?

    Attributes:
        class_index: The class whose logit they are of.
        contrast_class: Another, whose logit is subtracted, if any.
        methods: Which.
        left: Of the box, in pixels of the network's input; so are the next three.
        top: Of the box.
        width: Of the box.
        height: Of the box.
    """

    kind: ClassVar = "pointing"

    class_index: Index
    contrast_class: Index | None = None
    methods: tuple[AttributionMethod, ...] = ()
    left: Index
    top: Index
    width: Positive
    height: Positive
