"""That another model answers than the one wanted, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.panel import Panel

from squeezeviz.report.terminal.console import remarks

if TYPE_CHECKING:
    from squeezeviz.zoo import Fallback

__all__ = ["print_fallback"]


def print_fallback(fallback: Fallback) -> None:
    """Say, where nobody can miss it and no pipe takes it up, that another model answers than the one wanted."""
    remarks.print(
        Panel(
            Group(*map(remarks.words, fallback.lines)),
            title=remarks.words((fallback.used, "bold"), " stands in"),
            title_align="left",
            border_style="yellow",
            padding=(0, 1),
        )
    )
