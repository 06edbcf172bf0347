"""Two classes against each other: where, and in which channels, one logit gets ahead of the other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.errors import LabelError
from squeezeviz.evidence.arithmetic import check_source
from squeezeviz.evidence.branches import by_branch
from squeezeviz.evidence.logit_decomposition import all_but, decompose_logit, strongest, strongest_channels
from squeezeviz.notebook_display import NotebookDisplay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.arithmetic import Arithmetic, Calculation
    from squeezeviz.evidence.logit_decomposition import ChannelEvidence, LogitDecomposition
    from squeezeviz.evidence.places import Places

__all__ = ["ClassContrast", "contrast"]

_MOST_LOG = 709.0  # exp of more is infinite in float64


@dataclass(frozen=True, eq=False)
class ClassContrast(NotebookDisplay):
    """Two logit decompositions of one image, subtracted: whatever is above zero speaks for the first class.

    Both are in logit units, so that sums stay sums: over cells, or over channels and bias, they are the difference of
    the two logits. One unit more makes the first class e = 2.718 times as probable against the second.

    Attributes:
        first: Of the class that is explained.
        second: Of the contrast class.
    """

    first: LogitDecomposition
    second: LogitDecomposition

    @property
    def logit_difference(self) -> float:
        """The first logit less the second, as the network computed them."""
        return self.first.logit - self.second.logit

    @property
    def odds(self) -> float:
        """How many times as probable the first class is as the second; infinite beyond what a float64 holds."""
        return math.inf if self.logit_difference >= _MOST_LOG else math.exp(self.logit_difference)

    @cached_property
    def cells(self) -> NDArray[np.float64]:
        """float64 (H, W): what each cell adds to the difference, in logit units."""
        with np.errstate(invalid="ignore"):  # infinity less infinity
            return self.first.cells - self.second.cells

    @cached_property
    def channels(self) -> NDArray[np.float64]:
        """float64 (C,): what each channel adds to the difference, in logit units.

        Each class counts the cells where its own map is active: a channel adds weight × feature there, for the first,
        and takes it away where the second's map is active.
        """
        with np.errstate(invalid="ignore"):  # infinity less infinity
            return self.first.channels - self.second.channels

    @property
    def bias(self) -> float:
        """What the two biases add to the difference, in logit units."""
        return self.first.bias - self.second.bias

    @property
    def features(self) -> str:
        """The layer whose channels are weighed."""
        return self.first.features

    @property
    def branches(self) -> dict[str, float]:
        """What came through each branch of the features; with the bias, the difference."""
        return by_branch(self.first.ending.maps_of.features, self.channels)

    @property
    def residual(self) -> float:
        """The difference of the network's logits less the sum of the cells: rounding."""
        return self.logit_difference - float(self.cells.sum())

    @property
    def channel_residual(self) -> float:
        """The difference of the network's logits less bias and channels: rounding."""
        return self.logit_difference - self.bias - float(self.channels.sum())

    @property
    def places(self) -> Places:
        """Where the cells lie on the photo."""
        return self.first.places

    def top_cells(self, n: int = 5) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
        """Return the n cells (y, x) that speak loudest for the first class, and the n for the second."""
        return strongest(self.cells, n), strongest(-self.cells, n)

    def top_channels(self, n: int = 10) -> tuple[ChannelEvidence, ...]:
        """Return the n channels that decide, by falling size; above zero for the first class."""
        return strongest_channels(self.first.source, self.features, self.channels, n)

    def other_channels(self, n: int = 10) -> dict[str, float]:
        """Return what all channels but `top_channels` decide, branch by branch, in logit units."""
        return all_but(self.branches, self.top_channels(n))

    def cell(self, y: int, x: int) -> tuple[Calculation, Calculation]:
        """Open a cell of both maps.

        Raises:
            LayerError: There is no such cell.
        """
        return self.first.cell(y, x), self.second.cell(y, x)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        sides = [
            {"class_index": side.class_index, "wnid": side.label.wnid, "label": side.label.label, "logit": side.logit}
            for side in (self.first, self.second)
        ]
        source = self.first.source
        return {
            "image": source.image.name,
            "model": source.model.name,
            "preprocessing": source.preprocessing.name,
            "first": sides[0],
            "second": sides[1],
            "logit_difference": self.logit_difference,
            "odds": self.odds if math.isfinite(self.odds) else None,
            "layer": self.first.maps_name,
            "features": self.features,
            "cells": self.cells.tolist(),
            "residual": self.residual,
            "channels": self.channels.tolist(),
            "bias": self.bias,
            "channel_residual": self.channel_residual,
            "branches": self.branches,
            "top_channels": [channel.to_dict() for channel in self.top_channels()],
            "map_on_photo_px": list(self.places.all),
        }

    def __repr__(self) -> str:
        first, second = self.first.label.label, self.second.label.label
        odds = f"odds {self.odds:.3g} to 1"
        return f"<ClassContrast of {first!r} and {second!r}: {self.logit_difference:+.4f} logits, {odds}>"


def contrast(source: Arithmetic, class_index: int | str, contrast_class: int | str) -> ClassContrast:
    """Decompose the difference between the logits of two classes.

    Args:
        source: ``squeezeviz.Arithmetic(model, image)``; of several crops, the first.
        class_index: The class to explain: an index, WordNet id or name.
        contrast_class: The class whose logit is subtracted: an index, WordNet id or name.

    Raises:
        LabelError: No class is called that, or both are the same.
        LayerError: No map a class follows from the network's graph.
    """
    check_source(source)
    labels = source.model.labels
    if labels[class_index] == labels[contrast_class]:
        said = labels[class_index].label
        raise LabelError(f"a contrast takes two classes; {class_index!r} and {contrast_class!r} are both {said!r}")
    return ClassContrast(decompose_logit(source, class_index), decompose_logit(source, contrast_class))
