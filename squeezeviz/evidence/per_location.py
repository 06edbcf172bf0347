"""Every cell of the class activation maps as a small classifier of its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.arguments import check_whole
from squeezeviz.evidence.arithmetic import check_place, check_source
from squeezeviz.evidence.ending import class_maps
from squeezeviz.evidence.logit_decomposition import strongest
from squeezeviz.evidence.places import places
from squeezeviz.notebook_display import NotebookDisplay
from squeezeviz.results.prediction import ClassScore, sigmoid, softmax
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.arithmetic import Arithmetic
    from squeezeviz.evidence.places import Places
    from squeezeviz.results.labels import Label

__all__ = ["LocationPredictions", "predictions_per_location"]


@dataclass(frozen=True, eq=False)
class LocationPredictions(NotebookDisplay):
    """What the photo shows, cell by cell.

    A cell has one value a class. Softmax of these is a reading, not something the network computes: it is what the
    network would answer if every cell of the maps said what this one says. The network was trained on the mean of all
    cells only; how often a single cell is right is another question. A cell where every class is at zero says nothing.

    Attributes:
        source: Every number of the image.
        maps: float32 (N, H, W), a map a class; their means are the logits.
        places: Where the cells lie on the photo.
        name: What the maps are called: their layer's name; where no layer has them, that of the logits and ``":cam"``.
        has_relu: Whether cells below zero became zero.
    """

    source: Arithmetic
    maps: NDArray[np.float32]
    places: Places
    name: str
    has_relu: bool

    @cached_property
    def label_map(self) -> NDArray[np.intp]:
        """(H, W): the class with the largest value in each cell, by index; ties, and silence, go to the lower index."""
        leading: NDArray[np.intp] = self.maps.argmax(axis=0)
        return leading

    @cached_property
    def is_silent(self) -> NDArray[np.bool_]:
        """(H, W): where ReLU left every class at zero; nowhere, if the maps have no ReLU."""
        silent: NDArray[np.bool_] = (self.maps.max(axis=0) <= 0) & self.has_relu
        return silent

    @cached_property
    def probability_map(self) -> NDArray[np.float32]:
        """float32 (H, W): the leading class's share in each cell, 0–1; where nothing is said, one in N."""
        return self._shares(np.moveaxis(self.maps, 0, -1)).max(axis=-1)  # type: ignore[no-any-return]  # an array

    def top(self, y: int, x: int, k: int = 5) -> tuple[ClassScore, ...]:
        """Return a cell's k leading classes, best first: its values as logits, and the probabilities that go with them.

        Raises:
            LayerError: There is no such cell.
            ValueError: k is less than 1.
        """
        check_whole("k", k, error=ValueError)
        check_place(self.name, self.maps.shape, 0, (y, x))
        values = self.maps[:, y, x]
        shares = self._shares(values)
        found = ((int(at), self.source.model.labels[int(at)]) for at in np.argsort(-values, kind="stable")[:k])
        return tuple(
            ClassScore(at, label.wnid, label.label, float(shares[at]), float(values[at])) for at, label in found
        )

    def _shares(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what the network would make of a cell's values as logits, along the last axis."""
        is_sigmoid = self.source.architecture.is_independent
        return sigmoid(values) if is_sigmoid else softmax(values)

    def winners(self) -> tuple[tuple[Label, int], ...]:
        """Return the classes that lead somewhere, each with its number of cells, the largest first."""
        indices, counts = np.unique(self.label_map[~self.is_silent], return_counts=True)
        order = np.argsort(-counts, kind="stable")
        labels = self.source.model.labels
        return tuple((labels[int(indices[at])], int(counts[at])) for at in order)

    def strongest(self, class_index: int | str, n: int = 1) -> tuple[tuple[int, int], ...]:
        """Return the n cells (y, x) where a class, by index, WordNet id or name, leads by the largest values.

        Raises:
            LabelError: No class is called that.
            ValueError: n is less than 1.
        """
        class_index = self.source.model.labels[class_index].class_index
        values = self.maps[class_index].astype(np.float64)
        return strongest(np.where(self.label_map == class_index, values, 0.0), n)

    def to_dict(self, k: int = 5) -> dict[str, Any]:
        """Return plain data, ready for JSON: the label map, and each cell's k leading classes."""
        height, width = self.label_map.shape
        cells = [
            {
                "cell": [y, x],
                "tile_px": list(self.places.tile(y, x)),
                "top": [score.to_dict() for score in self.top(y, x, k)],
            }
            for y in range(height)
            for x in range(width)
            if not self.is_silent[y, x]
        ]
        return {
            "image": self.source.image.name,
            "model": self.source.model.name,
            "preprocessing": self.source.preprocessing.name,
            "layer": self.name,
            "label_map": self.label_map.tolist(),
            "silent": self.is_silent.tolist(),
            "winners": [{"class_index": c.class_index, "label": c.label, "cells": n} for c, n in self.winners()],
            "cells": cells,
        }

    def __repr__(self) -> str:
        height, width = self.label_map.shape
        leading = ", ".join(f"{visible(label.label)} {count}" for label, count in self.winners()[:3])
        return f"<LocationPredictions of {height} × {width} cells: {leading or 'none says anything'}>"


def predictions_per_location(source: Arithmetic) -> LocationPredictions:
    """Read every cell of the class activation maps as an answer of its own.

    Larger inputs give more cells, each of which sees as many pixels as ever: preprocess the photo with another
    ``crop_px``, or with ``resize="none"``, and small things get cells of their own.

    Args:
        source: ``squeezeviz.Arithmetic(model, image, preprocessing)``; of several crops, the first.

    Raises:
        LayerError: No map a class follows from the network's graph.
    """
    check_source(source)
    found = class_maps(source.architecture, source.model.name)
    maps = found.of(source.values(found.layer.name))
    return LocationPredictions(source, maps, places(source, found.layer), found.name, has_relu=found.has_relu)
