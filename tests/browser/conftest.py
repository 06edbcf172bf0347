"""Real servers, a real browser. The `page` fixture fails a test on any console error and any request to another host."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import struct
import subprocess
import time
import urllib.request
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.server import app_command, lab_command, server_environment
from tests.browser.explorer_page import ready
from tests.browser.predictor_page import upload

ARTIFACTS = Path(__file__).parents[2] / "artifacts" / "browser"
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
# Said by JupyterLab itself on every start, and by Voilà when a page is left; harmless.
HARMLESS = re.compile(r"Download the React DevTools|\[Violation\]|403 \(Forbidden\) .*/voila/api/shutdown/")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Server:
    """A running server, with a folder of its own for notebooks."""

    url: str
    folder: Path
    token: str
    process: subprocess.Popen = field(repr=False)

    def notebook(self, name: str, copy_as: str) -> str:
        """Copy one of our notebooks in, and return its address."""
        shutil.copy(NOTEBOOKS / name, self.folder / copy_as)
        return f"{self.url}/lab/tree/{copy_as}?reset&token={self.token}"


def private_environment(home: Path) -> dict[str, str]:
    """The present environment with Jupyter's folders, and so a person's settings, out of reach."""
    settings = home / "lab-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    return {
        **os.environ,
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "lab-settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }


def wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server at {url} did not come up:\n{log.read_text()[-3000:]}")


@contextlib.contextmanager
def running(command: list[str], home: Path, url: str, alive: str, **more: str):
    """Run a server until the block is left; its log is kept in its home."""
    log = home / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command, env={**private_environment(home), **more}, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        wait_for(url + alive, process, log)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def lab(tmp_path_factory, _own_cache):
    """JupyterLab, started by the command that `squeezeviz lab` uses."""
    folder = tmp_path_factory.mktemp("lab-notebooks")
    port, token = free_port(), "test-token"
    url = f"http://127.0.0.1:{port}"
    shutil.copy(NOTEBOOKS / "01_predict.ipynb", folder)
    command = lab_command(folder / "01_predict.ipynb", port=port, browser=False)
    command += [f"--IdentityProvider.token={token}", "--LabApp.expose_app_in_browser=True"]
    with running(command, tmp_path_factory.mktemp("lab-home"), url, "/api") as process:
        yield Server(url, folder, token, process)


@pytest.fixture(scope="session")
def voila(tmp_path_factory, _own_cache):
    """The address of the first notebook as an app: Voilà, started by our own command."""
    with app(NOTEBOOKS / "01_predict.ipynb", tmp_path_factory) as url:
        yield url


@pytest.fixture(scope="session")
def voila_explorer(tmp_path_factory, _own_cache):
    """The address of an app that is one empty explorer."""
    path = tmp_path_factory.mktemp("explorer") / "explorer.ipynb"
    nbformat.write(one_cell("import squeezeviz as sv\nsv.explore()"), path)
    with app(path, tmp_path_factory) as url:
        yield url


def one_cell(source: str):
    """A notebook of one code cell."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return notebook


@contextlib.contextmanager
def app(notebook: Path, tmp_path_factory):
    pytest.importorskip("voila", reason="Voilà is not installed")
    url = f"http://127.0.0.1:{free_port()}"
    notebook = Path(shutil.copy(notebook, tmp_path_factory.mktemp("voila-notebooks")))
    command = app_command(notebook, port=int(url.rpartition(":")[2]), browser=False)
    template = {"JUPYTER_PATH": server_environment()["JUPYTER_PATH"]}
    # Not the page itself: that would start a kernel.
    with running(command, tmp_path_factory.mktemp("voila-home"), url, "/voila/static/voila.js", **template):
        yield url


