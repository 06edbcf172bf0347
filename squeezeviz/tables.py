"""Rich notebook displays of results, as HTML that needs no script and follows the notebook's theme."""

from __future__ import annotations

import base64
import io
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.activations import Activations
    from squeezeviz.architecture import Architecture
    from squeezeviz.comparison import Comparison
    from squeezeviz.dataset.evaluation import Evaluation
    from squeezeviz.evidence import Calculation
    from squeezeviz.prediction import Prediction

__all__ = [
    "activations_html",
    "architecture_html",
    "comparison_html",
    "evaluation_html",
    "prediction_html",
    "shape_text",
]

_INK = "color:var(--jp-ui-font-color1,inherit)"
_QUIET = "color:var(--jp-ui-font-color2,inherit);opacity:.85"
_ACCENT = "var(--jp-brand-color1,#1666d0)"
_WARM = "#b7540f"
_RULE = "var(--jp-border-color2,#e4e7eb)"
_CELL = "padding:2px 12px 2px 0;text-align:{};border:0;white-space:nowrap"


def shape_text(shape: Iterable[int]) -> str:
    """Return a shape as people write it: ``256 × 28 × 28``."""
    return " × ".join(f"{size}" for size in shape)


def prediction_html(prediction: Prediction) -> str:
    """Return the top 5 as bars, with probabilities and logits."""
    rows = []
    for rank, score in enumerate(prediction.top(5)):
        weight = "600" if rank == 0 else "400"
        colour = _ACCENT if rank == 0 else "var(--jp-ui-font-color3,#7f8893)"
        round_bar = "height:6px;border-radius:3px"
        filled = f"width:{max(score.probability * 100, 0.5):.2f}%;background:{colour}"
        bar = f"<div style='width:180px;{round_bar};background:{_RULE}'><div style='{round_bar};{filled}'></div></div>"
        rows.append(
            "<tr style='background:none'>"
            f"<td style='{_CELL.format('left')};font-weight:{weight}'>{escape(score.label)}</td>"
            f"<td style='{_CELL.format('left')}'>{bar}</td>"
            f"<td style='{_CELL.format('right')}'>{_percent(score.probability)}</td>"
            f"<td style='{_CELL.format('right')};{_QUIET}'>{score.logit:.2f}</td></tr>"
        )
    how = prediction.preprocessing
    prepared = f"{escape(how.name)}: {escape(how.describe())}" if how else "input tensor as given"
    warm = "margin-top:6px;max-width:60em;padding:4px 10px;border-left:3px solid #d9822b"
    caution = f"<div style='{warm}'>{escape(prediction.caution)}</div>" if prediction.caution else ""
    return (
        f"<div style='font-size:13px;{_INK};font-variant-numeric:tabular-nums'>"
        f"<div style='margin-bottom:4px'><b>{escape(prediction.image)}</b> "
        f"<span style='{_QUIET}'>as {escape(prediction.model_id)} sees it</span></div>"
        "<table style='border-collapse:collapse;border:0;margin:0'><thead><tr style='background:none'>"
        f"<th style='{_CELL.format('left')};{_QUIET};font-weight:400'>class</th><th style='border:0'></th>"
        f"<th style='{_CELL.format('right')};{_QUIET};font-weight:400'>p</th>"
        f"<th style='{_CELL.format('right')};{_QUIET};font-weight:400'>logit</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
        f"<div style='margin-top:4px;font-size:11px;{_QUIET}'>{prepared} · prepare {prediction.prepare_ms:.1f} ms · "
        f"run {prediction.run_ms:.1f} ms</div>{caution}</div>"
    )


