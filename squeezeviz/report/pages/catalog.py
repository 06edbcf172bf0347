"""A catalogue as static pages: one for each channel, one for each layer, and one that lists the layers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from squeezeviz.network.connections import inputs_by_weight, origin, outputs_by_weight
from squeezeviz.report.pages.page import STYLE, link, page, picture, style_sheet, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from squeezeviz.dataset.atlas import Atlas
    from squeezeviz.dataset.catalog import Catalog, CatalogChannel
    from squeezeviz.network.connections import Connection
    from squeezeviz.runtime.model import Model

__all__ = ["catalog_pages", "channel_address", "folders_of"]

_RESERVED = frozenset({"con", "nul", "aux", "prn"})  # no folder of Windows may be called so
_IN_STRIP = 8  # pictures beside a layer's name
_CAUTION = "A picture that excites is no explanation: it shows what a number grows with, not what it stands for."


@dataclass(frozen=True)
class _Site:
    """What all pages know.

    Attributes:
        catalog: What they show.
        model: The network that it is of.
        atlas: What excites its channels among photos; None where there is none.
        folders: Layer → the folder of its pages.
        explorer: Path of the explorer's page within the folder; empty where there is none.
    """

    catalog: Catalog
    model: Model
    atlas: Atlas | None
    folders: dict[str, str]
    explorer: str


def folders_of(layers: Sequence[str]) -> dict[str, str]:
    """Return layer → the folder of its pages: letters, digits and ``-``, the same whenever it is of the same layers."""
    folders: dict[str, str] = {}
    for layer in layers:
        plain = re.sub(r"[^a-z0-9]+", "-", layer.lower()).strip("-")[:60].strip("-") or "layer"
        taken, name, number = {*folders.values(), *_RESERVED}, plain, 1
        while name in taken:
            number += 1
            name = f"{plain}-{number}"
        folders[layer] = name
    return folders


def channel_address(folders: dict[str, str], layer: str, channel: int) -> str:
    """Return where a channel's page lies within the folder, such as ``"fire5-concat/12.html"``."""
    return f"{folders[layer]}/{channel}.html"


def catalog_pages(
    catalog: Catalog, model: Model, atlas: Atlas | None = None, explorer: str = ""
) -> Iterator[tuple[str, bytes]]:
    """Yield every file of a catalogue's pages: its path within the folder, and its content; what others name first.

    Args:
        catalog: What is shown.
        model: The network that it is of: it says which channels are connected.
        atlas: What excites its channels among photos, if there is one; of the same network.
        explorer: Path of the explorer's page within the folder, which each channel's page opens at its channel.

    Raises:
        DatasetError: The catalogue or the atlas is damaged.
    """
    site = _Site(catalog, model, atlas, folders_of(catalog.layers), explorer)
    yield STYLE, style_sheet()
    for layer in catalog.layers:
        known = [catalog.channel(layer, channel) for channel in range(catalog.channels(layer))]
        for each in known:
            yield from _files(site, each)
        for each in known:
            yield channel_address(site.folders, layer, each.channel), _channel_page(site, each)
        yield f"{site.folders[layer]}/index.html", _layer_page(site, layer, known)
    yield "index.html", _first_page(site)


def _files(site: _Site, known: CatalogChannel) -> Iterator[tuple[str, bytes]]:
    folder = site.folders[known.layer]
    for at, each in enumerate(known.pictures):
        yield f"{folder}/{known.channel}-{at}.jpg", each.file
    if site.atlas is not None and known.layer in site.atlas.layers:
        for at, example in enumerate(site.atlas.channel(known.layer, known.channel).strongest):
            yield f"{folder}/{known.channel}-crop-{at}.jpg", site.atlas.crop_file(example.crop)


# A channel ------------------------------------------------------------------------------------------------------------


def _channel_page(site: _Site, known: CatalogChannel) -> bytes:
    name = _title(site, known.layer, known.channel)
    body = Markup("\n").join(
        part
        for part in (
            Markup("<h1>{}</h1>").format(text(name)),
            _where(site, known),
            _explorer(site, known),
            _pictures(known),
            _crops(site, known),
            _alike(site, known),
            _connected(site, known),
        )
        if part
    )
    return page(
        f"{name}: {site.catalog.model_id}", style=f"../{STYLE}", head=_head(site, known.layer, known.channel),
        body=body, foot=_foot(site),
    )  # fmt: skip


def _title(site: _Site, layer: str, channel: int) -> str:
    label = _label(site, layer, channel)
    return f"{layer}, channel {channel}{f' ({label})' if label else ''}"


