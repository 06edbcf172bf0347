"""What people really do to photos before a network sees them, as candidates to be tried where nobody has said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from squeezeviz.preprocessing.description import Preprocessing
from squeezeviz.preprocessing.factors import times
from squeezeviz.preprocessing.sizes import MOST_PX, one_or_both, sides, size_text
from squeezeviz.preprocessing.windows import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from squeezeviz.preprocessing.description import Interpolation
from squeezeviz.preprocessing.sizes import Resize

__all__ = ["candidates", "choices", "framing", "habit", "in_words"]


@dataclass(frozen=True)
class _Range:
    """What becomes of pixel values.

    Attributes:
        words: What it is called.
        scale: Factor on the 0–255 values.
        mean: Subtracted after it: RGB, or one of grey.
        std: Divided by at the end, the same.
    """

    words: str
    scale: float
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def of(self, how: Preprocessing, order: str) -> Preprocessing:
        """Return a preprocessing with these values, its channels in that order."""
        forth = -1 if order == "BGR" else 1
        return how.replace(channel_order=order, scale=self.scale, mean=self.mean[::forth], std=self.std[::forth])

    def is_as_good_as(self, other: _Range) -> bool:
        """Whether no network can tell them apart: within a level of grey, and a hundredth of the range."""
        first, second = self._ends, other._ends
        return bool((np.abs(first - second) <= np.ptp(second, axis=0) / 100).all())

    @property
    def _ends(self) -> NDArray[np.float64]:
        """What 0 and 255 become, float64 (2, C)."""
        mean, std = np.array(self.mean, np.float64), np.array(self.std, np.float64)
        ends: NDArray[np.float64] = (np.array([[0.0], [255.0]]) * self.scale - mean) / std
        return ends


_UNIT = 1 / 255
_IMAGENET_MEAN, _IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def _plain(words: str, scale: float, mean: float = 0.0, std: float = 1.0, *, channels: int = 3) -> _Range:
    return _Range(words, scale, (mean,) * channels, (std,) * channels)


_COLOURED = (
    _Range("ImageNet mean and std", _UNIT, _IMAGENET_MEAN, _IMAGENET_STD),
    _plain("-1 to 1", _UNIT, 0.5, 0.5),
    _plain("0 to 1", _UNIT),
    _plain("0 to 255", 1.0),
    _Range("0 to 255 less ImageNet mean", 1.0, (123.68, 116.78, 103.94), (1.0, 1.0, 1.0)),
    _Range("0 to 1 less ImageNet mean", _UNIT, _IMAGENET_MEAN, (1.0, 1.0, 1.0)),
    _plain("-0.5 to 0.5", _UNIT, 0.5),
)
_GREY = (
    _plain("0 to 1", _UNIT, channels=1),
    _plain("-1 to 1", _UNIT, 0.5, 0.5, channels=1),
    _plain("0 to 255", 1.0, channels=1),
    _plain("-0.5 to 0.5", _UNIT, 0.5, channels=1),
    _plain("MNIST mean and std", _UNIT, 0.1307, 0.3081, channels=1),
    _plain("1 to 0, inverted", -_UNIT, -1.0, channels=1),
)

#: Resize, whether a margin is cut off (224 of 256, as of ImageNet's photos), interpolation, antialiasing; whose habit.
_FRAMINGS: tuple[tuple[Resize, bool, Interpolation, bool, str], ...] = (
    ("shorter-side", True, "bilinear", True, "torchvision"),
    ("shorter-side", True, "bicubic", True, "timm, TensorFlow's EfficientNet"),
    ("shorter-side", True, "bilinear", False, "OpenCV"),
    ("squash", True, "bilinear", False, "Caffe"),
    ("squash", True, "bilinear", True, "Caffe's, with Pillow"),
    ("squash", False, "bilinear", False, "a one-line resize with OpenCV"),
    ("squash", False, "bilinear", True, "a one-line resize with Pillow"),
    ("squash", False, "nearest", False, "Keras' load_img"),
    ("shorter-side", False, "bicubic", True, "timm with a crop of 1, CLIP"),
    ("longer-side", False, "bilinear", False, "object detectors' letterbox"),
)
_MARGIN = 256 / 224
_ALIKE = 0.02  # of a side: 256 and 259 pixels that 227 are cut out of are one habit

_Part = TypeVar("_Part")


@lru_cache(maxsize=16)  # 140 descriptions, each checked three times: 0.1 s
def candidates(input_shape: tuple[int, int, int], own: Preprocessing | None = None) -> tuple[Preprocessing, ...]:
    """Return every combination of what people really use: ten ways to resize and crop, two orders, seven ranges.

    Args:
        input_shape: (C, H, W) of the network's input; C is 3, or 1 of grey.
        own: What the network is fed now. It is among them under its own name, and its size, means and deviations stand
            for those that are as good as the same.

    Returns:
        Each with a name that says what it is; the habit first.
    """
    channels, height, width = input_shape
    framings = _framings((height, width), own)
    ranges = list(_GREY if channels == 1 else _COLOURED)
    orders = ("grey",) if channels == 1 else ("RGB", "BGR")
    if own is not None:
        own = own.first_crop
        framings = _with(framing(own), framings, _frames_alike)
        ranges = _with(_range_of(own), ranges, _Range.is_as_good_as)
    made = [values.of(each, order) for values in ranges for each in framings for order in orders]
    return tuple(
        own if own is not None and _bare(how) == _bare(own) else how.replace(name=in_words(how)) for how in made
    )


def habit(input_shape: tuple[int, int, int]) -> Preprocessing:
    """Return what is fed to a network of which nobody knows better: ImageNet's means and deviations, as torchvision.

    Args:
        input_shape: (C, H, W) of the network's input; of grey, C is 1, and values from 0 to 1 are the habit.
    """
    return candidates(input_shape)[0]


@lru_cache(maxsize=1024)
def framing(how: Preprocessing) -> Preprocessing:
    """Return how a preprocessing resizes and crops, and nothing else of it: the pixels are 0–255, RGB or grey.

    Two preprocessings with one framing take the very same pixels of a photo.
    """
    order = "grey" if how.channel_order == "grey" else "RGB"
    first = how.first_crop
    crop = "centre" if first.windows == (Window(),) else first.crop
    return first.replace(name="framing", origin="", crop=crop, channel_order=order, scale=1.0, mean=0.0, std=1.0)


@lru_cache(maxsize=1024)  # each candidate is compared with each other one
def choices(how: Preprocessing) -> Mapping[str, str]:
    """Return what was chosen, in words: channel order, values, resize and crop, interpolation.

    Args:
        how: Of any origin; values that have no name are said in numbers.
    """
    return {
        "channel order": how.channel_order,
        "values": _range_of(how).words,
        "resize and crop": _resize_words(how),
        "interpolation": _interpolation_words(how),
    }


def in_words(how: Preprocessing) -> str:
    """Return what was chosen, in a line."""
    order, values, *rest = choices(how).values()
    return ", ".join((f"{order} {values}", *rest))


def _framings(input_px: tuple[int, int], own: Preprocessing | None) -> list[Preprocessing]:
    """Return the ways to resize and crop; one's own size stands for those that are nearly the same."""
    down, across = (min(MOST_PX, round(side * _MARGIN)) for side in input_px)
    if own is not None and own.resize != "none":
        height, width = sides(own.resize_px)
        if abs(height - down) <= _ALIKE * down and abs(width - across) <= _ALIKE * across:
            down, across = height, width
    made = (
        Preprocessing(
            name="framing",
            origin=f"resized and cropped as {whose} does",
            resize=resize,
            resize_px=one_or_both((down, across) if has_margin else input_px),
            crop_px=one_or_both(input_px),
            interpolation=interpolation,
            antialias=antialias,
        )
        for resize, has_margin, interpolation, antialias, whose in _FRAMINGS
    )
    distinct: dict[Preprocessing, Preprocessing] = {}
    for each in made:
        distinct.setdefault(framing(each), each)  # of one pixel, say, no margin can be cut off
    return list(distinct.values())


