"""What an explorer takes of a server for each student, with 1, 10 and 30 pages open: the app, JupyterLab, a static host.

With ``--hub`` JupyterHub as well, where it is installed: a server and a kernel for each student.

Every page is opened, has a photo, five layers chosen and ten frames of the camera, one student after the other; the pages
stay open. A row is what the server and all its kernels then hold (memory, shared parts counted once) and have spent
(processor time), less what the server took before the first page, for each student.

    python -m benchmarks.classroom --pages 1 10 30 --minutes 12

It stops before the machine runs out of memory, and when the time is up; the rows say at how many pages.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import squeezeviz as sv
from benchmarks import hub
from benchmarks.hosts import FLAGS, chromium, wait_for
from benchmarks.processes import available_bytes, memory_bytes, processor_s
from benchmarks.static_host import StaticHost
from benchmarks.timing import Row
from squeezeviz.serving.server import app_command, lab_command, server_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

PAGES, MINUTES = (1, 10, 30), 12.0
_LEAST_FREE_BYTES = 2 << 30
_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
_LAYERS = ("conv1", "fire3", "fire5", "fire9", "conv10")
_FRAMES = 10
_CODE = "import squeezeviz as sv\nsv.explore()"
# A layer is shown when its maps have been drawn after the click.
_CHOOSE = """async part => {
    const start = performance.now();
    const target = document.querySelector(`.sqv-explorer [data-part="${part}"] > .sqv-hit`);
    target.dispatchEvent(new MouseEvent('click', {bubbles: true}));
    while (!performance.getEntriesByName('squeezeviz:maps').some(e => e.startTime > start)) {
        if (performance.now() - start > 60_000) throw new Error(`${part} has not been painted`);
        await new Promise(requestAnimationFrame);
    } }"""


@dataclass(frozen=True)
class Taken:
    """What a server takes with so many pages open, the server itself at rest left out.

    Attributes:
        pages: How many are open.
        memory_bytes: Held.
        processor_s: Spent since it was at rest.
        stopped: Why there are no more of them; empty where there are as many as asked for.
    """

    pages: int
    memory_bytes: float
    processor_s: float
    stopped: str = ""


def classroom_rows(pages: Sequence[int] = PAGES, minutes: float = MINUTES, *, with_hub: bool = False) -> Iterator[Row]:
    """Measure in a real browser; no rows where there is none, or no /proc."""
    browser = chromium()
    if browser is None or not Path("/proc/self/smaps_rollup").exists():
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=browser, args=[*FLAGS, *_CAMERA])
        for count in pages:
            share = minutes * 60 * count / (3 * sum(pages))
            app = _measured(launched, _app(count), count, share)
            lab = _measured(launched, _lab(count), count, share)
            yield from _compared(app, lab, count)
            if with_hub:
                yield from _compared(app, _measured(launched, _hub(count), count, share), count, "JupyterHub")
            yield from _static(launched, count, share)
        launched.close()


def _compared(app: Taken, lab: Taken, asked: int, other: str = "JupyterLab") -> Iterator[Row]:
    """The app's against JupyterLab's or JupyterHub's, each for one student."""
    if not (app.pages and lab.pages):
        yield Row(f"{asked} pages: none opened ({app.stopped or lab.stopped})", 0, other, 0, 0)
        return
    name = f"app, {_pages(app, asked)}"
    peer = f"{other}, {_pages(lab, asked)}"
    for what, unit, ours, theirs, budget in (
        ("memory", "MB", app.memory_bytes / app.pages / 1e6, lab.memory_bytes / lab.pages / 1e6, "≤ 220 MB"),
        ("processor time", "s", app.processor_s / app.pages, lab.processor_s / lab.pages, ""),
    ):
        yield Row(f"{name}: {what} a student", ours, peer, theirs, ours / theirs if theirs else 0, budget, unit)


def _pages(taken: Taken, asked: int) -> str:
    counted = f"{taken.pages} page{'' if taken.pages == 1 else 's'}"
    return f"{counted} of {asked} ({taken.stopped})" if taken.stopped else counted


def _static(browser: Any, count: int, seconds: float) -> Iterator[Row]:  # noqa: ANN401 - Playwright's own
    """What the same page, as a folder, asks of a server of files; a browser of its own each."""
    with tempfile.TemporaryDirectory() as scratch:
        site = sv.export_site("coffee", Path(scratch) / "site")
        host = StaticHost(site)
        try:
            done, stopped = _students(browser, [host.url] * count, seconds)
        finally:
            host.stop()
        taken = Taken(done, 0, host.processor_s, stopped)
        name = f"static host, {_pages(taken, count)}"
        sent = sum(size for _, size in host.asked) / max(done, 1) / 1e6
        yield Row(f"{name}: bytes sent a student", sent, "said by export_site", site.sent_bytes / 1e6,
                  sent / (site.sent_bytes / 1e6), "", "MB")  # fmt: skip
        requests = len(host.asked) / max(done, 1)
        files = len([path for path in site.rglob("*") if path.suffix != ".gz" and path.name[0] not in "_s"])
        yield Row(f"{name}: requests a student", requests, "files of the folder", files, requests / files, "", "")
        yield Row(f"{name}: processor time a student", host.processor_s / max(done, 1), "a second", 1,
                  host.processor_s / max(done, 1), "", "s")  # fmt: skip