def architecture_html(architecture: Architecture) -> str:
    """Return the layer table, one row a layer, with totals."""
    head = ("layer", "kind", "output", "parameters", "MACs", "receptive field", "stride")
    sides = ("left", "left", "right", "right", "right", "right", "right")
    rows = []
    previous = ""
    for layer in architecture:
        sees = (
            f"{layer.receptive_fields[0]}–{layer.receptive_field}"
            if len(layer.receptive_fields) > 1
            else f"{layer.receptive_field}"
        )
        cells = (
            escape(layer.name),
            layer.kind,
            shape_text(layer.shape),
            f"{layer.parameters:,}" if layer.parameters else "",
            f"{layer.macs:,}" if layer.macs else "",
            f"{sees} px",
            f"{layer.stride}",
        )
        group = layer.module or layer.name
        rule = f"border-top:1px solid {_RULE}" if group != previous else ""
        previous = group
        columns = "".join(f"<td style='{_CELL.format(s)}'>{c}</td>" for s, c in zip(sides, cells, strict=True))
        rows.append(f"<tr style='background:none;{rule}'>{columns}</tr>")
    heads = "".join(f"<th style='{_CELL.format(s)};{_QUIET}'>{c}</th>" for s, c in zip(sides, head, strict=True))
    return (
        f"<div style='font-size:12px;{_INK};font-variant-numeric:tabular-nums'><div style='margin-bottom:4px'>"
        f"<b>{architecture.parameters:,}</b> parameters · <b>{architecture.gflops:.3f}</b> GFLOPs · "
        f"<b>{architecture.macs:,}</b> multiply-accumulates · input {shape_text(architecture.input_shape)}</div>"
        "<div style='overflow-x:auto'><table style='border-collapse:collapse;border:0;margin:0'>"
        f"<thead><tr style='background:none'>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div></div>"
    )


