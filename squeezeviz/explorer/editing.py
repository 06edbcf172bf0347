"""Photos that are painted on the page: the pixels it begins with, and the painted ones, which come back as frames do.

What is painted on is the photo as its preprocessing takes it, pixel for pixel, so that nothing painted gives exactly
the photo's own answer. Where a photo is larger than one message may be, it is a copy scaled down; then the page weighs
its edits against the answer to that copy, not to the photo.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image as Pillow

from squeezeviz.explorer.camera import MOST_SIDE_PX, read_frame

if TYPE_CHECKING:
    from squeezeviz.explorer.photos import Photo, Taken
    from squeezeviz.explorer.protocol import RawPixels
    from squeezeviz.image import Image

__all__ = ["canvas_of", "read_edit"]

_AGAIN = "Discard the edit and begin it again"


def canvas_of(photo: Photo) -> Image:
    """Return what is painted on: the photo as its preprocessing takes it, scaled down where it is too large."""
    taken = photo.as_taken
    if max(taken.width, taken.height) <= MOST_SIDE_PX:
        return taken
    small = taken.picture.copy()
    small.thumbnail((MOST_SIDE_PX, MOST_SIDE_PX), Pillow.Resampling.LANCZOS, reducing_gap=None)
    return replace(taken, picture=small, notes=_notes(taken), orientation=1)


def read_edit(asked: RawPixels, before: Photo | None) -> Image:
    """Return a painted photo as an image.

    Args:
        asked: It, as the page sent it.
        before: The photo that was painted on; None where it has been removed.

    Raises:
        ImageError: Size and pixels do not belong together.
    """
    image = read_frame(asked, again=_AGAIN)
    if before is None:
        return replace(image, format="edited")
    # A drawing stays one, painted or not: some models know drawings only, and say so of everything else.
    form = before.kept.format if before.kept.format == "drawn" else "edited"
    taken = before.taken
    return replace(image, format=form, notes=_notes(taken), icc_profile=taken.icc_profile)


def _notes(taken: Image | Taken) -> tuple[str, ...]:
    if max(taken.width, taken.height) <= MOST_SIDE_PX:
        return taken.notes
    return (*taken.notes, f"scaled down from {taken.width} × {taken.height} to be edited")
