"""What measuring attributions has shown: one number a method, measure and photo, with means and intervals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["CHANCE", "MEASURES", "Judgement", "Measure"]

#: The name of a map of random numbers, beside the methods': what a measure says of it, chance does.
CHANCE = "chance"
_Z95 = 1.959963984540054  # the normal distribution's 97.5 % point


@dataclass(frozen=True)
class Measure:
    """A measure of an attribution.

    Attributes:
        name: What it is called.
        words: What it says, in a few words.
        better: ``"low"``, ``"high"`` or ``"near 0"``.
    """

    name: str
    words: str
    better: str


MEASURES = {
    measure.name: measure
    for measure in (
        Measure("deletion", "area under the answer as the highest pixels are deleted", "low"),
        Measure("insertion", "area under the answer as the highest pixels are inserted", "high"),
        Measure("exact map", "rank correlation with the exact class activation map", "high"),
        Measure("sensitivity", "largest change with a small change of the photo, as a share", "low"),
        Measure("randomised", "rank correlation of sizes with those once all weights are random", "near 0"),
        Measure("points", "share of photos whose largest value lies in the box", "high"),
        Measure("inside", "share of what is above 0 that lies in the box", "high"),
    )
}


@dataclass(frozen=True, eq=False)
class Judgement(NotebookDisplay):
    """Measures of several methods on one photo or several.

    Attributes:
        model_id: The model's name.
        images: Names of the photos.
        targets: What was attributed on each, in words.
        methods: Those that were measured, in order.
        values: Measure → method → float64 (photos,); only the measures that were taken. Chance has the curves alone.
        stages: The steps of random weights: the lowest layer that is random from each on, from the top.
        randomised: Method → float64 (photos, stages): the rank correlation of the sizes of its values with those of
            the network with these weights random.
        settings: What was chosen: steps, samples, radius, seed.
        curves: ``"deletion"`` and ``"insertion"`` → method → what is left of the answer, float64 (photos, steps + 1).
        left_out: Method or measure → why it has no meaning on this network, or of this number.
    """

    model_id: str
    images: tuple[str, ...]
    targets: tuple[str, ...]
    methods: tuple[str, ...]
    values: Mapping[str, Mapping[str, NDArray[np.float64]]] = field(repr=False)
    stages: tuple[str, ...] = ()
    randomised: Mapping[str, NDArray[np.float64]] = field(default_factory=dict, repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)
    curves: Mapping[str, Mapping[str, NDArray[np.float64]]] = field(default_factory=dict, repr=False)
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Those that were taken."""
        return tuple(MEASURES[name] for name in MEASURES if name in self.values)

    def mean(self, measure: str, method: str) -> float:
        """Return a measure's mean over the photos; NaN where it was not taken of the method."""
        found = self.values.get(measure, {}).get(method)
        return float("nan") if found is None else float(found.mean())

    def interval(self, measure: str, method: str) -> tuple[float, float] | None:
        """Return the 95 % interval of that mean, ± 1.96 standard errors; None of fewer than two photos."""
        found = self.values.get(measure, {}).get(method)
        if found is None or len(found) < 2:
            return None
        half = _Z95 * float(found.std(ddof=1)) / len(found) ** 0.5
        return float(found.mean()) - half, float(found.mean()) + half

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "model": self.model_id,
            "images": list(self.images),
            "targets": list(self.targets),
            "settings": dict(self.settings),
            "measures": [{"name": each.name, "words": each.words, "better": each.better} for each in self.measures],
            "methods": [
                {
                    "method": method,
                    **{
                        measure: {
                            "values": found[method].tolist(),
                            "mean": self.mean(measure, method),
                            "interval": self.interval(measure, method),
                        }
                        for measure, found in self.values.items()
                        if method in found
                    },
                }
                for method in (*self.methods, CHANCE)
            ],
            "stages": list(self.stages),
            "randomised": {method: found.tolist() for method, found in self.randomised.items()},
            "curves": {
                measure: {method: each.tolist() for method, each in found.items()}
                for measure, found in self.curves.items()
            },
            "left_out": dict(self.left_out),
        }

    def __repr__(self) -> str:
        photos = f"{len(self.images)} photo{'s'[: len(self.images) > 1]}"
        names = ", ".join(each.name for each in self.measures)
        return visible(f"<Judgement of {len(self.methods)} methods on {photos} by {self.model_id}: {names}>")
