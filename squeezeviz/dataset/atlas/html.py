"""An atlas and its channels as HTML, for notebooks."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.dataset.atlas.channel import AtlasChannel, Sighting
    from squeezeviz.dataset.atlas.reading import Atlas

__all__ = ["atlas_html", "channel_html"]

_QUIET = "color:var(--jp-ui-font-color2,#667);font-size:90%"
_WIDTH, _HEIGHT, _CROP_PX = 260, 44, 96


def channel_html(known: AtlasChannel) -> str:
    """Return a channel: its strongest cells as crops in a row, its histogram, its classes, its likenesses."""
    head = f"<b>{escape(known.layer)}</b> channel {known.channel}"
    fires = f"fires in {known.fires:,} of {known.photos:,} photos; zero at {known.zeros:.1%} of cells"
    crops = "".join(_crop(known, each) for each in known.strongest)
    lines = [_classes(known), _similar(known)]
    said = "".join(f"<div style='{_QUIET}'>{line}</div>" for line in lines if line)
    row = crops or "It answers to none of these photos."
    return (
        f"<div class='squeezeviz-atlas'><div>{head} <span style='{_QUIET}'>{fires}</span></div>"
        f"<div style='display:flex;gap:6px;flex-wrap:wrap;margin:6px 0'>{row}</div>"
        f"{_histogram(known.edges, known.peaks)}{said}</div>"
    )


def _crop(known: AtlasChannel, sighting: Sighting) -> str:
    content = base64.b64encode(known.atlas.crop_file(sighting.crop)).decode()
    y, x = sighting.cell
    title = escape(f"{sighting.photo}: {sighting.value:.4g} at cell {y}, {x}", quote=True)
    left, top, right, bottom = known.atlas.crop_box(sighting.crop)
    across, down = right - left, bottom - top
    scale = _CROP_PX / max(across, down)
    width, height = max(1, round(across * scale)), max(1, round(down * scale))
    image = (
        f"<img alt='{title}' title='{title}' src='data:image/jpeg;base64,{content}' width='{width}' height='{height}' "
        "style='display:block;margin:0;max-width:none'>"
    )
    x0, y0, x1, y1 = sighting.field
    is_part = x1 - x0 < 0.9 * across or y1 - y0 < 0.9 * down
    mark = (
        f"<i style='position:absolute;left:{(x0 - left) / across:.1%};top:{(y0 - top) / down:.1%};"
        f"width:{(x1 - x0) / across:.1%};height:{(y1 - y0) / down:.1%};outline:1px solid #fffd'></i>"
    )
    return (
        f"<figure style='margin:0;width:{_CROP_PX}px;{_QUIET}'>"
        f"<div style='display:grid;place-items:center;height:{_CROP_PX}px'>"
        f"<div style='position:relative'>{image}{mark if is_part else ''}</div></div>"
        f"<figcaption>{sighting.value:.4g}</figcaption></figure>"
    )


def _classes(known: AtlasChannel) -> str:
    if known.selectivity is None or not known.classes:
        return ""
    names = ", ".join(escape(label.label) for label, mean in known.classes[:3] if mean > 0)
    return f"fires mostly for {names}; selectivity {known.selectivity:.2f}" if names else ""


def _similar(known: AtlasChannel) -> str:
    if not known.similar:
        return ""
    return "most like channels " + ", ".join(f"{channel} ({value:.2f})" for channel, value in known.similar[:5])


def _histogram(edges: NDArray[np.float64], counts: NDArray[np.int64]) -> str:
    """Photos by their maximum, as bars; on a logarithmic axis, those without an answer apart."""
    found = [at for at, count in enumerate(counts) if at and count]
    if not found:
        return ""
    first, last = found[0], found[-1]
    wide, most = (_WIDTH - 16) / (last - first + 1), max(int(count) for count in counts)
    bars = [(0.0, 10.0, int(counts[0]), "none at all")]
    bars += [
        (16 + (at - first) * wide, wide - 1, int(counts[at]), f"{edges[at - 1]:.3g} to {edges[at]:.3g}")
        for at in range(first, last + 1)
    ]
    drawn = "".join(
        f"<rect x='{x:.1f}' y='{_HEIGHT - tall:.1f}' width='{width:.1f}' height='{tall:.1f}'><title>{said}: "
        f"{count:,} photos</title></rect>"
        for x, width, count, said in bars
        if (tall := (_HEIGHT - 2) * count / most) > 0
    )
    ends = f"{edges[first - 1]:.3g} … {edges[last]:.3g}"
    return (
        f"<div><svg width='{_WIDTH}' height='{_HEIGHT}' role='img' aria-label='Photos by their maximum, {ends}' "
        f"fill='currentColor' opacity='0.7'>{drawn}</svg><div style='{_QUIET}'>photos by their maximum, {ends}, "
        f"evenly on a logarithmic axis; without an answer at the left</div></div>"
    )


def atlas_html(atlas: Atlas) -> str:
    """Return what an atlas is of, and how many of each layer's channels are dead or always on."""
    dead, always = (_by_layer(found) for found in (atlas.dead(), atlas.always_on()))
    rows = "".join(
        f"<tr><td style='text-align:left'>{escape(layer)}</td><td>{atlas.channels(layer):,}</td>"
        f"<td>{dead.get(layer, 0):,}</td><td>{always.get(layer, 0):,}</td></tr>"
        for layer in atlas.layers
    )
    where = ", ".join(escape(str(place)) for place in atlas.about["data_set"])
    said = (
        f"{atlas.photos:,} photos of {where}, as {escape(atlas.model_id)} sees them, {escape(str(atlas.about['made']))}"
    )
    return (
        f"<div class='squeezeviz-atlas'><b>Atlas</b> <span style='{_QUIET}'>{said}</span><table><thead><tr>"
        f"<th style='text-align:left'>layer</th><th>channels</th><th>dead</th><th>always on</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _by_layer(found: tuple[tuple[str, int], ...]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for layer, _ in found:
        counts[layer] = counts.get(layer, 0) + 1
    return counts