def _measured(
    browser: Any,  # noqa: ANN401 - Playwright's own
    serving: contextlib.AbstractContextManager[tuple[int, list[str]]],
    count: int,
    seconds: float,
) -> Taken:
    with serving as (process, addresses):
        memory, processor = memory_bytes(process), processor_s(process)
        measured: list[tuple[float, float]] = []

        def note() -> None:  # while the pages are open: a kernel ends with its page
            measured[:] = [(memory_bytes(process) - memory, processor_s(process) - processor)]

        done, stopped = _students(browser, addresses[:count], seconds, note)
    held, spent = measured[0] if measured else (0.0, 0.0)
    return Taken(done, held, spent, stopped)


def _students(
    browser: Any,  # noqa: ANN401 - Playwright's own
    addresses: Iterable[str],
    seconds: float,
    done: Callable[[], None] = lambda: None,
) -> tuple[int, str]:
    """Let students come one after the other, each with a browser of its own; say how many, and why no more did."""
    from playwright.sync_api import Error

    end, stopped = time.monotonic() + seconds, ""
    contexts: list[Any] = []
    try:
        for address in addresses:
            if contexts and time.monotonic() > end:
                stopped = "the time is up"
                break
            if available_bytes() < _LEAST_FREE_BYTES:
                stopped = f"less than {_LEAST_FREE_BYTES >> 30} GB of memory free"
                break
            contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}, permissions=["camera"]))
            try:
                _work(contexts[-1].new_page(), address)
            except Error as exc:
                contexts.pop().close()
                stopped = f"the next one failed: {exc.message.splitlines()[0]}"
                break
        done()
    finally:
        for context in contexts:
            context.close()
    return len(contexts), stopped


def _work(page: Any, address: str) -> None:  # noqa: ANN401 - Playwright's own
    """What a student does; the page stays open."""
    page.set_default_timeout(120_000)
    page.goto(address)
    if "/hub/" in address:
        hub.login(page, address)
    if "/lab/" in address or "/hub/" in address:
        page.wait_for_function("() => /\\| Idle/.test(document.querySelector('#jp-main-statusbar')?.textContent ?? '')")
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.locator(".sqv-explorer .sqv-sample:visible, .sqv-explorer .sqv-tile[aria-label]").first.wait_for()
    if page.locator(".sqv-explorer .sqv-sample:visible").count():
        page.locator(".sqv-explorer .sqv-sample").first.click()
    page.locator(".sqv-explorer .sqv-tile[aria-label]").first.wait_for()
    page.wait_for_function("() => performance.getEntriesByName('squeezeviz:maps').length > 0")
    for part in _LAYERS:
        page.evaluate(_CHOOSE, part)
    camera = page.get_by_role("button", name="Camera")
    if camera.count() and camera.first.is_visible():
        camera.first.click()
        page.wait_for_function("n => Number(document.querySelector('.sqv-live-bar')?.dataset.frames) >= n", arg=_FRAMES)
        page.get_by_role("button", name="Stop", exact=True).click()


@contextlib.contextmanager
def _app(count: int) -> Iterator[tuple[int, list[str]]]:
    """The app; gives its process, and an address for each student."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        port = _free_port()
        command = app_command(_notebook(Path(scratch), 0), port=port, browser=False, visitors=count + 1)
        url = f"http://127.0.0.1:{port}"
        with _running(command, Path(scratch), f"{url}/voila/static/voila.js") as process:
            yield process, [url] * count


@contextlib.contextmanager
def _hub(count: int) -> Iterator[tuple[int, list[str]]]:
    """JupyterHub; gives its process, and an address for each student."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
        hub.hub(Path(scratch), _notebook(Path(scratch), 0), count) as running,
    ):
        yield running


@contextlib.contextmanager
def _lab(count: int) -> Iterator[tuple[int, list[str]]]:
    """JupyterLab; gives its process, and a notebook's address for each student."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        notebooks = [_notebook(Path(scratch), number) for number in range(count)]
        port = _free_port()
        command = [*lab_command(notebooks[0], port=port, browser=False), "--IdentityProvider.token=t"]
        command.append("--LabApp.expose_app_in_browser=True")
        url = f"http://127.0.0.1:{port}"
        with _running(command, Path(scratch), f"{url}/api") as process:
            yield (
                process,
                [f"{url}/lab/workspaces/{n}/tree/{path.name}?reset&token=t" for n, path in enumerate(notebooks)],
            )


@contextlib.contextmanager
def _running(command: list[str], scratch: Path, alive: str) -> Iterator[int]:
    environment = {
        **server_environment(),
        "JUPYTER_RUNTIME_DIR": str(scratch),
        "JUPYTERLAB_WORKSPACES_DIR": str(scratch),
    }
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(alive)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=60)


def _notebook(folder: Path, number: int) -> Path:
    path = folder / f"student-{number}.ipynb"
    cell: dict[str, Any] = {
        "cell_type": "code",
        "id": "a",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": _CODE,
    }
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.write_text(json.dumps({"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> None:
    """Print the rows as they are measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, nargs="+", default=list(PAGES), help="how many are open at a time")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="no page is opened after so many, in all")
    parser.add_argument("--hub", action="store_true", help="measure JupyterHub as well")
    given = parser.parse_args()
    if given.hub and (lacks := hub.missing()):
        parser.error(f"--hub takes {lacks}, which is not installed")
    for row in classroom_rows(given.pages, given.minutes, with_hub=given.hub):
        print(f"{row.name}: {row.ours_ms:.3g} {row.unit}  ({row.peer}: {row.peer_ms:.3g} {row.unit})  {row.budget}")


if __name__ == "__main__":
    main()
