"""The explorer as files for a static host: a small page, the program, and weights and photos apart."""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup

from squeezeviz.standalone.page import program
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from squeezeviz.standalone.page import Page

__all__ = ["INDEX", "SERVICE_WORKER", "first_visit", "site_of"]

INDEX, SERVICE_WORKER = "index.html", "service-worker.js"
_DIGITS = 16  # of a digest, in a name
# All comes from the folder itself, but for the one script within the page whose digest is named; WebAssembly is
# compiled, workers and pictures are made on the page.
_POLICY = Markup(
    "default-src 'none'; script-src 'self' '{early}' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; worker-src 'self' blob:; base-uri 'none'; form-action 'none'"
)


def site_of(page: Page) -> dict[str, bytes]:
    """Return a page as files of a folder, by their paths in it; what names others comes after them.

    All but the page itself, its service worker and the headers have a digest in their names: under one name there is
    ever one content, which browsers may keep for good. What is text lies there compressed, too, for hosts that send it
    so; numbers and pictures are compressed in themselves.
    """
    files: dict[str, bytes] = {}
    style = _named(files, "page.css", "\n".join(program(name) for name in ("squeezeviz.css", "page.css")).encode())
    script = _named(files, "page.js", program("page.js").encode())
    early = program("early-site.js")
    policy = _POLICY.format(early=f"sha256-{b64encode(hashlib.sha256(early.encode()).digest()).decode()}")
    engine = _described(files, "engine.js", program("engine.js").encode())
    *others, last = page.blocks.parts.items()  # the last says what the others are: it is asked for first
    parts = [
        {
            **_described(files, f"{part}.bin", b"".join(blocks.values())),
            "blocks": [[index, len(own)] for index, own in blocks.items()],
        }
        for part, blocks in (last, *others)
    ]
    index = _PAGE.format(
        policy=policy,
        title=visible(page.title),
        icon=_ICON,
        style=style,
        files=Markup(json.dumps({"entry": page.entry, "engine": engine, "parts": parts}, separators=(",", ":"))),  # noqa: S704 - paths, digests, numbers
        early=Markup(early),  # noqa: S704 - our own program
        script=script,
    ).encode()
    kept = {path: _digest(content) for path, content in files.items()} | {"./": _digest(index)}
    site = {"version": _digest(json.dumps(kept).encode())[:_DIGITS], "files": kept}
    worker = f"const SITE = {json.dumps(site)};\n{program(SERVICE_WORKER)}".encode()
    files |= {"_headers": _HEADERS.format(policy=policy).encode(), INDEX: index, SERVICE_WORKER: worker}
    return {path: content for name, own in files.items() for path, content in _both(name, own)}


def first_visit(files: Mapping[str, bytes]) -> int:
    """Return how many bytes a first visit is sent, by a host that sends compressed what lies there so."""
    sent = {path: own for path, own in files.items() if not path.endswith(".gz") and path != "_headers"}
    return sum(len(files.get(f"{path}.gz", own)) for path, own in sent.items())


def _both(path: str, content: bytes) -> list[tuple[str, bytes]]:
    """A file, and where it is text the same compressed."""
    is_text = path.endswith((".html", ".js", ".css"))
    return [(path, content), *([(f"{path}.gz", gzip.compress(content, 9, mtime=0))] if is_text else [])]


def _named(files: dict[str, bytes], name: str, content: bytes) -> str:
    """Put a file in, with its digest in its name; return its path."""
    stem, _, ending = name.rpartition(".")
    path = f"files/{stem}.{_digest(content)[:_DIGITS]}.{ending}"
    files[path] = content
    return path


def _described(files: dict[str, bytes], name: str, content: bytes) -> dict[str, Any]:
    """Put a file in that the page fetches; return what it then looks for."""
    return {"path": _named(files, name, content), "sha256": _digest(content), "bytes": len(content)}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# As Netlify, Cloudflare Pages and others read it, where the folder is the whole site; no header is in two rules, which
# some of them would join. Where it is not read, the page's own policy holds all the same.
_HEADERS = """/*
  Content-Security-Policy: {policy}
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
/
  Cache-Control: no-cache
/index.html
  Cache-Control: no-cache
/service-worker.js
  Cache-Control: no-cache
/files/*
  Cache-Control: public, max-age=31536000, immutable
"""

# Of its own: a browser asks the host's root for one otherwise.
_ICON = Markup("data:image/svg+xml,") + quote(
    Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
        '<path fill="#7d8794" d="M1 7h2v2H1zM5 5h2v6H5zM9 3h2v10H9z"/>'
        '<path fill="#d2601a" d="M13 2h2v12h-2z"/></svg>'
    )
)

# What is put in is escaped, unless it is a `Markup` itself. The script is no module: those a browser does not load from
# disk, and whoever opens the page there is told what to do instead.
_PAGE = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="squeezeviz">
<title>{title}</title>
<link rel="icon" href="{icon}">
<script type="application/json" id="sqv-site">{files}</script>
<script>{early}</script>
<link rel="stylesheet" href="{style}">
<script defer src="{script}" fetchpriority="high"></script>
</head>
<body>
<main id="sqv-page"><p class="sqv-opening">Opening {title} …</p>
<p class="sqv-opening sqv-opening-late">If nothing comes, reload the page. If it stays so, the folder on the server is
not whole: write it anew with squeezeviz site, and upload all of it.</p></main>
<noscript><p class="sqv-opening">This page computes what it shows: it takes a browser with JavaScript.</p></noscript>
</body>
</html>
""")
