"""Parts of a still picture of a page: the chosen layer's feature maps, and the chosen channel's."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image as Pillow

from squeezeviz.render.grid import grid
from squeezeviz.widgets.still.sheet import ACCENT, QUIET

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.explorer.photos import Photo
    from squeezeviz.explorer.state import State
    from squeezeviz.render.grid import Scale
    from squeezeviz.widgets.still.sheet import Box, Sheet

__all__ = ["draw_channel", "draw_maps"]

_HIGHEST_PX = 400
_LET_GO = "What {} saw was let go to save memory."


class _Fit(NamedTuple):
    """How maps are laid out: cells a pixel or pixels a cell along a side, maps a row, and how many have room."""

    cells_a_pixel: int
    pixels_a_cell: int
    columns: int
    shown: int


def draw_maps(sheet: Sheet, state: State, photo: Photo, box: Box) -> int:
    """Draw every feature map of the chosen layer, by index; the chosen one framed."""
    x, y, width = box
    maps = _maps(state, photo)
    if maps is None:
        return sheet.lines(x, y, _LET_GO.format(state.layer), width) + 12
    count, height, breadth = maps.shape
    y = sheet.line(x, y, state.layer, width, bold=True)
    fit = _fit(maps.shape, width)
    shown = _drawn(maps[: fit.shown], fit, state)
    number = _chosen(state, maps)
    sheet_of = f"{count} feature maps of {height} × {breadth}, by index"
    said = [sheet_of if fit.shown == count else f"the first {fit.shown} of {sheet_of}"]
    if fit.cells_a_pixel > 1:
        said.append(f"the largest of {fit.cells_a_pixel} × {fit.cells_a_pixel} cells a pixel")
    said.append("full colour: " + ("each map's own maximum" if _scale(state, maps) == "channel" else "the layer's"))
    if number < fit.shown:
        said.append(f"channel {number} framed")
    y = sheet.lines(x, y, "; ".join(said), width) + 4
    sheet.picture.paste(shown, (x, y))
    if number < fit.shown:
        (tall, wide), (row, column) = _tile(maps.shape, fit), divmod(number, fit.columns)
        left, top = x + column * (wide + 1), y + row * (tall + 1)
        sheet.draw.rectangle((left - 2, top - 2, left + wide + 1, top + tall + 1), outline=ACCENT, width=2)
    return y + shown.height + 12


def draw_channel(sheet: Sheet, state: State, photo: Photo, box: Box) -> int:
    """Draw the chosen channel's map, large."""
    x, y, width = box
    maps = _maps(state, photo)
    if maps is None:
        return sheet.lines(x, y, _LET_GO.format(state.layer), width) + 12
    number = _chosen(state, maps)
    one = maps[number : number + 1]
    y = sheet.line(x, y, f"Channel {number} of {state.layer}", width, bold=True)
    said = f"{one.shape[1]} × {one.shape[2]}, from {one.min():.3g} to {one.max():.3g}"
    y = sheet.line(x, y, said, width, colour=QUIET) + 4
    picture = Pillow.fromarray(grid(one, colours=state.palette))  # on its own scale, whichever the others have
    share = width / max(picture.size)
    size = max(1, round(picture.width * share)), max(1, round(picture.height * share))
    shown = picture.resize(size, Pillow.Resampling.NEAREST if share >= 1 else Pillow.Resampling.BOX)
    sheet.picture.paste(shown, (x, y))
    return y + shown.height + 12


def _maps(state: State, photo: Photo) -> NDArray[np.float32] | None:
    """The chosen layer's activation (C, H, W), or None where it was let go to save memory."""
    values = photo.activations.get(state.layer) if photo.activations else None
    if values is None or not values.size:
        return None
    return values if values.ndim == 3 else values.reshape(-1, 1, 1)


def _chosen(state: State, maps: NDArray[np.float32]) -> int:
    """The chosen channel, or that with the largest mean, as the page has it."""
    if state.channel is not None and state.channel < len(maps):
        return int(state.channel)
    return int(maps.mean(axis=(1, 2), dtype=np.float64).argmax())


def _scale(state: State, maps: NDArray[np.float32]) -> Scale:
    """What full colour stands for: a map of one cell would be nothing but its own maximum."""
    return "channel" if state.scale == "channel" and maps[0].size > 1 else "layer"


def _fit(shape: tuple[int, ...], width: int) -> _Fit:
    """Find the largest maps that all have room; of too many, the first."""
    count, height, breadth = shape
    fit = _Fit(max(height, breadth), 1, 1, 1)
    scales = [(1, times) for times in range(24, 0, -1)] + [(every, 1) for every in range(2, max(height, breadth) + 1)]
    for every, times in scales:
        fit = _Fit(every, times, 1, count)
        tall, wide = _tile(shape, fit)
        columns, rows = (width + 1) // (wide + 1), (_HIGHEST_PX + 1) // (tall + 1)
        fit = _Fit(every, times, max(1, columns), min(count, max(1, columns * rows)))
        if columns * rows >= count:
            break
    return fit


def _tile(shape: tuple[int, ...], fit: _Fit) -> tuple[int, int]:
    """How high and wide a map is drawn."""
    _, height, breadth = shape
    every, times = fit.cells_a_pixel, fit.pixels_a_cell
    return math.ceil(height / every) * times, math.ceil(breadth / every) * times


def _drawn(maps: NDArray[np.float32], fit: _Fit, state: State) -> Pillow.Image:
    """The maps side by side, as `grid` lays them out."""
    count, height, breadth = maps.shape
    every, times, scale = fit.cells_a_pixel, fit.pixels_a_cell, _scale(state, maps)
    if every > 1:  # what is below zero is drawn as zero: no cell that is added is seen
        rest = [(0, 0), (0, -height % every), (0, -breadth % every)]
        padded = np.pad(maps, rest)
        maps = padded.reshape(count, padded.shape[1] // every, every, -1, every).max(axis=(2, 4))
    if times > 1:
        maps = maps.repeat(times, axis=1).repeat(times, axis=2)
    return Pillow.fromarray(grid(maps, columns=fit.columns, scale=scale, colours=state.palette))
