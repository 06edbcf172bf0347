"""Which function makes HTML of which result: whoever adds a kind of result adds a line here."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from squeezeviz.activations import Activations
from squeezeviz.architecture import Architecture
from squeezeviz.comparison import Comparison
from squeezeviz.dataset.atlas.channel import AtlasChannel
from squeezeviz.dataset.atlas.reading import Atlas
from squeezeviz.dataset.evaluation import Evaluation
from squeezeviz.evidence import (
    Ablation,
    Budget,
    Calculation,
    Census,
    Duel,
    Ledger,
    LocalAnswers,
    Occlusion,
    Spectrum,
)
from squeezeviz.prediction import Prediction
from squeezeviz.preprocessing import Preprocessing
from squeezeviz.report.html.activations import activations_html
from squeezeviz.report.html.architecture import architecture_html
from squeezeviz.report.html.atlas import atlas_html, channel_html
from squeezeviz.report.html.calculation import calculation_html
from squeezeviz.report.html.comparison import comparison_html
from squeezeviz.report.html.decomposition import budget_html, duel_html, ledger_html, local_html, spectrum_html
from squeezeviz.report.html.evaluation import evaluation_html
from squeezeviz.report.html.perturbation import ablation_html, census_html, occlusion_html
from squeezeviz.report.html.prediction import prediction_html
from squeezeviz.report.html.preprocessing import preprocessing_html

if TYPE_CHECKING:
    from squeezeviz.report.html.elements import Markup

__all__ = ["render"]


@singledispatch
def render(result: object) -> Markup:
    """Return a result as HTML that needs no script, follows the notebook's theme, and escapes whatever names hold.

    Args:
        result: Of one of the kinds below.

    Raises:
        TypeError: It is of no such kind.
    """
    raise TypeError(f"{type(result).__name__} is shown by no function; add one to {__name__}")


render.register(Activations, activations_html)
render.register(Architecture, architecture_html)
render.register(Atlas, atlas_html)
render.register(AtlasChannel, channel_html)
render.register(Comparison, comparison_html)
render.register(Evaluation, evaluation_html)
render.register(Prediction, prediction_html)
render.register(Preprocessing, preprocessing_html)
# Why: numbers that add up.
render.register(Budget, budget_html)
render.register(Calculation, calculation_html)
render.register(Duel, duel_html)
render.register(Ledger, ledger_html)
render.register(LocalAnswers, local_html)
render.register(Spectrum, spectrum_html)
# What if: something hidden or switched off.
render.register(Ablation, ablation_html)
render.register(Census, census_html)
render.register(Occlusion, occlusion_html)
