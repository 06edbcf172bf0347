"""Measures of methods, taken one after the other: each finding is told as soon as it is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from PIL import Image as Pillow

from squeezeviz.errors import LayerError
from squeezeviz.evidence.attribution.methods import METHODS
from squeezeviz.evidence.judging.curves import curve_area, deletion_insertion
from squeezeviz.evidence.judging.judgement import CHANCE
from squeezeviz.evidence.judging.pointing import pointing
from squeezeviz.evidence.judging.randomised import randomised_models, stage_names
from squeezeviz.evidence.judging.ranks import on_cells_of, rank_correlation
from squeezeviz.evidence.judging.sensitivity import max_sensitivity

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Generator, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.subject import Subject
    from squeezeviz.evidence.judging.pointing import Box
    from squeezeviz.runtime.model import Model

    #: Method, measure, stage.
    Key = tuple[str, str, int]

__all__ = ["MAP", "Finding", "Measuring"]

_T = TypeVar("_T")

#: In place of a measure: that the method's map is there.
MAP = "map"
_CHANCE_CELLS = 14


@dataclass(frozen=True, eq=False)
class Finding:
    """What one measure says of one method, on one photo.

    Attributes:
        method: Its name, or `CHANCE`; empty where a measure cannot be taken of any.
        measure: One of `MEASURES`, or `MAP`.
        value: What it says; NaN of a map, and where there is a problem.
        photo: Which of several, from 0.
        stage: Of ``"randomised"``: which step of random weights, from 0.
        curve: Of deletion and insertion: what is left of the answer, float64 (steps + 1,).
        made: Of a map: the attribution.
        problem: Why there is none, in words; empty as a rule.
    """

    method: str
    measure: str
    value: float = float("nan")
    photo: int = 0
    stage: int = 0
    curve: NDArray[np.float64] | None = None
    made: Attribution | None = None
    problem: str = ""

    @property
    def key(self) -> Key:
        """What it is told apart by, of one photo."""
        return self.method, self.measure, self.stage


@dataclass
class Measuring:
    """What is measured, and how.

    Attributes:
        methods: Their names.
        options: Of each, what was chosen.
        steps: Of deletion and insertion.
        samples: Of sensitivity; 0 leaves it out.
        radius: Of sensitivity, in pixel values.
        stages: Of random weights; 0 leaves them out.
        seed: Of all that is random.
        box: For pointing; None leaves it out.
        tell: Told after each attribution: how many are made.
        is_lenient: Whether what cannot be measured is a finding with a problem, in place of an error.
        known: Attributions of the one photo that are there already, by method; so are findings.
        there: Keys of findings that are there already: they are not taken again.
        done: How many attributions are made.
    """

    methods: tuple[str, ...]
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    steps: int = 16
    samples: int = 3
    radius: float = 2.0
    stages: int = 6
    seed: int = 0
    box: Box | None = None
    tell: Callable[[int], None] = lambda _: None
    is_lenient: bool = False
    known: Mapping[str, Attribution] = field(default_factory=dict)
    there: Container[Key] = ()
    done: int = 0

    @property
    def total(self) -> int:
        """How many attributions there are to make of each photo."""
        each = 0
        for method in self.methods:
            each += method not in self.known
            each += self.samples * ((method, "sensitivity", 0) not in self.there)
            each += sum((method, "randomised", stage) not in self.there for stage in range(self.stages))
        return each

    def attributed(self, method: str, subject: Subject) -> Attribution:
        """Return a method's attribution, made now."""
        made = METHODS[method].run(subject, **self.options.get(method, {}))
        self.done += 1
        self.tell(self.done)
        return made

    def findings(self, model: Model, subjects: Iterable[Subject]) -> Iterator[Finding]:
        """Take all measures: first every map, then what needs no other weights, at last the steps of random weights.

        Args:
            model: The model, whose weights are made random.
            subjects: What is attributed; of several photos, where nothing is known yet. They are gone through once, and
                again for each step of random weights: no more than one is held.

        Raises:
            LayerError: A measure or method has no meaning on the network, unless `is_lenient`.
        """
        # The absolute values of each photo's maps, and no more of it: of hundreds it would not fit.
        sizes = yield from self._trained(subjects)
        if self.stages:
            yield from self._randomised(model, subjects, sizes)

    def _trained(self, subjects: Iterable[Subject]) -> Generator[Finding, None, list[dict[str, NDArray[np.float32]]]]:
        """Take what needs no other weights."""
        sizes = []
        for photo, subject in enumerate(subjects):
            maps: dict[str, Attribution] = {}
            for method in self.methods:
                finding = self._map(method, subject, photo)
                if finding.made is not None:
                    maps[method] = finding.made
                yield finding
            yield from self._of_maps(subject, maps, photo)
            sizes.append({method: np.abs(made.cells) for method, made in maps.items()})
        return sizes

    def _map(self, method: str, subject: Subject, photo: int) -> Finding:
        if method in self.known:
            return Finding(method, MAP, photo=photo, made=self.known[method])
        return self._tried(
            method, MAP, lambda: Finding(method, MAP, photo=photo, made=self.attributed(method, subject)), photo
        )

    def _of_maps(self, subject: Subject, maps: Mapping[str, Attribution], photo: int) -> Iterator[Finding]:
        exact = self._tried("", "exact map", lambda: _exact(subject), photo, is_lenient=True)
        if exact.problem and self.is_lenient:
            yield exact
        yield from self._curves(subject, CHANCE, _chance(subject, self.seed), photo)
        for method, made in maps.items():
            yield from self._curves(subject, method, made.map(), photo)
            if exact.made is not None and self._is_due(method, "exact map"):
                alike = rank_correlation(on_cells_of(made, exact.made), exact.made.values)
                yield Finding(method, "exact map", alike, photo)
            if self.samples and self._is_due(method, "sensitivity"):
                yield self._sensitivity(subject, method, made, photo)
            if self.box is not None:
                hit, share = pointing(made, self.box)
                yield Finding(method, "points", float(hit), photo)
                yield Finding(method, "inside", share, photo)

    def _curves(self, subject: Subject, method: str, values: NDArray[np.float32], photo: int) -> Iterator[Finding]:
        if not self._is_due(method, "deletion"):
            return
        with np.errstate(all="ignore"):  # what is no number is refused where it arises
            curves = deletion_insertion(subject, values, self.steps)
        for measure, curve in zip(("deletion", "insertion"), curves, strict=True):
            yield Finding(method, measure, curve_area(curve), photo, curve=curve)

    def _sensitivity(self, subject: Subject, method: str, made: Attribution, photo: int) -> Finding:
        def work() -> Finding:
            most = max_sensitivity(
                subject, made, lambda moved: self.attributed(method, moved),
                samples=self.samples, radius=self.radius, seed=self.seed,
            )  # fmt: skip
            return Finding(method, "sensitivity", most, photo)

        return self._tried(method, "sensitivity", work, photo)

    def _randomised(
        self, model: Model, subjects: Iterable[Subject], sizes: Sequence[Mapping[str, NDArray[np.float32]]]
    ) -> Iterator[Finding]:
        """Take the rank correlation with the maps of random weights, step by step."""
        names = self._tried("", "randomised", lambda: stage_names(model, self.stages), 0)
        if isinstance(names, Finding):
            yield names
            return
        due = {
            stage: [method for method in self.methods if self._is_due(method, "randomised", stage)]
            for stage in range(len(names))
        }
        if not any(due.values()):
            return
        for stage, other in enumerate(randomised_models(model, self.stages, self.seed)):
            for photo, subject in enumerate(subjects if due[stage] else ()):
                same = subject.with_model(other)
                for method in due[stage]:
                    if method in sizes[photo]:
                        yield self._once_random(method, same, sizes[photo][method], photo, stage)

    def _once_random(
        self, method: str, subject: Subject, before: NDArray[np.float32], photo: int, stage: int
    ) -> Finding:
        def work() -> Finding:
            made = self.attributed(method, subject)
            return Finding(method, "randomised", rank_correlation(before, np.abs(made.cells)), photo, stage)

        return self._tried(method, "randomised", work, photo, stage)

    def _is_due(self, method: str, measure: str, stage: int = 0) -> bool:
        return (method, measure, stage) not in self.there

    def _tried(
        self,
        method: str,
        measure: str,
        work: Callable[[], _T],
        photo: int,
        stage: int = 0,
        *,
        is_lenient: bool = False,
    ) -> _T | Finding:
        """Return what work makes, or a finding that says why it cannot."""
        try:
            with np.errstate(all="ignore"):  # as above
                return work()
        except LayerError as exc:
            if not (self.is_lenient or is_lenient):
                raise
            return Finding(method, measure, photo=photo, stage=stage, problem=str(exc))


def _exact(subject: Subject) -> Finding:
    return Finding("", "exact map", made=METHODS["cam"].run(subject))


def _chance(subject: Subject, seed: int) -> NDArray[np.float32]:
    """Return random cells, brought to the input's size as a layer's are."""
    size = subject.tensor.shape[2:]
    cells = np.random.default_rng(seed).random((_CHANCE_CELLS, _CHANCE_CELLS), np.float32)
    return np.asarray(Pillow.fromarray(cells).resize((size[1], size[0]), Pillow.Resampling.BILINEAR))
