"""The first convolution on a photo's own pixels: its kernels with the preprocessing folded in, proved by a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import ModelError
from squeezeviz.image import read_image
from squeezeviz.network.ops.convolution import Convolution
from squeezeviz.preprocessing.folding import fold
from squeezeviz.runtime.loading import loaded
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.image import ImageSource
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.loading import ModelSource

__all__ = ["EffectiveKernels", "effective_kernels"]


@dataclass(frozen=True, eq=False)
class EffectiveKernels:
    """What the first convolution does to a photo's own pixels under one preprocessing.

    Attributes:
        preprocessing: Which.
        layer: Name of the convolution.
        kernels: float32 (out, 3, height, width), for plain values 0–255 in RGB order; (out, 1, …) for grey.
        bias: float32 (out,).
        difference: The largest difference between the layer's activation and what these kernels make of the same
            pixels, after ReLU where there is one, over the whole image; only rounding is left.
        largest: The largest activation, by size, to compare that with.
    """

    preprocessing: Preprocessing
    layer: str
    kernels: NDArray[np.float32]
    bias: NDArray[np.float32]
    difference: float
    largest: float

    def __repr__(self) -> str:
        within = f"within {self.difference:.2g} of {self.largest:.4g}"
        said = f"{len(self.kernels)} kernels; the same activations {within}"
        return visible(f"<EffectiveKernels of {self.layer} for {self.preprocessing.name}: {said}>")


def effective_kernels(
    model: ModelSource, image: ImageSource, preprocessing: str | Preprocessing | None = None
) -> EffectiveKernels:
    """Return the first convolution's kernels with a preprocessing folded in, and prove them on an image.

    Args:
        model: Whose first layer: a loaded model, or the name or path of one.
        image: What to prove it on: anything `squeezeviz.read_image` takes.
        preprocessing: What to fold in: a preset's name or a `Preprocessing`; the model's own by default. Of several
            crops, the first.

    Raises:
        ImageError: The image cannot be read.
        ModelError: The model cannot be loaded; its first layer is not a convolution without padding, or is in groups.
        PreprocessingError: The preprocessing does not suit the model or the image.
    """
    model, read = loaded(model), read_image(image)
    layer = model.architecture.layers[0]
    if not isinstance(layer.op, Convolution) or not layer.op.window or any(layer.op.pads):
        raise ModelError(f"{layer.name}: expected a convolution without padding as the first layer, found {layer.kind}")
    how = model.resolve(preprocessing)
    kernels, bias = fold(*model.kernels(layer.name), how)
    if how.channel_order == "BGR":
        kernels = kernels[:, ::-1]
    pixels = how.cropped(read)[:, :, : how.channels]  # of grey, one of three alike
    direct = model.activations(read, layer.name, preprocessing=how)[layer.name]
    down, right = layer.op.window
    patches = np.lib.stride_tricks.sliding_window_view(pixels.astype(np.float32), (down.span, right.span), axis=(0, 1))
    patches = patches[:: down.stride, :: right.stride, :, :: down.dilation, :: right.dilation]
    flat = patches.reshape(-1, kernels[0].size)  # a row a cell: channels × height × width
    products = flat @ kernels.reshape(len(kernels), -1).T.astype(np.float32) + bias.astype(np.float32)
    after = np.maximum(products, 0) if layer.pre_relu else products
    folded = after.T.reshape(direct.shape)
    return EffectiveKernels(
        how,
        layer.name,
        np.ascontiguousarray(kernels, dtype=np.float32),
        bias.astype(np.float32),
        float(np.abs(folded - direct).max()),
        float(np.abs(direct).max()),
    )
