"""What is climbed: numbers of a network, their sum, or what several pictures of one number have in common."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from squeezeviz.errors import LayerError
from squeezeviz.evidence.visualization.few import few

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from squeezeviz.evidence.target import WeightedSum
    from squeezeviz.network.architecture import Architecture
    from squeezeviz.network.backward import Rule
    from squeezeviz.runtime.model import Model

__all__ = ["Objective", "likeness"]

_BEHIND = 0.1  # of what the best picture reaches: one that has less is not driven elsewhere until it has caught up


class Objective:
    """The sum of numbers of a network, and its derivative by the input tensor.

    Args:
        model: The model.
        sums: The numbers, at the input's size.
        architecture: The network at that size.
        sign: 1 to climb, −1 to descend.
        diversity: How much pictures of a batch are driven apart.
        threads: Of each run of the network; the model's own number by default.

    Attributes:
        shut_calls: At how many calls shut ReLUs kept every gradient from a picture, int (B,).
    """

    def __init__(
        self,
        model: Model,
        sums: Sequence[WeightedSum],
        architecture: Architecture,
        *,
        sign: int = 1,
        diversity: float = 0.0,
        threads: int | None = None,
    ) -> None:
        self._model, self._sign, self._diversity, self._threads = model, sign, diversity, threads
        self.shut_calls: NDArray[np.int_] = np.zeros(1, np.int_)
        self._weights: dict[str, NDArray[np.float32]] = {}
        for each in sums:
            before = self._weights.get(each.of)
            self._weights[each.of] = each.weights if before is None else before + each.weights
        self._architecture = architecture

    def __call__(self, tensor: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """Return the sum for each picture, float64 (B,), and the derivative of what is climbed, (B, C, H, W).

        A picture from which a shut ReLU keeps every gradient climbs the value before that ReLU until it opens. Where
        that does not reach it either, gradients pass all shut ReLUs as in DeconvNet (Zeiler & Fergus, 2014); so does
        Lucid.
        """
        value, gradient = np.zeros(len(tensor)), np.zeros_like(tensor)
        is_shut = np.zeros(len(tensor), bool)
        for of, weights in self._weights.items():
            seed = self._sign * weights
            apart = self._apart(tensor, of, seed)
            with np.errstate(all="ignore"):  # what is no number is refused where the step is known
                for rows in few(len(tensor)):
                    seen, found = self._run(tensor[rows], of, seed if apart is None else apart[rows])
                    if self._sign > 0:
                        reached = found if apart is None else seen * weights
                        shut = np.flatnonzero(~reached.reshape(len(found), -1).any(axis=1))
                        self._open(tensor[rows], of, seed, found, shut)
                        is_shut[rows.start + shut] = True
                    value[rows] += seen.reshape(len(seen), -1).astype(np.float64) @ weights.reshape(-1).astype(float)
                    gradient[rows] += found
        self.shut_calls = self.shut_calls + is_shut
        return value, gradient

    def _run(
        self, tensor: NDArray[np.float32], of: str, weights: NDArray[np.float32], rule: Rule = "exact"
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return a layer's values and their derivative by the input."""
        seen, found = self._model.gradients.run(tensor, of, weights, rule=rule, threads=self._threads)
        return seen, found["input"]

    def _open(
        self,
        tensor: NDArray[np.float32],
        of: str,
        weights: NDArray[np.float32],
        found: NDArray[np.float32],
        shut: NDArray[np.intp],
    ) -> None:
        """Add a gradient for the pictures that none of the number's own reaches."""
        for row in shut:
            given, own = tensor[row : row + 1], np.zeros_like(found[row])
            for name, before in before_relu(self._architecture, of, weights):
                own += self._run(given, name, before)[1][0]
            if not own.any():
                with suppress(LayerError):  # an activation on the way is no ReLU: this way there is none
                    own += self._run(given, of, weights, "deconvnet")[1][0]
            found[row] += own

    def _apart(self, tensor: NDArray[np.float32], of: str, seed: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """Return a row of weights a picture, which also drive it from the others; None where it is to stay alone."""
        if not self._diversity or len(tensor) < 2:
            return None
        name = self._model.architecture.input_name
        seen = np.empty((len(tensor), *seed.shape[1:]), np.float32)
        for rows in few(len(tensor)):
            seen[rows] = self._model.parts.run({name: tensor[rows]}, [of], threads=self._threads)[of]
        reached = seen.reshape(len(seen), -1) @ seed.reshape(-1)
        planes = seen.reshape(len(tensor), seed.shape[1], -1)
        likeness(planes, out=planes)
        slope = seen  # now
        if self._sign > 0:
            slope[reached < _BEHIND * reached.max()] = 0
        size = float(np.linalg.norm(slope))
        share = self._diversity * float(np.linalg.norm(seed)) * np.sqrt(len(tensor)) / size if size > 0 else 0.0
        slope *= np.float32(-share)
        slope += seed
        return slope


def before_relu(
    architecture: Architecture, of: str, weights: NDArray[np.float32]
) -> list[tuple[str, NDArray[np.float32]]]:
    """Return the values before the ReLUs that a layer ends in, each with its weights; of a concatenation its branches'.

    Args:
        architecture: The network.
        of: Name of the layer.
        weights: How much each of its values counts, float32 (1, C, …).

    Returns:
        Empty where the layer does not end in ReLU.
    """
    if of not in architecture:  # a value before ReLU itself
        return []
    layer = architecture[of]
    if layer.pre_relu:
        return [(layer.pre_relu, weights)]
    if not layer.op.joins_channels:
        return []
    found, at = [], 0
    for name in layer.inputs:
        if name not in architecture:
            break
        own = np.ascontiguousarray(weights[:, at : at + architecture[name].channels])
        at += architecture[name].channels
        if own.any():
            found += before_relu(architecture, name, own)
    return found


def likeness(seen: NDArray[np.floating], out: NDArray[np.floating] | None = None) -> tuple[float, NDArray[np.floating]]:
    """Return how alike pictures are in what a layer sees of them: cosines of their Gram matrices, summed over pairs.

    After Olah and others (2017), "Diversity": which channels go together, wherever they do. One picture's matrix is
    made at a time, in double precision: those of many channels are large.

    Args:
        seen: float (B, C, cells).
        out: Where the derivative goes, which may be `seen` itself; a new array by default.

    Returns:
        The sum, and its derivative, as `seen`; 0 for a picture of which nothing is seen.
    """
    total = np.zeros((seen.shape[1], seen.shape[1]))
    count = 0
    for each in seen:
        unit, size = _unit_gram(each)
        total += unit
        count += size > 0
    slope = np.empty_like(seen) if out is None else out
    for row, each in enumerate(seen):
        unit, size = _unit_gram(each)
        others = total - unit
        others -= np.vdot(unit, others) * unit
        slope[row] = 2 / size * (others @ each.astype(np.float64)) if size > 0 else 0
    return float((np.vdot(total, total) - count) / 2), slope


def _unit_gram(seen: NDArray[np.floating]) -> tuple[NDArray[np.float64], float]:
    """Return a picture's Gram matrix, (C, C), brought to a root sum of squares of 1, and what that was before."""
    exact = seen.astype(np.float64)
    gram = exact @ exact.T
    size = float(np.linalg.norm(gram))
    if size > 0:
        gram /= size
    return gram, size
