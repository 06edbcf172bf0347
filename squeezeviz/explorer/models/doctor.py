"""Preprocessings tried on photos, for a page to show: on its own photos, or on a folder of the kernel's machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.dataset.identity import content_digest
from squeezeviz.errors import DatasetError, ImageError, SqueezeVizError
from squeezeviz.explorer import incoming, protocol
from squeezeviz.explorer.long_work import Task
from squeezeviz.explorer.visitors import are_visitors
from squeezeviz.explorer.watched import Stopped, watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from threading import Event

    from squeezeviz.dataset.diagnosis.crops import Opened
    from squeezeviz.dataset.photos import Photo
    from squeezeviz.explorer.answering import Answering
    from squeezeviz.explorer.kept import Kept
    from squeezeviz.explorer.protocol.feeding import ChoiceFound, DiagnosisFound, Ranked
    from squeezeviz.explorer.watched import OnProgress
    from squeezeviz.results.diagnosis import Diagnosis, Signs, Standing, UnlabelledDiagnosis

    Found = Diagnosis | UnlabelledDiagnosis
    Work = Callable[[OnProgress], Found]

__all__ = ["diagnosis"]


def diagnosis(state: Answering, asked: protocol.DiagnoseRequest) -> Task:
    """Return what a page asks for.

    Raises:
        DatasetError: There are no photos.
        ImageError: One is not here any more.
        SqueezeVizError: A folder is asked for by a visitor, or photos and classes do not belong together.
    """
    model = state.model
    work, basis = _of_folder(state, asked) if asked.folder else _of_page(state, asked)

    def steps(cancel: Event) -> Iterator[Found]:
        def tell_progress(done: int, total: int) -> None:
            state.say(_message(asked.id, model.name, done, total))

        try:
            yield work(watched(cancel, tell_progress))
        except Stopped:
            return

    def tell(found: Found) -> protocol.DiagnosisMessage:
        return _message(asked.id, model.name, found=found)

    return Task("diagnosis", "the photos", (model, *basis), steps, tell)


def _of_folder(state: Answering, asked: protocol.DiagnoseRequest) -> tuple[Work, tuple[object, ...]]:
    if are_visitors():
        raise SqueezeVizError("folders of the server are not read for visitors of an app; add photos to the page")

    def work(on_progress: Callable[[int, int], None]) -> Found:
        from squeezeviz.dataset.diagnosis import diagnose_preprocessing  # noqa: PLC0415 - only when it is asked for

        return diagnose_preprocessing(model, asked.folder, asked.labels or None, on_progress=on_progress)

    model = state.model
    return work, (object(),)  # a folder may be another one the next time


def _of_page(state: Answering, asked: protocol.DiagnoseRequest) -> tuple[Work, tuple[object, ...]]:
    model = state.model
    if not asked.photos:
        raise DatasetError("there is no photo on this page to try preprocessings on; add some dozens")
    if asked.classes and len(asked.classes) != len(asked.photos):
        raise SqueezeVizError(
            f"classes: expected one for each of {len(asked.photos)} photos, the page sent {len(asked.classes)}; reload "
            "the page and try it again"
        )
    pictures = {photo_id: _picture(state, photo_id) for photo_id in asked.photos}
    classes = {
        photo_id: incoming.below("classes", index, len(model.labels))
        for photo_id, index in zip(asked.photos, asked.classes or (), strict=False)
    }

    def opened(photo: Photo) -> Opened:
        picture = pictures[photo.place]
        image = picture.read()
        return content_digest(picture.file or image.picture.tobytes()), image

    def work(on_progress: Callable[[int, int], None]) -> Found:
        from squeezeviz.dataset.diagnosis.diagnose import diagnose_photos  # noqa: PLC0415 - as above
        from squeezeviz.dataset.photos import Photo  # noqa: PLC0415 - as above

        photos = [Photo(each.name, photo_id, classes.get(photo_id)) for photo_id, each in pictures.items()]
        return diagnose_photos(model, photos, opened=opened, on_progress=on_progress)

    return work, (*pictures.values(), *(classes.get(photo_id) for photo_id in pictures))


def _picture(state: Answering, photo_id: str) -> Kept:
    photo = state.find(photo_id)
    if photo is None:
        raise ImageError("one of the photos is not here any more; try it again without it")
    return photo.kept


def _message(
    request: str, model: str, done: int = 1, total: int = 1, found: Found | None = None
) -> protocol.DiagnosisMessage:
    said = None if found is None else _found(found)
    return protocol.DiagnosisMessage(
        id=request, model=model, done=done, total=total, is_whole=found is not None, found=said
    )


def _found(made: Found) -> DiagnosisFound:
    return protocol.DiagnosisFound(
        made.is_labelled, made.photos, made.tried, made.verdict,
        tuple(_ranked(each, made) for each in made.ranking), _choices(made), made.left_out, made.seconds,
    )  # fmt: skip


def _choices(made: Found) -> tuple[ChoiceFound, ...]:
    from squeezeviz.results.diagnosis import Diagnosis  # noqa: PLC0415 - as above

    if not isinstance(made, Diagnosis):
        return ()
    return tuple(
        protocol.ChoiceFound(each.choice, each.tests[0].taken, each.told_apart, each.open) for each in made.by_choice
    )


def _ranked(each: Standing | Signs, made: Found) -> Ranked:
    from squeezeviz.results.diagnosis import Standing  # noqa: PLC0415 - as above

    how = each.preprocessing
    is_in_use, is_habit = each == made.in_use, each == made.habit
    if isinstance(each, Standing):
        marks = {"hits": each.hits, "top1": each.top1, "interval": each.top1_interval, "p": each.p_value}
    else:
        marks = {"confidence": each.confidence, "entropy": each.entropy, "agreement": each.agreement}
    return protocol.Ranked(
        preset=how.name,
        words=how.describe(),
        preprocessing=how.to_dict(),
        is_in_use=is_in_use,
        is_habit=is_habit,
        **marks,  # type: ignore[arg-type]  # the one kind or the other
    )
