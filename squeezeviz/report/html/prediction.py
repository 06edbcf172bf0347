"""A prediction as HTML: the top 5 as bars, and what made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.html import elements
from squeezeviz.report.html.elements import Markup, el
from squeezeviz.report.html.layout import BARE, INK, QUIET, RULE, bold, cell_style, quiet
from squeezeviz.report.words import percent

if TYPE_CHECKING:
    from squeezeviz.results.prediction import Prediction

__all__ = ["prediction_html"]


_ACCENT = "var(--jp-brand-color1,#1666d0)"


def prediction_html(prediction: Prediction) -> Markup:
    """Return the top 5 as bars, with probabilities and logits."""
    rows = []
    for rank, score in enumerate(prediction.top(5)):
        cells = [score.label, _bar(score.probability, is_first=rank == 0), percent(score.probability)]
        styles = [f"{cell_style('left')};font-weight:{400 if rank else 600}", cell_style("left"), cell_style("right")]
        logit = el("td", f"{score.logit:.2f}", style=f"{cell_style('right')};{QUIET}")
        found = [el("td", cell, style=style) for cell, style in zip(cells, styles, strict=True)]
        rows.append(el("tr", found, logit, style="background:none"))
    light = f"{QUIET};font-weight:400"
    heads = [
        el("th", "class", style=f"{cell_style('left')};{light}"),
        el("th", style="border:0"),
        *(el("th", name, style=f"{cell_style('right')};{light}") for name in ("p", prediction.logit_words)),
    ]
    how = prediction.preprocessing
    preprocessed = f"{how.name}: {how.describe()}" if how else "input tensor as given"
    times = f"preprocess {prediction.preprocess_ms:.1f} ms · run {prediction.run_ms:.1f} ms"
    warm = "margin-top:6px;max-width:60em;padding:4px 10px;border-left:3px solid #d9822b"
    title = [bold(prediction.image), " ", quiet(f"as {prediction.model_id} sees it")]
    return elements.display(
        el("div", title, style="margin-bottom:4px"),
        el(
            "table",
            el("thead", el("tr", heads, style="background:none")),
            el("tbody", rows),
            style=BARE.format("0"),
        ),
        el("div", f"{preprocessed} · {times}", style=f"margin-top:4px;font-size:11px;{QUIET}"),
        el("div", prediction.caution, style=warm) if prediction.caution else None,
        style=f"font-size:13px;{INK};font-variant-numeric:tabular-nums",
    )


def _bar(share: float, *, is_first: bool) -> Markup:
    round_bar = "height:6px;border-radius:3px"
    colour = _ACCENT if is_first else "var(--jp-ui-font-color3,#7f8893)"
    filled = el("div", style=f"{round_bar};width:{max(share * 100, 0.5):.2f}%;background:{colour}")
    return el("div", filled, style=f"width:180px;{round_bar};background:{RULE}")
