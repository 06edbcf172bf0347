"""What a network loses in a lower precision, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich import box
from rich.table import Table

from squeezeviz.report.precision_words import NOTE, ratio_text, share_text, use_text, worst_text
from squeezeviz.report.terminal.console import out
from squeezeviz.report.terminal.left_out import print_left_out

if TYPE_CHECKING:
    from squeezeviz.results.precision import LayerPrecision, Precision

__all__ = ["print_precision"]

_MOST_CHANGED, _MOST_CHANNELS = 20, 12
_NUMBERS = ("made", "inherited", "total", "worst", "saturated", "dead")


def print_precision(precision: Precision, *, layer: str | None = None) -> None:
    """Print what was found, layer by layer, and the photos whose answer changes.

    Args:
        precision: What was measured.
        layer: A layer whose channels are printed as well: those with most of the error made there.
    """
    names = out.name(f"{precision.model} and {precision.other}")
    out.say((names, "bold"), f"  on {precision.photos_text}, {out.name(precision.folder)}")
    out.say(out.name(precision.verdict), soft_wrap=False)
    out.say((out.name(f"{precision.arithmetic}."), "dim"), soft_wrap=False)
    _print_layers(precision)
    out.say((NOTE, "dim"), soft_wrap=False)
    if layer is not None:
        _print_channels(precision[layer])
    _print_changed(precision)
    print_left_out(precision.left_out)


def _print_layers(precision: Precision) -> None:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("", "layer"):
        table.add_column(heading, no_wrap=True)
    for heading in _NUMBERS:
        table.add_column(heading, justify="right", no_wrap=True, min_width=len(heading))
    for layer in precision:
        is_worst = layer is precision.worst and bool(layer.made.noise)
        table.add_row(
            ">" if is_worst else "",
            out.words((out.name(layer.name), "yellow" if is_worst else "")),
            *(ratio_text(error) for error in (layer.made, layer.inherited, layer.total)),
            worst_text(layer.made),
            *use_text(layer),
        )
    out.print(table)


def _print_channels(layer: LayerPrecision) -> None:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), title=out.name(layer.name), title_justify="left")
    for heading in ("channel", "made dB", "of the error made", "total dB", "saturated", "dead"):
        table.add_column(heading, justify="right", no_wrap=True)
    made, total = layer.made.channel_sqnr_db, layer.total.channel_sqnr_db
    for at in np.argsort(-layer.made.channel_noise, kind="stable")[:_MOST_CHANNELS]:
        share = layer.made.channel_noise[at] / layer.made.noise if layer.made.noise else 0.0
        use, unused = layer.use, layer.use.unused if layer.use else None
        table.add_row(
            f"{at}", f"{made[at]:.1f}", f"{share:.1%}", f"{total[at]:.1f}",
            share_text(float(use.saturated[at])) if use else "",
            share_text(float(unused[at])) if unused is not None else "",
        )  # fmt: skip
    out.print(table)


def _print_changed(precision: Precision) -> None:
    if not precision.changed:
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("photo", "before", "after"):
        table.add_column(heading)
    for answer in precision.changed[:_MOST_CHANGED]:
        table.add_row(*(out.name(each) for each in (answer.photo, answer.label_before, answer.label_after)))
    out.print(table)
    if len(precision.changed) > _MOST_CHANGED:
        out.say(f"… and {len(precision.changed) - _MOST_CHANGED:,} more photos; --json lists them")
