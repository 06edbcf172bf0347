"""What a network costs, layer by layer, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.html.elements import Markup, el
from squeezeviz.report.html.layout import QUIET, bold, display, quiet, table
from squeezeviz.report.profile_words import CELLS, NOTE, cells_of, machine_words, run_words, settings_rows

if TYPE_CHECKING:
    from squeezeviz.profiling.profiled import Profile

__all__ = ["profile_html"]

_BAR_PX = 90


def profile_html(profile: Profile) -> Markup:
    """Return a row for what is computed together, with a bar as long as it takes, and what other settings would."""
    most = max((row.time.median for row in profile.rows), default=0.0) or 1.0
    rows = []
    for row in profile.rows:
        width = round(_BAR_PX * row.time.median / most, 1)
        bar = el("div", style=f"width:{width}px;height:9px;background:#7f8893;margin-right:4px")
        rows.append([row.words, row.kind, bar, *cells_of(profile, row)])
    heads = ["layer", "kind", "", *CELLS]
    sides = ["left", "left", "left", *("left" if heading == "limit" else "right" for heading in CELLS)]
    asked, settings = settings_rows(profile)
    return display(
        bold(profile.provenance.model_id),
        " ",
        quiet(run_words(profile)),
        el("div", machine_words(profile), style=QUIET),
        table(heads, rows, sides),
        table(asked, settings, ["left", *["right"] * (len(asked) - 1)]) if settings else None,
        el("div", NOTE, style=QUIET),
    )
