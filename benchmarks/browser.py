"""The explorer in JupyterLab, and as an app: from a click on a layer until its maps are painted, and hovering.

The page measures by itself, while no debugger is connected to its browser: that would be handed all that the kernel sends.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

from benchmarks.hosts import app_server, chromium, notebook_server, open_page
from benchmarks.timing import spread_rows
from benchmarks.unwatched import unwatched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from benchmarks.timing import Row

    Server = Callable[[str], AbstractContextManager[str]]

_LAYERS = ["conv1", "fire2", "fire3", "fire4", "fire5", "fire6", "fire7", "fire8", "fire9", "conv10"]
_CODE = """
import squeezeviz as sv, ipywidgets, io, numpy as np
from IPython.display import display
explorer = sv.explore(["coffee", "chelsea"])
peer, pick = ipywidgets.Image(format="png"), ipywidgets.Text()
def show(change):
    from matplotlib.figure import Figure
    figure = Figure(figsize=(6, 6)); axes = figure.add_axes([0, 0, 1, 1]); axes.axis("off")
    axes.imshow(np.asarray(explorer.activations.picture(change["new"])))
    buffer = io.BytesIO(); figure.savefig(buffer, format="png"); peer.value = buffer.getvalue()
pick.observe(show, "value")
display(explorer, pick, peer)
"""
_PEER = "one imshow as a PNG in an Image widget"
_MEASURE = """layers => {
    const pause = ms => new Promise(done => setTimeout(done, ms)), frame = () => new Promise(requestAnimationFrame);
    const until = async (what, holds) => {
        for (const start = performance.now(); !holds(); await frame())
            if (performance.now() - start > 20_000) throw new Error(`${what} has not been painted`);
    };
    // Click, wait until the maps of that layer have been drawn, then for the frame that shows them.
    const choose = async (part, kind = 'sqv-hit') => {
        const start = performance.now();
        const target = document.querySelector(`.sqv-explorer [data-part="${part}"] > .${kind}`);
        target.dispatchEvent(new MouseEvent('click', {bubbles: true}));
        await until(part, () => performance.getEntriesByName('squeezeviz:maps').some(e => e.startTime > start));
        await frame();
        const took = performance.now() - start;
        await pause(300); // a person looks at it, if only in passing
        return took;
    };
    const another = async name => {
        const image = document.querySelector('.widget-image');
        const field = [...document.querySelectorAll('.widget-text input')].at(-1);
        const before = image.src, start = performance.now();
        field.value = name;
        for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, {bubbles: true}));
        await until(name, () => image.src !== before && image.complete);
        await image.decode();
        await frame();
        const took = performance.now() - start;
        await pause(300);
        return took;
    };
    // What one move of the pointer costs within a frame: everything that listens runs between these two callbacks.
    const hover = async share => {
        const canvas = document.querySelector('.sqv-explorer .sqv-grid canvas'), box = canvas.getBoundingClientRect();
        const at = {bubbles: true, clientX: box.left + share * box.width, clientY: box.top + box.height / 2};
        let start = 0, end = 0;
        requestAnimationFrame(() => (start = performance.now()));
        canvas.dispatchEvent(new PointerEvent('pointermove', at));
        await new Promise(done => requestAnimationFrame(() => { end = performance.now(); done(); }));
        return end - start;
    };
    const all = async () => {
        const found = {layers: [], squeezes: [], hovers: [], peers: []};
        await pause(2000);
        for (const photo of [...document.querySelectorAll('.sqv-tile')]) {
            photo.click();
            await pause(2000);
            for (const part of layers) found.layers.push(await choose(part));
            for (const part of layers.slice(1, -1)) {
                await choose(part);
                found.squeezes.push(await choose(part, 'sqv-hit-part'));
            }
        }
        for (let step = 0; step < 100; step += 1) found.hovers.push(await hover(0.02 + 0.009 * step));
        for (const part of layers) found.peers.push(await another(part.startsWith('fire') ? `${part}/concat` : part));
        return found;
    };
    all().then(found => (window.measured = found), problem => (window.measured = {problem: String(problem)})); }"""
_MEASURES_S = 45


def explorer_rows() -> Iterator[Row]:
    """Measure in a real browser; no rows where there is none."""
    browser = chromium()
    if browser is None:
        return
    for host, server in (("JupyterLab", notebook_server), ("app", app_server)):
        found = _measured(browser, server)
        peer = statistics.median(found["peers"])
        for what, values, budget in (
            ("choose a layer → painted", found["layers"], "p95 ≤ 50 ms"),
            ("choose a squeeze → painted", found["squeezes"], "p95 ≤ 50 ms"),
            ("move the pointer: work in the frame", found["hovers"], "p95 ≤ 2 ms"),
        ):
            yield from spread_rows(f"{host}: {what}", values, _PEER, peer, budget)


def _measured(browser: str, server: Server) -> dict[str, list[float]]:
    with server(_CODE) as address, unwatched(browser, "about:blank") as connected:
        with connected() as page:
            open_page(page, address)
            page.wait_for_function(
                "() => document.querySelectorAll('.sqv-tile[aria-label]').length === 2", timeout=60_000
            )
            page.evaluate(_MEASURE, _LAYERS)
        time.sleep(_MEASURES_S)
        with connected() as page:
            page.wait_for_function("() => window.measured", timeout=120_000)
            found: dict[str, Any] = page.evaluate("() => window.measured")
    if "problem" in found:
        raise RuntimeError(found["problem"])
    return found
