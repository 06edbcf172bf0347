"""A figure as a sheet of paper: places in millimetres from its top left corner, a caption, and how it is written."""

from __future__ import annotations

import bisect
import contextlib
import io
import math
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal, get_args

from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis, YAxis
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from squeezeviz.arguments import check_number, expect
from squeezeviz.errors import FigureError, did_you_mean
from squeezeviz.figures.look import BODY, DPI, FONT, INKS, QUIET, SMALL, TITLE, style
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from matplotlib.artist import Artist
    from matplotlib.axis import Tick
    from matplotlib.backend_bases import RendererBase
    from matplotlib.text import Text
    from numpy.typing import NDArray

    from squeezeviz.render.palettes import Theme

__all__ = ["FORMATS", "MARGIN_MM", "Box", "Format", "Sheet", "as_bytes", "cut_to", "drawing", "put", "snap", "text_mm"]

Format = Literal["svg", "png", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)

MM_PER_INCH = 25.4
MARGIN_MM = 1.2
_LEAST_MM, _MOST_MM = 60.0, 600.0
_LINE = 1.35  # line height, in font sizes


def snap(mm: float) -> float:
    """Return the place nearest to one that is a whole number of a PNG's dots."""
    return round(mm / MM_PER_INCH * DPI) * MM_PER_INCH / DPI


def put(
    target: Figure | Axes,
    x: float,
    y: float,
    text: str,
    *,
    ha: str = "left",
    va: str = "baseline",
    **options: Any,  # noqa: ANN401 - Matplotlib's own
) -> Text:
    """Put text on a figure or into axes; every text of a figure goes through here.

    It stands there as it is: ``$`` begins no formula, and control characters, which make an SVG ill-formed, are written
    out.
    """
    return target.text(x, y, visible(text), ha=ha, va=va, parse_math=False, **options)


def text_mm(text: str, size: float = BODY, weight: str = "normal") -> float:
    """Return how wide a line of text is, in millimetres."""
    return _width(visible(text), weight) * size / 10 * MM_PER_INCH / 72


def _width(text: str, weight: str) -> float:
    """Return the width at 10 points. Matplotlib takes each letter's advance: so words add up, and most are known."""
    *words, last = text.split(" ")
    return sum(_advance(f"{word} ", weight) for word in words) + _advance(last, weight)


@lru_cache(4096)  # names from outside are measured, too: not without bounds
def _advance(text: str, weight: str) -> float:
    font = FontProperties(family=FONT, size=10, weight=weight)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


def cut_to(text: str, width: float, size: float = BODY, weight: str = "normal") -> str:
    """Return a text, cut off with an ellipsis where it is wider than so many millimetres."""
    text = visible(text)
    if _fits(text, width, size, weight):
        return text
    kept = _fitting(text, width, size, weight, end="…")
    return text[:kept].rstrip() + "…" if kept else ""


def _fits(text: str, width: float, size: float, weight: str = "normal") -> bool:
    """Whether a text fits into so many millimetres. Of a million letters no more is measured than about what fits."""
    most = 32
    while most < len(text):
        if text_mm(text[:most], size, weight) > width:
            return False
        most *= 2
    return text_mm(text, size, weight) <= width


def _fitting(text: str, width: float, size: float, weight: str = "normal", *, end: str = "") -> int:
    """Return how many of a text's letters fit into so many millimetres, with an end that follows them."""

    def wide(count: int) -> float:
        return text_mm(text[:count] + end, size, weight)

    most = 32
    while most < len(text) and wide(most) <= width:
        most *= 2
    return bisect.bisect_right(range(1, min(most, len(text)) + 1), width, key=wide)


def _wrapped(text: str, width: float, size: float) -> list[str]:
    """Return a text in lines, broken between words; within one only where it is longer than a line."""
    lines, line = [], ""
    for word in visible(text).split(" "):
        longer = f"{line} {word}" if line else word
        if line and not _fits(longer, width, size):
            lines.append(line)
            longer = word
        while longer and not _fits(longer, width, size):
            fits = max(1, _fitting(longer, width, size))
            lines.append(longer[:fits])
            longer = longer[fits:]
        line = longer
    return [*lines, line]


@dataclass(frozen=True)
class Box:
    """Room on a sheet: its top left corner and its width, in millimetres. How tall it gets, drawing in it tells."""

    left: float
    top: float
    width: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    def below(self, top: float) -> Box:
        """Return the room under what has been drawn."""
        return Box(self.left, top, self.width)


