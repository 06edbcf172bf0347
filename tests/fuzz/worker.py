"""A process that tries one case after the other. It may die of any of them: whoever started it knows which it was."""

from __future__ import annotations

import importlib
import random
import shutil
import time

from tests.fuzz import law


def case_of(target, seed, number):
    """Return a target's case, the same for the same numbers."""
    return target.make(random.Random(f"{target.__name__} {seed} {number}"))


def work(pipe, module, place, plan):
    """Try cases and tell of each: its number before, its outcome after; None at the end.

    Args:
        pipe: Where to.
        module: Name of the target's.
        place: A folder of the worker's own.
        plan: What to try.
    """
    law.prepare(place, plan.bounds)
    target = importlib.import_module(module)
    # What is whole is taken, or nothing would be learnt; it also makes what all cases share, and takes longer.
    outcome = law.tried(target, target.whole(), place, law.Bounds(cpu_s=300, wall_s=600, memory_mib=1 << 20))
    if outcome.kind != "accepted":
        raise RuntimeError(f"what is whole is {outcome.kind}: {outcome.what}\n{outcome.details}")
    law.limit_memory(plan.bounds)
    pipe.send("ready")
    end = time.monotonic() + plan.seconds
    for number in range(plan.first, plan.first + plan.cases):
        if time.monotonic() >= end:
            break
        case = read(plan.again) if plan.again else case_of(target, plan.seed, number)
        written = place / "cases" / str(number)
        write(case, written)  # before it is tried: this process may not live to do so
        pipe.send(number)
        outcome = law.tried(target, case, place, plan.bounds)
        if outcome.kind != "found":
            shutil.rmtree(written)
        pipe.send(outcome)
    pipe.send(None)


def write(case, folder):
    """Write a case's files below a folder."""
    for name, content in case.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def read(folder):
    """Return the case that was written below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
