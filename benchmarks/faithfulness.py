"""Do maps of what matters tell the truth? Deletion and insertion curves on the labelled photos.

After Petsiuk, Das and Saenko, "RISE" (2018): take the pixels away in the order in which a map ranks them, or bring them
back onto a blurred photo, and follow the probability of the class that the photo was given to. The area under that curve
is small for deletion, and large for insertion, where the map ranks well. Three maps: the class's own map (conv10, all the
logit is made of), occlusion, and chance. Maps are scaled up alike, so that none has finer borders than another.

The photos lie in ``images/`` beside the folder of models, or in ``SQUEEZEVIZ_TEST_DATA``; without them the part is left out.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as Pillow
from rich.console import Console
from rich.table import Table

import squeezeviz as sv
from benchmarks.timing import Row
from squeezeviz.zoo import locate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_STEPS = 16
_PATCH_PX, _STRIDE_PX = 32, 16
_BLUR_PX = 16.0


def faithfulness_rows() -> Iterator[Row]:
    """Mean areas of occlusion and of the class activation map, each beside those of chance."""
    photos = labelled_photos()
    if not photos:
        Console().print("faithfulness: left out, the labelled photos are not beside the models", style="dim")
        return
    model = sv.load_model("squeezenet1.1-caffe2")
    rng = np.random.default_rng(0)
    areas: dict[tuple[str, str], list[float]] = {}
    for path in photos:
        for key, area in _areas(model, sv.read_image(path), rng).items():
            areas.setdefault(key, []).append(area)
    _print(areas, len(photos))
    for curve in ("deletion", "insertion"):
        chance = float(np.mean(areas[curve, "chance"]))
        for name in ("class activation map", "occlusion"):
            mean = float(np.mean(areas[curve, name]))
            budget = "< 1" if curve == "deletion" else "> 1"
            yield Row(f"{curve} by {name}, area", mean, "by chance", chance, mean / chance, budget, unit="")


def labelled_photos() -> list[Path]:
    """Return the labelled photos beside the models; none where they are not there."""
    found = locate("squeezenet1.1-caffe2")
    configured = os.environ.get("SQUEEZEVIZ_TEST_DATA")
    if not found:
        return []
    root = Path(configured) if configured else found.paths[0].resolve().parents[2]
    listed = root / "images" / "labels.tsv"
    if not listed.is_file():
        return []
    names = (line.split("\t")[0] for line in listed.read_text().splitlines())
    return sorted(path for name in names if (path := listed.parent / name).is_file())


def _areas(model: sv.Model, image: sv.Image, rng: np.random.Generator) -> dict[tuple[str, str], float]:
    """Return (curve, map) → area under the curve, 0 to 1."""
    tensor = model.preprocessing(image)
    prediction, activations = model.observe(image, layers="conv10")
    target = int(prediction.ranking[0])
    occlusion = sv.occlude(model, image, patch_px=_PATCH_PX, stride_px=_STRIDE_PX)
    side = tensor.shape[2]
    maps = {
        "class activation map": _scaled(activations["conv10"][target], side),
        "occlusion": _scaled(occlusion.map(target), side),
        "chance": _scaled(rng.random((14, 14)).astype(np.float32), side),
    }
    grey = (np.float32(128) - np.array(model.preprocessing.mean, np.float32))[:, None, None]
    without = np.broadcast_to(grey, tensor[0].shape)
    return {
        (curve, name): _area(model, before, after, values, target)
        for name, values in maps.items()
        for curve, before, after in (("deletion", tensor[0], without), ("insertion", _blurred(tensor[0]), tensor[0]))
    }


def _area(
    model: sv.Model,
    before: NDArray[np.float32],
    after: NDArray[np.float32],
    values: NDArray[np.float32],
    target: int,
) -> float:
    """Replace the pixels of one picture by another's, the highest first, and return the mean probability on the way."""
    ranks = np.empty(values.size, np.intp)
    ranks[np.argsort(-values, axis=None, kind="stable")] = np.arange(values.size)
    ends = np.linspace(0, values.size, _STEPS + 1)
    batch = np.stack([np.where(ranks.reshape(values.shape) < end, after, before) for end in ends])
    _, probabilities = model.answers(batch, model.preprocessing)
    return float(np.trapezoid(probabilities[:, target], dx=1 / _STEPS))


def _scaled(values: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    picture = Pillow.fromarray(values.astype(np.float32))
    return np.asarray(picture.resize((side, side), Pillow.Resampling.BILINEAR))


def _blurred(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    size = planes.shape[1]
    bells = np.exp(-0.5 * ((np.arange(size)[:, None] - np.arange(size)) / _BLUR_PX) ** 2)
    bells /= bells.sum(axis=1, keepdims=True)
    return (bells @ planes @ bells.T).astype(np.float32)


def _print(areas: dict[tuple[str, str], list[float]], count: int) -> None:
    title = f"areas under the probability of the class given, mean ± standard error over {count} photos"
    table = Table(title=title, title_justify="left")
    for head in ("map", "deletion (less is better)", "insertion (more is better)"):
        table.add_column(head, justify="left" if head == "map" else "right")
    for name in ("class activation map", "occlusion", "chance"):
        cells = [
            f"{np.mean(found):.3f} ± {np.std(found, ddof=1) / np.sqrt(count):.3f}"
            for found in (areas[curve, name] for curve in ("deletion", "insertion"))
        ]
        table.add_row(name, *cells)
    Console().print(table)
