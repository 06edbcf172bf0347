"""A model with channels ablated, which is asked as the model itself is."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from squeezeviz.evidence.ablation import ChannelFill
    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.activations import Activations
    from squeezeviz.results.prediction import Prediction
    from squeezeviz.runtime.model import Model

__all__ = ["Ablated"]


class Ablated:
    """What a page asks in place of the model while something is ablated; everything else is the model's own.

    Args:
        model: The model to run, from `squeezeviz.load_model`.
        ablated: Layer → its channels that are ablated.
        fill: What stands in the place of their maps: ``"zero"``, ``"mean"`` or a number.
    """

    def __init__(self, model: Model, ablated: Mapping[str, Sequence[int]], fill: ChannelFill = "zero") -> None:
        self._model, self._fill = model, fill
        self._ablated = {layer: list(channels) for layer, channels in ablated.items() if channels}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the model's
        return getattr(self._model, name)

    def observe(
        self,
        image: Image,
        preprocessing: Preprocessing,
        *,
        threads: int | None = None,  # noqa: ARG002 - as the model's
    ) -> tuple[Prediction, Activations]:
        """Return what it would say, and what every layer would see."""
        from squeezeviz.evidence.ablation import ablate  # noqa: PLC0415 - only when something is ablated

        start = time.perf_counter()
        made = ablate(self._model, image, self._ablated, fill=self._fill, preprocessing=preprocessing)
        run_ms = (time.perf_counter() - start) * 1e3  # with preparing; what a person waits for
        count = sum(len(channels) for channels in made.ablated.values())
        instead = " (the mean of each map instead)" if self._fill == "mean" else ""
        caution = f"{count} channel{' is' if count == 1 else 's are'} ablated{instead}: {', '.join(made.ablated)}."
        cautions = " ".join(filter(None, [caution, made.after.caution]))
        return replace(made.after, caution=cautions, run_ms=run_ms), made.activations

    def predict(self, image: Image, preprocessing: Preprocessing) -> Prediction:
        """Return what it would say."""
        return self.observe(image, preprocessing)[0]

    def activations(self, image: Image, layers: str, *, preprocessing: Preprocessing) -> Activations:  # noqa: ARG002
        """Return what every layer would see."""
        return self.observe(image, preprocessing)[1]
