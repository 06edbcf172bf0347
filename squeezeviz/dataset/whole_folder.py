"""Folders of several files that are written whole or not at all: nobody ever reads half of one."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from squeezeviz.errors import DatasetError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from squeezeviz.dataset.described import Described

__all__ = ["check_target", "written_whole"]


def check_target(path: Path, kind: Described, *, overwrite: bool) -> None:
    """Refuse a folder that could not be written, before any work is done.

    Args:
        path: The folder.
        kind: What shall be written there.
        overwrite: Whether another of its kind may be replaced.

    Raises:
        DatasetError: Something else stands there, or the disk refuses.
    """
    if path.exists() and not _is_begun(path, kind):
        if not (path / kind.name).is_file():
            raise DatasetError(f"{path}: expected {kind.what} or nothing, found something else; name another place")
        if not overwrite:
            raise DatasetError(f"{path}: there is {kind.what} already; name another place, or say --overwrite")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as exc:
        raise DatasetError(f"{path}: cannot be written ({exc.strerror or exc})") from exc


@contextmanager
def written_whole(path: Path, kind: Described) -> Iterator[Path]:
    """Give an empty folder to write into; what it holds is moved to where it belongs at the end.

    What stood there before is replaced. While it is being written, its files lie in a folder within it.

    Args:
        path: The folder.
        kind: What is written there. Without the file that describes it the folder is none: that one comes last.

    Raises:
        DatasetError: The disk refuses; nothing is left half done.
    """
    made = path / kind.making
    try:
        shutil.rmtree(made, ignore_errors=True)  # of a process that was killed
        made.mkdir(parents=True)
        yield made
        (path / kind.name).unlink(missing_ok=True)
        for file in sorted(made.iterdir(), key=lambda file: file.name == kind.name):
            file.replace(path / file.name)
    except OSError as exc:  # pyarrow's errors of the disk are among them
        raise DatasetError(f"{path}: cannot be written ({exc.strerror or exc}); nothing is left half done") from exc
    finally:
        shutil.rmtree(made, ignore_errors=True)
        with suppress(OSError):
            path.rmdir()  # where nothing came of it; a folder with anything in it stays


def _is_begun(path: Path, kind: Described) -> bool:
    """Say whether a folder is empty, or what a process has left that was killed while it wrote there."""
    return path.is_dir() and ((path / kind.making).is_dir() or not any(path.iterdir()))
