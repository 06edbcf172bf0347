"""Logit decomposition: where on the photo, and in which channels, a class's logit comes from. Nothing is estimated.

A class's logit is the mean of its own map (`squeezeviz.evidence.ending` says for which networks), and a cell of the map
is a bias and one term a channel of the features; in SqueezeNet cut off at zero by ReLU. So, with n cells of which the
active ones are above zero, or all of them where there is no ReLU:

    logit = Σ over cells: value / n
          = Σ over channels: (Σ over active cells: weight × feature) / n   +   bias × (number of active cells) / n
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.arguments import check_whole
from squeezeviz.evidence.arithmetic import check_source
from squeezeviz.evidence.branches import branch_of, by_branch
from squeezeviz.evidence.ending import ending
from squeezeviz.evidence.places import places
from squeezeviz.notebook_display import NotebookDisplay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from squeezeviz.evidence.arithmetic import Arithmetic, Calculation
    from squeezeviz.evidence.ending import Ending
    from squeezeviz.evidence.places import Places
    from squeezeviz.results.labels import Label

__all__ = [
    "ChannelEvidence",
    "LogitDecomposition",
    "all_but",
    "channel_totals",
    "decompose_logit",
    "strongest",
    "strongest_channels",
]


@dataclass(frozen=True)
class ChannelEvidence:
    """What one channel says.

    Attributes:
        channel: Of the features.
        branch: The layer it comes from.
        evidence: What it adds, in logit units, over all active cells.
    """

    channel: int
    branch: str
    evidence: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"channel": self.channel, "branch": self.branch, "evidence": self.evidence}


def channel_totals(
    features: NDArray[np.float32], weights: NDArray[np.float64], where: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Sum each channel's terms over some cells.

    Args:
        features: float32 (C, H, W), what the class activation maps read.
        weights: float64 (C,), of one class.
        where: bool (H, W), the cells.

    Returns:
        float64 (C,), in logit units: terms divided by the number of all cells.
    """
    totals: NDArray[np.float64] = weights * features[:, where].sum(axis=1, dtype=np.float64) / where.size
    return totals


@dataclass(frozen=True, eq=False)
class LogitDecomposition(NotebookDisplay):
    """A class's logit on one image, cell by cell and channel by channel.

    Attributes:
        source: Every number of the image; `cell` opens them.
        label: The class.
        logit: As the network computed it.
        cells: float64 (H, W), what each cell adds, in logit units: its value divided by the number of cells. ≥ 0 where
            the maps have a ReLU.
        channels: float64 (C,), what each channel adds over all active cells, in logit units.
        bias: What the class's bias adds over all active cells, in logit units.
        cut: float64 (H, W), ≤ 0: what cells below zero would have taken away, had ReLU not cut them off; logit units.
        cut_channels: float64 (C,), each channel's part in `cut`.
        cut_bias: The bias's part in `cut`.
        places: Where the cells lie on the photo.
        ending: The features, the class's weights and the maps that they make.
    """

    source: Arithmetic
    label: Label
    logit: float
    cells: NDArray[np.float64]
    channels: NDArray[np.float64]
    bias: float
    cut: NDArray[np.float64]
    cut_channels: NDArray[np.float64]
    cut_bias: float
    places: Places
    ending: Ending

    @property
    def features(self) -> str:
        """The layer whose channels are weighed."""
        return self.ending.maps_of.features.name

    @property
    def maps_name(self) -> str:
        """What the maps are called: their layer's name; where no layer has them, that of the logits and ``":cam"``."""
        return self.ending.maps_of.name

    @property
    def is_signed(self) -> bool:
        """Whether cells may also take away from the logit: their maps have no ReLU."""
        return not self.ending.maps_of.has_relu

    @property
    def class_index(self) -> int:
        """The class, by index."""
        return self.label.class_index

    @property
    def residual(self) -> float:
        """The network's logit less the sum of the cells: rounding."""
        return self.logit - float(self.cells.sum())

    @property
    def channel_residual(self) -> float:
        """The network's logit less bias and channels: rounding."""
        return self.logit - self.bias - float(self.channels.sum())

    @cached_property
    def branches(self) -> dict[str, float]:
        """What came through each branch of the features, in logit units; with the bias, the logit."""
        return by_branch(self.ending.maps_of.features, self.channels)

    @cached_property
    def active(self) -> int:
        """How many cells add something."""
        return int((self.cells > 0).sum())

    def other_channels(self, n: int = 10) -> dict[str, float]:
        """Return what all channels but `top_channels` add, branch by branch, in logit units."""
        return all_but(self.branches, self.top_channels(n))

    def top_cells(self, n: int = 5) -> tuple[tuple[int, int], ...]:
        """Return the n cells that add most, (y, x), the first the strongest; none that adds nothing."""
        return strongest(self.cells, n)

    def top_channels(self, n: int = 10) -> tuple[ChannelEvidence, ...]:
        """Return the n channels that say most, for the class or against it, by falling size."""
        return strongest_channels(self.source, self.features, self.channels, n)

    def cell(self, y: int, x: int) -> Calculation:
        """Open a cell: bias, one term a channel, ReLU. Divided by the number of cells, its value is ``cells[y, x]``.

        Raises:
            LayerError: There is no such cell.
        """
        return self.ending.opened(self.class_index, (y, x))

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "image": self.source.image.name,
            "model": self.source.model.name,
            "preprocessing": self.source.preprocessing.name,
            "class_index": self.class_index,
            "wnid": self.label.wnid,
            "label": self.label.label,
            "logit": self.logit,
            "layer": self.maps_name,
            "features": self.features,
            "cells": self.cells.tolist(),
            "residual": self.residual,
            "channels": self.channels.tolist(),
            "bias": self.bias,
            "channel_residual": self.channel_residual,
            "branches": self.branches,
            "top_channels": [channel.to_dict() for channel in self.top_channels()],
            "cut": self.cut.tolist(),
            "map_on_photo_px": list(self.places.all),
        }

    def __repr__(self) -> str:
        cells = f"{self.active} of {self.cells.size} cells"
        return f"<LogitDecomposition of {self.label.label!r}: logit {self.logit:.4f} from {cells}>"


