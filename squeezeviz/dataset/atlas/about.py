"""What `atlas.json` says, checked before anything is made of it: an atlas may come from anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.dataset.atlas import bins
from squeezeviz.dataset.described import Described, Expected, are, is_count, is_preprocessing, is_text, is_trouble

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ATLAS", "FORMAT", "NAME", "read_about"]

FORMAT = "squeezeviz atlas 1"
NAME = "atlas.json"
_MOST_PHOTOS = 2**31 - 1
_MOST_K = 10_000


def _is_row(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(is_text, value))


def _are_edges(value: object) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(each, (int, float)) for each in value)
        and np.array_equal(value, bins.EDGES)
    )


_IS_CLASS = is_count(_MOST_PHOTOS, least=1)
_EXPECTED: Expected = {
    "model": (is_text, "a name"),
    "model_sha256": (is_text, "a hash"),
    "preprocessing": (is_preprocessing, "a preprocessing"),
    "versions": (lambda value: isinstance(value, dict), "versions"),
    "made": (is_text, "a date"),
    "data_set": (are(is_text), "places"),
    "photos": (is_count(_MOST_PHOTOS, least=1), "a number of photos"),
    "k": (is_count(_MOST_K, least=1), f"a number from 1 to {_MOST_K:,}"),
    "layers": (are(is_text, least=1), "names of layers"),
    "distinct": (are(is_text), "names of layers"),
    "labels": (are(_is_row, least=1), "a WordNet id and a name a class"),
    "classes": (
        lambda value: isinstance(value, dict) and all(key.isascii() and key.isdecimal() and len(key) < 10
                                                      and _IS_CLASS(count) for key, count in value.items()),
        "a number of photos a class",
    ),
    "listing": (lambda value: value is None or is_text(value), "a place, or null"),
    "duplicates": (are(are(is_text)), "groups of names"),
    "troubles": (are(is_trouble), "what was left out"),
    "troubles_in_all": (is_count(_MOST_PHOTOS), "a number"),
    "edges": (_are_edges, "where the bins of histograms begin"),
}  # fmt: skip


#: The folder of an atlas.
ATLAS = Described("an atlas", "atlas", FORMAT, NAME, ".making", _EXPECTED)


def read_about(path: Path) -> dict[str, Any]:
    """Return what an atlas says of itself.

    Args:
        path: The folder.

    Raises:
        DatasetError: It is no atlas.
        ValueError: It is damaged.
        OSError: It cannot be read.
    """
    about = ATLAS.read(path)
    _check_together(about)
    return about


def _check_together(about: dict[str, Any]) -> None:
    layers = about["layers"]
    if len(set(layers)) != len(layers):
        raise ValueError(f"{NAME}: a layer is named twice")
    if not set(about["distinct"]) <= set(layers):
        raise ValueError(f"{NAME}: 'distinct' names layers that 'layers' does not")
    if any(int(index) >= len(about["labels"]) for index in about["classes"]):
        raise ValueError(f"{NAME}: 'classes' counts photos of a class that 'labels' does not name")
