"""Train the embedded model: ``python -m squeezeviz.shapes.train``. Reproducible, resumable; a CPU is enough.

Pictures are drawn once, then seen several times under random crops, mirrorings and permuted colours; the last part of
the training sees them at the size that the model will be used at. What is written: pictures, a checkpoint and a log of
one JSON line an interval, in ``--work``; the finished pair of Caffe2 files and the record of the training in
``--output``. A run that was cut off goes on where its last checkpoint is, with the very batches it would have seen.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from squeezeviz.files import write_whole
from squeezeviz.image.drawings.scene import CLASSES, draw
from squeezeviz.image.drawings.seeds import HELD_OUT
from squeezeviz.preprocessing import preset
from squeezeviz.shapes.network import SqueezeNet, folded_weights
from squeezeviz.zoo import EMBEDDED_MODEL
from squeezeviz.zoo.squeezenet11 import init_net, predict_net

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MEAN = np.array(preset("caffe2").mean, np.float32)[:, None, None]
_LOG_EVERY, _CHECK_EVERY, _CHECKED = 50, 200, 480
_UNSEEN = HELD_OUT - _CHECKED


@dataclass(frozen=True)
class Stage:
    """A part of the training: what size it sees (pixels), how many pictures it draws, and its share of the steps."""

    crop: int
    picture: int
    pictures: float
    share: float


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the outcome.

    Attributes:
        steps: Batches in all.
        pictures: How many to draw; the last stage, at full size, draws a third as many.
        batch: Pictures a step.
        cycles: (share of the steps, highest learning rate of AdamW): within each the rate rises over 8 % of the steps,
            then falls as a cosine. The second one, at full size, is short and gentle.
        weight_decay: AdamW's.
        smoothing: What of the target is spread over all classes.
        seed: For the first weights and the batches.
    """

    steps: int
    pictures: int
    batch: int = 48
    cycles: tuple[tuple[float, float], ...] = ((8 / 9, 2e-3), (1 / 9, 6e-4))
    weight_decay: float = 1e-2
    smoothing: float = 0.05
    seed: int = 1


# A picture of 256 px is cropped to 227; smaller ones, four times as fast, in proportion.
STAGES = (Stage(131, 148, 1.0, 0.88 * 8 / 9), Stage(227, 256, 1 / 3, 1 - 0.88 * 8 / 9))


def _drawn(task: tuple[int, int]) -> NDArray[np.uint8]:
    seed, size = task
    return draw(seed % len(CLASSES), seed, size=size)


def draw_many(count: int, size: int, *, first: int = 0) -> NDArray[np.uint8]:
    """Return ``count`` pictures, uint8 (count, size, size, 3); picture i has the seed ``first + i``.

    Its class is that seed modulo the number of classes.
    """
    with multiprocessing.Pool() as pool:
        tasks = ((seed, size) for seed in range(first, first + count))
        return np.stack(list(pool.imap(_drawn, tasks, chunksize=32)))


def _kept(path: Path, count: int, size: int, *, first: int = 0) -> NDArray[np.uint8]:
    """Return pictures, from a file where an earlier run has drawn them."""
    if not path.exists():
        whole = draw_many(count, size, first=first)
        with path.with_suffix(".tmp").open("wb") as file:
            np.save(file, whole)
        path.with_suffix(".tmp").replace(path)
    kept: NDArray[np.uint8] = np.load(path, mmap_mode="r")
    return kept


def _batch(images: NDArray[np.uint8], crop: int, rng: np.random.Generator, size: int) -> tuple[Any, Any]:
    """Return a random batch: (B, 3, crop, crop) BGR minus means, and its class indices."""
    rows = rng.integers(0, len(images), size)
    tensor = np.empty((size, 3, crop, crop), np.float32)
    room = images.shape[1] - crop
    for slot, row in enumerate(rows):
        top, left = rng.integers(0, room + 1, 2)
        part = images[row, top : top + crop, left : left + crop]
        if rng.random() < 0.5:
            part = part[:, ::-1]
        tensor[slot] = part[:, :, rng.permutation(3)].transpose(2, 0, 1) - _MEAN
    return torch.from_numpy(tensor), torch.from_numpy(rows % len(CLASSES))


def _rate(step: int, recipe: Recipe) -> float:
    start = 0
    for share, peak in recipe.cycles:
        length = round(recipe.steps * share)
        if step < start + length or (share, peak) == recipe.cycles[-1]:
            break
        start += length
    at = (step - start) / length
    return peak * (at / 0.08 if at < 0.08 else 0.5 * (1 + math.cos(math.pi * (at - 0.08) / 0.92)) + 1e-3)


