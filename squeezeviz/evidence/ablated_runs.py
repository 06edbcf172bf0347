"""The network with channels ablated, many times over: only what follows them runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.arguments import names_of
from squeezeviz.errors import LayerError
from squeezeviz.evidence.ablation import ChannelFill, check_fill, filled
from squeezeviz.evidence.after_activation import after_activation, bottlenecks
from squeezeviz.evidence.batches import side_by_side
from squeezeviz.evidence.ending import class_maps
from squeezeviz.runtime.parts import PART_BATCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from threading import Event

    from numpy.typing import NDArray

    from squeezeviz.evidence.baseline import Baseline

__all__ = ["AblatedChannels", "AblatedRuns", "OneClass", "filled_in", "layers_asked", "narrowest"]

#: A layer, and which of its channels are ablated.
AblatedChannels = tuple[str, tuple[int, ...]]


class OneClass:
    """The network's end for one class alone: of the maps, only that class's weights.

    Args:
        start: The photo.
        index: The class.

    Raises:
        LayerError: No map a class follows from the network's graph, as a weighted sum of features.
    """

    def __init__(self, start: Baseline, index: int) -> None:
        found = class_maps(start.architecture, start.model.name)
        weights, bias = found.linear
        #: The layer that it reads.
        self.features = found.features.name
        self._weights, self._bias = weights[index].astype(np.float32), np.float32(bias[index])
        self._has_relu = found.has_relu

    def __call__(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the class's logit, float32 (B, 1), of features (B, C, H, W)."""
        maps = self._weights @ features.reshape(*features.shape[:2], -1) + self._bias
        if self._has_relu:
            np.maximum(maps, 0, out=maps)
        logits: NDArray[np.float32] = maps.mean(axis=1, keepdims=True)
        return logits


class AblatedRuns:
    """Answers with channels ablated; called with such of one layer or of several.

    Args:
        start: The photo.
        layers: Whose channels may be ablated.
        fill: What stands in the place of a map.
        last: The network's own end, another in its place; by default every class's logit.
    """

    def __init__(self, start: Baseline, layers: Sequence[str], fill: ChannelFill, last: OneClass | None = None) -> None:
        check_fill(fill)
        arch, self._parts, self._fill = start.architecture, start.model.parts, fill
        self.threads = self._parts.threads
        self._last = last
        self._end = last.features if last else arch.logits_name
        #: Layer → where its channels are ablated.
        self._at = {name: after_activation(arch, name)[-1] for name in layers}
        self._beside = {at: self._parts.beside([at], [self._end]) for at in self._at.values()}
        beside = (name for names in self._beside.values() for name in names)
        wanted = list(dict.fromkeys([*self._at.values(), *beside, self._end]))
        self._values = self._parts.run({arch.input_name: start.tensor}, wanted)
        #: Those of the photo with nothing ablated, float32 (N,); (1,) of one class.
        self.logits: NDArray[np.float32] = self._answers(self._values[self._end]).reshape(-1)

    def _answers(self, end: NDArray[np.float32]) -> NDArray[np.float32]:
        return self._last(end) if self._last else end.reshape(len(end), -1)

    def __call__(self, batch: Sequence[AblatedChannels]) -> NDArray[np.float32]:
        """Return logits, float32 (batch, N)."""
        logits = np.empty((len(batch), len(self.logits)), np.float32)
        for layer in dict.fromkeys(name for name, _ in batch):
            at = self._at[layer]
            values = self._values[at]
            rows, maps = [], []
            for row, (name, channels) in enumerate(batch):
                if name != layer:
                    continue
                changed = filled(values, channels, self._fill)
                if np.array_equal(changed, values):  # a channel that is silent on this photo: nothing changes
                    logits[row] = self.logits
                else:
                    rows.append(row)
                    maps.append(changed)
            if rows:
                given = {at: np.concatenate(maps), **{name: self._values[name] for name in self._beside[at]}}
                logits[rows] = self._answers(self._parts.run(given, [self._end], threads=1)[self._end])
        return logits


def filled_in(
    logits: NDArray[np.float32], runs: AblatedRuns, asked: Sequence[AblatedChannels], step: int, cancel: Event | None
) -> Iterator[int]:
    """Fill in the answers, in order; yield how many there are, after every few."""
    done = told = 0
    for batch, answers in side_by_side(runs, asked, size=PART_BATCH, threads=runs.threads, cancel=cancel):
        logits[done : done + len(batch)] = answers
        done += len(batch)
        if done - told >= step or done == len(asked):
            told = done
            yield done


def layers_asked(start: Baseline, layers: Sequence[str] | str | None) -> list[str]:
    """Return the names of the layers whose channels are to be ablated; by default every block's bottleneck.

    Raises:
        LayerError: No layer is named, one is unknown, or the network has no blocks.
    """
    if layers is None:
        return narrowest(start)
    names = names_of(layers)
    if not names:
        raise LayerError("no layer is named; expected one or more, or None for every block's bottleneck")
    return [start.architecture[name].name for name in names]


def narrowest(start: Baseline) -> list[str]:
    """Return the names of all blocks' bottlenecks.

    Raises:
        LayerError: The network has no blocks.
    """
    names = bottlenecks(start.architecture)
    if not names:
        raise LayerError(
            f"{start.model.name} has no blocks, such as Fire modules, and so no bottleneck; name the layers"
        )
    return names
