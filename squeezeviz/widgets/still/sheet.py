"""The sheet that a still picture of a page is drawn on: its ground, letters and colours; places are in pixels."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from squeezeviz.visible import visible

__all__ = ["ACCENT", "BAR", "GAP_PX", "INK", "MARGIN_PX", "QUIET", "RULE", "WARM", "Box", "Sheet"]

MARGIN_PX, GAP_PX = 16, 24
_HIGHEST_PX, _BAND_PX = 1200, 36
# As the page in a light theme; one picture serves any ground.
_GROUND, INK, QUIET, RULE = "#ffffff", "#171a1e", "#5a626c", "#c9cfd6"
ACCENT, _ON_ACCENT, BAR, WARM = "#1666d0", "#ffffff", "#7f8893", "#b4541a"
_LINE = 1.35  # line height, in sizes of type


class Box(NamedTuple):
    """Where a part begins, and how wide it may be."""

    left: int
    top: int
    width: int


class Sheet:
    """A sheet of a width, as high as it turns out.

    Args:
        width: In pixels.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self.picture = Pillow.new("RGB", (width, _HIGHEST_PX), _GROUND)
        self.draw = ImageDraw.Draw(self.picture)

    def heading(self, title: str, about: str) -> int:
        """Write what is shown over everything; return where what follows begins."""
        room = self.width - 2 * MARGIN_PX
        y = self.lines(MARGIN_PX, 12, title, room, size=18, bold=True, colour=INK)
        return self.lines(MARGIN_PX, y, about, room) + 12

    def line(
        self, x: int, y: int, text: str, width: int, *, size: int = 14, bold: bool = False, colour: str = INK
    ) -> int:
        """Write one line, cut off where the room ends; return where the next begins."""
        font, shown = _font(size, bold=bold), visible(text)
        if font.getlength(shown) > width:
            shown = shown[: 2 + width // 2]  # no letter is narrower; names from outside may be of any length
            while shown and font.getlength(f"{shown}…") > width:
                shown = shown[:-1]
            shown = f"{shown}…"
        self.draw.text((x, y), shown, colour, font)
        return y + round(size * _LINE)

    def lines(
        self, x: int, y: int, text: str, width: int, *, size: int = 14, bold: bool = False, colour: str = QUIET
    ) -> int:
        """Write text over as many lines as it takes; return where what follows begins."""
        font, line = _font(size, bold=bold), ""
        for word in visible(text).split():
            longer = f"{line} {word}".strip()
            if line and font.getlength(longer) > width:
                y = self.line(x, y, line, width, size=size, bold=bold, colour=colour)
                line = word
            else:
                line = longer
        return self.line(x, y, line, width, size=size, bold=bold, colour=colour)

    def at_right(self, right: int, y: int, text: str) -> int:
        """Write a short text that ends at a place; return where it begins."""
        left = right - round(_font(14).getlength(text))
        self.draw.text((left, y), text, INK, _font(14))
        return left

    def finish(self, bottom: int, last: str) -> Pillow.Image:
        """Write the last line, and cut the sheet off below it."""
        top = min(bottom, _HIGHEST_PX - _BAND_PX)
        self.draw.rectangle((0, top, self.width, top + _BAND_PX), ACCENT)
        self.line(MARGIN_PX, top + 9, last, self.width - 2 * MARGIN_PX, size=13, colour=_ON_ACCENT)
        return self.picture.crop((0, 0, self.width, top + _BAND_PX))


@cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The letters of figures, which come with Matplotlib, without loading it; else those that Pillow has."""
    found = find_spec("matplotlib")
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder, "mpl-data", "fonts", "ttf", "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
        if path.is_file():
            return ImageFont.truetype(path, size)
    return ImageFont.load_default(size)
