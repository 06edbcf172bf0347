"""Memory of a kernel: of one that explores a thousand photos, and of one whose cell is run again and again."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.timing import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODE = """
import numpy as np, os
import squeezeviz as sv
explorer = sv.explore()
explorer.state.send = lambda *_: None  # no page: what would be sent is made all the same
rng = np.random.default_rng(0)
def resident():
    pages = int(open("/proc/self/statm").read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
for number in range({count}):
    explorer.add(rng.integers(0, 256, (480, 640, 3), dtype=np.uint8))
    explorer.state.layer = ["conv1", "fire5/concat", "conv10"][number % 3]
    explorer.state._photos.forget(explorer.state.photo)  # a page's photos are kept until they are dismissed
    if number == 49:
        print(resident())
print(resident())
"""


def memory_row(count: int = 1000) -> Row:
    """Resident memory of one exploring kernel, in MB: after all images against after the first fifty."""
    if not Path("/proc/self/statm").exists():
        return Row("resident memory: not measured, no /proc here", 0, "", 0, 0, unit="MB")
    done = subprocess.run(
        [sys.executable, "-c", _CODE.format(count=count)],
        check=True,
        capture_output=True,
        text=True,
        env=dict(os.environ),
    )
    early, late = (float(line) for line in done.stdout.split())
    return Row(f"resident memory after {count:,} images", late, "after 50", early, late / early, "≤ 350 MB, flat", "MB")


_RESIDENT = """
import ctypes, os
import squeezeviz as sv
def resident(is_trimmed):
    if is_trimmed and hasattr(ctypes.CDLL(None), "malloc_trim"):
        ctypes.CDLL(None).malloc_trim(0)
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
"""


def run_again_rows(runs: int = 31) -> Iterator[Row]:
    """Resident memory of a kernel in which one cell is run again and again: after the last run against the third.

    Of the exported page it is what remains once the heap that malloc keeps for the next one is given back: a page is
    8 MB of text, made of pieces, and what is free between them comes and goes by tens of megabytes.
    """
    if not Path("/proc/self/statm").exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        page = str(Path(folder) / "page.html")
        cells = (
            ("explore, the same cell run again", 'sv.explore("chelsea")', False, "≤ 220 MB, third + 5 MB"),
            (
                "explore with single views, both run again",
                'e = sv.explore("chelsea"); sv.TopK(e)',
                False,
                "third + 5 MB",
            ),
            ("export_page, run again (heap trimmed)", f'sv.export_page("chelsea", {page!r})', True, "third + 5 MB"),
        )
        for name, code, is_trimmed, budget in cells:
            held = _after_runs(code, runs, is_trimmed=is_trimmed)
            third, last = held[2], held[-1]
            yield Row(f"{name}: after run {runs}", last, "after run 3", third, last / third, budget, "MB")


def _after_runs(code: str, runs: int, *, is_trimmed: bool) -> list[float]:
    """Resident memory after each run of a cell, in a kernel of its own, in MB."""
    with _kernel() as execute:
        execute(_RESIDENT, "setup")
        held = []
        for _ in range(runs):
            execute(code, "the cell")
            held.append(float(execute(f"print(resident({is_trimmed}))", "measuring")))
        return held


@contextlib.contextmanager
def _kernel() -> Iterator[Any]:
    """Start a kernel; give what executes code in it, as a notebook's cell of that id, and returns what it printed."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3", stderr=subprocess.DEVNULL)

    def execute(code: str, cell: str) -> str:
        asked = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        # A front end says so which cell is run: by that the kernel knows that it is run again.
        message = client.session.msg("execute_request", asked, metadata={"cellId": cell})
        client.shell_channel.send(message)
        printed = ""
        while True:
            heard = client.get_iopub_msg(timeout=120)
            if heard["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            content = heard["content"]
            if heard["msg_type"] == "stream":
                printed += content["text"]
            elif heard["msg_type"] == "error":
                raise RuntimeError("\n".join(content["traceback"]))
            elif heard["msg_type"] == "status" and content["execution_state"] == "idle":
                return printed

    try:
        yield execute
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
