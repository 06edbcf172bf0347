"""The explorer beside a page's words: the standalone page on the bundled model, in a frame."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import squeezeviz as sv

if TYPE_CHECKING:
    from pathlib import Path

    from mkdocs.structure.pages import Page

_BUNDLED = "squeezenet1.1-shapes"
#: Where it lies in the site.
PATH = "live/explorer.html"
#: The drawings on the page; the first is on the stage.
DRAWINGS = ("shape-star", "shape-heart", "shape-honeycomb", "shape-spiral")
_LIVE = re.compile(r"^!live(?:\((?P<state>[^)\n]*)\))?(?: (?P<caption>.+))?$", re.MULTILINE)


def with_views(markdown: str, page: Page) -> str:
    """Replace each line ``!live(STATE) CAPTION`` by a frame with the explorer at that state.

    Args:
        markdown: Of the page.
        page: Where it stands: paths are relative to it.
    """
    up = "../" * page.file.dest_uri.count("/")

    if _LIVE.search(markdown) and not page.is_homepage:
        page.meta["hide"] = ["toc"]  # it takes the width

    def frame(found: re.Match[str]) -> str:
        state, caption = found["state"] or "", found["caption"] or "The explorer, on the bundled model."
        plain = html.escape(re.sub(r"[*`]|\]\([^)]*\)|\[", "", caption))
        address = html.escape(f"{up}{PATH}{'#' + state if state else ''}")
        kind = "sqv-live sqv-live-front" if page.is_homepage else "sqv-live"
        lazy = "" if page.is_homepage else ' loading="lazy"'
        return (
            f'<figure class="{kind}" markdown="0">'
            f'<iframe src="{address}" title="{plain}"{lazy}></iframe>'
            f"<figcaption><span>{_inline(caption)}</span> "
            f'<a href="{address}" target="_blank" rel="noopener">Open it on a page of its own</a></figcaption></figure>'
        )

    return _LIVE.sub(frame, markdown)


def _inline(text: str) -> str:
    """A line of Markdown as HTML; what it links to is named as pages of the site are built."""
    from markdown import markdown as markdown_of  # noqa: PLC0415 - pictures are taken without the extra docs

    built = markdown_of(re.sub(r"\]\(([\w./-]+)\.md", r"](\1.html", text))
    return built.removeprefix("<p>").removesuffix("</p>")


def write(site: Path) -> None:
    """Write the page, on drawings that the bundled model knows.

    Args:
        site: Folder of the site.
    """
    path = site / PATH
    path.parent.mkdir(parents=True, exist_ok=True)
    sv.export_page(list(DRAWINGS), path, model=_BUNDLED, layer="fire5/concat")
