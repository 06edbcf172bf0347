"""Asking every photo of a data set: on the threads of this machine, or on workers elsewhere.

Photos are sorted by name and cut into chunks. A chunk is asked as one piece of work, its answer kept in a file of its
own and merged; no more than a few are under way, so memory stays the same however many photos there are.
"""

from __future__ import annotations

import itertools
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import NoneType
from typing import TYPE_CHECKING, Any, Generic

from squeezeviz.arguments import check_whole, expect
from squeezeviz.dataset.asking import STAGES, Answered
from squeezeviz.dataset.identity import content_digest, fingerprint, model_key, real_place
from squeezeviz.dataset.kept import FORMAT, Kept
from squeezeviz.dataset.places import is_address, read_bytes
from squeezeviz.dataset.study import Part, Study
from squeezeviz.dataset.threads import asked_by_threads
from squeezeviz.errors import DatasetError, ImageError
from squeezeviz.zoo.download import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from pathlib import Path

    from squeezeviz.dataset.photos import Photo, Trouble
    from squeezeviz.runtime.model import Model

__all__ = ["Progress", "Survey", "kept_folder", "survey"]

_FEWEST_CHUNKS = 100  # of a small set, so that little is lost when it is stopped
_MOST_CHUNKS = 2_000  # of a large one: every chunk is a file with an answer in it
_USUAL_BATCH = 64
_FEWEST_ELSEWHERE = 8  # photos a chunk that is sent to a worker: sending one costs about as much as asking one


@dataclass(frozen=True)
class Progress:
    """How far a survey is.

    Attributes:
        done: Photos that are done, those that could not be answered and those of an earlier run included.
        all: Photos in all.
        rate: Photos a second, in this run; 0 as long as none is done.
        seconds_left: At that rate; None as long as there is none.
        troubles: Photos that could not be answered.
    """

    done: int
    all: int
    rate: float = 0.0
    seconds_left: float | None = None
    troubles: int = 0


@dataclass(frozen=True, eq=False)
class Survey(Generic[Part]):
    """What came of asking every photo.

    Attributes:
        part: The merged answer.
        photos: How many photos are in it.
        troubles: What was the matter with the others, by name.
        duplicates: Names of photos with the same bytes, a group each. They are in the answer.
        seconds: How long it took, in this run.
        costs: Seconds by stage (read, decode, ask, store), added up over all threads, in this run.
        resumed: How many photos were answered by an earlier run.
        damaged: How many kept files were damaged, and have been made anew.
    """

    part: Part
    photos: int
    troubles: tuple[Trouble, ...] = ()
    duplicates: tuple[tuple[str, ...], ...] = ()
    seconds: float = 0.0
    costs: dict[str, float] = field(default_factory=dict)
    resumed: int = 0
    damaged: int = 0
    _kept: Kept | None = field(default=None, repr=False)

    def forget(self) -> None:
        """Remove what was kept on disk: for those who asked to leave it there until their own result is safe."""
        if self._kept is not None:
            self._kept.forget()


def survey(
    study: Study[Part],
    model: Model,
    photos: Sequence[Photo],
    *,
    scheduler: str | None = None,
    workers: int | None = None,
    batch: int | None = None,
    kept: Path | Kept | None = None,
    keep: bool = False,
    resume: bool = True,
    on_progress: Callable[[Progress], None] | None = None,
) -> Survey[Part]:
    """Ask every photo, and merge the answers: the same result whatever the order, the batch and the workers.

    Answers are kept on disk as they come: what was stopped goes on from there when the same is asked for again. A photo
    that has changed since, or whose kept answer is damaged, is asked anew.

    Args:
        study: What is asked.
        model: The model to run, from `squeezeviz.load_model`.
        photos: Of distinct names; of two of one name the first counts.
        scheduler: None for threads of this process; ``"local"`` for processes of this machine, or the address of a Dask
            scheduler, such as ``"tcp://host:8786"``.
        workers: Photos under way at once, by default one a processor; of ``"local"``, processes; of a scheduler
            elsewhere, how many workers to wait for before it begins.
        batch: Photos a chunk; by default 64, fewer of small sets and more of very large ones.
        kept: Where answers are kept on the way; by default a folder of the user's cache that is named after the model,
            the question and where the photos lie. One process at a time asks with it.
        keep: Whether to leave them there at the end: call the survey's `forget` when its result is safe.
        resume: Whether to go on from where an earlier run was stopped.
        on_progress: Told at the beginning and as photos are done, on the thread that called.

    Raises:
        DatasetError: There are no photos, workers or batch is less than 1, answers cannot be kept, another process
            asks the same, or the scheduler cannot be reached.
        ModelError: The model cannot run.
    """
    start = time.perf_counter()
    expect(scheduler, (str, NoneType), "a scheduler: 'local', or an address such as tcp://host:8786", DatasetError)
    for name, number in (("workers", workers), ("batch", batch)):
        check_whole(name, 1 if number is None else number, error=DatasetError)
    by_name = {photo.name: photo for photo in reversed(photos)}
    if not by_name:
        raise DatasetError("there are no photos to ask")
    if not isinstance(kept, Kept):
        kept = Kept(kept or kept_folder(study, model, _root(by_name.values())))
    tally = _Tally(study, len(by_name), on_progress)
    with kept.alone():
        kept.open(resume=resume)
        _take_up(kept, study, by_name, tally)
        tally.tell()
        due = [by_name[name] for name in sorted(by_name) if name not in tally.names]
        fewest = 1 if scheduler is None else _FEWEST_ELSEWHERE
        with _asked(study, model, _chunks(due, batch, fewest), kept, scheduler=scheduler, workers=workers) as answers:
            for answer in answers:
                tally.take(answer)
    if not keep:
        kept.forget()
    return tally.result(time.perf_counter() - start, kept)


