"""Which function makes HTML of which result: whoever adds a kind of result adds a line here."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from squeezeviz.dataset.atlas.channel import AtlasChannel
from squeezeviz.dataset.atlas.reading import Atlas
from squeezeviz.dataset.catalog.channel import CatalogChannel
from squeezeviz.dataset.catalog.reading import Catalog
from squeezeviz.dataset.evaluation import Evaluation
from squeezeviz.dataset.paired_evaluation import PairedEvaluation
from squeezeviz.evidence import (
    Ablation,
    AblationSweep,
    Calculation,
    ClassContrast,
    LocationPredictions,
    LogitDecomposition,
    Occlusion,
    ReceptiveFieldContributions,
    SoftmaxAnalysis,
)
from squeezeviz.evidence.attribution.attribution import Attribution
from squeezeviz.evidence.comparison import Comparison
from squeezeviz.evidence.judging.judgement import Judgement
from squeezeviz.evidence.visualization.visualization import Visualization
from squeezeviz.network.architecture import Architecture
from squeezeviz.preprocessing import Preprocessing
from squeezeviz.profiling.profiled import Profile
from squeezeviz.quantization.planned import PrecisionPlan
from squeezeviz.quantization.quantized import Quantized
from squeezeviz.report.html.activations import activations_html
from squeezeviz.report.html.architecture import architecture_html
from squeezeviz.report.html.atlas import atlas_html, channel_html
from squeezeviz.report.html.attribution import attribution_html
from squeezeviz.report.html.calculation import calculation_html
from squeezeviz.report.html.catalog import catalog_channel_html, catalog_html
from squeezeviz.report.html.comparison import comparison_html
from squeezeviz.report.html.decomposition import (
    class_contrast_html,
    location_predictions_html,
    logit_decomposition_html,
    receptive_field_contributions_html,
    softmax_analysis_html,
)
from squeezeviz.report.html.diagnosis import diagnosis_html, unlabelled_diagnosis_html
from squeezeviz.report.html.evaluation import evaluation_html
from squeezeviz.report.html.judgement import judgement_html
from squeezeviz.report.html.model_comparison import model_comparison_html, paired_evaluation_html
from squeezeviz.report.html.perturbation import ablation_html, ablation_sweep_html, occlusion_html
from squeezeviz.report.html.planned import precision_plan_html
from squeezeviz.report.html.precision import precision_html
from squeezeviz.report.html.prediction import prediction_html
from squeezeviz.report.html.preprocessing import preprocessing_html
from squeezeviz.report.html.profile import profile_html
from squeezeviz.report.html.quantized import quantized_html
from squeezeviz.report.html.visualization import visualization_html
from squeezeviz.results.activations import Activations
from squeezeviz.results.diagnosis import Diagnosis, UnlabelledDiagnosis
from squeezeviz.results.model_comparison import ModelComparison
from squeezeviz.results.precision import Precision
from squeezeviz.results.prediction import Prediction

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
render.register(Catalog, catalog_html)
render.register(CatalogChannel, catalog_channel_html)
render.register(Comparison, comparison_html)
render.register(Diagnosis, diagnosis_html)
render.register(Evaluation, evaluation_html)
render.register(ModelComparison, model_comparison_html)
render.register(PairedEvaluation, paired_evaluation_html)
render.register(Precision, precision_html)
render.register(PrecisionPlan, precision_plan_html)
render.register(Prediction, prediction_html)
render.register(Preprocessing, preprocessing_html)
render.register(Profile, profile_html)
render.register(Quantized, quantized_html)
render.register(UnlabelledDiagnosis, unlabelled_diagnosis_html)
# Why: numbers that add up.
render.register(SoftmaxAnalysis, softmax_analysis_html)
render.register(Calculation, calculation_html)
render.register(ClassContrast, class_contrast_html)
render.register(LogitDecomposition, logit_decomposition_html)
render.register(LocationPredictions, location_predictions_html)
render.register(ReceptiveFieldContributions, receptive_field_contributions_html)
# Attributed to pixels, or to a layer's cells.
render.register(Attribution, attribution_html)
render.register(Judgement, judgement_html)
# What if: something hidden or ablated.
render.register(Ablation, ablation_html)
render.register(AblationSweep, ablation_sweep_html)
render.register(Occlusion, occlusion_html)
# Made to excite a number.
render.register(Visualization, visualization_html)