def activations_html(activations: Activations) -> str:
    """Return one row a layer: shape, range, and the share of cells that are exactly zero."""
    rows = []
    for name, array in activations.items():
        cells = (shape_text(array.shape), f"{array.min():.4g}", f"{array.max():.4g}", f"{(array == 0).mean():.0%}")
        columns = "".join(f"<td style='{_CELL.format('right')}'>{c}</td>" for c in cells)
        rows.append(f"<tr style='background:none'><td style='{_CELL.format('left')}'>{escape(name)}</td>{columns}</tr>")
    heads = "".join(
        f"<th style='{_CELL.format(side)};{_QUIET}'>{c}</th>"
        for side, c in (("left", "layer"), ("right", "shape"), ("right", "min"), ("right", "max"), ("right", "zero"))
    )
    return (
        f"<div style='font-size:12px;{_INK};font-variant-numeric:tabular-nums'><b>{escape(activations.image)}</b> "
        f"<span style='{_QUIET}'>{activations.nbytes / 1e6:.1f} MB of activations</span>"
        "<table style='border-collapse:collapse;border:0;margin:0'>"
        f"<thead><tr style='background:none'>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def comparison_html(comparison: Comparison) -> str:
    """Return one row a preparation: what the network sees, what it says, and how far it has moved."""
    rows = []
    for variant in comparison:
        score, rank = comparison.moved(variant.name, 1)[0]
        how = variant.preprocessing
        last = variant.drift[-1]
        moved = variant is not comparison.reference and rank != 1
        weight = f"font-weight:600;color:{_WARM}" if moved else ""
        rows.append(
            [
                f"<img src='{_png(variant.seen)}' width='72' height='72' alt='' style='image-rendering:auto'>",
                f"<b>{escape(variant.name)}</b><br><span style='{_QUIET}'>{escape(how.describe())}</span>",
                f"<span style='{weight}'>{escape(score.label)}</span>",
                _percent(score.probability),
                "" if variant is comparison.reference else f"{rank}",
                "" if last.relative_l2 is None else f"{last.relative_l2:.2f}",
                escape(variant.parting.layer) if variant.parting else "",
            ]
        )
    heads = ["sees", "prepared", "says", "p", "rank before", "logits moved", "parts at"]
    sides = ["left", "left", "left", "right", "right", "right", "left"]
    return (
        f"<div style='font-size:12px;{_INK};font-variant-numeric:tabular-nums'>"
        f"<b>{escape(comparison.image.name)}</b> <span style='{_QUIET}'>as {escape(comparison.model.name)} sees it; "
        f"compared with {escape(comparison.reference.name)}</span>{_table(heads, rows, sides, wrap=1)}"
        f"<div style='{_QUIET}'>logits moved: ‖a − r‖ / ‖r‖. parts at: the first layer whose strongest channel is "
        "another one.</div></div>"
    )


def evaluation_html(evaluation: Evaluation) -> str:
    """Return one row a preparation: accuracy with its interval, and what changed against the first."""
    rows = []
    for result, difference in zip(evaluation.results, [None, *evaluation.differences], strict=True):
        (low, high), name = result.top1_interval, escape(result.preprocessing.name)
        changed = f"+{difference.gained} −{difference.lost}" if difference else ""
        rows.append(
            [
                f"<b>{name}</b>",
                f"<b>{result.top1:.1%}</b>",
                f"{low:.1%} – {high:.1%}",
                f"{result.top5:.1%}",
                changed,
                f"{difference.p_value:.2g}" if difference else "",
            ]
        )
    missing = f", {len(evaluation.unreadable)} unreadable" if evaluation.unreadable else ""
    if evaluation.left_out:
        said = escape("\n".join(each.message for each in evaluation.left_out[:20]), quote=True)
        missing += f", <span title='{said}'>{len(evaluation.left_out):,} left out</span>"
    heads = ["prepared", "top-1", "95 %", "top-5", "right, wrong", "p (McNemar)"]
    return (
        f"<div style='font-size:12px;{_INK};font-variant-numeric:tabular-nums'><b>{escape(evaluation.model_id)}</b> "
        f"<span style='{_QUIET}'>on {len(evaluation.read):,} photos{missing}</span>"
        f"{_table(heads, rows, ['left', *['right'] * 5])}</div>"
    )


def calculation_html(made: Calculation, n: int = 8) -> str:
    """Return one row a term, the largest first, the others together, and what they come to."""
    terms, remainder = made.top(n)
    is_class = made.kind == "softmax"
    y, x = made.cell
    rows = [["bias", "", "", f"{made.bias:.4f}"]] if made.bias else []
    for term in terms:
        place = f"{escape(term.layer)} [{term.channel}, {term.cell[0]}, {term.cell[1]}]"
        rows.append([place, f"{term.weight:.4g}", f"{term.value:.4f}", "" if is_class else f"{term.product:.4f}"])
    if len(made.terms) > n:
        rows.append([f"{len(made.terms) - n} more", "", "", "" if is_class else f"{remainder:.4f}"])
    after = {"softmax": "its exponential's share", "sum": "sum, before ReLU" if made.has_relu else "sum"}
    rows.append([f"<b>{after.get(made.kind, made.kind)}</b>", "", "", f"<b>{made.total:.4f}</b>"])
    rows.append(
        [f"<span style='{_QUIET}'>rounding</span>", "", "", f"<span style='{_QUIET}'>{made.residual:.1e}</span>"]
    )
    table = _table(["from", "weight", "value", "adds"], rows, ["left", *["right"] * 3])
    return (
        f"<div style='font-size:12px;{_INK};font-variant-numeric:tabular-nums'><b>{made.value:.6g}</b> "
        f"<span style='{_QUIET}'>= {escape(made.layer)} [{made.channel}, {y}, {x}], {made.kind} of "
        f"{len(made.terms):,} terms</span>{table}</div>"
    )


def _table(heads: list[str], rows: list[list[str]], sides: list[str], *, wrap: int | None = None) -> str:
    """Return a table of cells that are HTML already; the column ``wrap`` may take several lines."""

    def cell(at: int, content: str) -> str:
        style = _CELL.format(sides[at]).replace("nowrap", "normal") if at == wrap else _CELL.format(sides[at])
        return f"<td style='{style}'>{content}</td>"

    head = "".join(
        f"<th style='{_CELL.format(side)};{_QUIET};font-weight:400'>{text}</th>"
        for side, text in zip(sides, heads, strict=True)
    )
    body = "".join(
        f"<tr style='background:none'>{''.join(cell(at, c) for at, c in enumerate(row))}</tr>" for row in rows
    )
    return (
        "<div style='overflow-x:auto'><table style='border-collapse:collapse;border:0;margin:4px 0'>"
        f"<thead><tr style='background:none'>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _png(pixels: NDArray[np.uint8]) -> str:
    """Return a picture as a data URL."""
    from PIL import Image as Pillow  # noqa: PLC0415 - only this table shows pictures

    buffer = io.BytesIO()
    Pillow.fromarray(pixels).save(buffer, "PNG", compress_level=6)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _percent(probability: float) -> str:
    return f"{probability:.1%}" if probability >= 0.01 else f"{probability:.2%}"
