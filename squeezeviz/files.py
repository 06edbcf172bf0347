"""Writing files so that nobody ever sees half of one."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from pathlib import Path, PurePath

__all__ = ["plain_stem", "write_whole"]


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it.

    Raises:
        OSError: The folder cannot be written, or is full; nothing is left behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
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
