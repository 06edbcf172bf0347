"""Painting on a photo, in JupyterLab and on the exported page: from a stroke's end to its answer and maps, and states a second.

The page measures by itself, as in browser.py. Each state brings the answer and every map of the layer on show.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import squeezeviz as sv
from benchmarks.hosts import chromium, notebook_server, open_page
from benchmarks.timing import Row, spread_rows
from benchmarks.unwatched import unwatched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

_CODE = 'import squeezeviz as sv\nsv.explore("coffee")'
_STROKES, _SECONDS, _MOST_MS, _LEAST_STATES = 40, 6, 60, 25
# Moves come every few milliseconds, as a hand's do, and not when the page has drawn. A stroke is answered when the panel says so
# and the maps of the chosen layer have been drawn since; where its last move was answered before it ended, at once.
_MEASURE = """([strokes, seconds]) => {
    const pause = ms => new Promise(done => setTimeout(done, ms)), frame = () => new Promise(requestAnimationFrame);
    const panel = document.querySelector('.sqv-edit-panel'), layer = document.querySelector('.sqv-edit-layer');
    layer.setPointerCapture = () => undefined; // these pointers are none of the browser's
    const say = (type, [x, y]) => {
        const box = layer.getBoundingClientRect();
        const at = {clientX: box.left + x * box.width, clientY: box.top + y * box.height};
        layer.dispatchEvent(new PointerEvent(type,
            {bubbles: true, pointerId: 1, buttons: type === 'pointerup' ? 0 : 1, isPrimary: true, ...at}));
    };
    let seed = 1;
    const any = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const drawnAt = () => performance.getEntriesByName('squeezeviz:maps').at(-1)?.startTime ?? 0;
    const stroke = async () => {
        const [from, to] = [[any(), any()], [any(), any()]];
        say('pointerdown', from);
        for (let step = 1; step <= 4; step += 1) {
            await pause(8);
            say('pointermove', from.map((start, axis) => start + (to[axis] - start) * step / 4));
        }
        const start = performance.now();
        say('pointerup', to);
        const isAnswered = () => panel.dataset.answered === 'true';
        await frame();
        while (!isAnswered() || (drawnAt() < start && performance.now() - start < 500)) {
            if (performance.now() - start > 5000) return null;
            await frame();
        }
        const took = drawnAt() < start ? 0 : performance.now() - start;
        await pause(300);
        return took;
    };
    const dragged = async () => {
        let [states, shown] = [0, panel.dataset.shown];
        const watch = new MutationObserver(() => {
            if (panel.dataset.shown !== shown) states += 1;
            shown = panel.dataset.shown;
        });
        watch.observe(panel, {attributes: true});
        say('pointerdown', [0.5, 0.5]);
        const start = performance.now();
        for (let step = 0; performance.now() - start < 1000 * seconds; step += 1) {
            say('pointermove', [0.5 + 0.45 * Math.sin(step / 31), 0.5 + 0.45 * Math.sin(step / 47)]);
            await pause(8);
        }
        const rate = 1000 * states / (performance.now() - start);
        say('pointerup', [0.5, 0.5]);
        watch.disconnect();
        return rate;
    };
    const all = async () => {
        await pause(2000);
        const took = [];
        for (let count = 0; count < strokes; count += 1) took.push(await stroke());
        return {took: took.filter(each => each !== null), rate: await dragged()};
    };
    all().then(found => (window.measured = found), problem => (window.measured = {problem: String(problem)})); }"""


def painting_rows() -> Iterator[Row]:
    """Measure in a real browser; no rows where there is none."""
    browser = chromium()
    if browser is None:
        return
    for host, place in (("JupyterLab", notebook_server(_CODE)), ("exported page", _exported())):
        found = _measured(browser, place)
        what = f"{host}: stroke → answer and maps ({len(found['took'])} of {_STROKES})"
        yield from spread_rows(what, found["took"], "budget", _MOST_MS, "p95 ≤ 60 ms")
        rate = found["rate"]
        yield Row(
            f"{host}: states while dragging", rate, "budget", _LEAST_STATES, rate / _LEAST_STATES, "≥ 25 /s", "/s"
        )


@contextlib.contextmanager
def _exported() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as scratch:
        yield sv.export_page("coffee", Path(scratch) / "page.html").as_uri()


def _measured(browser: str, serving: AbstractContextManager[str]) -> dict[str, Any]:
    with serving as address, unwatched(browser, "about:blank") as connected:
        with connected() as page:
            open_page(page, address)
            page.locator(".sqv-tile[aria-label]").first.wait_for(timeout=60_000)
            page.wait_for_timeout(3000)  # until it is on the stage: an edit of the photo before would end there
            page.get_by_role("button", name="Edit", exact=True).click(timeout=60_000)
            page.locator(".sqv-edit-layer").wait_for()
            page.evaluate(_MEASURE, [_STROKES, _SECONDS])
        time.sleep(2 + _STROKES * 0.5 + _SECONDS)
        with connected() as page:
            page.wait_for_function("() => window.measured", timeout=120_000)
            found: dict[str, Any] = page.evaluate("() => window.measured")
    if "problem" in found:
        raise RuntimeError(found["problem"])
    return found
