"""The camera in JupyterLab and headless Chromium: frames a second that go through the network and are drawn.

On the page's own engine, and by the kernel, as where a page may not compute.
"""

from __future__ import annotations

import time
from typing import Any

from benchmarks.browser import chromium, notebook_server, run_notebook
from benchmarks.timing import Row
from benchmarks.unwatched import unwatched

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
    rows = []
    for part, page, kernel in zip(_PARTS, _rates(browser, _CODE), _rates(browser, _BY_KERNEL), strict=True):
        layer = f"{part}/concat" if part.startswith("fire") else part
        whats = ((f"camera, {layer} (30 /s at most)", "≥ 25 /s"), ("  its maps", ""))
        for (what, budget), rate, other in zip(whats, page, kernel, strict=True):
            rows.append(Row(what, rate, "by the kernel", other, rate / other, budget, unit="/s"))
    return rows


def _rates(browser: str, code: str) -> list[tuple[float, float]]:
    """Frames and layers of maps a second, for each part, measured while no debugger is connected."""
    with notebook_server(code) as address, unwatched(browser, "about:blank", options=_CAMERA) as connected:
        with connected() as page:
            _start(page, address)
        time.sleep(len(_PARTS) * (_SETTLE_S + _SECONDS) + 2)
        with connected() as page:
            page.wait_for_function("n => window.rates.length === n", arg=len(_PARTS), timeout=60_000)
            rates: list[tuple[float, float]] = page.evaluate("() => window.rates")
            return rates


def _start(page: Any, address: str) -> None:  # noqa: ANN401 - Playwright's own
    run_notebook(page, address)
    page.locator(".sqv-sample").first.wait_for(timeout=60_000)
    page.get_by_role("button", name="Camera").click()
    page.locator(".sqv-live-bar:visible").wait_for()
    page.evaluate(_COUNT, [_PARTS, _SETTLE_S, _SECONDS])
