"""What `atlas.json` says, checked before anything is made of it: an atlas may come from anywhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.dataset.atlas import bins
from squeezeviz.errors import DatasetError, SqueezeVizError
from squeezeviz.preprocessing import Preprocessing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["FORMAT", "MAKING", "NAME", "read_about"]

FORMAT = "squeezeviz atlas 1"
NAME = "atlas.json"
#: Folder within an atlas that its files lie in until all are written.
MAKING = ".making"
_MOST_BYTES = 64 << 20
_LONGEST = 4096  # letters of a name
_MOST_PHOTOS = 2**31 - 1
_MOST_K = 10_000


def read_about(path: Path) -> dict[str, Any]:
    """Return what an atlas says of itself.

    Args:
        path: The folder.

    Raises:
        DatasetError: It is no atlas.
        ValueError: It is damaged.
        OSError: It cannot be read.
    """
    if not path.is_dir():
        found = "a file" if path.exists() else "nothing"
        raise DatasetError(f"{path}: expected the folder of an atlas, found {found}; squeezeviz atlas makes one")
    file = path / NAME
    if not file.is_file() and (path / MAKING).is_dir():
        raise DatasetError(f"{path}: this atlas was not finished; the same command goes on from there")
    if not file.is_file():
        raise DatasetError(f"{path}: expected an atlas, found a folder without {NAME}")
    if file.stat().st_size > _MOST_BYTES:
        raise ValueError(f"{NAME}: expected {_MOST_BYTES >> 20} MiB at most")
    try:
        about = json.loads(file.read_text(encoding="utf-8"), parse_constant=_refused)
    except (ValueError, RecursionError) as exc:
        raise ValueError(f"{NAME} cannot be read: {exc}") from exc
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        said = str(about.get("format"))[:80] if isinstance(about, dict) else type(about).__name__
        raise DatasetError(f"{path}: expected an atlas of the format {FORMAT!r}, found {said!r}")
    for key, (is_right, expected) in _EXPECTED.items():
        if key not in about or not is_right(about[key]):
            raise ValueError(f"{NAME}: expected {expected} as {key!r}")
    _check_together(about)
    return about


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no number of JSON")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST and not any("\ud800" <= each <= "\udfff" for each in value)


def _is_count(most: int, least: int = 0) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _are(is_right: Callable[[Any], bool], least: int = 0) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and len(value) >= least and all(map(is_right, value))


def _is_row(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_text, value))


def _is_trouble(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(key), str) for key in ("name", "message"))


def _is_preprocessing(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    try:
        Preprocessing.from_dict(value)
    except (SqueezeVizError, TypeError, ValueError, OverflowError):
        return False
    return True


def _are_edges(value: object) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(each, (int, float)) for each in value)
        and np.array_equal(value, bins.EDGES)
    )


_IS_CLASS = _is_count(_MOST_PHOTOS, least=1)
#: Key → whether a value is right, and what is expected, in words.
_EXPECTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "model": (_is_text, "a name"),
    "model_sha256": (_is_text, "a hash"),
    "preprocessing": (_is_preprocessing, "a preprocessing"),
    "versions": (lambda value: isinstance(value, dict), "versions"),
    "made": (_is_text, "a date"),
    "data_set": (_are(_is_text), "places"),
    "photos": (_is_count(_MOST_PHOTOS, least=1), "a number of photos"),
    "k": (_is_count(_MOST_K, least=1), f"a number from 1 to {_MOST_K:,}"),
    "layers": (_are(_is_text, least=1), "names of layers"),
    "distinct": (_are(_is_text), "names of layers"),
    "labels": (_are(_is_row, least=1), "a WordNet id and a name a class"),
    "classes": (
        lambda value: isinstance(value, dict) and all(key.isascii() and key.isdecimal() and len(key) < 10
                                                      and _IS_CLASS(count) for key, count in value.items()),
        "a number of photos a class",
    ),
    "listing": (lambda value: value is None or _is_text(value), "a place, or null"),
    "duplicates": (_are(_are(_is_text)), "groups of names"),
    "troubles": (_are(_is_trouble), "what was left out"),
    "troubles_in_all": (_is_count(_MOST_PHOTOS), "a number"),
    "edges": (_are_edges, "where the bins of histograms begin"),
}  # fmt: skip


def _check_together(about: dict[str, Any]) -> None:
    layers = about["layers"]
    if len(set(layers)) != len(layers):
        raise ValueError(f"{NAME}: a layer is named twice")
    if not set(about["distinct"]) <= set(layers):
        raise ValueError(f"{NAME}: 'distinct' names layers that 'layers' does not")
    if any(int(index) >= len(about["labels"]) for index in about["classes"]):
        raise ValueError(f"{NAME}: 'classes' counts photos of a class that 'labels' does not name")
