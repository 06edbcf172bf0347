"""Converting once: the ONNX form of a Caffe2 pair, kept next to the files."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from squeezeviz.errors import ConversionError
from squeezeviz.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

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
