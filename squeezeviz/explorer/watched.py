"""Long work that is watched: a page hears how far it is, and it ends once nobody wants it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    #: Told how much is done, of how much.
    OnProgress = Callable[[int, int], None]

__all__ = ["Stopped", "watched"]

_EVERY_S = 0.1  # more often nobody reads how far it is


class Stopped(Exception):  # noqa: N818 - no error: nobody wants it any more
    """Nobody wants what is being worked out."""


def watched(cancel: Event, tell: OnProgress) -> OnProgress:
    """Return what work calls after each of its parts: it tells a few times a second, and raises once that is in vain.

    Args:
        cancel: Set once nobody wants it: then `Stopped` is raised.
        tell: Told how much is done, of how much.
    """
    last = 0.0

    def on_progress(done: int, total: int) -> None:
        nonlocal last
        if cancel.is_set():
            raise Stopped
        if time.monotonic() - last > _EVERY_S:
            last = time.monotonic()
            tell(done, total)

    return on_progress
