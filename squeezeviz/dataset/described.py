"""What the JSON of a folder says of it, checked before anything is made of it: the folder may come from anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from squeezeviz.errors import DatasetError, SqueezeVizError
from squeezeviz.preprocessing import Preprocessing

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Described", "Expected", "are", "is_count", "is_preprocessing", "is_text", "is_trouble"]

_MOST_BYTES = 64 << 20
_LONGEST = 4096  # letters of a name

#: Key → whether a value is right, and what is expected, in words.
Expected: TypeAlias = Mapping[str, tuple[Callable[[Any], bool], str]]


@dataclass(frozen=True)
class Described:
    """A kind of folder that a file of JSON describes.

    Attributes:
        what: What it is, such as ``"an atlas"``.
        subcommand: What makes it.
        format: What the file says that it is, with a version.
        name: Of that file.
        making: Folder within it that its files lie in until all are written.
        expected: What the file has to say.
    """

    what: str
    subcommand: str
    format: str
    name: str
    making: str
    expected: Expected

    def read(self, path: Path) -> dict[str, Any]:
        """Return what a folder says of itself.

        Args:
            path: The folder.

        Raises:
            DatasetError: It is no such folder.
            ValueError: It is damaged.
            OSError: It cannot be read.
        """
        this = self.what.split()[-1]
        if not path.is_dir():
            found = "a file" if path.exists() else "nothing"
            raise DatasetError(
                f"{path}: expected the folder of {self.what}, found {found}; squeezeviz {self.subcommand} makes one"
            )
        file = path / self.name
        if not file.is_file() and (path / self.making).is_dir():
            raise DatasetError(f"{path}: this {this} was not finished; the same command goes on from there")
        if not file.is_file():
            raise DatasetError(f"{path}: expected {self.what}, found a folder without {self.name}")
        if file.stat().st_size > _MOST_BYTES:
            raise ValueError(f"{self.name}: expected {_MOST_BYTES >> 20} MiB at most")
        try:
            about = json.loads(file.read_text(encoding="utf-8"), parse_constant=_refused)
        except (ValueError, RecursionError) as exc:
            raise ValueError(f"{self.name} cannot be read: {exc}") from exc
        if not isinstance(about, dict) or about.get("format") != self.format:
            said = str(about.get("format"))[:80] if isinstance(about, dict) else type(about).__name__
            raise DatasetError(f"{path}: expected {self.what} of the format {self.format!r}, found {said!r}")
        for key, (is_right, expected) in self.expected.items():
            if key not in about or not is_right(about[key]):
                raise ValueError(f"{self.name}: expected {expected} as {key!r}")
        return about

    def damaged(self, path: Path, exc: Exception) -> DatasetError:
        """Return the error that says that a folder is damaged, by the first line of what was found."""
        said = str(exc).splitlines()[0] if str(exc) else type(exc).__name__
        this = self.what.split()[-1]
        return DatasetError(f"{path}: this {this} is damaged ({said}); make it anew with squeezeviz {self.subcommand}")


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no number of JSON")


def is_text(value: object) -> bool:
    """Whether it is text of a name's length that any file can hold."""
    return isinstance(value, str) and len(value) <= _LONGEST and not any("\ud800" <= each <= "\udfff" for each in value)


def is_count(most: int, least: int = 0) -> Callable[[object], bool]:
    """Return what says whether a value is a whole number between two."""
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def are(is_right: Callable[[Any], bool], least: int = 0) -> Callable[[object], bool]:
    """Return what says whether a value is a list of what is right, of so many at least."""
    return lambda value: isinstance(value, list) and len(value) >= least and all(map(is_right, value))


def is_trouble(value: object) -> bool:
    """Whether it says of something that was left out what was the matter with it."""
    return isinstance(value, dict) and all(isinstance(value.get(key), str) for key in ("name", "message"))


def is_preprocessing(value: object) -> bool:
    """Whether it describes a preprocessing."""
    if not isinstance(value, dict):
        return False
    try:
        Preprocessing.from_dict(value)
    except (SqueezeVizError, TypeError, ValueError, OverflowError):
        return False
    return True
