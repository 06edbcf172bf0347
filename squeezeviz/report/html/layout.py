"""What displays are built of: tables, pictures, and words that stand out or back."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as Pillow

from squeezeviz.report.html import elements
from squeezeviz.report.html.elements import Markup, el, picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

__all__ = [
    "BARE",
    "INK",
    "QUIET",
    "RULE",
    "bold",
    "cell_style",
    "display",
    "diverging",
    "left_out",
    "png",
    "quiet",
    "table",
]

#: The notebook's ink.
INK = "color:var(--jp-ui-font-color1,inherit)"
#: The style of words that stand back.
QUIET = "color:var(--jp-ui-font-color2,inherit);opacity:.85"
#: The colour of lines.
RULE = "var(--jp-border-color2,#e4e7eb)"
#: The style of a table without lines; its margin is put in.
BARE = "border-collapse:collapse;border:0;margin:{}"


def display(*children: object) -> Markup:
    """Return what a notebook shows of a result: small, in the notebook's ink."""
    return elements.display(*children, style=f"font-size:12px;{INK};font-variant-numeric:tabular-nums")


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
        rows: Of cells, each as for `squeezeviz.report.html.elements.together`.
        sides: Where each column's cells stand: ``"left"`` or ``"right"``.
        wrap: The column whose cells may take several lines.
    """
    styles = [cell_style(side).replace("nowrap", "normal" if at == wrap else "nowrap") for at, side in enumerate(sides)]
    head = [
        el("th", name, style=f"{cell_style(side)};{QUIET};font-weight:400")
        for side, name in zip(sides, heads, strict=True)
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
        style=BARE.format("4px 0"),
    )
    return el("div", listed, style="overflow-x:auto")


def left_out(messages: Sequence[str], most: int = 10) -> list[Markup]:
    """Return a line for each of the first messages that say what was left out, and one that counts the others."""
    lines = [el("div", f"left out: {message}", style=QUIET) for message in messages[:most]]
    more = len(messages) - most
    return [*lines, el("div", f"… and {more:,} more", style=QUIET)] if more > 0 else lines


def png(pixels: NDArray[np.uint8], *, style: str = "", **attributes: object) -> Markup:
    """Return pixels, uint8 (H, W, 3), as a picture; style and attributes as for `elements.el`."""
    buffer = io.BytesIO()
    Pillow.fromarray(pixels).save(buffer, "PNG", compress_level=6)
    return picture(buffer.getvalue(), "png", style=style, **attributes)


def diverging(change: NDArray[np.float32], limit: float, shown_px: int) -> NDArray[np.uint8]:
    """Return red above zero and blue below, white at zero, grey where unknown: uint8 (H, W, 3).

    Args:
        change: (h, w).
        limit: What full colour stands for.
        shown_px: How large it is shown: small maps are enlarged to about that.
    """
    share = np.clip(np.nan_to_num(change) / (limit or 1.0), -1, 1)[..., None]
    ends = np.where(share > 0, np.array([178, 24, 43]), np.array([33, 102, 172]))
    colours = 255 + (ends - 255) * np.abs(share)
    colours[~np.isfinite(change)] = 190
    times = max(1, shown_px // max(change.shape))
    enlarged: NDArray[np.uint8] = np.rint(colours).astype(np.uint8).repeat(times, axis=0).repeat(times, axis=1)
    return enlarged


def cell_style(side: str) -> str:
    """Return the style of a cell whose content stands ``"left"`` or ``"right"``."""
    return f"padding:2px 12px 2px 0;text-align:{side};border:0;white-space:nowrap"
