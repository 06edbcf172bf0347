"""Answers kept on disk while an evaluation is under way, so that it goes on where it was stopped."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from squeezeviz.dataset.evaluation import Answer, Row
from squeezeviz.errors import DatasetError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

    from squeezeviz.dataset.photos import LabelledPhoto

__all__ = ["Journal", "fingerprint"]


def fingerprint(parts: Iterable[str]) -> str:
    """Return a name for what an answer depends on: the model, the preparations, the folder."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


class Journal:
    """One line of JSON a photo. A line that was cut off is left out; a photo that has changed since is done anew.

    Args:
        path: The file.
        answers: How many each photo has.
        resume: Whether what is there still counts.
    """

    def __init__(self, path: Path, *, answers: int, resume: bool) -> None:
        self._path, self._answers, self._resume = path, answers, resume
        self._file: IO[str] | None = None
        self._known: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> Journal:
        with suppress(OSError):
            text = self._path.read_text(encoding="utf-8", errors="replace") if self._resume else ""
            for line in text.splitlines():
                with suppress(ValueError, KeyError, TypeError):
                    entry = json.loads(line)
                    self._known[entry["name"]] = entry
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a" if self._resume else "w", encoding="utf-8")
            self._file.write("\n")  # what was cut off ends here
        except OSError as exc:
            raise DatasetError(
                f"{self._path}: answers cannot be kept ({exc.strerror or exc}); SQUEEZEVIZ_CACHE names another place"
            ) from exc
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def find(self, photo: LabelledPhoto) -> Row | None:
        """Return what is known of a photo, if it and its class are still the same."""
        entry = self._known.get(photo.name)
        if entry is None or entry.get("stamp") != _stamp(photo) or entry.get("class_index") != photo.class_index:
            return None
        with suppress(KeyError, TypeError, ValueError):
            answers = tuple(Answer(*answer) for answer in entry["answers"])
            return Row(photo.name, photo.class_index, answers) if len(answers) == self._answers else None
        return None

    def keep(self, photo: LabelledPhoto, row: Row) -> None:
        """Write down one photo's answers; what could not be read is tried again next time.

        Raises:
            DatasetError: The disk refuses.
        """
        if row.error or self._file is None:
            return
        answers = [[a.rank, a.class_index, a.probability, a.true_probability] for a in row.answers]
        entry = {"name": row.name, "class_index": row.class_index, "stamp": _stamp(photo), "answers": answers}
        try:
            self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError as exc:
            raise DatasetError(f"{self._path}: answers cannot be kept ({exc.strerror or exc})") from exc

    def forget(self) -> None:
        """Remove the file: all is done."""
        with suppress(OSError):
            self._path.unlink()


def _stamp(photo: LabelledPhoto) -> list[int]:
    try:
        state = photo.path.stat()
    except OSError:
        return []
    return [state.st_size, state.st_mtime_ns]
