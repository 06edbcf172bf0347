"""Saying now and then that an answer is still being worked out: a page that hears nothing takes its kernel for lost."""

from __future__ import annotations

import contextvars
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from squeezeviz.explorer.protocol import StillMessage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from squeezeviz.explorer.protocol import Message

__all__ = ["heartbeat"]

_EVERY_S = 5.0  # the page waits for 12


@contextmanager
def heartbeat(send: Callable[[Message], None], request: str, *, every_s: float | None = None) -> Iterator[None]:
    """Tell a page every few seconds that its request is still being worked on, as long as the block runs.

    Args:
        send: Takes what the page is to hear; called on a thread of its own.
        request: What is worked on.
        every_s: How often, in seconds; 5 by default.
    """
    done = threading.Event()

    def beat() -> None:
        while not done.wait(_EVERY_S if every_s is None else every_s):
            send(StillMessage(id=request))

    # In the context of the request: messages of Jupyter name what they answer.
    thread = threading.Thread(target=contextvars.copy_context().run, args=(beat,), name="squeezeviz-heartbeat")
    thread.daemon = True
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
