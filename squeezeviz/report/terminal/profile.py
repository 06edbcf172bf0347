"""What a network costs, layer by layer, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from squeezeviz.report.profile_words import CELLS, NOTE, cells_of, machine_words, run_words, settings_rows
from squeezeviz.report.terminal.console import out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from squeezeviz.profiling.profiled import Profile

__all__ = ["print_profile"]

_WIDE = 120  # a plain terminal has 80 characters: the first columns fit
_NARROW_CELLS = 4


def print_profile(profile: Profile) -> None:
    """Print a row for what is computed together, in the order in which it runs; then what other settings would take."""
    out.say((out.name(profile.provenance.model_id), "bold"), f": {run_words(profile)}", soft_wrap=False)
    out.say((machine_words(profile), "dim"), soft_wrap=False)
    shown = len(CELLS) if out.width >= _WIDE else _NARROW_CELLS
    table = _table(["layer", *CELLS[:shown]])
    for row in profile.rows:
        name = row.words if row.layers else f"{row.kind}: {row.name}"
        table.add_row(out.name(name), *cells_of(profile, row)[:shown])
    out.print(table)
    if profile.settings:
        heads, rows = settings_rows(profile)
        table = _table(heads)
        for cells in rows:
            table.add_row(*cells)
        out.print(table)
    for row in profile.unmapped:
        out.say(f"not mapped to a layer: {out.name(row.name)}", soft_wrap=False)
    out.say((NOTE, "dim"), soft_wrap=False)


def _table(heads: Sequence[str]) -> Table:
    made = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for at, heading in enumerate(heads):
        made.add_column(heading, justify="right" if at and heading != "limit" else "left", overflow="fold")
    return made
