"""Whatever a person calls a picture → upright 8-bit RGB. Every hostile input ends here, politely."""

from __future__ import annotations

import io
import os
import warnings
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from squeezeviz.errors import ImageError, did_you_mean
from squeezeviz.files import readable_name
from squeezeviz.gallery import find_sample, samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MOST_PIXELS", "Image", "ImageSource", "read_image"]

#: Larger pictures are refused before they are decoded. It is Pillow's own line between photos and decompression bombs.
MOST_PIXELS = 89_478_485
#: What transparent parts are laid on.
BACKGROUND = ("white", (255, 255, 255))


@dataclass(frozen=True, eq=False)
class Image:
    """A decoded picture.

    Attributes:
        name: Where it came from: a file's name, a sample's name, or ``"image"``.
        picture: Pillow image, upright, mode RGB. Treat it as read-only.
        format: The file format found, such as ``"JPEG"``; ``"array"`` or ``"Pillow"`` for what never was a file.
        notes: What was done to it on the way, in words: ``("turned upright (EXIF orientation 6)",)``.
        orientation: The EXIF orientation that its file had, 1 to 8.
    """

    name: str
    picture: Pillow.Image = field(repr=False)
    format: str
    notes: tuple[str, ...] = ()
    orientation: int = 1

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
        back = _LYING.get(self.orientation)
        if back is None:
            return self
        notes = tuple(note for note in self.notes if note != _upright(self.orientation))
        said = f"left as stored (EXIF orientation {self.orientation} ignored)"
        return Image(self.name, self.picture.transpose(back), self.format, (*notes, said))

    def __repr__(self) -> str:
        notes = "".join(f"; {note}" for note in self.notes)
        return f"<Image {self.name!r}: {self.width} × {self.height}, {self.format}{notes}>"

    def _repr_png_(self) -> bytes:
        shown = self.picture.copy()
        shown.thumbnail((480, 480))
        buffer = io.BytesIO()
        shown.save(buffer, "PNG")
        return buffer.getvalue()


ImageSource: TypeAlias = (
    "Image | str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | Pillow.Image | NDArray[np.uint8]"
)


def read_image(source: ImageSource, *, name: str | None = None) -> Image:
    """Read a picture.

    Args:
        source: A path, the name of a sample (see `squeezeviz.samples()`), the bytes of a file, a file opened in binary
            mode, a Pillow image, an array uint8 (H, W, 3) RGB, (H, W, 4) RGBA or (H, W) grey, or an `Image`, returned
            as it is.
        name: What to call it in results and errors; by default the file's or sample's name.

    Returns:
        Upright RGB. EXIF orientation is applied, transparency laid on white, the first frame of an animation taken, any
        colour space and bit depth brought to 8-bit RGB; ``notes`` says which of these happened.

    Raises:
        ImageError: It is not a picture, is cut off, has more than `MOST_PIXELS` pixels, or is an array of another kind.
    """
    if isinstance(source, Image):
        return source
    if isinstance(source, np.ndarray):
        return _from_array(source, name or "array")
    if isinstance(source, Pillow.Image):
        label = name or readable_name(Path(str(getattr(source, "filename", "") or "image")).name)
        return _from_pillow(source, label, source.format or "Pillow")
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _from_bytes(bytes(source), name or "image")
    if isinstance(source, (str, os.PathLike)):
        return _from_path(os.fspath(source), name)
    if hasattr(source, "read"):
        content = source.read()
        label = name or readable_name(Path(str(getattr(source, "name", "image"))).name)
        if not isinstance(content, bytes):
            raise ImageError(f"{label}: the file is open in text mode; open it with mode 'rb'")
        return _from_bytes(content, label)
    raise ImageError(
        "expected a path, the name of a sample, bytes, a binary file, a Pillow image or an array; "
        f"got {type(source).__name__}"
    )


