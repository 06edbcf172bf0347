"""Asking a few photos, one after another, while the next ones are being read; or a few names, with nothing to read.

Threads and workers elsewhere do this.
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic

from squeezeviz.dataset.identity import content_digest
from squeezeviz.dataset.photos import Photo, Trouble
from squeezeviz.dataset.places import read_bytes
from squeezeviz.dataset.study import FinishingStudy, NameStudy, Part, PhotoStudy, Study, finished
from squeezeviz.errors import DatasetError, ImageError, LabelError, LayerError, PreprocessingError
from squeezeviz.image import read_image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor, Future

    from squeezeviz.runtime.model import Model

__all__ = ["STAGES", "Answered", "ask"]

#: What a photo costs, in this order.
STAGES = ("read", "decode", "ask", "store")

_AHEAD = 4  # photos that are being read while one is asked
# Of one photo. Whatever else goes wrong, such as a model that cannot run or a full disk, goes wrong with the next too.
_OF_ONE_PHOTO = (ImageError, PreprocessingError, LabelError)


@dataclass
class Answered(Generic[Part]):
    """What came of asking a few photos.

    Attributes:
        part: Their answer.
        photos: Those that are in it, as they were when they were read.
        digests: Of their bytes, hexadecimal, in the same order: equal ones are the same photo twice.
        troubles: What was the matter with the others.
        costs: Seconds by stage, added up.
    """

    part: Part
    photos: list[Photo] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    costs: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))


def ask(
    study: Study[Part],
    model: Model,
    photos: Sequence[Photo],
    *,
    readers: Executor,
    is_stopped: Callable[[], bool] = lambda: False,
    on_photo: Callable[[], None] = lambda: None,
) -> Answered[Part]:
    """Ask photos, or names, one after another.

    Args:
        study: What is asked.
        model: Who is asked, on one thread.
        photos: Read a few ahead.
        readers: Threads that read.
        is_stopped: Says after each photo whether to leave it at that; what was asked until then is in the answer.
        on_photo: Called after each photo.
    """
    if isinstance(study, NameStudy):
        return _made(study, model, photos, is_stopped, on_photo)
    if not isinstance(study, PhotoStudy):
        raise DatasetError(f"{type(study).__name__}: expected a study that looks at photos, or is asked about names")
    made = Answered(study.empty())
    for photo, reading in _reading_ahead(photos, readers):
        try:
            content, digest, seconds = reading.result()
            made.costs["read"] += seconds
            start = time.perf_counter()
            image = read_image(content, name=photo.name)
            decoded = time.perf_counter()
            made.costs["decode"] += decoded - start
            seen = study.look(model, image, photo.name, photo.class_index)
            made.part = study.merge(made.part, seen)
            made.costs["ask"] += time.perf_counter() - decoded
        except _OF_ONE_PHOTO as exc:
            made.troubles.append(Trouble(photo.name, str(exc)))
        else:
            made.photos.append(photo)
            made.digests.append(digest)
        on_photo()
        if is_stopped():
            break
    return _finished(study, made, photos)


def _made(
    study: NameStudy[Part],
    model: Model,
    names: Sequence[Photo],
    is_stopped: Callable[[], bool],
    on_name: Callable[[], None],
) -> Answered[Part]:
    made = Answered(study.empty())
    for each in names:
        start = time.perf_counter()
        try:
            answer = study.make(model, each.name, is_stopped)
        except LayerError as exc:
            made.troubles.append(Trouble(each.name, str(exc)))
        else:
            if answer is None:
                break
            made.part = study.merge(made.part, answer)
            made.photos.append(each)
            made.digests.append(content_digest(each.name.encode("utf-8", "surrogatepass")))
        made.costs["ask"] += time.perf_counter() - start
        on_name()
        if is_stopped():
            break
    return made


def _finished(study: Study[Part], made: Answered[Part], photos: Sequence[Photo]) -> Answered[Part]:
    """Return what goes on of a chunk: all of it; of a part of one nothing, where the study finishes whole ones."""
    if len(made.photos) + len(made.troubles) == len(photos):
        start = time.perf_counter()
        made.part = finished(study, made.part, [photo.name for photo in photos])
        made.costs["store"] += time.perf_counter() - start
    elif isinstance(study, FinishingStudy):
        return Answered(study.empty(), costs=made.costs)
    return made


def _reading_ahead(
    photos: Sequence[Photo], readers: Executor
) -> Iterator[tuple[Photo, Future[tuple[bytes, str, float]]]]:
    due, waiting = iter(photos), deque[tuple[Photo, "Future[tuple[bytes, str, float]]"]]()
    try:
        while True:
            for photo in itertools.islice(due, _AHEAD - len(waiting)):
                stamped = photo.stamped()  # before it is read: what changes meanwhile is asked anew next time
                waiting.append((stamped, readers.submit(_read, stamped)))
            if not waiting:
                return
            yield waiting.popleft()
    finally:
        for _, reading in waiting:
            reading.cancel()


def _read(photo: Photo) -> tuple[bytes, str, float]:
    start = time.perf_counter()
    content = read_bytes(photo.place, photo.name)
    return content, content_digest(content), time.perf_counter() - start
