"""What people do with squeezeviz, as programs of their own: ``python -m tests.quiet_walk WALK FOLDER SECONDS``.

`tests/integration/test_nothing_leaves.py` listens to each. Every process that has loaded a model goes on living for so
many seconds: what a library sends, it may send later.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPResponse

sys.modules.setdefault("rfc3987_syntax", None)  # as in tests/conftest.py: a second of what imports nbformat

PUBLISHED, EMBEDDED = "squeezenet1.1-caffe2", "squeezenet1.1-shapes"
CELL = "import squeezeviz as sv\nimport onnxruntime\nsv.explore('hopper', model='squeezenet1.1-shapes')"


def library(folder: Path) -> None:
    """Everything in one process, as a script would do it; the work of Dask in processes of its own."""
    import squeezeviz as sv
    from squeezeviz.zoo import locate
    from tests.surveys import paint

    name = PUBLISHED if locate(PUBLISHED) else EMBEDDED
    photos = paint(folder / "photos", 4)
    photo = str(photos / "0/000.png")
    model = sv.load_model(name)
    model.predict(photo)
    began = time.monotonic()
    model.activations(photo)
    explorer = sv.explore(photo, model=model)
    content = Path(photo).read_bytes()
    message = {"kind": "piece", "id": "1", "name": "mine.png", "index": 0, "count": 1, "buffers": ["piece"]}
    explorer.state._receive(None, message, [memoryview(content)])
    assert len(explorer.state.predictions) == 2
    sv.export_page(explorer, folder / "page.html")
    sv.evaluate(model, photos, workers=2)
    if importlib.util.find_spec("distributed"):
        sv.evaluate(model, photos, scheduler="local", workers=1, resume=False)
    command_line(folder, name, photo, photos)
    linger(began)


def command_line(folder: Path, name: str, photo: str, photos: Path) -> None:
    """Subcommands that load what nothing else does."""
    commands = [
        ["predict", photo, "-m", name],
        ["figure", photo, "-m", name, "-o", str(folder / "maps.svg")],
        ["convert", name, "-o", str(folder / "model.onnx")],
    ]
    if importlib.util.find_spec("openvino"):
        commands.append(["convert", name, "-o", str(folder / "openvino"), "--to", "openvino"])
    if importlib.util.find_spec("pyarrow"):
        commands.append(["atlas", str(photos), "-m", name, "--layers", "conv1", "-o", str(folder / "a.atlas")])
    if importlib.util.find_spec("zarr"):
        commands.append(["activations", str(photos), "-m", name, "-l", "conv1", "-o", str(folder / "a.zarr")])
    from squeezeviz.cli import main

    for command in commands:
        print("squeezeviz", *command, flush=True)
        try:
            main(command)
        except SystemExit as exc:
            assert not exc.code, exc.code


def jupyter(folder: Path) -> None:
    """A kernel, JupyterLab and Voilà, side by side: mostly they wait."""
    doings = [kernel, lab, *([app] if importlib.util.find_spec("voila") else [])]
    with ThreadPoolExecutor(len(doings)) as pool:
        for doing in [pool.submit(each, folder) for each in doings]:
            doing.result()


def kernel(folder: Path) -> None:
    """A kernel in which onnxruntime is imported after squeezeviz, by a cell."""
    import nbformat
    from nbclient import NotebookClient

    made = one_cell()
    made.cells.append(nbformat.v4.new_code_cell(f"import time\ntime.sleep({lifetime_s})"))
    NotebookClient(
        made, timeout=300, startup_timeout=180, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()


def lab(folder: Path) -> None:
    """JupyterLab: the page, and what the page asks its server for of itself."""
    with Server("lab", write(folder / "lab.ipynb"), 8888, "/api") as server:
        for path in ("/lab", "/lab/api/news", "/lab/api/update", "/lab/api/extensions?refresh=1", "/lab/api/listings"):
            with server.get(path) as answer:
                answer.read()


def app(folder: Path) -> None:
    """Voilà: the page itself, which runs the notebook in a kernel."""
    with (
        Server("app", write(folder / "app.ipynb"), 8866, "/voila/static/voila.js") as server,
        server.get("/") as answer,
    ):
        assert b"application/vnd.jupyter.widget-view+json" in answer.read()


class Server:
    """`squeezeviz lab` or `app`, until the block is left."""

    def __init__(self, subcommand: str, path: Path, port: int, alive: str) -> None:
        self.url, self.alive = f"http://127.0.0.1:{port}", alive
        command = [sys.executable, "-m", "squeezeviz", subcommand, str(path), "--no-browser", "--port", str(port)]
        own = {**os.environ, "JUPYTER_TOKEN": "walk"}
        self.process = subprocess.Popen(command, start_new_session=True, env=own)

    def get(self, path: str) -> HTTPResponse:
        headers = {"Authorization": "token walk"}
        return urllib.request.urlopen(urllib.request.Request(self.url + path, headers=headers), timeout=120)

    def __enter__(self) -> Server:
        deadline = time.monotonic() + 120
        while True:
            assert self.process.poll() is None, "the server has ended"
            try:
                self.get(self.alive).close()
            except OSError:
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.1)
            else:
                return self

    def __exit__(self, *_: object) -> None:
        linger(time.monotonic())
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=120)


def one_cell():
    import nbformat

    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return made


def write(path: Path) -> Path:
    import nbformat

    nbformat.write(one_cell(), path)
    return path


def linger(since: float) -> None:
    """Wait until so many seconds have passed since a model was loaded."""
    time.sleep(max(0.0, lifetime_s - (time.monotonic() - since)))


WALKS: dict[str, Callable[[Path], None]] = {each.__name__: each for each in (library, jupyter)}

if __name__ == "__main__":
    lifetime_s = float(sys.argv[3])
    WALKS[sys.argv[1]](Path(sys.argv[2]))