def _with(own: _Part, usual: list[_Part], are_alike: Callable[[_Part, _Part], bool]) -> list[_Part]:
    """Return what is usual with one's own in the place of all that are as good as the same; at the end if none is."""
    alike = [each for each in usual if are_alike(each, own)]
    kept = [own if each in alike[:1] else each for each in usual if each not in alike[1:]]
    return kept if alike else [*usual, own]


def _frames_alike(first: Preprocessing, second: Preprocessing) -> bool:
    return framing(first).replace(channel_order="RGB") == framing(second).replace(channel_order="RGB")


def _range_of(how: Preprocessing) -> _Range:
    mean, std = (tuple(values[at] for at in how.rgb_index) for values in (how.mean, how.std))
    own = _Range("", how.scale, mean, std)
    known = (each for each in (_GREY if how.channels == 1 else _COLOURED) if each.is_as_good_as(own))
    named = next(known, None)
    return replace(own, words=named.words if named else _numbers(how.scale, mean, std))


def _numbers(scale: float, mean: tuple[float, ...], std: tuple[float, ...]) -> str:
    means, deviations = (", ".join(f"{value:.4g}" for value in values) for values in (mean, std))
    factor = times(scale).replace("×", "times").replace("÷", "divided by")
    return f"{factor}, mean {means}, std {deviations}"


def _bare(how: Preprocessing) -> Preprocessing:
    return how.replace(name="bare", origin="", crop=framing(how).crop)


def _resize_words(how: Preprocessing) -> str:
    read = "EXIF ignored, " * (not how.respect_exif) + "in sRGB, " * how.respect_icc
    said = read + ("as it is" if how.resize == "none" else f"{how.resize} {size_text(sides(how.resize_px), 'x')}")
    if how.resize == "none" or how.input_px != sides(how.resize_px):
        said += f", crop {size_text(how.input_px, 'x')}"
    return said if how.windows == (Window(),) else f"{said} at {how.crop}"


def _interpolation_words(how: Preprocessing) -> str:
    is_told = how.antialias and how.interpolation == "bilinear"
    return f"{how.interpolation} antialiased" if is_told else how.interpolation