def kept_folder(study: Study[Any], model: Model, *places: str) -> Path:
    """Return where answers are kept on the way: named after all that they depend on besides the photos' bytes."""
    return cache_folder() / "surveys" / fingerprint([FORMAT, *model_key(model).values(), *study.key, *places])


def _root(photos: Iterable[Photo]) -> str:
    """Return what the places of all photos begin with."""
    places = sorted(photo.anywhere().place for photo in photos)
    shared = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(places[0], places[-1], strict=False))
    root = "".join(letter for letter, _ in shared).rpartition("/")[0]
    return root if is_address(places[0]) else real_place(root or "/")


def _chunks(photos: Sequence[Photo], batch: int | None, fewest: int) -> list[Sequence[Photo]]:
    if batch is None:
        count = len(photos)
        batch = max(fewest, min(_USUAL_BATCH, count // _FEWEST_CHUNKS), count // _MOST_CHUNKS)
    return [photos[start : start + batch] for start in range(0, len(photos), batch)]


@contextmanager
def _asked(
    study: Study[Part],
    model: Model,
    chunks: Sequence[Sequence[Photo]],
    store: Kept,
    *,
    scheduler: str | None,
    workers: int | None,
) -> Generator[Iterator[Answered[Part] | int]]:
    """Give answers as they come; whole ones are kept already. Between them, how many photos of others are done."""
    if not chunks:
        yield iter(())
    elif scheduler is None:
        with asked_by_threads(study, model, chunks, store, workers=workers) as answers:
            yield answers
    else:
        from squeezeviz.dataset.cluster import asked_by_workers  # noqa: PLC0415 - an extra

        with asked_by_workers(study, model, chunks, store, scheduler=scheduler, workers=workers) as answers:
            yield answers


def _take_up(store: Kept, study: Study[Part], by_name: dict[str, Photo], tally: _Tally[Part]) -> None:
    """Merge what an earlier run has kept, as far as it still holds."""
    for path, kept in store.parts():
        try:
            if kept is None:
                raise ValueError(path)  # noqa: TRY301 - as good as what the study refuses
            part = study.load(kept.content)
        except ValueError:
            tally.damaged += 1
            store.drop(path)
            continue
        here = [by_name.get(photo.name) for photo in kept.photos]
        if not all(
            now is not None and now.name not in tally.names and _is_the_same(now, then, digest)
            for now, then, digest in zip(here, kept.photos, kept.digests, strict=True)
        ):
            store.drop(path)
            continue
        tally.add(Answered(part, list(kept.photos), list(kept.digests)))
        tally.resumed += len(kept.photos)


def _is_the_same(now: Photo, then: Photo, digest: str) -> bool:
    """Say whether a photo is still what was asked: by all that its file system tells of it, else by its bytes."""
    if now.class_index != then.class_index:
        return False
    stamp = now.stamped().stamp
    if stamp and stamp == then.stamp:
        return True
    try:
        return content_digest(read_bytes(now.place, now.name)) == digest
    except (ImageError, DatasetError):
        return False


class _Tally(Generic[Part]):
    """What has been answered so far."""

    def __init__(self, study: Study[Part], count: int, on_progress: Callable[[Progress], None] | None) -> None:
        self._study, self._count, self._on_progress = study, count, on_progress
        self._part = study.empty()
        self._troubles: list[Trouble] = []
        self._names_of: dict[str, str | list[str]] = {}  # by digest; a list only where there are several
        self._costs = dict.fromkeys(STAGES, 0.0)
        self._start = time.perf_counter()
        self._told = -1
        self.names: set[str] = set()
        self.resumed = self.damaged = 0

    def add(self, answer: Answered[Part]) -> None:
        start = time.perf_counter()
        self._part = self._study.merge(self._part, answer.part)
        for photo, digest in zip(answer.photos, answer.digests, strict=True):
            self.names.add(photo.name)
            known = self._names_of.setdefault(digest, photo.name)
            if isinstance(known, list):
                known.append(photo.name)
            elif known != photo.name:
                self._names_of[digest] = [known, photo.name]
        self._troubles += answer.troubles
        for stage, seconds in answer.costs.items():
            self._costs[stage] += seconds
        self._costs["store"] += time.perf_counter() - start

    def take(self, answer: Answered[Part] | int) -> None:
        """Add an answer and tell how far it is; a number is that of photos whose answers are still to come."""
        if isinstance(answer, Answered):
            self.add(answer)
            self.tell()
        else:
            self.tell(answer)

    def tell(self, more: int = 0) -> None:
        """Tell how far it is, if that has changed; `more` photos are done whose answers are still to come."""
        done = len(self.names) + len(self._troubles) + more
        if self._on_progress is None or done <= self._told:
            return
        self._told = done
        seconds, here = time.perf_counter() - self._start, done - self.resumed
        rate = here / seconds if here and seconds else 0.0
        left = (self._count - done) / rate if rate else None
        self._on_progress(Progress(done, self._count, rate, left, len(self._troubles)))

    def result(self, seconds: float, store: Kept) -> Survey[Part]:
        groups = (tuple(sorted(names)) for names in self._names_of.values() if isinstance(names, list))
        return Survey(
            self._part,
            len(self.names),
            tuple(sorted(self._troubles, key=lambda trouble: trouble.name)),
            tuple(sorted(groups)),
            seconds,
            self._costs,
            self.resumed,
            self.damaged,
            store,
        )
