"""Where a page was written, and what there is to say of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from squeezeviz.standalone.half_precision import HalfPrecision

    _Path = Path
else:
    _Path = type(Path())  # before Python 3.12, Path itself cannot be derived from

__all__ = ["Written"]


class Written(_Path):
    """The path of a page that was written.

    Attributes:
        sent_bytes: What a browser is sent of it at the first visit: the file, or of a folder its files, compressed.
        half_precision: What rounding its weights to half precision has changed; None where they were not.
    """

    sent_bytes: int = 0
    half_precision: HalfPrecision | None = None

    @classmethod
    def at(cls, path: Path, sent_bytes: int, half_precision: HalfPrecision | None) -> Written:
        """Return the path with what there is to say of it."""
        made = cls(path)
        made.sent_bytes, made.half_precision = sent_bytes, half_precision
        return made
