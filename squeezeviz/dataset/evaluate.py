"""Labelled photos → how often the model is right, in one preprocessing or many, in one pass over the decoded photos."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.dataset.evaluation import Evaluation, Row
from squeezeviz.dataset.find import find_labelled
from squeezeviz.dataset.identity import real_place
from squeezeviz.dataset.scores import Scores
from squeezeviz.dataset.survey import kept_folder, survey
from squeezeviz.errors import DatasetError
from squeezeviz.evidence.comparison import each_with_a_name
from squeezeviz.files import readable_name
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    from squeezeviz.dataset.photo_answers import Answers
    from squeezeviz.dataset.photos import Photo
    from squeezeviz.dataset.survey import Progress, Survey
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.loading import ModelSource

__all__ = ["evaluate"]


def evaluate(
    model: ModelSource,
    folder: str | os.PathLike[str],
    preprocessings: str | Preprocessing | Sequence[str | Preprocessing] | None = None,
    *,
    listing: str | os.PathLike[str] | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
    resume: bool = True,
    keep: bool = False,
    on_progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Ask a model what labelled photos show.

    Answers are kept on disk as they come: an evaluation that was stopped goes on from there when it is asked for again.

    Args:
        model: A loaded model, or the name or path of one.
        folder: Where the photos lie, a path or an address; see `squeezeviz.dataset.find_photos`.
        preprocessings: One or several, by name or of your own; the model's own by default.
        listing: The list that labels them, if they don't lie in a folder a class.
        scheduler: Who does the work: None for the threads of this process, ``"local"`` for processes of this machine,
            or the address of a Dask scheduler such as ``"tcp://host:8786"`` (extra ``cluster``).
        workers: How many photos are under way at once; as many as there are processors by default. Of a scheduler
            elsewhere, how many workers to wait for.
        resume: Whether to go on from where an earlier run was stopped.
        keep: Whether to leave answers on disk at the end: call the evaluation's `forget` when it is safe.
        on_progress: Called with (done, all) as photos are done.

    Raises:
        DatasetError: The folder or the list cannot be used, none of the photos can be read, workers is less than 1,
            answers cannot be kept, another process asks the same, or the scheduler cannot be reached.
        ModelError: The model cannot be loaded or run.
        PreprocessingError: A preset is unknown, two have one name, or one does not suit the model.
    """
    model = loaded(model)
    hows = tuple(each_with_a_name(model, preprocessings or model.preprocessing))
    study, laid = Scores(hows), find_labelled(folder, model.labels, listing=listing)
    photos = laid.photos
    kept = kept_folder(study, model, real_place(folder), "" if listing is None else real_place(listing))

    def tell(progress: Progress) -> None:
        if on_progress:
            on_progress(progress.done, progress.all)

    found = survey(
        study, model, photos,
        scheduler=scheduler, workers=workers, kept=kept, keep=True, resume=resume, on_progress=tell,
    )  # fmt: skip
    if not found.photos:
        raise DatasetError(f"{folder}: none of the {len(photos):,} photos can be read: {found.troubles[0].message}")
    made = Evaluation(
        model.name, readable_name(str(folder)), hows, model.labels, _rows(photos, found), found.seconds,
        found.duplicates, laid.troubles, found,
    )  # fmt: skip
    if not keep:
        made.forget()
    return made


def _rows(photos: Sequence[Photo], found: Survey[Answers]) -> tuple[Row, ...]:
    """Return a row a photo: its answers, or why there are none."""
    errors = {trouble.name: trouble.message for trouble in found.troubles}
    return tuple(
        Row(photo.name, photo.class_index or 0, found.part.get(photo.name, ()), errors.get(photo.name, ""))
        for photo in photos
    )
