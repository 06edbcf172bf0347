"""Photos → which preprocessing a model was probably trained with, what that gains, and how sure it is."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.arguments import expect
from squeezeviz.dataset.diagnosis.contest import ETA, Contest, rounds
from squeezeviz.dataset.diagnosis.crops import read_crops
from squeezeviz.dataset.diagnosis.differences import standing, tests_of, with_neighbours
from squeezeviz.dataset.diagnosis.marks import Hits, Steadiness
from squeezeviz.dataset.find import find
from squeezeviz.errors import DatasetError, ModelError, PreprocessingError, spoken
from squeezeviz.preprocessing import Preprocessing
from squeezeviz.preprocessing.candidates import candidates, in_words
from squeezeviz.results.diagnosis import Diagnosis, Signs, UnlabelledDiagnosis
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    from squeezeviz.dataset.diagnosis.crops import Crops, Opened
    from squeezeviz.dataset.photos import Photo
    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = ["diagnose_photos", "diagnose_preprocessing"]

_LATE = 10  # preprocessings that are shown all photos at the end, for the sake of the comparison; in the progress told


def diagnose_preprocessing(
    model: ModelSource,
    photos: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    labels: str | os.PathLike[str] | None = None,
    *,
    preprocessings: Sequence[str | Preprocessing] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Diagnosis | UnlabelledDiagnosis:
    """Find out how a model expects photos to be preprocessed, by trying what people really do on some photos.

    Some 140 combinations are tried: channel order, the range of values (0 to 255, 0 to 1, -1 to 1, with ImageNet's
    means and deviations or without), resizing, cropping and interpolation, and what the model is fed now. Each photo is
    decoded once. All combinations see the same few photos, the better quarter of them four times as many, and so on
    (successive halving: Jamieson & Talwalkar 2016, AISTATS). Those that are left, and all that differ from the best in
    one choice, see all photos; of these, shares come with 95 % intervals (Wilson 1927) and differences with McNemar's
    exact test (McNemar 1947), which is corrected for their number (Holm 1979) where choices are judged.

    The best of many is chosen by the same photos that judge it: its own share is a little too good. Some dozens of
    photos of many classes tell channel orders and ranges apart; interpolations often take thousands.

    Args:
        model: A loaded model, or the name or path of one.
        photos: A folder of photos, or several folders and photos: paths or addresses. Those in a subfolder named after
            a class (its index, WordNet id or name), or on a list in the folder, such as ``labels.tsv``, are labelled.
        labels: A list of ``file label`` lines, or a table with a header (CSV or TSV), that labels the photos of one
            folder, as `squeezeviz.evaluate` takes it.
        preprocessings: What is tried in the place of these combinations, by name or of your own; what the model is fed
            now and the usual habit are tried beside them. Of several crops the first is taken.
        on_progress: Called with (done, all), in photos read and runs of the network, as they are done.

    Returns:
        `Diagnosis` of labelled photos; those without a label are left out. `UnlabelledDiagnosis` where no photo has
        one: then only the steadiness of answers can be compared, which is weaker evidence, and says so. Either's
        ``best`` is a `Preprocessing`.

    Raises:
        DatasetError: There are no photos, none can be read, the list cannot be used or names no class of the model, or
            there is but one photo without a label.
        ModelError: The model cannot be loaded or run, or answers every photo with NaN or infinity.
        PreprocessingError: The model takes neither three channels nor one; of those given, one is unknown or does not
            suit the model.
    """
    model = loaded(model)
    laid = find(photos, model.labels, listing=labels)
    left_out = [trouble.message for trouble in laid.troubles]
    return diagnose_photos(model, laid.photos, left_out, preprocessings=preprocessings, on_progress=on_progress)


def diagnose_photos(
    model: Model,
    photos: Sequence[Photo],
    left_out: Sequence[str] = (),
    *,
    opened: Callable[[Photo], Opened] | None = None,
    preprocessings: Sequence[str | Preprocessing] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Diagnosis | UnlabelledDiagnosis:
    """Find it out on photos that are known already; see `diagnose_preprocessing`.

    Args:
        model: The model to run, from `squeezeviz.load_model`.
        photos: Labelled or not, each once.
        left_out: What else was given and is no photo, in words.
        opened: Returns a photo, decoded, and a digest of it, from many threads; by default what lies at its place.
        preprocessings: What is tried; what people really use by default.
        on_progress: Called with (done, all), on this thread; what it raises ends the work.
    """
    start = time.perf_counter()
    in_use = _fed_now(model)
    labelled = [photo for photo in photos if photo.class_index is not None]
    asked = labelled or photos
    hows = _tried(model, in_use, preprocessings)
    told = _Progress(on_progress, len(asked), len(hows))
    crops = read_crops(asked, hows, opened=opened, on_photo=lambda: told.more(1))
    without = [f"{len(photos) - len(asked):,} photos without a label"] if len(asked) < len(photos) else []
    crops.left_out[:0] = [*left_out, *without]
    judged = _by_labels if labelled else _by_steadiness
    made = judged(model, crops, hows, in_use, told)
    told.end()
    return replace(made, seconds=time.perf_counter() - start)


def _fed_now(model: Model) -> Preprocessing:
    """Return what a model is fed now; what nobody has said, and is assumed, under the name of what it is."""
    how = model.resolve(None).first_crop
    is_assumed = any(each.about == "preprocessing" for each in model.assumptions)
    return how.replace(name=in_words(how), origin="what is assumed where nothing is said") if is_assumed else how


def _tried(
    model: Model, in_use: Preprocessing, given: Sequence[str | Preprocessing] | None
) -> tuple[Preprocessing, ...]:
    """Return what is tried; the habit comes first, and what is in use is among it."""
    usual = candidates((in_use.channels, *in_use.input_px), in_use)
    if given is None:
        return usual
    expected = "preprocessings: names of presets or of your own, one or several in a list"
    expect(given, (str, Preprocessing, Iterable), expected, PreprocessingError)
    several = [given] if isinstance(given, (str, Preprocessing)) else given
    return tuple(dict.fromkeys((usual[0], in_use, *(model.resolve(how).first_crop for how in several))))


def _by_labels(
    model: Model, crops: Crops, hows: Sequence[Preprocessing], in_use: Preprocessing, told: _Progress
) -> Diagnosis:
    truths = np.array([photo.class_index for photo in crops.photos], np.intp)
    contest = Contest(model, crops, lambda: Hits(truths), in_use, on_run=told.more)
    finalists = contest.halve(hows, keep=(in_use, hows[0]))
    _check_answers(model, contest)
    ranked = with_neighbours(contest, finalists, hows)
    marks, first = contest.marks, contest.marks[ranked[0]]
    standings = {how: standing(how, marks[how], first) for how in marks}
    return Diagnosis(
        model_id=model.name,
        photos=len(crops),
        ranking=tuple(standings[how] for how in ranked),
        dropped=tuple(standings[how] for how in _dropped(contest, ranked)),
        in_use=standings[in_use],
        habit=standings[hows[0]],
        left_out=tuple(crops.left_out),
        tests=tests_of(ranked[0], hows, marks),
    )


def _by_steadiness(
    model: Model, crops: Crops, hows: Sequence[Preprocessing], in_use: Preprocessing, told: _Progress
) -> UnlabelledDiagnosis:
    if len(crops) == 1:
        name, why = crops.photos[0].name, next(iter(crops.left_out), "")
        raise DatasetError(
            f"one of the photos can be read, and none has a label: {why}; give some dozens, or labels"
            if why
            else f"{name}: one photo without a label tells nothing; give some dozens, or a label"
        )
    contest = Contest(model, crops, Steadiness, in_use, on_run=told.more)
    ranked = contest.halve(hows, keep=(in_use, hows[0]))
    _check_answers(model, contest)
    signs = {
        how: Signs(how, each.photos, each.confidence, each.entropy, each.agreement)
        for how, each in contest.marks.items()
    }
    return UnlabelledDiagnosis(
        model_id=model.name,
        photos=len(crops),
        ranking=tuple(signs[how] for how in ranked),
        dropped=tuple(signs[how] for how in _dropped(contest, ranked)),
        in_use=signs[in_use],
        habit=signs[hows[0]],
        left_out=tuple(crops.left_out),
    )


def _dropped(contest: Contest[Any], ranked: Sequence[Preprocessing]) -> list[Preprocessing]:
    """Return the preprocessings that were left behind: those of later rounds first, in each the better ones."""
    marks = contest.marks
    left = [how for how in marks if how not in ranked]
    return sorted(left, key=lambda how: (marks[how].photos, marks[how].rank), reverse=True)


def _check_answers(model: Model, contest: Contest[Any]) -> None:
    if not any(marks.is_finite for marks in contest.marks.values()):
        raise ModelError(f"{spoken(model.name)}: answers NaN or infinity to every photo, in all preprocessings tried")


class _Progress:
    """Tells how much is done of what is planned: photos read, and runs of the network.

    Args:
        on_progress: Who is told, if anybody.
        photos: How many there are.
        hows: How many preprocessings are tried.
    """

    def __init__(self, on_progress: Callable[[int, int], None] | None, photos: int, hows: int) -> None:
        self._on_progress, self._done = on_progress, 0
        self._all = photos * (1 + _LATE)
        before = 0
        for upto in rounds(photos):
            self._all += hows * (upto - before)
            before, hows = upto, max(1, hows // ETA)

    def more(self, count: int) -> None:
        """Say that so many more are done."""
        self._done = min(self._done + count, self._all)  # how many neighbours the best has is known late
        if self._on_progress:
            self._on_progress(self._done, self._all)

    def end(self) -> None:
        """Say that all is done, with less than was planned."""
        self.more(self._all)
