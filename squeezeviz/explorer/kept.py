"""A picture as a page keeps it: its file, from which the pixels are decoded again when they are needed.

Decoded, a photo of a telephone takes twenty times as much as its file, and a file of 22 KB may hold 89 megapixels. What
is decoded again is what was decoded before, to the last bit: the same bytes go through the same reader. A picture that
never was a file is kept as its bare pixels.
"""

from __future__ import annotations

import itertools
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image as Pillow

from squeezeviz.errors import ImageError
from squeezeviz.explorer.limits import MOST_BYTES
from squeezeviz.image import Image, ImageSource, read_image
from squeezeviz.image.gallery import find_sample

if TYPE_CHECKING:
    from squeezeviz.image.gallery import Sample

__all__ = ["Kept", "kept", "kept_sample"]

_uses = itertools.count()


class Kept:
    """A picture, decoded or not.

    Args:
        image: It, decoded.
        file: The bytes that `squeezeviz.read_image` has made it of; None for what never was a file.
    """

    def __init__(self, image: Image, file: bytes | None = None) -> None:
        self.name, self.format, self.notes, self.orientation = image.name, image.format, image.notes, image.orientation
        self.icc_profile = image.icc_profile
        self.size = image.width, image.height
        self.used = next(_uses)
        self._file, self._pixels = file, b""
        self._image: Image | None = image
        self._is_gone = False

    @property
    def image(self) -> Image:
        """It, decoded; from now on it is held so, until `let_go`.

        Raises:
            ImageError: It was dropped.
        """
        self._image = self.read()
        self.used = next(_uses)
        return self._image

    @property
    def held(self) -> Image | None:
        """It, if it is held decoded."""
        return self._image

    @property
    def file(self) -> bytes | None:
        """The bytes that it is decoded from; None for what never was a file."""
        return self._file

    def read(self) -> Image:
        """Return it decoded, without holding it so.

        Raises:
            ImageError: It was dropped.
        """
        image = self._image
        if image is not None:
            return image
        if self._is_gone:
            raise ImageError(f"{self.name}: its page was closed; run the cell again, and use the page that it makes")
        if self._file is not None:
            return read_image(self._file, name=self.name)
        picture = Pillow.frombytes("RGB", self.size, self._pixels)
        return Image(self.name, picture, self.format, self.notes, self.orientation, icc_profile=self.icc_profile)

    def let_go(self) -> None:
        """Hold it no longer decoded."""
        if self._file is None and self._image is not None:
            self._pixels = self._image.picture.tobytes()
        self._image = None

    def drop(self) -> None:
        """Let the picture go for good; what is said of it stays."""
        self._image, self._file, self._pixels, self._is_gone = None, None, b"", True

    @property
    def decoded_bytes(self) -> int:
        """What it holds decoded: Pillow takes 4 bytes a pixel, its copy as an array 3 more."""
        image = self._image
        if image is None:
            return 0
        # What it was turned into stands beside it; it is itself where nothing was to be done.
        turned = (image, image.__dict__.get("as_stored", image))
        views = {id(view): view for each in turned for view in (each, each.__dict__.get("in_srgb", each))}.values()
        each = sum(4 + 3 * ("pixels" in view.__dict__) for view in views)
        return each * image.width * image.height

    @property
    def kept_bytes(self) -> int:
        """What it takes, let go: its file, or its bare pixels."""
        width, height = self.size
        return 3 * width * height if self._file is None else len(self._file)


def kept(source: ImageSource, *, name: str | None = None) -> Kept:
    """Read a picture, as `squeezeviz.read_image` does, and keep its file.

    Raises:
        ImageError: It cannot be read.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        content = bytes(source)
        return Kept(read_image(content, name=name or "image"), content)
    path = _path_of(source)
    before = _stamp(path)
    image = read_image(source, name=name)
    if path is None or before is None:
        return Kept(image)
    try:
        content = path.read_bytes()
    except OSError:
        return Kept(image)
    # Only what was not written to meanwhile is sure to be what has been read.
    return Kept(image, content if _stamp(path) == before and len(content) == before[0] else None)


def kept_sample(sample: Sample) -> Kept:
    """Read a sample, and nothing else that may be called so, such as a file in the working folder.

    Raises:
        ImageError: Its package has been removed, or is damaged.
    """
    if sample.is_drawn:
        return Kept(replace(read_image(sample.draw(), name=sample.name), format="drawn"))
    if sample.path is None:
        raise ImageError(f"{sample.name}: {sample.package}, which carries this sample, is not installed")
    return kept(sample.path, name=sample.name)


def _path_of(source: ImageSource) -> Path | None:
    """The file that a path or a sample's name stands for, if any."""
    if not isinstance(source, (str, os.PathLike)):
        return None
    try:
        path = Path(os.fspath(source)).expanduser()
        if path.is_file():
            return path
    except (OSError, ValueError, RuntimeError):  # no path at all: reading it says so
        return None
    sample = find_sample(os.fspath(source))
    return sample.path if sample else None


def _stamp(path: Path | None) -> tuple[int, int] | None:
    """What tells that a file was written to; None for what is no ordinary file of a size that is kept."""
    try:
        state = path.stat() if path else None
    except OSError:
        return None
    return (state.st_size, state.st_mtime_ns) if state and state.st_size <= MOST_BYTES else None
