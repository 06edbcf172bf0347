"""The layer table as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.preprocessing.sizes import size_text
from squeezeviz.report.html.elements import Markup, el, number
from squeezeviz.report.html.layout import BARE, QUIET, RULE, bold, cell_style, display
from squeezeviz.report.words import blocks_text, shape_text

if TYPE_CHECKING:
    from squeezeviz.network.architecture import Architecture

__all__ = ["architecture_html"]


def architecture_html(architecture: Architecture) -> Markup:
    """Return the layer table, one row a layer, with totals."""
    head = ("block", "layer", "kind", "output", "parameters", "MACs", "receptive field", "stride")
    sides = ("left", "left", "left", "right", "right", "right", "right", "right")
    rows = []
    block_of = {name: block.name for block in architecture.blocks for name in block.layers}
    previous = ""
    for layer in architecture:
        block = block_of[layer.name]
        cells = (
            block if block not in (previous, layer.name) else "",
            layer.name,
            layer.kind,
            shape_text(layer.shape),
            number(layer.parameters, ",") if layer.parameters else "",
            number(layer.macs, ",") if layer.macs else "",
            f"{layer.field_text} px",
            size_text(layer.stride) if layer.stride else "?",
        )
        rule = f"border-top:1px solid {RULE}" if block != previous else ""
        previous = block
        columns = [el("td", cell, style=cell_style(side)) for side, cell in zip(sides, cells, strict=True)]
        rows.append(el("tr", columns, style=f"background:none;{rule}"))
    heads = [el("th", name, style=f"{cell_style(side)};{QUIET}") for side, name in zip(sides, head, strict=True)]
    totals = [
        bold(f"{architecture.parameters:,}"), " parameters · ", bold(f"{architecture.gflops:.3f}"), " GFLOPs · ",
        bold(f"{architecture.macs:,}"), f" multiply-accumulates · input {shape_text(architecture.input_shape)} "
        f"· blocks: {blocks_text(architecture.blocks)}",
    ]  # fmt: skip
    listed = el(
        "table",
        el("thead", el("tr", heads, style="background:none")),
        el("tbody", rows),
        style=BARE.format("0"),
    )
    return display(el("div", totals, style="margin-bottom:4px"), el("div", listed, style="overflow-x:auto"))
