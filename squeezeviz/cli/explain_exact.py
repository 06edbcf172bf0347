"""Methods of ``explain`` whose numbers are exact: ledger, duel, spectrum, local, budget."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from squeezeviz.cli.explain import Explained, method

if TYPE_CHECKING:
    from squeezeviz.cli.explain import Asked

__all__: list[str] = []


@method("ledger", "which cells and channels add up to a logit")
def _ledger(asked: Asked) -> Explained:
    from squeezeviz.evidence import ledger  # noqa: PLC0415 - heavy
    from squeezeviz.figures import evidence as figures  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    made = ledger(asked.source, asked.label.class_index)
    return Explained(made.to_dict(), partial(show, made), lambda theme: figures.ledger(made, theme=theme))


@method("duel", "what decides between two classes")
def _duel(asked: Asked) -> Explained:
    from squeezeviz.evidence import duel  # noqa: PLC0415 - heavy
    from squeezeviz.figures import evidence as figures  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    made = duel(asked.source, asked.label.class_index, asked.rival.class_index)
    return Explained(made.to_dict(), partial(show, made), lambda theme: figures.duel(made, theme=theme))


@method("spectrum", "through how wide paths it came")
def _spectrum(asked: Asked) -> Explained:
    from squeezeviz.evidence import spectrum  # noqa: PLC0415 - heavy
    from squeezeviz.figures import evidence as figures  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    other = asked.against.class_index if asked.against else None
    made = spectrum(asked.source, asked.label.class_index, other)
    return Explained(made.to_dict(), partial(show, made), lambda theme: figures.spectrum(made, theme=theme))


@method("local", "what each cell would say alone")
def _local(asked: Asked) -> Explained:
    from squeezeviz.evidence import local_answers  # noqa: PLC0415 - heavy
    from squeezeviz.figures import evidence as figures  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    made = local_answers(asked.source)
    return Explained(made.to_dict(), partial(show, made), lambda theme: figures.local(made, theme=theme))


@method("budget", "what a probability costs in logits")
def _budget(asked: Asked) -> Explained:
    from squeezeviz.evidence import softmax_budget  # noqa: PLC0415 - heavy
    from squeezeviz.figures import evidence as figures  # noqa: PLC0415 - heavy
    from squeezeviz.report.terminal.show import show  # noqa: PLC0415 - heavy

    made, source, wanted = softmax_budget(asked.source, asked.label.class_index), asked.source, asked.probability
    plain = {"image": source.image.name, "model": source.model.name, "preprocessing": source.preprocessing.name}
    return Explained(
        plain | made.to_dict(wanted),
        partial(show, made, probability=wanted, source=source),
        lambda theme: figures.budget(made, source, probability=wanted, theme=theme),
    )
