"""A survey on one machine: each chunk is read, decoded, preprocessed, asked and kept by one thread.

Nothing waits for anything but its own next photo: on two cores that is faster than batches whose every layer is split
between both, and the model runs in ONNX Runtime's own code, where Python's lock is free for the others.
"""

from __future__ import annotations

import itertools
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Generic

from squeezeviz.dataset.asking import Answered, ask
from squeezeviz.dataset.products import one_thread_each
from squeezeviz.dataset.study import Part, Study
from squeezeviz.runtime.sessions import available_threads

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from squeezeviz.dataset.kept import Kept
    from squeezeviz.dataset.photos import Photo
    from squeezeviz.runtime.model import Model

__all__ = ["asked_by_threads"]

_UNDER_WAY = 2  # chunks a thread: one is asked, one waits
_READERS = 2  # threads that read ahead, for each that asks
_TICK_S = 0.5  # a chunk may take longer than people wait for a sign of life


@contextmanager
def asked_by_threads(
    study: Study[Part], model: Model, chunks: Sequence[Sequence[Photo]], store: Kept, *, workers: int | None
) -> Generator[Iterator[Answered[Part] | int]]:
    """Give answers as they are ready, kept already; between them, how many photos of unfinished chunks are done.

    Left early, for whatever reason, each thread finishes its photo, and keeps what it has.
    """
    crew: _Crew[Part] = _Crew(study, model, store)
    count = min(workers or available_threads(), len(chunks))
    with (
        one_thread_each(),
        ThreadPoolExecutor(count * _READERS, thread_name_prefix="squeezeviz-read") as crew.readers,
        ThreadPoolExecutor(count, thread_name_prefix="squeezeviz-ask") as pool,
    ):
        try:
            yield _answers(crew, pool, chunks, count * _UNDER_WAY)
        finally:
            crew.is_stopped.set()
            pool.shutdown(cancel_futures=True)


def _answers(
    crew: _Crew[Part], pool: ThreadPoolExecutor, chunks: Sequence[Sequence[Photo]], most: int
) -> Iterator[Answered[Part] | int]:
    ready: SimpleQueue[Future[Answered[Part]]] = SimpleQueue()
    due, under_way = iter(chunks), 0
    while True:
        for chunk in itertools.islice(due, most - under_way):
            pool.submit(crew.ask, chunk).add_done_callback(ready.put)
            under_way += 1
        if not under_way:
            return
        try:
            future = ready.get(timeout=_TICK_S)
        except Empty:
            yield crew.unfinished
            continue
        under_way -= 1
        yield future.result()


class _Crew(Generic[Part]):
    """What the threads share."""

    readers: ThreadPoolExecutor

    def __init__(self, study: Study[Part], model: Model, store: Kept) -> None:
        self._study, self._model, self._store = study, model, store
        self._lock = threading.Lock()
        self.is_stopped = threading.Event()
        self.unfinished = 0

    def ask(self, chunk: Sequence[Photo]) -> Answered[Part]:
        asked = 0

        def one_more() -> None:
            nonlocal asked
            with self._lock:
                asked += 1
                self.unfinished += 1

        try:
            answer = ask(
                self._study, self._model, chunk,
                readers=self.readers, is_stopped=self.is_stopped.is_set, on_photo=one_more,
            )  # fmt: skip
            start = time.perf_counter()
            if answer.photos:
                self._store.keep(answer.photos, answer.digests, self._study.dump(answer.part))
            answer.costs["store"] += time.perf_counter() - start
        finally:
            with self._lock:
                self.unfinished -= asked
        return answer
