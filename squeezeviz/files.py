"""Writing files so that nobody ever sees half of one."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path

__all__ = ["readable_name", "write_whole"]

_ABANDONED_S = 3600.0  # nothing takes so long to write


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it.

    Raises:
        OSError: The folder cannot be written, or is full; nothing is left behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _clear(path)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)  # mkstemp makes files that only their owner can read
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _clear(path: Path) -> None:
    """Remove what a process that was killed while it wrote this file has left beside it."""
    prefix, oldest = f".{path.name}-", time.time() - _ABANDONED_S
    with contextlib.suppress(OSError), os.scandir(path.parent) as entries:
        for entry in entries:
            if entry.name.startswith(prefix) and entry.stat(follow_symlinks=False).st_mtime < oldest:
                Path(entry.path).unlink(missing_ok=True)


def readable_name(name: str) -> str:
    r"""Return a file's name as text that can be written down: bytes that are not UTF-8 become ``\xNN``.

    Python holds such bytes as lone surrogates, which no table, JSON or page takes.

    Args:
        name: As the system gives it.

    Returns:
        ``r"caf\xe9.jpg"`` of a Latin-1 ``café.jpg``; any other name stays as it is.
    """
    try:
        raw = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a character of UTF-16, on Windows
        raw = name.encode("utf-8", "backslashreplace")
    return raw.decode("utf-8", "backslashreplace")
