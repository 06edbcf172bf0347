"""What could not be looked at, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.terminal.console import out

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["print_left_out"]

_MOST = 10


def print_left_out(messages: Sequence[str], words: str = "left out: ") -> None:
    """Print the first messages, a line each, and how many more there are.

    Args:
        messages: What was the matter with each.
        words: What stands before each.
    """
    for message in messages[:_MOST]:
        out.say((words, "yellow"), out.name(message))
    if len(messages) > _MOST:
        out.say((f"… and {len(messages) - _MOST:,} more; --json lists them", "yellow"))
