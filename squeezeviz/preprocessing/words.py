"""A preprocessing in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.preprocessing.sizes import sides

if TYPE_CHECKING:
    from squeezeviz.preprocessing.description import Preprocessing

__all__ = ["steps_in_words"]

_PLACES = {"centre": "centre crop", "five": "five crops", "ten": "ten crops"}


def steps_in_words(how: Preprocessing) -> str:
    """Return the steps from a photo to the input tensor, left to right."""
    steps = _resize_and_crop(how)
    if how.respect_icc:
        steps.insert(0, "colours to sRGB")
    if not how.respect_exif:
        steps.insert(0, "EXIF ignored")
    if how.resize != "none" and (how.interpolation != "bilinear" or how.antialias):
        steps.append(f"{how.interpolation}{', antialiased' if how.antialias else ''}")
    steps.append("grey (ITU-R 601 luma)" if how.channel_order == "grey" else how.channel_order)
    if how.scale != 1:
        steps.append(f"values × {how.scale:.6g}")
    if any(how.mean):
        steps.append(f"minus the mean{'s'[: how.channels > 1]} " + ", ".join(f"{value:g}" for value in how.mean))
    if any(value != 1 for value in how.std):
        steps.append("divided by " + ", ".join(f"{value:g}" for value in how.std))
    return " → ".join(steps)


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
