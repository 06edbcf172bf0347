"""Who is answered, which kernels stay, and how they are started: without a server."""

import asyncio
import gc
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from squeezeviz.explorer.models.folder import VISITOR_VARIABLE
from squeezeviz.serving.hosts import why_refused
from tests.optional import needs

pytestmark = needs("voila")  # it takes a second to import


def asked(host, **headers):
    from tornado.httputil import HTTPHeaders

    return SimpleNamespace(host=host, headers=HTTPHeaders({name.replace("_", "-"): to for name, to in headers.items()}))


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.1:65535", "[::1]:8866", "hub"])
def test_hosts_that_are_answered(host):
    assert why_refused(asked(host), ["hub"]) is None
    assert why_refused(asked(host, Origin=f"https://{host}"), ["hub"]) is None


@pytest.mark.parametrize(
    "host",
    ["", "evil", "localhost.", "localhost.evil", "127.0.0.1.evil", "evil@127.0.0.1", "127.0.0.1@evil", "127.0.0.1:80:80",
     "127.0.0.1/..", "127.0.0.1\\evil", "::1", "[::1", "[::1]x", "0.0.0.0", "127.1", "2130706433", "hub.evil", "local host"],
)  # fmt: skip
def test_hosts_that_are_not(host):
    assert why_refused(asked(host), ["hub"])
    assert why_refused(asked("localhost", Origin=f"http://{host}"), ["hub"])


@pytest.mark.parametrize(("site", "dest", "is_refused"), [("cross-site", "document", False), ("cross-site", "iframe", True),
    ("cross-site", None, True), ("same-origin", "empty", False), ("none", "document", False), ("same-site", "script", False)])  # fmt: skip
def test_a_link_from_elsewhere_is_welcome_and_nothing_else(site, dest, is_refused):
    headers = {"Sec_Fetch_Site": site} | ({"Sec_Fetch_Dest": dest} if dest else {})
    assert bool(why_refused(asked("localhost", **headers))) is is_refused


def test_a_message_has_a_table_it_can_have():
    from squeezeviz.serving.handlers import is_readable

    number = 6
    table = number.to_bytes(8, "little") + bytes(8 * number)
    assert is_readable(table)
    assert not is_readable(table[:-1])
    assert not is_readable((5).to_bytes(8, "little") + bytes(80))
    assert not is_readable("{}")


@pytest.fixture
def kernels(monkeypatch):
    from squeezeviz.serving.kernels import VisitorKernels

    made = VisitorKernels(most=2)
    now = [1000.0]
    monkeypatch.setattr("squeezeviz.serving.kernels.time", SimpleNamespace(monotonic=lambda: now[0]))
    made.later = lambda seconds: now.__setitem__(0, now[0] + seconds)
    made._kernel_connections["a"] = 0
    made.see("a")
    return made


def test_a_kernel_nobody_came_to_is_left_soon_and_one_somebody_was_at_later(kernels):
    kernels.later(kernels.unclaimed_s)
    assert not kernels._is_left("a")
    kernels.see("a")  # the page has asked for it
    kernels.later(kernels.unclaimed_s)
    assert not kernels._is_left("a")
    kernels.later(1)
    assert kernels._is_left("a")
    kernels.notify_connect("a")
    kernels.later(10 * kernels.absent_s)
    assert not kernels._is_left("a"), "its websocket is open"
    kernels.notify_disconnect("a")
    kernels.later(kernels.absent_s)
    assert not kernels._is_left("a")
    kernels.later(1)
    assert kernels._is_left("a")


def test_places_count_what_starts_and_not_what_ends(kernels, monkeypatch):
    monkeypatch.setattr(kernels, "list_kernel_ids", lambda: ["a", "b", "c"])
    kernels._starting.add("c")
    kernels._starting.add("d")
    kernels._ending.add("b")
    assert kernels.taken() == 3


def finished(work):
    """What comes of a coroutine; on a thread, since other tests may have left a loop running on this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.mark.usefixtures("only_new_garbage")
def test_a_kernel_has_a_folder_of_its_own_that_goes_with_it(monkeypatch):
    from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

    from squeezeviz.serving.kernels import VisitorKernels

    given = {}

    async def start(self, *, kernel_id, env, **_):
        given.update(env)

    async def end(self, kernel_id, **_):
        assert Path(given[VISITOR_VARIABLE]).exists()

    monkeypatch.setattr(AsyncMappingKernelManager, "start_kernel", start)
    monkeypatch.setattr(AsyncMappingKernelManager, "shutdown_kernel", end)
    made = VisitorKernels(most=2)
    kernel_id = finished(made.start_kernel(env={"A": "b"}))
    folder = Path(given[VISITOR_VARIABLE])
    assert given["A"] == "b"
    assert folder.name == kernel_id
    assert folder.parent.stat().st_mode & 0o077 == 0, "nobody else's to look into"
    folder.mkdir()
    (folder / "theirs.onnx").write_bytes(b"x")
    finished(made.shutdown_kernel(kernel_id))
    assert not folder.exists()
    parent = folder.parent
    del made
    gc.collect()
    assert not parent.exists(), "with the server all of them are gone"


@pytest.mark.parametrize("python", ["python", "python3", sys.executable])
def test_a_kernel_of_this_python_is_started_without_its_folder(monkeypatch, python):
    assert started(monkeypatch, [python, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "x", "--log"]) == [
        python, "-Xfrozen_modules=off", "-P", "-m", "squeezeviz.serving.kernel", "-f", "x", "--log",
    ]  # fmt: skip


@pytest.mark.parametrize("argv", [["/other/python", "-m", "ipykernel_launcher"], ["R", "-e", "x"], ["python", "-m", "bash_kernel"], ["python", "-m"], []])  # fmt: skip
def test_others_are_started_as_they_say(monkeypatch, argv):
    assert started(monkeypatch, argv) == argv


def started(monkeypatch, argv):
    from jupyter_client.kernelspec import KernelSpecManager

    from squeezeviz.serving.specs import IsolatedKernelSpecs

    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", lambda self, name: SimpleNamespace(argv=argv))
    return IsolatedKernelSpecs().get_kernel_spec("any").argv
