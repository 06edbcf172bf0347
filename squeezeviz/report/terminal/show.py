"""Which function prints which result: whoever adds a kind of result adds a line here."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from squeezeviz.architecture import Architecture
from squeezeviz.comparison import Comparison
from squeezeviz.dataset import Evaluation
from squeezeviz.dataset.stored import ActivationJob, StoredActivations
from squeezeviz.evidence import Ablation, Budget, Census, Duel, Ledger, LocalAnswers, Occlusion, Spectrum
from squeezeviz.prediction import Prediction
from squeezeviz.report.terminal.architecture import print_architecture
from squeezeviz.report.terminal.comparison import print_comparison
from squeezeviz.report.terminal.decomposition import (
    print_budget,
    print_duel,
    print_ledger,
    print_local,
    print_spectrum,
)
from squeezeviz.report.terminal.evaluation import print_evaluation
from squeezeviz.report.terminal.perturbation import print_ablation, print_census, print_occlusion
from squeezeviz.report.terminal.prediction import print_prediction
from squeezeviz.report.terminal.stored import print_space, print_stored

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
show.register(Evaluation, print_evaluation)
show.register(Prediction, print_prediction)
show.register(StoredActivations, print_stored)
# Why: numbers that add up.
show.register(Budget, print_budget)
show.register(Duel, print_duel)
show.register(Ledger, print_ledger)
show.register(LocalAnswers, print_local)
show.register(Spectrum, print_spectrum)
# What if: something hidden or switched off.
show.register(Ablation, print_ablation)
show.register(Census, print_census)
show.register(Occlusion, print_occlusion)
