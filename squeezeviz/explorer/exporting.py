"""The explorer as one file: what writes it stands to the right, and is named once, by the package's top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["PageWriter", "export_with", "write_page"]


class PageWriter(Protocol):
    """Makes one file of an exploration; see `squeezeviz.standalone.file.page_of`."""

    def __call__(
        self,
        model: Model,
        photos: Mapping[str, tuple[Callable[[], Image], float]],
        presets: Sequence[Preprocessing],
        traits: Mapping[str, Any],
    ) -> tuple[str, str, bytes]:
        """Return a name for the file, its media type, and its content."""


_writer: PageWriter


def export_with(writer: PageWriter) -> None:
    """Name what makes one file of an exploration.

    Args:
        writer: Makes it; it may load what it takes when it is called.
    """
    global _writer  # noqa: PLW0603 - one for the whole process, as the page's program is
    _writer = writer


def write_page(
    model: Model,
    photos: Mapping[str, tuple[Callable[[], Image], float]],
    presets: Sequence[Preprocessing],
    traits: Mapping[str, Any],
) -> tuple[str, str, bytes]:
    """Make one file of an exploration. See `squeezeviz.standalone.file.page_of` for arguments and errors."""
    return _writer(model, photos, presets, traits)