class Training:
    """One training run, with what it needs to go on after a break."""

    def __init__(self, recipe: Recipe, work: Path) -> None:
        work.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(recipe.seed)
        self.recipe, self.work = recipe, work
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.network = SqueezeNet(len(CLASSES)).to(self.device)
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=recipe.cycles[0][1], weight_decay=recipe.weight_decay
        )
        self.loss = nn.CrossEntropyLoss(label_smoothing=recipe.smoothing)
        self.step, self.log, before = 0, list[dict[str, float]](), 0.0
        if self._checkpoint.exists():
            saved = torch.load(self._checkpoint, weights_only=True, map_location=self.device)
            if saved["recipe"] != asdict(recipe):
                raise SystemExit(f"{self._checkpoint} is of another recipe: give another --work, or delete it")
            self.network.load_state_dict(saved["network"])
            self.optimiser.load_state_dict(saved["optimiser"])
            self.step, self.log, before = saved["step"], saved["log"], saved["seconds"]
        self._started = time.monotonic() - before

    @property
    def _checkpoint(self) -> Path:
        return self.work / "checkpoint.pt"

    @property
    def seconds(self) -> float:
        """How long the training has taken, breaks left out."""
        return time.monotonic() - self._started

    def run(self) -> None:
        """Go through all stages."""
        bound = 0.0
        for stage in STAGES:
            bound += stage.share
            last = round(self.recipe.steps * bound)
            if self.step < last:
                self._through(stage, last)

    def _through(self, stage: Stage, last: int) -> None:
        count = round(self.recipe.pictures * stage.pictures)
        images = _kept(self.work / f"pictures-{stage.picture}-{count}.npy", count, stage.picture)
        unseen = _kept(self.work / f"held-out-{stage.picture}.npy", _CHECKED, stage.picture, first=_UNSEEN)
        right, losses = 0, list[float]()
        while self.step < last:
            loss, hits = self._learn(images, stage.crop)
            right, losses = right + hits, [*losses, loss]
            if self.step % _LOG_EVERY == 0 or self.step == last:
                line: dict[str, float] = {"step": self.step, "seconds": round(self.seconds), "crop": stage.crop}
                line |= {"loss": round(float(np.mean(losses)), 4)}
                line |= {"accuracy": round(right / (len(losses) * self.recipe.batch), 4)}
                if self.step % _CHECK_EVERY == 0 or self.step == last:
                    line["unseen"] = round(self._accuracy(unseen, stage.crop), 4)
                right, losses = 0, []
                self._keep(line)

    def _learn(self, images: NDArray[np.uint8], crop: int) -> tuple[float, int]:
        rng = np.random.default_rng([self.recipe.seed, self.step])  # a resumed run sees what an unbroken one would
        tensor, truth = (part.to(self.device) for part in _batch(images, crop, rng, self.recipe.batch))
        for group in self.optimiser.param_groups:
            group["lr"] = _rate(self.step, self.recipe)
        self.network.train()
        logits = self.network(tensor)
        loss = self.loss(logits, truth)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        self.step += 1
        return loss.item(), int((logits.argmax(1) == truth).sum())

    def _accuracy(self, images: NDArray[np.uint8], crop: int) -> float:
        """Return the share of pictures, cropped to their middle, that the network names right."""
        self.network.eval()
        edge, right = (images.shape[1] - crop) // 2, 0
        middle = images[:, edge : edge + crop, edge : edge + crop, ::-1]
        with torch.no_grad():
            for start in range(0, len(middle), self.recipe.batch):
                tensor = middle[start : start + self.recipe.batch].transpose(0, 3, 1, 2) - _MEAN
                told = self.network(torch.from_numpy(tensor).to(self.device)).argmax(1).cpu().numpy()
                truth = (_UNSEEN + np.arange(start, start + len(told))) % len(CLASSES)
                right += int((told == truth).sum())
        return right / len(images)

    def _keep(self, line: dict[str, float]) -> None:
        self.log.append(line)
        with (self.work / "log.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")
        saved = {"network": self.network.state_dict(), "optimiser": self.optimiser.state_dict(), "step": self.step}
        saved |= {"recipe": asdict(self.recipe), "log": self.log, "seconds": self.seconds}
        torch.save(saved, self._checkpoint.with_suffix(".tmp"))
        self._checkpoint.with_suffix(".tmp").replace(self._checkpoint)

    def write(self, folder: Path) -> None:
        """Write the pair of Caffe2 files, and ``training.json``: recipe, machine and log."""
        folder.mkdir(parents=True, exist_ok=True)
        self.network.cpu().eval()
        record: dict[str, Any] = {"recipe": asdict(self.recipe), "stages": [asdict(stage) for stage in STAGES]}
        record |= {"seconds": self.log[-1]["seconds"], "device": self.device, "threads": torch.get_num_threads()}
        record |= {"torch": torch.__version__.split("+")[0], "log": self.log}
        write_whole(folder / "init_net.pb", init_net(folded_weights(self.network), classes=len(CLASSES)))
        write_whole(folder / "predict_net.pb", predict_net(EMBEDDED_MODEL))
        write_whole(folder / "training.json", _one_line_each(record).encode())


def _one_line_each(record: dict[str, Any]) -> str:
    """Return JSON with a line an entry of the log, so that a change can be read."""
    lines = ",\n    ".join(json.dumps(line) for line in record["log"])
    rest = "".join(f"  {json.dumps(key)}: {json.dumps(value)},\n" for key, value in record.items() if key != "log")
    return f'{{\n{rest}  "log": [\n    {lines}\n  ]\n}}\n'


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("artifacts/shapes"), help="pictures, checkpoint and log")
    parser.add_argument("--output", type=Path, default=Path("data/squeezenet1.1-shapes"), help="the two Caffe2 files")
    parser.add_argument("--steps", type=int, default=3600)
    parser.add_argument("--pictures", type=int, default=24_000, help="how many to draw")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    recipe = Recipe(options.steps, options.pictures, seed=options.seed)
    training = Training(recipe, options.work)
    training.run()
    training.write(options.output)


if __name__ == "__main__":
    main()
