"""Our servers as processes of their own, on the loopback, in a home of their own."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import nbformat
import psutil

from squeezeviz.serving.server import app_command, server_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

UP_S, WAIT_S, ASK_S = 150, 90, 60
# A widget that sends bytes: such messages are the ones that end Voilà where the older protocol is spoken.
SOURCE = "import ipywidgets\nipywidgets.Image(value=b'\\x89PNG', description='seen')"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def kernel_id(self) -> str:
        """The id in an app's page."""
        return re.search(rb'"kernelId": "([\w-]+)"', self.body)[1].decode()


@dataclass
class Running:
    """A server that runs."""

    port: int
    process: subprocess.Popen = field(repr=False)
    log: Path = field(repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str = "/", method: str = "GET", body: str | None = None, **headers: str) -> Answer:
        """Send one request, with headers such as ``Sec_Fetch_Dest="image"``."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ASK_S)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def kernels(self) -> int:
        """How many kernels there are, as processes."""
        count = 0
        for child in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                count += "-f" in child.cmdline() and child.status() != psutil.STATUS_ZOMBIE
        return count


def eventually(is_so: Callable[[], Any]) -> Any:
    """Wait until something is so; fail after a bounded time."""
    deadline = time.monotonic() + WAIT_S
    while not (found := is_so()):
        assert time.monotonic() < deadline, "it has not come to be"
        time.sleep(0.1)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def notebook(path: Path, source: str = SOURCE) -> Path:
    """Write a notebook of one cell."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(made, path)
    return path


@contextlib.contextmanager
def serving(command: list[str], port: int, home: Path, alive: str, cwd: Path | None = None) -> Iterator[Running]:
    """Run a command until the block is left, once it answers for an address; end it and all that it has started."""
    home.mkdir(parents=True, exist_ok=True)
    private = {"HOME": home, "IPYTHONDIR": home / "ipython", "JUPYTER_CONFIG_DIR": home / "config"}
    private |= {"JUPYTER_DATA_DIR": home / "data", "JUPYTER_RUNTIME_DIR": home / "runtime"}
    environment = {**server_environment(), **{name: str(path) for name, path in private.items()}}
    log = home / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command, env=environment, cwd=cwd, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    running = Running(port, process, log)
    try:
        _wait_until_up(running, alive)
        yield running
    finally:
        started = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(ASK_S)
        for left in [*started, process]:
            with contextlib.suppress(psutil.Error, OSError):
                left.kill()
        process.wait()


def _wait_until_up(running: Running, alive: str) -> None:
    deadline = time.monotonic() + UP_S
    while time.monotonic() < deadline and running.process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            running.ask(alive)
            return
        time.sleep(0.05)
    raise AssertionError(f"the server did not come up:\n{running.log.read_text()[-3000:]}")


@contextlib.contextmanager
def app(folder: Path, *arguments: str, source: str = SOURCE, **options: Any) -> Iterator[Running]:
    """Run the app on a notebook of one cell in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = app_command(notebook(folder / "own.ipynb", source), port=port, browser=False, **options)
    with serving([*command, *arguments], port, folder / "home", "/voila/static/voila.js") as running:
        yield running
