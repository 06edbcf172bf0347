"""A catalogue and its channels as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.report.html.elements import Markup, el, number, picture
from squeezeviz.report.html.layout import QUIET, bold, display, quiet, table

if TYPE_CHECKING:
    from squeezeviz.dataset.catalog.channel import CatalogChannel, CatalogPicture
    from squeezeviz.dataset.catalog.reading import Catalog

__all__ = ["catalog_channel_html", "catalog_html"]

_SHOWN_PX = 200


def catalog_channel_html(known: CatalogChannel) -> Markup:
    """Return a channel's pictures, each with what was climbed on it, and the channels most like it."""
    head = [bold(known.layer), f" channel {known.channel} ", quiet("what would excite it most")]
    tiles = [_tile(known, at, each) for at, each in enumerate(known.pictures)]
    alike = ", ".join(f"{channel} ({number(value, '.2f')})" for channel, value in known.similar[:5])
    return display(
        el("div", head),
        el("div", tiles or known.trouble),
        el("div", f"most like channels {alike}", style=QUIET) if alike else None,
    )


def _tile(known: CatalogChannel, at: int, each: CatalogPicture) -> Markup:
    height, width = each.size_px
    scale = _SHOWN_PX / max(height, width)
    words = f"{'silences it: ' if each.is_negative else ''}{number(each.value, '.4g')}"
    shown = picture(
        each.file, "jpeg", alt=f"Picture {at + 1} of channel {known.channel} of {known.layer}",
        width=max(1, round(width * scale)), height=max(1, round(height * scale)), style="display:block;max-width:none",
    )  # fmt: skip
    caption = el("figcaption", words, style=QUIET)
    return el("figure", shown, caption, style="margin:4px 8px 4px 0;display:inline-block")


def catalog_html(catalog: Catalog) -> Markup:
    """Return what a catalogue is of, and how many channels each layer has."""
    about = catalog.about
    grown = f"{about['steps']:,} steps, seed {about['seed']}, {about['made']}"
    said = f"{catalog.pictures:,} pictures for {catalog.model_id}, {grown}"
    rows = [(layer, number(catalog.channels(layer), ",")) for layer in catalog.layers]
    return display(bold("Catalogue"), " ", quiet(said), table(["layer", "channels"], rows, ["left", "right"]))