@pytest.fixture(scope="session")
def browser():
    """Chromium; the test is skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = [
        path for name in ("chromium", "chromium-browser", "google-chrome", "chrome") if (path := shutil.which(name))
    ]
    if not found:
        pytest.skip("Chromium is not on this machine (Debian: apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=found[0], args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser, request):
    """A fresh page; fails the test on console errors and on requests to other hosts, and keeps a screenshot."""
    with fresh_page(browser, request.node.name, **getattr(request, "param", {})) as opened:
        yield opened
    assert opened.problems == []


@pytest.fixture(scope="module")
def lasting_page(browser, request):
    """The same for a module whose tests go on where the one before ended: one kernel is enough for them."""
    with fresh_page(browser, request.node.name) as opened:
        yield opened
    assert opened.problems == []


@contextlib.contextmanager
def fresh_page(browser, name, **options):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    problems: list[str] = []

    def hear(message):
        told = f"{message.text} {message.location.get('url', '')}"
        if message.type == "error" and not HARMLESS.search(told):
            problems.append(told)

    opened.on("console", hear)
    opened.on("pageerror", lambda error: problems.append(str(error)))

    def look(asked):
        if not asked.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "about:")):
            problems.append(f"request to another host: {asked.url}")

    opened.on("request", look)
    opened.on("websocket", look)
    opened.problems = problems
    yield opened
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    file_name = re.sub(r"[^\w-]+", "_", name)
    opened.screenshot(path=ARTIFACTS / f"{file_name}.png")
    context.close()


@pytest.fixture
def open_notebook(page, lab, request):
    """Open a notebook in JupyterLab, run all its cells, and return the page once the kernel is idle."""

    def run(name: str, *, theme: str | None = None):
        copy_as = re.sub(r"[^\w-]+", "_", request.node.name) + ".ipynb"
        page.goto(lab.notebook(name, copy_as))
        run_all(page, theme)
        return page

    return run


@pytest.fixture
def open_cell(page, lab, request):
    """Open a notebook of one cell in JupyterLab, run it, and return the page."""

    def run(source: str, *, theme: str | None = None, width: int = 1280):
        path = lab.folder / (re.sub(r"[^\w-]+", "_", request.node.name) + ".ipynb")
        nbformat.write(one_cell(source), path)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{lab.url}/lab/tree/{path.name}?reset&token={lab.token}")
        run_all(page, theme)
        return page

    return run


def run_all(page, theme: str | None = None) -> None:
    """Run all cells of the notebook that is open in JupyterLab, in a theme where one is named."""
    wait_until_idle(page)
    if theme:
        page.evaluate("name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})", theme)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")


def wait_until_idle(page) -> None:
    page.wait_for_function(
        """() => [...document.querySelectorAll('#jp-main-statusbar .jp-StatusBar-TextItem')]
                 .some(item => /\\| Idle/.test(item.textContent) && !/No Kernel/.test(item.textContent))""",
        timeout=60_000,
    )


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """Photos as a person has them: JPEG files."""
    pytest.importorskip("skimage", reason="the samples come with scikit-image, which is not installed")
    folder = tmp_path_factory.mktemp("photos")
    for name in ("chelsea", "coffee"):
        sv.read_image(name).picture.save(folder / f"{name}.jpg", quality=95)
    (folder / "letter.jpg").write_text("Dear network, ...")
    (folder / "cut.jpg").write_bytes((folder / "chelsea.jpg").read_bytes()[:9000])
    (folder / "bomb.png").write_bytes(bomb())
    noise = np.random.default_rng(0).integers(0, 256, (2100, 2100, 3), dtype=np.uint8)
    Pillow.fromarray(noise).save(folder / "large.png", compress_level=0)
    return folder


def bomb() -> bytes:
    """A PNG whose header promises 200 megapixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 20_000, 10_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\x00" * 64


@pytest.fixture(params=["lab", "app"])
def explorer(request, open_cell, page, published_files, files):
    """The explorer with a photo of a cat on it, in JupyterLab and as the app."""
    if request.param == "app":
        return request.getfixturevalue("explorer_app")
    open_cell("import squeezeviz as sv\nsv.explore()")
    return with_chelsea(page, files)


@pytest.fixture
def explorer_app(page, voila_explorer, published_files, files):
    """The same as the app alone."""
    page.goto(voila_explorer)
    return with_chelsea(page, files)


def with_chelsea(page, files):
    page.locator(".sqv-sample").first.wait_for(timeout=60_000)
    upload(page, files / "chelsea.jpg")
    ready(page, "fire5/concat")
    return page
