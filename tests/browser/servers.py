"""JupyterLab and Voilà, started by our own commands, with a person's settings out of reach."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest

from squeezeviz.serving.server import app_command, lab_command, server_environment

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LIGHT = "JupyterLab Light"


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
        return self.address(copy_as)

    def address(self, name: str, *, workspace: str = "") -> str:
        """Return the address of a notebook that lies in the folder; JupyterLab keeps what is open by workspace."""
        place = f"/workspaces/{workspace}" if workspace else ""
        return f"{self.url}/lab{place}/tree/{name}?reset&token={self.token}"


def private_environment(home: Path) -> dict[str, str]:
    """The present environment with Jupyter's folders, and so a person's settings, out of reach."""
    return {
        **os.environ,
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_CONFIG_PATH": server_environment()["JUPYTER_CONFIG_PATH"],
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "lab-settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }


def wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 150  # other work may keep the machine busy
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)  # a server has no other way to say that it is up
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
        process.wait(timeout=120)


@contextlib.contextmanager
def lab_server(tmp_path_factory):
    """JupyterLab, started by the command that `squeezeviz lab` uses."""
    folder = tmp_path_factory.mktemp("lab-notebooks")
    port, token = free_port(), "test-token"
    url = f"http://127.0.0.1:{port}"
    shutil.copy(NOTEBOOKS / "01_predict.ipynb", folder)
    command = lab_command(folder / "01_predict.ipynb", port=port, browser=False)
    command += [f"--IdentityProvider.token={token}", "--LabApp.expose_app_in_browser=True"]
    with running(command, tmp_path_factory.mktemp("lab-home"), url, "/api") as process:
        yield Server(url, folder, token, process)


@contextlib.contextmanager
def app(notebook: Path, tmp_path_factory):
    """Voilà on one notebook; its address."""
    pytest.importorskip("voila", reason="Voilà is not installed")
    url = f"http://127.0.0.1:{free_port()}"
    notebook = Path(shutil.copy(notebook, tmp_path_factory.mktemp("voila-notebooks")))
    command = app_command(notebook, port=int(url.rpartition(":")[2]), browser=False)
    template = {"JUPYTER_PATH": server_environment()["JUPYTER_PATH"]}
    # Not the page itself: that would start a kernel.
    with running(command, tmp_path_factory.mktemp("voila-home"), url, "/voila/static/voila.js", **template):
        yield url


def one_cell(*sources: str):
    """A notebook of one code cell, or of several."""
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, sources)))
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return notebook


def run_all(page, theme: str | None = None) -> None:
    """Run all cells of the notebook that is open in JupyterLab, in a theme where one is named."""
    wait_until_idle(page)
    if theme:
        wear(page, theme)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")


def wear(page, theme: str) -> None:
    """Change JupyterLab's theme, and wait until the page wears it."""
    page.evaluate(
        """theme => document.body.dataset.jpThemeName === theme
            || window.jupyterapp.commands.execute('apputils:change-theme', {theme})""",
        theme,
    )
    page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=theme)


def save(page) -> None:
    """Save the notebook that is open in JupyterLab, and wait until it is."""
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")


def wait_until_idle(page) -> None:
    page.wait_for_function(
        """() => [...document.querySelectorAll('#jp-main-statusbar .jp-StatusBar-TextItem')]
                 .some(item => /\\| Idle/.test(item.textContent) && !/No Kernel/.test(item.textContent))""",
        timeout=180_000,  # the first start of JupyterLab and of a kernel
    )
