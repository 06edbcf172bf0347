"""Two models on one photo, or on many: the same question, answered layer by layer or photo by photo."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Any

from squeezeviz.arguments import check_number
from squeezeviz.dataset.find import as_list, find
from squeezeviz.dataset.paired_evaluation import EvaluatedModel, PairedEvaluation, PairedPhoto
from squeezeviz.dataset.paired_scores import PairedScores
from squeezeviz.dataset.places import is_address
from squeezeviz.dataset.survey import survey
from squeezeviz.errors import DatasetError, LabelError
from squeezeviz.evidence.model_comparison import compare_on_photo
from squeezeviz.files import expanded, readable_name
from squeezeviz.results.model_comparison import TOLERANCE, ModelComparison
from squeezeviz.results.shared_classes import shared_classes
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from squeezeviz.dataset.photos import Photo
    from squeezeviz.dataset.survey import Progress, Survey
    from squeezeviz.image import ImageSource
    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = ["compare_models", "is_data_set"]


def compare_models(
    a: ModelSource,
    b: ModelSource,
    photos: ImageSource | Sequence[str | os.PathLike[str]],
    labels: str | os.PathLike[str] | None = None,
    *,
    tolerance: float = TOLERANCE,
    scheduler: str | None = None,
    workers: int | None = None,
    resume: bool = True,
    on_progress: Callable[[int, int], None] | None = None,
) -> ModelComparison | PairedEvaluation:
    """Compare two models on one photo, layer by layer, or on many photos, answer by answer.

    Each model gets its own preprocessing. Of one photo: both answers; the layers of both that stand for each other, and
    how far their maps are apart; and the first of these that diverges, which is the first pair, in the first model's
    order, whose shapes differ or whose maps differ by more than `tolerance` (‖b − a‖ / ‖a‖). Where the inputs differ
    already, since the models are fed in different ways, the result says so.

    Layers are matched by name first: those that are called the same, and have the same operator or the same shape of
    output. Of those that are left, by form: the same operator and shape, in the same order in both. Channel 3 of one
    architecture has nothing to do with channel 3 of another: there the numbers say that, and no more.

    Of many photos: who is right where the other is wrong, with McNemar's exact test (McNemar 1947) and 95 % intervals
    (Wilson 1927), and the photos on which they part. Each photo is decoded once. Without labels, how often they agree.

    Args:
        a: A loaded model, or the name or path of one.
        b: Another, which is compared with it.
        photos: One photo, anything `read_image` takes; or a folder of photos, or several folders and photos in a list:
            paths or addresses. Those in a subfolder named after a class, or on a list in the folder, such as
            ``labels.tsv``, are labelled, with the classes of the first model.
        labels: A list of ``file label`` lines, or a table with a header (CSV or TSV), that labels the photos of one
            folder, as `evaluate` takes it.
        tolerance: Of one photo: beyond which relative difference maps count as different.
        scheduler: Of many: who does the work, as of `evaluate`.
        workers: Of many: how many photos are under way at once; one a processor by default.
        resume: Of many: whether to go on from where an earlier run was stopped.
        on_progress: Of many: called with (done, all) as photos are done.

    Returns:
        `ModelComparison` of one photo, `PairedEvaluation` of many; where some are labelled, of those alone.

    Raises:
        ImageError: The one photo cannot be read.
        DatasetError: There are no photos, none can be answered, or the list cannot be used.
        LabelError: Of many photos: no class of one model is known to be a class of the other.
        ModelError: A model cannot be loaded or run.
        PreprocessingError: A photo is too small for a preprocessing.
        ValueError: The tolerance is no number of at least 0.
    """
    check_number("tolerance", tolerance, "a number of at least 0", ValueError, least=0, most=math.inf)
    first, second = loaded(a), loaded(b)
    if not is_data_set(photos, labels):
        return compare_on_photo(first, second, photos, tolerance=tolerance)  # type: ignore[arg-type]  # one, as just seen
    return _evaluated(
        first, second, photos, labels,  # type: ignore[arg-type]  # paths, as just seen
        scheduler=scheduler, workers=workers, resume=resume, on_progress=on_progress,
    )  # fmt: skip


def is_data_set(photos: object, labels: object = None) -> bool:
    """Say whether photos are a data set: labelled by a list, several, a folder, or at an address."""
    if labels is not None or isinstance(photos, (list, tuple)):
        return True
    if not isinstance(photos, (str, os.PathLike)):
        return False
    place = os.fsdecode(photos)
    try:
        return is_address(place) or os.path.isdir(expanded(place))  # noqa: PTH112 - takes whatever was typed
    except (OSError, ValueError):  # no user is called that: whoever reads it says so
        return False


def _evaluated(
    a: Model,
    b: Model,
    photos: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    labels: str | os.PathLike[str] | None,
    *,
    on_progress: Callable[[int, int], None] | None,
    **how_asked: Any,  # noqa: ANN401 - the survey's own
) -> PairedEvaluation:
    classes = shared_classes(a.labels, b.labels)
    if not len(classes):
        raise LabelError(
            f"{a.name} and {b.name}: expected classes that both have; {classes.words}. Load them with labels="
        )
    laid = find(photos, a.labels, listing=labels)
    labelled = [photo for photo in laid.photos if photo.class_index is not None]
    asked = labelled or list(laid.photos)
    left_out = [trouble.message for trouble in laid.troubles]
    if len(asked) < len(laid.photos):
        left_out.append(f"{len(laid.photos) - len(asked):,} photos without a label")

    def tell(progress: Progress) -> None:
        if on_progress:
            on_progress(progress.done, progress.all)

    models = tuple(EvaluatedModel(each.name, each.sha256, each.resolve(None), each.labels) for each in (a, b))
    study = PairedScores(b, (models[0].preprocessing, models[1].preprocessing), classes.counterparts)
    found = survey(study, a, asked, on_progress=tell, **how_asked)
    where = ", ".join(readable_name(os.fsdecode(each)) for each in as_list(photos))
    if not found.photos:
        raise DatasetError(f"{where}: none of the {len(asked):,} photos can be answered: {found.troubles[0].message}")
    return PairedEvaluation(
        models[0], models[1], where, classes, _photos(asked, found), found.seconds, found.duplicates, tuple(left_out)
    )


def _photos(photos: Sequence[Photo], found: Survey[Any]) -> tuple[PairedPhoto, ...]:
    """Return one each: both answers, or why there are none."""
    errors = {trouble.name: trouble.message for trouble in found.troubles}
    return tuple(
        PairedPhoto(photo.name, photo.class_index, found.part.get(photo.name, ()), errors.get(photo.name, ""))
        for photo in photos
    )
