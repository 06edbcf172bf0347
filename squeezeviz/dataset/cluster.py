"""A survey on many machines, through Dask. Only this file and `scheduler` know Dask; imported when it is asked for.

Chunks are the tasks. With each goes a ticket that names the model by its content; the model itself goes only to workers
that cannot find it in their own look-up or cache, once to each, when they say so: workers that join later get it the
same way. Photos are read where they lie. What a dead worker was at is done by another: that is Dask's part. What has
arrived is kept here, in the same files as on one machine.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import threading
import time
from collections import deque
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Generic

from squeezeviz.dataset.asking import Answered, ask
from squeezeviz.dataset.photos import Photo, Trouble
from squeezeviz.dataset.places import is_address
from squeezeviz.dataset.products import one_thread_for_good
from squeezeviz.dataset.scheduler import connected
from squeezeviz.dataset.study import Part, Study
from squeezeviz.errors import DatasetError, ModelError, SqueezeVizError
from squeezeviz.files import write_whole
from squeezeviz.results.provenance import Provenance
from squeezeviz.runtime.loading import load_content
from squeezeviz.runtime.model import Model
from squeezeviz.zoo import REGISTRY, locate
from squeezeviz.zoo.download import cache_folder

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from squeezeviz.dataset.kept import Kept
    from squeezeviz.runtime.chosen import Chosen

__all__ = ["asked_by_workers"]

_WORKERS_S = 30.0  # to wait for new workers when all have gone
_TICK_S = 1.0
_LEAVE_S = 2.0  # to wait for what is under way when everything is stopped
_UNDER_WAY = 3  # chunks a thread of all workers: enough that none waits for us
_READERS = 4
_DEATHS = 2  # of as many workers as Dask tries, before a photo is given up
_ONE_LACK_S, _SERVINGS = 5.0, 4  # a worker that was sent the model has it, unless it was started anew


@contextmanager
def asked_by_workers(
    study: Study[Part],
    model: Model,
    chunks: Sequence[Sequence[Photo]],
    store: Kept,
    *,
    scheduler: str,
    workers: int | None,
) -> Generator[Iterator[Answered[Part] | int]]:
    """Give answers as they come, kept already.

    Raises:
        DatasetError: Dask is missing, the scheduler or its workers cannot be reached, or they run other versions.
    """
    with connected(scheduler, workers) as client:
        crew = _Crew(client, study, model, chunks, store)
        crew.greet()
        try:
            yield crew.answers()
        finally:
            crew.leave()


# Here -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Ticket:
    """What a worker has to have and to be to take part; travels with every chunk.

    Attributes:
        name: Of the model.
        sha256: Of its weights file.
        digest: SHA-256 of its ONNX form: that is what has to be the same.
        chosen: The size of its input and its output, where somebody has chosen them.
        versions: Of what the numbers depend on.
        root: The folder that all photos on disk lie in; empty where all lie at addresses.
    """

    name: str
    sha256: str
    digest: str
    chosen: Chosen
    versions: tuple[tuple[str, str], ...]
    root: str


@dataclass(frozen=True)
class _Sent:
    """A chunk's answer on its way: its part as bytes."""

    answer: Answered[None]
    content: bytes


@dataclass(frozen=True)
class _Lacking:
    """A worker says that it has no such model.

    Attributes:
        worker: Its address.
    """

    worker: str


