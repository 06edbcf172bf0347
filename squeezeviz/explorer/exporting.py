"""The explorer as one file, and the engine of one: what makes them stands to the right, and is named once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["EngineParts", "Exported", "engine_with", "export_with", "make_engine", "write_page"]


@dataclass(frozen=True)
class Exported:
    """An exploration as it is, to be written.

    Attributes:
        model: The model to run.
        photos: By what they are known by: what decodes each, when it is its turn, and the milliseconds that this took.
        presets: The preprocessings that can be chosen on the page; the one in use comes first.
        traits: What is chosen, by the names of `squeezeviz.explorer.selection.Selection`; what needs a kernel is left
            at its default.
    """

    model: Model
    photos: Mapping[str, tuple[Callable[[], Image], float]]
    presets: Sequence[Preprocessing]
    traits: Mapping[str, Any]


_writer: Callable[[Exported], tuple[str, str, bytes]]


def export_with(writer: Callable[[Exported], tuple[str, str, bytes]]) -> None:
    """Name what makes one file of an exploration; see `squeezeviz.standalone.file.page_of`.

    Args:
        writer: Returns a name for the file, its media type, and its content; it may load what it takes when it is
            called.
    """
    global _writer  # noqa: PLW0603 - one for the whole process, as the page's program is
    _writer = writer


def write_page(exported: Exported) -> tuple[str, str, bytes]:
    """Make one file of an exploration. See `squeezeviz.standalone.file.page_of` for what it returns and raises."""
    return _writer(exported)


@dataclass(frozen=True)
class EngineParts:
    """What a page's engine is made of.

    Attributes:
        program: Its text.
        entry: Which block says what the others are.
        weights: Blocks of numbers, by number.
        rest: The other blocks.
    """

    program: bytes
    entry: int
    weights: Mapping[int, bytes]
    rest: Mapping[int, bytes]


_engine_maker: Callable[[Model, Sequence[Preprocessing]], EngineParts]


def engine_with(maker: Callable[[Model, Sequence[Preprocessing]], EngineParts]) -> None:
    """Name what makes an engine's parts; see `squeezeviz.standalone.engine.engine_of`."""
    global _engine_maker  # noqa: PLW0603 - one for the whole process, as the page's program is
    _engine_maker = maker


def make_engine(model: Model, presets: Sequence[Preprocessing]) -> EngineParts:
    """Make an engine's parts. See `squeezeviz.standalone.engine.engine_of` for what it returns and raises."""
    return _engine_maker(model, presets)
