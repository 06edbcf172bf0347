"""Preprocessing is weights: means, scales and channel order folded into a convolution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.preprocessing.description import Preprocessing

__all__ = ["fold"]


def fold(
    kernels: NDArray[np.float32], bias: NDArray[np.float32], preprocessing: Preprocessing
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fold ``slope · value + offset`` a channel into a convolution without padding.

    Every window sees real pixels only, so this is exact: ``Σ w·(s·v + o) + b = Σ (w·s)·v + (b + Σ w·o)``.

    Args:
        kernels: (out, in, height, width), channels in the preprocessing's order.
        bias: (out,).
        preprocessing: Whose means, scales and deviations.

    Returns:
        Kernels and bias for plain values, 0–255, channels still in the preprocessing's order; float64.

    Raises:
        ModelError: The convolution is in groups: a kernel does not read all of the input's channels.
    """
    if kernels.shape[1] != preprocessing.channels:
        raise ModelError(
            f"expected a first convolution whose kernels read all {preprocessing.channels} channels of the input, "
            f"found kernels of {kernels.shape[1]}; means and scales of groups are not folded in"
        )
    slope, offset = (array.astype(np.float64) for array in preprocessing.affine)
    wide = kernels.astype(np.float64)
    return wide * slope[:, None, None], bias.astype(np.float64) + np.einsum("oihw,i->o", wide, offset)
