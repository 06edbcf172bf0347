"""The layer table as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.network.fields import size_text
from squeezeviz.report.html.elements import Markup, el, number
from squeezeviz.report.html.layout import BARE, QUIET, RULE, bold, cell_style, display
from squeezeviz.report.words import shape_text

if TYPE_CHECKING:
    from squeezeviz.network.architecture import Architecture

__all__ = ["architecture_html"]


def architecture_html(architecture: Architecture) -> Markup:
    """Return the layer table, one row a layer, with totals."""
    head = ("layer", "kind", "output", "parameters", "MACs", "receptive field", "stride")
    sides = ("left", "left", "right", "right", "right", "right", "right")
    rows = []
    previous = ""
    for layer in architecture:
        cells = (
            layer.name,
            layer.kind,
            shape_text(layer.shape),
            number(layer.parameters, ",") if layer.parameters else "",
            number(layer.macs, ",") if layer.macs else "",
            f"{layer.field_text} px",
            size_text(layer.stride) if layer.stride else "?",
        )
        group = layer.module or layer.name
        rule = f"border-top:1px solid {RULE}" if group != previous else ""
        previous = group
        columns = [el("td", cell, style=cell_style(side)) for side, cell in zip(sides, cells, strict=True)]
        rows.append(el("tr", columns, style=f"background:none;{rule}"))
    heads = [el("th", name, style=f"{cell_style(side)};{QUIET}") for side, name in zip(sides, head, strict=True)]
    totals = [
        bold(f"{architecture.parameters:,}"), " parameters · ", bold(f"{architecture.gflops:.3f}"), " GFLOPs · ",
        bold(f"{architecture.macs:,}"), f" multiply-accumulates · input {shape_text(architecture.input_shape)}",
    ]  # fmt: skip
    listed = el(
        "table",
        el("thead", el("tr", heads, style="background:none")),
        el("tbody", rows),
        style=BARE.format("0"),
    )
    return display(el("div", totals, style="margin-bottom:4px"), el("div", listed, style="overflow-x:auto"))
