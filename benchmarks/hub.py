"""JupyterHub for the measurement of a class: each student has an account, a server and a kernel; on this machine alone."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.hosts import wait_for
from squeezeviz.serving.server import WEBSOCKET_BYTES, server_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PASSWORD = "class"
_CONFIG = """
import shutil, sys
from pathlib import Path
given = {given}
c = get_config()
c.JupyterHub.bind_url = f"http://127.0.0.1:{{given['port']}}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{{given['hub']}}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{{given['proxy']}}"
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.cookie_secret_file = given["scratch"] + "/secret"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = given["password"]
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = given["scratch"] + "/{{username}}"
c.Spawner.notebook_dir = given["scratch"] + "/{{username}}"
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.default_url = "/lab/tree/student.ipynb"
c.Spawner.args = given["args"]
c.Spawner.environment = given["environment"]
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120
def prepare(spawner):
    home = Path(given["scratch"]) / spawner.user.name
    home.mkdir(exist_ok=True)
    shutil.copy(given["notebook"], home / "student.ipynb")
c.Spawner.pre_spawn_hook = prepare
"""
_ARGS = [
    f"--ServerApp.tornado_settings={{'websocket_max_message_size': {WEBSOCKET_BYTES}}}",
    "--ServerApp.kernel_spec_manager_class=squeezeviz.serving.specs.IsolatedKernelSpecs",
    "--ServerApp.jpserver_extensions=voila.server_extension=False",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--LabApp.expose_app_in_browser=True",
    *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
]


def missing() -> str:
    """Return what is not installed, in words; empty where all is."""
    lacks = [] if importlib.util.find_spec("jupyterhub") else ["jupyterhub (pip)"]
    lacks += [] if shutil.which("configurable-http-proxy") else ["configurable-http-proxy (npm)"]
    return " and ".join(lacks)


@contextlib.contextmanager
def hub(scratch: Path, notebook: Path, count: int) -> Iterator[tuple[int, list[str]]]:
    """Run a hub; gives its process, and an address for each student, who logs in there: see `login`."""
    with contextlib.ExitStack() as probes:
        sockets = [probes.enter_context(socket.socket()) for _ in range(3)]
        for probe in sockets:
            probe.bind(("127.0.0.1", 0))
        port, inner, proxy = (probe.getsockname()[1] for probe in sockets)
    environment = {
        name: value
        for name, value in server_environment().items()
        if name.startswith(("JUPYTER", "PYTHON", "SQUEEZEVIZ", "ORT"))
    }
    given = {"port": port, "hub": inner, "proxy": proxy, "scratch": str(scratch), "notebook": str(notebook), "password": _PASSWORD,
             "args": _ARGS, "environment": {**environment, "SQUEEZEVIZ_THREADS": "1"}}  # fmt: skip
    config = scratch / "jupyterhub_config.py"
    config.write_text(_CONFIG.format(given=json.dumps(given)), encoding="utf-8")
    command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
    process = subprocess.Popen(
        command, cwd=scratch, env=server_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/hub/login")
        yield process.pid, [f"http://127.0.0.1:{port}/hub/login?student={number}" for number in range(count)]
    finally:
        process.terminate()  # it ends its proxy and its students' servers
        process.wait(timeout=120)


def login(page: object, address: str) -> None:
    """Log a student in, who is the number at the end of the address."""
    page.fill("#username_input", f"student{address.rpartition('=')[2]}")  # type: ignore[attr-defined]  # Playwright's own
    page.fill("#password_input", _PASSWORD)  # type: ignore[attr-defined]  # as above
    page.click("#login_submit")  # type: ignore[attr-defined]  # as above
