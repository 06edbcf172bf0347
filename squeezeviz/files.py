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
from typing import BinaryIO, Literal

from squeezeviz.arguments import expect
from squeezeviz.errors import SqueezeVizError, spoken

__all__ = [
    "TooLargeError",
    "expanded",
    "given_path",
    "plain_stem",
    "read_file",
    "read_rest",
    "readable_name",
    "what_lies",
    "write_whole",
]

_ABANDONED_S = 3600.0  # nothing takes so long to write
_PART_BYTES = 1 << 24  # taken at once: room for all that a file may hold is not asked for


def given_path(path: object, such_as: str, error: type[SqueezeVizError] = SqueezeVizError) -> Path:
    """Return the path that somebody gave, a leading ``~`` replaced.

    Args:
        path: What was given.
        such_as: A path as it might have been, for the message.
        error: How to refuse what is none.

    Raises:
        SqueezeVizError: It is neither text nor a path, or no user is called so.
    """
    expect(path, (str, os.PathLike), f"a path, such as {such_as!r}", error)
    text = os.fsdecode(path)  # type: ignore[arg-type]  # as just seen
    try:
        return expanded(text)
    except OSError as exc:
        raise error(f"{spoken(text)}: {exc.strerror}") from exc


def expanded(path: str | os.PathLike[str]) -> Path:
    """Return a path with a leading ``~`` replaced.

    Raises:
        OSError: No user is called that.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as exc:
        raise FileNotFoundError(errno.ENOENT, f"no user is called {Path(path).parts[0][1:]!r}") from exc


class TooLargeError(OSError):
    """A file is larger than what is read.

    Attributes:
        size_bytes: How large it is; None where that is not known, or it never ends.
    """

    def __init__(self, most_bytes: int, size_bytes: int | None = None) -> None:
        super().__init__(errno.EFBIG, f"is larger than {most_bytes:,} bytes")
        self.size_bytes = size_bytes


def what_lies(path: Path) -> Literal["nothing", "file", "folder", "pipe", "socket", "device"]:
    """Say what a path leads to, links followed.

    Raises:
        OSError: Nobody can tell: a folder above may not be entered, or the name is too long, or no name at all.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "nothing"
    except ValueError as exc:  # a NUL, or a lone surrogate
        raise OSError(errno.EINVAL, "no file can have that name") from exc
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return "pipe" if stat.S_ISFIFO(mode) else "socket" if stat.S_ISSOCK(mode) else "device"


def read_file(path: Path, *, most_bytes: int) -> bytes:
    """Return the content of a file, in one go: what is checked afterwards is what is used.

    Args:
        path: Where it lies.
        most_bytes: More are not read: a file of many gigabytes takes no room on the disk if it is full of holes.

    Raises:
        TooLargeError: It is larger.
        OSError: It cannot be read, or is no file (``EISDIR``, ``EINVAL``): a pipe would be waited for without end, a
            device has none.
    """
    lies = what_lies(path)
    if lies == "folder":
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    if lies not in ("file", "nothing"):
        raise OSError(errno.EINVAL, f"is a {lies}")
    # Should a pipe have taken its place since, it is not waited for.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        return read_rest(file, most_bytes=most_bytes)


def read_rest(file: BinaryIO, *, most_bytes: int) -> bytes:
    """Return the content of an open file, from where it stands to its end.

    Args:
        file: Opened in binary mode; anything that has a method ``read``.
        most_bytes: More are not read.

    Raises:
        TooLargeError: It is larger, or never ends.
        OSError: It is open in text mode, or cannot be read.
    """
    size = _size(file)
    if size is not None and size > most_bytes:
        raise TooLargeError(most_bytes, size)
    parts: list[bytes] = []
    length = 0
    while length <= most_bytes:
        # What the system says of a file's size is taken at once: parts would be held twice, to be put together.
        part = file.read(min(most_bytes + 1 - length, max(_PART_BYTES, (size or 0) + 1)))
        if isinstance(part, str):
            raise OSError(errno.EINVAL, "is open in text mode")
        if not part:
            return parts[0] if len(parts) == 1 else b"".join(parts)
        parts.append(bytes(part))
        length += len(part)
    raise TooLargeError(most_bytes)


def _size(file: BinaryIO) -> int | None:
    try:
        return os.fstat(file.fileno()).st_size
    except (AttributeError, OSError, ValueError):  # not a file of the system's
        return None


def check_target(path: Path) -> None:
    """Let pass a path that a file can be written to, as far as can be seen before the work that it is the end of.

    Raises:
        OSError: It is a folder, or its folder is none or cannot be written.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    folder = next((each for each in path.absolute().parents if each.exists()), Path())
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, f"{readable_name(str(folder))} is no folder", str(path))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it.

    Raises:
        OSError: The folder cannot be written, or is full, or the name is none; nothing is left behind then.
    """
    if "\0" in str(path):
        raise OSError(errno.EINVAL, "a file's name holds no NUL", str(path))
    if path.is_dir():  # said of the file itself, and not of the temporary one beside it
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
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