def strongest(cells: NDArray[np.float64], n: int) -> tuple[tuple[int, int], ...]:
    """Return the n largest cells above zero, (y, x), by falling value."""
    check_whole("n", n, least=0, error=ValueError)
    order = np.argsort(-cells, axis=None, kind="stable")[:n]
    found = (divmod(int(at), cells.shape[1]) for at in order)
    return tuple((y, x) for y, x in found if cells[y, x] > 0)


def strongest_channels(
    source: Arithmetic, layer: str, channels: NDArray[np.float64], n: int
) -> tuple[ChannelEvidence, ...]:
    """Return the n channels of a layer with the largest totals, by falling size."""
    check_whole("n", n, least=0, error=ValueError)
    arch = source.architecture
    order = np.argsort(-np.abs(channels), kind="stable")[:n]
    return tuple(
        ChannelEvidence(int(at), branch_of(arch[layer], int(at)), float(channels[at])) for at in order
    )  # fmt: skip


def all_but(branches: dict[str, float], top: tuple[ChannelEvidence, ...]) -> dict[str, float]:
    """Return what each branch adds, less its channels among those given."""
    return {name: total - sum(each.evidence for each in top if each.branch == name) for name, total in branches.items()}


def decompose_logit(source: Arithmetic, class_index: int | str) -> LogitDecomposition:
    """Open a class's logit into cells and channels.

    Args:
        source: ``squeezeviz.Arithmetic(model, image)``; of several crops, the first.
        class_index: An index, WordNet id or name.

    Raises:
        LabelError: No class is called that.
        LayerError: No map a class follows from the network's graph; the message names the layer that is in the way.
        ExactnessError: The cells do not add up to the logit.
    """
    check_source(source)
    label = source.model.labels[class_index]
    last = ending(source)
    return _of(source, last, label)


def _of(source: Arithmetic, last: Ending, label: Label) -> LogitDecomposition:
    index = label.class_index
    active, weights, bias = last.is_active(index), last.weights[index], float(last.bias[index])
    count = active.size
    sums = np.tensordot(weights, last.values.astype(np.float64), axes=1) + bias
    made = LogitDecomposition(
        source=source,
        label=label,
        logit=float(last.logits[index]),
        cells=last.maps[index].astype(np.float64) / count,
        channels=channel_totals(last.values, weights, active),
        bias=bias * int(active.sum()) / count,
        cut=np.where(active, 0.0, sums / count),
        cut_channels=channel_totals(last.values, weights, ~active),
        cut_bias=bias * int((~active).sum()) / count,
        places=places(source, last.maps_of.layer),
        ending=last,
    )
    scale = abs(bias) + float(np.abs(weights * np.abs(last.values).mean(axis=(1, 2), dtype=np.float64)).sum())
    source.check_rounding(f"the logit of {label.label!r}", made.logit, made.residual, max(scale, abs(made.logit)))
    return made