def _from_path(text: str, name: str | None) -> Image:
    sample = find_sample(text)
    if sample is not None and sample.shape is not None and not Path(text).exists():
        return _from_pillow(Pillow.fromarray(sample.draw()), name or sample.name, "drawn")
    path = _resolve(text)
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise ImageError(f"{path}: cannot be read ({exc.strerror or exc})") from exc
    return _from_bytes(content, name or (text if sample is not None else readable_name(path.name)))


def _resolve(text: str) -> Path:
    if "://" in text[:12]:
        raise ImageError(f"{text}: addresses are not fetched; download the picture first, then give its path")
    try:
        path = Path(text).expanduser()
        if path.is_file():
            return path
        if path.is_dir():
            raise ImageError(f"{text}: is a folder; give the path of one picture")
        sample = find_sample(text)
        if sample is None:
            known = [s.name for s in samples() if s.shape is None]
            hint = did_you_mean(text, known) if len(Path(text).parts) == 1 else ""
            spoken = text if text.isprintable() else repr(text)
            raise ImageError(f"{spoken}: no such file, and no sample of that name (samples: {', '.join(known)}).{hint}")
    except (OSError, ValueError, RuntimeError) as exc:  # a name too long, a NUL byte, no home folder
        raise ImageError(f"{text[:80]!r}: not a usable path ({exc})") from exc
    if sample.path is None:
        raise ImageError(
            f"sample {text!r} comes with {sample.package}, which is not installed: pip install {sample.package}"
        )
    return sample.path


def _from_bytes(content: bytes, name: str) -> Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            # Damaged EXIF and palette blocks only draw warnings; the pixels are what counts.
            warnings.simplefilter("ignore", UserWarning)
            opened = Pillow.open(io.BytesIO(content))
            _check_size(opened.size, name)
            opened.load()
            return _from_pillow(opened, name, opened.format or "unknown")
    except ImageError:
        raise
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as exc:
        raise ImageError(
            f"{name}: has more than the {MOST_PIXELS / 1e6:.0f} megapixels that are read; scale it down first"
        ) from exc
    except UnidentifiedImageError as exc:
        raise ImageError(
            f"{name}: expected a picture (JPEG, PNG, WebP, GIF, TIFF, BMP …), found {_describe(content)}"
        ) from exc
    except MemoryError as exc:
        raise ImageError(f"{name}: does not fit into memory; scale it down first") from exc
    except (
        Exception
    ) as exc:  # Pillow's decoders raise OSError, SyntaxError, struct.error, zlib.error, IndexError … on damaged files
        found = f"{len(content):,} bytes of a file that begins like {_describe(content)}"
        raise ImageError(f"{name}: is damaged or cut off: found {found} ({exc}). Save or download it again") from exc


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise ImageError(f"{name}: is {width} × {height} pixels; expected at least 1 × 1")
    if width * height > MOST_PIXELS:
        raise ImageError(
            f"{name}: is {width} × {height} pixels ({width * height / 1e6:.0f} megapixels); "
            f"up to {MOST_PIXELS / 1e6:.0f} megapixels are read. Scale it down first"
        )


def _from_pillow(picture: Pillow.Image, name: str, file_format: str) -> Image:
    """Return the picture upright and in RGB, with a note of every step that changed it."""
    _check_size(picture.size, name)
    notes: list[str] = []
    frames = getattr(picture, "n_frames", 1)
    if frames > 1:
        notes.append(f"first of {frames} frames")
    orientation = picture.getexif().get(0x0112, 1)
    if orientation in _LYING:
        picture = ImageOps.exif_transpose(picture)
        notes.append(_upright(orientation))
    if picture.has_transparency_data:
        rgba = picture.convert("RGBA")
        picture = Pillow.new("RGB", picture.size, BACKGROUND[1])
        picture.paste(rgba, mask=rgba.getchannel("A"))
        notes.append(f"transparency laid on {BACKGROUND[0]}")
    elif picture.mode == "I;16" or picture.mode.startswith("I;16"):
        deep = np.asarray(picture).astype(np.float64)
        picture = Pillow.fromarray(np.rint(deep / 257).astype(np.uint8)).convert("RGB")
        notes.append("16-bit grey brought to 8-bit RGB")
    elif picture.mode in ("I", "F"):
        picture = _stretched(np.asarray(picture), name)
        notes.append("32-bit grey stretched from its own range to 8-bit RGB")
    elif picture.mode != "RGB":
        spoken = {"L": "grey", "1": "black and white", "P": "palette"}.get(picture.mode, picture.mode)
        picture = picture.convert("RGB")
        notes.append(f"{spoken} brought to RGB")
    return Image(name, picture, file_format, tuple(notes), orientation if orientation in _LYING else 1)


