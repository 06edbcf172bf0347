"""What lies in the folder that something is started from, or beside a notebook, is not run."""

import json
import os
import subprocess
import sys

import pytest

from tests.kernel_socket import still_answers, talking
from tests.servers import ASK_S, eventually, free_port, notebook, serving

SHADOWS = ("queue", "socket", "selectors", "functools", "types", "warnings", "runpy", "multiprocessing", "voila",
           "ipykernel_launcher", "ipykernel", "jupyterlab", "jupyter_config", "jupyter_server_config", "ipython_config",
           "typer", "tornado", "distributed", "sitecustomize")  # fmt: skip
# Python looks for these, or the package's own first file does, before any line of ours is run.
BEFORE_US = ("functools", "types", "warnings", "sitecustomize")


@pytest.fixture
def hostile(tmp_path):
    """A folder of modules that leave a mark when they are run."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    for name in SHADOWS:
        (folder / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write({name + ' '!r})\n")
    return folder


@pytest.fixture
def ran(tmp_path):
    """What has been run."""
    return lambda: (tmp_path / "ran").read_text() if (tmp_path / "ran").exists() else ""


@pytest.mark.parametrize("subcommand", ["lab", "app"])
def test_by_the_servers_and_their_kernels(hostile, ran, tmp_path, subcommand):
    pytest.importorskip("voila", reason="Voilà is not installed")
    (hostile / "own_helper.py").write_text("said = 'the helper beside the notebook'")
    own = notebook(hostile / "own.ipynb", "import own_helper, queue, sys\nprint(own_helper.said, queue.__file__)")
    port = free_port()
    start = f"from squeezeviz.cli import main; main({[subcommand, str(own), '--port', str(port), '--no-browser']})"
    command = [sys.executable, "-P", "-c", start]  # as the console script: its own folder comes first
    alive = "/voila/static/voila.js" if subcommand == "app" else "/api"
    with serving(command, port, tmp_path / "home", alive, cwd=hostile) as running:
        if subcommand == "app":
            page = running.ask().body.decode()
            assert "the helper beside the notebook" in page
            assert str(hostile / "queue.py") not in page
        else:
            token = eventually(lambda: running.log.read_text().partition("?token=")[2].partition("\n")[0])
            headers = {"Authorization": f"token {token}", "Content_Type": "application/json"}
            started = running.ask("/api/kernels", "POST", '{"name": "python3"}', **headers)
            assert started.status == 201
            with talking(running, json.loads(started.body)["id"], token=token) as opened:
                assert still_answers(opened)
            assert running.ask("/voila/static/voila.js").status in {302, 404}, "Voilà's part is not in JupyterLab"
    assert ran() == ""


def test_by_the_module_itself(hostile, ran):
    for name in BEFORE_US:
        (hostile / f"{name}.py").unlink()
    done = subprocess.run(
        [sys.executable, "-m", "squeezeviz", "samples"], cwd=hostile, capture_output=True,
        text=True, timeout=ASK_S * 6, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert ran() == ""


def test_by_the_workers_of_this_machine(hostile, ran, tmp_path):
    pytest.importorskip("distributed", reason="Dask is not installed")
    script = tmp_path / "elsewhere" / "run.py"
    script.parent.mkdir()
    script.write_text(
        "from squeezeviz.dataset.scheduler import connected\n"
        "if __name__ == '__main__':\n"
        "    with connected('local', 1) as client:\n"
        "        print(*client.run(lambda: 'here').values())\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], cwd=hostile, env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True, text=True, timeout=ASK_S * 6, check=False,
    )  # fmt: skip
    assert done.stdout == "here\n", done.stderr
    assert ran() == ""
