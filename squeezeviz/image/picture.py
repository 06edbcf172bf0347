"""A decoded picture, with what was done to it on the way."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as Pillow

from squeezeviz.image.profiles import read_profile, to_srgb
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LYING", "Image", "left_as_stored", "turned_upright"]

#: What undoes the turn that each EXIF orientation asks for.
LYING = {
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_90,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_270,
}


@dataclass(frozen=True, eq=False)
class Image:
    """A decoded picture.

    Attributes:
        name: Where it came from: a file's name, a sample's name, or ``"image"``.
        picture: Pillow image, upright, mode RGB. Treat it as read-only.
        format: The file format found, such as ``"JPEG"``; ``"array"`` or ``"Pillow"`` for what never was a file.
        notes: What was done to it on the way, in words: ``("turned upright (EXIF orientation 6)",)``.
        orientation: The EXIF orientation that its file had, 1 to 8.
        icc_profile: The ICC profile embedded in its file, which `picture` is still to be read by; None for sRGB, where
            there is none, and where it cannot be used.
    """

    name: str
    picture: Pillow.Image = field(repr=False)
    format: str
    notes: tuple[str, ...] = ()
    orientation: int = 1
    icc_profile: bytes | None = field(default=None, repr=False)

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self.picture.width

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self.picture.height

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """The picture as uint8 (H, W, 3), RGB, 0–255, read-only."""
        pixels = np.asarray(self.picture)
        pixels.flags.writeable = False
        return pixels

    @cached_property
    def as_stored(self) -> Image:
        """The picture as it lies in its file, its EXIF orientation ignored."""
        back = LYING.get(self.orientation)
        if back is None:
            return self
        notes = tuple(note for note in self.notes if note != turned_upright(self.orientation))
        said = f"left as stored (EXIF orientation {self.orientation} ignored)"
        return replace(self, picture=self.picture.transpose(back), notes=(*notes, said), orientation=1)

    @cached_property
    def in_srgb(self) -> Image:
        """The picture with its colours brought to sRGB, as its embedded ICC profile says."""
        profile = read_profile(self.icc_profile) if self.icc_profile else None
        if self.icc_profile is None or profile is None:
            return self
        notes = tuple(note for note in self.notes if note != left_as_stored(profile.name))
        said = f"colours brought from {profile.name} to sRGB"
        return replace(self, picture=to_srgb(self.picture, self.icc_profile), notes=(*notes, said), icc_profile=None)

    @cached_property
    def in_grey(self) -> Image:
        """The picture in grey, its three channels alike: ITU-R 601 luma, as Pillow's mode L has it."""
        grey = self.picture.convert("L").convert("RGB")
        if grey.tobytes() == self.picture.tobytes():
            return self
        notes = dict.fromkeys((*self.notes, "turned to grey (ITU-R 601 luma)"))  # painted on, it is turned once more
        return replace(self, picture=grey, notes=tuple(notes))

    def __repr__(self) -> str:
        notes = "".join(f"; {note}" for note in self.notes)
        return visible(f"<Image {self.name!r}: {self.width} × {self.height}, {self.format}{notes}>")

    def _repr_png_(self) -> bytes:
        shown = self.picture.copy()
        shown.thumbnail((480, 480))
        buffer = io.BytesIO()
        shown.save(buffer, "PNG")
        return buffer.getvalue()


def turned_upright(orientation: int) -> str:
    """Return the note of a picture that was turned as its EXIF orientation says."""
    return f"turned upright (EXIF orientation {orientation})"


def left_as_stored(profile: str) -> str:
    """Return the note of a picture whose ICC profile was not applied."""
    return f"colour profile {profile}, read as stored, as the published preprocessing does"
