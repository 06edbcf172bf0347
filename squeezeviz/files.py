"""Reading files that may be anything, and writing files so that nobody ever sees half of one.

Whatever goes wrong is an `OSError` whose ``strerror`` says what, in words: callers map it once, with the path.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import tempfile
import time
from pathlib import Path, PurePath
from typing import Literal

__all__ = ["expanded", "plain_stem", "read_file", "readable_name", "what_lies", "write_whole"]

_ABANDONED_S = 3600.0  # nothing takes so long to write


def expanded(path: str | os.PathLike[str]) -> Path:
    """Return a path with a leading ``~`` replaced.

    Raises:
        OSError: No user is called that.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as exc:
        raise FileNotFoundError(errno.ENOENT, f"no user is called {Path(path).parts[0][1:]!r}") from exc


def what_lies(path: Path) -> Literal["nothing", "file", "folder", "device"]:
    """Say what a path leads to, links followed; ``"device"`` is a pipe or a socket, too.

    Raises:
        OSError: Nobody can tell: a folder above may not be entered, or the name is too long, or no name at all.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "nothing"
    except ValueError as exc:  # a NUL, or a lone surrogate
        raise OSError(errno.EINVAL, "no file can have that name") from exc
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "device"


def read_file(path: Path, *, most_bytes: int) -> bytes:
    """Return the content of a file, in one go: what is checked afterwards is what is used.

    Args:
        path: Where it lies.
        most_bytes: More are not read: a file of many gigabytes takes no room on the disk if it is full of holes.

    Raises:
        OSError: It cannot be read, is larger, or is no file: a pipe would be waited for without end, a device has none.
    """
    lies = what_lies(path)
    if lies == "folder":
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    if lies == "device":
        raise OSError(errno.EINVAL, "is a pipe, a socket or a device, not a file")
    # Should a pipe have taken its place since, it is not waited for.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        content = file.read(most_bytes + 1) if os.fstat(handle).st_size <= most_bytes else None
    if content is None or len(content) > most_bytes:
        raise OSError(errno.EFBIG, f"is larger than {most_bytes:,} bytes")
    return content


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


def plain_stem(name: str) -> str:
    """Return a photo's name without its ending, as every file system takes it within the name of a file of our own.

    Args:
        name: Of a photo; of any origin.

    Returns:
        Letters of any script, digits, ``_`` and ``-`` only: no separators of paths, no dots, no control characters;
        ``"photo"`` where nothing is left.
    """
    return re.sub(r"[^\w-]+", "-", PurePath(name).stem).strip("-")[:50] or "photo"


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
