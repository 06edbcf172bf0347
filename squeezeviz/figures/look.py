"""How figures look: the page's own colours, sizes of type, and Matplotlib's settings while one is drawn."""

from __future__ import annotations

import contextlib
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from squeezeviz.render.palettes import Theme

__all__ = ["BODY", "DPI", "FONT", "INKS", "QUIET", "SMALL", "TITLE", "Ink", "style"]

#: Dots per inch of a PNG; cells of maps are whole numbers of them.
DPI = 300
FONT = "DejaVu Sans"  # comes with Matplotlib: the same letters everywhere
# Sizes of type, in points: nothing is smaller than journals print.
TITLE, BODY, QUIET, SMALL = 8.5, 7.5, 6.5, 6.0


@dataclass(frozen=True)
class Ink:
    """The colours of everything but data. Warm is data, blue is what was chosen, the rest is ink and rules.

    Attributes:
        ground: The page.
        ink: Text.
        quiet: Text that stands back.
        rule: Hairlines.
        track: What a bar runs on.
        accent: What was chosen.
        on_accent: Text on it.
        bar: Bars of the others.
        warm: What has changed.
        node: Layers in the architecture diagram.
        flow: What runs between them.
        rms_activations: Of a 1×1 expand, a 3×3 expand, any other layer.
        less: Below zero.
        more: Above zero.
        lines: Told apart by every kind of colour blindness, in this order.
    """

    ground: str
    ink: str
    quiet: str
    rule: str
    track: str
    accent: str
    on_accent: str
    bar: str
    warm: str
    node: str
    flow: str
    rms_activations: tuple[str, str, str]
    less: str
    more: str
    lines: tuple[str, ...]


INKS: dict[Theme, Ink] = {
    "light": Ink(
        ground="#ffffff",
        ink="#171a1e",
        quiet="#5a626c",
        rule="#c9cfd6",
        track="#edf0f3",
        accent="#1666d0",
        on_accent="#ffffff",
        bar="#7f8893",
        warm="#b4541a",
        node="#59626d",
        flow="#e7eaee",
        rms_activations=("#d9822b", "#7a2b14", "#7f8893"),
        less="#2f6fc4",
        more="#c4651d",
        # After Okabe and Ito, "Color Universal Design" (2008), darkened for white paper.
        lines=("#b4541a", "#0072b2", "#00805f", "#8a4f9e", "#59626d", "#b8860b", "#2b8cc4"),
    ),
    "dark": Ink(
        ground="#111111",
        ink="#eceff2",
        quiet="#a9b1ba",
        rule="#434b54",
        track="#262c33",
        accent="#6fb1ff",
        on_accent="#0b1118",
        bar="#8993a0",
        warm="#f0a055",
        node="#9aa4b0",
        flow="#262c33",
        rms_activations=("#f2b56a", "#c2541c", "#8993a0"),
        less="#6fb1ff",
        more="#f0a055",
        lines=("#f0a055", "#56b4e9", "#35c99a", "#cc79a7", "#c9cfd6", "#f0e442", "#7f9cff"),
    ),
}

# A reader's own settings must not change a figure, nor a figure theirs.
_STYLE: dict[Any, Any] = {
    "font.family": [FONT, "sans-serif"],  # for readers of an SVG who have no such letters
    "font.sans-serif": [FONT],
    "text.parse_math": False,  # a file may be called $5.jpg
    "axes.linewidth": 0.5,
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "squeezeviz",  # the same figure, the same bytes
    "svg.image_inline": True,
    "pdf.fonttype": 42,  # text stays text
    "savefig.facecolor": "auto",
    "savefig.bbox": None,
    "image.composite_image": False,  # maps stay pictures of their own
    "path.simplify": False,
}


@contextlib.contextmanager
def style() -> Iterator[None]:
    """Draw or write with our settings, whatever the reader's; afterwards these are theirs again."""
    with mpl.rc_context(), warnings.catch_warnings():
        # A photo may be called 猫.jpg. Where text stays text, its reader's fonts show that; elsewhere a box stands.
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from", UserWarning)
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield
