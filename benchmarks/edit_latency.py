"""How soon a stroke on the photo is answered, in a browser: from pointer-up to the painted answer, and states a second.

    squeezeviz app --no-browser            # in another terminal; note the address
    python benchmarks/edit_latency.py http://127.0.0.1:8866/ --strokes 40

It edits the first sample in headless Chromium. Nothing else should be running beside it.
"""

from __future__ import annotations

import argparse
import random
import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

WATCH = """() => { const panel = document.querySelector('.sqv-edit-panel'); let up = 0, last = '';
    window.answered = []; window.states = [];
    document.querySelector('.sqv-edit-layer').addEventListener('pointerup', () => {
        const mine = up = performance.now();
        // Where the last move was answered before, nothing changes any more.
        setTimeout(() => { if (up === mine && panel.dataset.answered === 'true') { answered.push(0); up = 0; } }, 500);
    }, true);
    // The panel and the classes are drawn in the same animation frame.
    new MutationObserver(() => {
        if (panel.dataset.shown !== last) { last = panel.dataset.shown; states.push(performance.now()); }
        if (up && panel.dataset.answered === 'true') { answered.push(performance.now() - up); up = 0; }
    }).observe(panel, {attributes: true}); }"""


# A pointer that moves every few milliseconds, as a hand's does: a driver's own moves wait for the page to have drawn.
DRAG = """async seconds => { const layer = document.querySelector('.sqv-edit-layer'), box = layer.getBoundingClientRect();
    const end = performance.now() + 1000 * seconds;
    for (let step = 0; performance.now() < end; step += 1) {
        const [x, y] = [0.5 + 0.45 * Math.sin(step / 31), 0.5 + 0.45 * Math.sin(step / 47)];
        const at = {clientX: box.left + x * box.width, clientY: box.top + y * box.height};
        layer.dispatchEvent(new PointerEvent('pointermove', {bubbles: true, pointerId: 1, buttons: 1, isPrimary: true, ...at}));
        await new Promise(done => setTimeout(done, 8));
    } }"""


def percentile(values: list[float], share: float) -> float:
    """The smallest value that so many are not above."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def measure(page: Page, strokes: int, seconds: float) -> None:
    """Print both figures for the page that is open."""
    box = page.locator(".sqv-edit-layer").bounding_box()
    if box is None:
        raise SystemExit("nothing is being edited on this page")
    left, top, width, height = box["x"], box["y"], box["width"], box["height"]

    def move(x: float, y: float, **how: int) -> None:
        page.mouse.move(left + x * width, top + y * height, **how)

    page.evaluate(WATCH)
    places = random.Random(1)
    for _ in range(strokes):
        move(places.random(), places.random())
        page.mouse.down()
        move(places.random(), places.random(), steps=4)
        page.mouse.up()
        page.wait_for_timeout(600)
    took = page.evaluate("answered")
    print(
        f"pointer-up to answer: median {statistics.median(took):.0f} ms, p95 {percentile(took, 0.95):.0f} ms "
        f"({len(took)} of {strokes} strokes answered before the next)"
    )
    page.evaluate("() => { states.length = 0; }")
    page.mouse.down()
    page.evaluate(DRAG, seconds)
    page.mouse.up()
    states = page.evaluate("states")
    if len(states) > 1:
        print(f"while dragging: {1000 * (len(states) - 1) / (states[-1] - states[0]):.1f} answered states a second")


def main() -> None:
    """Open the page, begin an edit, measure."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address")
    parser.add_argument("--strokes", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="where it is")
    given = parser.parse_args()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=given.chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.goto(given.address)
        page.locator(".sqv-sample").first.click(timeout=60_000)
        page.wait_for_timeout(3000)  # until it is on the stage: an edit of the photo before would end there
        page.get_by_role("button", name="Edit", exact=True).click(timeout=60_000)
        page.locator(".sqv-edit-layer").wait_for()
        page.wait_for_timeout(1500)
        measure(page, given.strokes, given.seconds)
        browser.close()


if __name__ == "__main__":
    main()
