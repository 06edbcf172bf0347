"""The camera in headless Chromium: frames a second that go through the network and are drawn.

In JupyterLab on the page's own engine, and by the kernel, as where a page may not compute; and on the exported page.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import squeezeviz as sv
from benchmarks.hosts import chromium, notebook_server, open_page
from benchmarks.timing import Row
from benchmarks.unwatched import unwatched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

# Chromium's own camera: a moving picture of 640 × 480 at 30 frames a second, so no more than 30 can be shown.
_CAMERA_FPS = 30
_CAMERA = [f"--use-fake-device-for-media-stream=fps={_CAMERA_FPS}", "--use-fake-ui-for-media-stream"]
_PARTS = ["conv1", "fire2", "fire5", "conv10"]
_SETTLE_S, _SECONDS = 2, 8
_CODE = "import squeezeviz as sv\nsv.explore()"
_BY_KERNEL = f"from squeezeviz.explorer import page_engine\npage_engine.MOST_WEIGHTS_BYTES = 0\n{_CODE}"
# Runs on in the page when nobody is connected to it any more.
_COUNT = """([parts, settle, seconds]) => {
    window.rates = [];
    const pause = s => new Promise(done => setTimeout(done, 1000 * s));
    const counts = () => ['frames', 'maps'].map(name => Number(document.querySelector('.sqv-live-bar').dataset[name]));
    void (async () => {
        for (const part of parts) {
            const target = document.querySelector(`.sqv-explorer [data-part="${part}"] > .sqv-hit`);
            target.dispatchEvent(new MouseEvent('click', {bubbles: true}));
            await pause(settle);
            const [before, start] = [counts(), performance.now()];
            await pause(seconds);
            const took = (performance.now() - start) / 1000;
            window.rates.push(counts().map((count, at) => (count - before[at]) / took));
        }
    })(); }"""


def camera_rows() -> list[Row]:
    """Measure in a real browser; no rows where there is none."""
    browser = chromium()
    if browser is None:
        return []
    by_kernel = _rates(browser, notebook_server(_BY_KERNEL))
    rows = []
    for host, place in (("JupyterLab", notebook_server(_CODE)), ("exported page", _exported())):
        for part, page, kernel in zip(_PARTS, _rates(browser, place), by_kernel, strict=True):
            layer = f"{part}/concat" if part.startswith("fire") else part
            for what, rate, other in zip(("frames", "its maps"), page, kernel, strict=True):
                name = f"{host}: camera, {layer}, {what} ({_CAMERA_FPS} /s at most)"
                rows.append(Row(name, rate, "JupyterLab, by the kernel", other, rate / other, "≥ 25 /s", "/s"))
    return rows


@contextlib.contextmanager
def _exported() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as scratch:
        yield sv.export_page(None, Path(scratch) / "page.html").as_uri()


def _rates(browser: str, serving: AbstractContextManager[str]) -> list[tuple[float, float]]:
    """Frames and layers of maps a second, for each part, measured while no debugger is connected."""
    with serving as address, unwatched(browser, "about:blank", options=_CAMERA) as connected:
        with connected() as page:
            _start(page, address)
        time.sleep(len(_PARTS) * (_SETTLE_S + _SECONDS) + 2)
        with connected() as page:
            page.wait_for_function("n => window.rates.length === n", arg=len(_PARTS), timeout=60_000)
            rates: list[tuple[float, float]] = page.evaluate("() => window.rates")
            return rates


def _start(page: Any, address: str) -> None:  # noqa: ANN401 - Playwright's own
    open_page(page, address)
    page.locator(".sqv-sample, .sqv-computed").first.wait_for(timeout=60_000)
    page.get_by_role("button", name="Camera").click()
    page.locator(".sqv-live-bar:visible").wait_for()
    page.evaluate(_COUNT, [_PARTS, _SETTLE_S, _SECONDS])