class _Ticks:
    """Makes an axis's ticks when they are drawn, which ours never are: Matplotlib makes four of them for any axes."""

    def reset_ticks(self) -> None:
        self.majorTicks: list[Tick] = []
        self.minorTicks: list[Tick] = []


class _Across(_Ticks, XAxis):
    pass


class _Down(_Ticks, YAxis):
    pass


class _Place(Axes):
    """Axes at a place on a sheet."""

    def _init_axis(self) -> None:
        self.xaxis, self.yaxis = _Across(self, clear=False), _Down(self, clear=False)
        for spine in self.spines.values():
            spine.register_axis(self.xaxis if spine.spine_type in {"top", "bottom"} else self.yaxis)


class Sheet(Figure):
    """A Matplotlib figure with a caption. It shows itself in a notebook, and `savefig` writes it as we mean it.

    Args:
        width_mm: How wide it is printed.
        theme: ``"light"`` for paper, ``"dark"`` for slides.

    Attributes:
        caption: What the figure shows, and everything that made it; also in the metadata of its files.
        theme: Its own.
        ink: The theme's colours.
    """

    def __init__(self, width_mm: float, theme: Theme) -> None:
        if not isinstance(theme, str) or theme not in INKS:
            raise FigureError(f"no theme is called {theme!r}; there are {', '.join(INKS)}")
        expect(width_mm, Real, "a width in millimetres", FigureError)
        if not (math.isfinite(width_mm) and _LEAST_MM <= width_mm <= _MOST_MM):
            raise FigureError(f"width_mm is {width_mm!r}, expected {_LEAST_MM:g} to {_MOST_MM:g} millimetres")
        self.theme = theme
        self.ink = INKS[theme]
        self.caption = ""
        super().__init__(figsize=(width_mm / MM_PER_INCH, 1.0), dpi=DPI, facecolor=self.ink.ground)
        self._room = width_mm
        self._drop = Affine2D()
        self._mm = Affine2D().scale(1 / MM_PER_INCH, -1 / MM_PER_INCH) + self._drop + self.dpi_scale_trans
        self._placed: list[tuple[Axes, float, float, float, float]] = []

    @property
    def width_mm(self) -> float:
        """Width in millimetres."""
        return float(self.get_size_inches()[0]) * MM_PER_INCH

    @property
    def height_mm(self) -> float:
        """Height in millimetres."""
        return float(self.get_size_inches()[1]) * MM_PER_INCH

    @property
    def room(self) -> Box:
        """What is within the margins."""
        return Box(MARGIN_MM, MARGIN_MM, self._room - 2 * MARGIN_MM)

    # Drawing ----------------------------------------------------------------------------------------------------------

    def write(
        self, x: float, y: float, text: str, size: float = BODY, *, colour: str = "", weight: str = "normal",
        ha: str = "left",
    ) -> Text:  # fmt: skip
        """Write a line of text; y is its baseline."""
        return put(
            self, x, y, text, fontsize=size, color=colour or self.ink.ink, fontweight=weight, ha=ha, transform=self._mm
        )

    def block(
        self, x: float, y: float, width: float, height: float, colour: str, *, name: str = "", edge: str = "none",
        line: float = 0.5,
    ) -> Rectangle:  # fmt: skip
        """Draw a rectangle."""
        patch = Rectangle((x, y), width, height, facecolor=colour, edgecolor=edge, linewidth=line, transform=self._mm)
        if name:
            patch.set_gid(name)
        self.add_artist(patch)
        return patch

    def axes_at(self, left: float, top: float, width: float, height: float, name: str) -> Axes:
        """Add axes without a frame; ``name`` is how they are found again, ``figure.axes`` by ``get_label()``."""
        axes = _Place(self, (0.0, 0.0, 1.0, 1.0), label=name)
        self.add_axes(axes)
        axes.set_axis_off()
        self._placed.append((axes, left, top, width, height))
        return axes

    def picture(
        self, pixels: NDArray[np.uint8], left: float, top: float, width: float, height: float, name: str
    ) -> Axes:
        """Show pixels as they are, uint8 (H, W, 3 or 4): nothing is smoothed, so that one cell is one rectangle."""
        axes = self.axes_at(snap(left), snap(top), width, height, name)
        axes.imshow(pixels, interpolation="none", aspect="auto", gid=name)
        return axes

    def heading(self, box: Box, title: str, quiet: str = "", right: str = "", *, size: float = TITLE) -> float:
        """Write a title, what qualifies it, and at the right what is to be said of it; return where they end."""
        base = box.top + size * MM_PER_INCH / 72
        title = cut_to(title, box.width, size, "bold")
        if text_mm(title, size, "bold") + 1 + text_mm(right, QUIET) > box.width:
            right = ""
        self.write(box.left, base, title, size, weight="bold")
        taken = text_mm(title, size, "bold") + 2
        if right:
            self.write(box.right, base, right, QUIET, colour=self.ink.quiet, ha="right")
        room = box.width - taken - (text_mm(right, QUIET) + 2 if right else 0)
        if quiet and (room > 12 or text_mm(quiet, QUIET) <= room):  # three letters and an ellipsis say nothing
            self.write(box.left + taken, base, cut_to(quiet, room, QUIET), QUIET, colour=self.ink.quiet)
        return base + 1.6

    def paragraph(self, box: Box, text: str, size: float = SMALL) -> float:
        """Write quiet text in lines as wide as the room; return where it ends."""
        step = size * _LINE * MM_PER_INCH / 72
        base = box.top
        for line in _wrapped(text, box.width, size):
            base += step
            self.write(box.left, base, line, size, colour=self.ink.quiet)
        return base + 0.6

    def finish(self, bottom: float, caption: str, *, is_written: bool) -> None:
        """Write the caption under what has been drawn, and cut the sheet off there."""
        self.caption = visible(caption)
        if is_written:
            bottom = self.paragraph(self.room.below(bottom + 1.2), caption)
        height = snap(bottom + MARGIN_MM)
        self.set_size_inches(self._room / MM_PER_INCH, height / MM_PER_INCH)
        self._drop.clear().translate(0, height / MM_PER_INCH)
        for axes, left, top, width, tall in self._placed:
            axes.set_position((left / self._room, 1 - (top + tall) / height, width / self._room, tall / height))

    def draw(self, renderer: RendererBase) -> None:
        """Draw it, as Matplotlib does; what parts are called, which may be a layer's name, becomes an SVG's ids."""
        for artist in _within(self):
            if (name := artist.get_gid()) is not None:
                artist.set_gid(visible(name))
        super().draw(renderer)

    # Writing ----------------------------------------------------------------------------------------------------------

    def savefig(self, fname: Any, **options: Any) -> None:  # noqa: ANN401 - Matplotlib's own
        """Write it, as `matplotlib.figure.Figure.savefig` does: text stays text, and the same figure the same bytes."""
        kind = str(options.get("format") or str(fname).rpartition(".")[2]).lower()
        if "metadata" not in options and kind in FORMATS:
            options["metadata"] = self._metadata(kind)
        with style():
            super().savefig(fname, **options)

    def _metadata(self, kind: str) -> dict[str, Any]:
        by = f"squeezeviz {version('squeezeviz')}"
        if kind == "png":
            return {"Software": by, "Description": self.caption}
        if kind == "svg":
            return {"Creator": by, "Description": self.caption, "Date": None}
        return {"Creator": by, "Subject": self.caption, "CreationDate": None, "Producer": None}

    def _repr_png_(self) -> bytes:
        return as_bytes(self, "png", dpi=DPI // 2)

    def __repr__(self) -> str:
        return f"<Sheet of {self.width_mm:.0f} × {self.height_mm:.0f} mm: {self.caption}>"


def _within(artist: Artist) -> Iterator[Artist]:
    """Give an artist and all that is in it, but for ticks: asked for, they are made, and our axes show none."""
    yield artist
    for child in artist.get_children():
        if not isinstance(child, Axis):
            yield from _within(child)


@contextlib.contextmanager
def drawing(width_mm: float, theme: Theme) -> Iterator[Sheet]:
    """Give a blank sheet, with our settings in force while it is drawn on.

    Raises:
        FigureError: The width is no printed one, or the theme is unknown.
    """
    with style():
        yield Sheet(width_mm, theme)


def as_bytes(figure: Figure, form: Format = "svg", *, dpi: int = DPI) -> bytes:
    """Return a figure as a file's content; the same figure gives the same bytes.

    Args:
        figure: Which.
        form: ``"svg"`` and ``"pdf"`` with text as text, or ``"png"``.
        dpi: Dots per inch of a PNG.

    Raises:
        FigureError: It is another format.
    """
    expect(figure, Figure, "a figure, such as squeezeviz.figures draws", FigureError)
    check_number("dpi", dpi, "dots per inch, such as 300", FigureError)
    if not isinstance(form, str) or form not in FORMATS:
        raise FigureError(
            f"figures are written as {', '.join(FORMATS)}, not {form!r}.{did_you_mean(str(form), FORMATS)}"
        )
    buffer = io.BytesIO()
    figure.savefig(buffer, format=form, dpi=dpi)
    return buffer.getvalue()
