"""What the servers' programs leave out as they start, and how they end."""

import subprocess
import sys

import pytest

from squeezeviz.serving.server import app_command, lab_command


@pytest.mark.slow
@pytest.mark.parametrize("command", [lab_command, app_command])
def test_no_grammar_of_addresses_is_compiled(tmp_path, command):
    """jsonschema takes 3 s of every start for `rfc3987_syntax`, which none of Jupyter's schemas needs."""
    pytest.importorskip("voila", reason="Voilà is not installed")
    program = command(tmp_path / "a.ipynb")
    told = [*program[: program.index("-m")], "-X", "importtime", *program[program.index("-m") :], "--version"]
    done = subprocess.run(told, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip()[0].isdigit(), "its version"
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time")}
    assert "jsonschema" in imported
    assert "lark" not in imported, "which rfc3987_syntax compiles them with"


# JupyterLab itself takes a second to import, and what it does is not what is asked here.
STUCK = """
import sys, threading, types
from squeezeviz.serving import __main__ as serving
def launch():
    threading.Thread(target=threading.Event().wait).start()
    if len(sys.argv) > 1:
        sys.exit(int(sys.argv[1]))
sys.modules["jupyterlab"] = types.ModuleType("jupyterlab")
sys.modules["jupyterlab.labapp"] = types.SimpleNamespace(main=launch)
serving._PATIENCE_S = 0.1
serving.main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("code", [0, 3])
def test_a_thread_that_waits_for_ever_keeps_no_server(code):
    """AnyIO's do at times, where one was begun while the server's loop came to its end."""
    more = [str(code)] if code else []
    done = subprocess.run([sys.executable, "-c", STUCK, "lab", *more], timeout=60, check=False)
    assert done.returncode == code
