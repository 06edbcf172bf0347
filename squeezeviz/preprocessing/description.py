"""How a photo becomes the network's input tensor: a frozen, comparable, serialisable description."""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from squeezeviz.arguments import expect
from squeezeviz.errors import PreprocessingError, did_you_mean, spoken
from squeezeviz.image import Image
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.preprocessing.factors import divided, less, times
from squeezeviz.preprocessing.geometry import Geometry
from squeezeviz.preprocessing.pixels import cropped
from squeezeviz.preprocessing.sizes import MOST_PX, Px, Resize, is_px, one_or_both, resized, sides, size_text
from squeezeviz.preprocessing.windows import Crop, Window, windows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


__all__ = ["ChannelOrder", "Interpolation", "Preprocessing", "Resize"]

Interpolation = Literal["nearest", "bilinear", "box", "hamming", "bicubic", "lanczos"]
ChannelOrder = Literal["BGR", "RGB", "grey"]

_SPOKEN = {str: "text", bool: "True or False"}


@dataclass(frozen=True, kw_only=True)
class Preprocessing(NotebookDisplay):
    """Photo → input tensor: resize, crop, order the channels, ``(value · scale − mean) / std``.

    Attributes:
        name: What the preset is called.
        origin: Where it comes from, in a line.
        respect_exif: Whether the photo is turned upright first, as its EXIF orientation says.
        respect_icc: Whether the photo's colours are brought to sRGB first, as its embedded ICC profile says. The
            published preprocessing takes the values as they are stored, whatever colours they stand for.
        resize: ``"squash"`` brings both sides to `resize_px`, whatever the aspect ratio; ``"shorter-side"`` keeps it,
            and covers a square or rectangle of `resize_px`; ``"longer-side"`` keeps it, fits into that and pads to it;
            ``"none"`` crops from the photo as it is.
        resize_px: Pixels of the side or sides, or (height, width); of no meaning for ``"none"``.
        padding: RGB, 0–255, of what ``"longer-side"`` pads with.
        interpolation: How values between pixels come about. Without antialiasing ``"bilinear"`` blends the four nearest
            pixels, as OpenCV does, and ``"nearest"`` takes one; the others are Pillow's and always antialiased.
        antialias: Whether a pixel that becomes smaller averages all that it covers, as Pillow's ``resize`` does.
        crop: The place of the crop: ``"centre"``, a corner such as ``"top-left"``, or (x, y) from (0, 0), top left, to
            (1, 1), bottom right. ``"five"`` are centre and corners, ``"ten"`` these and their mirror images; the model
            then averages its answers.
        crop_px: Height and width of the crop, the network's input size: one number for a square, or (height, width).
        channel_order: Order of the tensor's first axis; ``"grey"`` turns the photo to grey first (ITU-R 601 luma, as
            Pillow's mode L), and the tensor has one channel.
        scale: Factor on the 0–255 values, before the mean.
        mean: Subtracted a channel, in `channel_order`, after scaling; one number stands for all.
        std: Divided by a channel, in `channel_order`, after the mean; one number stands for all.
    """

    name: str
    origin: str = ""
    respect_exif: bool = True
    respect_icc: bool = False
    resize: Resize = "squash"
    resize_px: Px = 256
    padding: tuple[int, int, int] = (124, 117, 104)
    interpolation: Interpolation = "bilinear"
    antialias: bool = False
    crop: Crop = "centre"
    crop_px: Px = 227
    channel_order: ChannelOrder = "BGR"
    scale: float = 1.0
    mean: tuple[float, ...] = (103.96, 116.78, 123.68)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)

    def __post_init__(self) -> None:
        for what, value, allowed in (
            ("resize", self.resize, get_args(Resize)),
            ("interpolation", self.interpolation, get_args(Interpolation)),
            ("channel_order", self.channel_order, get_args(ChannelOrder)),
        ):
            if value not in allowed:
                raise self._error(f"{what} is {value!r}, expected {' or '.join(map(repr, allowed))}")
        kinds = {"name": str, "origin": str, "respect_exif": bool, "respect_icc": bool, "antialias": bool}
        for what, kind in kinds.items():
            if not isinstance(getattr(self, what), kind):
                raise self._error(f"{what} is {getattr(self, what)!r}, expected {_SPOKEN[kind]}")
        self._check_pixels()
        if not self.antialias and self.interpolation not in ("nearest", "bilinear"):
            raise self._error(f"{self.interpolation!r} always antialiases; set antialias=True")
        if self.antialias and self.interpolation == "nearest":
            raise self._error("'nearest' takes one pixel and cannot antialias; set antialias=False, or 'box'")
        for what in ("mean", "std"):
            object.__setattr__(self, what, self._a_channel(what, getattr(self, what)))
        if not _is_finite(self.scale) or self.scale == 0 or 0 in self.std:
            raise self._error(f"scale {self.scale!r} and std {self.std!r} must be finite and not zero")
        slope, offset = self.affine
        if not (np.isfinite(slope).all() and np.isfinite(offset).all() and slope.all()):
            raise self._error(
                f"scale {self.scale!r}, mean {self.mean!r} and std {self.std!r} leave nothing single precision can hold"
            )

    def _check_pixels(self) -> None:
        for what in ("resize_px", "crop_px"):
            pixels = getattr(self, what)
            if not is_px(pixels):
                raise self._error(
                    f"{what} is {pixels!r}, expected a whole number of pixels from 1 to {MOST_PX}, or (height, width)"
                )
            object.__setattr__(self, what, one_or_both(pixels))
        if self.resize != "none" and any(map(operator.gt, self.input_px, sides(self.resize_px))):
            raise self._error(
                f"crops {size_text(self.input_px)} px out of {size_text(sides(self.resize_px))} px; the crop must fit"
            )
        try:
            windows_of(self.crop)
        except ValueError as exc:
            raise self._error(f"crop is {self.crop!r}, {exc}") from exc
        values = self.padding
        is_colour = isinstance(values, tuple) and len(values) == 3
        if not is_colour or not all(type(value) is int and 0 <= value <= 255 for value in values):
            raise self._error(f"padding is {values!r}, expected three whole numbers from 0 to 255: red, green, blue")

    def _a_channel(self, what: str, values: object) -> tuple[float, ...]:
        """Return one number a channel: those given, or one that stands for all."""
        given = [values] if _is_finite(values) else values
        is_listed = isinstance(given, Sequence) and all(map(_is_finite, given))
        numbers = [float(value) for value in given] if is_listed else []  # type: ignore[attr-defined]  # a Sequence
        if len(set(numbers)) == 1 and len(numbers) in (1, 3):  # as good as one number
            numbers = numbers[:1] * self.channels
        if len(numbers) != self.channels:
            expected = (
                "one finite number for grey"
                if self.channels == 1
                else f"three finite numbers in {self.channel_order} order, or one for all"
            )
            raise self._error(f"{what} is {values!r}, expected {expected}")
        return tuple(numbers)

    @property
    def input_px(self) -> tuple[int, int]:
        """Height and width of the input tensor."""
        return sides(self.crop_px)

    @property
    def channels(self) -> int:
        """Channels of the input tensor: three, or one of grey."""
        return 1 if self.channel_order == "grey" else 3

    @property
    def windows(self) -> tuple[Window, ...]:
        """The crops of one photo; as a rule one. Of several the centre comes first."""
        return windows_of(self.crop)

    def photo(self, image: Image) -> Image:
        """Return the photo as this preprocessing takes it: upright or lying as in its file, in which colours."""
        turned = image if self.respect_exif else image.as_stored
        coloured = turned.in_srgb if self.respect_icc else turned
        return coloured.in_grey if self.channel_order == "grey" else coloured

    def geometry(self, width: int, height: int, window: Window | None = None) -> Geometry:
        """Return the mapping between the input tensor and a photo of that size.

        Args:
            width: Of the photo, in pixels, as this preprocessing takes it (see `photo`).
            height: The same.
            window: Which crop; the first by default.

        Raises:
            PreprocessingError: The crop is larger than the photo.
        """
        expect(window, (Window, NoneType), "one of Preprocessing.windows", PreprocessingError)
        window = window or self.windows[0]
        brought = resized(width, height, self.resize, self.resize_px)
        # Padding puts the photo in the middle of a rectangle.
        full = sides(self.resize_px)[::-1] if self.resize == "longer-side" else brought
        crop = self.input_px[::-1]
        if any(map(operator.lt, full, crop)):
            raise self._error(
                f"crops {crop[0]} × {crop[1]} px out of a photo of {full[0]} × {full[1]} px; "
                f"the crop must fit: resize it first (resize='shorter-side'), or take a larger photo"
            )
        left, top = (
            math.floor((side - taken) * place) - (side - photo) // 2
            for side, photo, taken, place in zip(full, brought, crop, (window.x, window.y), strict=True)
        )
        return Geometry((width, height), brought, (left, top, *crop), window.is_flipped)

    @property
    def first_crop(self) -> Preprocessing:
        """The same with the first of its crops alone, which is what the values of layers are of."""
        if len(self.windows) == 1:
            return self
        return self.replace(crop=(self.windows[0].x, self.windows[0].y))

    def cropped(self, image: Image, window: Window | None = None) -> NDArray[np.uint8]:
        """Return the resized, cropped pixels: uint8 (height, width, 3), RGB, 0–255; of grey, three times the same.

        Raises:
            PreprocessingError: The crop is larger than the photo.
        """
        expect(image, Image, "a picture, as squeezeviz.read_image returns", PreprocessingError)
        photo = self.photo(image)
        return cropped(
            photo,
            self.geometry(photo.width, photo.height, window),
            interpolation=self.interpolation,
            antialias=self.antialias,
            padding=self.padding,
        )

    def __call__(
        self, images: Image | Sequence[Image], *, out: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Preprocess one picture or several.

        Args:
            images: The pictures.
            out: An array of the result's shape to write into; a new one by default.

        Returns:
            The input tensor, float32 (B · windows, channels, height, width), in `channel_order`; the windows of
            one picture stand together.

        Raises:
            PreprocessingError: The crop is larger than a photo, or a picture is none.
        """
        expect(out, (np.ndarray, NoneType), "an array to write into", PreprocessingError)
        batch = [images] if not isinstance(images, Sequence) else images
        parts = [(image, window) for image in batch for window in self.windows]
        tensor = np.empty((len(parts), self.channels, *self.input_px), dtype=np.float32) if out is None else out
        for (image, window), planes in zip(parts, tensor, strict=True):
            self.fill(planes, self.cropped(image, window))
        return tensor

    def fill(self, planes: NDArray[np.float32], pixels: NDArray[np.uint8]) -> None:
        """Write what the network is given of one crop: the last step, after resizing and cropping.

        Args:
            planes: Where to, float32 (channels, height, width).
            pixels: The crop, uint8 (height, width, 3), RGB, 0–255, as `cropped` returns it.
        """
        slope, offset = self.affine
        for plane, source, factor, shift in zip(planes, self.rgb_index, slope, offset, strict=True):
            values = pixels[:, :, source]
            if factor == 1:
                np.add(values, shift, out=plane, dtype=np.float32)
            else:
                np.multiply(values, factor, out=plane, dtype=np.float32)
                np.add(plane, shift, out=plane)

    def to_picture(self, tensor: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Map an input tensor (C, H, W) back to a picture, uint8 (H, W, 3) RGB: what the network sees."""
        slope, offset = self.affine
        planes = (tensor - offset[:, None, None]) / slope[:, None, None]
        values = np.clip(np.rint(planes[list(self.rgb_index * (3 // self.channels))]), 0, 255)
        picture: NDArray[np.uint8] = values.astype(np.uint8).transpose(1, 2, 0)
        return picture

    def seen_by_network(self, image: Image) -> NDArray[np.uint8]:
        """Return the preprocessed photo as a picture, uint8 (height, width, 3) RGB."""
        return self.to_picture(self(image)[0])

    @cached_property
    def affine(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(slope, offset), float32 (C,) each, in `channel_order`: tensor = slope · value + offset, values 0–255.

        They are read-only.
        """
        std = np.asarray(self.std, dtype=np.float64)
        with np.errstate(all="ignore"):  # what does not fit is refused where it was written
            slope, offset = self.scale / std, -np.asarray(self.mean, dtype=np.float64) / std
            both = slope.astype(np.float32), offset.astype(np.float32)
        for each in both:
            each.flags.writeable = False
        return both

    @property
    def rgb_index(self) -> tuple[int, ...]:
        """For each tensor channel, its position in RGB; BGR is its own inverse, and grey is any of three alike."""
        return {"BGR": (2, 1, 0), "RGB": (0, 1, 2), "grey": (0,)}[self.channel_order]

    def describe(self) -> str:
        """Return the steps in words, left to right."""
        return _steps(self)

    def replace(self, **changes: Any) -> Preprocessing:  # noqa: ANN401 - any field
        """Return a copy with some fields changed; give it a `name` of its own."""
        unknown = set(changes) - {f.name for f in fields(self)}
        if unknown:
            raise self._error(_unknown_fields(unknown))
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()}

    def to_json(self) -> str:
        """Return the description as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Preprocessing:
        """Read what `to_dict` wrote.

        Raises:
            PreprocessingError: A field is unknown, missing or impossible.
        """
        expect(plain, Mapping, "a preprocessing's fields by their names", PreprocessingError)
        unknown = {*map(str, plain)} - {f.name for f in fields(cls)}
        if unknown or "name" not in plain:
            raise PreprocessingError(_unknown_fields(unknown) if unknown else "a preprocessing needs a 'name'")
        values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in plain.items()}
        return cls(**values)

    @classmethod
    def from_json(cls, text: str) -> Preprocessing:
        """Read what `to_json` wrote.

        Raises:
            PreprocessingError: The text is not such a description.
        """
        expect(text, (str, bytes, bytearray), "a preprocessing as JSON", PreprocessingError)
        try:
            plain = json.loads(text)
        except (ValueError, RecursionError) as exc:
            raise PreprocessingError(f"expected a preprocessing as JSON; the text does not parse ({exc})") from exc
        if not isinstance(plain, dict):
            raise PreprocessingError(
                f"expected a JSON object with the fields of a preprocessing, got {type(plain).__name__}"
            )
        return cls.from_dict(plain)

    def _error(self, problem: str) -> PreprocessingError:
        return PreprocessingError(f"preprocessing {spoken(repr(self.name))}: {spoken(problem, 500)}")


def _is_finite(value: object) -> bool:
    try:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # a whole number too large for any float
        return False


def _unknown_fields(unknown: set[str]) -> str:
    known = [f.name for f in fields(Preprocessing)]
    first = sorted(unknown)[0]
    return (
        f"{spoken(first)!r} is no field of a preprocessing; the fields are {', '.join(known)}."
        f"{did_you_mean(first, known)}"
    )


# In words -------------------------------------------------------------------------------------------------------------

_PLACES = {"centre": "centre crop", "five": "five crops", "ten": "ten crops"}


def _steps(how: Preprocessing) -> str:
    steps = _resize_and_crop(how)
    if how.respect_icc:
        steps.insert(0, "colours to sRGB")
    if not how.respect_exif:
        steps.insert(0, "EXIF ignored")
    if how.resize != "none" and (how.interpolation != "bilinear" or how.antialias):
        steps.append(f"{how.interpolation}{', antialiased' if how.antialias else ''}")
    steps.append("grey (ITU-R 601 luma)" if how.channel_order == "grey" else how.channel_order)
    if how.scale != 1:
        steps.append(f"values {times(how.scale)}")
    steps += [less(how.mean), divided(how.std)]
    return " → ".join(filter(None, steps))


def _resize_and_crop(how: Preprocessing) -> list[str]:
    height, width = sides(how.resize_px)
    is_square, is_whole = height == width, how.resize_px == how.crop_px
    steps = {
        "squash": [f"squash to {height} × {width}"],
        "shorter-side": [f"shorter side to {height}" if is_square else f"scaled to cover {height} × {width}"],
        "longer-side": [
            f"longer side to {height}, padded to a square"
            if is_square
            else f"scaled to fit into {height} × {width}, padded to it"
        ],
        "none": [],
    }[how.resize]
    if not is_whole or how.resize in ("shorter-side", "none"):
        crop = how.crop if isinstance(how.crop, str) else f"{how.crop[0]:.0%}, {how.crop[1]:.0%}"
        down, across = how.input_px
        steps.append(f"{_PLACES.get(crop, f'crop at {crop}')} {down} × {across}")
    return steps
