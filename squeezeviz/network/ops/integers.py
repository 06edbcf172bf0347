"""One number of a quantised convolution in exact whole numbers, as ONNX Runtime's kernels compute it.

A convolution between dequantised numbers and kernels, whose result is quantised, is one operator in whole numbers
(Jacob et al. 2018, arXiv:1712.05877, section 2.2). With codes q, zero points z and scales s of input x, kernel w and
output y:

    total = Σ (q_x − z_x)(q_w − z_w) + bias          whole numbers of 32 bits; padding is z_x, and adds nothing
    q_y   = cut off(round(float32(total) · m) + z_y)  with m = s_x · s_w / s_y in float32

ONNX Runtime rounds to the nearest whole number, halves to the even one, and cuts off at the type's ends (saturation); a
ReLU between convolution and quantisation raises the lower end to z_y.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.network.ops.convolution import Convolution

__all__ = ["IntegerKernels", "IntegerTerms", "Steps", "integer_terms"]


@dataclass(frozen=True)
class Steps:
    """How codes stand for numbers: (code − zero point) · scale.

    Attributes:
        scale: float32, what one step is worth.
        zero_point: The code of 0.
        low: The least code.
        high: The largest.
    """

    scale: np.float32
    zero_point: int
    low: int
    high: int


@dataclass(frozen=True, eq=False)
class IntegerKernels:
    """A convolution's weights as they are stored.

    Attributes:
        codes: int64 (out, in of a group, height, width).
        scales: float32 (out,).
        zero_points: int64 (out,).
        bias: int64 (out,), in steps of the input's scale times the kernel's.
    """

    codes: NDArray[np.int64]
    scales: NDArray[np.float32]
    zero_points: NDArray[np.int64]
    bias: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class IntegerTerms:
    """One number, opened.

    Attributes:
        places: int (n,), indices into the input's numbers for one image.
        codes: int64 (n,), theirs.
        weights: int64 (n,), the kernel's codes.
        products: int64 (n,), (code − zero point) · (kernel's code − its zero point).
        weight_scale: float32, of the kernel.
        weight_zero_point: Of the kernel.
        bias: Added to the products.
        total: Products and bias together.
        multiplier: float32, what the total is multiplied by.
        scaled: float32, the product.
        rounded: That rounded, halves to even, with the output's zero point added.
        code: That cut off at the ends of the range.
    """

    places: NDArray[np.intp]
    codes: NDArray[np.int64]
    weights: NDArray[np.int64]
    products: NDArray[np.int64]
    weight_scale: np.float32
    weight_zero_point: int
    bias: int
    total: int
    multiplier: np.float32
    scaled: np.float32
    rounded: int
    code: int


def integer_terms(
    op: Convolution,
    kernels: IntegerKernels,
    place: int,
    codes: NDArray[np.int64],
    *,
    steps: tuple[Steps, Steps],
    has_relu: bool = False,
) -> IntegerTerms:
    """Open one number of a convolution in whole numbers.

    Args:
        op: The convolution.
        kernels: Its weights.
        place: Which number: an index into the output's, in their order.
        codes: Of the input's numbers for one image, in their order.
        steps: Of the input and of the output.
        has_relu: Whether a ReLU lies between convolution and quantisation.
    """
    given, made = steps
    channel, places, picked = op.window_at(place)
    own = kernels.codes[channel][picked].ravel()
    zero = int(kernels.zero_points[channel])
    products = (codes.reshape(-1)[places] - given.zero_point) * (own - zero)
    bias = int(kernels.bias[channel])
    total = int(products.sum()) + bias
    multiplier = np.float32(np.float32(given.scale * kernels.scales[channel]) / made.scale)
    scaled = np.float32(total) * multiplier
    rounded = int(np.rint(scaled)) + made.zero_point
    low = max(made.low, made.zero_point) if has_relu else made.low
    return IntegerTerms(
        places, codes.reshape(-1)[places], own, products, kernels.scales[channel], zero, bias, total, multiplier,
        scaled, rounded, min(max(rounded, low), made.high),
    )  # fmt: skip
