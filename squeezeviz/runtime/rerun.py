"""The rest of a network, from any layer on, as if the layer had said something else."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.arguments import expect, names_of
from squeezeviz.errors import LayerError, ModelError
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = ["run_from"]


def run_from(
    model: ModelSource,
    layer: str,
    values: NDArray[np.float32],
    layers: Sequence[str] | str | None = None,
    *,
    beside: Mapping[str, NDArray[np.float32]] | None = None,
) -> dict[str, NDArray[np.float32]]:
    """Run only what follows a layer, as if the layer had said something else.

    The result is that of a whole run with the layer's values replaced, but for rounding: 1e-5 of the largest value.

    Args:
        model: A loaded model, or the name or path of one.
        layer: Its name; the network's input, or ``"<layer>:pre"`` for the values before ReLU.
        values: What it says instead, float32 (B, C, H, W).
        layers: What to return: names of later layers; logits and probabilities by default.
        beside: The image's other activations, such as `Model.activations` returns: (C, H, W), or (B, C, H, W). They are
            needed where the network reads more than this layer: from one expand of a Fire module on, the other.

    Returns:
        Layer → float32 (B, C, H, W), or (B, N).

    Raises:
        LayerError: A layer is unknown, does not follow, or the activations beside are missing.
        ModelError: The model cannot be loaded, or the values have another shape or dtype, or hold NaN or infinities.
    """
    model = loaded(model)
    arch = model.architecture
    ends = list(dict.fromkeys((arch.logits_name, arch.output_name))) if layers is None else layers
    wanted = names_of(ends)
    layer = arch[layer].name if layer in arch else layer
    needed = model.parts.beside([layer], wanted)
    _check(model, layer, values)
    expect(beside, (Mapping, NoneType), "layers and their activations, as Model.activations returns", LayerError)
    held = {} if beside is None else beside
    missing = [name for name in needed if name not in held]
    if missing:
        raise LayerError(
            f"from {layer} on, {model.name} also reads {' and '.join(missing)}: "
            "give the image's activations as beside=model.activations(image)"
        )
    rest = {name: held[name] if held[name].ndim == 4 else held[name][None] for name in needed}
    return model.parts.run({layer: values, **rest}, wanted)


def _check(model: Model, name: str, values: NDArray[np.float32]) -> None:
    arch = model.architecture
    pre = {layer.pre_relu: layer.shape for layer in arch if layer.pre_relu}
    shape = arch.input_shape if name == arch.input_name else pre.get(name) or arch[name].shape
    expected = f"{name}: expected float32 (B, {', '.join(map(str, shape))})"
    if not isinstance(values, np.ndarray) or values.dtype != np.float32:
        raise ModelError(f"{expected}, got {values.dtype if isinstance(values, np.ndarray) else type(values).__name__}")
    if values.ndim != 1 + len(shape) or values.shape[1] != shape[0] or 0 in values.shape:
        raise ModelError(f"{expected}, or of another height and width; got shape {values.shape}")
    if not np.isfinite(values).all():
        raise ModelError(f"{expected}, got NaN or infinite values")
