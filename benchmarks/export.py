"""The exported page: how large it is, and how soon after it is opened every layer is computed and compared with Python's."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import squeezeviz as sv
from benchmarks.hosts import chromium
from benchmarks.static_host import StaticHost
from benchmarks.timing import Row, spread_rows
from benchmarks.unwatched import unwatched

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_BYTES, _MOST_MS = 8e6, 300
_OPENINGS = 11
# A page that goes on to another once the browser has started, which nobody looks at meanwhile.
_OPENER = "<!doctype html><script>setTimeout(() => location.replace({}), 1500)</script>"
_UNTIL_OPENED_S = 5
# Milliseconds since the page was asked for, when it said that all is computed.
_COMPUTED = "() => performance.getEntriesByName('squeezeviz:computed')[0].startTime"


def export_rows() -> Iterator[Row]:
    """Sizes of the published network's page with one photo; times in a real browser, where there is one."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        pages = {
            name: sv.export_page("coffee", folder / f"{name}.html", half_precision=name == "half")
            for name in ("single", "half")
        }
        site = sv.export_site("coffee", folder / "site")
        small = sv.export_site("coffee", folder / "half", half_precision=True)
        sizes = {
            "exported page": pages["single"], "exported page, half precision": pages["half"],
            "static host, first visit": site, "static host, first visit, half precision": small,
        }  # fmt: skip
        for name, path in sizes.items():
            size = path.sent_bytes
            yield Row(f"{name}: size", size / 1e6, "budget", _MOST_BYTES / 1e6, size / _MOST_BYTES, "≤ 8 MB", "MB")
        browser = chromium()
        if browser is None:
            return
        host = StaticHost(site)
        for name, url in (
            ("exported page, from disk", pages["single"].as_uri()),
            ("static host, first visit", host.url),
        ):
            took = [_opened(browser, folder, url) for _ in range(_OPENINGS)]
            yield from spread_rows(f"{name}: opened → every layer", took, "budget", _MOST_MS, f"≤ {_MOST_MS} ms")
        host.stop()


def _opened(browser: str, folder: Path, url: str) -> float:
    """Milliseconds from asking for the page to every layer computed; in a browser that has not seen it before."""
    opener = folder / "opener.html"
    opener.write_text(_OPENER.format(json.dumps(url)), encoding="utf-8")
    with unwatched(browser, opener.as_uri(), size=(1280, 900)) as connected:
        time.sleep(_UNTIL_OPENED_S)
        with connected() as page:
            page.locator(".sqv-computed", has_text="were computed").wait_for(timeout=120_000)
            took: float = page.evaluate(_COMPUTED)
            return took
