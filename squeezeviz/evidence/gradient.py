"""The derivative of a number by the photo's input tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.evidence.target import Target
from squeezeviz.image import read_image
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.image import ImageSource
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.loading import ModelSource

__all__ = ["gradient"]


def gradient(
    model: ModelSource,
    image: ImageSource,
    target: Target | int | str | None = None,
    preprocessing: str | Preprocessing | None = None,
) -> NDArray[np.float32]:
    """Return the derivative of a logit, or of any number named, by the input tensor.

    How the number would change, for a small step of each input: in the number's unit per unit of the input tensor,
    which preprocessing has scaled. Where a ReLU or a maximum has a kink it is the derivative of PyTorch's autograd.

    Args:
        model: A loaded model, or the name or path of one.
        image: Anything `read_image` takes.
        target: A class (index, WordNet id or name) for its logit; the most probable class by default; a `Target`; or
            text such as ``"fire5/concat:12"`` for a channel's mean, ``"fire5/concat:12@3,7"`` for one cell of it.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default. Of several crops, the first.

    Returns:
        float32 (3, H, W), of the size and in the channel order of the input tensor; (1, H, W) where that is grey.

    Raises:
        ImageError: The image cannot be read.
        LabelError: No class is called that.
        LayerError: No layer is called that, or an operator before it has no gradient.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or makes an input of a size that the model does not take.
    """
    model = loaded(model)
    tensor = model.resolve(preprocessing).first_crop([read_image(image)])
    architecture = model.architecture_at(*tensor.shape[2:])
    asked = Target.read(target, architecture)
    logits = model.predict_tensor(tensor)[0].logits if asked.needs_logits else None
    number = asked.on(architecture, model.labels, logits)
    _, found = model.gradients.run(tensor, number.of, number.weights)
    only: NDArray[np.float32] = found["input"][0]
    return only
