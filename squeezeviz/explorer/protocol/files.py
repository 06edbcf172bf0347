"""Files that are made for a page: itself as one file, and figures for print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from squeezeviz.explorer.protocol.fields import Cell, Index, Message, NamedRequest, PhotoRequest, Text

__all__ = ["FigureRequest", "FileMessage", "PageRequest"]


@dataclass(frozen=True, kw_only=True)
class FileMessage(Message):
    """A file for whoever asked, to be kept.

    Attributes:
        name: Of the file.
        type: Its media type.
        file: Its content.
    """

    kind: ClassVar = "file"

    name: str
    type: str
    file: bytes


@dataclass(frozen=True, kw_only=True)
class PageRequest(NamedRequest):
    """The page as one file."""

    kind: ClassVar = "page"


@dataclass(frozen=True, kw_only=True)
class FigureRequest(PhotoRequest):
    """One view of a photo as a figure for print.

    Attributes:
        view: Which view.
        format: Of the file.
        channel: The one on show.
        cell: The one on show.
        class_index: The one on show.
    """

    kind: ClassVar = "figure"

    view: Text
    format: Literal["svg", "png", "pdf"]
    channel: Index | None = None
    cell: Cell | None = None
    class_index: Index | None = None
