"""An atlas: what excites every channel of every layer, over a data set."""

from squeezeviz.dataset.atlas.channel import ActivatingChannel, AtlasChannel, TopExample
from squeezeviz.dataset.atlas.making import Estimate, estimate, make_atlas
from squeezeviz.dataset.atlas.reading import Atlas, read_atlas

__all__ = [
    "ActivatingChannel",
    "Atlas",
    "AtlasChannel",
    "Estimate",
    "TopExample",
    "estimate",
    "make_atlas",
    "read_atlas",
]
