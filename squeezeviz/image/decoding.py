"""The bytes of a file → a decoded Pillow picture. The only place where foreign bytes meet a decoder."""

from __future__ import annotations

import io
import struct
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image as Pillow
from PIL import UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from squeezeviz.errors import ImageError, in_one_line
from squeezeviz.image.kinds import HEIC, RAW, READ, TIFF, Kind, kind_of
from squeezeviz.image.limits import MOST_PIXELS, check_size, named
from squeezeviz.image.quiet import quietly

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Decoded", "decode", "mapped_errors"]

# Others that Pillow knows are stubs (GRIB, HDF5), start other programs (EPS: Ghostscript), or are no photos. In the
# order in which they are tried; TGA begins like nothing in particular.
_FORMATS = (
    "JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP", "JPEG2000", "PSD", "PPM", "ICO", "QOI", "SGI", "SUN", "DDS",
    "PCX", "TGA",
)  # fmt: skip
_COEFFICIENTS_BYTES = 6  # a pixel: three channels, not subsampled, of two bytes each
# Tags of TIFF, and what they hold in a camera's RAW file, whose first picture is a small preview.
_SUBFILE_TYPE, _PHOTOMETRIC, _SUB_IFDS, _DNG_VERSION = 254, 262, 330, 50706
_REDUCED, _COLOUR_FILTER_ARRAY, _LINEAR_RAW = 1, 32803, 34892


@dataclass(frozen=True)
class Decoded:
    """A decoded picture.

    Attributes:
        picture: Pillow's, in whatever mode it came.
        format: The file format found.
        stored_as: How its file holds the pixels, in Pillow's words (a raw mode), such as ``"RGB;16B"``.
        notes: What was done to it, in words.
    """

    picture: Pillow.Image
    format: str
    stored_as: str = ""
    notes: tuple[str, ...] = ()


def decode(content: bytes, name: str) -> Decoded:
    """Decode the bytes of a picture's file.

    Args:
        content: The whole file.
        name: What to call it in errors.

    Raises:
        ImageError: It is no picture, of a format that is not read, damaged, or too large.
    """
    kind = kind_of(content)
    if kind is not None and not kind.is_read:
        raise ImageError(f"{name}: expected a picture ({READ}), found {kind.spoken}; {kind.advice}")
    with mapped_errors(name, content, kind), quietly() as heard:
        try:
            opened, notes = _opened(content, name, kind)
        except UnidentifiedImageError as exc:
            _say_what_is_not_built_in(heard, name, exc)
            raise
        check_size(opened.size, name)
        stored_as = _raw_mode(opened)
        opened.load()
        return Decoded(opened, opened.format or "unknown", stored_as, (*notes, *_metadata(heard)))


@contextmanager
def mapped_errors(name: str, content: bytes | None = None, kind: Kind | None = None) -> Iterator[None]:
    """Turn whatever a decoder raises into an `ImageError` that says what to do."""
    try:
        yield
    except ImageError:
        raise
    except Pillow.DecompressionBombError as exc:
        raise ImageError(
            f"{name}: has more than the {MOST_PIXELS / 1e6:.0f} megapixels that are read; scale it down first"
        ) from exc
    except MemoryError as exc:
        raise ImageError(f"{name}: does not fit into memory; scale it down first") from exc
    except (
        Exception
    ) as exc:  # Pillow's decoders raise OSError, SyntaxError, struct.error, IndexError … on damaged files
        raise ImageError(f"{name}: {_what_is_wrong(exc, content, kind)}") from exc


def _what_is_wrong(exc: Exception, content: bytes | None, kind: Kind | None) -> str:
    if content is None:
        return f"is damaged or cut off ({in_one_line(exc)}). Save or download it again"
    found = f"{len(content):,} bytes"
    if kind is None:  # not even a decoder that was tried in vain could say more
        return (
            f"expected a picture ({READ}), found {found} of an unknown kind. "
            "Export it as PNG or JPEG from the program that made it"
        )
    if not isinstance(exc, UnidentifiedImageError):
        found = f"{found} of one ({in_one_line(exc)})"
        return f"is damaged or cut off: expected {kind.spoken}, found {found}. Save or download it again"
    if kind is TIFF:
        return (
            "is a TIFF of a kind that is not read (64-bit or complex numbers, channels stored apart, more of them than "
            f"colours), or damaged: {found}. Export it as TIFF or PNG, RGB or grey, of 8 or 16 bits"
        )
    return f"is damaged or cut off: expected {kind.spoken}, found {found} of one. Save or download it again"


def _say_what_is_not_built_in(heard: list[str], name: str, exc: UnidentifiedImageError) -> None:
    for message in heard:
        if "support not installed" in message:
            raise ImageError(
                f"{name}: cannot be read by the Pillow installed here ({message}); "
                "pip install --force-reinstall pillow brings every format, or export it as JPEG"
            ) from exc


def _opened(content: bytes, name: str, kind: Kind | None) -> tuple[Pillow.Image, list[str]]:
    """Open the file, which decodes nothing yet."""
    file = io.BytesIO(content)
    if kind is HEIC:
        return _opened_heif(file, name)
    if content.startswith(b"\xff\xd8"):
        reduced = _reduced_jpeg(file, content, name)
        if reduced is not None:
            return reduced
    if kind is TIFF:
        _refuse_raw(file, name)
    opened = Pillow.open(file, formats=_FORMATS)
    if opened.format == "ICO":
        _check_icon(content, name)
    notes = []
    frames = getattr(opened, "n_frames", 1)
    # The further pictures in a phone's MPO are previews and brightness maps; the layers of a PSD are its parts.
    if frames > 1 and opened.format not in ("MPO", "PSD"):
        notes.append(f"first of {frames} frames")
    return opened, notes


