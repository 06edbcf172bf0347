"""A network in 8-bit integers as HTML: its file, and what it says beside the network it was made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.html.elements import Markup, el
from squeezeviz.report.html.layout import QUIET, bold, display, left_out
from squeezeviz.report.html.model_comparison import paired_evaluation_html

if TYPE_CHECKING:
    from squeezeviz.quantization.quantized import Quantized

__all__ = ["quantized_html"]


def quantized_html(quantized: Quantized) -> Markup:
    """Return the file, its size, how it was made, and the answers of both networks where they were asked for."""
    share = quantized.bytes_after / quantized.bytes_before
    return display(
        bold(str(quantized.path)),
        el("div", f"{quantized.bytes_after:,} bytes, {share:.0%} of {quantized.bytes_before:,}"),
        el("div", quantized.words, style=QUIET),
        *left_out(quantized.left_out),
        paired_evaluation_html(quantized.evaluation) if quantized.evaluation else None,
    )
