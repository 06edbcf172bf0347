"""The page's engine in Chromium, on one thread, every layer kept: against ONNX Runtime Web, which gives the answer alone."""

from __future__ import annotations

import statistics
import subprocess
import tempfile
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

from rich.console import Console

import squeezeviz as sv
from benchmarks.engine_network import bundled, write_network
from benchmarks.hosts import FLAGS, chromium
from benchmarks.timing import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).parents[1]
_PEER = "onnxruntime-web"
_PEER_VERSION = "1.30.0"
_PEERS = _ROOT / "artifacts" / "npm"
_HOME = "http://127.0.0.1:9/"  # nothing listens there: every answer is given here
_MOST_BYTES, _MOST_APART = 24_000, 1e-5
_NETWORKS = ("squeezenet1.1-caffe2", "squeezenet1.1-shapes")
_STROKES_PX = (16, 48, 96)  # a brush's dot, and strokes
_PLAIN_ROUNDS = 3  # it takes a second a run


def engine_rows(rounds: int) -> Iterator[Row]:
    """Times, bytes and exactness by kernels of each kind; no rows where there is no Chromium or npm."""
    browser = chromium()
    missing = [name for name, found in (("Chromium", browser), ("npm", which("npm"))) if not found]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        program = None if missing else bundled(_ROOT / "benchmarks" / "engine.ts", folder / "bench.js", "browser")
        if program is None:
            needed = " and ".join(missing) or "the front end's tools: make node_modules"
            Console().print(f"engine: left out for want of {needed}", style="dim")
            return
        peer = _peer()
        from playwright.sync_api import sync_playwright

        with sync_playwright() as driver:
            launched = driver.chromium.launch(executable_path=browser, args=FLAGS)
            for name in _NETWORKS:
                write_network(sv.Arithmetic(sv.load_model(name), "chelsea"), folder)
                (folder / "model.onnx").write_bytes(sv.load_model(name).content)
                page = _page(launched, folder, peer)
                if name == _NETWORKS[0]:
                    yield from _bytes_rows(page, peer)
                    yield from _time_rows(page, rounds)
                yield from _exactness_rows(page, name)
                page.close()
            launched.close()


def _peer() -> Path:
    """Return the folder of ONNX Runtime Web's programs; installed once."""
    programs = _PEERS / "node_modules" / _PEER / "dist"
    if not programs.exists():
        _PEERS.mkdir(parents=True, exist_ok=True)
        quiet = ["--silent", "--no-audit", "--no-fund", "--no-package-lock"]
        subprocess.run(["npm", "install", *quiet, "--prefix", str(_PEERS), f"{_PEER}@{_PEER_VERSION}"], check=True)
    return programs


def _page(browser: Any, folder: Path, peer: Path) -> Any:  # noqa: ANN401 - Playwright's own
    kinds = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}

    def serve(route: Any) -> None:  # noqa: ANN401 - Playwright's own
        asked = Path(route.request.url.removeprefix(_HOME).partition("?")[0])
        path = peer / asked.name if asked.parent.name == "ort" else folder / asked.name
        if not asked.name:
            route.fulfill(body="<!doctype html><title>engine</title>", content_type="text/html")
        elif path.is_file():
            route.fulfill(path=path, content_type=kinds.get(path.suffix, "application/octet-stream"))
        else:
            route.abort()

    page = browser.new_page()
    page.route(f"{_HOME}**", serve)
    page.goto(_HOME)
    page.evaluate("() => import('/bench.js')")
    return page


def _time_rows(page: Any, rounds: int) -> Iterator[Row]:  # noqa: ANN401 - Playwright's own
    for kernels in page.evaluate("() => bench.kernels"):
        count = _PLAIN_ROUNDS if kernels == "plain" else rounds
        pairs = page.evaluate("([name, rounds]) => bench.times(name, rounds)", [kernels, count])
        ours, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
        ratio = statistics.median(mine / its for mine, its in pairs)
        budget = "≤ 0.8" if kernels == "relaxed SIMD" else ""
        yield Row(f"every layer in the page, {kernels}", ours, f"{_PEER}, the answer", theirs, ratio, budget)
    (kernels, *_) = page.evaluate("() => bench.kernels")
    for side in _STROKES_PX:
        pairs = page.evaluate("([...all]) => bench.strokes(...all)", [kernels, rounds, side])
        part, whole = (statistics.median(times) for times in zip(*pairs, strict=True))
        ratio = statistics.median(mine / its for mine, its in pairs)
        yield Row(
            f"every layer, {side} × {side} input pixels changed, {kernels}", part, "all changed", whole, ratio, ""
        )


def _bytes_rows(page: Any, peer: Path) -> Iterator[Row]:  # noqa: ANN401 - Playwright's own
    theirs = (peer / "ort-wasm-simd-threaded.wasm").stat().st_size
    sizes = page.evaluate("() => bench.bytes")
    ours = sum(sizes.values())
    name = f"WebAssembly, {' and '.join(sizes)}"
    budget = f"≤ {_MOST_BYTES / 1e3:.0f} kB"
    yield Row(name, ours / 1e3, _PEER, theirs / 1e3, ours / theirs, budget, "kB")


def _exactness_rows(page: Any, network: str) -> Iterator[Row]:  # noqa: ANN401 - Playwright's own
    for kernels, layer, apart in page.evaluate("() => bench.exactness()"):
        share, most = apart * 1e6, _MOST_APART * 1e6
        name = f"{network}, {kernels}: farthest from ONNX Runtime, of its largest value ({layer})"
        yield Row(name, share, "budget", most, apart / _MOST_APART, "≤ 1", "millionths")
