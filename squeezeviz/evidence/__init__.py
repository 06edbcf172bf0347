"""Why: numbers that add up."""

from squeezeviz.evidence.arithmetic import Arithmetic, Calculation, Term
from squeezeviz.evidence.budget import Budget, softmax_budget
from squeezeviz.evidence.duel import Duel, duel
from squeezeviz.evidence.ledger import ChannelEvidence, Ledger, ledger
from squeezeviz.evidence.local import LocalAnswers, local_answers
from squeezeviz.evidence.places import Places
from squeezeviz.evidence.spectrum import BranchSplit, Spectrum, spectrum

__all__ = [
    "Arithmetic",
    "BranchSplit",
    "Budget",
    "Calculation",
    "ChannelEvidence",
    "Duel",
    "Ledger",
    "LocalAnswers",
    "Places",
    "Spectrum",
    "Term",
    "duel",
    "ledger",
    "local_answers",
    "softmax_budget",
    "spectrum",
]
