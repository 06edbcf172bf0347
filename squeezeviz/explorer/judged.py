"""Attributions of the number that a page asked about last, and what was measured of them: kept, and not made twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from squeezeviz.explorer.long_work import is_same

if TYPE_CHECKING:
    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.judging.measuring import Finding
    from squeezeviz.explorer.photos import Photo
    from squeezeviz.runtime.model import Model

__all__ = ["Judged", "Known"]


@dataclass(frozen=True)
class Known:
    """What is known of one number on one photo.

    Attributes:
        basis: What it follows from.
        attributions: By method, each with its usual options.
        findings: By what they are told apart by.
    """

    basis: tuple[Any, ...]
    attributions: dict[str, Attribution] = field(default_factory=dict)
    findings: dict[tuple[str, str, int], Finding] = field(default_factory=dict)


class Judged:
    """What is known of the number that was asked about last."""

    def __init__(self) -> None:
        self._last: Known | None = None

    def about(self, model: Model, photo: Photo, class_index: int, contrast: int | None) -> Known:
        """Return what is known; whoever has it goes on filling it in, even when another number is asked about."""
        how = photo.prediction.preprocessing
        basis = (model, photo.kept, str(how.to_dict()) if how else "", class_index, contrast)
        if self._last is None or not is_same(self._last.basis, basis):
            self._last = Known(basis)
        return self._last

    def forget(self) -> None:
        """Let go of it."""
        self._last = None
