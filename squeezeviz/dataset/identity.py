"""What answers depend on, by content and by place: names alone would take one model, or one folder, for another."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING

from squeezeviz.dataset.places import absolute, is_address
from squeezeviz.results.provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Iterable

    from squeezeviz.runtime.model import Model

__all__ = ["content_digest", "fingerprint", "model_key", "real_place"]


def fingerprint(parts: Iterable[str]) -> str:
    """Return a name, 24 hexadecimal digits, for a list of texts."""
    content = json.dumps(list(parts)).encode()  # as JSON: no two lists of texts look the same
    return hashlib.sha256(content).hexdigest()[:24]


def content_digest(content: bytes) -> str:
    """Return what tells files apart by their bytes, 16 hexadecimal digits; that takes 1 % of decoding a photo."""
    return hashlib.sha256(content).hexdigest()[:16]


def model_key(model: Model) -> dict[str, str]:
    """Return what answers depend on: the network and what was chosen of it, its classes, and what computes them."""
    versions = Provenance(model.name, model.sha256, None).versions
    return {
        "model_sha256": model.sha256,
        "network": hashlib.sha256(
            model.content
        ).hexdigest(),  # two files of weights may be one, and their graphs differ
        "chosen": repr(model.chosen),
        "labels": fingerprint(text for row in model.labels.to_rows() for text in row),
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }


def real_place(place: str | os.PathLike[str]) -> str:
    """Return the one name of a place: an address as it is, a path from the root and with its links followed."""
    known = absolute(place)
    return known if is_address(known) else os.path.realpath(known)
