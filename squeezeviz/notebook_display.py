"""Results show themselves in notebooks, and know nothing of HTML: what makes it is named once, by the package's top."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NotebookDisplay", "display_with"]

_render: Callable[[object], str] | None = None


class NotebookDisplay:
    """Whatever a notebook shows as HTML, where it stands last in a cell."""

    __slots__ = ()

    def _repr_html_(self) -> str | None:
        return _render(self) if _render is not None else None  # None: the notebook takes the repr


def display_with(render: Callable[[object], str]) -> None:
    """Name what makes HTML of results.

    Args:
        render: Returns a result's HTML; it may load what it takes when it is called.
    """
    global _render  # noqa: PLW0603 - one for the whole process, as results are
    _render = render
