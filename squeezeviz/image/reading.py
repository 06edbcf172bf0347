"""`read_image`: from a path, bytes, a file, a Pillow image or an array to an upright RGB picture."""

from __future__ import annotations

import os
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from squeezeviz.arguments import expect
from squeezeviz.errors import ImageError
from squeezeviz.files import readable_name
from squeezeviz.image.colours import to_rgb
from squeezeviz.image.decoding import Decoded, decode, mapped_errors
from squeezeviz.image.gallery import find_sample
from squeezeviz.image.limits import MOST_BYTES, check_size, named
from squeezeviz.image.paths import read_open, read_path
from squeezeviz.image.picture import LYING, Image, left_as_stored, turned_upright
from squeezeviz.image.profiles import read_profile
from squeezeviz.image.quiet import quietly

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["ImageSource", "batches", "read_image"]

_ORIENTATION = 0x0112

ImageSource: TypeAlias = (
    "Image | str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | Pillow.Image | NDArray[np.uint8]"
)


def read_image(source: ImageSource, *, name: str | None = None) -> Image:
    """Read a picture.

    Args:
        source: A path, the name of a sample (see `squeezeviz.samples()`), the bytes of a file, a file opened in binary
            mode, a Pillow image, an array uint8 (H, W, 3) RGB, (H, W, 4) RGBA, (H, W) or (H, W, 1) grey, or an `Image`,
            returned as it is.
        name: What to call it in results and errors; by default the file's or sample's name.

    Returns:
        Upright RGB. EXIF orientation is applied, transparency laid on white, the first frame of an animation taken, any
        colour space and bit depth brought to 8-bit RGB; ``notes`` says which of these happened. An embedded ICC profile
        is kept beside the pixels, and noted where it is not sRGB. A JPEG of more than `MOST_PIXELS` pixels is decoded
        at ½, ¼ or ⅛ of its size.

    Raises:
        ImageError: It is not a picture, is cut off, has more than `MOST_PIXELS` pixels, or is an array of another kind.
    """
    expect(name, (str, NoneType), "the picture's name, text", ImageError)
    if isinstance(source, Image):
        return source
    if isinstance(source, np.ndarray):
        return _from_array(source, name or "array")
    if isinstance(source, Pillow.Image):
        label = name or Path(str(getattr(source, "filename", "") or "image")).name
        return _from_pillow(source, label)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _from_bytes(bytes(source), name or "image")
    if isinstance(source, (str, os.PathLike)):
        return _from_path(os.fsdecode(source), name)
    if hasattr(source, "read"):
        return _from_file(source, name or Path(str(getattr(source, "name", "image"))).name)
    raise ImageError(
        "expected a path, the name of a sample, bytes, a binary file, a Pillow image or an array; "
        f"got {type(source).__name__}"
    )


def batches(images: Sequence[Any], size: int) -> Iterator[list[Image]]:
    """Read pictures a few at a time, each few forgotten before the next.

    Args:
        images: Anything `read_image` takes.
        size: How many at a time.

    Raises:
        ImageError: One of them cannot be read.
    """
    for start in range(0, len(images), size):
        yield [read_image(image) for image in images[start : start + size]]


def _from_path(text: str, name: str | None) -> Image:
    sample = find_sample(text)
    if sample is not None and sample.shape is not None and not Path(text).exists():
        return _upright_rgb(Decoded(Pillow.fromarray(sample.draw()), "drawn"), name or sample.name)
    content, label = read_path(text, sample)
    return _from_bytes(content, name or label)


def _from_file(file: BinaryIO, name: str) -> Image:
    return _from_bytes(read_open(file, named(name)), name)


def _from_bytes(content: bytes, name: str) -> Image:
    if len(content) > MOST_BYTES:
        raise ImageError(
            f"{named(name)}: is {len(content) / 1e6:,.0f} MB; expected up to {MOST_BYTES / 1e6:,.0f} MB. "
            "Save it as JPEG"
        )
    with quietly():  # once for both, which hold it too
        return _upright_rgb(decode(content, named(name)), name)


def _from_pillow(picture: Pillow.Image, name: str) -> Image:
    file_format = picture.format or "Pillow"
    check_size(picture.size, named(name))
    with mapped_errors(named(name)), quietly():
        picture.load()  # one that was opened from a file may still turn out to be cut off
    return _upright_rgb(Decoded(picture, file_format), name)


def _upright_rgb(decoded: Decoded, name: str) -> Image:
    """Turn a picture upright, bring it to RGB, and note its profile."""
    picture, notes = decoded.picture, list(decoded.notes)
    check_size(picture.size, named(name))
    with mapped_errors(named(name)), quietly():
        profile = picture.info.get("icc_profile")
        orientation = picture.getexif().get(_ORIENTATION, 1)
        if orientation in LYING:
            picture = ImageOps.exif_transpose(picture)
            notes.append(turned_upright(orientation))
        is_grey = picture.mode in ("1", "L", "LA", "I", "I;16", "I;16B", "I;16L", "F")
        picture, steps = to_rgb(picture, decoded.stored_as, named(name))
    notes += steps
    kept, said = _profile(profile, is_grey=is_grey)
    shown = readable_name(name)  # tables, JSON and pages take no name that is not Unicode
    return Image(
        shown, picture, decoded.format, (*notes, *said), orientation if orientation in LYING else 1, icc_profile=kept
    )


def _profile(data: object, *, is_grey: bool) -> tuple[bytes | None, list[str]]:
    """Return an embedded profile, where there is anything to it; and what is to be said of it."""
    if not isinstance(data, bytes) or not data:
        return None, []
    profile = read_profile(data)
    if profile is None or (profile.space == "GRAY" and not is_grey):
        return None, ["its colour profile is damaged, and not used"]
    if not profile.is_usable:
        return None, [f"{profile.space} colour profile {profile.name}, not used"]
    return (None, []) if profile.is_srgb else (data, [left_as_stored(profile.name)])


def _from_array(array: NDArray[Any], name: str) -> Image:
    said = named(name)
    expected = "expected uint8 (H, W, 3) RGB, (H, W, 4) RGBA, (H, W) or (H, W, 1) grey, 0–255"
    if np.issubdtype(array.dtype, np.floating) and not np.isfinite(array).all():
        raise ImageError(f"{said}: holds NaN or infinite values; {expected}")
    channels_last = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (1, 3, 4))
    if not channels_last or 0 in array.shape:
        hint = ""
        if array.ndim == 3 and array.shape[0] in (1, 3, 4):
            hint = "; channels come last: array.transpose(1, 2, 0)"
        elif array.ndim == 4:
            hint = "; give one picture at a time, or a list of them"
        raise ImageError(f"{said}: {expected}, got shape {array.shape}{hint}")
    if array.dtype != np.uint8:
        raise ImageError(f"{said}: {expected}, got {array.dtype}{_to_uint8(array.dtype)}")
    check_size((array.shape[1], array.shape[0]), said)
    if array.shape[2:] == (1,):
        array = array[:, :, 0]
    return _upright_rgb(Decoded(Pillow.fromarray(np.ascontiguousarray(array)), "array"), name)


def _to_uint8(dtype: np.dtype[Any]) -> str:
    if dtype.kind == "f":
        return "; if its values run from 0 to 1: (255 * array).round().astype('uint8')"
    if dtype == np.uint16:
        return "; if its values run from 0 to 65535: (array / 257).round().astype('uint8')"
    if dtype.kind == "b":
        return "; as black and white: (255 * array).astype('uint8')"
    return "; if its values run from 0 to 255: array.astype('uint8')"
