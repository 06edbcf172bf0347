"""Starting JupyterLab or Voilà on our notebooks: on the loopback only, large uploads allowed, nothing fetched."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from squeezeviz.errors import SqueezeVizError
from squeezeviz.resources import PACKAGE, is_checkout, shipped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "IDLE_MINUTES",
    "VISITORS",
    "WEBSOCKET_BYTES",
    "app_command",
    "lab_command",
    "run_server",
    "server_environment",
    "workspace",
]

# Tornado's own limit of 10 MiB drops the connection without a word. Our widgets send pieces; other people's do not.
WEBSOCKET_BYTES = 200 * 1024 * 1024
VISITORS = 32  # a class; a kernel takes 150 to 220 MB
IDLE_MINUTES = 240  # a morning: a page that is open but forgotten ends as well, at last
_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
# Without -P, ``python -m`` looks for every module in the working folder first, and runs a queue.py that lies there.
_PYTHON = [sys.executable, "-P", "-m"]


def lab_command(
    notebook: Path, *, port: int | None = None, browser: bool = True, allow_hosts: Sequence[str] = ()
) -> list[str]:
    """Return the command that opens JupyterLab on a notebook.

    Args:
        notebook: The notebook to open; its folder becomes the server's root.
        port: Port on 127.0.0.1; the first free one from 8888 by default.
        browser: Whether to open a browser.
        allow_hosts: Names by which the server may be asked, beside the local ones.

    Raises:
        SqueezeVizError: A name is none.
    """
    root = notebook.resolve().parent
    command = [*_PYTHON, "squeezeviz.serving", "lab", "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={root}"]
    command += [f"--ServerApp.tornado_settings={{'websocket_max_message_size': {WEBSOCKET_BYTES}}}"]
    command += ["--ServerApp.kernel_spec_manager_class=squeezeviz.serving.specs.IsolatedKernelSpecs"]
    command += ["--ServerApp.allow_remote_access=False"]
    hosts = [_host_name(name) for name in allow_hosts]
    command += [f"--ServerApp.local_hostnames={name}" for name in ["localhost", *hosts] if hosts]
    # Voilà's part of JupyterLab gives pictures beside the notebook to anyone, without the token.
    command += ["--ServerApp.jpserver_extensions=voila.server_extension=False"]
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


def app_command(
    notebook: Path,
    *,
    port: int | None = None,
    browser: bool = True,
    allow_hosts: Sequence[str] = (),
    visitors: int = VISITORS,
    idle_minutes: int = IDLE_MINUTES,
) -> list[str]:
    """Return the command that shows a notebook as an app, without its code, through Voilà.

    It wants the environment of `server_environment`. What is offered, and to whom, is told in `squeezeviz.serving`.

    Args:
        notebook: The notebook to show.
        port: Port on 127.0.0.1; the first free one from 8866 by default.
        browser: Whether to open a browser.
        allow_hosts: Names by which the server may be asked, beside the local ones.
        visitors: How many pages may be open at a time, each with a kernel of its own.
        idle_minutes: After how many minutes without a word a page that is open gives its place away.

    Raises:
        SqueezeVizError: Voilà is not installed, or a name is none.
    """
    if importlib.util.find_spec("voila") is None:
        raise SqueezeVizError("the app needs Voilà, which is not installed: pip install 'squeezeviz[app]'")
    command = [*_PYTHON, "squeezeviz.serving", "app", str(notebook.resolve()), "--Voila.ip=127.0.0.1"]
    command += ["--VoilaConfiguration.template=squeezeviz", "--VoilaConfiguration.show_margins=False"]
    command += [f"--VisitorKernels.most={visitors}"]
    if idle_minutes != IDLE_MINUTES:
        command += [f"--VisitorKernels.cull_idle_timeout={60 * idle_minutes}"]
    command += [f"--App.allowed_hosts={_host_name(name)}" for name in allow_hosts]
    if port is not None:
        command += [f"--Voila.port={port}", "--Voila.port_retries=0"]
    if not browser:
        command += ["--no-browser"]
    return command


def _host_name(name: str) -> str:
    lower = name.lower()
    if not _HOST_NAME.fullmatch(lower):
        raise SqueezeVizError(f"--allow-host {name!r}: expected a host's name alone, such as class.example.org")
    return lower


def server_environment() -> dict[str, str]:
    """Return the environment for a server and its kernels: this process's, and what is the same for both servers.

    - Our Voilà template is first on Jupyter's search path. Jupyter looks for templates in ``share/jupyter`` of the
      environment, where a wheel could put ours and an editable checkout could not keep it current; so both name the
      folder in the package instead.
    - JupyterLab does not ask on a first visit whether it may fetch news: it would fetch none (see `lab_command`).
    - ONNX Runtime sends nothing.
    - ``PYTHONPATH`` means the same folders wherever a server or a kernel runs.
    """
    environment = {**os.environ, "ORT_DISABLE_TELEMETRY": "1"}
    for name, folder in (("JUPYTER_PATH", "jupyter"), ("JUPYTER_CONFIG_PATH", "jupyter-config")):
        environment[name] = _joined(str(PACKAGE / "share" / folder), os.environ.get(name, ""))
    if os.environ.get("PYTHONPATH"):
        folders = os.environ["PYTHONPATH"].split(os.pathsep)
        environment["PYTHONPATH"] = _joined(*(str(Path(folder).absolute()) for folder in folders if folder))
    return environment


def _joined(*folders: str) -> str:
    return os.pathsep.join(filter(None, folders))


def run_server(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a server until it ends; return its exit code.

    It runs in our own folder: servers read settings from where they are started, and run those that are Python.
    """
    return subprocess.call(command, env=environment, cwd=PACKAGE)  # noqa: S603 - our own argv


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
