"""An atlas: what excites every channel of every layer, over a data set."""

from squeezeviz.dataset.atlas.channel import AtlasChannel, Firing, Sighting
from squeezeviz.dataset.atlas.making import Estimate, estimate, make_atlas
from squeezeviz.dataset.atlas.reading import Atlas, read_atlas

__all__ = ["Atlas", "AtlasChannel", "Estimate", "Firing", "Sighting", "estimate", "make_atlas", "read_atlas"]