def _label(site: _Site, layer: str, channel: int) -> str:
    """Return the class that a channel is of, where it is of one."""
    architecture, labels = site.model.architecture, site.model.labels
    logits = architecture[architecture.logits_name]
    is_class = layer in (logits.name, *logits.inputs) and architecture[layer].channels == len(labels)
    return labels[channel].label if is_class and logits.channels == len(labels) else ""


def _where(site: _Site, known: CatalogChannel) -> Markup | None:
    layer, channel = origin(site.model.architecture, known.layer, known.channel)
    if layer == known.layer:
        return None
    return Markup('<p class="quiet">It comes from channel {} of {}.</p>').format(channel, text(layer))


def _explorer(site: _Site, known: CatalogChannel) -> Markup | None:
    """The channel's own link: it opens the explorer there."""
    if not site.explorer:
        return None
    return Markup("<p>{}</p>").format(link(f"../{site.explorer}{known.link}", "Open this channel in the explorer"))


def _pictures(known: CatalogChannel) -> Markup:
    if not known.pictures:
        return Markup("<p>No picture was grown for it: {}</p>").format(text(known.trouble))
    parts = []
    for heading, number, shown in (
        ("What would excite it most", "mean over its cells", known.positive),
        ("What silences it", "mean over its cells, before ReLU where there is one", known.negative),
    ):
        if not shown:
            continue
        figures = Markup("").join(
            Markup("<figure>{}<figcaption>{}: {:.4g}{}</figcaption></figure>").format(
                picture(
                    f"{known.channel}-{known.pictures.index(each)}.jpg",
                    f"Picture {at + 1} grown for channel {known.channel} of {known.layer}", each.size_px, is_late=False,
                ),
                number, each.value, "" if each in known.negative or each.value > 0 else ", so it does not excite it",
            )
            for at, each in enumerate(shown)
        )  # fmt: skip
        parts.append(Markup('<h2>{}</h2>\n<div class="shown">{}</div>').format(heading, figures))
    return Markup("\n").join(parts)


def _crops(site: _Site, known: CatalogChannel) -> Markup | None:
    if site.atlas is None or known.layer not in site.atlas.layers:
        return None
    found = site.atlas.channel(known.layer, known.channel)
    said = f"It activates on {found.active_photos:,} of {found.photos:,} photos; in these most, at one cell."
    tiles = []
    for at, example in enumerate(found.strongest):
        left, top, right, bottom = site.atlas.crop_box(example.crop)
        shown = picture(f"{known.channel}-crop-{at}.jpg", "", (bottom - top, right - left))
        tiles.append(
            Markup('<li>{}<span class="name">{:.4g}</span><span class="quiet">{}</span></li>').format(
                shown, example.value, text(example.photo)
            )
        )
    listed = Markup('<ul class="tiles">{}</ul>').format(Markup("").join(tiles)) if tiles else Markup()
    return Markup('<h2>What excites it among photos</h2>\n<p class="quiet">{}</p>\n{}').format(said, listed)


def _alike(site: _Site, known: CatalogChannel) -> Markup | None:
    if not known.similar:
        return None
    tiles = [_tile(site, known.layer, other, f"{value:.2f}") for other, value in known.similar]
    said = (
        "Channels of this layer whose means rise and fall with this one’s over all the pictures that were grown to "
        "excite a channel of it: Pearson’s correlation."
    )
    return _section("Most alike", said, tiles)


def _connected(site: _Site, known: CatalogChannel) -> Markup | None:
    """What it is computed from, and what is computed from it; nothing where weights do not connect them directly."""
    architecture = site.model.architecture
    said = (
        "By weight: the size of the kernel between the two (the root of its weights’ squares, added up). + excites on "
        "the whole, − inhibits."
    )
    parts = [
        _section(heading, said, [_tile(site, *_named(each), names_layer=True) for each in found])
        for heading, found in (
            ("Strongest inputs", inputs_by_weight(architecture, known.layer, known.channel)),
            ("Goes on to", outputs_by_weight(architecture, known.layer, known.channel)),
        )
        if found
    ]
    return Markup("\n").join(parts) if parts else None


def _named(connection: Connection) -> tuple[str, int, str]:
    sign = "−" if connection.total < 0 else "+"
    return connection.layer, connection.channel, f"{sign}{connection.size:.3g}"


def _section(heading: str, said: str, tiles: Sequence[Markup]) -> Markup:
    listed = Markup("").join(Markup("<li>{}</li>").format(each) for each in tiles)
    return Markup('<h2>{}</h2>\n<p class="quiet">{}</p>\n<ul class="tiles">{}</ul>').format(heading, said, listed)


