"""A network in 8-bit integers on a terminal: its file, and what it says beside the network it was made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.terminal.console import out
from squeezeviz.report.terminal.left_out import print_left_out
from squeezeviz.report.terminal.model_comparison import print_paired_evaluation

if TYPE_CHECKING:
    from squeezeviz.quantization.quantized import Quantized

__all__ = ["print_quantized"]


def print_quantized(quantized: Quantized) -> None:
    """Print the file, its size, how it was made, and the answers of both networks where they were asked for."""
    said = f"{quantized.bytes_after:,} bytes, {quantized.bytes_after / quantized.bytes_before:.0%} of"
    out.say((out.name(str(quantized.path)), "bold"), f"  {said} {quantized.bytes_before:,}", soft_wrap=False)
    out.say((out.name(quantized.words), "dim"), soft_wrap=False)
    print_left_out(quantized.left_out)
    if quantized.evaluation:
        print_paired_evaluation(quantized.evaluation)
