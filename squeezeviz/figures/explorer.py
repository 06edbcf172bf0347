"""The whole page on one sheet: the photo, the answer, the network, the maps, the chosen channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from squeezeviz.figures.cells import as_maps
from squeezeviz.figures.channel import draw_crops, draw_large, draw_values
from squeezeviz.figures.feature_maps import draw_maps, maps_shown
from squeezeviz.figures.network import draw_network, rms_activations
from squeezeviz.figures.photo import Cell, Shown, draw_photo
from squeezeviz.figures.prediction import chosen_scores, class_activation_maps, draw_prediction
from squeezeviz.figures.sheet import Box, drawing
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.figures.words import colours_text, short_name
from squeezeviz.image import read_image
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.figures.photo import Part
    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.image import ImageSource
    from squeezeviz.network.architecture import Architecture
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.render.grid import Scale
    from squeezeviz.render.palettes import Theme
    from squeezeviz.results.activations import Activations
    from squeezeviz.results.prediction import ClassScore, Prediction
    from squeezeviz.runtime.loading import ModelSource

__all__ = ["explorer"]

# So that all maps of a Fire module of the published network stand beside it at three dots a cell.
_WIDE_MM, _SIDE_MM, _GUTTER_MM, _APART_MM = 140.0, 41.0, 4.0, 4.0


def explorer(
    model: ModelSource,
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
        model: A loaded model, or the name or path of one.
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
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or does not suit the model or the photo.
        LayerError: There is no such layer, channel or cell.
        LabelError: No class is called that.
        FigureError: The theme or the width is none.
        ValueError: The palette is unknown.
    """
    model = loaded(model)
    read, how = read_image(image), model.resolve(preprocessing)
    prediction, activations = model.observe(read, how)
    seen = Cell.of(model, how, activations, layer, channel, cell)
    scores = chosen_scores(prediction, min(5, len(prediction.logits)), classes)
    shown = Shown(how.photo(read), how, model.seen(read, how), seen)
    page = _Page(shown, seen, prediction, activations, scale, palette)
    with drawing(width_mm, theme) as sheet:
        side, main = _columns(sheet.room)
        bottom = page.photo_and_answer(sheet, side, scores, "original" if main else "both")
        under = side.below(bottom + _APART_MM)
        if main:
            bottom = page.channel(sheet, under)
        low = page.network_and_maps(sheet, main or under, model.architecture_at(*how.input_px))
        text = caption_of(page.shows(), activations.provenance, image=read.name, also=page.remarks())
        sheet.finish(max(low, bottom), text, is_written=caption)
    return sheet


def _columns(room: Box) -> tuple[Box, Box | None]:
    """Photo, answer and channel at the left, network and maps beside them; or where the sheet is narrow, one column."""
    if room.width <= _WIDE_MM:
        return room, None
    left = room.left + _SIDE_MM + _GUTTER_MM
    return Box(room.left, room.top, _SIDE_MM), Box(left, room.top, room.right - left)


@dataclass(frozen=True)
class _Page:
    """What is on the sheet, and its colours; each part is drawn into a box, and says where it ends."""

    photo: Shown
    cell: Cell
    prediction: Prediction
    activations: Activations
    scale: Scale
    palette: str

    @property
    def maps(self) -> NDArray[np.float32]:
        return as_maps(self.activations[self.cell.layer])

    def photo_and_answer(self, sheet: Sheet, box: Box, scores: list[ClassScore], part: Part) -> float:
        bottom = draw_photo(sheet, box, self.photo, part) + _APART_MM
        class_maps = class_activation_maps(self.prediction, self.activations)
        return draw_prediction(
            sheet, box.below(bottom), self.prediction, scores, class_layer=class_maps, palette=self.palette
        )

    def network_and_maps(self, sheet: Sheet, box: Box, arch: Architecture) -> float:
        layer, number, at = self.cell.layer, self.cell.channel, self.cell.at
        rms = rms_activations(self.activations)
        low = draw_network(sheet, box, arch, rms, self.prediction, arch[layer]) + _APART_MM
        return draw_maps(
            sheet, box.below(low), self.activations, layer, channel=number, cell=at, scale=self.scale,
            palette=self.palette,
        )  # fmt: skip

    def channel(self, sheet: Sheet, box: Box) -> float:
        """Draw the chosen channel as the page's last column has it."""
        maps, number, cell = self.maps, self.cell.channel, self.cell
        top = sheet.heading(box, f"Channel {number}", short_name(cell.source.name))
        bottom = draw_large(sheet, box.below(top), maps, number, cell.at, scale=self.scale, palette=self.palette)
        bottom = draw_values(sheet, box.below(bottom + 2.5), maps, number, scale=self.scale, palette=self.palette)
        return draw_crops(sheet, box.below(bottom + 2.5), maps[number], cell.source, self.photo.seen)

    def shows(self) -> str:
        return f"{maps_shown(self.activations, self.cell.layer)}. {self.cell.words()}"

    def remarks(self) -> list[str]:
        return [
            colours_text(self.scale, self.palette, float(self.maps.max())),
            "Under each part of the network, the root mean square of its activation",
            *([self.prediction.caution] if self.prediction.caution else []),
        ]