class _Crew(Generic[Part]):
    """The workers, as seen from here."""

    def __init__(
        self,
        client: Any,  # noqa: ANN401 - Dask ships no types
        study: Study[Part],
        model: Model,
        chunks: Sequence[Sequence[Photo]],
        store: Kept,
    ) -> None:
        self._client, self._study, self._store = client, study, store
        self._content = model.content
        self._due = deque(tuple(photo.anywhere() for photo in chunk) for chunk in chunks)
        self._ticket = _Ticket(
            model.name,
            model.sha256,
            hashlib.sha256(model.content).hexdigest(),
            model.chosen,
            _versions(),
            _root([photo.place for chunk in self._due for photo in chunk]),
        )
        self._ready: SimpleQueue[Any] = SimpleQueue()
        self._under_way: dict[str, tuple[Any, tuple[Photo, ...]]] = {}
        self._deaths: dict[tuple[Photo, ...], int] = {}
        self._served: dict[str, list[float]] = {}
        self._most, self._looked, self._seen = 4, 0.0, time.monotonic()

    def greet(self) -> None:
        """Check every worker that is there, and send the model to those that lack it.

        Raises:
            DatasetError: One runs other versions, or cannot see the photos.
        """
        answers = self._client.run(_introduce, self._ticket, on_error="return")
        for worker, answer in sorted(answers.items()):
            if isinstance(answer, SqueezeVizError):
                raise DatasetError(f"{worker}: {answer}") from answer
            if isinstance(answer, BaseException):
                raise DatasetError(
                    f"{worker}: this worker cannot take part ({type(answer).__name__}: {answer}). "
                    "squeezeviz has to be installed there as it is here"
                ) from answer
            if not answer:
                self._serve(worker)

    def answers(self) -> Iterator[Answered[Part] | int]:
        """Yield answers as they come."""
        while self._due or self._under_way:
            self._look_round()
            while self._due and len(self._under_way) < self._most:
                self._submit(self._due.popleft())
            with suppress(Empty):
                answer = self._received(self._ready.get(timeout=_TICK_S))
                if answer is not None:
                    yield answer

    def leave(self) -> None:
        """Keep what is ready, wait a moment for what is under way, and drop the rest."""
        deadline = time.monotonic() + _LEAVE_S
        while self._under_way and self._client.status == "running" and time.monotonic() < deadline:
            with suppress(Empty, Exception):  # whatever went wrong before is what is told
                self._received(self._ready.get(timeout=max(0.01, deadline - time.monotonic())))
        if self._client.status == "running":
            self._client.cancel([future for future, _ in self._under_way.values()], force=True)

    def _submit(self, chunk: tuple[Photo, ...]) -> None:
        future = self._client.submit(_ask_here, self._ticket, self._study, chunk, pure=False)
        self._under_way[future.key] = future, chunk
        future.add_done_callback(self._ready.put)

    def _received(self, future: Any) -> Answered[Part] | None:  # noqa: ANN401
        """Take one finished chunk: keep its answer, or see to it that there will be one."""
        if future.key not in self._under_way:
            return None
        try:
            failure = future.exception(timeout=0) if future.status == "error" else None
            sent: Any = None if failure else future.result(timeout=_WORKERS_S)
        except TimeoutError:  # its worker has died since, and another does it anew
            future.add_done_callback(self._ready.put)
            return None
        except (asyncio.CancelledError, CancelledError) as exc:  # Dask has raised either
            raise DatasetError(
                "the scheduler is gone; what has arrived is kept, and the same command goes on from there"
            ) from exc
        except Exception as exc:  # it was pickled by other code than ours, or by other versions of what we both use
            raise DatasetError(
                f"what a worker sent cannot be read ({type(exc).__name__}: {exc}); install the same there as here"
            ) from exc
        _, chunk = self._under_way.pop(future.key)
        if failure is not None:
            return self._after(failure, chunk)
        if isinstance(sent, _Lacking):
            self._serve(sent.worker)
            self._due.appendleft(chunk)
            return None
        start = time.perf_counter()
        answer = sent.answer
        if answer.photos:
            self._store.keep(answer.photos, answer.digests, sent.content)
        part = self._study.load(sent.content)
        answer.costs["store"] += time.perf_counter() - start
        return Answered(part, answer.photos, answer.digests, answer.troubles, answer.costs)

    def _after(self, exc: Exception, chunk: tuple[Photo, ...]) -> Answered[Part] | None:
        """Do what is to be done when a task failed: a photo that kills whoever reads it is found by halving."""
        if isinstance(exc, SqueezeVizError):
            raise exc
        if type(exc).__name__ != "KilledWorker":
            raise DatasetError(f"a worker failed ({type(exc).__name__}: {exc}); what has arrived is kept") from exc
        half = len(chunk) // 2
        self._deaths[chunk] = self._deaths.get(chunk, 0) + 1
        if (
            half or self._deaths[chunk] < _DEATHS
        ):  # those that wait at a worker that dies are blamed with the one it was at
            self._due.extendleft([chunk[:half], chunk[half:]] if half else [chunk])
            return None
        trouble = Trouble(chunk[0].name, f"{chunk[0].name}: every worker that was asked about it has died")
        return Answered(self._study.empty(), troubles=[trouble])

    def _serve(self, worker: str) -> None:
        """Send the model to one worker; to many chunks that say so at once, once.

        Raises:
            DatasetError: It says again and again that it lacks the model.
        """
        times = self._served.setdefault(worker, [])
        if times and time.monotonic() - times[-1] < _ONE_LACK_S:
            return
        if len(times) >= _SERVINGS:
            raise DatasetError(f"{worker}: this worker cannot hold the model; it was sent {len(times)} times")
        with suppress(OSError):  # it may be dead by now; then another is asked, and says so if it lacks the model
            self._client.run(_install, self._ticket, self._content, workers=[worker])
        times.append(time.monotonic())

    def _look_round(self) -> None:
        """See how many workers there are.

        Raises:
            DatasetError: None for a long while, or the scheduler is gone.
        """
        now = time.monotonic()
        if now - self._looked < _TICK_S:
            return
        self._looked = now
        threads = 0
        if self._client.status == "running":
            with suppress(OSError, TimeoutError):
                threads = sum(self._client.nthreads().values())
        if threads:
            self._most, self._seen = max(4, threads * _UNDER_WAY), now
        elif now - self._seen > _WORKERS_S:
            raise DatasetError(
                f"no workers are left, and none has come for {_WORKERS_S:.0f} s; what has arrived is kept, and the "
                "same command goes on from there"
            )


