"""Parts of a still picture of a page: the photo, the answer, the network; each says where it ends."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image as Pillow

from squeezeviz.report.words import percent
from squeezeviz.widgets.still.sheet import ACCENT, BAR, INK, QUIET, RULE, WARM

if TYPE_CHECKING:
    from squeezeviz.explorer.photos import Photo
    from squeezeviz.explorer.state import State
    from squeezeviz.widgets.still.sheet import Box, Sheet

__all__ = ["draw_answer", "draw_network", "draw_photo"]

_BARS_PX = 48


def draw_photo(sheet: Sheet, state: State, photo: Photo, box: Box) -> int:
    """Draw the photo as the page has it: itself, or what the network gets of it."""
    x, y, width = box
    is_original = state.view == "original"
    picture = Pillow.open(io.BytesIO(photo.display if is_original else photo.seen(state.model)))
    picture.draft("RGB", (width, width))
    shown = picture.convert("RGB")
    share = width / max(shown.size)
    shown = shown.resize((max(1, round(shown.width * share)), max(1, round(shown.height * share))))
    sheet.picture.paste(shown, (x, y))
    y += shown.height + 4
    said = "" if is_original else ", as the network sees it"
    size = " × ".join(map(str, (photo.taken.width, photo.taken.height)))
    return sheet.line(x, y, f"{photo.kept.name}, {size} px{said}", width, colour=QUIET) + 12


def draw_answer(sheet: Sheet, state: State, photo: Photo, box: Box) -> int:
    """Draw the most probable classes, and why not to believe them where that is so."""
    x, y, width = box
    prediction, fallback = photo.prediction, state.model.fallback
    y = sheet.line(x, y, "Prediction", width, bold=True) + 4
    for score in prediction.top(min(5, len(prediction.logits))):
        right = sheet.at_right(x + width, y, percent(score.probability))
        y = sheet.line(x, y, score.label, right - x - 8)
        sheet.draw.rectangle((x, y + 1, x + width - 1, y + 4), RULE)
        share = min(1.0, max(0.0, score.probability))
        if share * width >= 1:
            sheet.draw.rectangle((x, y + 1, x + round(share * width) - 1, y + 4), BAR)
        y += 10
    for remark in filter(None, (fallback.headline if fallback else "", prediction.caution)):
        y = sheet.lines(x, y + 4, remark, width, colour=WARM)
    return y + 8


def draw_network(sheet: Sheet, state: State, photo: Photo, box: Box) -> int:
    """Draw each layer as a bar: the root mean square of its activation, on a scale of its own."""
    x, y, width = box
    rms = photo.rms_activation
    y = sheet.line(x, y, "Network", width, bold=True)
    said = "root mean square of each layer's activation" + ("; the chosen one is blue" if state.layer in rms else "")
    y = sheet.line(x, y, said, width, colour=QUIET)
    top, step = max(rms.values(), default=0.0), width / max(1, len(rms))
    bottom = y + _BARS_PX
    for at, (layer, value) in enumerate(rms.items()):
        height = round(_BARS_PX * value / top) if top > 0 else 0
        left, right = x + round(at * step), x + max(round(at * step), round((at + 1) * step) - 2)
        if height:
            sheet.draw.rectangle((left, bottom - height, right, bottom), ACCENT if layer == state.layer else BAR)
    sheet.draw.line((x, bottom, x + width, bottom), RULE)
    if not rms:
        return bottom + 12
    first, last = next(iter(rms)), next(reversed(rms))
    right = sheet.at_right(x + width, bottom + 4, last)
    return sheet.line(x, bottom + 4, first, max(0, right - x - 8), colour=INK) + 12
