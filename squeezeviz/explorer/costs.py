"""What each layer costs, as a page asks: measured on a thread of its own, some seconds long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.explorer import protocol
from squeezeviz.explorer.long_work import Aside

if TYPE_CHECKING:
    from squeezeviz.explorer.answering import Answering
    from squeezeviz.explorer.watched import OnProgress
    from squeezeviz.profiling.profiled import LayerCost, Profile

__all__ = ["cost"]

_RUNS = 20


def cost(state: Answering, asked: protocol.CostRequest) -> Aside:
    """Measure the whole model, with nothing ablated."""
    model = state.model

    def work(on_progress: OnProgress) -> protocol.Message:
        from squeezeviz.profiling.profile import profile  # noqa: PLC0415 - only when it is asked for

        return protocol.CostMessage(id=asked.id, costs=_said(profile(model, runs=_RUNS, on_progress=on_progress)))

    return Aside(work)


def _said(made: Profile) -> protocol.Costs:
    from squeezeviz.report.profile_words import NOTE, machine_words, run_words  # noqa: PLC0415 - as above

    return protocol.Costs(
        model=made.provenance.model_id,
        threads=made.threads,
        run=_capital(run_words(made)),
        machine=machine_words(made),
        note=NOTE,
        sum_ms=made.sum_ms,
        rows=tuple(_row(made, row) for row in made.rows),
        settings=tuple(protocol.CostSetting(each.threads, each.batch, each.image_ms) for each in made.settings),
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _row(made: Profile, row: LayerCost) -> protocol.CostRow:
    computes = row.operations > 0
    return protocol.CostRow(
        name=row.name,
        words=row.words,
        layers=row.layers,
        kind=row.kind,
        ms=row.time.median,
        low_ms=row.time.low,
        high_ms=row.time.high,
        macs=row.macs,
        moved_bytes=row.moved_bytes,
        intensity=row.intensity if computes else None,
        gops=row.gops if computes else None,
        of_peak=made.share_of_peak(row),
        of_bandwidth=made.share_of_bandwidth(row),
        limit=made.bound(row),
    )
