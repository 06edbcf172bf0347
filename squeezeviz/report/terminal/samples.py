"""The sample photos on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from squeezeviz.report.terminal.console import out

if TYPE_CHECKING:
    from squeezeviz.image.gallery import Sample

__all__ = ["print_samples"]


def print_samples(samples: tuple[Sample, ...]) -> None:
    """Print the samples, with what is missing and how to get it."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    for heading in ("name", "shows", "credit", "comes with"):
        table.add_column(heading)
    for sample in samples:
        state = (sample.package, "") if sample.is_available else (f"{sample.package}: not installed", "yellow")
        name, credit = out.words((sample.name, "bold")), out.words((sample.credit, "dim"))
        table.add_row(name, sample.title, credit, out.words(state))
    out.print(table)
    missing = sorted({sample.package for sample in samples if not sample.is_available})
    if missing:
        out.print(f"The others come with: pip install {' '.join(missing)}")