def _tile(site: _Site, layer: str, channel: int, number: str, *, names_layer: bool = False) -> Markup:
    """Return another channel, with its picture and a link where it has a page, and a number."""
    name = f"{layer} {channel}" if names_layer else str(channel)
    label = _label(site, layer, channel)
    words = Markup('<span class="name">{}</span><span class="quiet">{}</span>').format(
        text(f"{name} {label}" if label else name), number
    )
    if layer not in site.folders:
        return Markup('<span class="none">no picture</span>{}').format(words)
    return link(f"../{channel_address(site.folders, layer, channel)}", _thumbnail(site, layer, channel) + words)


def _thumbnail(site: _Site, layer: str, channel: int, up: str = "../") -> Markup:
    known = site.catalog.channel(layer, channel)
    if not known.pictures:
        return Markup('<span class="none">no picture</span>')
    return picture(f"{up}{site.folders[layer]}/{channel}-0.jpg", "", known.pictures[0].size_px)


# Around it ------------------------------------------------------------------------------------------------------------


def _head(site: _Site, layer: str, channel: int | None = None) -> Markup:
    """Return the way here, and the channels before and after."""
    way = [link("../index.html", site.catalog.model_id)]
    way.append(Markup("{}").format(text(layer)) if channel is None else link("index.html", layer))
    if channel is not None:
        way.append(Markup('<span aria-current="page">channel {}</span>').format(channel))
    items = Markup("").join(Markup("<li>{}</li>").format(each) for each in way)
    beside = Markup("")
    if channel is not None:
        last = site.catalog.channels(layer) - 1
        steps = [link(f"{channel - 1}.html", "previous", rel="prev")] if channel else []
        steps += [link(f"{channel + 1}.html", "next", rel="next")] if channel < last else []
        beside = Markup('<span class="steps">{}</span>').format(Markup("").join(steps))
    return Markup('<nav aria-label="Where this is"><ol>{}</ol>{}</nav>').format(items, beside)


def _foot(site: _Site) -> Markup:
    about = site.catalog.about
    grown = (
        f"Grown in {about['steps']:,} steps from seed {about['seed']}, for {site.catalog.model_id}, "
        f"on {about['made'][:10]}."
    )
    return Markup("<p>{} {}</p>").format(text(grown), _CAUTION)


def _layer_page(site: _Site, layer: str, known: Sequence[CatalogChannel]) -> bytes:
    found = site.model.architecture[layer]
    facts = f"{found.kind}, {found.channels:,} channels of {' × '.join(map(str, found.shape[1:])) or '1'} cells"
    tiles = []
    for each in known:
        label = _label(site, layer, each.channel)
        words = Markup('<span class="name">{}</span>').format(text(f"{each.channel} {label}".rstrip()))
        tiles.append(link(f"{each.channel}.html", _thumbnail(site, layer, each.channel) + words))
    listed = Markup("\n").join(Markup("<li>{}</li>").format(each) for each in tiles)
    body = Markup('<h1>{}</h1>\n<p class="quiet">{}</p>\n<ul class="tiles">\n{}\n</ul>').format(
        text(layer), text(facts), listed
    )
    title = f"{layer}: {site.catalog.model_id}"
    return page(title, style=f"../{STYLE}", head=_head(site, layer), body=body, foot=_foot(site))


def _first_page(site: _Site) -> bytes:
    catalog = site.catalog
    rows = []
    for layer in catalog.layers:
        count, folder = catalog.channels(layer), site.folders[layer]
        shown = [_thumbnail(site, layer, channel, "") for channel in range(min(_IN_STRIP, count))]
        rows.append(
            Markup('<tr><th scope="row">{}</th><td>{:,}</td><td><div class="strip">{}</div></td></tr>').format(
                link(f"{folder}/index.html", layer), count, Markup("").join(shown)
            )
        )
    head = Markup('<tr><th scope="col">layer</th><th scope="col">channels</th><td></td></tr>')
    body = Markup(
        '<h1>Pictures that excite the channels of {}</h1>\n<p class="quiet">{}</p>\n<table class="layers">'
        "<thead>{}</thead><tbody>\n{}\n</tbody></table>"
    ).format(
        text(catalog.model_id), f"{catalog.pictures:,} pictures, each grown to excite or to silence one channel.", head,
        Markup("\n").join(rows),
    )  # fmt: skip
    return page(f"Catalogue of {catalog.model_id}", style=STYLE, head=Markup(), body=body, foot=_foot(site))