# What undoes the turn that each EXIF orientation asks for.
_LYING = {
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_90,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_270,
}


def _upright(orientation: int) -> str:
    return f"turned upright (EXIF orientation {orientation})"


def _stretched(values: NDArray[Any], name: str) -> Pillow.Image:
    if not np.isfinite(values).all():
        raise ImageError(f"{name}: holds NaN or infinite pixels; expected finite numbers")
    low, high = float(values.min()), float(values.max())
    unit = (values.astype(np.float64) - low) / (high - low) if high > low else np.zeros(values.shape)
    return Pillow.fromarray(np.rint(unit * 255).astype(np.uint8)).convert("RGB")


def _from_array(array: NDArray[Any], name: str) -> Image:
    expected = "expected uint8 (H, W, 3) RGB, (H, W, 4) RGBA or (H, W) grey, 0–255"
    if np.issubdtype(array.dtype, np.floating) and not np.isfinite(array).all():
        raise ImageError(f"{name}: holds NaN or infinite values; {expected}")
    channels_last = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if not channels_last or 0 in array.shape:
        hint = ""
        if array.ndim == 3 and array.shape[0] in (3, 4):
            hint = "; channels come last: array.transpose(1, 2, 0)"
        elif array.ndim == 4:
            hint = "; give one picture at a time, or a list of them"
        raise ImageError(f"{name}: {expected}, got shape {array.shape}{hint}")
    if array.dtype != np.uint8:
        hint = (
            "; if its values run from 0 to 1: (255 * array).round().astype('uint8')" if array.dtype.kind == "f" else ""
        )
        raise ImageError(f"{name}: {expected}, got {array.dtype}{hint}")
    _check_size((array.shape[1], array.shape[0]), name)
    return _from_pillow(Pillow.fromarray(np.ascontiguousarray(array)), name, "array")


# First bytes → what a person would call it, for the message when Pillow does not know it.
_SIGNATURES = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive (or an Office document)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a PNG"),
    (b"\xff\xd8\xff", "a JPEG"),
    (b"GIF8", "a GIF"),
    (b"RIFF", "a RIFF file (WebP, AVI or WAV)"),
    (b"II*\x00", "a TIFF"),
    (b"MM\x00*", "a TIFF"),
    (b"BM", "a BMP"),
    (b"\x93NUMPY", "a NumPy array (give it as an array: numpy.load)"),
)


def _describe(content: bytes) -> str:
    if not content:
        return "an empty file"
    for signature, spoken in _SIGNATURES:
        if content.startswith(signature):
            return spoken
    if content[4:8] == b"ftyp":
        return "HEIC" if content[8:11] in (b"hei", b"mif") else "a video or HEIF-like file"
    head = content[:512]
    try:
        text = head.decode("utf-8") if len(content) > 512 else content.decode("utf-8")
    except UnicodeDecodeError:
        return f"{len(content):,} bytes of an unknown kind"
    lowered = text.lstrip().lower()
    if lowered.startswith(("<svg", "<?xml")) and "<svg" in lowered:
        return "an SVG drawing (export it as PNG)"
    return "a web page" if lowered.startswith(("<!doctype html", "<html")) else "text"
