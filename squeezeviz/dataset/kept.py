"""Answers kept on disk while a survey is under way: a file a few photos, so that it goes on where it was stopped."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from squeezeviz.dataset.photos import Photo
from squeezeviz.errors import DatasetError
from squeezeviz.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["Kept", "KeptPart", "fingerprint"]

_MAGIC = b"squeezeviz part 1\n"
_SUFFIX = ".part"


def fingerprint(parts: Iterable[str]) -> str:
    """Return a name for what answers depend on: the model, the question, where the photos lie."""
    content = json.dumps(list(parts)).encode()  # as JSON: no two lists of texts look the same
    return hashlib.sha256(content).hexdigest()[:24]


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

    def open(self, *, resume: bool) -> None:
        """Make sure that it can be written; empty it unless what is there still counts.

        Raises:
            DatasetError: It cannot.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not resume:
                for path in self._files():
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
        """Remove all of it: the survey has come to its end, and its result is safe."""
        for path in self._files():
            self.drop(path)
        with suppress(OSError):
            self._folder.rmdir()

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{_SUFFIX}"))

    def _refused(self, exc: OSError) -> DatasetError:
        return DatasetError(
            f"{self._folder}: answers cannot be kept ({exc.strerror or exc}); what was kept before is still there. "
            "Make room, or name another place with SQUEEZEVIZ_CACHE"
        )


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
