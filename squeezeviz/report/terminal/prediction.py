"""A prediction on a terminal: the top k as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from squeezeviz.report.terminal.console import out

if TYPE_CHECKING:
    from squeezeviz.results.prediction import Prediction

__all__ = ["print_prediction"]

_BAR_CELLS = 24


def print_prediction(prediction: Prediction, *, k: int = 5, notes: tuple[str, ...] = ()) -> None:
    """Print the top k of one image as bars, its notes beside its name."""
    how = prediction.preprocessing
    out.say((out.name(prediction.image), "bold"), (f"  {out.name('; '.join(notes))}" if notes else "", "dim"))
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for _ in range(3):
        table.add_column(no_wrap=True)
    table.add_column(justify="right")
    table.add_column(justify="right", style="dim")
    for rank, score in enumerate(prediction.top(k)):
        filled = round(score.probability * _BAR_CELLS)
        bar = out.words(("█" * filled, "white" if rank else "blue"), ("·" * (_BAR_CELLS - filled), "dim"))
        name = out.words((out.name(score.label), "" if rank else "bold"))
        place = out.words((f"{rank + 1}", "dim"))
        table.add_row(place, name, bar, f"{score.probability:.2%}", f"{prediction.logit_words} {score.logit:.2f}")
    out.print(table)
    if how:
        out.say((f"{out.name(prediction.model_id)} · {out.name(how.name)}: {how.describe()}", "dim"))
    if prediction.caution:
        out.say((prediction.caution, "yellow"))
    out.print()
