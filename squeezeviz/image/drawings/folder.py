"""Drawings as a folder of labelled photos: a data set that anybody has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image as Pillow

from squeezeviz.image.drawings.scene import CLASSES, draw
from squeezeviz.image.drawings.seeds import HELD_OUT

if TYPE_CHECKING:
    import os

__all__ = ["write_drawings"]


def write_drawings(folder: str | os.PathLike[str], count: int, *, first_seed: int = HELD_OUT) -> Path:
    """Write drawings of every class, a subfolder a class; the bundled model has not learned from them.

    Args:
        folder: Made where it is not there.
        count: Drawings of each class.
        first_seed: What the first is drawn from; the others follow.

    Returns:
        The folder.
    """
    root = Path(folder)
    for index, name in enumerate(CLASSES):
        (root / name).mkdir(parents=True, exist_ok=True)
        for seed in range(first_seed, first_seed + count):
            Pillow.fromarray(draw(index, seed)).save(root / name / f"{seed - first_seed:04d}.png", compress_level=1)
    return root
