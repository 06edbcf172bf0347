"""How a photo becomes the network's input tensor: a frozen, comparable, serialisable description, and its execution."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from PIL import Image as Pillow

from squeezeviz.errors import PreprocessingError, did_you_mean
from squeezeviz.geometry import Geometry
from squeezeviz.resample import bilinear_crop

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.image import Image

__all__ = ["PRESETS", "Preprocessing", "preset"]

Resize = Literal["squash", "shorter-side"]
Interpolation = Literal["bilinear", "bilinear-antialiased", "nearest"]
ChannelOrder = Literal["BGR", "RGB"]

_MOST_PX = 4096


@dataclass(frozen=True, kw_only=True)
class Preprocessing:
    """Photo → input tensor: resize, crop the centre, order the channels, ``(value · scale − mean) / std``.

    Attributes:
        name: What the preset is called.
        origin: Where it comes from, in a line.
        resize: ``"squash"`` brings both sides to `resize_px`, whatever the aspect ratio; ``"shorter-side"`` keeps it.
        resize_px: Pixels of the side or sides.
        crop_px: Height and width of the centre crop: the network's input size.
        interpolation: ``"bilinear"`` blends the four nearest pixels, as OpenCV does; ``"bilinear-antialiased"``
            averages all that a smaller pixel covers, as Pillow's ``resize`` does; ``"nearest"`` takes one.
        channel_order: Order of the tensor's first axis.
        scale: Factor on the 0–255 values, before the mean.
        mean: Subtracted a channel, in `channel_order`, after scaling.
        std: Divided by a channel, in `channel_order`, after the mean.
    """

    name: str
    origin: str = ""
    resize: Resize = "squash"
    resize_px: int = 256
    crop_px: int = 227
    interpolation: Interpolation = "bilinear"
    channel_order: ChannelOrder = "BGR"
    scale: float = 1.0
    mean: tuple[float, float, float] = (103.96, 116.78, 123.68)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def __post_init__(self) -> None:
        for what, value, allowed in (
            ("resize", self.resize, get_args(Resize)),
            ("interpolation", self.interpolation, get_args(Interpolation)),
            ("channel_order", self.channel_order, get_args(ChannelOrder)),
        ):
            if value not in allowed:
                raise self._error(f"{what} is {value!r}, expected {' or '.join(map(repr, allowed))}")
        for what, pixels in (("resize_px", self.resize_px), ("crop_px", self.crop_px)):
            if not isinstance(pixels, int) or isinstance(pixels, bool) or not 1 <= pixels <= _MOST_PX:
                raise self._error(f"{what} is {pixels!r}, expected a whole number of pixels from 1 to {_MOST_PX}")
        if self.crop_px > self.resize_px:
            raise self._error(f"crops {self.crop_px} px out of {self.resize_px} px; the crop must fit")
        for what in ("mean", "std"):
            values = getattr(self, what)
            if not isinstance(values, Sequence) or len(values) != 3 or not all(_is_finite(v) for v in values):
                raise self._error(f"{what} is {values!r}, expected three finite numbers in {self.channel_order} order")
            object.__setattr__(self, what, tuple(float(v) for v in values))
        if not _is_finite(self.scale) or self.scale == 0 or 0 in self.std:
            raise self._error(f"scale {self.scale!r} and std {self.std!r} must be finite and not zero")

    def geometry(self, width: int, height: int) -> Geometry:
        """Return the mapping between the input tensor and a photo of that size."""
        resized = self.resize_px, self.resize_px
        if self.resize == "shorter-side":
            factor = self.resize_px / min(width, height)
            # The longer side is rounded half up, the shorter one is exact.
            resized = int(width * factor + 0.5), int(height * factor + 0.5)
        left, top = ((side - self.crop_px) // 2 for side in resized)
        return Geometry((width, height), resized, (left, top, self.crop_px, self.crop_px))

    def crop(self, image: Image) -> NDArray[np.uint8]:
        """Return the resized, cropped pixels: uint8 (crop_px, crop_px, 3), RGB, 0–255."""
        geometry = self.geometry(image.width, image.height)
        left, top, width, height = geometry.crop
        if self.interpolation == "bilinear-antialiased":
            # Cropping first would let the filter see nothing beyond the crop's border.
            resized = image.picture.resize(geometry.resized, Pillow.Resampling.BILINEAR)
            cropped: NDArray[np.uint8] = np.asarray(resized.crop((left, top, left + width, top + height)))
            return cropped
        if self.interpolation == "bilinear":
            return bilinear_crop(image.pixels, geometry)
        columns, rows = _nearest(width, geometry, 0), _nearest(height, geometry, 1)
        nearest: NDArray[np.uint8] = image.pixels[rows[:, None], columns[None, :]]
        return nearest

    def __call__(self, images: Image | Sequence[Image]) -> NDArray[np.float32]:
        """Prepare one picture or several.

        Returns:
            The input tensor, float32 (B, 3, crop_px, crop_px), channels in `channel_order`.
        """
        batch = [images] if not isinstance(images, Sequence) else images
        tensor = np.empty((len(batch), 3, self.crop_px, self.crop_px), dtype=np.float32)
        slope, offset = self.affine
        for image, planes in zip(batch, tensor, strict=True):
            pixels = self.crop(image)
            for channel, source in enumerate(self._rgb_index):
                plane = planes[channel]
                plane[...] = pixels[:, :, source]
                if slope[channel] != 1:
                    plane *= slope[channel]
                plane += offset[channel]
        return tensor

    def to_picture(self, tensor: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Map an input tensor (3, H, W) back to a picture, uint8 (H, W, 3) RGB: what the network sees."""
        slope, offset = self.affine
        planes = (tensor - offset[:, None, None]) / slope[:, None, None]
        levels = np.clip(np.rint(planes[list(self._rgb_index)]), 0, 255)
        picture: NDArray[np.uint8] = levels.astype(np.uint8).transpose(1, 2, 0)
        return picture

    def seen_by_network(self, image: Image) -> NDArray[np.uint8]:
        """Return the prepared photo as a picture, uint8 (crop_px, crop_px, 3) RGB."""
        return self.to_picture(self(image)[0])

    @property
    def affine(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(slope, offset), float32 (3,) each in `channel_order`: tensor = slope · value + offset, values 0–255."""
        std = np.asarray(self.std, dtype=np.float64)
        slope, offset = self.scale / std, -np.asarray(self.mean, dtype=np.float64) / std
        return slope.astype(np.float32), offset.astype(np.float32)

    @property
    def _rgb_index(self) -> tuple[int, int, int]:
        """For each tensor channel, its position in RGB; BGR is its own inverse."""
        return (2, 1, 0) if self.channel_order == "BGR" else (0, 1, 2)

    def describe(self) -> str:
        """Return the steps in words, left to right."""
        size = f"{self.resize_px} × {self.resize_px}"
        steps = [
            f"squash to {size}" if self.resize == "squash" else f"shorter side to {self.resize_px}",
            f"centre crop {self.crop_px} × {self.crop_px}",
            self.channel_order,
        ]
        if self.scale != 1:
            steps.append(f"values × {self.scale:.6g}")
        if any(self.mean):
            steps.append("minus the means " + ", ".join(f"{value:g}" for value in self.mean))
        if self.std != (1.0, 1.0, 1.0):
            steps.append("divided by " + ", ".join(f"{value:g}" for value in self.std))
        return " → ".join(steps)

    def replace(self, **changes: Any) -> Preprocessing:  # noqa: ANN401 - any field
        """Return a copy with some fields changed; give it a `name` of its own."""
        unknown = set(changes) - {f.name for f in fields(self)}
        if unknown:
            raise self._error(_unknown_fields(unknown))
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        plain = asdict(self)
        plain["mean"], plain["std"] = list(self.mean), list(self.std)
        return plain

    def to_json(self) -> str:
        """Return the description as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Preprocessing:
        """Read what `to_dict` wrote.

        Raises:
            PreprocessingError: A field is unknown, missing or impossible.
        """
        unknown = set(plain) - {f.name for f in fields(cls)}
        if unknown or "name" not in plain:
            raise PreprocessingError(_unknown_fields(unknown) if unknown else "a preprocessing needs a 'name'")
        values = dict(plain)
        for what in ("mean", "std"):
            if isinstance(values.get(what), list):
                values[what] = tuple(values[what])
        return cls(**values)

    @classmethod
    def from_json(cls, text: str) -> Preprocessing:
        """Read what `to_json` wrote.

        Raises:
            PreprocessingError: The text is not such a description.
        """
        try:
            plain = json.loads(text)
        except ValueError as exc:
            raise PreprocessingError(f"expected a preprocessing as JSON; the text does not parse ({exc})") from exc
        if not isinstance(plain, dict):
            raise PreprocessingError(
                f"expected a JSON object with the fields of a preprocessing, got {type(plain).__name__}"
            )
        return cls.from_dict(plain)

    def _repr_html_(self) -> str:
        from html import escape  # noqa: PLC0415 - only notebooks need it

        steps = "".join(f"<li>{escape(step)}</li>" for step in self.describe().split(" → "))
        return (
            f"<div><b>{escape(self.name)}</b> <span style='opacity:.7'>{escape(self.origin)}</span>"
            f"<ol style='margin:.3em 0'>{steps}</ol></div>"
        )

    def _error(self, problem: str) -> PreprocessingError:
        return PreprocessingError(f"preprocessing {self.name!r}: {problem}")


def _nearest(count: int, geometry: Geometry, axis: int) -> NDArray[np.intp]:
    """Return the photo's column (axis 0) or row (axis 1) under the centre of each input pixel."""
    centre = (np.arange(count) + 0.5) * geometry.scale[axis] + geometry.to_original(0, 0)[axis]
    return np.clip(centre.astype(np.intp), 0, geometry.original[axis] - 1)


def _is_finite(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _unknown_fields(unknown: set[str]) -> str:
    known = [f.name for f in fields(Preprocessing)]
    first = sorted(unknown)[0]
    return f"{first!r} is no field of a preprocessing; the fields are {', '.join(known)}.{did_you_mean(first, known)}"


_CAFFE2 = Preprocessing(
    name="caffe2",
    origin="the default: one of the two published settings; the whole photo, squeezed to a square",
)

#: Named presets. ``caffe2`` is what the published model expects.
PRESETS: Mapping[str, Preprocessing] = MappingProxyType(
    {
        p.name: p
        for p in (
            _CAFFE2,
            _CAFFE2.replace(
                name="caffe2-aspect",
                resize="shorter-side",
                origin="the other published setting: the aspect ratio kept, the ends of the longer side cut off",
            ),
            _CAFFE2.replace(
                name="rgb-by-mistake",
                channel_order="RGB",
                origin="the commonest mistake: red and blue swapped, the means left where they were",
            ),
            _CAFFE2.replace(name="no-mean", mean=(0.0, 0.0, 0.0), origin="the means forgotten: every value too high"),
        )
    }
)


def preset(preprocessing: str | Preprocessing) -> Preprocessing:
    """Return a preset by name; a `Preprocessing` is returned as it is.

    Raises:
        PreprocessingError: No preset is called that.
    """
    if isinstance(preprocessing, Preprocessing):
        return preprocessing
    found = PRESETS.get(preprocessing) if isinstance(preprocessing, str) else None
    if found is None:
        hint = did_you_mean(str(preprocessing), PRESETS)
        raise PreprocessingError(f"no preset is called {preprocessing!r}; there are {', '.join(PRESETS)}.{hint}")
    return found
