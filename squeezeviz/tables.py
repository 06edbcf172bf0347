"""Rich notebook displays of results, as HTML that needs no script and follows the notebook's theme."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from squeezeviz.report import elements
from squeezeviz.report.elements import Markup, el, number, picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.activations import Activations
    from squeezeviz.architecture import Architecture
    from squeezeviz.comparison import Comparison
    from squeezeviz.dataset.evaluation import Evaluation
    from squeezeviz.evidence import Calculation
    from squeezeviz.prediction import Prediction

__all__ = [
    "QUIET",
    "activations_html",
    "architecture_html",
    "bold",
    "calculation_html",
    "comparison_html",
    "display",
    "evaluation_html",
    "percent",
    "png",
    "prediction_html",
    "quiet",
    "shape_text",
    "table",
]

_INK = "color:var(--jp-ui-font-color1,inherit)"
#: The style of words that stand back.
QUIET = "color:var(--jp-ui-font-color2,inherit);opacity:.85"
_ACCENT = "var(--jp-brand-color1,#1666d0)"
_WARM = "#b7540f"
_RULE = "var(--jp-border-color2,#e4e7eb)"
_BARE = "border-collapse:collapse;border:0;margin:{}"


def shape_text(shape: Iterable[int]) -> str:
    """Return a shape as people write it: ``256 × 28 × 28``."""
    return " × ".join(f"{size}" for size in shape)


def prediction_html(prediction: Prediction) -> Markup:
    """Return the top 5 as bars, with probabilities and logits."""
    rows = []
    for rank, score in enumerate(prediction.top(5)):
        cells = [score.label, _bar(score.probability, is_first=rank == 0), percent(score.probability)]
        styles = [f"{_cell('left')};font-weight:{400 if rank else 600}", _cell("left"), _cell("right")]
        logit = el("td", f"{score.logit:.2f}", style=f"{_cell('right')};{QUIET}")
        found = [el("td", cell, style=style) for cell, style in zip(cells, styles, strict=True)]
        rows.append(el("tr", found, logit, style="background:none"))
    light = f"{QUIET};font-weight:400"
    heads = [
        el("th", "class", style=f"{_cell('left')};{light}"),
        el("th", style="border:0"),
        *(el("th", name, style=f"{_cell('right')};{light}") for name in ("p", "logit")),
    ]
    how = prediction.preprocessing
    prepared = f"{how.name}: {how.describe()}" if how else "input tensor as given"
    times = f"prepare {prediction.prepare_ms:.1f} ms · run {prediction.run_ms:.1f} ms"
    warm = "margin-top:6px;max-width:60em;padding:4px 10px;border-left:3px solid #d9822b"
    title = [bold(prediction.image), " ", quiet(f"as {prediction.model_id} sees it")]
    return elements.display(
        el("div", title, style="margin-bottom:4px"),
        el(
            "table",
            el("thead", el("tr", heads, style="background:none")),
            el("tbody", rows),
            style=_BARE.format("0"),
        ),
        el("div", f"{prepared} · {times}", style=f"margin-top:4px;font-size:11px;{QUIET}"),
        el("div", prediction.caution, style=warm) if prediction.caution else None,
        style=f"font-size:13px;{_INK};font-variant-numeric:tabular-nums",
    )


def _bar(share: float, *, is_first: bool) -> Markup:
    round_bar = "height:6px;border-radius:3px"
    colour = _ACCENT if is_first else "var(--jp-ui-font-color3,#7f8893)"
    filled = el("div", style=f"{round_bar};width:{max(share * 100, 0.5):.2f}%;background:{colour}")
    return el("div", filled, style=f"width:180px;{round_bar};background:{_RULE}")


def architecture_html(architecture: Architecture) -> Markup:
    """Return the layer table, one row a layer, with totals."""
    head = ("layer", "kind", "output", "parameters", "MACs", "receptive field", "stride")
    sides = ("left", "left", "right", "right", "right", "right", "right")
    rows = []
    previous = ""
    for layer in architecture:
        narrow, wide = layer.receptive_fields[0], layer.receptive_field
        cells = (
            layer.name,
            layer.kind,
            shape_text(layer.shape),
            number(layer.parameters, ",") if layer.parameters else "",
            number(layer.macs, ",") if layer.macs else "",
            f"{narrow}–{wide} px" if len(layer.receptive_fields) > 1 else f"{wide} px",
            layer.stride,
        )
        group = layer.module or layer.name
        rule = f"border-top:1px solid {_RULE}" if group != previous else ""
        previous = group
        columns = [el("td", cell, style=_cell(side)) for side, cell in zip(sides, cells, strict=True)]
        rows.append(el("tr", columns, style=f"background:none;{rule}"))
    heads = [el("th", name, style=f"{_cell(side)};{QUIET}") for side, name in zip(sides, head, strict=True)]
    totals = [
        bold(f"{architecture.parameters:,}"), " parameters · ", bold(f"{architecture.gflops:.3f}"), " GFLOPs · ",
        bold(f"{architecture.macs:,}"), f" multiply-accumulates · input {shape_text(architecture.input_shape)}",
    ]  # fmt: skip
    listed = el(
        "table",
        el("thead", el("tr", heads, style="background:none")),
        el("tbody", rows),
        style=_BARE.format("0"),
    )
    return display(el("div", totals, style="margin-bottom:4px"), el("div", listed, style="overflow-x:auto"))


def activations_html(activations: Activations) -> Markup:
    """Return one row a layer: shape, range, and the share of cells that are exactly zero."""
    rows = [
        [name, shape_text(array.shape), f"{array.min():.4g}", f"{array.max():.4g}", f"{(array == 0).mean():.0%}"]
        for name, array in activations.items()
    ]
    size = quiet(f"{activations.nbytes / 1e6:.1f} MB of activations")
    heads = ["layer", "shape", "min", "max", "zero"]
    return display(bold(activations.image), " ", size, table(heads, rows, ["left", *["right"] * 4]))


def comparison_html(comparison: Comparison) -> Markup:
    """Return one row a preparation: what the network sees, what it says, and how far it has moved."""
    rows = []
    for variant in comparison:
        score, rank = comparison.moved(variant.name, 1)[0]
        last = variant.drift[-1]
        moved = variant is not comparison.reference and rank != 1
        rows.append(
            [
                png(variant.seen, width=72, height=72, alt="", style="image-rendering:auto"),
                [bold(variant.name), el("br"), quiet(variant.preprocessing.describe())],
                el("span", score.label, style=f"font-weight:600;color:{_WARM}" if moved else ""),
                percent(score.probability),
                "" if variant is comparison.reference else rank,
                "" if last.relative_l2 is None else f"{last.relative_l2:.2f}",
                variant.parting.layer if variant.parting else "",
            ]
        )
    heads = ["sees", "prepared", "says", "p", "rank before", "logits moved", "parts at"]
    sides = ["left", "left", "left", "right", "right", "right", "left"]
    whose = f"as {comparison.model.name} sees it; compared with {comparison.reference.name}"
    note = "logits moved: ‖a − r‖ / ‖r‖. parts at: the first layer whose strongest channel is another one."
    return display(
        bold(comparison.image.name), " ", quiet(whose), table(heads, rows, sides, wrap=1), el("div", note, style=QUIET)
    )


def evaluation_html(evaluation: Evaluation) -> Markup:
    """Return one row a preparation: accuracy with its interval, and what changed against the first."""
    rows = []
    for result, difference in zip(evaluation.results, [None, *evaluation.differences], strict=True):
        low, high = result.top1_interval
        rows.append(
            [
                bold(result.preprocessing.name),
                bold(f"{result.top1:.1%}"),
                f"{low:.1%} – {high:.1%}",
                f"{result.top5:.1%}",
                f"+{difference.gained} −{difference.lost}" if difference else "",
                f"{difference.p_value:.2g}" if difference else "",
            ]
        )
    others: list[object] = [f", {len(evaluation.unreadable)} unreadable"] if evaluation.unreadable else []
    if evaluation.left_out:
        said = "; ".join(each.message for each in evaluation.left_out[:20])
        others += [", ", el("span", f"{len(evaluation.left_out):,} left out", title=said)]
    heads = ["prepared", "top-1", "95 %", "top-5", "right, wrong", "p (McNemar)"]
    counts = quiet(f"on {len(evaluation.read):,} photos", *others)
    return display(bold(evaluation.model_id), " ", counts, table(heads, rows, ["left", *["right"] * 5]))


def calculation_html(made: Calculation, n: int = 8) -> Markup:
    """Return one row a term, the largest first, the others together, and what they come to."""
    terms, remainder = made.top(n)
    is_class = made.kind == "softmax"
    y, x = made.cell
    rows: list[list[object]] = [["bias", "", "", f"{made.bias:.4f}"]] if made.bias else []
    for term in terms:
        place = f"{term.layer} [{term.channel}, {term.cell[0]}, {term.cell[1]}]"
        rows.append([place, f"{term.weight:.4g}", f"{term.value:.4f}", "" if is_class else f"{term.product:.4f}"])
    if len(made.terms) > n:
        rows.append([f"{len(made.terms) - n} more", "", "", "" if is_class else f"{remainder:.4f}"])
    after = {"softmax": "its exponential's share", "sum": "sum, before ReLU" if made.has_relu else "sum"}
    rows.append([bold(after.get(made.kind, made.kind)), "", "", bold(f"{made.total:.4f}")])
    rows.append([quiet("rounding"), "", "", quiet(f"{made.residual:.1e}")])
    says = f"= {made.layer} [{made.channel}, {y}, {x}], {made.kind} of {len(made.terms):,} terms"
    listed = table(["from", "weight", "value", "adds"], rows, ["left", *["right"] * 3])
    return display(bold(f"{made.value:.6g}"), " ", quiet(says), listed)


# What these and other displays are built of ---------------------------------------------------------------------------


def display(*children: object) -> Markup:
    """Return what a notebook shows of a result: small, in the notebook's ink."""
    return elements.display(*children, style=f"font-size:12px;{_INK};font-variant-numeric:tabular-nums")


