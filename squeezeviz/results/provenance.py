"""What made a result."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from squeezeviz.preprocessing import Preprocessing

__all__ = ["Provenance"]


@cache
def _version(distribution: str) -> str:
    return version(distribution)


@dataclass(frozen=True)
class Provenance:
    """What made a result.

    Attributes:
        model_id: The model's name.
        model_sha256: Hash of the model's weights file, hexadecimal.
        preprocessing: How images were preprocessed; None where input tensors were given.
    """

    model_id: str
    model_sha256: str
    preprocessing: Preprocessing | None

    @property
    def versions(self) -> dict[str, str]:
        """The versions that matter for the numbers, by distribution."""
        return {name: _version(name) for name in ("squeezeviz", "onnxruntime", "numpy", "pillow")}

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "model": self.model_id,
            "model_sha256": self.model_sha256,
            "preprocessing": self.preprocessing.to_dict() if self.preprocessing else None,
            "versions": self.versions,
        }
