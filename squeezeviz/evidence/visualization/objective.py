"""What is climbed: numbers of a network, their sum, or what several pictures of one number have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from squeezeviz.evidence.target import WeightedSum
    from squeezeviz.network.backward import Rule
    from squeezeviz.runtime.model import Model

__all__ = ["Objective", "likeness"]

_AT_ONCE = 2  # pictures: more are hardly faster, and every one of them takes what a run of all layers does


class Objective:
    """The sum of numbers of a network, and its derivative by the input tensor.

    Args:
        model: The model.
        sums: The numbers, at the input's size.
        sign: 1 to climb, −1 to descend.
        diversity: How much pictures of a batch are driven apart.
        threads: Of each run of the network; the model's own number by default.
    """

    def __init__(
        self,
        model: Model,
        sums: Sequence[WeightedSum],
        *,
        sign: int = 1,
        diversity: float = 0.0,
        threads: int | None = None,
    ) -> None:
        self._model, self._sign, self._diversity, self._threads = model, sign, diversity, threads
        self._weights: dict[str, NDArray[np.float32]] = {}
        for each in sums:
            before = self._weights.get(each.of)
            self._weights[each.of] = each.weights if before is None else before + each.weights

    def __call__(self, tensor: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """Return the sum for each picture, float64 (B,), and the derivative of what is climbed, (B, C, H, W).

        Where nothing reaches the input because every ReLU on the way is shut, gradients pass shut ones as in DeconvNet
        (Zeiler & Fergus, 2014), until one opens; so does Lucid.
        """
        value, gradient = np.zeros(len(tensor)), np.zeros_like(tensor)
        for of, weights in self._weights.items():
            seed = self._sign * weights
            apart = self._apart(tensor, of, seed)
            seen, found = self._run(tensor, of, seed if apart is None else apart)
            if self._sign > 0 and not found.any():
                _, found = self._run(tensor, of, seed, "deconvnet")
            with np.errstate(all="ignore"):  # what is no number is refused where the step is known
                value += seen.reshape(len(seen), -1).astype(np.float64) @ weights.reshape(-1).astype(np.float64)
                gradient += found
        return value, gradient

    def _run(
        self, tensor: NDArray[np.float32], of: str, weights: NDArray[np.float32], rule: Rule = "exact"
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return a layer's values and their derivative by the input, a few pictures at a time."""
        values, gradients = [], []
        for at in range(0, len(tensor), _AT_ONCE):
            rows = slice(at, at + _AT_ONCE)
            weighed = weights if len(weights) == 1 else weights[rows]
            seen, found = self._model.gradients.run(tensor[rows], of, weighed, rule=rule, threads=self._threads)
            values.append(seen)
            gradients.append(found["input"])
        return np.concatenate(values), np.concatenate(gradients)

    def _apart(self, tensor: NDArray[np.float32], of: str, seed: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """Return a row of weights a picture, which also drive it from the others; None where it is to stay alone."""
        if not self._diversity or len(tensor) < 2:
            return None
        name = self._model.architecture.input_name
        parts = [
            self._model.parts.run({name: tensor[at : at + _AT_ONCE]}, [of], threads=self._threads)[of]
            for at in range(0, len(tensor), _AT_ONCE)
        ]
        seen = np.concatenate(parts)
        if seen.ndim < 4:
            seen = seen.reshape(*seen.shape, 1, 1)
        _, slope = likeness(seen.reshape(*seen.shape[:2], -1).astype(np.float64))
        slope = slope.reshape(len(tensor), *seed.shape[1:])
        size = np.linalg.norm(slope)
        share = self._diversity * np.linalg.norm(seed) * np.sqrt(len(tensor)) / size if size > 0 else 0.0
        driven: NDArray[np.float32] = (seed - share * slope).astype(np.float32)
        return driven


def likeness(seen: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Return how alike pictures are in what a layer sees of them: cosines of their Gram matrices, summed over pairs.

    After Olah and others (2017), "Diversity": which channels go together, wherever they do.

    Args:
        seen: float64 (B, C, cells).

    Returns:
        The sum, and its derivative, (B, C, cells); 0 for a picture of which nothing is seen.
    """
    grams = seen @ seen.transpose(0, 2, 1)
    sizes = np.sqrt((grams**2).sum((1, 2), keepdims=True))
    units = np.divide(grams, sizes, out=np.zeros_like(grams), where=sizes > 0)
    total = units.sum(axis=0)
    cosines = np.einsum("bij,ij->b", units, total) - np.einsum("bij,bij->b", units, units)
    norms = np.einsum("bij,bij->b", units, units)
    others = total - units
    along = np.einsum("bij,bij->b", units, others)[:, None, None] * units
    slope = np.divide(others - along, sizes, out=np.zeros_like(grams), where=sizes > 0) * (norms > 0)[:, None, None]
    return float(cosines.sum() / 2), 2 * slope @ seen
