"""What a widget loads before its first view is painted: how large that is, and how long the browser takes to have it run."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from benchmarks.hosts import FLAGS, chromium
from benchmarks.timing import Row
from squeezeviz.resources import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

_STATIC = PACKAGE / "widgets" / "static"
_MOST_BYTES = 206_000
_ROUNDS = 15
# As anywidget does it: from text to a module that runs.
_LOAD = """async text => {
    const start = performance.now();
    const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
    await import(url);
    return performance.now() - start; }"""


def first_view_rows() -> Iterator[Row]:
    """Size of the widget's first part, and the time it takes beside the same program in one part, as a standalone page has it."""
    size = (_STATIC / "squeezeviz.js").stat().st_size
    yield Row(
        "widget, before its first view: size",
        size / 1e3,
        "budget",
        _MOST_BYTES / 1e3,
        size / _MOST_BYTES,
        "≤ 206 kB",
        "kB",
    )
    browser = chromium()
    if browser is None:
        return
    from playwright.sync_api import sync_playwright

    took: dict[str, list[float]] = {"squeezeviz.js": [], "page.js": []}
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=browser, args=FLAGS)
        for _ in range(_ROUNDS):
            for name, found in took.items():
                page = opened.new_page()  # one that has seen neither
                found.append(page.evaluate(_LOAD, (_STATIC / name).read_text(encoding="utf-8")))
                page.close()
        opened.close()
    first, whole = (statistics.median(found) for found in took.values())
    yield Row(
        "widget, before its first view: program loaded", first, "all of it in one part", whole, first / whole, "≤ 1"
    )
