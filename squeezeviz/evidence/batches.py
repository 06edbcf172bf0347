"""Many runs of a network, side by side: results in order, as they come, until somebody has seen enough."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from threading import Event

__all__ = ["side_by_side"]


def side_by_side(
    work: Callable[[Sequence[_Item]], _Result],
    items: Sequence[_Item],
    *,
    size: int,
    threads: int,
    cancel: Event | None = None,
) -> Iterator[tuple[Sequence[_Item], _Result]]:
    """Yield each batch with what the work makes of it, in order.

    Each batch runs on one thread: that scales better than many threads to a run, whose parts are too small to share,
    and bears other programs beside it.

    Args:
        work: What to do with a batch; ONNX Runtime lets go of Python's lock meanwhile.
        items: All of them.
        size: Of a batch.
        threads: How many batches run at once.
        cancel: Once it is set, no further batch is begun, and none yielded. Closing the generator does the same.
    """
    batches = (items[start : start + size] for start in range(0, len(items), size))
    pool = ThreadPoolExecutor(threads, "squeezeviz-batches")
    running: deque[tuple[Sequence[_Item], Future[_Result]]] = deque()
    try:
        running.extend((batch, pool.submit(work, batch)) for batch in islice(batches, threads + 1))
        while running and not (cancel and cancel.is_set()):
            batch, future = running.popleft()
            result = future.result()
            running.extend((later, pool.submit(work, later)) for later in islice(batches, 1))
            if cancel and cancel.is_set():
                break
            yield batch, result
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
