"""What hiding each patch of a photo does to a class, for print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from squeezeviz.figures.keys import DIFFERENCE_MM, difference_key
from squeezeviz.figures.look import QUIET, SMALL
from squeezeviz.figures.photo import at_print_size
from squeezeviz.figures.sheet import Box, cut_to, drawing, text_mm
from squeezeviz.figures.words import amount, percent
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.image import read_image
from squeezeviz.render.palettes import difference_palette

if TYPE_CHECKING:
    from squeezeviz.evidence import Occlusion
    from squeezeviz.evidence.occlusion import Units
    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.image import ImageSource
    from squeezeviz.render.palettes import Theme

__all__ = ["occlusion"]

_GAP_MM, _KEY_MM, _ROW_MM, _TALLEST_MM = 5.0, 6.5, 4.4, 96.0
_LISTED = 8
_MOST_OPAQUE = 210


def occlusion(
    made: Occlusion,
    image: ImageSource,
    key: int | str | None = None,
    *,
    units: Units = "logit",
    theme: Theme = "light",
    width_mm: float = 178,
    caption: bool = True,
) -> Sheet:
    """Draw over the photo what each of its pixels matters to a class, and what is said without the best patches.

    Args:
        made: ``squeezeviz.occlude(model, image)``.
        image: The photo that it was made of.
        key: Class index, WordNet id or name; the most probable class by default.
        units: Of the map: logits, or probability.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        FigureError: The theme or the width is none.
        ImageError: The image cannot be read.
        LabelError: No class is called that.
        ValueError: There are no such units.
    """
    index = int(made.prediction.ranking[0]) if key is None else made.prediction.labels[key].class_index
    score, change = made.prediction[index], np.nan_to_num(made.pixels(index, units))
    patches = np.nan_to_num(made.map(index, units))
    most = float(np.abs(change).max())
    shares = change / most if most > 0 else np.zeros_like(change)
    opacity = np.round(np.clip(np.abs(shares) * 1.1, 0, 1) * _MOST_OPAQUE).astype(np.uint8)
    unit = "logit units" if units == "logit" else "of probability"
    how = made.prediction.preprocessing
    read = read_image(image)
    photo = how.photo(read) if how else read
    geometry = made.geometry
    with drawing(width_mm, theme) as sheet:
        room, ink = sheet.room, sheet.ink
        is_wide = room.width >= 120
        wide = (room.width - _GAP_MM) * 0.56 if is_wide else room.width
        tall = min(wide * photo.height / photo.width, _TALLEST_MM)
        across = tall * photo.width / photo.height
        left = Box(room.left, room.top, wide)
        title = f"{score.label}: {percent(score.probability)}, logit {amount(score.logit)}"
        top = sheet.heading(left, title, "", photo.name, size=QUIET + 1)
        axes = sheet.picture(at_print_size(photo, across), left.left, top, across, tall, "photo")
        axes.images[0].set_extent((0, photo.width, photo.height, 0))
        x0, y0, x1, y1 = geometry.visible
        pixels = np.dstack([difference_palette(theme)[(127 + np.round(shares * 127)).astype(np.uint8)], opacity])
        axes.imshow(
            pixels[:, ::-1] if geometry.is_flipped else pixels, interpolation="none", aspect="auto",
            extent=(x0, x1, y1, y0), gid="occlusion",
        )  # fmt: skip
        axes.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, edgecolor="white", linewidth=0.6,
                                 linestyle=(0, (3, 3)), alpha=0.9, gid="crop"))  # fmt: skip
        axes.set(xlim=(0, photo.width), ylim=(photo.height, 0))
        bottom = top + tall
        difference_key(sheet, left.left + DIFFERENCE_MM, bottom + 1.2, most)
        said = cut_to(f"{unit} a pixel; + for {score.label}", left.width - DIFFERENCE_MM - 2, SMALL)
        sheet.write(left.left + DIFFERENCE_MM + 2, bottom + 3, said, SMALL, colour=ink.quiet)
        right = Box(left.right + _GAP_MM, room.top, room.right - left.right - _GAP_MM) if is_wide else room.below(
            bottom + _KEY_MM + 1.5
        )  # fmt: skip
        below = _table(sheet, right, made, patches, units)
        fill = made.fill if isinstance(made.fill, str) else "the colour " + ", ".join(map(str, made.fill))
        text = caption_of(
            f"What hiding parts of the photo takes from {score.label}: {made.done} patches of {made.patch_px} × "
            f"{made.patch_px} input pixels, every {made.stride_px}, filled with {fill}, one at a time. A pixel's value "
            "is the mean over the patches that hide it. Hiding one patch changes the answer at "
            f"{int(made.flips.sum())} places",
            made.prediction.provenance, image=photo.name, also=[f"Scale: linear, full colour is ±{most:.4g} {unit}"],
        )  # fmt: skip
        sheet.finish(max(bottom + _KEY_MM, below), text, is_written=caption)
    return sheet


def _table(sheet: Sheet, box: Box, made: Occlusion, patches: np.ndarray, units: Units) -> float:
    """Write what is said without each of the patches that matter most; return where it ends."""
    ink = sheet.ink
    top = sheet.heading(box, "Without one patch", "", "it carried", size=QUIET + 1) + 0.6
    order = np.argsort(-np.abs(patches), axis=None, kind="stable")[:_LISTED]
    for line, at in enumerate(order):
        row, column = divmod(int(at), patches.shape[1])
        x0, y0, x1, y1 = made.patch_in_photo(row, column)
        said = made.answer(row, column).top(1)[0]
        value = float(patches[row, column])
        carried = f"{value:+.2f}" if units == "logit" else f"{100 * value:+.1f} points"
        base = top + _ROW_MM * (line + 0.5) + QUIET * 0.127
        where = f"x {x0:.0f}–{x1:.0f}, y {y0:.0f}–{y1:.0f}"
        sheet.write(box.left, base, where, SMALL, colour=ink.quiet)
        start = box.left + 27
        room = box.right - text_mm(carried, QUIET) - 2 - start
        sheet.write(start, base, cut_to(f"{said.label} {percent(said.probability)}", room, QUIET), QUIET)
        sheet.write(box.right, base, carried, QUIET, colour=ink.more if value >= 0 else ink.less, ha="right")
    return top + _ROW_MM * len(order)
