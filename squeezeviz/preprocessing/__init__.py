"""Photo → input tensor: descriptions of how, their execution, and the presets that people really use."""

from squeezeviz.preprocessing.description import Preprocessing
from squeezeviz.preprocessing.geometry import Geometry
from squeezeviz.preprocessing.presets import COMPARED_AT_FIRST, PRESETS, preset
from squeezeviz.preprocessing.windows import Window

__all__ = ["COMPARED_AT_FIRST", "PRESETS", "Geometry", "Preprocessing", "Window", "preset"]
