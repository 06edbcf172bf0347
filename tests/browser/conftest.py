"""Real servers, a real browser. The `page` fixture fails a test on any console error and any request to another host."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from squeezeviz.server import lab_command

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
# Said by JupyterLab itself on every start, and harmless.
HARMLESS = re.compile(r"Download the React DevTools|\[Violation\]")


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


@pytest.fixture(scope="session")
def lab(tmp_path_factory, _own_cache):
    """JupyterLab, started by the command that `squeezeviz lab` uses."""
    home = tmp_path_factory.mktemp("lab-home")
    folder = tmp_path_factory.mktemp("lab-notebooks")
    port, token = free_port(), "test-token"
    shutil.copy(NOTEBOOKS / "01_predict.ipynb", folder)
    command = lab_command(folder / "01_predict.ipynb", port=port, browser=False)
    log = home / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, f"--IdentityProvider.token={token}", "--LabApp.expose_app_in_browser=True"],
            env=private_environment(home), stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/api", process, log)
        yield Server(url, folder, token, process)
    finally:
        process.terminate()
        process.wait(timeout=20)


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
    options = getattr(request, "param", {})
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    problems: list[str] = []
    opened.on(
        "console", lambda m: problems.append(m.text) if m.type == "error" and not HARMLESS.search(m.text) else None
    )
    opened.on("pageerror", lambda error: problems.append(str(error)))

    def look(asked):
        if not asked.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "about:")):
            problems.append(f"request to another host: {asked.url}")

    opened.on("request", look)
    opened.problems = problems
    yield opened
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w-]+", "_", request.node.name)
    opened.screenshot(path=ARTIFACTS / f"{name}.png")
    context.close()
    assert problems == []


@pytest.fixture
def open_notebook(page, lab, request):
    """Open a notebook in JupyterLab, run all its cells, and return the page once the kernel is idle."""

    def run(name: str, *, theme: str | None = None):
        copy_as = re.sub(r"[^\w-]+", "_", request.node.name) + ".ipynb"
        page.goto(lab.notebook(name, copy_as))
        wait_until_idle(page)
        if theme:
            page.evaluate("name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})", theme)
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        return page

    return run


def wait_until_idle(page) -> None:
    page.wait_for_function(
        """() => [...document.querySelectorAll('#jp-main-statusbar .jp-StatusBar-TextItem')]
                 .some(item => /\\| Idle/.test(item.textContent) && !/No Kernel/.test(item.textContent))""",
        timeout=60_000,
    )
