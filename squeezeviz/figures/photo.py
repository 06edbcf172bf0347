"""The photo, what the network gets of it, and what one cell sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.patches import Rectangle
from PIL import Image as Pillow

from squeezeviz.errors import FigureError
from squeezeviz.evidence.ending import class_maps
from squeezeviz.figures.cells import as_maps, branch_of, chosen, seen_span
from squeezeviz.figures.look import DPI, QUIET, SMALL
from squeezeviz.figures.sheet import MM_PER_INCH, Box, drawing, put
from squeezeviz.figures.words import amount
from squeezeviz.figures.words import caption as caption_of
from squeezeviz.image import read_image
from squeezeviz.preprocessing.sizes import size_text
from squeezeviz.render.palettes import palette as colours_of
from squeezeviz.results.provenance import Provenance
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from squeezeviz.figures.sheet import Sheet
    from squeezeviz.image import Image, ImageSource
    from squeezeviz.network.architecture import Layer
    from squeezeviz.preprocessing import Geometry, Preprocessing
    from squeezeviz.render.palettes import Theme
    from squeezeviz.results.activations import Activations
    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = ["Cell", "ClassActivationMap", "Shown", "at_print_size", "draw_photo", "photo"]

Part = Literal["both", "original", "seen"]
_GAP_MM, _TALLEST_MM = 3.0, 110.0


@dataclass(frozen=True)
class Cell:
    """The cell whose receptive fields lie over a photo.

    Attributes:
        layer: The layer on show.
        source: Where its channel comes from: of a concatenation, one of its branches.
        channel: Of the layer on show.
        at: (y, x).
        value: Its activation.
    """

    layer: str
    source: Layer
    channel: int
    at: tuple[int, int]
    value: float

    @classmethod
    def of(
        cls, model: Model, preprocessing: Preprocessing, activations: Activations, layer: str, channel: int | None,
        cell: tuple[int, int] | None,
    ) -> Cell:  # fmt: skip
        """Look a cell up; by default the strongest of the channel with the largest mean."""
        arch = model.architecture_at(*preprocessing.input_px)
        layer = arch[layer].name
        maps = as_maps(activations[layer])
        channel, at = chosen(layer, maps, channel, cell)
        return cls(layer, branch_of(arch, arch[layer], channel), channel, at, float(maps[channel][at]))

    def boxes(self, limits: tuple[int, int]) -> list[tuple[float, float, float, float]]:
        """Return what it sees through each path: (left, top, right, bottom) in input pixels, the narrowest first."""
        found = []
        for size in self.source.receptive_fields:
            (top, bottom), (left, right) = (
                seen_span(self.source, axis, index, size[axis], limits[axis]) for axis, index in enumerate(self.at)
            )
            found.append((left, top, right, bottom))
        return found

    def words(self) -> str:
        """Say what it is, for a caption."""
        sizes = self.source.receptive_fields
        more = " of more" if self.source.has_more_fields else ""
        ends = [size_text(size) for size in (sizes[0], sizes[-1])]
        sees = f"{ends[0]} to {ends[1]} px, {len(sizes)}{more} sizes" if len(sizes) > 1 else f"{ends[0]} px"
        of = "" if self.source.name == self.layer else f", of {self.source.name}"
        y, x = self.at
        return (
            f"Boxes: what cell {y}, {x} of {self.layer}, channel {self.channel}{of}, sees of the input ({sees}; one "
            f"box a path through the network); its value is {amount(self.value)}"
        )


@dataclass(frozen=True)
class ClassActivationMap:
    """A class's own map, laid over a photo.

    Attributes:
        layer: Whose cells it has.
        name: What the map is called.
        label: The class.
        values: float32 (H, W).
        palette: Its colours.
    """

    layer: Layer
    name: str
    label: str
    values: NDArray[np.float32]
    palette: str


@dataclass(frozen=True)
class Shown:
    """All that is drawn of one photo.

    Attributes:
        image: As `preprocessing` takes it: upright, or lying as its file has it.
        preprocessing: How the photo becomes the input.
        seen: What the network gets, uint8 (H, W, 3).
        cell: Whose receptive fields are drawn.
        cam: What is laid over it.
    """

    image: Image
    preprocessing: Preprocessing
    seen: NDArray[np.uint8]
    cell: Cell | None = None
    cam: ClassActivationMap | None = None

    @property
    def geometry(self) -> Geometry:
        """Where the input lies in the photo; of several crops, the first."""
        return self.preprocessing.geometry(self.image.width, self.image.height)


def photo(
    model: ModelSource,
    image: ImageSource,
    preprocessing: str | Preprocessing | None = None,
    *,
    layer: str | None = None,
    channel: int | None = None,
    cell: tuple[int, int] | None = None,
    class_index: int | str | None = None,
    part: Part = "both",
    palette: str = "ember",
    theme: Theme = "light",
    width_mm: float = 178,
    caption: bool = True,
) -> Sheet:
    """Draw a photo and what the network gets of it; over both, what one cell sees, or a class's own map.

    Args:
        model: A loaded model, or the name or path of one.
        image: Anything `squeezeviz.read_image` takes.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default. Of several crops, the first.
        layer: Draw what a cell of this layer sees, one box a path through the network.
        channel: Its channel; the one with the largest mean by default.
        cell: (y, x); the strongest by default.
        class_index: Lay this class's own map over the photo; an index, WordNet id or name.
        part: ``"original"``, ``"seen"`` as the network sees it, or ``"both"``.
        palette: Of the class's map.
        theme: ``"light"`` (the default) for paper, ``"dark"`` for slides.
        width_mm: The figure's width in millimetres: 178 is two columns of a journal, 86 is one.
        caption: Whether it is written under the figure (the default); ``figure.caption`` has it in any case.

    Raises:
        ImageError: The photo cannot be read.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or does not suit the model or the photo.
        LayerError: There is no such layer, channel or cell; or the network has no maps of classes.
        LabelError: No class is called that.
        FigureError: The part, the theme or the width is none.
        ValueError: The palette is unknown.
    """
    if part not in ("both", "original", "seen"):
        raise FigureError(f"no part of the photo is called {part!r}; there are both, original, seen")
    model = loaded(model)
    read, how = read_image(image), model.resolve(preprocessing)
    shown = _shown(model, read, how, layer, channel, cell, class_index, palette)
    with drawing(width_mm, theme) as sheet:
        bottom = draw_photo(sheet, sheet.room, shown, part)
        also = [shown.cell.words()] if shown.cell else []
        if shown.cam:
            over = shown.cam
            also += [
                f"Over it, the map of {over.label} in {over.name}, whose mean is the class's logit. "
                f"Scale: full colour is its own maximum, {amount(float(over.values.max()))}. Palette: {palette}"
            ]
        text = caption_of(
            "The photo as the network gets it" if part == "seen" else "The photo; dashed, what the network gets of it",
            Provenance(model.name, model.sha256, how), image=read.name, also=[*also, *read.notes],
        )  # fmt: skip
        sheet.finish(bottom, text, is_written=caption)
    return sheet


def _shown(
    model: Model,
    image: Image,
    how: Preprocessing,
    layer: str | None,
    channel: int | None,
    cell: tuple[int, int] | None,
    class_index: int | str | None,
    palette: str,
) -> Shown:
    arch = model.architecture_at(*how.input_px)
    found = None
    if layer is not None:
        found = Cell.of(
            model, how, model.activations(image, arch[layer].name, preprocessing=how), layer, channel, cell
        )  # fmt: skip
    over = None
    if class_index is not None:
        label, maps = model.labels[class_index], class_maps(arch, model.name)
        values = model.activations(image, maps.layer.name, preprocessing=how)[maps.layer.name]
        own = maps.of_class(values, label.class_index)
        over = ClassActivationMap(maps.layer, maps.name, label.label, own, palette)
    return Shown(how.photo(image), how, model.seen(image, how), found, over)


def draw_photo(sheet: Sheet, box: Box, shown: Shown, part: Part = "both") -> float:
    """Draw it into a box; return where it ends."""
    width, height = shown.image.width, shown.image.height
    down, right = shown.preprocessing.input_px
    ratios = {"original": width / height, "seen": right / down}
    parts = ("original", "seen") if part == "both" else (part,)
    inner = box.width - _GAP_MM * (len(parts) - 1)
    tall = min(inner / sum(ratios[name] for name in parts), _TALLEST_MM)
    bottom, left = box.top, box.left
    for name in parts:
        across = max(1.0, tall * ratios[name])
        is_seen = name == "seen"
        title = "As the network gets it" if is_seen else shown.image.name
        size = (right, down) if is_seen else (width, height)
        top = sheet.heading(Box(left, box.top, across), title, "", f"{size[0]} × {size[1]} px", size=QUIET)
        pixels = shown.seen if is_seen else at_print_size(shown.image, across)
        axes = sheet.picture(pixels, left, top, across, tall, name)
        axes.images[0].set_extent((0, size[0], size[1], 0))
        axes.set(xlim=(0, size[0]), ylim=(size[1], 0))
        _draw_over(axes, sheet, shown, is_seen=is_seen, px_per_mm=size[0] / across)
        bottom, left = max(bottom, top + tall), left + across + _GAP_MM
    return bottom


def at_print_size(image: Image, width_mm: float) -> NDArray[np.uint8]:
    """Return a photo with no more pixels than are printed: without smoothing, more of them would sparkle."""
    dots = round(width_mm / MM_PER_INCH * DPI)
    if image.width <= dots:
        return image.pixels
    height = max(1, round(image.height * dots / image.width))
    return np.asarray(image.picture.resize((dots, height), Pillow.Resampling.LANCZOS))


Corners = tuple[float, float, float, float]


def _draw_over(axes: Axes, sheet: Sheet, shown: Shown, *, is_seen: bool, px_per_mm: float) -> None:
    (down, right), geometry = shown.preprocessing.input_px, shown.geometry

    def placed(box: Corners) -> Corners:
        if is_seen:
            return box
        (x0, y0), (x1, y1) = geometry.to_original(box[0], box[1]), geometry.to_original(box[2], box[3])
        return min(x0, x1), y0, max(x0, x1), y1

    whole = placed((0, 0, right, down))
    if shown.cam is not None:
        _lay_over(axes, sheet, shown.cam, placed, whole, is_flipped=geometry.is_flipped and not is_seen)
    if not is_seen:
        _shade_outside(axes, (0, 0, shown.image.width, shown.image.height), whole, 0.36)
        edge = _rectangle(whole, "white", 0.6)
        edge.set(linestyle=(0, (3, 3)), alpha=0.9, gid="crop")
        axes.add_patch(edge)
    if shown.cell is None:
        return
    boxes = [placed(box) for box in shown.cell.boxes((down, right))]
    _shade_outside(axes, whole, boxes[-1], 0.14)
    every = max(1, -(-(len(boxes) - 2) // 5))
    for box in boxes[1:-1:every]:
        inner = _rectangle(box, "white", 0.4)
        inner.set_alpha(0.8)
        axes.add_patch(inner)
    for box, name in dict.fromkeys(((boxes[-1], "widest"), (boxes[0], "narrowest"))):
        axes.add_patch(_rectangle(box, sheet.ink.on_accent, 2.0))
        mark = _rectangle(box, sheet.ink.accent, 1.0)
        mark.set_gid(f"field:{name}")
        axes.add_patch(mark)
    _tag(axes, sheet, f"{size_text(shown.cell.source.receptive_field)} px", boxes[-1], px_per_mm)


def _rectangle(box: Corners, colour: str, line: float) -> Rectangle:
    left, top, right, bottom = box
    return Rectangle((left, top), right - left, bottom - top, fill=False, edgecolor=colour, linewidth=line)


def _shade_outside(axes: Axes, area: Corners, box: Corners, share: float) -> None:
    left, top, right, bottom = area
    x0, y0, x1, y1 = max(left, box[0]), max(top, box[1]), min(right, box[2]), min(bottom, box[3])
    for x, y, width, height in (
        (left, top, right - left, y0 - top), (left, y1, right - left, bottom - y1),
        (left, y0, x0 - left, y1 - y0), (x1, y0, right - x1, y1 - y0),
    ):  # fmt: skip
        if width > 0 and height > 0:
            axes.add_patch(Rectangle((x, y), width, height, facecolor="#0c0e12", alpha=share, linewidth=0))


def _tag(axes: Axes, sheet: Sheet, text: str, box: Corners, px_per_mm: float) -> None:
    """Say how wide the widest box is, at its corner."""
    is_above = box[1] > axes.get_ylim()[1] + 4 * px_per_mm
    put(
        axes, box[2] - 0.6 * px_per_mm, box[1] - 0.9 * px_per_mm if is_above else box[3] + 0.9 * px_per_mm, text,
        fontsize=SMALL, color=sheet.ink.on_accent, ha="right", va="bottom" if is_above else "top",
        bbox={"facecolor": sheet.ink.accent, "edgecolor": "none", "pad": 1.4}, clip_on=True,
    )  # fmt: skip


def _lay_over(
    axes: Axes, sheet: Sheet, over: ClassActivationMap, placed: Callable[[Corners], Corners], whole: Corners, *,
    is_flipped: bool,
) -> None:  # fmt: skip
    """Lay a class's map over a photo: the stronger, the less of the photo shows through."""
    values, layer = over.values, over.layer
    height, width = values.shape
    top = float(values.max())
    shares = values / top if top > 0 else np.zeros_like(values)
    indices = np.where(values > 0, 1 + np.minimum(254, (shares * 254.999).astype(np.int16)), 0)
    alpha = np.round(np.clip(shares * 1.1, 0, 1) * 200).astype(np.uint8)
    pixels = np.dstack([colours_of(over.palette, sheet.theme)[indices], alpha])
    # A cell stands for the pixels round its centre, a stride wide.
    (down, right), (first_y, first_x) = layer.located()
    top_px, left_px = first_y + 0.5 - down / 2, first_x + 0.5 - right / 2
    x0, y0, x1, y1 = placed((left_px, top_px, left_px + right * width, top_px + down * height))
    laid = axes.imshow(
        pixels[:, ::-1] if is_flipped else pixels, interpolation="none", aspect="auto", extent=(x0, x1, y1, y0),
        gid="cam",
    )  # fmt: skip
    left, upper, end, lower = whole
    laid.set_clip_path(Rectangle((left, upper), end - left, lower - upper, transform=axes.transData))
    axes.set(xlim=axes.images[0].get_extent()[:2], ylim=axes.images[0].get_extent()[2:])
