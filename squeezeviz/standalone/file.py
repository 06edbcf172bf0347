"""The explorer as one HTML file that asks nobody for anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from squeezeviz.standalone.page import page_parts, program
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from squeezeviz.explorer.exporting import Exported
    from squeezeviz.standalone.page import Page

__all__ = ["MEDIA_TYPE", "file_of", "page_of"]

MEDIA_TYPE = "text/html"
# Nothing may be fetched, from any host: the page is all there is. Pictures are made on the page itself, and so is the
# worker that computes; WebAssembly is compiled from the page's own text.
_POLICY = Markup(
    "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; worker-src blob:; style-src 'unsafe-inline'; "
    "img-src data: blob:; base-uri 'none'; form-action 'none'"
)


def page_of(exported: Exported) -> tuple[str, str, bytes]:
    """Return an exploration as one HTML file; without photos, an empty page.

    Returns:
        A name for the file, its media type, and its content.

    Raises:
        ModelError: The model has a layer of a kind that a page cannot compute.
        PreprocessingError: The preprocessing in use does not suit a photo.
    """
    page = page_parts(exported)
    return f"{page.stem}.html", MEDIA_TYPE, file_of(page)


def file_of(page: Page) -> bytes:
    """Return a page as one HTML file's content."""
    # The blocks stand behind the words and before the program: the page is there before its megabytes are read. The
    # engine stands before them: it starts meanwhile, and is given each of them as soon as it has been read.
    text = _PAGE.format(
        policy=_POLICY,
        title=visible(page.title),
        style=Markup("\n").join(program(name) for name in ("squeezeviz.css", "page.css")),
        entry=page.entry,
        blocks=page.blocks.html(),
        engine=program("engine.js"),
        early=program("early.js"),
        script=program("page.js"),
    )
    return text.encode("utf-8")


# What is put in is escaped, unless it is a `Markup` itself.
_PAGE = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="squeezeviz">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<main id="sqv-page" data-entry="{entry}"><p class="sqv-opening">Opening {title} …</p></main>
<noscript><p class="sqv-opening">This page computes what it shows: it takes a browser with JavaScript.</p></noscript>
<script type="text/plain" id="sqv-engine">
{engine}
</script>
<script>
{early}
</script>
{blocks}<script>
globalThis[Symbol.for("squeezeviz.early")]?.end();
</script>
<script type="module">
{script}
</script>
</body>
</html>
""")
