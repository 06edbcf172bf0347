"""One process at a time at what is being written: a store, an atlas, the answers kept of one question.

Locks are files of the user's cache, never beside what they guard: nothing is left there by a process that is killed,
and places at addresses have them, too. The system lets go of a lock when its process ends, however it ends. Processes
of other machines, or with another cache, are not held back; what they may leave is found by looking at what is there.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from squeezeviz.dataset.identity import fingerprint, real_place
from squeezeviz.dataset.places import absolute
from squeezeviz.errors import DatasetError
from squeezeviz.zoo.download import cache_folder

if TYPE_CHECKING:
    import os
    from collections.abc import Generator

__all__ = ["alone"]


@contextmanager
def alone(place: str | os.PathLike[str], doing: str) -> Generator[None]:
    """Hold a place for this process alone.

    Args:
        place: A path or an address; links are followed, so that one place has one lock.
        doing: What is done there, for the error: ``"another process writes this atlas"``.

    Raises:
        DatasetError: Another process holds it, or the cache cannot be written.
    """
    import filelock  # noqa: PLC0415 - needed only here

    folder = cache_folder() / "locks"
    lock = filelock.FileLock(folder / f"{fingerprint([real_place(place)])}.lock", timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except filelock.Timeout as exc:
        raise DatasetError(f"{absolute(place)}: {doing} already; wait until that is done, or end it") from exc
    except (OSError, NotImplementedError) as exc:  # NotImplementedError: of a file system without locks
        raise DatasetError(
            f"{folder}: answers cannot be kept for this process alone ({getattr(exc, 'strerror', None) or exc}). Make "
            "room, or name another place with SQUEEZEVIZ_CACHE"
        ) from exc
    try:
        yield
    finally:
        lock.release()
