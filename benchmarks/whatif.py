"""What if: occlusion and an ablation sweep of squeeze channels, against Captum on the same weights in PyTorch, in one run.

Captum is given every advantage that it takes: it may put several patches or channels into one forward pass, and the number
that suits it best on this machine is measured first. Where its answers differ from ours by more than rounding, no row
is made.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import squeezeviz as sv
from benchmarks.peers import torch_module
from benchmarks.timing import Row
from squeezeviz.runtime.loading import load_content
from squeezeviz.runtime.sessions import available_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

PATCH_PX, STRIDE_PX = 32, 16
_AT_ONCE = (1, 4, 16)
_TOLERANCE = 1e-3  # of a logit; logits are tens


def whatif_rows(rounds: int) -> Iterator[Row]:
    """Milliseconds a patch, and milliseconds a channel; medians of rounds in which both took their turn."""
    turns = max(3, rounds // 8)
    model = sv.load_model("squeezenet1.1-caffe2")
    _, content = load_content("squeezenet1.1-caffe2")
    image = sv.read_image("hopper")
    target = int(model.predict(image).ranking[0])
    network = torch_module(content, threads=available_threads())
    asked = _Asked(model, image, network, model.preprocessing(image), target, turns)
    yield _occlusion(asked)
    yield from _sweep(asked)


@dataclass(frozen=True)
class _Asked:
    """One photo, both networks, the class, and how often each takes its turn."""

    model: sv.Model
    image: sv.Image
    network: Any
    tensor: NDArray[np.float32]
    target: int
    turns: int


def _occlusion(asked: _Asked) -> Row:
    import torch
    from captum.attr import Occlusion

    model, image, tensor, target = asked.model, asked.image, asked.tensor, asked.target

    mean = np.float32(128) - np.array(model.preprocessing.mean, np.float32)
    grey = torch.from_numpy(np.broadcast_to(mean[None, :, None, None], tensor.shape).copy())
    inputs, occlusion = torch.from_numpy(tensor), Occlusion(asked.network)
    window, strides = (3, PATCH_PX, PATCH_PX), (3, STRIDE_PX, STRIDE_PX)

    def theirs(at_once: int) -> NDArray[np.float32]:
        with torch.inference_mode():
            found = occlusion.attribute(
                inputs, window, strides=strides, baselines=grey, target=target, perturbations_per_eval=at_once
            )
        pixels: NDArray[np.float32] = found[0, 0].numpy()
        return pixels

    made = sv.occlude(model, image, patch_px=PATCH_PX, stride_px=STRIDE_PX)
    apart = float(np.abs(made.pixels(target) - theirs(1)).max())
    _agree("occlusion", apart)
    return _row(
        _Work(f"occlusion, a patch of {made.total} ({PATCH_PX} px)", "Captum Occlusion", made.total, "≤ 1/4"),
        lambda: sv.occlude(model, image, patch_px=PATCH_PX, stride_px=STRIDE_PX),
        theirs,
        asked.turns,
    )


def _sweep(asked: _Asked) -> Iterator[Row]:
    import torch
    from captum.attr import LayerFeatureAblation

    model, image, network, target = asked.model, asked.image, asked.network, asked.target
    made = sv.ablation_sweep(model, image)
    layers = list(dict.fromkeys(name for name, _ in made.channels))
    inputs = torch.from_numpy(asked.tensor)

    def theirs(at_once: int) -> NDArray[np.float32]:
        changes = []
        for name in layers:
            shape = model.architecture[name].shape
            mask = torch.arange(shape[0])[None, :, None, None].expand(1, *shape)
            with torch.inference_mode():
                found = LayerFeatureAblation(network, network.at(name)).attribute(
                    inputs, target=target, layer_baselines=0, layer_mask=mask, perturbations_per_eval=at_once
                )
            changes.append(found[0, :, 0, 0].numpy())
        return np.concatenate(changes)

    expected = theirs(1)
    _agree("sweep", float(np.abs(made.changes(target) + expected).max()))
    of_class = sv.ablation_sweep(model, image, target=target)
    _agree("sweep for a class", float(np.abs(of_class.changes() + expected).max()))
    # What Captum is asked for, too: one class's logit.
    yield _row(
        _Work(
            f"ablation sweep for a class, a squeeze channel of {made.total}",
            "Captum LayerFeatureAblation",
            made.total,
            "≤ 1/10",
        ),
        lambda: sv.ablation_sweep(model, image, target=target),
        theirs,
        asked.turns,
    )
    yield _row(
        _Work(
            "ablation sweep, every class's logit, a channel", "Captum LayerFeatureAblation, one class", made.total, ""
        ),
        lambda: sv.ablation_sweep(model, image),
        theirs,
        asked.turns,
    )


@dataclass(frozen=True)
class _Work:
    name: str
    peer: str
    count: int
    budget: str


def _row(work: _Work, ours: Callable[[], object], theirs: Callable[[int], object], turns: int) -> Row:
    best = min(_AT_ONCE, key=lambda at_once: _timed(lambda: theirs(at_once)))
    ours()
    pairs = [(_timed(ours) / work.count, _timed(lambda: theirs(best)) / work.count) for _ in range(turns)]
    mine, peers = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    return Row(work.name, mine, f"{work.peer} on PyTorch, {best} at once", peers, ratio, work.budget)


def _timed(work: Callable[[], object]) -> float:
    time.sleep(0.05)
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def _agree(what: str, apart: float) -> None:
    if apart > _TOLERANCE:
        raise SystemExit(f"{what}: ours and Captum's differ by {apart:.2g} logits; nothing to compare")
