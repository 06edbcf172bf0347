"""Starting JupyterLab or Voilà on our notebooks: on the loopback only, large uploads allowed, nothing fetched."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from squeezeviz.errors import SqueezeVizError
from squeezeviz.resources import PACKAGE, is_checkout, shipped

__all__ = ["app_command", "app_environment", "lab_command", "workspace"]

# Tornado's own limit of 10 MiB drops the connection without a word. Our widgets send pieces; other people's do not.
_WEBSOCKET_BYTES = 200 * 1024 * 1024


def lab_command(notebook: Path, *, port: int | None = None, browser: bool = True) -> list[str]:
    """Return the command that opens JupyterLab on a notebook.

    Args:
        notebook: The notebook to open; its folder becomes the server's root.
        port: Port on 127.0.0.1; the first free one from 8888 by default.
        browser: Whether to open a browser.
    """
    root = notebook.resolve().parent
    command = [sys.executable, "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={root}"]
    command += [f"--ServerApp.tornado_settings={{'websocket_max_message_size': {_WEBSOCKET_BYTES}}}"]
    command += [f"--LabApp.default_url=/lab/tree/{notebook.name}"]
    # JupyterLab asks the net for news and newer versions; nothing here talks to any host.
    command += ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command += ["--LabApp.extension_manager=readonly"]
    if port is not None:
        command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if not browser:
        command += ["--no-browser"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # containers run as root; the server stays on the loopback
        command += ["--allow-root"]
    return command


def app_command(notebook: Path, *, port: int | None = None, browser: bool = True) -> list[str]:
    """Return the command that shows a notebook as an app, without its code, through Voilà.

    It wants the environment of `app_environment`.

    Args:
        notebook: The notebook to show.
        port: Port on 127.0.0.1; the first free one from 8866 by default.
        browser: Whether to open a browser.

    Raises:
        SqueezeVizError: Voilà is not installed.
    """
    if importlib.util.find_spec("voila") is None:
        raise SqueezeVizError("the app needs Voilà, which is not installed: pip install 'squeezeviz[app]'")
    command = [sys.executable, "-m", "voila", str(notebook.resolve()), "--Voila.ip=127.0.0.1"]
    command += ["--VoilaConfiguration.template=squeezeviz", "--VoilaConfiguration.show_margins=False"]
    command += [f"--Voila.tornado_settings={{'websocket_max_message_size': {_WEBSOCKET_BYTES}}}"]
    if port is not None:
        command += [f"--Voila.port={port}", "--Voila.port_retries=0"]
    if not browser:
        command += ["--no-browser"]
    return command


def app_environment() -> dict[str, str]:
    """Return this process's environment, with our Voilà template first on Jupyter's search path.

    Jupyter looks for templates in ``share/jupyter`` of the environment, where a wheel could put ours and an editable
    checkout could not keep it current; so both name the folder in the package instead.
    """
    folders = [str(PACKAGE / "share" / "jupyter"), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    return {**os.environ, "JUPYTER_PATH": os.pathsep.join(folders)}


def workspace() -> Path:
    """Return the folder with our notebooks: a checkout's own, or a copy in the working folder for a person to change.

    Raises:
        SqueezeVizError: The copy cannot be made.
    """
    if is_checkout():
        return shipped("notebooks")
    folder = Path("squeezeviz-notebooks").resolve()
    try:
        folder.mkdir(exist_ok=True)
        for notebook in sorted(shipped("notebooks").glob("*.ipynb")):
            if not (folder / notebook.name).exists():  # what a person has changed stays as it is
                shutil.copy(notebook, folder)
    except OSError as exc:
        raise SqueezeVizError(f"{folder}: the notebooks cannot be copied there ({exc.strerror or exc})") from exc
    return folder