def _versions() -> tuple[tuple[str, str], ...]:
    return tuple(Provenance("", "", None).versions.items())


def _root(places: Sequence[str]) -> str:
    local = [os.path.dirname(place) for place in places if not is_address(place)]  # noqa: PTH120 - a million of them
    with suppress(ValueError):  # on several drives
        return os.path.commonpath(local) if local else ""
    return ""


# There ------------------------------------------------------------------------------------------------------------

_models: dict[tuple[str, Chosen], Model] = {}  # by digest and choice, in each worker's process
_lock = threading.Lock()


def _introduce(ticket: _Ticket) -> bool:
    """Check that this worker can take part; say whether it has the model.

    Raises:
        DatasetError: It runs other versions, or cannot see the photos.
    """
    ours = dict(_versions())
    differing = [
        f"{name} {ours.get(name)} instead of {asked}" for name, asked in ticket.versions if ours.get(name) != asked
    ]
    if differing:
        raise DatasetError(
            f"this worker runs other versions than who asks: {', '.join(differing)}. The numbers would differ; install "
            "the same in both"
        )
    if ticket.root and not Path(ticket.root).is_dir():
        raise DatasetError(
            f"this worker sees no folder {ticket.root}. Photos have to lie where every worker reads them: on a shared "
            "disk under the same path, or at an address (s3://…, http://…)"
        )
    return (ticket.digest, ticket.chosen) in _models or _content(ticket) is not None


def _install(ticket: _Ticket, content: bytes) -> None:
    """Take a model that was sent; keep it in this machine's cache, so that it need not be sent again."""
    with suppress(OSError):  # a worker without a writable disk holds it in memory
        write_whole(_cached(ticket), content)
    with _lock:
        _models.setdefault((ticket.digest, ticket.chosen), _loaded(ticket, content))


def _ask_here(ticket: _Ticket, study: Study[Any], photos: tuple[Photo, ...]) -> _Sent | _Lacking:
    """Ask a chunk, in a worker."""
    one_thread_for_good()
    model = _model(ticket)
    if model is None:
        return _Lacking(_address())
    answer = ask(study, model, photos, readers=_readers())
    start = time.perf_counter()
    content = study.dump(answer.part)
    answer.costs["store"] += time.perf_counter() - start
    return _Sent(replace(answer, part=None), content)


def _model(ticket: _Ticket) -> Model | None:
    """Return this process's model, made once: of what this machine has, if it has it."""
    with _lock:
        if (ticket.digest, ticket.chosen) not in _models:
            try:
                _introduce(ticket)  # it may have come after the others were greeted
            except DatasetError as exc:
                raise DatasetError(f"{_address()}: {exc}") from exc
            content = _content(ticket)
            if content is None:
                return None
            _models[ticket.digest, ticket.chosen] = _loaded(ticket, content)
        return _models[ticket.digest, ticket.chosen]


def _content(ticket: _Ticket) -> bytes | None:
    """Return the model from this machine's cache or look-up, if it is the very same."""
    with suppress(OSError):
        content = _cached(ticket).read_bytes()
        if hashlib.sha256(content).hexdigest() == ticket.digest:
            return content
    with suppress(ModelError, OSError):
        if ticket.name in REGISTRY and locate(ticket.name) is not None:
            _, content = load_content(ticket.name)
            if hashlib.sha256(content).hexdigest() == ticket.digest:
                return content
    return None


def _cached(ticket: _Ticket) -> Path:
    return cache_folder() / "arrived" / f"{ticket.digest}.onnx"


def _loaded(ticket: _Ticket, content: bytes) -> Model:
    return Model(
        content,
        name=ticket.name,
        sha256=ticket.sha256,
        threads=1,
        entry=REGISTRY.get(ticket.name),
        chosen=ticket.chosen,
    )


@cache
def _readers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_READERS, thread_name_prefix="squeezeviz-read")


def _address() -> str:
    """Return the address of the worker that runs this task."""
    from distributed import get_worker  # noqa: PLC0415 - an extra

    return str(get_worker().address)
