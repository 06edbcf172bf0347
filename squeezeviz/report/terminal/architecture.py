"""The layer table on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from squeezeviz.preprocessing.sizes import size_text
from squeezeviz.report.terminal.console import out
from squeezeviz.report.words import blocks_text, shape_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from squeezeviz.network.architecture import Architecture

__all__ = ["print_architecture"]


_NUMBERS = ("output", "parameters", "MACs", "sees px", "stride")
_LEAST_NAME = 16  # characters of a layer's name that are shown in any case


def _cut(name: str, room: int) -> str:
    """Return a name with what does not fit left out of its middle: layers are told apart by both ends."""
    if len(name) <= room:
        return name
    front = (room - 1) // 2
    return f"{name[:front]}…{name[front + 1 - room :]}"


def print_architecture(architecture: Architecture, *, name: str, notes: Sequence[str] = ()) -> None:
    """Print the layer table of the model of that name, with its totals and what is worth knowing of its input."""
    has_room = out.width >= 100  # a plain terminal has 80 characters: six columns fit
    block_of = {name: block.name for block in architecture.blocks for name in block.layers}
    has_blocks = out.width >= 120
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    rows = [
        [
            shape_text(layer.shape).replace(" ", ""),
            f"{layer.parameters:,}" if layer.parameters else "",
            f"{layer.macs / 1e6:.2f} M" if layer.macs else "",
            layer.field_text.replace(" ", ""),
            size_text(layer.stride, "×") if layer.stride else "?",
            *([out.name(layer.kind)] if has_room else []),
            *([out.name(block_of[layer.name])] if has_blocks else []),
        ]
        for layer in architecture
    ]
    heads = [*_NUMBERS, *(["kind"] if has_room else []), *(["block"] if has_blocks else [])]
    taken = sum(max(map(len, column)) + 2 for column in zip(heads, *rows, strict=True))
    table.add_column("layer", no_wrap=True)
    for heading in heads:
        is_number = heading in _NUMBERS
        table.add_column(
            heading, justify="right" if is_number else "left", style="" if is_number else "dim", no_wrap=True
        )
    for position, (layer, row) in enumerate(zip(architecture, rows, strict=True)):
        following = architecture.layers[position + 1] if position + 1 < len(architecture) else None
        name_shown = _cut(out.name(layer.name), max(_LEAST_NAME, out.width - taken - 3))
        is_last = following is None or block_of[following.name] != block_of[layer.name]
        table.add_row(name_shown, *row, end_section=is_last)
    sizes_in_all = (
        f"  {architecture.gflops:.3f} GFLOPs · {architecture.mparams:.3f} M parameters · "
        f"{architecture.macs / 1e6:.2f} M MACs"
    )
    out.say((out.name(name), "bold"), sizes_in_all, soft_wrap=False)
    shape_in, shape_out = shape_text(architecture.input_shape), shape_text(architecture.output_shape)
    first, last = out.name(architecture.input_name), out.name(architecture.output_name)
    out.say((f"{first} (B × {shape_in}) → {last} (B × {shape_out}): {architecture.answer}", "dim"), soft_wrap=False)
    for said in notes:
        out.say(out.name(said), soft_wrap=False)
    out.say((f"Blocks: {blocks_text(architecture.blocks)}", "dim"), soft_wrap=False)
    out.print(table)
    note = (
        "For one image. A multiply-accumulate is two operations; bias additions, ReLUs and the cells of pooling "
        "windows one each. 'sees' is the receptive field, narrowest to widest path."
    )
    out.say((note, "dim"), soft_wrap=False)
