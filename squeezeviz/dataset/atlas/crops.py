"""The second look at a data set: what the photos show where channels answered most, cut out and scaled down."""

from __future__ import annotations

import hashlib
import io
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image as Pillow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Geometry, Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["CROP_PX", "LEAST_PX", "Crop", "CropStudy", "Crops", "Field"]

#: Longer side of a crop; less where the photo has less.
CROP_PX = 96
#: Input pixels that a crop shows at least: three pixels alone would show nothing.
LEAST_PX = 24
_QUALITY = 85

Box = tuple[int, int, int, int]


@dataclass(frozen=True, order=True)
class Field:
    """What a cell sees of the network's input. Cells of other layers may see the same: it is cut out once.

    Attributes:
        size: In input pixels.
        centre: (y, x), in input pixels.
    """

    size: int
    centre: tuple[float, float]


@dataclass(frozen=True)
class Crop:
    """A cut-out.

    Attributes:
        box: The part of the photo that it shows: (left, top, right, bottom), in pixels, right and bottom beyond it.
        field: The part that the cell sees, within that or equal to it, in pixels.
        content: A JPEG file.
    """

    box: Box
    field: tuple[float, float, float, float]
    content: bytes


@dataclass(frozen=True)
class Crops:
    """The cut-outs of some photos.

    Attributes:
        photos: Name → width and height of the photo, and its crops by field.
    """

    photos: Mapping[str, tuple[int, int, dict[Field, Crop]]]


@dataclass(frozen=True)
class CropStudy:
    """Cuts out what cells see: a `squeezeviz.dataset.study.Study`.

    Attributes:
        wanted: Photo's name → what to cut out of it.
        preprocessing: How photos were preprocessed for the network.
    """

    wanted: Mapping[str, tuple[Field, ...]]
    preprocessing: Preprocessing

    @property
    def key(self) -> tuple[str, ...]:
        """Everything that crops depend on, besides the photos."""
        listed = [[name, *([f.size, *f.centre] for f in fields)] for name, fields in sorted(self.wanted.items())]
        digest = hashlib.sha256(json.dumps(listed).encode()).hexdigest()
        return ("crops 1", self.preprocessing.to_json(), f"{CROP_PX} {LEAST_PX} {_QUALITY}", digest)

    def empty(self) -> Crops:
        """Return no crops."""
        return Crops({})

    def look(self, model: Model, image: Image, name: str, class_index: int | None) -> Crops:
        """Return a photo's crops; the network need not run for them."""
        del model, class_index
        taken = self.preprocessing.photo(image)
        picture = taken.picture
        geometry = self.preprocessing.geometry(*picture.size)
        made = {}
        for field in self.wanted.get(name, ()):
            seen = _on_photo(geometry, field, field.size)
            shown = _on_photo(geometry, field, max(field.size, LEAST_PX))
            box = _whole(shown, picture.size)
            made[field] = Crop(box, seen, _cut(picture, box))
        return Crops({name: (picture.width, picture.height, made)})

    def merge(self, first: Crops, second: Crops) -> Crops:
        """Return the crops of both."""
        if isinstance(first.photos, dict):
            first.photos.update(second.photos)
            return first
        return Crops({**first.photos, **second.photos})

    def dump(self, part: Crops) -> bytes:
        """Return crops as bytes: a line of JSON, and the files behind it."""
        listed = [
            [
                name, width, height,
                [[f.size, *f.centre, *c.box, *c.field, len(c.content)] for f, c in sorted(crops.items())],
            ]
            for name, (width, height, crops) in sorted(part.photos.items())
        ]  # fmt: skip
        files = [c.content for _, (_, _, crops) in sorted(part.photos.items()) for _, c in sorted(crops.items())]
        return json.dumps(listed).encode() + b"\n" + b"".join(files)

    def load(self, content: bytes) -> Crops:
        """Return crops from their bytes.

        Raises:
            ValueError: These bytes are no crops.
        """
        line, _, files = content.partition(b"\n")
        photos, start = {}, 0
        try:
            listed = json.loads(line)
            if not isinstance(listed, list):
                raise TypeError(f"a {type(listed).__name__}")  # noqa: TRY301 - as good as what cannot be taken apart
            for name, width, height, rows in listed:
                crops = {}
                for size, y, x, left, top, right, bottom, *field, length in rows:
                    file = files[start : start + length]
                    crops[Field(size, (y, x))] = Crop((left, top, right, bottom), tuple(field), file)
                    start += length
                photos[str(name)] = (int(width), int(height), crops)
        except (TypeError, ValueError) as exc:
            raise ValueError(f"expected crops, found something else ({exc})") from exc
        if start != len(files):
            raise ValueError(f"expected {start:,} bytes of crops, found {len(files):,}")
        return Crops(photos)


def _on_photo(geometry: Geometry, field: Field, size: int) -> tuple[float, float, float, float]:
    """Return a square of the input on the photo, cut off where the input or the photo ends."""
    _, _, width, height = geometry.crop
    y, x = field.centre
    left, top = max(0.0, x + 0.5 - size / 2), max(0.0, y + 0.5 - size / 2)
    right, bottom = min(width, x + 0.5 + size / 2), min(height, y + 0.5 + size / 2)
    (x0, y0), (x1, y1) = geometry.to_original(left, top), geometry.to_original(right, bottom)
    across, down = geometry.original
    return (
        min(max(min(x0, x1), 0.0), across), min(max(y0, 0.0), down),
        min(max(x0, x1, 0.0), across), min(max(y1, 0.0), down),
    )  # fmt: skip


def _whole(box: tuple[float, float, float, float], size: tuple[int, int]) -> Box:
    """Return the whole pixels that a box touches, one at least."""
    left, top = (min(math.floor(low), full - 1) for low, full in zip(box[:2], size, strict=True))
    right, bottom = (
        max(low + 1, min(math.ceil(high), full)) for low, high, full in zip((left, top), box[2:], size, strict=True)
    )
    return left, top, right, bottom


def _cut(picture: Pillow.Image, box: Box) -> bytes:
    piece = picture.crop(box)
    piece.thumbnail((CROP_PX, CROP_PX), Pillow.Resampling.BICUBIC)
    buffer = io.BytesIO()
    piece.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()
