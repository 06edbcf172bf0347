"""NumPy's matrix products by one thread each, where many are under way at once.

BLAS would split each among all processors, whose threads wait by spinning: pictures that grew side by side took 7 to 15
times the time of the processor on a busy machine.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["one_thread_each", "one_thread_for_good"]


@contextmanager
def one_thread_each() -> Generator[None]:
    """Have products of this process take one thread each while the block runs; without threadpoolctl, as ever."""
    try:
        from threadpoolctl import threadpool_limits  # noqa: PLC0415 - of the extra called dataset
    except ModuleNotFoundError:
        yield
        return
    with threadpool_limits(limits=1, user_api="blas"):
        yield


@cache
def one_thread_for_good() -> None:
    """Have products of this process, which is a worker, take one thread each from now on."""
    _kept.enter_context(one_thread_each())


_kept = ExitStack()  # never closed