def bold(*children: object) -> Markup:
    """Return words that stand out."""
    return el("b", *children)


def quiet(*children: object) -> Markup:
    """Return words that stand back."""
    return el("span", *children, style=QUIET)


def table(
    heads: Sequence[object], rows: Iterable[Sequence[object]], sides: Sequence[str], *, wrap: int | None = None
) -> Markup:
    """Return a table.

    Args:
        heads: One a column.
        rows: Of cells, each as for `squeezeviz.report.elements.together`.
        sides: Where each column's cells stand: ``"left"`` or ``"right"``.
        wrap: The column whose cells may take several lines.
    """
    styles = [_cell(side).replace("nowrap", "normal" if at == wrap else "nowrap") for at, side in enumerate(sides)]
    head = [
        el("th", name, style=f"{_cell(side)};{QUIET};font-weight:400") for side, name in zip(sides, heads, strict=True)
    ]
    body = [
        el(
            "tr",
            [el("td", cell, style=style) for cell, style in zip(row, styles, strict=True)],
            style="background:none",
        )
        for row in rows
    ]
    listed = el(
        "table",
        el("thead", el("tr", head, style="background:none")),
        el("tbody", body),
        style=_BARE.format("4px 0"),
    )
    return el("div", listed, style="overflow-x:auto")


def png(pixels: NDArray[np.uint8], *, style: str = "", **attributes: object) -> Markup:
    """Return pixels, uint8 (H, W, 3), as a picture; style and attributes as for `squeezeviz.report.elements.el`."""
    from PIL import Image as Pillow  # noqa: PLC0415 - few tables show pictures

    buffer = io.BytesIO()
    Pillow.fromarray(pixels).save(buffer, "PNG", compress_level=6)
    return picture(buffer.getvalue(), "png", style=style, **attributes)


def percent(probability: float) -> str:
    """Return a probability in words, with more digits where it is small."""
    return f"{probability:.1%}" if probability >= 0.01 else f"{probability:.2%}"


def _cell(side: str) -> str:
    return f"padding:2px 12px 2px 0;text-align:{side};border:0;white-space:nowrap"
