"""Nothing is looked up and nobody is called: the product runs in a network of its own, and every packet is seen."""

import importlib.util
import os
import sys

import pytest

from tests.quiet_walk import EMBEDDED, WALKS
from tests.sealed_network import ROOT, listen, way_in

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")

# As long as a lookup that comes late may take: the loud library is given up on after so many seconds.
_PATIENCE_S = 90


@pytest.fixture(scope="module")
def way():
    found = way_in()
    if found is None:
        pytest.skip("this system lets nobody make a network namespace (unshare --map-root-user --net --mount)")
    return found


@pytest.fixture
def hear(way, tmp_path):
    """Return what runs a program and tells whom it asked for; its home and caches are its own, and it is in no CI."""

    def run(*command, until="it ends"):
        passed = ("PATH", "SQUEEZEVIZ_MODELS", "LANG", "SQUEEZEVIZ_THREADS", "OPENBLAS_NUM_THREADS")
        kept = {name: os.environ[name] for name in passed if name in os.environ}
        home = tmp_path / "home"
        home.mkdir()
        own = {"HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache"), "PYTHONPATH": str(ROOT)}
        return listen(way, [sys.executable, *command], folder=tmp_path, environment={**kept, **own}, until=until)

    return run


def left(tmp_path):
    """Who has left files in the home, beside us and who caches what it has computed."""
    home = tmp_path / "home"
    kept = {path.relative_to(home).parts[:2] for path in home.rglob("*") if path.is_file()}
    return {"/".join(parts) for parts in kept} - {".cache/squeezeviz", ".cache/matplotlib", ".cache/fontconfig"}


# That it would be noticed ---------------------------------------------------------------------------------------------

_ASK = """
import socket, subprocess, sys
from contextlib import suppress
with suppress(OSError): socket.getaddrinfo("name.invalid", 443)
for address in ("192.0.2.7", "2001:db8::7"):
    with suppress(OSError): socket.create_connection((address, 443), 5)
with suppress(OSError): socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("198.51.100.7", 9))
child = "import ctypes; ctypes.CDLL(None).gethostbyname(b'child.invalid')"
subprocess.run([sys.executable, "-c", child])
with socket.create_server(("127.0.0.1", 0)) as server: socket.create_connection(server.getsockname()).close()
"""


def test_whoever_asks_is_heard(hear):
    heard = hear("-c", _ASK)
    assert heard.code == 0, heard.output
    assert heard.names == {"name.invalid", "child.invalid"}
    assert heard.addresses >= {"192.0.2.7", "198.51.100.7"}
    assert heard.addresses <= {"192.0.2.7", "198.51.100.7", "2001:db8::7"}, "a machine may have no IPv6"


_LOUD_ONNX_RUNTIME = f"""
import os, sys, threading
from pathlib import Path
import onnxruntime  # as a person would, who does not know
if not list(Path(os.environ["HOME"]).rglob("deviceid")): sys.exit(77)
onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
threading.Event().wait({_PATIENCE_S})
"""
_LOUD_OPENVINO = f"import threading, openvino\nthreading.Event().wait({_PATIENCE_S})"


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    from squeezeviz.runtime.loading import load_content

    path = tmp_path_factory.mktemp("converted") / "model.onnx"
    path.write_bytes(load_content(EMBEDDED)[1])
    return path


# How long a process has to live before ONNX Runtime, left alone, is heard; the walks live twice as long.
_heard_after_s = [0.0]


def test_onnx_runtime_left_alone_is_heard(hear, converted, tmp_path):
    heard = hear("-c", _LOUD_ONNX_RUNTIME, str(converted), until="a name")
    if heard.code == 77:
        pytest.skip("this ONNX Runtime reports nothing of itself")
    _heard_after_s[0] = heard.seconds
    assert any(name.endswith(".microsoft.com") for name in heard.names), heard
    assert left(tmp_path) == {".cache/Microsoft"}


def test_openvino_left_alone_is_heard(hear, tmp_path):
    if not all(importlib.util.find_spec(package) for package in ("openvino", "openvino_telemetry")):
        pytest.skip("openvino, or what it reports with, is not installed")
    heard = hear("-c", _LOUD_OPENVINO, until="a name")
    assert any(name.endswith(".google-analytics.com") for name in heard.names), heard


# And that there is nothing --------------------------------------------------------------------------------------------


@pytest.mark.timeout(600)
@pytest.mark.parametrize("walk", list(WALKS))
def test_nothing_is_asked(hear, tmp_path, walk):
    heard = hear("-m", "tests.quiet_walk", walk, str(tmp_path), str(2 * _heard_after_s[0]))
    assert heard.code == 0, heard.output
    assert (heard.names, heard.addresses) == (set(), set()), heard.output
    assert not [place for place in left(tmp_path) if "Microsoft" in place or "intel" in place]
