"""Figures for papers and slides: any view of the explorer, as a Matplotlib figure that knows its caption.

    import squeezeviz as sv

    activations = model.activations("cat.jpg")
    figure = sv.figures.maps(activations, "fire5/concat", width_mm=86)
    figure.savefig("maps.svg")      # or .pdf, .png: 300 dots an inch
    figure.caption                  # model, layer, scale, palette, preprocessing, image, version

Figures are made for paper: widths in millimetres, text that stays text, cells of maps that are whole dots. The same
input gives the same bytes. Pyplot is not used, and Matplotlib's settings are as they were afterwards.
"""

from squeezeviz.figures.arithmetic import arithmetic
from squeezeviz.figures.attribution import attribution
from squeezeviz.figures.channel import channel
from squeezeviz.figures.decomposition import (
    class_contrast,
    location_predictions,
    logit_decomposition,
    receptive_field_contributions,
    softmax_analysis,
)
from squeezeviz.figures.drift import drift
from squeezeviz.figures.explorer import explorer
from squeezeviz.figures.feature_maps import maps
from squeezeviz.figures.kernels import kernels
from squeezeviz.figures.network import network
from squeezeviz.figures.occlusion import occlusion
from squeezeviz.figures.photo import photo
from squeezeviz.figures.precision import precision
from squeezeviz.figures.prediction import prediction
from squeezeviz.figures.roofline import roofline
from squeezeviz.figures.sheet import FORMATS, Format, Sheet, as_bytes
from squeezeviz.figures.two_models import model_comparison
from squeezeviz.figures.views import VIEWS, View, of_view
from squeezeviz.figures.visualization import visualization

__all__ = [
    "FORMATS",
    "VIEWS",
    "Format",
    "Sheet",
    "View",
    "arithmetic",
    "as_bytes",
    "attribution",
    "channel",
    "class_contrast",
    "drift",
    "explorer",
    "kernels",
    "location_predictions",
    "logit_decomposition",
    "maps",
    "model_comparison",
    "network",
    "occlusion",
    "of_view",
    "photo",
    "precision",
    "prediction",
    "receptive_field_contributions",
    "roofline",
    "softmax_analysis",
    "visualization",
]
