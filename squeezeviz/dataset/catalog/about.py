"""What `catalog.json` says, checked before anything is made of it: a catalogue may come from anywhere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from squeezeviz.dataset.described import Described, Expected, are, is_count, is_preprocessing, is_text, is_trouble

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CATALOG", "FORMAT", "NAME", "PICTURES", "TABLE", "read_about"]

FORMAT = "squeezeviz catalog 1"
NAME = "catalog.json"
#: The table, and the file that pictures lie in.
TABLE, PICTURES = "catalog.parquet", "pictures.zip"
_MOST = 1_000_000  # channels


def _is_setting(value: object) -> bool:
    return value is None or isinstance(value, (bool, int)) or is_text(value) or _is_number(value)


def _is_number(value: object) -> bool:
    return isinstance(value, float) and math.isfinite(value)


_EXPECTED: Expected = {
    "model": (is_text, "a name"),
    "model_sha256": (is_text, "a hash"),
    "network": (is_text, "a hash"),
    "preprocessing": (is_preprocessing, "a preprocessing"),
    "versions": (lambda value: isinstance(value, dict), "versions"),
    "made": (is_text, "a date"),
    "layers": (are(is_text, least=1), "names of layers"),
    "channels": (are(is_count(_MOST, least=1), least=1), "a number of channels for each layer"),
    "steps": (is_count(10**9, least=1), "a number"),
    "seed": (is_count(2**63 - 1), "a number"),
    "settings": (
        lambda value: isinstance(value, dict) and all(map(_is_setting, value.values())),
        "how pictures were grown",
    ),
    "quality": (is_count(95, least=1), "a number from 1 to 95"),
    "has_negative": (lambda value: isinstance(value, bool), "true or false"),
    "troubles": (are(is_trouble), "what was left out"),
    "troubles_in_all": (is_count(_MOST), "a number"),
}

#: The folder of a catalogue.
CATALOG = Described("a catalogue", "catalog", FORMAT, NAME, ".making", _EXPECTED)


def read_about(path: Path) -> dict[str, Any]:
    """Return what a catalogue says of itself.

    Args:
        path: The folder.

    Raises:
        DatasetError: It is no catalogue.
        ValueError: It is damaged.
        OSError: It cannot be read.
    """
    about = CATALOG.read(path)
    layers, channels = about["layers"], about["channels"]
    if len(set(layers)) != len(layers):
        raise ValueError(f"{NAME}: a layer is named twice")
    if len(channels) != len(layers) or sum(channels) > _MOST:
        raise ValueError(f"{NAME}: expected a number of channels for each layer, up to {_MOST:,} in all")
    return about
