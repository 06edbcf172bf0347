"""What a network puts out → logits, probabilities and predictions, whatever it ends with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.results.prediction import Prediction, averaged, averaged_odds, sigmoid, softmax
from squeezeviz.results.provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from squeezeviz.image import Image
    from squeezeviz.network.architecture import Architecture
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.labels import Labels
    from squeezeviz.zoo import ModelEntry

__all__ = ["Answers"]


@dataclass(frozen=True, eq=False)
class Answers:
    """Makes predictions of a network's values.

    Attributes:
        architecture: Its layers.
        labels: Its classes.
        name: What it is called.
        sha256: Hash of its weights file, hexadecimal.
        entry: What the registry says of it; None for a model of one's own.
    """

    architecture: Architecture
    labels: Labels
    name: str
    sha256: str
    entry: ModelEntry | None

    def of(
        self, values: Mapping[str, NDArray[np.float32]], windows: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return logits and probabilities, float32 (B, classes) each, one row an image, its crops averaged.

        Args:
            values: Logits and answer by name, (B · windows, …).
            windows: Crops of an image; they stand together.
        """
        arch = self.architecture
        rows = values[arch.logits_name].reshape(len(values[arch.logits_name]), -1)
        if windows == 1 and arch.gives_probabilities:
            return rows, values[arch.output_name].reshape(rows.shape)
        if arch.is_independent:
            return averaged_odds(rows, windows), sigmoid(rows).reshape(-1, windows, rows.shape[1]).mean(axis=1)
        logits = averaged(rows, windows)
        return logits, softmax(logits)

    def predictions(
        self,
        values: Mapping[str, NDArray[np.float32]],
        images: Sequence[Image | str],
        how: Preprocessing | None,
        preprocess_ms: float,
        run_ms: float,
    ) -> list[Prediction]:
        """Return one prediction an image, with the caution that goes with images out of the network's world.

        Args:
            values: Logits and answer by name.
            images: The images, or what to call them.
            how: How they were preprocessed; None where input tensors were given.
            preprocess_ms: Time spent on that, milliseconds an image.
            run_ms: Time spent in the network, milliseconds an image.
        """
        provenance = self.provenance(how)
        logits, probabilities = self.of(values, len(how.windows) if how else 1)
        # Copies: ONNX Runtime's own arrays would keep all the memory of the session that made them, long after it.
        return [
            self._cautioned(
                Prediction(
                    image if isinstance(image, str) else image.name,
                    logits[row].copy(), probabilities[row].copy(), self.labels, provenance, preprocess_ms, run_ms,
                    is_sigmoid=self.architecture.is_independent, logit_words=self.architecture.logit_words,
                ),
                image,
            )
            for row, image in enumerate(images)
        ]  # fmt: skip

    def provenance(self, how: Preprocessing | None) -> Provenance:
        """Return what goes with every result."""
        return Provenance(self.name, self.sha256, how)

    def _cautioned(self, prediction: Prediction, image: Image | str) -> Prediction:
        own = "" if self.entry is None or isinstance(image, str) else self.entry.caution_for(image)
        caution = " ".join(filter(None, [own, _overflow(prediction.logits)]))
        return replace(prediction, caution=caution) if caution else prediction


def _overflow(logits: NDArray[np.float32]) -> str:
    """What is said of an answer that is no number; empty as a rule."""
    odd = len(logits) - int(np.isfinite(logits).sum())
    if not odd:
        return ""
    return (
        f"{odd} of {len(logits)} logits are infinite or no number: the network's own numbers grow beyond single "
        "precision, so it ranks nothing. See whether its preprocessing is the one it was trained with"
    )
