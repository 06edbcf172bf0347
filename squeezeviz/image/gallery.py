"""Samples: photos that come with packages people have anyway, and drawn shapes; by name wherever a path is taken."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.image.drawings.seeds import GALLERY

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Sample", "find_sample", "samples"]


@dataclass(frozen=True)
class Sample:
    """One sample.

    Attributes:
        name: What to type.
        title: What it shows.
        package: The distribution that carries it; squeezeviz itself for what is drawn.
        credit: Who made it, and under which terms.
        path: Where it is; None where the package is not installed, and for what is drawn.
        shape: Class index of what is drawn, or None for a photo.
    """

    name: str
    title: str
    package: str
    credit: str
    path: Path | None
    shape: int | None = None

    @property
    def is_available(self) -> bool:
        """Whether it is drawn, or the package that carries it is installed."""
        return self.path is not None or self.is_drawn

    @property
    def is_drawn(self) -> bool:
        """Whether it is drawn, rather than a photo."""
        return self.shape is not None

    def draw(self) -> NDArray[np.uint8]:
        """Draw a shape's picture, uint8 (256, 256, 3) RGB; always the same one.

        Raises:
            ValueError: It is a photo.
        """
        if self.shape is None:
            raise ValueError(f"{self.name} is a photo: read it from {self.path}")
        return _drawn(self.shape).copy()


@cache
def _drawn(shape: int) -> NDArray[np.uint8]:
    from squeezeviz.image.drawings.scene import draw  # noqa: PLC0415 - needs NumPy

    return draw(shape, GALLERY)


# name, title, import name, distribution, path inside the package, credit
_TABLE = (
    ("chelsea", "Chelsea, a tiger cat", "skimage", "scikit-image", "data/chelsea.png", "Stéfan van der Walt, CC0"),
    ("coffee", "A cup of espresso", "skimage", "scikit-image", "data/coffee.png", "Rachel Michetti, CC0"),
    ("motorcycle", "A motorcycle in a workshop", "skimage", "scikit-image", "data/motorcycle_left.png",
     "Middlebury Stereo 2014, CC0"),
    ("coins", "Greek coins from Pompeii", "skimage", "scikit-image", "data/coins.png",
     "Brooklyn Museum, no known copyright restrictions"),
    ("rocket", "A Falcon 9 on its launch pad", "skimage", "scikit-image", "data/rocket.jpg", "SpaceX, CC0"),
    ("hopper", "Rear Admiral Grace Hopper", "matplotlib", "matplotlib", "mpl-data/sample_data/grace_hopper.jpg",
     "US Navy, public domain"),
)  # fmt: skip


@cache
def samples() -> tuple[Sample, ...]:
    """Return every sample: photos, those whose package is missing included, then drawn shapes."""
    photos = (
        Sample(name, title, package, credit, _inside(module, relative))
        for name, title, module, package, relative, credit in _TABLE
    )
    from squeezeviz.image.drawings.scene import CLASSES  # noqa: PLC0415 - needs NumPy

    drawn = (
        Sample(f"shape-{name.replace(' ', '-')}", f"Drawn: {name}", "squeezeviz", "squeezeviz, CC0", None, index)
        for index, name in enumerate(CLASSES)
    )
    return (*photos, *drawn)


def find_sample(name: str) -> Sample | None:
    """Return the sample of that name, or None."""
    return next((sample for sample in samples() if sample.name == name), None)


def _inside(module: str, relative: str) -> Path | None:
    # find_spec looks a package up without importing it: scikit-image alone would take half a second.
    spec = find_spec(module)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / relative
        if path.is_file():
            return path
    return None
