"""Feature visualization: against the loop that Lucent runs in PyTorch, and against the strongest of many photos.

    python -m benchmarks.visualize --photos FOLDER --sheet artifacts/visualize.png

takes thirty channels of several depths. Each picture goes the way of any photo (8 bits, the model's own preprocessing), and so
do the photos: how many channels does their picture excite more than the strongest photo?

    python -m benchmarks.visualize --memory

prints what a process takes at its peak that grows pictures, beside one that has only predicted with the same model.
"""

from __future__ import annotations

import argparse
import io
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw

import squeezeviz as sv
from benchmarks.peers import torch_module
from benchmarks.timing import Row
from squeezeviz.evidence.visualization.colour import COLOURS
from squeezeviz.runtime.loading import load_content
from squeezeviz.runtime.sessions import available_threads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

MODEL = "squeezenet1.1-caffe2"
STEPS, _PX = 512, 256
_LAYERS = (
    "fire2/concat",
    "fire3/concat",
    "fire4/concat",
    "fire5/concat",
    "fire6/concat",
    "fire7/concat",
    "fire8/concat",
    "fire9/concat",
)
_CHANNELS = 30


# Against PyTorch --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Pair:
    """What ours and Lucent's way reach for one channel and seed, and the seconds of processor time both take."""

    ours: float
    theirs: float
    ours_s: float
    theirs_s: float


