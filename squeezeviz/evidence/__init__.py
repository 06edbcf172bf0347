"""Why: numbers that add up. And what if: the same network with something ablated or hidden."""

from squeezeviz.evidence.ablation import Ablation, ablate
from squeezeviz.evidence.ablation_sweep import AblationSweep, ChannelEffect, ablation_sweep, ablation_sweep_steps
from squeezeviz.evidence.arithmetic import Arithmetic, Calculation, Term
from squeezeviz.evidence.class_contrast import ClassContrast, contrast
from squeezeviz.evidence.logit_decomposition import ChannelEvidence, LogitDecomposition, decompose_logit
from squeezeviz.evidence.occlusion import Occlusion, occlude, occlusion_steps
from squeezeviz.evidence.pairwise_ablation import PairwiseAblation, pairwise_ablation, pairwise_ablation_steps
from squeezeviz.evidence.path_gradients import BranchSplit
from squeezeviz.evidence.per_location import LocationPredictions, predictions_per_location
from squeezeviz.evidence.places import Places
from squeezeviz.evidence.receptive_field import ReceptiveFieldContributions, contributions_by_receptive_field
from squeezeviz.evidence.softmax import SoftmaxAnalysis, softmax_analysis

__all__ = [
    "Ablation",
    "AblationSweep",
    "Arithmetic",
    "BranchSplit",
    "Calculation",
    "ChannelEffect",
    "ChannelEvidence",
    "ClassContrast",
    "LocationPredictions",
    "LogitDecomposition",
    "Occlusion",
    "PairwiseAblation",
    "Places",
    "ReceptiveFieldContributions",
    "SoftmaxAnalysis",
    "Term",
    "ablate",
    "ablation_sweep",
    "ablation_sweep_steps",
    "contrast",
    "contributions_by_receptive_field",
    "decompose_logit",
    "occlude",
    "occlusion_steps",
    "pairwise_ablation",
    "pairwise_ablation_steps",
    "predictions_per_location",
    "softmax_analysis",
]
