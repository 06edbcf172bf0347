"""A set of photos like those of ImageNet, for benchmarks: cut out of the samples, 500 × 375 pixels, about 110 kB each."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

import squeezeviz as sv

if TYPE_CHECKING:
    from pathlib import Path

SIZE = (500, 375)
_KB = 110  # the mean of ImageNet's training photos


def lay_photos(folder: Path, count: int, *, classes: int = 4) -> float:
    """Write JPEGs into folders named after classes, no two the same; return their mean size in bytes."""
    rng = np.random.default_rng(0)
    sources = [sv.read_image(sample.name).picture for sample in sv.samples() if sample.path is not None]
    sizes = []
    for number in range(count):
        source = sources[number % len(sources)]
        side = float(rng.uniform(0.5, 1.0))
        width, height = int(source.width * side), int(source.height * side)
        left, top = int(rng.integers(source.width - width + 1)), int(rng.integers(source.height - height + 1))
        cut = source.crop((left, top, left + width, top + height)).resize(SIZE, Image.Resampling.BICUBIC)
        grain = rng.normal(0, 9, (SIZE[1], SIZE[0], 3))  # a camera's: without it JPEGs of enlarged photos are too small
        noisy = Image.fromarray(np.clip(np.asarray(cut) + grain, 0, 255).astype(np.uint8))
        content = _of_size(noisy)
        path = folder / str(number % classes) / f"{number:05}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        sizes.append(len(content))
    return float(np.mean(sizes))


def _of_size(picture: Image.Image) -> bytes:
    for quality in (97, 95, 93, 90, 85, 80, 70):
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality)
        if buffer.tell() <= _KB * 1.15e3:
            break
    return buffer.getvalue()


def repeat(folder: Path, target: Path, count: int) -> None:
    """Make a folder of that many photos out of few: links of different names to the same files."""
    photos = sorted(folder.rglob("*.jpg"))
    for number in range(count):
        source = photos[number % len(photos)]
        link = target / source.parent.name / f"{number:06}.jpg"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(source.resolve())
