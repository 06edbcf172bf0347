"""What every "what if" starts from: one preprocessed photo, and what the network says of it untouched."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from squeezeviz.image import Image, ImageSource, read_image
from squeezeviz.results.prediction import Prediction, sigmoid, softmax
from squeezeviz.results.provenance import Provenance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.network.architecture import Architecture
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

__all__ = ["Baseline", "baseline"]


@dataclass(frozen=True, eq=False)
class Baseline:
    """One preprocessed photo.

    Attributes:
        model: The model to run, from `squeezeviz.load_model`.
        image: The photo.
        preprocessing: How it was preprocessed; of several crops, the first alone.
        architecture: The layers at the input's size.
        tensor: The input tensor, float32 (1, 3, H, W).
    """

    model: Model
    image: Image
    preprocessing: Preprocessing
    architecture: Architecture
    tensor: NDArray[np.float32] = field(repr=False)

    @cached_property
    def logits(self) -> NDArray[np.float32]:
        """What the network says of it, float32 (N,): a run of its own, when it is first asked for."""
        logits, _ = self.model.answers(self.tensor, self.preprocessing)
        own: NDArray[np.float32] = logits[0]
        return own

    def prediction(self, logits: NDArray[np.float32]) -> Prediction:
        """Return a prediction from logits, float32 (N,)."""
        provenance = Provenance(self.model.name, self.model.sha256, self.preprocessing)
        entry = self.model.entry
        caution = entry.caution_for(self.image) if entry else ""
        is_sigmoid = self.architecture.is_independent
        return Prediction(
            image=self.image.name,
            logits=logits,
            probabilities=(sigmoid if is_sigmoid else softmax)(logits),
            labels=self.model.labels,
            provenance=provenance,
            caution=caution,
            is_sigmoid=is_sigmoid,
            logit_words=self.architecture.logit_words,
        )


def baseline(model: Model, image: ImageSource, preprocessing: str | Preprocessing | None) -> Baseline:
    """Preprocess a photo.

    Raises:
        ImageError: The image cannot be read.
        PreprocessingError: The preset is unknown, or does not suit the model or the image.
    """
    read, how = read_image(image), model.resolve(preprocessing).first_crop
    return Baseline(model, read, how, model.architecture_at(*how.input_px), how(read))
