"""What an evaluation found: hits, intervals, paired differences, and every photo's answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from squeezeviz.dataset.statistics import mcnemar, wilson
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from squeezeviz.dataset.photos import Trouble
    from squeezeviz.dataset.survey import Survey
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.labels import Labels

__all__ = ["Answer", "Difference", "Evaluation", "Result", "Row"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the network says of one photo in one preprocessing.

    Attributes:
        rank: Of the true class, from 1; ties go to the lower class index. 0 where nobody says what the photo shows.
        class_index: The most probable class.
        probability: Its probability.
        true_probability: The true class's; 0 where that is not known.
    """

    rank: int
    class_index: int
    probability: float
    true_probability: float


@dataclass(frozen=True, slots=True)
class Row:
    """One photo.

    Attributes:
        name: Its path within the folder.
        class_index: What it shows.
        answers: One a preprocessing, in their order; none where it could not be read.
        error: Why it could not be read; empty as a rule.
    """

    name: str
    class_index: int
    answers: tuple[Answer, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Result:
    """One preprocessing's score.

    Attributes:
        preprocessing: Which.
        images: How many photos.
        top1_hits: How many were named right.
        top5_hits: How many had their class among the five most probable.
    """

    preprocessing: Preprocessing
    images: int
    top1_hits: int
    top5_hits: int

    @property
    def top1(self) -> float:
        """Share named right, 0–1; 0 of none."""
        return self.top1_hits / self.images if self.images else 0.0

    @property
    def top5(self) -> float:
        """Share with their class among the five most probable, 0–1."""
        return self.top5_hits / self.images if self.images else 0.0

    @property
    def top1_interval(self) -> tuple[float, float]:
        """95 % Wilson interval of `top1`."""
        return wilson(self.top1_hits, self.images)

    @property
    def top5_interval(self) -> tuple[float, float]:
        """95 % Wilson interval of `top5`."""
        return wilson(self.top5_hits, self.images)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON; shares are 0–1."""
        return {
            "preprocessing": self.preprocessing.name,
            "top1_hits": self.top1_hits,
            "top5_hits": self.top5_hits,
            "top1": self.top1,
            "top5": self.top5,
            "top1_interval": list(self.top1_interval),
            "top5_interval": list(self.top5_interval),
        }


@dataclass(frozen=True)
class Difference:
    """One preprocessing against the first, photo by photo.

    Attributes:
        preprocessing: Name of the one.
        reference: Name of the first.
        gained: Photos named right here and wrong there.
        lost: The other way round.
        p_value: Of McNemar's exact test.
    """

    preprocessing: str
    reference: str
    gained: int
    lost: int
    p_value: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return dict(self.__dict__)


@dataclass(frozen=True, eq=False)
class Evaluation(NotebookDisplay):
    """How one model fared on one folder, in one preprocessing or several.

    Attributes:
        model_id: Name of the model.
        folder: Of the photos.
        preprocessings: In the order they were asked for.
        labels: The model's classes.
        rows: One a photo, those that cannot be read included.
        seconds: How long it took.
        duplicates: Names of photos with the same bytes, a group each; all of them count.
        left_out: What else lay in the folder and is none of the photos, each with its reason.
    """

    model_id: str
    folder: str
    preprocessings: tuple[Preprocessing, ...]
    labels: Labels = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)
    seconds: float = 0.0
    duplicates: tuple[tuple[str, ...], ...] = ()
    left_out: tuple[Trouble, ...] = ()
    _survey: Survey[Any] | None = field(default=None, repr=False)

    def forget(self) -> None:
        """Remove what was kept on disk on the way: for those who asked to leave it there until this is safe."""
        if self._survey is not None:
            self._survey.forget()

    @cached_property
    def read(self) -> tuple[Row, ...]:
        """The photos that could be read."""
        return tuple(row for row in self.rows if not row.error)

    @cached_property
    def unreadable(self) -> tuple[Row, ...]:
        """Those that could not."""
        return tuple(row for row in self.rows if row.error)

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """One score a preprocessing, in their order."""
        return tuple(
            Result(
                how,
                len(self.read),
                sum(row.answers[at].rank == 1 for row in self.read),
                sum(row.answers[at].rank <= 5 for row in self.read),
            )
            for at, how in enumerate(self.preprocessings)
        )

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Each further preprocessing against the first, by top-1."""
        made = []
        for at, how in enumerate(self.preprocessings[1:], 1):
            pairs = [(row.answers[at].rank == 1, row.answers[0].rank == 1) for row in self.read]
            gained, lost = sum(a and not b for a, b in pairs), sum(b and not a for a, b in pairs)
            made.append(Difference(how.name, self.preprocessings[0].name, gained, lost, mcnemar(gained, lost)))
        return tuple(made)

    @property
    def compared(self) -> tuple[tuple[Result, Difference | None], ...]:
        """Each preprocessing's score, and how it differs from the first's; None beside the first."""
        return tuple(zip(self.results, [None, *self.differences], strict=True))

    def by_photo(self) -> list[dict[str, Any]]:
        """Return a table of plain values, one row a photo and preprocessing."""
        table = []
        for row in self.rows:
            known = {"file": row.name, "class_index": row.class_index, "label": self.labels[row.class_index].label}
            if row.error:
                table.append({**known, **dict.fromkeys(_COLUMNS), "error": row.error})
            for how, answer in zip(self.preprocessings, row.answers, strict=False):
                said = {
                    "preprocessing": how.name,
                    "rank": answer.rank,
                    "answer_index": answer.class_index,
                    "answer": self.labels[answer.class_index].label,
                    "probability": answer.probability,
                    "true_probability": answer.true_probability,
                    "error": "",
                }
                table.append(known | said)
        return table

    def by_class(self) -> list[dict[str, Any]]:
        """Return a table of plain values, one row a class that occurs and preprocessing."""
        counts = Counter(row.class_index for row in self.read)
        table = []
        for at, how in enumerate(self.preprocessings):
            first = Counter(row.class_index for row in self.read if row.answers[at].rank == 1)
            five = Counter(row.class_index for row in self.read if row.answers[at].rank <= 5)
            for index in sorted(counts):
                label = self.labels[index]
                low, high = wilson(first[index], counts[index])
                table.append(
                    {
                        "preprocessing": how.name,
                        "class_index": index,
                        "wnid": label.wnid,
                        "label": label.label,
                        "images": counts[index],
                        "top1_hits": first[index],
                        "top5_hits": five[index],
                        "top1": first[index] / counts[index],
                        "top1_low": low,
                        "top1_high": high,
                    }
                )
        return table

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON; shares are 0–1."""
        return {
            "model": self.model_id,
            "folder": self.folder,
            "images": len(self.read),
            "unreadable": len(self.unreadable),
            "unreadable_files": [{"file": row.name, "error": row.error} for row in self.unreadable],
            "left_out": [{"file": each.name, "reason": each.message} for each in self.left_out],
            "duplicates": [list(names) for names in self.duplicates],
            "results": [result.to_dict() for result in self.results],
            "differences": [difference.to_dict() for difference in self.differences],
            "seconds": self.seconds,
        }

    def __repr__(self) -> str:
        said = ", ".join(f"{r.preprocessing.name} {r.top1:.1%} / {r.top5:.1%}" for r in self.results)
        missing = f", {len(self.unreadable)} unreadable" if self.unreadable else ""
        others = f", {len(self.left_out):,} left out" if self.left_out else ""
        counts = f"{len(self.read):,} photos{missing}{others}"
        return f"<Evaluation of {visible(self.model_id)} on {counts}: {visible(said)}>"


_COLUMNS = ("preprocessing", "rank", "answer_index", "answer", "probability", "true_probability")
