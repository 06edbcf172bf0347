"""What a process takes that looks at a network, with weights of its own and with weights mapped from one file for all.

Each process loads the model, answers a sample and has every layer's activation once, as a kernel of the app does; then all rest. A row
is what one of them holds, what several share counted once and shared out; and how much of that is its own alone.

    python -m benchmarks.shared_weights --processes 10 --model squeezenet1.1-caffe2
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from squeezeviz.network.shared_weights import FOLDER_VARIABLE

_ASK = """
import sys
import squeezeviz as sv
from squeezeviz.runtime.heap import trim_heap
model = sv.load_model(sys.argv[1])
model.observe("shape-star")
trim_heap()
print("ready", flush=True)
sys.stdin.readline()
"""


def held_mb(model: str, processes: int, folder: str) -> tuple[float, float]:
    """Return the mean of what such processes hold, and of that what is theirs alone, in MB.

    Args:
        model: A registered name.
        processes: How many there are at a time.
        folder: Where weights are shared; empty for weights of their own.
    """
    environment = {**os.environ, FOLDER_VARIABLE: folder}
    command = [sys.executable, "-c", _ASK, model]
    begun = [
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    try:
        for one in begun:
            if one.stdout is None or one.stdout.readline() != "ready\n":
                raise RuntimeError(f"{model} could not be looked at")
        found = [_memory(one.pid) for one in begun]
    finally:
        for one in begun:
            one.communicate("\n")
    return sum(share for share, _ in found) / processes, sum(own for _, own in found) / processes


def _memory(process: int) -> tuple[float, float]:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    found = {line.split(":")[0]: int(line.split()[1]) / 1e3 for line in lines[1:]}
    return found["Pss"], found["Private_Dirty"] + found["Private_Clean"]


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--processes", type=int, default=10, help="how many look at a time")
    parser.add_argument("--model", default="squeezenet1.1-caffe2", help="a registered model")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, at in (("weights of their own", ""), ("weights mapped from one file", folder)):
            share, own = held_mb(given.model, given.processes, at)
            print(f"{given.processes} processes, {name}: {share:.1f} MB each, of that {own:.1f} MB its own alone")
        (path,) = Path(folder).glob("*.weights")
        print(f"the file: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
