"""The whole page on one sheet: the photo, the answer, the network, the maps, the chosen channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.figures.cells import as_maps, chosen
from squeezeviz.figures.channel import draw_crops, draw_large, draw_values
from squeezeviz.figures.feature_maps import draw_maps, maps_shown
from squeezeviz.figures.network import draw_network, rms_activations
from squeezeviz.figures.photo import Cell, Shown, draw_photo
from squeezeviz.figures.prediction import chosen_scores, class_activation_maps, draw_prediction
from squeezeviz.figures.sheet import Box, drawing
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.figures.words import colours_text, short_name
from squeezeviz.image import read_image

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.image import ImageSource
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.render.grid import Scale
    from squeezeviz.render.palettes import Theme
    from squeezeviz.runtime.model import Model

__all__ = ["explorer"]

# So that all maps of a Fire module of the published network stand beside it at three dots a cell.
_SIDE_MM, _GUTTER_MM, _APART_MM = 41.0, 4.0, 4.0


def explorer(
    model: Model,
    image: ImageSource,
    preprocessing: str | Preprocessing | None = None,
    *,
    layer: str = "fire5/concat",
    channel: int | None = None,
    cell: tuple[int, int] | None = None,
    classes: Sequence[int | str] = (),
    scale: Scale = "channel",
    palette: str = "ember",
    theme: Theme = "light",
    width_mm: float = 178,
    caption: bool = True,
) -> Sheet:
    """Draw one sheet with all that the explorer's page has: photo, answer, network, maps, the chosen channel.

    Args:
        model: Who sees the photo.
        image: Anything `squeezeviz.read_image` takes.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default.
        layer: Whose maps are drawn.
        channel: The chosen one; that with the largest mean by default.
        cell: (y, x); the strongest by default.
        classes: Beside the five most probable, by index, WordNet id or name.
        scale: Full colour stands for each ``"channel"``'s own maximum, or for the ``"layer"``'s.
        palette: ``"ember"``, ``"viridis"`` or ``"magma"``.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        ImageError: The photo cannot be read.
        PreprocessingError: The preset is unknown, or does not suit the model or the photo.
        LayerError: There is no such layer, channel or cell.
        LabelError: No class is called that.
        FigureError: The theme or the width is none.
        ValueError: The palette is unknown.
    """
    read, how = read_image(image), model.resolve(preprocessing)
    arch = model.architecture_at(*how.input_px)
    marked = arch[layer]
    prediction, activations = model.observe(read, how)
    values = as_maps(activations[layer])
    number, at = chosen(layer, values, channel, cell)
    scores = chosen_scores(prediction, min(5, len(prediction.logits)), classes)
    seen = Cell.of(model, how, activations, layer, number, at)
    shown = Shown(how.photo(read), how, model.seen(read, how), seen)
    with drawing(width_mm, theme) as sheet:
        room = sheet.room
        is_wide = room.width > 140
        side = Box(room.left, room.top, _SIDE_MM) if is_wide else room
        bottom = draw_photo(sheet, side, shown, "original" if is_wide else "both") + _APART_MM
        bottom = draw_prediction(
            sheet, side.below(bottom), prediction, scores, class_layer=class_activation_maps(prediction, activations),
            palette=palette,
        )  # fmt: skip
        if is_wide:
            bottom = _draw_channel(
                sheet, side.below(bottom + _APART_MM), values, number, seen, shown, scale=scale, palette=palette
            )
            left = side.right + _GUTTER_MM
            main = Box(left, room.top, room.right - left)
        else:
            main = room.below(bottom + _APART_MM)
        low = draw_network(sheet, main, arch, rms_activations(activations), prediction, marked) + _APART_MM
        low = draw_maps(
            sheet, main.below(low), activations, layer, channel=number, cell=at, scale=scale, palette=palette
        )
        text = caption_of(
            f"{maps_shown(activations, layer)}. {seen.words()}", activations.provenance, image=read.name,
            also=[
                colours_text(scale, palette, float(values.max())),
                "Under each part of the network, the root mean square of its activation",
                *([prediction.caution] if prediction.caution else []),
            ],
        )  # fmt: skip
        sheet.finish(max(low, bottom), text, is_written=caption)
    return sheet


def _draw_channel(
    sheet: Sheet,
    box: Box,
    maps: NDArray[np.float32],
    number: int,
    seen: Cell,
    shown: Shown,
    *,
    scale: Scale,
    palette: str,
) -> float:
    """Draw the chosen channel as the page's last column has it."""
    top = sheet.heading(box, f"Channel {number}", short_name(seen.source.name))
    bottom = draw_large(sheet, box.below(top), maps, number, seen.at, scale=scale, palette=palette)
    bottom = draw_values(sheet, box.below(bottom + 2.5), maps, number, scale=scale, palette=palette)
    return draw_crops(sheet, box.below(bottom + 2.5), maps[number], seen.source, shown.seen)
