"""The explorer in JupyterLab and headless Chromium: from a click on a layer until its maps are painted, and hovering."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.timing import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
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
# Click, wait until the maps of that layer have been drawn, then for the frame that shows them.
_CHOOSE = """async ([part, kind]) => {
    const start = performance.now();
    const target = document.querySelector(`.sqv-explorer [data-part="${part}"] > .${kind}`);
    target.dispatchEvent(new MouseEvent('click', {bubbles: true}));
    while (!performance.getEntriesByName('squeezeviz:maps').some(e => e.startTime > start)) {
        if (performance.now() - start > 10_000) throw new Error(`${part} has not been painted`);
        await new Promise(requestAnimationFrame);
    }
    await new Promise(requestAnimationFrame);
    return performance.now() - start; }"""
_PEER = """async name => {
    const image = document.querySelector('.widget-image'), field = [...document.querySelectorAll('.widget-text input')].at(-1);
    const before = image.src, start = performance.now();
    field.value = name;
    field.dispatchEvent(new Event('input', {bubbles: true}));
    field.dispatchEvent(new Event('change', {bubbles: true}));
    while (image.src === before || !image.complete) {
        if (performance.now() - start > 20_000) throw new Error(`${name} has not been drawn`);
        await new Promise(requestAnimationFrame);
    }
    await image.decode();
    await new Promise(requestAnimationFrame);
    return performance.now() - start; }"""
# What one move of the pointer costs within a frame: everything that listens runs between these two callbacks.
_HOVER = """async ([x, y]) => {
    const canvas = document.querySelector('.sqv-explorer .sqv-grid canvas'), box = canvas.getBoundingClientRect();
    let start = 0, end = 0;
    requestAnimationFrame(() => (start = performance.now()));
    canvas.dispatchEvent(new PointerEvent('pointermove', {bubbles: true, clientX: box.left + x * box.width, clientY: box.top + y * box.height}));
    await new Promise(done => requestAnimationFrame(() => { end = performance.now(); done(); }));
    return end - start; }"""


def explorer_rows() -> list[Row]:
    """Measure in a real browser; no rows where there is none."""
    with notebook_page(_CODE, FLAGS) as page:
        return [] if page is None else _measure(page)


def chromium() -> str | None:
    """Where a browser is that Playwright can drive; None where there is none."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    return found if find_spec("playwright") else None


@contextlib.contextmanager
def notebook_page(code: str, flags: list[str]) -> Iterator[Any]:
    """Run a notebook of one cell in JupyterLab and headless Chromium; None where there is no browser."""
    browser = chromium()
    if browser is None:
        yield None
        return
    from playwright.sync_api import sync_playwright

    with notebook_server(code) as address, sync_playwright() as driver:
        page = driver.chromium.launch(executable_path=browser, args=flags).new_page(
            viewport={"width": 1280, "height": 1000}
        )
        run_notebook(page, address)
        yield page


@contextlib.contextmanager
def notebook_server(code: str) -> Iterator[str]:
    """Serve a notebook of one cell by JupyterLab; gives its address."""
    from squeezeviz.serving.server import lab_command

    with tempfile.TemporaryDirectory() as scratch:
        notebook = Path(scratch) / "bench.ipynb"
        cell: dict[str, Any] = {
            "cell_type": "code",
            "id": "a",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": code,
        }
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        notebook.write_text(json.dumps({"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))
        port = 18_900 + os.getpid() % 1000
        command = [*lab_command(notebook, port=port, browser=False), "--IdentityProvider.token=t"]
        environment = {**os.environ, "JUPYTER_RUNTIME_DIR": scratch, "JUPYTERLAB_WORKSPACES_DIR": scratch}
        process = subprocess.Popen(
            [*command, "--LabApp.expose_app_in_browser=True"],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wait_for(f"http://127.0.0.1:{port}/api")
            yield f"http://127.0.0.1:{port}/lab/tree/bench.ipynb?reset&token=t"
        finally:
            process.terminate()
            process.wait(timeout=20)


def run_notebook(page: Any, address: str) -> None:  # noqa: ANN401 - Playwright's own
    """Open a notebook in JupyterLab, and run its cells."""
    page.goto(address)
    page.wait_for_function(
        "() => /\\| Idle/.test(document.querySelector('#jp-main-statusbar')?.textContent ?? '')", timeout=60_000
    )
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")


def wait_for(url: str) -> None:
    """Wait until a server answers, a minute at most."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)


def _measure(page: Any) -> list[Row]:  # noqa: ANN401 - Playwright's own
    page.wait_for_function("() => document.querySelectorAll('.sqv-tile[aria-label]').length === 2", timeout=60_000)
    page.wait_for_timeout(2000)

    def choose(part: str, kind: str = "sqv-hit") -> float:
        taken: float = page.evaluate(_CHOOSE, [part, kind])
        page.wait_for_timeout(300)  # a person looks at it, if only in passing
        return taken

    layers, squeezes, peers = [], [], []
    for photo in range(2):
        page.locator(".sqv-tile").nth(photo).click()
        page.wait_for_timeout(2000)
        layers += [choose(part) for part in _LAYERS]
        for part in _LAYERS[1:-1]:
            choose(part)
            squeezes.append(choose(part, "sqv-hit-part"))
    for part in _LAYERS:
        peers.append(page.evaluate(_PEER, f"{part}/concat" if part.startswith("fire") else part))
        page.wait_for_timeout(300)
    hovers = [page.evaluate(_HOVER, [0.02 + 0.009 * n, 0.5]) for n in range(100)]
    peer = statistics.median(peers)

    def row(name: str, values: list[float], budget: str) -> Row:
        p95 = statistics.quantiles(values, n=20)[-1]
        return Row(f"{name}, p95", p95, "one imshow as a PNG in an Image widget", peer, p95 / peer, budget)

    return [
        row("choose a layer → painted", layers, "≤ 150 ms"),
        row("choose a squeeze → painted", squeezes, "≤ 150 ms"),
        row("move the pointer: work in the frame", hovers, "≤ 16 ms"),
    ]
