"""Why: numbers that add up. And what if: the same network with something switched off or hidden."""

from squeezeviz.evidence.ablation import Ablation, ablate
from squeezeviz.evidence.arithmetic import Arithmetic, Calculation, Term
from squeezeviz.evidence.budget import Budget, softmax_budget
from squeezeviz.evidence.channel_census import (
    Census,
    ChannelEffect,
    PairCensus,
    census,
    census_of_pairs,
    census_steps,
    pair_steps,
)
from squeezeviz.evidence.class_census import ClassCensus, census_for_class
from squeezeviz.evidence.duel import Duel, duel
from squeezeviz.evidence.ledger import ChannelEvidence, Ledger, ledger
from squeezeviz.evidence.local import LocalAnswers, local_answers
from squeezeviz.evidence.occlusion import Occlusion, occlude, occlusion_steps
from squeezeviz.evidence.places import Places
from squeezeviz.evidence.spectrum import BranchSplit, Spectrum, spectrum

__all__ = [
    "Ablation",
    "Arithmetic",
    "BranchSplit",
    "Budget",
    "Calculation",
    "Census",
    "ChannelEffect",
    "ChannelEvidence",
    "ClassCensus",
    "Duel",
    "Ledger",
    "LocalAnswers",
    "Occlusion",
    "PairCensus",
    "Places",
    "Spectrum",
    "Term",
    "ablate",
    "census",
    "census_for_class",
    "census_of_pairs",
    "census_steps",
    "duel",
    "ledger",
    "local_answers",
    "occlude",
    "occlusion_steps",
    "pair_steps",
    "softmax_budget",
    "spectrum",
]
