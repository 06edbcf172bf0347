"""Memory of a kernel that explores: what it holds after the first photos, and after a thousand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.timing import Row

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
