"""Converting once: the ONNX form of a Caffe2 pair, kept next to the files."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.errors import ConversionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Raise it whenever the converter writes something else for the same input: older cached files are then left alone.
CONVERTER_VERSION = 1


def cached_onnx(key_parts: Iterable[str], folders: Iterable[Path], convert: Callable[[], bytes]) -> Path:
    """Return the path of a converted model, converting it if no folder has it yet.

    Args:
        key_parts: Whatever the result depends on (the files' hashes, the metadata); the converter's version is added.
        folders: Where to look and write, the first writable one wins: next to the files, then the user's cache.
        convert: Makes the ONNX bytes.

    Raises:
        ConversionError: `convert` raised it, or no folder can be written.
    """
    digest = hashlib.sha256("\n".join([*key_parts, str(CONVERTER_VERSION)]).encode()).hexdigest()[:16]
    name = f"converted-{digest}.onnx"
    candidates = [folder / name for folder in folders]
    for path in candidates:
        if path.is_file():
            return path
    content = convert()
    problems = []
    for path in candidates:
        try:
            write_whole(path, content)
        except OSError as exc:
            problems.append(f"{path.parent}: {exc.strerror or exc}")
        else:
            return path
    listed = "; ".join(problems)
    raise ConversionError(
        f"the converted model cannot be kept anywhere ({listed}). Set SQUEEZEVIZ_CACHE to a writable folder"
    )


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
