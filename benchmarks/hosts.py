"""Servers that show the explorer, and the browser that looks at them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from squeezeviz.serving.server import app_command, lab_command, server_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]


def chromium() -> str | None:
    """Where a browser is that Playwright can drive; None where there is none."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    return found if find_spec("playwright") else None


@contextlib.contextmanager
def notebook_server(code: str) -> Iterator[str]:
    """Serve a notebook of one cell by JupyterLab; gives its address."""
    with _one_cell(code) as notebook:
        port = 18_900 + os.getpid() % 1000
        command = [*lab_command(notebook, port=port, browser=False), "--IdentityProvider.token=t"]
        with _served(
            [*command, "--LabApp.expose_app_in_browser=True"], notebook.parent, f"http://127.0.0.1:{port}/api"
        ):
            yield f"http://127.0.0.1:{port}/lab/tree/{notebook.name}?reset&token=t"


@contextlib.contextmanager
def app_server(code: str) -> Iterator[str]:
    """Serve the same as an app; gives its address."""
    with _one_cell(code) as notebook:
        port = 19_900 + os.getpid() % 1000
        address = f"http://127.0.0.1:{port}/"
        # Not the page itself: that would start a kernel.
        with _served(
            app_command(notebook, port=port, browser=False), notebook.parent, f"{address}voila/static/voila.js"
        ):
            yield address


@contextlib.contextmanager
def _one_cell(code: str) -> Iterator[Path]:
    cell: dict[str, Any] = {
        "cell_type": "code",
        "id": "a",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": code,
    }
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        notebook = Path(scratch) / "bench.ipynb"
        notebook.write_text(json.dumps({"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))
        yield notebook


@contextlib.contextmanager
def _served(command: list[str], scratch: Path, answers: str) -> Iterator[None]:
    """Run a server until the block ends; the block begins once it answers at an address."""
    environment = {
        **server_environment(),
        "JUPYTER_RUNTIME_DIR": str(scratch),
        "JUPYTERLAB_WORKSPACES_DIR": str(scratch),
    }
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(answers)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def open_page(page: Any, address: str) -> None:  # noqa: ANN401 - Playwright's own
    """Open a notebook: in JupyterLab its cells are run, an app runs them by itself."""
    page.goto(address)
    if "/lab/" not in address:
        return
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
