"""What the pages of a built site name: links, anchors, and whatever a browser would fetch."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from pathlib import Path


class Named(HTMLParser):
    """What one page names.

    Attributes:
        ids: Its anchors.
        links: Where its links lead.
        fetched: What a browser fetches for it by itself.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids, self.links, self.fetched = {"", "__skip"}, [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and given.get("href") is not None:
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") not in ("prev", "next", "canonical"):
            self.fetched.append(given.get("href"))
        elif tag in ("script", "img", "iframe", "source", "video") and (given.get("src") or given.get("srcset")):
            self.fetched.append(given.get("src") or given["srcset"])


def broken(site: Path) -> list[str]:
    """Name each link within a site that leads nowhere, and whatever a page would fetch from elsewhere."""
    pages = {path: Named(path) for path in site.rglob("*.html") if path.parent.name != "live"}
    found = []
    for path, named in pages.items():
        at = path.relative_to(site).as_posix()
        for address in [*named.links, *named.fetched]:
            parts = urlsplit(address)
            if parts.scheme == "data":
                continue
            if parts.scheme or parts.netloc:
                found += [f"{at}: fetches {address}"] if address in named.fetched else []
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file() or site not in target.parents:
                found.append(f"{at}: {address} leads nowhere")
            elif target in pages and unquote(parts.fragment) not in pages[target].ids:
                found.append(f"{at}: {address} has no such place")
    return found
