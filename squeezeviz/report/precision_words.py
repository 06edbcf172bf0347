"""What a loss of precision is in words, in any medium."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from squeezeviz.results.precision import ErrorSize, LayerPrecision

__all__ = ["NOTE", "ratio_text", "share_text", "use_text", "worst_text"]

#: What the columns are.
NOTE = (
    "SQNR: 10 log10(signal / error) in dB, of all cells of all photos. made: the layer in low precision on its inputs "
    "in float32. inherited: what the errors before it become there. total: within the network. worst: the channel with "
    "most of the error made. saturated: values at the ends of the range. dead: codes that no value has."
)


def ratio_text(error: ErrorSize) -> str:
    """Return the SQNR in dB; ``exact`` of no error, nothing where there is no signal."""
    ratio = error.sqnr_db
    if ratio is None:
        return ""
    return f"{ratio:.1f}" if math.isfinite(ratio) else "exact"


def share_text(share: float | None) -> str:
    """Return a share in percent; nothing where there is none."""
    if share is None:
        return ""
    return "0" if not share else f"{share:.1%}" if share >= 0.001 else "< 0.1%"


def worst_text(error: ErrorSize) -> str:
    """Return the channel with most of an error, and its share."""
    return "" if error.worst_share is None else f"{error.worst_channel} ({error.worst_share:.0%})"


def use_text(layer: LayerPrecision) -> tuple[str, str]:
    """Return the shares of values at the ends of the range, and of codes never used."""
    return (share_text(layer.use.saturation), share_text(layer.use.dead_range)) if layer.use else ("", "")
