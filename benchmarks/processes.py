"""What a process and all that it has started hold and have spent, as Linux tells it."""

from __future__ import annotations

import os
from pathlib import Path


def tree(process: int) -> list[int]:
    """A process and all that it has started, at whatever remove."""
    found = [process]
    for one in found:  # grows on the way
        try:
            children = [task.read_text() for task in Path(f"/proc/{one}/task").glob("*/children")]
        except OSError:  # it has ended meanwhile
            continue
        found += [int(child) for text in children for child in text.split()]
    return found


def memory_bytes(process: int) -> float:
    """What they hold; of what several share, each has its part."""
    return sum(_shared_out(one) for one in tree(process))


def _shared_out(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0.0)


def processor_s(process: int) -> float:
    """What they have spent, those that have ended and were waited for included."""
    return sum(_spent(one) for one in tree(process))


def _spent(process: int) -> float:
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return 0.0
    # Behind the name, which may hold anything: state is the first field; user, system, and both of ended children.
    fields = text.rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def available_bytes() -> float:
    """What more could be taken without anything being moved to disk."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(float(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