def _opened_heif(file: io.BytesIO, name: str) -> tuple[Pillow.Image, list[str]]:
    try:
        # Used as it is, and not registered: what Pillow opens elsewhere in this process is not ours to change.
        from pillow_heif import HeifImageFile  # noqa: PLC0415 - an extra, and only for such files
    except ImportError as exc:
        raise ImageError(
            f"{name}: is {HEIC.spoken}, which takes pillow-heif to read: pip install pillow-heif "
            "(or squeezeviz[heif]); or export it as JPEG"
        ) from exc
    opened = HeifImageFile(file)
    return opened, [f"the main one of {opened.n_frames} pictures"] if opened.n_frames > 1 else []


def _reduced_jpeg(file: io.BytesIO, content: bytes, name: str) -> tuple[Pillow.Image, list[str]] | None:
    """Open a JPEG of too many pixels to be decoded at ½, ¼ or ⅛ of its size; None for any other."""
    header = _jpeg_header(content)
    if header is None or header.width * header.height <= MOST_PIXELS:
        return None
    width, height = header.width, header.height
    scale = next((scale for scale in (2, 4, 8) if header.fits(scale)), None)
    if scale is None:
        raise ImageError(
            f"{name}: is a progressive JPEG of {width} × {height} pixels ({width * height / 1e6:.0f} megapixels), "
            "which is held in memory whole to be decoded; scale it down first, or save it as baseline JPEG"
        )
    opened = JpegImageFile(file)  # Pillow.open would refuse it
    opened.draft(None, (width // scale, height // scale))
    note = (
        f"decoded at 1/{scale} of its size, {opened.width} × {opened.height} of {width} × {height} pixels: "
        f"over {MOST_PIXELS / 1e6:.0f} megapixels are not held in memory"
    )
    return opened, [note]


@dataclass(frozen=True)
class _JpegHeader:
    width: int
    height: int
    is_buffered: bool  # whether libjpeg keeps every coefficient until the last scan, as of progressive ones

    def fits(self, scale: int) -> bool:
        """Whether decoding at 1/`scale` takes no more memory than that of `MOST_PIXELS` in the worst case does."""
        pixels = -(-self.width // scale) * -(-self.height // scale)
        coefficients = _COEFFICIENTS_BYTES * self.width * self.height if self.is_buffered else 0
        return pixels <= MOST_PIXELS and 3 * pixels + coefficients <= (3 + _COEFFICIENTS_BYTES) * MOST_PIXELS


def _jpeg_header(content: bytes) -> _JpegHeader | None:
    """Read a JPEG's size and how it is coded, from its markers; None if they make no sense."""
    at, size, components, is_progressive = 2, (0, 0), 0, False
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == 0xDA:
            return _JpegHeader(*size, is_buffered=is_progressive or content[at + 4 : at + 5] != bytes([components]))
        (length,) = struct.unpack_from(">H", content, at + 2)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and at + 10 <= len(content):
            height, width, components = struct.unpack_from(">HHB", content, at + 5)
            size, is_progressive = (width, height), marker in (0xC2, 0xC6, 0xCA, 0xCE)
        at += 2 + length
    return None


def _check_icon(content: bytes, name: str) -> None:
    """An icon says sizes of up to 256 pixels; the PNGs in it say their own."""
    for entry in range(int.from_bytes(content[4:6], "little")):
        start = int.from_bytes(content[18 + 16 * entry : 22 + 16 * entry], "little")
        if content.startswith(b"\x89PNG", start) and len(content) >= start + 24:
            check_size(struct.unpack_from(">II", content, start + 16), name)


def _refuse_raw(file: io.BytesIO, name: str) -> None:
    """A camera's RAW file is a TIFF, as a rule with a preview of a few hundred pixels as its first picture."""
    header = file.read(8)
    tags = ImageFileDirectory_v2(header + file.read(8) if header[2:3] == b"+" else header)  # a BigTIFF's is longer
    file.seek(tags.next)
    tags.load(file)
    file.seek(0)
    is_preview = tags.get(_SUBFILE_TYPE) == _REDUCED and _SUB_IFDS in tags
    if _DNG_VERSION in tags or is_preview or tags.get(_PHOTOMETRIC) in (_COLOUR_FILTER_ARRAY, _LINEAR_RAW):
        raise ImageError(f"{name}: expected a picture ({READ}), found {RAW.spoken}; {RAW.advice}")


def _raw_mode(opened: Pillow.Image) -> str:
    """Return how the file holds its pixels, in Pillow's words; it is forgotten as soon as they are decoded."""
    tiles = getattr(opened, "tile", None)
    arguments = tiles[0][3] if tiles else ""
    first = arguments[0] if isinstance(arguments, tuple) and arguments else arguments
    return first if isinstance(first, str) else ""


def _metadata(heard: list[str]) -> list[str]:
    """Say once that something beside the pixels is damaged; of tags that merely are unusual nothing need be said."""
    said = [message for message in heard if not message.startswith(("Metadata Warning", "Image size ("))]
    return [f"damaged metadata passed over ({named(' '.join(said[0].split()))})"] if said else []
