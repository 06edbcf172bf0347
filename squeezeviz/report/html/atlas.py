"""An atlas and its channels as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.html.elements import Markup, display, el, number, picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.dataset.atlas.channel import AtlasChannel, TopExample
    from squeezeviz.dataset.atlas.reading import Atlas

__all__ = ["atlas_html", "channel_html"]

_QUIET = "color:var(--jp-ui-font-color2,#667);font-size:90%"
_WIDTH, _HEIGHT, _CROP_PX = 260, 44, 96


def channel_html(known: AtlasChannel) -> Markup:
    """Return a channel: its strongest cells as crops in a row, its histogram, its classes, its likenesses."""
    head = [el("b", known.layer), f" channel {known.channel} "]
    share = number(known.zeros, ".1%")
    active, photos = number(known.active_photos, ","), number(known.photos, ",")
    activates = f"activates on {active} of {photos} photos; zero at {share} of cells"
    crops = [_crop(known, each) for each in known.strongest]
    return display(
        el("div", head, el("span", activates, style=_QUIET)),
        el(
            "div",
            crops or "It activates on none of these photos.",
            style="display:flex;gap:6px;flex-wrap:wrap;margin:6px 0",
        ),
        _histogram(known.edges, known.peaks),
        [el("div", line, style=_QUIET) for line in (_classes(known), _similar(known)) if line],
        class_="squeezeviz-atlas",
    )


def _crop(known: AtlasChannel, example: TopExample) -> Markup:
    y, x = example.cell
    value = number(example.value, ".4g")
    title = f"{example.photo}: {value} at cell {y}, {x}"
    left, top, right, bottom = known.atlas.crop_box(example.crop)
    across, down = right - left, bottom - top
    scale = _CROP_PX / max(across, down)
    image = picture(
        known.atlas.crop_file(example.crop), "jpeg", alt=title, title=title, width=max(1, round(across * scale)),
        height=max(1, round(down * scale)), style="display:block;margin:0;max-width:none",
    )  # fmt: skip
    x0, y0, x1, y1 = example.field
    is_part = x1 - x0 < 0.9 * across or y1 - y0 < 0.9 * down
    place = (
        f"position:absolute;left:{(x0 - left) / across:.1%};top:{(y0 - top) / down:.1%};"
        f"width:{(x1 - x0) / across:.1%};height:{(y1 - y0) / down:.1%};outline:1px solid #fffd"
    )
    framed = el("div", image, el("i", style=place) if is_part else None, style="position:relative")
    return el(
        "figure",
        el("div", framed, style=f"display:grid;place-items:center;height:{_CROP_PX}px"),
        el("figcaption", value),
        style=f"margin:0;width:{_CROP_PX}px;{_QUIET}",
    )


def _classes(known: AtlasChannel) -> str:
    if known.selectivity is None or not known.classes:
        return ""
    names = ", ".join(label.label for label, mean in known.classes[:3] if mean > 0)
    return f"activates mostly on {names}; selectivity {number(known.selectivity, '.2f')}" if names else ""


def _similar(known: AtlasChannel) -> str:
    if not known.similar:
        return ""
    listed = (f"{channel} ({number(value, '.2f')})" for channel, value in known.similar[:5])
    return "most like channels " + ", ".join(listed)


def _histogram(edges: NDArray[np.float64], counts: NDArray[np.int64]) -> Markup | None:
    """Photos by their maximum, as bars; on a logarithmic axis, those without an answer apart."""
    found = [at for at, count in enumerate(counts) if at and count]
    if not found:
        return None
    first, last = found[0], found[-1]
    wide, most = (_WIDTH - 16) / (last - first + 1), max(int(count) for count in counts)
    bars = [(0.0, 10.0, int(counts[0]), "none at all")]
    bars += [
        (16 + (at - first) * wide, wide - 1, int(counts[at]), f"{edges[at - 1]:.3g} to {edges[at]:.3g}")
        for at in range(first, last + 1)
    ]
    drawn = [
        el(
            "rect", el("title", f"{said}: {count:,} photos"), x=f"{x:.1f}", y=f"{_HEIGHT - tall:.1f}",
            width=f"{width:.1f}", height=f"{tall:.1f}",
        )
        for x, width, count, said in bars
        if (tall := (_HEIGHT - 2) * count / most) > 0
    ]  # fmt: skip
    ends = f"{edges[first - 1]:.3g} … {edges[last]:.3g}"
    chart = el(
        "svg", drawn, width=_WIDTH, height=_HEIGHT, role="img", aria_label=f"Photos by their maximum, {ends}",
        fill="currentColor", opacity=0.7,
    )  # fmt: skip
    says = f"photos by their maximum, {ends}, evenly on a logarithmic axis; without an answer at the left"
    return el("div", chart, el("div", says, style=_QUIET))


def atlas_html(atlas: Atlas) -> Markup:
    """Return what an atlas is of, and how many of each layer's channels are dead or always on."""
    rows = [
        el("tr", el("td", layer, style="text-align:left"), [el("td", number(count, ",")) for count in counts])
        for layer, counts in atlas.layer_counts().items()
    ]
    where = ", ".join(str(place) for place in atlas.about["data_set"])
    photos = number(atlas.photos, ",")
    said = f"{photos} photos of {where}, as {atlas.model_id} sees them, {atlas.about['made']}"
    heads = [el("th", name) for name in ("channels", "dead", "always on")]
    head = el("tr", el("th", "layer", style="text-align:left"), heads)
    return display(
        el("b", "Atlas"),
        " ",
        el("span", said, style=_QUIET),
        el("table", el("thead", head), el("tbody", rows)),
        class_="squeezeviz-atlas",
    )
