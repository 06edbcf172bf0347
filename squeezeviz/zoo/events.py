"""What a download reports while it runs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

__all__ = ["DownloadEvent"]


@dataclass(frozen=True)
class DownloadEvent:
    """One step of a download.

    Attributes:
        kind: ``"source"`` (trying it), ``"progress"``, ``"failed"`` (this source; the next is tried), ``"verified"``,
            ``"rebuilt"``, ``"done"``.
        file: Name of the file concerned.
        source: Address or folder it comes from.
        bytes: Received so far.
        total: Expected in all.
        reason: Why a source failed.
        folder: Where the files now are.
    """

    kind: Literal["source", "progress", "failed", "verified", "rebuilt", "done"]
    file: str | None = None
    source: str | None = None
    bytes: int | None = None
    total: int | None = None
    reason: str | None = None
    folder: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that are set, ready for JSON."""
        return {key: value for key, value in asdict(self).items() if value is not None}
