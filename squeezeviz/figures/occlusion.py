"""What hiding each patch of a photo does to a class, for print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.arguments import expect
from squeezeviz.errors import FigureError
from squeezeviz.evidence import Occlusion
from squeezeviz.figures.look import QUIET, SMALL
from squeezeviz.figures.over_photo import SCALE_MM, beside, difference_scale, halves, over_photo, signed_pixels
from squeezeviz.figures.sheet import cut_to, drawing, text_mm
from squeezeviz.figures.words import amount, percent
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.image import read_image
from squeezeviz.report.words import rectangle_text

if TYPE_CHECKING:
    from squeezeviz.evidence.occlusion import Units
    from squeezeviz.figures.sheet import Box, Sheet
    from squeezeviz.image import ImageSource
    from squeezeviz.render.palettes import Theme

__all__ = ["occlusion"]

_ROW_MM = 4.4
_LISTED = 8


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
    expect(made, Occlusion, "what squeezeviz.occlude returns", FigureError)
    index = int(made.prediction.ranking[0]) if key is None else made.prediction.labels[key].class_index
    score, change = made.prediction[index], np.nan_to_num(made.pixels(index, units))
    patches = np.nan_to_num(made.map(index, units))
    most = float(np.abs(change).max())
    shares = change / most if most > 0 else np.zeros_like(change)
    unit = "logit units" if units == "logit" else "of probability"
    how = made.prediction.preprocessing
    read = read_image(image)
    photo = how.photo(read) if how else read
    with drawing(width_mm, theme) as sheet:
        left, right = halves(sheet.room)
        pixels = signed_pixels(shares, theme)
        title = f"{score.label}: {percent(score.probability)}, logit {amount(score.logit)}"
        bottom = over_photo(
            sheet, left, photo, made.geometry, pixels, made.geometry.visible, title=title, name="occlusion"
        )  # fmt: skip
        difference_scale(sheet, left.below(bottom), most, f"{unit} a pixel; + for {score.label}")
        below = _table(sheet, beside(right, left, bottom), made, patches, units)
        fill = made.fill if isinstance(made.fill, str) else "the colour " + ", ".join(map(str, made.fill))
        text = caption_of(
            f"What hiding parts of the photo takes from {score.label}: {made.done} patches of {made.patch_px} × "
            f"{made.patch_px} input pixels, every {made.stride_px}, filled with {fill}, one at a time. A pixel's value "
            "is the mean over the patches that hide it. Hiding one patch changes the answer at "
            f"{int(made.flips.sum())} places",
            made.prediction.provenance, image=photo.name, also=[f"Scale: linear, full colour is ±{most:.4g} {unit}"],
        )  # fmt: skip
        sheet.finish(max(bottom + SCALE_MM, below), text, is_written=caption)
    return sheet


def _table(sheet: Sheet, box: Box, made: Occlusion, patches: np.ndarray, units: Units) -> float:
    """Write what is said without each of the patches that matter most; return where it ends."""
    ink = sheet.ink
    top = sheet.heading(box, "Without one patch", "", "it carried", size=QUIET + 1) + 0.6
    order = np.argsort(-np.abs(patches), axis=None, kind="stable")[:_LISTED]
    for line, at in enumerate(order):
        row, column = divmod(int(at), patches.shape[1])
        said = made.answer(row, column).top(1)[0]
        value = float(patches[row, column])
        carried = f"{value:+.2f}" if units == "logit" else f"{100 * value:+.1f} points"
        base = top + _ROW_MM * (line + 0.5) + QUIET * 0.127
        where = rectangle_text(made.patch_in_photo(row, column))
        sheet.write(box.left, base, where, SMALL, colour=ink.quiet)
        start = box.left + 27
        room = box.right - text_mm(carried, QUIET) - 2 - start
        sheet.write(start, base, cut_to(f"{said.label} {percent(said.probability)}", room, QUIET), QUIET)
        sheet.write(box.right, base, carried, QUIET, colour=ink.more if value >= 0 else ink.less, ha="right")
    return top + _ROW_MM * len(order)
