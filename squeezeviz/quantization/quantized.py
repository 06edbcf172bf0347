"""What came of quantising a network: its file, how it was made, and what it says beside the network it was made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from squeezeviz.notebook_display import NotebookDisplay

if TYPE_CHECKING:
    from pathlib import Path

    from squeezeviz.dataset.paired_evaluation import PairedEvaluation

__all__ = ["Calibration", "KernelType", "Quantized"]

#: How the range of a layer is found: its least and largest number; or what loses the least by two other measures.
Calibration = Literal["minmax", "entropy", "percentile"]
#: How kernels are stored: see `squeezeviz.quantize`.
KernelType = Literal["int8", "uint8"]


@dataclass(frozen=True, eq=False)
class Quantized(NotebookDisplay):
    """A network in 8-bit integers, and what it was made of.

    Attributes:
        path: Its file.
        model: Name of the network it was made of.
        method: How the range of each layer was found.
        is_per_channel: Whether each kernel has a scale of its own.
        keep: Layers that are computed in float32 all the same.
        photos: How many photos were looked at for the ranges.
        bytes_before: Of the file it was made of.
        bytes_after: Of its file.
        left_out: Photos that could not be read, and why.
        evaluation: What both say of photos; None where that was not asked for.
        are_samples: Whether the photos are the samples that come with packages, in want of others.
    """

    path: Path
    model: str
    method: Calibration
    is_per_channel: bool
    keep: tuple[str, ...]
    photos: int
    bytes_before: int
    bytes_after: int
    left_out: tuple[str, ...] = ()
    evaluation: PairedEvaluation | None = None
    are_samples: bool = False

    @property
    def words(self) -> str:
        """How it was made, in a sentence."""
        scales = "a scale for each kernel" if self.is_per_channel else "one scale a layer"
        kept = f"; in float32 all the same: {', '.join(self.keep)}" if self.keep else ""
        what = "sample picture" if self.are_samples else "photo"
        photos = f"1 {what}" if self.photos == 1 else f"{self.photos:,} {what}s"
        return f"{self.model} in 8-bit integers: ranges by {self.method} of {photos}, {scales}{kept}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "path": str(self.path),
            "model": self.model,
            "method": self.method,
            "per_channel": self.is_per_channel,
            "keep": list(self.keep),
            "photos": self.photos,
            "are_samples": self.are_samples,
            "bytes_before": self.bytes_before,
            "bytes_after": self.bytes_after,
            "left_out": list(self.left_out),
            "evaluation": self.evaluation.to_dict() if self.evaluation else None,
        }
