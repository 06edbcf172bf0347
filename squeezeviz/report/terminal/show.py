"""Which function prints which result: whoever adds a kind of result adds a line here."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from squeezeviz.dataset import Evaluation
from squeezeviz.dataset.paired_evaluation import PairedEvaluation
from squeezeviz.dataset.stored import ActivationJob, StoredActivations
from squeezeviz.evidence import (
    Ablation,
    AblationSweep,
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
from squeezeviz.profiling.profiled import Profile
from squeezeviz.quantization.planned import PrecisionPlan
from squeezeviz.quantization.quantized import Quantized
from squeezeviz.report.terminal.architecture import print_architecture
from squeezeviz.report.terminal.attribution import print_attribution
from squeezeviz.report.terminal.comparison import print_comparison
from squeezeviz.report.terminal.decomposition import (
    print_class_contrast,
    print_location_predictions,
    print_logit_decomposition,
    print_receptive_field_contributions,
    print_softmax_analysis,
)
from squeezeviz.report.terminal.diagnosis import print_diagnosis, print_unlabelled_diagnosis
from squeezeviz.report.terminal.evaluation import print_evaluation
from squeezeviz.report.terminal.judgement import print_judgement
from squeezeviz.report.terminal.model_comparison import print_model_comparison, print_paired_evaluation
from squeezeviz.report.terminal.perturbation import print_ablation, print_ablation_sweep, print_occlusion
from squeezeviz.report.terminal.planned import print_precision_plan
from squeezeviz.report.terminal.precision import print_precision
from squeezeviz.report.terminal.prediction import print_prediction
from squeezeviz.report.terminal.profile import print_profile
from squeezeviz.report.terminal.quantized import print_quantized
from squeezeviz.report.terminal.stored import print_space, print_stored
from squeezeviz.report.terminal.visualization import print_visualization
from squeezeviz.results.diagnosis import Diagnosis, UnlabelledDiagnosis
from squeezeviz.results.model_comparison import ModelComparison
from squeezeviz.results.precision import Precision
from squeezeviz.results.prediction import Prediction

__all__ = ["show"]


@singledispatch
def show(result: object, **options: Any) -> None:  # noqa: ANN401, ARG001 - each kind's own
    """Print a result on standard output, as tables and maps in characters.

    Args:
        result: Of one of the kinds below.
        options: What the function of its kind takes besides: a class, a probability.

    Raises:
        TypeError: It is of no such kind.
    """
    raise TypeError(f"{type(result).__name__} is printed by no function; add one to {__name__}")


show.register(ActivationJob, print_space)
show.register(Architecture, print_architecture)
show.register(Comparison, print_comparison)
show.register(Diagnosis, print_diagnosis)
show.register(Evaluation, print_evaluation)
show.register(ModelComparison, print_model_comparison)
show.register(PairedEvaluation, print_paired_evaluation)
show.register(Precision, print_precision)
show.register(PrecisionPlan, print_precision_plan)
show.register(Prediction, print_prediction)
show.register(Profile, print_profile)
show.register(Quantized, print_quantized)
show.register(StoredActivations, print_stored)
show.register(UnlabelledDiagnosis, print_unlabelled_diagnosis)
# Why: numbers that add up.
show.register(SoftmaxAnalysis, print_softmax_analysis)
show.register(ClassContrast, print_class_contrast)
show.register(LogitDecomposition, print_logit_decomposition)
show.register(LocationPredictions, print_location_predictions)
show.register(ReceptiveFieldContributions, print_receptive_field_contributions)
# Attributed to pixels, or to a layer's cells.
show.register(Attribution, print_attribution)
show.register(Judgement, print_judgement)
# What if: something hidden or ablated.
show.register(Ablation, print_ablation)
show.register(AblationSweep, print_ablation_sweep)
show.register(Occlusion, print_occlusion)
# Made to excite a number.
show.register(Visualization, print_visualization)
