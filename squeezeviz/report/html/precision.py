"""What a network loses in a lower precision, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.html.elements import Markup, el
from squeezeviz.report.html.layout import QUIET, RULE, bold, display, left_out, quiet, table
from squeezeviz.report.precision_words import NOTE, ratio_text, use_text, worst_text

if TYPE_CHECKING:
    from squeezeviz.results.precision import LayerPrecision, Precision

__all__ = ["precision_html"]

_MADE, _PASSED = "#b7540f", "#1666d0"
_MOST_CHANGED = 20
_HEADS = ("layer", "kind", "{} – {:.2g}", "made", "inherited", "total", "worst channel", "saturated", "dead")


def precision_html(precision: Precision) -> Markup:
    """Return what was found, each layer with the error made there and the error inherited, and changed answers."""
    known = [
        size for layer in precision for error in (layer.made, layer.total) if (size := error.relative_l2) is not None
    ]
    most = max(known, default=0.0)
    heads = [heading.format(0, most) for heading in _HEADS]
    sides = ["left", "left", "left", *["right"] * 6]
    rows = [_row(layer, most, is_worst=layer is precision.worst and bool(layer.made.noise)) for layer in precision]
    return display(
        bold(f"{precision.model} and {precision.other}"), " ", quiet(f"on {precision.photos_text}, {precision.folder}"),
        el("div", precision.verdict),
        el("div", f"{precision.arithmetic}.", style=QUIET),
        table(heads, rows, sides),
        el("div", "bars: relative error; upper, made there; lower, total. ", NOTE, style=f"{QUIET};max-width:70em"),
        _changed(precision) if precision.changed else None,
        *left_out(precision.left_out),
    )  # fmt: skip


def _row(layer: LayerPrecision, most: float, *, is_worst: bool) -> list[object]:
    name = el("span", layer.name, style=f"font-weight:600;color:{_MADE}" if is_worst else "")
    sizes = (layer.made.relative_l2, _MADE), (layer.total.relative_l2, _PASSED)
    bars = el("div", [_bar(size, most, colour) for size, colour in sizes], style="width:120px")
    errors = (layer.made, layer.inherited, layer.total)
    return [name, layer.kind, bars, *map(ratio_text, errors), worst_text(layer.made), *use_text(layer)]


def _bar(size: float | None, most: float, colour: str) -> Markup:
    share = 0.0 if size is None or not most else 100 * size / most
    filled = el("div", style=f"height:4px;width:{share:.2f}%;background:{colour}")
    return el("div", filled, style=f"height:4px;margin:1px 0;background:{RULE}")


def _changed(precision: Precision) -> Markup:
    rows = [[answer.photo, answer.label_before, answer.label_after] for answer in precision.changed[:_MOST_CHANGED]]
    more = len(precision.changed) - len(rows)
    note = el("div", f"… and {more:,} more photos", style=QUIET) if more else None
    return el("div", table(["their answer changes", "before", "after"], rows, ["left"] * 3), note)
