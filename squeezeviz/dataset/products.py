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

    from threadpoolctl import ThreadpoolController

__all__ = ["one_thread_each", "one_thread_for_good"]


@contextmanager
def one_thread_each() -> Generator[None]:
    """Have products of this process take one thread each while the block runs; without threadpoolctl, as ever."""
    try:
        controller = _controller()
    except ModuleNotFoundError:
        yield
        return
    with controller.limit(limits=1, user_api="blas"):
        yield


@cache  # to look through all libraries of the process takes 3 ms, and NumPy's is there from the start
def _controller() -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController  # noqa: PLC0415 - of the extra called dataset

    return ThreadpoolController()


@cache
def one_thread_for_good() -> None:
    """Have products of this process, which is a worker, take one thread each from now on."""
    _kept.enter_context(one_thread_each())


_kept = ExitStack()  # never closed
