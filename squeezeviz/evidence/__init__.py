"""Why: numbers that add up. And what if: the same network with something switched off or hidden."""

from squeezeviz.evidence.ablation import Ablation, ablate
from squeezeviz.evidence.arithmetic import Arithmetic, Calculation, Term
from squeezeviz.evidence.channel_census import (
    Census,
    ChannelEffect,
    PairCensus,
    census,
    census_of_pairs,
    census_steps,
    pair_steps,
)
from squeezeviz.evidence.occlusion import Occlusion, occlude, occlusion_steps

__all__ = [
    "Ablation",
    "Arithmetic",
    "Calculation",
    "Census",
    "ChannelEffect",
    "Occlusion",
    "PairCensus",
    "Term",
    "ablate",
    "census",
    "census_of_pairs",
    "census_steps",
    "occlude",
    "occlusion_steps",
    "pair_steps",
]
