"""The best preprocessing against others, photo by photo: what it gains, and which of its choices the photos confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.dataset.statistics import holm, mcnemar, wilson
from squeezeviz.preprocessing.candidates import choices
from squeezeviz.results.diagnosis import ChoiceTest, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from squeezeviz.dataset.diagnosis.contest import Contest
    from squeezeviz.dataset.diagnosis.marks import Hits
    from squeezeviz.preprocessing import Preprocessing

__all__ = ["standing", "tests_of", "with_neighbours"]


def standing(how: Preprocessing, marks: Hits, best: Hits) -> Standing:
    """Return how one preprocessing did beside the best, on the photos that it was shown."""
    right, there = marks.right, best.right[: marks.photos]
    gained, lost = int((right & ~there).sum()), int((there & ~right).sum())
    hits = int(right.sum())
    return Standing(how, marks.photos, hits, wilson(hits, marks.photos), gained, lost, mcnemar(gained, lost))


def with_neighbours(
    contest: Contest[Hits], finalists: Sequence[Preprocessing], hows: Sequence[Preprocessing]
) -> list[Preprocessing]:
    """Return the preprocessings that were shown all photos, the best first, and with it all that differ in one choice.

    Args:
        contest: What has been answered.
        finalists: Those that were shown all photos so far, the best first.
        hows: All there are.
    """
    ranked = list(finalists)
    photos = contest.marks[ranked[0]].photos
    while due := [how for how in dict.fromkeys(_neighbours(ranked[0], hows).values()) if how not in ranked]:
        contest.show(due, photos)
        ranked = contest.ranked([*ranked, *due])  # another one may be the best now
    return ranked


def tests_of(
    best: Preprocessing, hows: Sequence[Preprocessing], marks: Mapping[Preprocessing, Hits]
) -> tuple[ChoiceTest, ...]:
    """Return what the best has chosen against all that might have been chosen instead, choice by choice."""
    taken, near = choices(best), _neighbours(best, hows)
    # Here the best comes first: gained is what it names right.
    found = {key: standing(best, marks[best], marks[how]) for key, how in near.items()}
    adjusted = holm([each.p_value for each in found.values()])
    return tuple(
        ChoiceTest(
            choice, taken[choice], other, near[choice, other], _distance(best, near[choice, other]) == 1,
            each.gained, each.lost, each.p_value, corrected,
        )
        for ((choice, other), each), corrected in zip(found.items(), adjusted, strict=True)
    )  # fmt: skip


def _neighbours(best: Preprocessing, hows: Iterable[Preprocessing]) -> dict[tuple[str, str], Preprocessing]:
    """Return for every other choice the preprocessing that differs least, in the order of choices."""
    found: dict[tuple[str, str], Preprocessing] = {}
    listed = sorted(hows, key=lambda how: _distance(best, how))  # stable: of equals the more usual one
    for choice, taken in choices(best).items():
        for how in listed:
            if (other := choices(how)[choice]) != taken:
                found.setdefault((choice, other), how)
    return found


def _distance(first: Preprocessing, second: Preprocessing) -> int:
    """Return in how many choices they differ."""
    return sum(one != other for one, other in zip(choices(first).values(), choices(second).values(), strict=True))
