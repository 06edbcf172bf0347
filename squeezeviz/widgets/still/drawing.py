"""What a notebook shows of a view where no kernel runs: a picture of it as it was when the cell was run.

Drawn by Pillow from the answer and the activations that the page has: nothing is computed again, and Matplotlib, which
takes longer to load than all of this to draw, stays out of it.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image as Pillow

from squeezeviz.widgets.still.maps import draw_channel, draw_maps
from squeezeviz.widgets.still.parts import draw_answer, draw_network, draw_photo
from squeezeviz.widgets.still.sheet import GAP_PX, MARGIN_PX, Box, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.explorer.photos import Photo
    from squeezeviz.explorer.state import State

    Part = Callable[[Sheet, State, Photo, Box], int]

__all__ = ["still"]

_NARROW_PX, _WIDE_PX = 300, 652
#: View → its columns: how wide, and the parts in it from top to bottom. What other views show would take new runs.
_COLUMNS: dict[str, tuple[tuple[int, tuple[Part, ...]], ...]] = {
    "explorer": ((_NARROW_PX, (draw_photo, draw_answer)), (_WIDE_PX, (draw_network, draw_maps))),
    "predictor": ((_NARROW_PX, (draw_photo,)), (_NARROW_PX, (draw_answer,))),
    "maps": ((_WIDE_PX, (draw_maps,)),),
    "network": ((_WIDE_PX, (draw_network,)),),
    "classes": ((_NARROW_PX, (draw_answer,)),),
    "photo": ((_NARROW_PX, (draw_photo,)),),
    "channel": ((_NARROW_PX, (draw_channel,)),),
}
_LIVE = "This is a picture: run this cell to make it live."


def still(view: str, state: State) -> bytes | None:
    """Draw a view as it is now.

    Args:
        view: Which one: the trait ``view`` of a widget.
        state: What it looks at.

    Returns:
        A PNG file; None where there is nothing to be drawn: without a photo that is answered as is chosen, or of a view
        that shows what would have to be computed.
    """
    columns, photo = _COLUMNS.get(view, ()), state.on_stage
    if photo is None or not columns:
        return None
    sheet = Sheet(sum(width for width, _ in columns) + GAP_PX * (len(columns) - 1) + 2 * MARGIN_PX)
    top = sheet.heading(*_made_by(state, photo))
    lowest, left = top, MARGIN_PX
    for width, parts in columns:
        y = top
        for draw in parts:
            y = draw(sheet, state, photo, Box(left, y, width))
        lowest, left = max(lowest, y), left + width + GAP_PX
    picture = sheet.finish(lowest, _LIVE)
    # A palette of its own makes 120 kB of 340, and takes less time than it saves.
    colours = picture.quantize(256, Pillow.Quantize.FASTOCTREE, dither=Pillow.Dither.NONE)
    written = io.BytesIO()
    colours.save(written, "PNG", compress_level=4)
    return written.getvalue()


def _made_by(state: State, photo: Photo) -> tuple[str, str]:
    """The photo and who sees it; and how."""
    how = photo.prediction.preprocessing
    ablated = sum(map(len, state.ablated.values()))
    said = [
        f"layer {state.layer}",
        *([f"preprocessing {how.name}"] if how else []),
        *([f"{ablated} channels ablated"] if ablated else []),
    ]
    return f"{photo.kept.name}, seen by {photo.prediction.model_id}", " · ".join(said)
