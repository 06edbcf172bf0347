"""Train the embedded model: ``python -m squeezeviz.shapes.train``. Reproducible, resumable; a CPU is enough.

Pictures are drawn once, then seen several times under random crops, mirrorings and permuted colours; the last part of
the training sees them at the size that the model will be used at. What is written: a checkpoint and a log of one JSON
line an interval, in ``--work``; the finished pair of Caffe2 files in ``--output``.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from squeezeviz.preprocessing import preset
from squeezeviz.shapes.network import SqueezeNet, folded_weights
from squeezeviz.shapes.scene import CLASSES, draw
from squeezeviz.zoo.squeezenet11 import init_net, predict_net

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A picture of 256 px is cropped to 227; smaller ones in proportion.
_STAGES = ((131, 148, 0.88), (227, 256, 0.12))  # crop, picture, share of the steps
_BATCH = 48


def _drawn(task: tuple[int, int]) -> NDArray[np.uint8]:
    seed, size = task
    return draw(seed % len(CLASSES), seed, size=size)


def pictures(count: int, size: int, *, first: int = 0) -> NDArray[np.uint8]:
    """Return ``count`` pictures, uint8 (count, size, size, 3); picture i is of class ``(first + i) % classes``."""
    with multiprocessing.Pool() as pool:
        tasks = ((seed, size) for seed in range(first, first + count))
        return np.stack(list(pool.imap(_drawn, tasks, chunksize=32)))


def _batch(
    images: NDArray[np.uint8], crop: int, rng: np.random.Generator, first: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a random batch: (B, 3, crop, crop) BGR minus means, and its class indices."""
    rows = rng.integers(0, len(images), _BATCH)
    tensor = np.empty((_BATCH, 3, crop, crop), np.float32)
    room = images.shape[1] - crop
    mean = np.array(preset("caffe2").mean, np.float32)[:, None, None]
    for slot, row in enumerate(rows):
        top, left = rng.integers(0, room + 1, 2)
        part = images[row, top : top + crop, left : left + crop]
        if rng.random() < 0.5:
            part = part[:, ::-1]
        tensor[slot] = part[:, :, rng.permutation(3)].transpose(2, 0, 1) - mean
    return torch.from_numpy(tensor), torch.from_numpy((rows + first) % len(CLASSES))


def _rate(step: int, steps: int, peak: float) -> float:
    """One cycle: warm up over 8 %, then fall as a cosine to nearly nothing."""
    share = step / steps
    return peak * (share / 0.08 if share < 0.08 else 0.5 * (1 + np.cos(np.pi * (share - 0.08) / 0.92)) + 1e-3)


def train(work: Path, output: Path, *, steps: int, count: int, seed: int, peak: float) -> None:
    """Train, or go on with what ``work`` holds, and write the model."""
    torch.manual_seed(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network = SqueezeNet(len(CLASSES)).to(device)
    optimiser = torch.optim.AdamW(network.parameters(), lr=peak, weight_decay=1e-2)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.05)
    work.mkdir(parents=True, exist_ok=True)
    checkpoint, log = work / "checkpoint.pt", work / "log.jsonl"
    step, elapsed = 0, 0.0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True, map_location=device)
        network.load_state_dict(saved["network"])
        optimiser.load_state_dict(saved["optimiser"])
        step, elapsed = saved["step"], saved["elapsed"]
    started, bound = time.monotonic() - elapsed, 0.0
    for crop, size, share in _STAGES:
        bound += share
        last = round(steps * bound)
        if step >= last:
            continue
        images = pictures(count if size < 200 else count // 3, size)
        right, losses = 0, []
        while step < last:
            rng = np.random.default_rng([seed, step])  # so that a resumed run sees what an unbroken one would
            tensor, truth = (part.to(device) for part in _batch(images, crop, rng, 0))
            for group in optimiser.param_groups:
                group["lr"] = _rate(step, steps, peak)
            network.train()
            logits = network(tensor)
            loss = loss_of(logits, truth)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
            right += int((logits.argmax(1) == truth).sum())
            losses.append(loss.item())
            if step % 50 == 0 or step == last:
                elapsed = time.monotonic() - started
                line: dict[str, float] = {"step": step, "seconds": round(elapsed), "crop": crop}
                line |= {"loss": round(float(np.mean(losses)), 4), "accuracy": round(right / (len(losses) * _BATCH), 4)}
                with log.open("a") as file:
                    file.write(json.dumps(line) + "\n")
                right, losses = 0, []
                saved = {
                    "network": network.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "step": step,
                    "elapsed": elapsed,
                }
                torch.save(saved, checkpoint.with_suffix(".tmp"))
                checkpoint.with_suffix(".tmp").replace(checkpoint)
    network.cpu().eval()
    output.mkdir(parents=True, exist_ok=True)
    (output / "init_net.pb").write_bytes(init_net(folded_weights(network), classes=len(CLASSES)))
    (output / "predict_net.pb").write_bytes(predict_net())


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("artifacts/shapes"), help="checkpoint and log")
    parser.add_argument("--output", type=Path, default=Path("data/squeezenet1.1-shapes"), help="the two Caffe2 files")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--count", type=int, default=24_000, help="pictures to draw")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=2e-3, help="the highest learning rate")
    options = parser.parse_args()
    train(options.work, options.output, steps=options.steps, count=options.count, seed=options.seed, peak=options.rate)


if __name__ == "__main__":
    main()
