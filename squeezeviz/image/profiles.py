"""Embedded ICC profiles: which colours the numbers of a picture mean."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as Pillow
from PIL import ImageCms

from squeezeviz.image.limits import named

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Profile", "read_profile", "to_srgb"]

# Profiles that are sRGB come under dozens of names and in many roundings; what they do to colours tells.
_SAME_WITHIN = 2
_STEPS = 6
_MODES = {"RGB": "RGB", "GRAY": "L"}


@dataclass(frozen=True)
class Profile:
    """An ICC profile, as far as it can be used.

    Attributes:
        name: What it calls itself, such as ``"Display P3"``.
        space: What its numbers are: ``"RGB"``, ``"GRAY"``, ``"CMYK"``, ``"Lab"`` …
        is_srgb: Whether bringing its colours to sRGB changes nothing that could be seen.
        is_usable: Whether its colours can be brought to sRGB from 8-bit RGB.
    """

    name: str
    space: str
    is_srgb: bool
    is_usable: bool


@lru_cache(maxsize=8)  # a folder of photos has one or two cameras in it
def read_profile(data: bytes) -> Profile | None:
    """Read an ICC profile; None if it is damaged, or cannot be read here."""
    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(data))
        space = opened.profile.xcolor_space.strip()
        name = named((opened.profile.profile_description or "").strip(" \0\n"), 60) or "without a name"
        if space not in _MODES:
            return Profile(name, space, is_srgb=False, is_usable=False)
        colours = _colours() if space == "RGB" else _greys()
        turned = np.asarray(to_srgb(Pillow.fromarray(colours), data))
    # No littleCMS in this Pillow is an ImportError; damaged profiles come as any of the others.
    except (ImageCms.PyCMSError, ImportError, OSError, TypeError, ValueError):
        return None
    is_srgb = int(np.abs(turned.astype(int) - colours).max()) <= _SAME_WITHIN
    return Profile(name, space, is_srgb=is_srgb, is_usable=True)


def to_srgb(picture: Pillow.Image, data: bytes) -> Pillow.Image:
    """Bring a picture's colours to sRGB.

    Relative colorimetric with black point compensation, as browsers and photo programs show photos: colours that sRGB
    has stay what they are, the others are clipped.

    Args:
        picture: Mode RGB; of a grey picture, three equal channels.
        data: Its ICC profile, one that `read_profile` calls usable.

    Returns:
        A new picture, mode RGB.
    """
    transform, mode = _transform(data)
    return transform.apply(picture if mode == "RGB" else picture.getchannel(0))


def _colours() -> NDArray[np.uint8]:
    """A few hundred colours in a row, uint8 (1, N, 3)."""
    values = np.linspace(0, 255, _STEPS).round().astype(np.uint8)
    return np.stack(np.meshgrid(values, values, values), axis=-1).reshape(1, -1, 3)


def _greys() -> NDArray[np.uint8]:
    return np.repeat(np.arange(256, dtype=np.uint8), 3).reshape(1, -1, 3)


@lru_cache(maxsize=8)
def _transform(data: bytes) -> tuple[ImageCms.ImageCmsTransform, str]:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
    mode = _MODES[profile.profile.xcolor_space.strip()]
    srgb = ImageCms.createProfile("sRGB")
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
    if mode == "L":  # a curve made of a few dozen points would be 10 of 255 off in the shadows
        flags |= ImageCms.Flags.NOOPTIMIZE
    transform = ImageCms.buildTransform(profile, srgb, mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC, flags)
    return transform, mode
