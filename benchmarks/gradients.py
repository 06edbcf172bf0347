"""Gradients: a logit by the pixels, Grad-CAM, and many gradients at once, against Captum on the same weights, in one run.

Captum's answers are held against ours before anything is timed: where they differ by more than rounding, no row is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import squeezeviz as sv
from benchmarks.peers import torch_module
from benchmarks.timing import Row, compare
from squeezeviz.runtime.loading import load_content
from squeezeviz.runtime.sessions import available_threads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_LAYER = "fire9/expand3x3"  # the last that Captum's hooks reach: Concat is no module
_MANY = 8
_TOLERANCE = 1e-4  # of the largest number
_PHOTO = "coffee"  # where no number is so near a kink that rounding decides: see benchmarks.autograd


def gradients_rows(rounds: int) -> Iterator[Row]:
    """Milliseconds for each; medians of rounds in which both took their turn."""
    model = sv.load_model("squeezenet1.1-caffe2")
    _, content = load_content("squeezenet1.1-caffe2")
    tensor = model.preprocessing(sv.read_image(_PHOTO))
    of = model.architecture.logits_name
    weights = np.zeros((1, *model.gradients.shape(of)), np.float32)
    weights.reshape(-1)[target := int(model.predict_tensor(tensor)[0].ranking[0])] = 1
    asked = _Asked(model, torch_module(content, threads=available_threads()), tensor, target, weights)
    yield _pixels(asked, rounds)
    yield _grad_cam(asked, rounds)
    yield _many(asked, max(2, rounds // 12))


@dataclass(frozen=True)
class _Asked:
    """Both networks, the input tensor, the class, and the class as weights of the logits."""

    model: sv.Model
    network: Any
    tensor: NDArray[np.float32]
    target: int
    weights: NDArray[np.float32]

    def gradient(self, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        """Our gradient by the pixels, for each input of a batch."""
        return self.model.gradients.run(tensor, self.model.architecture.logits_name, self.weights)[1]["input"]

    def saliency(self, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        """Captum's."""
        import torch
        from captum.attr import Saliency

        given = torch.from_numpy(tensor).requires_grad_()
        found: NDArray[np.float32] = Saliency(self.network).attribute(given, target=self.target, abs=False).numpy()
        return found


def _pixels(asked: _Asked, rounds: int) -> Row:
    _agree("gradient", asked.gradient(asked.tensor), asked.saliency(asked.tensor))
    return compare("gradient of a logit by the pixels", lambda: asked.gradient(asked.tensor), "Captum Saliency",
                   lambda: asked.saliency(asked.tensor), rounds=rounds, budget="≤ 0.75")  # fmt: skip


def _grad_cam(asked: _Asked, rounds: int) -> Row:
    import torch
    from captum.attr import LayerGradCam

    def ours() -> NDArray[np.float32]:
        of = asked.model.architecture.logits_name
        _, gradients, seen = asked.model.gradients.observe(asked.tensor, of, asked.weights, by=[_LAYER], keep=[_LAYER])
        shares = gradients[_LAYER].mean((2, 3), keepdims=True)
        cam: NDArray[np.float32] = np.maximum((shares * seen[_LAYER]).sum(1, keepdims=True), 0)
        return cam

    def theirs() -> NDArray[np.float32]:
        found = LayerGradCam(asked.network, asked.network.at(_LAYER)).attribute(
            torch.from_numpy(asked.tensor), target=asked.target, relu_attributions=True
        )
        values: NDArray[np.float32] = found.detach().numpy()
        return values

    _agree("Grad-CAM", ours(), theirs())
    return compare("Grad-CAM", ours, "Captum LayerGradCam", theirs, rounds=rounds, budget="≤ 0.6")


def _many(asked: _Asked, rounds: int) -> Row:
    noise = np.random.default_rng(0).normal(0, 8, (_MANY, *asked.tensor.shape[1:])).astype(np.float32)
    tensors = asked.tensor + noise
    return compare(f"{_MANY} gradients by the pixels, in one batch", lambda: asked.gradient(tensors), "Captum Saliency",
                   lambda: asked.saliency(tensors), rounds=rounds)  # fmt: skip


def _agree(what: str, ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> None:
    apart = float(np.abs(ours - theirs).max() / np.abs(theirs).max())
    if apart > _TOLERANCE:
        raise SystemExit(f"{what}: ours and Captum's differ by {apart:.2g} of the largest; nothing to compare")
