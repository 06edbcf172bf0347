"""A kernel's channels listen once it is said what becomes of a message, never while another thread still says so."""

import json
import subprocess
import sys

import pytest

pytest.importorskip("ipykernel", reason="ipykernel is not installed")
# Who listens, whenever a callback is put on a stream, and once the kernel has started.
SCRIPT = """
import json, os, sys
from zmq.eventloop.zmqstream import ZMQStream
from squeezeviz.serving.kernel import IsolatedKernelApp

app = IsolatedKernelApp.instance(connection_file=sys.argv[1])
put, seen = ZMQStream.on_recv, []

def who_listens():
    return [bool(thread and thread.is_alive()) for thread in (app.control_thread, app.shell_channel_thread)]

def on_recv(stream, *args, **options):
    seen.append(who_listens())
    return put(stream, *args, **options)

ZMQStream.on_recv = on_recv
app.initialize([])
app.kernel.start()
ZMQStream.on_recv = put
print(json.dumps({"while": seen, "then": who_listens()}), file=sys.__stdout__, flush=True)
os._exit(0)
"""


def test_no_channel_listens_before_the_kernel_has_started(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "kernel.json")],
        capture_output=True, text=True, timeout=60, check=True, cwd=tmp_path,
    )  # fmt: skip
    told = json.loads(run.stdout.splitlines()[-1])
    assert len(told["while"]) >= 3, "the control, the debugger's and the shell's stream"
    assert not any(any(listening) for listening in told["while"])
    assert told["then"] == [True, True]
