"""Where the cells of a layer lie on the photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from squeezeviz.evidence.arithmetic import Arithmetic
    from squeezeviz.network.architecture import Layer
    from squeezeviz.preprocessing import Geometry

__all__ = ["Box", "Places", "places"]

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Places:
    """Cells of one layer ↔ the photo, as its preprocessing takes it. Boxes are (left, top, right, bottom), in pixels.

    Attributes:
        layer: Whose cells.
        geometry: Input ↔ photo.
    """

    layer: Layer
    geometry: Geometry

    def tile(self, y: int, x: int) -> Box:
        """Return the part of the photo that a cell stands for: a stride wide, round the centre of what it sees.

        Tiles lie side by side. They say where to look; what the cell has seen is larger, see `field`.
        """
        (down, right), (first_y, first_x) = self.layer.located()
        top, left = first_y + 0.5 - down / 2, first_x + 0.5 - right / 2
        return self._placed(left + right * x, top + down * y, left + right * (x + 1), top + down * (y + 1))

    def field(self, y: int, x: int, size: tuple[int, int] | None = None) -> Box:
        """Return what a cell sees of the photo, cut off where the input ends.

        Args:
            y: Row.
            x: Column.
            size: (height, width) of the path's receptive field, in input pixels; the widest path's by default.
        """
        tall, wide = size or self.layer.receptive_field
        _, _, width, height = self.geometry.crop
        if self.layer.sees_all and size is None:
            return self._placed(0.0, 0.0, width, height)
        (down, right), (first_y, first_x) = self.layer.located()
        top, left = first_y + 0.5 + down * y - tall / 2, first_x + 0.5 + right * x - wide / 2
        return self._placed(max(0.0, left), max(0.0, top), min(width, left + wide), min(height, top + tall))

    @property
    def all(self) -> Box:
        """All tiles together."""
        height, width = self.layer.shape[1:]
        corners = (self.tile(0, 0), self.tile(height - 1, width - 1))
        return (
            min(box[0] for box in corners), min(box[1] for box in corners),
            max(box[2] for box in corners), max(box[3] for box in corners),
        )  # fmt: skip

    def _placed(self, left: float, top: float, right: float, bottom: float) -> Box:
        (x0, y0), (x1, y1) = self.geometry.to_original(left, top), self.geometry.to_original(right, bottom)
        return min(x0, x1), y0, max(x0, x1), y1


def places(source: Arithmetic, layer: Layer) -> Places:
    """Return where the cells of a layer lie on an image."""
    photo = source.preprocessing.photo(source.image)
    return Places(layer, source.preprocessing.geometry(photo.width, photo.height))
