"""The camera in JupyterLab and headless Chromium: frames a second that go through the network and are drawn."""

from __future__ import annotations

from typing import Any

from benchmarks.browser import FLAGS, notebook_page
from benchmarks.timing import Row

# Chromium's own camera: a moving picture of 640 × 480 at 30 frames a second, so no more than 30 can be shown.
_CAMERA = ["--use-fake-device-for-media-stream=fps=30", "--use-fake-ui-for-media-stream"]
_CAMERA_FPS = 30
_PARTS = ["conv1", "fire2", "fire5", "conv10"]
_SECONDS = 8
_CODE = "import squeezeviz as sv\nsv.explore()"
# Each drawing of the maps leaves a mark; the one before is taken away, so they are counted as they come.
_COUNT = """async seconds => {
    let drawn = 0, last = -1;
    const watch = new PerformanceObserver(list => list.getEntriesByName('squeezeviz:maps').forEach(({startTime}) => {
        if (startTime > last) { drawn += 1; last = startTime; } }));
    watch.observe({entryTypes: ['mark']});
    const start = performance.now();
    await new Promise(done => setTimeout(done, 1000 * seconds));
    watch.disconnect();
    return 1000 * drawn / (performance.now() - start); }"""


def camera_rows() -> list[Row]:
    """Measure in a real browser; no rows where there is none."""
    with notebook_page(_CODE, [*FLAGS, *_CAMERA]) as page:
        return [] if page is None else _measure(page)


def _measure(page: Any) -> list[Row]:  # noqa: ANN401 - Playwright's own
    page.locator(".sqv-sample").first.wait_for(timeout=60_000)
    page.get_by_role("button", name="Camera").click()
    page.locator(".sqv-live-bar:visible").wait_for()
    rows = []
    for part in _PARTS:
        page.locator(f'.sqv-explorer [data-part="{part}"] > .sqv-hit').click()
        page.wait_for_timeout(2000)
        rate = page.evaluate(_COUNT, _SECONDS)
        name = f"{part}/concat" if part.startswith("fire") else part
        rows.append(
            Row(
                f"camera, {name}: frames a second", rate, "the camera itself", _CAMERA_FPS,
                rate / _CAMERA_FPS, "≥ 15", unit="/s",
            )
        )  # fmt: skip
    return rows
