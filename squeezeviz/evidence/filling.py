"""What a photo, or a part of it, is replaced by: grey, black, its mean colour, a blur of it, or any colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from PIL import Image as Pillow

from squeezeviz.errors import PreprocessingError
from squeezeviz.image import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.baseline import Baseline

__all__ = ["Fill", "blurred", "filling_of"]

Fill = Literal["grey", "mean", "blur"] | tuple[int, int, int]

_GREY = 128


def filling_of(start: Baseline, fill: Fill, sigma: float) -> NDArray[np.float32]:
    """Return an input tensor of what stands in a photo's place, float32 (1, C, H, W).

    Args:
        start: The photo, preprocessed.
        fill: ``"grey"``, pixel values of 128; ``"mean"``, the photo's own mean colour; ``"blur"``; or a colour, RGB.
        sigma: Of the blur's Gaussian, in input pixels.

    Raises:
        PreprocessingError: There is no such filling.
    """
    if isinstance(fill, str) and fill == "blur":
        return blurred(start.tensor, sigma)
    if isinstance(fill, str) and fill == "mean":
        colour: NDArray[np.float32] = start.tensor.mean(axis=(2, 3), keepdims=True)
    else:
        values = (_GREY,) * 3 if isinstance(fill, str) and fill == "grey" else fill
        is_colour = isinstance(values, tuple) and len(values) == 3
        if not is_colour or not all(type(value) is int and 0 <= value <= 255 for value in values):
            raise PreprocessingError(
                f"fill is {fill!r}, expected 'grey', 'mean', 'blur' or a colour: red, green, blue from 0 to 255"
            )
        how = start.preprocessing
        plain = Image("fill", Pillow.new("RGB", (1, 1), values), "Pillow")  # turned to grey where a photo is
        slope, offset = how.affine
        rgb = how.photo(plain).pixels[0, 0, list(how.rgb_index)].astype(np.float32)
        colour = (slope * rgb + offset)[None, :, None, None]
    return np.ascontiguousarray(np.broadcast_to(colour, start.tensor.shape), np.float32)


def blurred(tensor: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Return a tensor, (…, H, W), under a Gaussian; at the edges the weights within the image count for all.

    Args:
        tensor: float32.
        sigma: Of the Gaussian, in pixels.
    """

    def weights(size: int) -> NDArray[np.float32]:
        apart = np.arange(size)[:, None] - np.arange(size)
        bells = np.exp(-0.5 * (apart / sigma) ** 2)
        normal: NDArray[np.float32] = (bells / bells.sum(axis=1, keepdims=True)).astype(np.float32)
        return normal

    height, width = tensor.shape[-2:]
    made: NDArray[np.float32] = np.matmul(weights(height) @ tensor, weights(width).T)
    return made
