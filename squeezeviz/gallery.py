"""Photos that come with packages people have anyway; usable by name anywhere a path is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

__all__ = ["Sample", "find_sample", "samples"]


@dataclass(frozen=True)
class Sample:
    """One photo.

    Attributes:
        name: What to type.
        title: What it shows.
        package: The distribution that carries it.
        credit: Who made it, and under which terms.
        path: Where it is, or None where the package is not installed.
    """

    name: str
    title: str
    package: str
    credit: str
    path: Path | None

    @property
    def is_available(self) -> bool:
        """Whether the package that carries it is installed."""
        return self.path is not None


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
    """Return every sample, those whose package is missing included."""
    return tuple(
        Sample(name, title, package, credit, _inside(module, relative))
        for name, title, module, package, relative, credit in _TABLE
    )


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