def visualize_rows(rounds: int, steps: int = STEPS) -> Iterator[Row]:
    """Seconds of processor time for as many steps, and what both reach, over channels of eight depths and some seeds.

    What is compared is the channel's mean activation that the network reaches when it is shown the finished picture as
    any photo is: in 8 bits, through the model's own preprocessing. Same weights, steps and size of 256 px, views
    moved as far; Lucent's network is run to its end, as Lucent does, and ours to the channel. Channels are drawn once
    and for all. The time counts only if ours excites no less on the whole: were the mean of the differences, each as
    a share of both, below 0 by more than twice its standard error over the seeds, there is nothing to compare.
    """
    model = sv.load_model(MODEL)
    network = torch_module(load_content(MODEL)[1], threads=available_threads())
    seeds = range(max(2, rounds // 12))
    channels = _drawn(model)
    made = [[_pair(model, network, each, steps, seed) for seed in seeds] for each in channels]
    for name, pairs in zip(channels, made, strict=True):
        ours, theirs = ([getattr(pair, which) for pair in pairs] for which in ("ours", "theirs"))
        yield _row(
            f"{steps} steps for {name}: {_reached(ours)}", f"as Lucent does in PyTorch: {_reached(theirs)}", pairs
        )
    more, error = advantage([[(pair.ours, pair.theirs) for pair in pairs] for pairs in made])
    said = f"{more:+.0%} ± {error:.0%} of activation"
    if more < -2 * error:
        raise SystemExit(
            f"ours excites less than Lucent's way, {said} over {len(channels)} channels; nothing to compare"
        )
    yield _row(f"{steps} steps of {len(channels)} channels, {len(seeds)} seeds: {said}", "as Lucent does in PyTorch",
               [pair for pairs in made for pair in pairs], "≤ 1/1.5")  # fmt: skip


def advantage(reached: list[list[tuple[float, float]]]) -> tuple[float, float]:
    """Return by how much ours excites more, and the standard error of that, as shares of the mean of both.

    Args:
        reached: For each channel, for each seed: what ours reaches, and what theirs does.
    """
    more, variance = [], []
    for seeds in np.asarray(reached, np.float64):
        both = seeds.mean() or 1.0
        more.append((seeds[:, 0] - seeds[:, 1]).mean() / both)
        variance.append((seeds / both).var(axis=0, ddof=1).sum() / len(seeds))
    return float(np.mean(more)), float(np.sqrt(np.sum(variance)) / len(more))


def _drawn(model: sv.Model) -> list[str]:
    """Return a channel of each Fire module: of its 3 × 3 kernels, which have a module of their own in PyTorch."""
    rng = np.random.default_rng(20)
    layers = [layer.replace("concat", "expand3x3") for layer in _LAYERS]
    return [f"{layer}:{rng.integers(model.architecture[layer].shape[0])}" for layer in layers]


def _pair(model: sv.Model, network: Any, target: str, steps: int, seed: int) -> _Pair:  # noqa: ANN401 - PyTorch is an extra
    layer, channel = target.split(":")
    ours_s, made = _processor(lambda: sv.visualize(model, target, steps=steps, every=steps, seed=seed))
    theirs_s, picture = _processor(lambda: lucent(network, model, layer, int(channel), steps=steps, seed=seed))
    theirs = float(model.activations(picture, [layer])[layer][int(channel)].mean())
    return _Pair(made.value, theirs, ours_s, theirs_s)


def _row(name: str, peer: str, pairs: list[_Pair], budget: str = "") -> Row:
    ours, theirs = (statistics.median(getattr(pair, which) for pair in pairs) for which in ("ours_s", "theirs_s"))
    ratio = statistics.median(pair.ours_s / pair.theirs_s for pair in pairs)
    return Row(name, ours, peer, theirs, ratio, budget, "s of processor")


def _reached(values: list[float]) -> str:
    return f"{statistics.mean(values):.0f} ± {statistics.stdev(values):.0f}"


def _processor(work: Any) -> tuple[float, Any]:  # noqa: ANN401 - a call, and what it gives
    start = time.process_time()
    made = work()
    return time.process_time() - start, made


def lucent(network: Any, model: sv.Model, layer: str, channel: int, *, steps: int, seed: int) -> NDArray[np.uint8]:  # noqa: ANN401 - PyTorch is an extra
    """Return the picture that Lucent's loop grows: Fourier coefficients, its transforms at our strengths, Adam."""
    import torch
    from torch.nn import functional

    torch.manual_seed(seed)
    slope, offset = (torch.from_numpy(each)[:, None, None] for each in model.preprocessing.affine)
    order, (height, width) = list(model.preprocessing.rgb_index), model.preprocessing.input_px
    frequencies = np.hypot(np.fft.fftfreq(_PX)[:, None], np.fft.rfftfreq(_PX))
    scale = torch.from_numpy(_PX / np.maximum(frequencies, 1 / _PX)).float()[None, None, ..., None]
    spectrum = (0.01 * torch.randn(1, 3, _PX, _PX // 2 + 1, 2)).requires_grad_()
    colours = torch.from_numpy(COLOURS).float()
    optimizer = torch.optim.Adam([spectrum], lr=0.05)

    def picture() -> Any:  # noqa: ANN401
        planes = torch.fft.irfft2(torch.view_as_complex(scale * spectrum), s=(_PX, _PX), norm="ortho") / 4
        return torch.sigmoid(torch.einsum("rc,bchw->brhw", colours, planes))

    seen: list[Any] = []
    handle = network.at(layer).register_forward_hook(lambda _m, _i, out: seen.append(out))
    rng = np.random.default_rng(seed)
    try:
        for _ in range(steps):
            down, across, larger, turned = rng.uniform(-1, 1, 4)
            angle, zoom = np.deg2rad(9 * turned), float(np.exp(-np.log1p(0.12) * larger)) * width / _PX
            turn = [
                [zoom * np.cos(angle), -zoom * np.sin(angle), 0.12 * across],
                [zoom * np.sin(angle), zoom * np.cos(angle), 0.12 * down],
            ]
            grid = functional.affine_grid(
                torch.tensor([turn], dtype=torch.float32), [1, 3, height, width], align_corners=False
            )
            view = functional.grid_sample(picture(), grid, padding_mode="border", align_corners=False)
            network(255 * slope * view[:, order] + offset)
            optimizer.zero_grad()
            (-seen.pop()[0, channel].mean()).backward()
            optimizer.step()
            seen.clear()
    finally:
        handle.remove()
    with torch.no_grad():
        pixels: NDArray[np.uint8] = (picture()[0] * 255).round().byte().permute(1, 2, 0).numpy()
    return pixels


# Against photos ---------------------------------------------------------------------------------------------------------


def main() -> None:
    """Compare thirty channels' pictures with the strongest photos, and write a sheet of them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--photos", type=Path)
    what.add_argument("--memory", action="store_true", help="print the peak of memory beside the model's")
    parser.add_argument("--sheet", type=Path, default=Path("artifacts/visualize.png"))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--parametrisation", default="fourier")
    parser.add_argument("--transparent", action="store_true", help="show on the sheet only what the number hung on")
    asked = parser.parse_args()
    if asked.memory:
        _memory()
        return
    model = sv.load_model(MODEL)
    channels = _chosen(model)
    paths = [path for path in sorted(asked.photos.iterdir()) if path.suffix.lower() in (".jpeg", ".jpg", ".png")]
    strongest = _strongest(model, channels, paths)
    pictures, more = [], 0
    for layer, channel in channels:
        made = sv.visualize(
            model, f"{layer}:{channel}", steps=asked.steps, every=asked.steps, parametrisation=asked.parametrisation
        )
        photo = strongest[layer, channel]
        more += made.value > photo
        pictures.append((f"{layer}:{channel}", _over_grey(made) if asked.transparent else made.picture))
        print(f"{layer}:{channel:<5} picture {made.value:10.2f}   strongest photo {photo:10.2f}", flush=True)
        asked.sheet.parent.mkdir(parents=True, exist_ok=True)
        sheet(pictures).save(asked.sheet)
    print(f"{more} of {len(channels)} channels are excited more by their picture than by any of {len(paths)} photos")


def _over_grey(made: sv.Visualization) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(made.to_png(transparent=True))) as drawn:
        below = Image.new("RGBA", drawn.size, (128, 128, 128, 255))
        below.alpha_composite(drawn)
    return np.asarray(below.convert("RGB"))


_PEAK = """
import squeezeviz as sv
def peak():
    return next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
model = sv.load_model({model!r})
model.predict({image!r})
before = peak()
sv.visualize(model, {target!r}, **{settings!r})
print(before, peak())
"""
_GROWN: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("squeezenet1.1-caffe2", "chelsea", "fire5/concat:12", {}),
    ("squeezenet1.1-caffe2", "chelsea", "fire9/concat:12", {"start": "chelsea", "parametrisation": "phases"}),
    ("squeezenet1.1-caffe2", "chelsea", "fire5/concat:12", {"count": 4}),
    ("squeezenet1.1-caffe2", "chelsea", "fire5/concat:12", {"count": 16}),
    ("squeezenet1.1-caffe2", "chelsea", "fire5/concat:12", {"count": 16, "parametrisation": "phases"}),
    ("squeezenet1.1-caffe2", "chelsea", "conv1:12", {"count": 16}),
    ("squeezenet1.1-caffe2", "chelsea", "conv10:12", {"count": 16}),
    ("squeezenet1.1-shapes", "shape-star", "star", {}),
)


def _memory(steps: int = 10) -> None:
    """Print the peak of processes that grow pictures: every size they grow through is there after a few steps."""
    for model, image, target, settings in _GROWN:
        code = _PEAK.format(model=model, image=image, target=target, settings={"steps": steps, **settings})
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        before, after = map(float, done.stdout.split())
        said = ", ".join(f"{name} {value}" for name, value in settings.items())
        print(f"{model}, {target}{', ' if said else ''}{said}: peak {after:.0f} MiB, {after - before:.0f} beside the "
              f"model's {before:.0f}", flush=True)  # fmt: skip


def _chosen(model: sv.Model) -> list[tuple[str, int]]:
    """Return channels of several depths, drawn once and for all."""
    rng = np.random.default_rng(20)
    counts = np.bincount(np.arange(_CHANNELS) % len(_LAYERS))
    return [
        (layer, int(channel))
        for layer, count in zip(_LAYERS, counts, strict=True)
        for channel in sorted(rng.choice(model.architecture[layer].shape[0], count, replace=False))
    ]


def _strongest(model: sv.Model, channels: list[tuple[str, int]], paths: list[Path]) -> dict[tuple[str, int], float]:
    layers = sorted({layer for layer, _ in channels})
    best = dict.fromkeys(channels, -np.inf)
    for path in paths:
        seen = model.activations(path, layers)
        for layer, channel in channels:
            best[layer, channel] = max(best[layer, channel], float(seen[layer][channel].mean()))
    return best


def sheet(
    pictures: list[tuple[str, NDArray[np.uint8]]], columns: int = 6, gap: int = 18, below: int = 26
) -> Image.Image:
    """Return pictures side by side, each with its name."""
    side = pictures[0][1].shape[0]
    rows = -(-len(pictures) // columns)
    whole = Image.new("RGB", (gap + columns * (side + gap), gap + rows * (side + below + gap)), (18, 18, 20))
    drawn = ImageDraw.Draw(whole)
    for at, (name, picture) in enumerate(pictures):
        left, top = gap + (at % columns) * (side + gap), gap + (at // columns) * (side + below + gap)
        whole.paste(Image.fromarray(picture), (left, top))
        drawn.text((left, top + side + 6), name, fill=(190, 190, 196), font_size=14)
    return whole


if __name__ == "__main__":
    main()
