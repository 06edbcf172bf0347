"""Answers kept on disk while a survey is under way: a file a few photos, so that it goes on where it was stopped."""

from __future__ import annotations

import hashlib
import json
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from squeezeviz.dataset.alone import alone
from squeezeviz.dataset.photos import Photo
from squeezeviz.errors import DatasetError
from squeezeviz.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

__all__ = ["FORMAT", "Kept", "KeptPart", "Unkept"]

#: Of the files, and of what their names depend on.
FORMAT = "squeezeviz part 2"
_MAGIC = FORMAT.encode() + b"\n"
_SUFFIX = ".part"


@dataclass(frozen=True)
class KeptPart:
    """What one file holds.

    Attributes:
        photos: Those it answers for, as they were; their places are not kept.
        digests: Of their bytes, in the same order.
        content: The answer, as its study dumped it.
    """

    photos: tuple[Photo, ...]
    digests: tuple[str, ...]
    content: bytes


class Kept:
    """A folder of such files. A damaged one is as good as none.

    Args:
        folder: Made when it is needed; nobody else writes into it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def alone(self) -> AbstractContextManager[None]:
        """Hold it for this process alone.

        Raises:
            DatasetError: Another one asks the same.
        """
        return alone(self._folder, "another process asks the same photos the same")

    def open(self, *, resume: bool) -> None:
        """Make sure that it can be written; empty it unless what is there still counts.

        Raises:
            DatasetError: It cannot.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for path in self._half_written() if resume else [*self._half_written(), *self._files()]:
                path.unlink()
        except OSError as exc:
            raise self._refused(exc) from exc

    def parts(self) -> Iterator[tuple[Path, KeptPart | None]]:
        """Yield every file and what it holds; None for what is damaged or cut off."""
        for path in self._files():
            part = None
            with suppress(OSError, ValueError, KeyError, TypeError):
                part = _unpacked(path.read_bytes())
            yield path, part

    def keep(self, photos: Sequence[Photo], digests: Sequence[str], content: bytes) -> None:
        """Write a file, whole or not at all.

        Raises:
            DatasetError: The disk refuses.
        """
        name = hashlib.sha256("\n".join(photo.name for photo in photos).encode("utf-8", "surrogatepass")).hexdigest()
        try:
            write_whole(self._folder / f"{name[:24]}{_SUFFIX}", _packed(photos, digests, content))
        except OSError as exc:
            raise self._refused(exc) from exc

    def drop(self, path: Path) -> None:
        """Remove one file that no longer counts."""
        with suppress(OSError):
            path.unlink()

    def forget(self) -> None:
        """Remove all of it: the survey has come to its end, and its result is safe. Who asks the same now keeps it."""
        with suppress(DatasetError, OSError), self.alone():
            for path in self._files():
                self.drop(path)
            self._folder.rmdir()

    def _files(self) -> list[Path]:
        return sorted(path for path in self._folder.glob(f"*{_SUFFIX}") if not path.name.startswith("."))

    def _half_written(self) -> list[Path]:
        """Return what a process that was killed has left; see `squeezeviz.files.write_whole`."""
        return list(self._folder.glob(f".*{_SUFFIX}-*"))

    def _refused(self, exc: OSError) -> DatasetError:
        return DatasetError(
            f"{self._folder}: answers cannot be kept ({exc.strerror or exc}); what was kept before is still there. "
            "Make room, or name another place with SQUEEZEVIZ_CACHE"
        )


class Unkept(Kept):
    """Keeps nothing: for answers that their study has put where they belong."""

    def __init__(self) -> None:
        pass

    def alone(self) -> AbstractContextManager[None]:
        """Hold nothing: whoever asks sees to it."""
        return nullcontext()

    def open(self, *, resume: bool) -> None:
        """Do nothing."""

    def parts(self) -> Iterator[tuple[Path, KeptPart | None]]:
        """Yield nothing."""
        return iter(())

    def keep(self, photos: Sequence[Photo], digests: Sequence[str], content: bytes) -> None:
        """Do nothing."""

    def forget(self) -> None:
        """Do nothing."""


def _packed(photos: Sequence[Photo], digests: Sequence[str], content: bytes) -> bytes:
    """Return magic, checksum of all that follows, a line of JSON, the content."""
    listed = [
        [photo.name, photo.class_index, list(photo.stamp), digest]
        for photo, digest in zip(photos, digests, strict=True)
    ]
    body = json.dumps(listed).encode() + b"\n" + content
    return _MAGIC + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def _unpacked(packed: bytes) -> KeptPart:
    magic, checksum, body = packed[: len(_MAGIC)], packed[len(_MAGIC) :][:64], packed[len(_MAGIC) + 65 :]
    if magic != _MAGIC or hashlib.sha256(body).hexdigest().encode() != checksum:
        raise ValueError("not a part, or not whole")
    listed, _, content = body.partition(b"\n")
    rows = json.loads(listed)
    photos = tuple(Photo(name, "", class_index, tuple(stamp)) for name, class_index, stamp, _ in rows)
    return KeptPart(photos, tuple(digest for *_, digest in rows), content)
